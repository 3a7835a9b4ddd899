//! Style sheets and markup use the same classes.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Classes that mark a place and have no style of their own.
const MARKS: [&str; 2] = ["screen", "screen-loading"];

fn texts(folders: &[&str], kinds: &[&str]) -> String {
    let mut open: Vec<PathBuf> =
        folders.iter().map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)).collect();
    let mut text = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known)) {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Every part of the text between these two marks.
fn between<'a>(text: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(begin).skip(1).filter_map(move |rest| rest.split(end).next())
}

/// The style sheets without comments, strings and URLs.
fn rules() -> String {
    let mut css = texts(&["style"], &["css"]);
    for (begin, end) in [("/*", "*/"), ("\"", "\""), ("url(", ")")] {
        while let Some(from) = css.find(begin) {
            let to = css[from + begin.len()..]
                .find(end)
                .map_or(css.len(), |at| from + begin.len() + at + end.len());
            css.replace_range(from..to, " ");
        }
    }
    css
}

fn defined() -> BTreeSet<String> {
    let css = rules();
    let after_dots = css.split('.').skip(1).map(|rest| {
        let length = rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len());
        rest[..length].to_owned()
    });
    after_dots.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).collect()
}

fn markup() -> String {
    let text = texts(&["app/src", "server/src"], &["rs", "js"]);
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.to_owned() + "\n")
        .collect()
}

#[test]
fn no_class_is_defined_that_nothing_has() {
    let markup = markup();
    let words: BTreeSet<&str> = markup.split(|c| !is_of_a_name(c)).collect();
    let idle: Vec<_> = defined().into_iter().filter(|class| !words.contains(class.as_str())).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn no_class_is_used_that_is_not_defined() {
    let (markup, defined) = (markup(), defined());
    let used: BTreeSet<&str> = between(&markup, "class=\"", "\"").flat_map(str::split_whitespace).collect();
    assert!(used.len() > 100, "{} classes were read", used.len());
    let unknown: Vec<_> =
        used.into_iter().filter(|class| !defined.contains(*class) && !MARKS.contains(class)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
