//! The rules about which folder may know of which, checked in the sources.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The lines of code in a folder that mention one of the words. Comments may mention anything.
fn mentions(folder: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources(folder) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    found
}

fn assert_none(found: &[String], why: &str) {
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

#[test]
fn the_domain_knows_no_framework() {
    let foreign = [
        "leptos",
        "axum",
        "sqlx",
        "web_sys",
        "js_sys",
        "tokio",
        "crate::service",
        "crate::ui",
        "crate::server_fns",
    ];
    assert_none(&mentions("app/src/domain", &foreign), "the domain is pure");
}

#[test]
fn widgets_know_no_domain() {
    let domain = [
        "crate::domain",
        "crate::server_fns",
        "crate::components",
        "crate::pages",
        "crate::service",
        "Token",
    ];
    assert_none(&mentions("app/src/ui", &domain), "a widget could live in anyone's library");
}

#[test]
fn pages_and_components_go_through_the_server_functions() {
    for folder in ["app/src/pages", "app/src/components"] {
        assert_none(&mentions(folder, &["crate::service", "leptos_axum"]), "ask `server_fns`");
    }
    assert_none(&mentions("app/src/components", &["crate::pages"]), "components do not know who uses them");
}

#[test]
fn only_the_client_touches_the_browser() {
    let found: Vec<String> = mentions("app/src", &["web_sys", "js_sys", "wasm_bindgen"])
        .into_iter()
        .filter(|line| !line.contains("app/src/client/"))
        .collect();
    assert_none(&found, "work on the document by hand stands in app/src/client");
}

#[test]
fn markup_is_written_by_components_alone() {
    let found: Vec<String> = mentions("app/src", &["inner_html"])
        .into_iter()
        .filter(|line| !line.contains("<title inner_html=") && !line.contains("inner_html=BOOT"))
        .collect();
    assert_none(
        &found,
        "nothing but titles, which Leptos does not escape, and the script that starts the application",
    );
}

#[test]
fn server_functions_answer_with_data() {
    let texts = ["-> Result<String", "-> Result<Html", "-> String", "-> AnyView", "-> impl IntoView"];
    let found: Vec<String> = mentions("app/src/server_fns", &["async fn"])
        .into_iter()
        .filter(|line| texts.iter().any(|text| line.contains(text)))
        .collect();
    assert_none(&found, "a server function answers with types of the domain");
}

#[test]
fn the_service_knows_neither_http_nor_sql() {
    assert_none(
        &mentions("app/src/service", &["sqlx", "axum", "leptos", "http::"]),
        "HTTP and stores are elsewhere",
    );
}

#[test]
fn lists_are_read_in_turn() {
    let lists = [
        "list_tokens",
        "count_tokens",
        "count_matching",
        "old_uses",
        "hours_of_use",
        "token_owners",
        "held",
        "holders",
        "deleted_tokens",
        "use_totals",
        "token_record",
        "audit_lines",
        "recipients",
        "tokens_among",
        "old_secret",
        "recent_uses",
        "outlasting",
        "deleted_between",
        "losses",
        "accounts",
        "requests",
    ];
    let out_of_turn: Vec<String> = lists.iter().map(|list| format!("self.store.{list}(")).collect();
    let out_of_turn: Vec<&str> = out_of_turn.iter().map(String::as_str).collect();
    assert_none(
        &mentions("app/src/service", &out_of_turn),
        "one person's lists keep nobody from theirs: ask `reading`",
    );
}

#[test]
fn what_is_compiled_where_is_decided_where_a_module_begins() {
    // A server function has two halves. Each of the other files answers one question that differs between the machines.
    let allowed = [
        "app/src/lib.rs",
        "/mod.rs",
        "app/src/server_fns/",
        "app/src/page_context.rs",
        "app/src/client/time.rs",
    ];
    let found: Vec<String> =
        mentions("app/src", &["cfg(feature", "cfg(not(feature", "cfg!(feature", "target_arch"])
            .into_iter()
            .filter(|line| !allowed.iter().any(|file| line.contains(file)))
            .collect();
    assert_none(&found, "whole modules are compiled or not, not lines in them");
}

#[test]
fn only_one_file_hashes() {
    let found: Vec<String> = mentions("app/src", &["sha2::", "getrandom::"])
        .into_iter()
        .filter(|l| !l.contains("service/crypto.rs"))
        .collect();
    assert_none(&found, "randomness and hashing live in service/crypto.rs");
    let found: Vec<String> = mentions("app/src", &["argon2::", "zxcvbn"])
        .into_iter()
        .filter(|l| !l.contains("service/people/passwords.rs"))
        .collect();
    assert_none(&found, "passwords are hashed and weighed in service/people/passwords.rs");
}

/// Names of values that open something or help to guess it. A type that derives `Debug` must not hold them as plain
/// text.
const HUSH: [&str; 9] =
    ["secret", "password", "hash", "digest", "sha256", "code", "cookie", "session", "private_key"];

/// Fields with such a name that are meant to be read: stable error codes, and a password that the demonstration shows.
const MEANT_TO_BE_READ: [&str; 5] =
    ["FieldError.code", "Fault.code", "ProblemBody.code", "Stricter.code", "Demonstration.password"];

/// `Type.field` for every field of plain text or bytes with such a name, in a type that derives `Debug`.
fn fields_that_would_print(text: &str) -> Vec<String> {
    let (mut found, mut derives, mut inside) = (Vec::new(), false, None);
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default().trim();
        let words: Vec<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        if code.starts_with("#[derive(") {
            derives = words.contains(&"Debug");
        } else if let Some(at) = words.iter().position(|word| ["struct", "enum"].contains(word)) {
            inside = derives.then(|| words.get(at + 1).copied().unwrap_or_default());
            derives = false;
        } else if line == "}" {
            inside = None;
        }
        let Some((name, (field, kind))) = inside.zip(code.split_once(": ")) else { continue };
        let field = field.rsplit([' ', '{']).next().unwrap_or_default();
        let is_plain = ["str", "String", "Vec<u8>", "[u8"].iter().any(|plain| kind.contains(plain));
        if is_plain && HUSH.iter().any(|hush| field.contains(hush)) {
            found.push(format!("{name}.{field}"));
        }
    }
    found
}

#[test]
fn what_must_not_print_is_in_no_type_that_derives_debug() {
    let source = "#[derive(Clone, Debug)]\npub struct Loud<'a> {\n    pub secret: &'a str,\n    pub name: String,\n}\n\
                  #[derive(Clone)]\nstruct Quiet {\n    secret: String,\n}\n";
    assert_eq!(fields_that_would_print(source), ["Loud.secret"]);
    for folder in ["app/src", "server/src"] {
        for (path, text) in sources(folder) {
            let mut found = fields_that_would_print(&text);
            found.retain(|field| !MEANT_TO_BE_READ.contains(&field.as_str()));
            assert_none(
                &found,
                &format!("write Debug by hand, or give it a type that does not print: {}", path.display()),
            );
        }
    }
}

#[test]
fn commands_print_through_an_output_that_was_proved() {
    let found: Vec<String> = mentions("server/src", &["stdout()", "println!(", "print!("])
        .into_iter()
        .filter(|line| {
            !["commands/output.rs", "demo/mod.rs", "outbox/carrier.rs"].iter().any(|file| line.contains(file))
        })
        .collect();
    assert_none(&found, "results are written in server/src/commands/output.rs");
}

#[test]
fn sql_is_written_by_hand_and_in_one_place() {
    assert_none(&mentions("server/src", &["AssertSqlSafe"]), "SQL is static text");
    let found: Vec<String> = mentions("server/src", &["sqlx::query"])
        .into_iter()
        .filter(|l| !l.contains("server/src/store/"))
        .collect();
    assert_none(&found, "SQL lives in the store");
    assert_none(
        &mentions("server/src/store/queries", &[".commit().await"]),
        "a transaction ends in the engine's commit, which tells those who keep things in memory",
    );
}

/// Each engine has its own `dialect` for these.
#[test]
fn queries_are_written_for_every_engine() {
    let sqlite = [
        "json_each",
        "json_group",
        "unhex(",
        "zeroblob",
        "x''",
        "cross join",
        "indexed by",
        "instr(",
        "rowid",
        "char(10)",
        " + 0 ",
        "begin immediate",
        "pragma",
        "unixepoch",
        "datetime(",
        "strftime(",
        "ifnull(",
        "group_concat(",
        "autoincrement",
        "token_text",
        " glob ",
        " lower(",
        "(lower(",
        "?1",
        "Sqlite",
    ];
    let postgres = ["::text", "::bigint", "ilike", "any($", "unnest(", "bytea", "lateral"];
    for word in sqlite.iter().chain(&postgres) {
        let found = mentions("server/src/store/queries", &[*word]).into_iter();
        // A test of how an engine looks up rows may name that engine's words.
        let found: Vec<String> = found.filter(|line| !line.contains("planned!(")).collect();
        assert_none(&found, "queries are written for every engine");
    }
}

#[test]
fn no_source_file_is_longer_than_four_hundred_lines() {
    for folder in ["app", "server/src", "server/tests", "frontend/src"] {
        for (path, text) in sources(folder) {
            assert!(text.lines().count() <= 400, "{} has {} lines", path.display(), text.lines().count());
        }
    }
}
