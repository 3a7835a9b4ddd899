//! The OpenAPI document, read for people: its operations in the order of its tags, with the texts about each. Parts
//! that the document lacks are left out, and nothing here fails.

use serde_json::Value;

/// The methods of a path, in the order in which they are listed.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub struct Api<'a>(pub &'a Value);

pub struct Group<'a> {
    pub name: &'a str,
    pub about: &'a str,
    pub operations: Vec<Operation<'a>>,
}

pub struct Operation<'a> {
    pub id: &'a str,
    pub method: String,
    pub path: &'a str,
    pub summary: &'a str,
    pub about: &'a str,
    /// The permission that the calling token needs. `None` if the operation needs none.
    pub permission: Option<&'a str>,
    pub is_open: bool,
    pub parameters: Vec<Parameter<'a>>,
    pub body: Option<Body<'a>>,
    pub answers: Vec<Answer<'a>>,
}

pub struct Parameter<'a> {
    pub name: &'a str,
    /// `query`, `path` or `header`.
    pub place: &'a str,
    pub is_required: bool,
    pub about: &'a str,
}

pub struct Body<'a> {
    pub kind: &'a str,
    pub is_required: bool,
    pub example: Option<&'a Value>,
    pub members: Vec<Member<'a>>,
}

pub struct Answer<'a> {
    pub status: &'a str,
    pub about: &'a str,
    /// Each with its name, if it has one.
    pub examples: Vec<(Option<&'a str>, &'a Value)>,
    pub members: Vec<Member<'a>>,
}

pub struct Member<'a> {
    pub name: &'a str,
    pub kind: String,
    pub is_required: bool,
    pub about: &'a str,
}

pub struct Failure<'a> {
    pub code: &'a str,
    pub status: String,
    pub about: &'a str,
}

/// A name as the fragment of a URL: `People and events` is at `people-and-events`.
pub fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn items<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    value[member].as_array().into_iter().flatten()
}

fn members<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    value[member].as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

impl<'a> Api<'a> {
    pub fn groups(&self) -> Vec<Group<'a>> {
        let group = |tag: &'a Value| Group {
            name: text(tag, "name"),
            about: text(tag, "description"),
            operations: self.operations(text(tag, "name")),
        };
        items(self.0, "tags").map(group).collect()
    }

    fn operations(&self, tag: &str) -> Vec<Operation<'a>> {
        let all = members(self.0, "paths").flat_map(|(path, item)| {
            let of_path =
                METHODS.into_iter().filter_map(move |method| Some((path, method, item.get(method)?)));
            of_path.filter(|(_, _, operation)| operation["tags"][0] == tag)
        });
        all.map(|(path, method, operation)| self.operation(path, method, operation)).collect()
    }

    fn operation(&self, path: &'a str, method: &str, operation: &'a Value) -> Operation<'a> {
        let parameters = items(operation, "parameters").map(|parameter| Parameter {
            name: text(parameter, "name"),
            place: text(parameter, "in"),
            is_required: parameter["required"] == true,
            about: text(parameter, "description"),
        });
        // Errors are listed once, for all operations.
        let good = members(operation, "responses").filter(|(_, answer)| answer.get("$ref").is_none());
        Operation {
            id: text(operation, "operationId"),
            method: method.to_uppercase(),
            path,
            summary: text(operation, "summary"),
            about: text(operation, "description"),
            permission: operation["security"][0]["bearer"][0].as_str(),
            is_open: operation.get("security").is_none(),
            parameters: parameters.collect(),
            body: self.body(&operation["requestBody"]),
            answers: good.map(|(status, answer)| self.answer(status, answer)).collect(),
        }
    }

    fn body(&self, body: &'a Value) -> Option<Body<'a>> {
        let (kind, content) = members(body, "content").next()?;
        let schema = self.resolved(&content["schema"]);
        let example = content.get("example").or_else(|| schema.get("example"));
        Some(Body { kind, is_required: body["required"] == true, example, members: self.members(schema) })
    }

    fn answer(&self, status: &'a str, answer: &'a Value) -> Answer<'a> {
        let content = members(answer, "content").next().map(|(_, content)| content);
        let one = content.and_then(|content| content.get("example")).map(|example| (None, example));
        let several = content.into_iter().flat_map(|content| members(content, "examples"));
        let several = several.map(|(name, example)| (Some(name), &example["value"]));
        // If the answer is one of several schemas, the first is the complete one.
        let schema = content.map(|content| self.resolved(self.resolved(&content["schema"])));
        Answer {
            status,
            about: text(answer, "description"),
            examples: one.into_iter().chain(several).collect(),
            members: schema.map(|schema| self.members(schema)).unwrap_or_default(),
        }
    }

    /// The schema that a reference leads to. The reference may also be one of several schemas, beside null.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        if let Some(pointer) = schema["$ref"].as_str().and_then(|text| text.strip_prefix('#')) {
            return self.0.pointer(pointer).unwrap_or(schema);
        }
        let one = items(schema, "oneOf").find(|one| one.get("$ref").is_some());
        one.map_or(schema, |one| self.resolved(one))
    }

    fn members(&self, schema: &'a Value) -> Vec<Member<'a>> {
        let whole = items(schema, "allOf").map(|part| self.resolved(part)).chain([schema]);
        let all = whole.flat_map(|schema| {
            let is_required = |name: &str| items(schema, "required").any(|required| required == name);
            members(schema, "properties").map(move |(name, property)| (name, property, is_required(name)))
        });
        all.map(|(name, property, is_required)| {
            let about = Some(text(property, "description")).filter(|about| !about.is_empty());
            let about = about.unwrap_or_else(|| text(self.resolved(property), "description"));
            Member { name, kind: self.kind(property), is_required, about }
        })
        .collect()
    }

    /// The type in words: `string or null`, `array of string`, `RateLimit`.
    fn kind(&self, schema: &Value) -> String {
        if let Some(name) = schema["$ref"].as_str().and_then(|text| text.rsplit('/').next()) {
            return name.to_owned();
        }
        let several: Vec<String> = items(schema, "oneOf").map(|one| self.kind(one)).collect();
        if !several.is_empty() {
            return several.join(" or ");
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::String(kind) => vec![kind],
            _ => vec!["object"],
        };
        let said = kinds.into_iter().map(|kind| match (kind, text(schema, "format")) {
            ("array", _) => format!("array of {}", self.kind(&schema["items"])),
            ("string", "date-time") => "time".to_owned(),
            ("string", "uuid") => "id".to_owned(),
            (kind, _) => kind.to_owned(),
        });
        said.collect::<Vec<_>>().join(" or ")
    }

    pub fn failures(&self) -> Vec<Failure<'a>> {
        let all = members(&self.0["components"], "responses");
        all.map(|(code, answer)| Failure {
            code,
            status: answer["x-status"].to_string(),
            about: text(answer, "description"),
        })
        .collect()
    }
}

impl Operation<'_> {
    /// The shell command that sends the request to this origin.
    pub fn curl(&self, origin: &str) -> String {
        let address = format!("{origin}{}{}", self.path.replace("{id}", "$TOKEN_ID"), self.query());
        let mut lines = vec![match self.method.as_str() {
            "GET" => format!("curl \"{address}\""),
            method => format!("curl -X {method} \"{address}\""),
        }];
        if !self.is_open {
            lines.push("-H \"Authorization: Bearer $TOKENRY_SECRET\"".to_owned());
        }
        if self.parameters.iter().any(|parameter| parameter.name == "If-Match" && parameter.is_required) {
            lines.push("-H 'If-Match: \"1\"'".to_owned());
        }
        match &self.body {
            Some(Body { kind: "application/x-www-form-urlencoded", .. }) => {
                lines.push("--data-urlencode \"token=$SECRET\"".to_owned());
            }
            Some(Body { kind, example: Some(example), .. }) => {
                lines.push(format!("-H 'Content-Type: {kind}'"));
                lines.push(format!("-d '{}'", example.to_string().replace('\'', "'\\''")));
            }
            _ => {}
        }
        lines.join(" \\\n  ")
    }

    fn query(&self) -> &'static str {
        match self.id {
            "list_tokens" => "?sort=name&limit=20",
            "list_events" => "?kind=token.created",
            "forward_auth" => "?permission=billing:read",
            _ => "",
        }
    }
}
