//! The form that makes or changes a resource of the catalogue. Its actions are one text with a line for each, so
//! that people can reorder, rename, add and remove them without any script.

use crate::domain::{
    ACTIONS_MAX, Action, Error, Field, FieldError, LABEL_CHARS_MAX, PERMISSION_WORD_CHARS_MAX, Permission,
    Resource, TextError, catalogue::permission::is_word, is_reserved, label_of, text::visible_line,
};
use serde::{Deserialize, Serialize};

/// The rule for names, shown wherever one is refused.
fn name_rule() -> String {
    format!("Use 1 to {PERMISSION_WORD_CHARS_MAX} of a-z, 0-9, _, - and ., a letter first.")
}

/// The form as it was typed, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceForm {
    pub name: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub description: String,
    /// `read = Read` on each line; the label can be left out.
    #[serde(default)]
    pub actions: String,
}

impl ResourceForm {
    /// The form for a new resource. Most have these two actions.
    pub fn new() -> Self {
        Self { actions: "read = Read\nwrite = Write".to_owned(), ..Self::default() }
    }

    /// The form filled in from a resource.
    pub fn of(resource: &Resource) -> Self {
        Self {
            name: resource.name.clone(),
            label: resource.label.clone(),
            description: resource.description.clone(),
            actions: actions_in_lines(&resource.actions),
        }
    }

    /// Parses every field and reports all errors at once.
    pub fn parse(&self) -> Result<Resource, Error> {
        let name = parse_name(&self.name);
        // An error that depends on the name is reported only once there is a name.
        let known = name.clone().unwrap_or_default();
        let (mut errors, rest) = match self.parse_named(&known) {
            Ok(resource) => (Vec::new(), Some(resource)),
            Err(errors) => (errors, None),
        };
        match (name, rest) {
            (Ok(_), Some(resource)) => Ok(resource),
            (Ok(_), None) => Err(Error::Invalid { errors }),
            (Err(error), _) => {
                errors.insert(0, error);
                Err(Error::Invalid { errors })
            }
        }
    }

    /// [`Self::parse`] for a resource that already has its name. A name never changes, whatever this form says.
    pub fn parse_for(&self, name: &str) -> Result<Resource, Error> {
        self.parse_named(name).map_err(|errors| Error::Invalid { errors })
    }

    fn parse_named(&self, name: &str) -> Result<Resource, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut line = |field, text: &str| match visible_line(text, LABEL_CHARS_MAX) {
            Ok(text) => text,
            Err(e) => {
                errors.push(FieldError::new(field, e.code(), e.to_string()));
                String::new()
            }
        };
        let label = line(Field::Label, &self.label);
        let description = line(Field::Description, &self.description);
        let actions = parse_actions(&self.actions).map_err(|e| errors.push(e)).unwrap_or_default();
        if !errors.is_empty() {
            return Err(errors);
        }
        let label = if label.is_empty() { label_of(name) } else { label };
        Ok(Resource { name: name.to_owned(), label, description, actions })
    }
}

/// The actions as text for the form.
pub fn actions_in_lines(actions: &[Action]) -> String {
    actions.iter().map(|a| format!("{} = {}", a.name, a.label)).collect::<Vec<_>>().join("\n")
}

impl Resource {
    /// The actions, each with the permission that it makes.
    pub fn permissions(&self) -> impl Iterator<Item = (&Action, Permission)> {
        self.actions.iter().filter_map(|a| Some((a, format!("{}:{}", self.name, a.name).parse().ok()?)))
    }

    /// The permissions that are lost when `next` replaces this resource.
    pub fn lost_to(&self, next: &Self) -> Vec<Permission> {
        let stays = |action: &Action| next.actions.iter().any(|a| a.name == action.name);
        self.permissions().filter(|(action, _)| !stays(action)).map(|(_, permission)| permission).collect()
    }
}

fn parse_name(raw: &str) -> Result<String, FieldError> {
    let refuse = |code, detail: &str| Err(FieldError::new(Field::Name, code, detail));
    match raw.trim() {
        "" => refuse("empty", "Write the name that services ask for, as in projects."),
        name if !is_word(name) => refuse("malformed", &name_rule()),
        name if is_reserved(name) => refuse(
            "reserved",
            "Names that begin with “tokenry” are for Tokenry’s own permissions. Choose another one.",
        ),
        name => Ok(name.to_owned()),
    }
}

fn parse_actions(text: &str) -> Result<Vec<Action>, FieldError> {
    let refuse = |code, detail: String| Err(FieldError::new(Field::Actions, code, detail));
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return refuse("empty", "Write at least one action, as in read = Read.".to_owned());
    }
    if lines.len() > ACTIONS_MAX {
        let detail = format!("A resource has {ACTIONS_MAX} actions at most; here are {}.", lines.len());
        return refuse("too_many", detail);
    }
    let mut actions: Vec<Action> = Vec::with_capacity(lines.len());
    for line in lines {
        let (name, label) = line.split_once('=').unwrap_or((line, ""));
        let name = name.trim();
        if !is_word(name) {
            return refuse(
                "malformed",
                format!("“{}” cannot be an action. {}", shortened(name), name_rule()),
            );
        }
        if actions.iter().any(|known| known.name == name) {
            return refuse("twice", format!("“{name}” is there twice."));
        }
        let label = match visible_line(label, LABEL_CHARS_MAX) {
            Ok(label) if label.is_empty() => label_of(name),
            Ok(label) => label,
            Err(e) => return refuse(e.code(), labelled(name, &e)),
        };
        actions.push(Action { name: name.to_owned(), label });
    }
    Ok(actions)
}

fn labelled(name: &str, error: &TextError) -> String {
    format!("The label of “{name}”: {error}")
}

/// The beginning of a text, long enough to recognise it.
fn shortened(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    if start.len() < text.len() { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(name: &str, actions: &str) -> ResourceForm {
        ResourceForm { name: name.into(), actions: actions.into(), ..ResourceForm::default() }
    }

    fn refusals(form: &ResourceForm) -> Vec<(Field, String)> {
        match form.parse() {
            Err(Error::Invalid { errors }) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn actions_are_lines_in_the_order_in_which_they_are_written() {
        let typed =
            form(" audit_log ", "\r\n  write= Add to \r\n\r\nread\r\nsoft-delete = Set  aside = later\r\n");
        let parsed = typed.parse().unwrap_or_else(|_| Resource::default());
        assert_eq!((parsed.name.as_str(), parsed.label.as_str()), ("audit_log", "Audit log"));
        assert_eq!(
            actions_in_lines(&parsed.actions),
            "write = Add to\nread = Read\nsoft-delete = Set aside = later"
        );
        let again = ResourceForm::of(&parsed).parse();
        assert_eq!(again, Ok(parsed), "what is shown is read back as it is");
    }

    #[test]
    fn every_wrong_field_is_reported_at_once() {
        let long = "x".repeat(LABEL_CHARS_MAX + 1);
        let wrong = ResourceForm { label: long.clone(), description: "a\u{202e}b".into(), ..form("", "") };
        let said = refusals(&wrong);
        let codes = ["empty", "too_long", "invisible_character", "empty"].map(str::to_owned);
        let fields = [Field::Name, Field::Label, Field::Description, Field::Actions];
        assert_eq!(said, fields.into_iter().zip(codes).collect::<Vec<_>>());
    }

    #[test]
    fn names_are_refused_with_the_reason() {
        for (name, code) in [
            ("Projects", "malformed"),
            ("1st", "malformed"),
            ("a b", "malformed"),
            ("a:b", "malformed"),
            (&"a".repeat(65), "malformed"),
            ("tokenry", "reserved"),
            ("tokenry.tokens", "reserved"),
            ("tokenrybox", "reserved"),
        ] {
            assert_eq!(refusals(&form(name, "read")), [(Field::Name, code.to_owned())], "{name}");
        }
        assert!(form("my.tokenry", "tokenry").parse().is_ok(), "only the beginning is reserved");
    }

    #[test]
    fn actions_are_refused_with_the_reason() {
        let many = (0..=ACTIONS_MAX).map(|i| format!("a{i}")).collect::<Vec<_>>().join("\n");
        let long = format!("read = {}", "x".repeat(LABEL_CHARS_MAX + 1));
        for (actions, code) in [
            (" \n \n", "empty"),
            ("= Read", "malformed"),
            ("Read = Read", "malformed"),
            ("read, write", "malformed"),
            ("read = Read\nread = Look", "twice"),
            ("read = a\u{200b}b", "invisible_character"),
            (&many, "too_many"),
            (&long, "too_long"),
        ] {
            assert_eq!(refusals(&form("a", actions)), [(Field::Actions, code.to_owned())], "{actions}");
        }
    }

    #[test]
    fn what_an_edit_takes_away_is_named() {
        let parsed = |actions: &str| form("a", actions).parse_for("a").unwrap_or_default();
        let lost = |from: &str, to: &str| {
            parsed(from).lost_to(&parsed(to)).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(lost("read\nwrite\nvoid", "write = Change\nview"), ["a:read", "a:void"]);
        assert!(lost("read\nwrite", "write = Change\nread\nnew").is_empty());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_it_accepts_fits_into_a_catalogue(name in "[a-z.]{0,9}", actions in "\\PC*|([a-c=\\n ]{0,30})") {
            if let Ok(resource) = form(&name, &actions).parse() {
                let catalogue = crate::domain::Catalogue { resources: vec![resource.clone()] };
                prop_assert_eq!(catalogue.check(), Ok(()));
                prop_assert_eq!(ResourceForm::of(&resource).parse(), Ok(resource));
            }
        }
    }
}
