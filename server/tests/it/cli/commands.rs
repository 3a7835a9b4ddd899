//! The command line as an operator uses it: its output, its exit codes, and the secrets that it never prints.

use crate::support::binary::{Machine, Ran};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

pub const PASSWORD: &str = "seventeen violet kettles";
const NEW: &str = "nineteen amber lanterns";

pub fn add(machine: &Machine, name: &str, role: &str, password: &str) -> Ran {
    let email = format!("{name}@example.com");
    let arguments = ["person", "add", "--email", &email, "--name", name, "--role", role, "--password-stdin"];
    machine.run(&arguments, password)
}

/// The output of a command that succeeded without logging an error.
pub fn said(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(!ran.err.contains("ERROR"), "{}", ran.err);
    ran.out.trim_end()
}

/// The error output of a command that was refused with this sentence and printed nothing else.
pub fn refused<'a>(ran: &'a Ran, sentence: &str) -> &'a str {
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
    assert!(ran.err.contains(sentence), "{}", ran.err);
    &ran.err
}

pub async fn tamper(machine: &Machine, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(machine.database());
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}

#[test]
fn people_are_added_listed_and_disabled() {
    let machine = Machine::new();
    refused(&machine.run(&["person", "list"], ""), "There is no database at");
    assert!(!machine.database().exists(), "a misspelt path makes no new one");
    let ada = add(&machine, "Ada", "admin", &format!("{PASSWORD}\nand more\n"));
    assert!(said(&ada).starts_with("Ada can sign in as Ada@example.com"), "{}", ada.out);
    said(&add(&machine, "Ines", "member", &format!("{PASSWORD}\r\n")));
    let list = machine.run(&["person", "list"], "");
    let mut lines: Vec<&str> = said(&list).lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["Ada@example.com\tAda\tadmin\tactive\t0 tokens", "Ines@example.com\tInes\tmember\tactive\t0 tokens"]
    );
    let disable = |email| machine.run(&["person", "disable", "--email", email], "");
    assert_eq!(said(&disable("INES@example.com")), "Ines cannot sign in any more.");
    assert!(said(&machine.run(&["person", "list"], "")).contains("\tInes\tmember\tdisabled\t"));
    refused(&disable("ada@example.com"), "Somebody has to be an admin");
    refused(&disable("nobody@example.com"), "There is no such person.");
}

#[test]
fn the_operator_resets_the_second_factors_of_somebody() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let reset = |email| machine.run(&["person", "reset-second-factors", "--email", email], "");
    let sentence = "Ada has no second factors any more, and is signed out everywhere.";
    assert_eq!(said(&reset("ada@example.com")), sentence);
    refused(&reset("nobody@example.com"), "There is no such person.");
}

#[test]
fn a_database_that_a_command_has_made_is_whole() {
    let token = |machine: &Machine, permission: &str| {
        machine.run(&["token", "create", "--name", "Deploy", "--permission", permission], "")
    };
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    said(&token(&machine, "projects:read"));

    // The operator's own catalogue file is named by a flag or in the server's file.
    let own = "[[resource]]\nname = \"invoices\"\nactions = [\"read\"]\n";
    for by_config in [false, true] {
        let machine = Machine::new();
        let place = |name: &str| machine.database().with_file_name(name).display().to_string();
        std::fs::write(place("own.toml"), own).unwrap();
        std::fs::write(place("tokenry.toml"), format!("catalogue = \"{}\"\n", place("own.toml"))).unwrap();
        let how = if by_config {
            ["--config".to_owned(), place("tokenry.toml")]
        } else {
            ["--catalogue".to_owned(), place("own.toml")]
        };
        let add = [
            "person",
            "add",
            "--email",
            "a@example.com",
            "--name",
            "Ada",
            "--role",
            "admin",
            "--password-stdin",
        ];
        said(&machine.run(&[&add[..], &[&how[0], &how[1]]].concat(), PASSWORD));
        said(&token(&machine, "invoices:read"));
        refused(&token(&machine, "projects:read"), "There is no permission");
        // The server takes the catalogue that it is given, as always.
        machine.serve_with(&["--catalogue", &place("own.toml")]).terminate();
        assert!(said(&machine.run(&["audit", "verify"], "")).contains("whole: 3 lines"));
    }
}

#[test]
fn what_cannot_be_added_is_named_and_the_password_never_is() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    refused(&add(&machine, "ada", "member", PASSWORD), "Somebody here has this e-mail address already.");
    refused(&add(&machine, "Ines", "owner", PASSWORD), "Choose a role: admin, member or viewer.");
    let short = add(&machine, "Ines", "member", "short secret");
    assert!(!refused(&short, "Use at least 15 characters").contains("short secret"));
    let common = add(&machine, "Ines", "member", "passwordpassword");
    assert!(!refused(&common, "one of the first that anybody would try").contains("passwordpassword"));
    refused(&add(&machine, "Ines", "member", ""), "This has 0.");
    // A password is never an argument.
    let arguments =
        ["person", "add", "--email", "i@e.com", "--name", "I", "--role", "member", "--password", "x"];
    assert_eq!(machine.run(&arguments, "").code, Some(2));
    let without = ["person", "add", "--email", "i@e.com", "--name", "I", "--role", "member"];
    assert_eq!(machine.run(&without, PASSWORD).code, Some(2));
    assert_eq!(said(&machine.run(&["person", "list"], "")).lines().count(), 1);
}

#[test]
fn a_password_is_reset_by_a_link_or_at_once() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let reset = ["person", "reset-password", "--email", "ada@example.com"];
    let link = machine.run(&reset, "");
    let code = said(&link).strip_prefix("http://127.0.0.1:3000/password?code=").expect("a link").to_owned();
    assert!(app::service::Key::parse(&code).is_some(), "{code}");
    assert!(!link.err.contains(&code), "it stands on the standard output alone");
    let elsewhere = [&reset[..], &["--public-url", "https://tokens.example.com"]].concat();
    assert!(said(&machine.run(&elsewhere, "")).starts_with("https://tokens.example.com/password?code="));
    let nowhere = [&reset[..], &["--public-url", "https://tokens.example.com/path"]].concat();
    refused(&machine.run(&nowhere, ""), "The public URL cannot be used.");
    let at_once = [&reset[..], &["--password-stdin"]].concat();
    refused(&machine.run(&at_once, "too short\n"), "Use at least 15 characters");
    let done = machine.run(&at_once, &format!("{NEW}\n"));
    assert_eq!(said(&done), "Ada has a new password, and is signed out everywhere.");
    assert!(!done.err.contains(NEW));
    let nobody = ["person", "reset-password", "--email", "nobody@example.com"];
    refused(&machine.run(&nobody, ""), "There is no such person.");
}

#[tokio::test]
async fn a_log_that_was_changed_is_found_out_and_ends_with_a_failure() {
    let machine = Machine::new();
    let verify = ["audit", "verify"];
    for name in ["Ada", "Ines", "Otto", "Vera"] {
        said(&add(&machine, name, "admin", PASSWORD));
    }
    let whole = machine.run(&verify, "");
    let head = said(&whole).strip_prefix("The audit log is whole: 5 lines. Its head is ").unwrap();
    let head = head.split(": keep it").next().unwrap().to_owned();
    let with_head = ["audit", "verify", "--head", &head];
    said(&machine.run(&with_head, ""));
    refused(&machine.run(&["audit", "verify", "--head", "4:xyz"], ""), "A head is written LINE:LINK");

    tamper(&machine, "drop trigger event_is_not_removed; delete from event where id = 5").await;
    assert!(said(&machine.run(&verify, "")).contains("whole: 4 lines"), "alone it looks whole");
    refused(&machine.run(&with_head, ""), "line 5 is missing or another one");
    tamper(&machine, "drop trigger event_is_not_changed; update event set at = 1 where id = 2").await;
    refused(&machine.run(&verify, ""), "The audit log is broken at line 2");
}

#[test]
fn no_secret_is_in_the_log_however_much_is_logged() {
    let machine = Machine::new();
    let server = machine.serve();
    let code = server.code.clone().expect("nobody is there yet");
    let form = |password: &str| {
        let password = password.replace(' ', "+");
        format!("code={code}&name=Ada&email=ada%40example.com&password={password}&again={password}")
    };
    assert!(server.ask("GET", &format!("/setup?code={code}"), "", "").starts_with("HTTP/1.1 303"));
    let page = server.ask("GET", "/setup", &format!("tokenry-link={code}"), "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let inside = server.ask("POST", "/setup", "", &form(PASSWORD));
    assert!(inside.starts_with("HTTP/1.1 303"), "{inside}");
    let cookie = |answer: &str, name: &str| {
        let start = format!("set-cookie: {name}=");
        let line =
            answer.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{answer}"));
        line.split(';').next().unwrap().to_owned()
    };
    let sign_in = format!("email=ada%40example.com&password={}", PASSWORD.replace(' ', "+"));
    let signed_in = server.ask("POST", "/sign-in", "", &sign_in);
    let wrong = server.ask("POST", "/sign-in", "", "email=ada%40example.com&password=mistyped+secret+here");
    assert!(wrong.starts_with("HTTP/1.1 401"), "{wrong}");
    let session = cookie(&signed_in, "tokenry");
    let own = format!("tokenry={session}; tokenry-browser={}", cookie(&signed_in, "tokenry-browser"));
    let made = server.ask("POST", "/settings/tokens/new", &own, "name=Deploy&permissions=projects%3Aread");
    let secret = made.split("tkr_").nth(1).map(|rest| rest[..36].to_owned());
    let invited = "name=Noor&email=noor%40example.com&role=member";
    let invited = server.ask("POST", "/settings/people/new", &own, invited);
    let link: String = invited.split("/password?code=").nth(1).unwrap().chars().take(64).collect();
    server.ask("GET", &format!("/password?code={link}"), "", "");
    server.ask("GET", "/password", &format!("tokenry-link={link}"), "");
    server.ask("GET", "/settings/audit", &own, "");
    let log = server.stop();

    assert!(log.contains("TRACE") && log.contains("POST") && log.contains("/sign-in"), "it logs everything");
    assert_eq!(log.matches(&code).count(), 1, "the operator is told the code, once");
    for hush in [
        PASSWORD,
        &PASSWORD.replace(' ', "+"),
        "mistyped secret",
        "mistyped+secret",
        &session,
        &cookie(&signed_in, "tokenry-browser"),
        &cookie(&inside, "tokenry"),
        &secret.expect("the secret is shown"),
        &link,
        "$argon2",
    ] {
        assert!(!log.contains(hush), "{hush}");
    }
}

#[test]
fn an_operator_sets_up_without_a_browser_and_links_work_on_the_server() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let reset = machine.run(&["person", "reset-password", "--email", "ada@example.com"], "");
    let code = said(&reset).split("code=").nth(1).unwrap().to_owned();
    let server = machine.serve();
    assert_eq!(server.code, None, "with people there is nothing to set up");
    let page = server.ask("GET", "/password", &format!("tokenry-link={code}"), "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let password = NEW.replace(' ', "+");
    let chosen = format!("code={code}&password={password}&again={password}");
    assert!(server.ask("POST", "/password", "", &chosen).starts_with("HTTP/1.1 303"));
    // A command that runs beside the server changes the same data, and takes effect at once.
    said(&add(&machine, "Ines", "admin", PASSWORD));
    said(&machine.run(&["person", "disable", "--email", "ada@example.com"], ""));
    let sign_in = format!("email=ada%40example.com&password={password}");
    assert!(server.ask("POST", "/sign-in", "", &sign_in).starts_with("HTTP/1.1 401"));
    assert!(said(&machine.run(&["audit", "verify"], "")).contains("is whole"));
    server.stop();
}
