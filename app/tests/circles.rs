//! The files of the server import each other without circles, and never from a floor above.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Files by module, such as `http::router`.
fn modules(root: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root).unwrap().with_extension("");
            let parts: Vec<_> = name.iter().map(|part| part.to_str().unwrap()).collect();
            let name = parts.join("::");
            found.insert(name.strip_suffix("::mod").unwrap_or(&name).to_owned(), path);
        }
    }
    found
}

/// The position of the brace that closes the first one.
fn closed(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Every path of a `use` tree, such as `a::{b, c::{d}}`.
fn flatten(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let Some(brace) = tree.find('{') else {
        let path = tree.split_whitespace().next().unwrap_or_default();
        paths.push(format!("{prefix}{path}"));
        return;
    };
    let prefix = format!("{prefix}{}", tree[..brace].trim());
    let inside = &tree[brace + 1..closed(&tree[brace..]) + brace];
    let (mut depth, mut from) = (0, 0);
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let branch = inside[from..at].trim();
                if !branch.is_empty() {
                    flatten(&prefix, branch, paths);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// The paths within its own crate that a file names, outside its unit tests.
fn named(module: &str, text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let code: String = code.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
    let above = |module: &str| module.rsplit_once("::").map_or(String::new(), |(above, _)| above.to_owned());
    let parent = above(module);
    let from_root = |module: &str| format!("crate::{module}::").replace("crate::::", "crate::");
    let code =
        code.replace("super::super::", &from_root(&above(&parent))).replace("super::", &from_root(&parent));
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let length = rest.find(|c: char| !c.is_alphanumeric() && !"_:".contains(c)).unwrap_or(rest.len());
        let end = if rest[length..].starts_with('{') { length + closed(&rest[length..]) + 1 } else { length };
        flatten("", &rest[..end], &mut paths);
    }
    paths
}

/// The modules that each module imports. Anything re-exported at the crate's root must be named by its own module.
fn imports(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let files = modules(root);
    let mut imports = BTreeMap::new();
    for (module, path) in files.iter().filter(|(module, _)| !["lib", "main"].contains(&module.as_str())) {
        let mut of_it = BTreeSet::new();
        for path in named(module, &fs::read_to_string(path).unwrap()) {
            let parts: Vec<_> = path.split("::").collect();
            let home =
                (1..=parts.len()).rev().map(|n| parts[..n].join("::")).find(|home| files.contains_key(home));
            let home = home.unwrap_or_else(|| panic!("{module} names {path} by the root of the crate"));
            if home != *module {
                of_it.insert(home);
            }
        }
        imports.insert(module.clone(), of_it);
    }
    imports
}

/// A path from a module back to itself, if there is one.
fn circle(imports: &BTreeMap<String, BTreeSet<String>>, from: &str) -> Option<Vec<String>> {
    let mut ways = vec![vec![from.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in imports.get(way.last()?).into_iter().flatten() {
            if next == from {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push(way.iter().chain([next]).cloned().collect());
            }
        }
    }
    None
}

fn server() -> BTreeMap<String, BTreeSet<String>> {
    imports(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src"))
}

#[test]
fn the_files_of_the_server_import_each_other_in_no_circle() {
    let imports = server();
    assert!(imports.len() > 80, "{} files were read", imports.len());
    for module in imports.keys() {
        assert_eq!(circle(&imports, module), None);
    }
}

#[test]
fn arrows_between_the_floors_of_the_server_point_down() {
    // Each floor, with the floors that it may import.
    let floors: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("cli", ["commands", "config", "demo", "error", "lifecycle"].as_slice()),
        ("commands", &["config", "error", "lifecycle", "outbox", "rest", "store"]),
        ("demo", &["config", "error", "lifecycle", "net", "state", "store"]),
        ("lifecycle", &["config", "error", "http", "metrics", "net", "oidc", "outbox", "state", "store"]),
        ("outbox", &["net", "rest"]),
        ("error", &["commands", "config", "net", "outbox", "store"]),
        ("http", &["console", "metrics", "net", "rest", "state"]),
        ("console", &["http", "oidc", "state"]),
        ("rest", &["http", "metrics", "net", "oidc", "state"]),
        ("state", &["console", "metrics", "net", "oidc"]),
        ("metrics", &["http"]),
        ("config", &["net", "oidc", "outbox", "store"]),
        ("oidc", &["net"]),
        ("net", &["metrics"]),
        ("store", &[]),
    ]);
    for (module, imported) in server() {
        let floor = |module: &str| module.split("::").next().unwrap().to_owned();
        let from = floor(&module);
        let allowed = floors.get(from.as_str()).unwrap_or_else(|| panic!("{from} is not a floor"));
        for other in imported {
            let to = floor(&other);
            assert!(to == from || allowed.contains(&to.as_str()), "{module} imports {other}");
        }
    }
}
