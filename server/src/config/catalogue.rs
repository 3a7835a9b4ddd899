//! The catalogue as a TOML file: the one that a new database starts with, and the operator's own.

use app::domain::{Action, Catalogue, Resource, label_of};
use serde::Deserialize;
use std::path::Path;

/// The catalogue that a new database starts with: an example to be replaced.
const STARTING: &str = include_str!("catalogue.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    resource: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    label: Option<String>,
    #[serde(default)]
    description: String,
    actions: Vec<String>,
}

/// The reason a catalogue file was refused.
#[derive(Debug, thiserror::Error)]
#[error("The catalogue in {path} cannot be used: {cause}")]
pub struct CatalogueFileError {
    path: String,
    cause: String,
}

pub fn starting() -> Result<Catalogue, CatalogueFileError> {
    parse("the program", STARTING)
}

pub fn read(path: &Path) -> Result<Catalogue, CatalogueFileError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| CatalogueFileError { path: name.clone(), cause: cause.to_string() })?;
    parse(&name, &text)
}

fn parse(path: &str, text: &str) -> Result<Catalogue, CatalogueFileError> {
    let fail = |cause: String| CatalogueFileError { path: path.to_owned(), cause };
    let file: File = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
    let resources = file
        .resource
        .into_iter()
        .map(|entry| Resource {
            label: entry.label.unwrap_or_else(|| label_of(&entry.name)),
            actions: entry.actions.into_iter().map(|name| Action { label: label_of(&name), name }).collect(),
            name: entry.name,
            description: entry.description,
        })
        .collect();
    let catalogue = Catalogue { resources };
    catalogue.check().map_err(|e| fail(e.to_string()))?;
    Ok(catalogue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starting_catalogue_is_usable() {
        let names = starting().map(|c| c.resources.into_iter().map(|r| r.name).collect::<Vec<_>>());
        assert_eq!(
            names.ok(),
            Some(["projects", "members", "billing", "webhooks"].map(String::from).to_vec())
        );
    }

    #[test]
    fn labels_come_from_names_where_none_are_given() {
        let parsed = parse("x", "[[resource]]\nname = \"audit_log\"\nactions = [\"read\"]\n").ok();
        let resource = parsed.and_then(|c| c.resources.into_iter().next());
        assert_eq!(resource.as_ref().map(|r| r.label.as_str()), Some("Audit log"));
        assert_eq!(resource.map(|r| r.actions[0].label.clone()), Some("Read".to_owned()));
    }

    #[test]
    fn a_catalogue_that_cannot_be_used_says_where_and_why() {
        for (text, word) in [
            ("", "resource"),
            ("resource = []", "at least one"),
            ("[[resource]]\nname = \"tokenry.tokens\"\nactions = [\"read\"]", "Tokenry’s own"),
            ("[[resource]]\nname = \"a\"\nactions = []", "actions"),
            ("[[resource]]\nname = \"A\"\nactions = [\"read\"]", "usable name"),
            ("[[resource]]\nname = \"tokenry.tokens\"\nactions = [\"read\"]", "Tokenry’s own"),
            ("[[resource]]\nname = \"a\"\naction = [\"read\"]", "unknown field"),
        ] {
            let refused = parse("file.toml", text).map_err(|e| e.to_string()).err().unwrap_or_default();
            assert!(refused.contains("file.toml") && refused.contains(word), "{text:?}: {refused}");
        }
    }
}
