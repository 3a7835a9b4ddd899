//! The same verification by better-auth's API keys, installed from npm once, outside the checkout.
//!
//! The work is equal: better-auth checks the permission, the rate limit and the expiry of the key, and writes down
//! every time when it was last used. It checks no address, because it cannot.

use crate::{
    child::Server,
    figures::{Figures, title},
    load::{Side, compare},
    pin,
    plan::Plan,
    request::{SECRET, VerifyRequest},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const KEYS: &str = "10000";
const PACKAGE: &str = include_str!("better_auth/package.json");
const SERVER: &str = include_str!("better_auth/server.mjs");

pub async fn against(plan: &Plan, verify: Figures, pinned: bool) {
    title("the same against better-auth's API keys in SQLite (floor 25 times)");
    let place = place();
    if let Err(why) = install(&place) {
        println!("  not measured: {why}");
        return;
    }
    let data = tempfile::TempDir::new().unwrap();
    let node = |command: &str, pinned: bool| {
        let mut node = pin::server("node", pinned);
        node.args(["server.mjs", command, KEYS]).arg(data.path()).current_dir(&place);
        node
    };
    if let Err(why) = ran(&mut node("seed", false)) {
        println!("  not measured: {why}");
        return;
    }
    let keys = fs::read_to_string(data.path().join("keys.txt")).unwrap();
    let head = "POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let body = format!(r#"{{"secret":"{SECRET}","permissions":{{"projects":["read"]}}}}"#);
    let request = VerifyRequest::new(head, &body, keys.lines(), r#""valid":true"#);
    let bare = VerifyRequest::new(&head.replace("/verify", "/bare"), &body, keys.lines(), "");
    let [one, other] = [(); 2].map(|()| Server::start(node("serve", pinned)));
    let [mut bare, mut rival] = compare(plan, [&Side::new(&one, bare), &Side::new(&other, request)]).await;
    bare.print("bare node");
    rival.print("better-auth");
    println!(
        "  {:.1} times our CPU for each verification",
        rival.cpu_per_request() / verify.cpu_per_request()
    );
}

/// The directory in which the Makefile keeps the installation.
fn place() -> PathBuf {
    let cache = env::var_os("TOKENRY_CACHE").map(PathBuf::from).or_else(|| {
        let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        base.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache"))).map(|b| b.join("tokenry"))
    });
    cache.unwrap_or_else(env::temp_dir).join("better-auth")
}

fn install(place: &Path) -> Result<(), String> {
    let write = |name: &str, text: &str| fs::write(place.join(name), text);
    fs::create_dir_all(place).and_then(|()| write("server.mjs", SERVER)).map_err(|e| e.to_string())?;
    // Written last, so that it vouches for the rest.
    let done = place.join("installed.json");
    if place.join("node_modules").is_dir() && fs::read_to_string(&done).is_ok_and(|there| there == PACKAGE) {
        return Ok(());
    }
    write("package.json", PACKAGE).map_err(|e| e.to_string())?;
    ran(Command::new("npm")
        .args(["install", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(place))?;
    fs::write(done, PACKAGE).map_err(|e| e.to_string())
}

/// Runs a command. If it fails, returns the first line about an error.
fn ran(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let Output { status, stderr, .. } = command.output().map_err(|e| format!("{program}: {e}"))?;
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&stderr);
    let first = said.lines().find(|line| line.to_lowercase().contains("error")).unwrap_or_default();
    Err(format!("{program} failed: {}", first.trim()))
}
