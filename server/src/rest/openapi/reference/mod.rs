//! The API reference: this server's own OpenAPI document, in the shapes that the console draws. The URLs in its
//! examples begin with this installation's own origin.

mod api;
mod texts;

use api::{Answer, Api, Body, Group, Operation, Parameter, anchor};
use app::domain::{ApiBlock, ApiExample, ApiFact, ApiOperation, ApiReference, ApiSection, ApiTable, Verdict};
use serde_json::Value;
use texts::{ABOUT_ERRORS, ABOUT_VERDICTS, BASICS, meaning};

/// The reference for this document. The URLs in its examples begin with `origin`.
pub fn reference(document: &Value, origin: &str) -> ApiReference {
    let api = Api(document);
    let groups = api.groups();
    let mut sections = vec![basics()];
    sections.extend(groups.iter().map(|group| section(group, origin)));
    sections.extend([verdicts(), failures(&api)]);
    let version = document["info"]["version"].as_str().unwrap_or_default().to_owned();
    ApiReference { version, origin: origin.to_owned(), sections }
}

fn basics() -> ApiSection {
    let fact = |(name, about): (&str, &str)| ApiFact {
        name: name.into(),
        about: about.into(),
        ..ApiFact::default()
    };
    ApiSection {
        id: "before-you-begin".into(),
        title: "Before you begin".into(),
        facts: BASICS.map(fact).into(),
        ..ApiSection::default()
    }
}

fn section(group: &Group<'_>, origin: &str) -> ApiSection {
    ApiSection {
        id: anchor(group.name),
        title: group.name.to_owned(),
        about: group.about.to_owned(),
        operations: group.operations.iter().map(|one| operation(one, origin)).collect(),
        ..ApiSection::default()
    }
}

fn operation(operation: &Operation<'_>, origin: &str) -> ApiOperation {
    let id = operation.id;
    let needs = match (operation.permission, operation.is_open) {
        (Some(permission), _) => format!("Needs `{permission}`"),
        (None, false) => "Any valid token can be used.".to_owned(),
        (None, true) => "No authentication required.".to_owned(),
    };
    let mut blocks = vec![about(needs), about(operation.about.to_owned())];
    if !operation.parameters.is_empty() {
        let facts = operation.parameters.iter().map(parameter).collect();
        blocks.push(ApiBlock { title: "Parameters".into(), facts, ..ApiBlock::default() });
    }
    blocks.extend(operation.body.as_ref().map(body));
    let curl = ApiExample { id: format!("{id}-curl"), label: "Request".into(), text: operation.curl(origin) };
    blocks.push(ApiBlock { examples: vec![curl], ..ApiBlock::default() });
    blocks.extend(operation.answers.iter().map(|one| answer(id, one)));
    blocks.retain(|block| *block != ApiBlock::default());
    let (id, title, path) = (id.to_owned(), operation.summary.to_owned(), operation.path.to_owned());
    ApiOperation { id, title, method: operation.method.clone(), path, blocks }
}

fn about(about: String) -> ApiBlock {
    ApiBlock { about, ..ApiBlock::default() }
}

fn parameter(parameter: &Parameter<'_>) -> ApiFact {
    let kind = match parameter.place {
        "path" => "in the path",
        "header" => "a header",
        _ => "in the query",
    };
    fact(parameter.name, kind, parameter.is_required, parameter.about)
}

fn body(body: &Body<'_>) -> ApiBlock {
    let title = if body.is_required { "Body" } else { "Body, optional" };
    ApiBlock {
        title: format!("{title}: `{}`", body.kind),
        facts: members(&body.members),
        ..ApiBlock::default()
    }
}

fn members(members: &[api::Member<'_>]) -> Vec<ApiFact> {
    members.iter().map(|member| fact(member.name, &member.kind, member.is_required, member.about)).collect()
}

fn fact(name: &str, kind: &str, is_required: bool, about: &str) -> ApiFact {
    let kind = if is_required { format!("{kind}, required") } else { kind.to_owned() };
    ApiFact { name: format!("`{name}`"), kind, about: about.to_owned() }
}

fn answer(operation: &str, answer: &Answer<'_>) -> ApiBlock {
    let status = answer.status;
    let example = |(at, (name, value)): (usize, &(Option<&str>, &Value))| {
        let name = name.map(|name| format!(", {name}")).unwrap_or_default();
        let (id, text) = (format!("{operation}-{status}-{at}"), format!("{value:#}"));
        ApiExample { id, label: format!("Response {status}{name}"), text }
    };
    let facts = members(&answer.members);
    let fold = if facts.is_empty() { String::new() } else { "Response fields".to_owned() };
    let examples = answer.examples.iter().enumerate().map(example).collect();
    ApiBlock { title: format!("`{status}` {}", answer.about), examples, fold, facts, about: String::new() }
}

fn verdicts() -> ApiSection {
    let row = |verdict: Verdict| vec![verdict.as_str().to_owned(), meaning(verdict).to_owned()];
    table("Verdicts", "Verdicts", ABOUT_VERDICTS, &["Verdict", "Meaning"], Verdict::ALL.map(row).into())
}

fn failures(api: &Api<'_>) -> ApiSection {
    let rows = api.failures().into_iter();
    let rows = rows.map(|one| vec![one.code.to_owned(), one.status, one.about.to_owned()]).collect();
    table("Errors", "Error codes", ABOUT_ERRORS, &["Code", "Status", "Meaning"], rows)
}

fn table(title: &str, caption: &str, about: &str, columns: &[&str], rows: Vec<Vec<String>>) -> ApiSection {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    ApiSection {
        id: anchor(title),
        title: title.to_owned(),
        about: about.to_owned(),
        table: Some(ApiTable { caption: caption.to_owned(), columns, rows }),
        ..ApiSection::default()
    }
}
