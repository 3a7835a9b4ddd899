//! Identity on the command line: addresses, names and passwords as they come.

use super::commands::{PASSWORD, refused, said};
use crate::support::binary::Machine;

const TAKEN: &str = "Somebody here has this name, or one that looks the same.";
const NFC: &str = "vierzig blaue Teekännchen";
const NFD: &str = "vierzig blaue Teeka\u{308}nnchen";

#[test]
fn the_command_line_takes_addresses_and_passwords_as_they_come() {
    let machine = Machine::new();
    let add = |email: &str, name: &str, password: &str| {
        let role = ["--role", "admin", "--password-stdin"];
        machine.run(&[&["person", "add", "--email", email, "--name", name][..], &role].concat(), password)
    };
    said(&add("user@münchen.example", "Mü", &format!("\u{feff}{NFD}\r\n")));
    let again = add("user@xn--mnchen-3ya.example", "Other", PASSWORD);
    refused(&again, "Somebody here has this e-mail address already.");
    refused(&add("new@example.com", "mu\u{308}", PASSWORD), TAKEN);
    let disabled = machine.run(&["person", "reset-password", "--email", "USER@xn--mnchen-3ya.example"], "");
    assert!(said(&disabled).contains("?code="));
    let server = machine.serve();
    let encode = |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    for (email, password) in [("user@münchen.example", NFC), ("user@xn--mnchen-3ya.example", NFD)] {
        let body = format!("email={}&password={}", encode(email), encode(password));
        let answer = server.ask("POST", "/sign-in", "", &body);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    }
    server.terminate();
}
