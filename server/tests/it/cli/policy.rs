//! The rules of a workspace on the command line.

use super::{
    commands::{refused, said},
    token_commands::{create, json, machine_with},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

#[tokio::test]
async fn the_command_line_keeps_the_rules_too() {
    let machine = machine_with(&[("Ada", "admin")]);
    let mut raw = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(machine.database()))
        .await
        .unwrap();
    sqlx::raw_sql("update workspace set lifetime_days_max = 90, prefix = 'acme'")
        .execute(&mut raw)
        .await
        .unwrap();
    refused(&create(&machine, &["--expires", "92d"]), "Tokens may live at most 90 days here: until ");
    refused(&create(&machine, &[]), "Choose a day.");
    let made = json(&create(&machine, &["--expires", "90d", "--json"]));
    assert!(made["secret"].as_str().unwrap().starts_with("acme_"), "what the workspace says goes first");
    let file = machine.database().with_file_name("keys.csv");
    let sha256 = "26823fe0327396b41054ad66220c04157cf49556a2ed34c2e0c8c82a1b937ad8";
    std::fs::write(&file, format!("name,sha256,permissions\nSync,{sha256},projects:read\n")).unwrap();
    let imported = machine.run(&["token", "import", file.to_str().unwrap()], "");
    refused(&imported, "expires_at: Tokens may live at most 90 days here");
    let list = machine.run(&["token", "list"], "");
    assert_eq!(said(&list).lines().count(), 1);
}
