//! The documents tell the truth about the repository: the files and tests that they name exist, and they are as short
//! as they promise.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

const DOCUMENTS: [&str; 7] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "DECISIONS.md",
    "README.md",
    "server/MANUAL.md",
    "server/README.md",
    "server/benches/README.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Every file in the repository, as its path from the root.
fn files() -> Vec<String> {
    let (root, mut found) = (root(), Vec::new());
    let mut open = vec![root.clone()];
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            if !["node_modules", "target", ".git"].iter().any(|other| name == *other) {
                open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        } else {
            found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
        }
    }
    found
}

/// Everything that a document marks as inline code.
fn code(document: &str) -> Vec<String> {
    let text = read(document);
    let prose: String = text.split("```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_files_that_documents_name_are_there() {
    let files = files();
    for document in DOCUMENTS {
        for word in code(document) {
            let is_path =
                [".rs", ".css", ".toml", ".sh", ".ts", ".js"].iter().any(|kind| word.ends_with(kind))
                    && word.len() > 5
                    && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
            let is_there = || files.iter().any(|file| *file == word || file.ends_with(&format!("/{word}")));
            assert!(!is_path || is_there(), "{document} names {word}");
        }
    }
}

#[test]
fn the_tests_that_documents_name_are_there() {
    let sources: String =
        files().iter().filter(|file| file.ends_with(".rs")).map(|file| read(file)).collect();
    for document in DOCUMENTS {
        for word in code(document) {
            let is_test = word.matches('_').count() >= 3
                && !word.starts_with("tokenry_")
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(!is_test || sources.contains(&format!("fn {word}")), "{document} names {word}");
        }
    }
}

#[test]
fn the_first_documents_are_short() {
    assert!(read("README.md").lines().count() <= 250);
    assert!(read("ARCHITECTURE.md").split_whitespace().count() <= 1_500);
}
