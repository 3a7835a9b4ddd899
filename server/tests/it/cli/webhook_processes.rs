//! Webhooks of real servers: two on one database, one of which is killed.

use super::{
    commands::{PASSWORD, add, said},
    token_commands::json,
};
use crate::support::{binary::Machine, receiver::Receiver};

fn create(machine: &Machine, name: &str, permission: &str) -> String {
    let token = ["token", "create", "--name", name, "--permission", permission, "--json"];
    json(&machine.run(&token, ""))["secret"].as_str().unwrap().to_owned()
}

#[test]
fn of_two_servers_one_sends_each_message_and_a_kill_loses_none() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let key = create(&machine, "Sets up", "tokenry.webhooks:write");
    let receiver = Receiver::new();
    let servers = ["one", "two"].map(|_| machine.serve_with(&["--allow-private-webhooks"]));
    let hook = format!(r#"{{"name":"Chat","url":"{}","events":["token.created"]}}"#, receiver.url());
    let made = servers[0].post_json("/v1/webhooks", &key, &hook);
    assert!(made.starts_with("HTTP/1.1 201") && made.contains("whsec_"), "{made}");
    for name in ["One", "Two", "Three"] {
        create(&machine, name, "projects:read");
    }
    let names = |count: usize| -> Vec<String> {
        let messages = receiver.until(count);
        messages.iter().map(|one| one.json()["data"]["target_name"].as_str().unwrap().to_owned()).collect()
    };
    // What was sent at the moment of a kill can come twice, under the same id.
    let names_up_to = |last: &str| -> Vec<String> {
        let mut all = (1..).map(names).find(|names| names.last().is_some_and(|name| name == last)).unwrap();
        all.dedup();
        all
    };
    assert_eq!(names(3), ["One", "Two", "Three"]);
    let [one, two] = servers;
    one.stop();
    create(&machine, "Four", "projects:read");
    assert_eq!(names_up_to("Four"), ["One", "Two", "Three", "Four"]);
    two.stop();
    create(&machine, "Five", "projects:read");
    let third = machine.serve_with(&["--allow-private-webhooks"]);
    assert_eq!(names_up_to("Five"), ["One", "Two", "Three", "Four", "Five"]);
    third.terminate();
}
