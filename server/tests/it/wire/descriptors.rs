//! The process and its system: descriptors, which connections must not use up, and the signals that tell it to end.

use crate::{
    cli::token_commands::{create, json, machine_with},
    support::binary::{Machine, Server},
};
use std::net::Ipv4Addr;
use tokio::net::{TcpSocket, TcpStream};

/// Connections that send nothing, from several of this machine's addresses.
async fn silent(server: &Server, each: usize) -> Vec<TcpStream> {
    let mut silent = Vec::new();
    for source in 2..5 {
        for _ in 0..each {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((Ipv4Addr::new(127, 0, 0, source), 0).into()).unwrap();
            // A connection too many is reset.
            silent.extend(socket.connect(server.address()).await.ok());
        }
    }
    silent
}

fn with_token(machine: &Machine) -> String {
    let permissions = ["tokenry.tokens:verify", "tokenry.tokens:write", "--json"];
    json(&create(machine, &permissions))["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn with_few_descriptors_secrets_are_verified_and_tokens_made_while_hundreds_of_connections_come() {
    let machine = machine_with(&[("Ada", "admin")]);
    let secret = with_token(&machine);
    let server = machine.serve_after("ulimit -n 256", &["--metrics-listen", "127.0.0.1:0"]);
    let silent = silent(&server, 80).await;
    assert!(silent.len() >= 120, "some may learn at once that they are refused");
    for round in 0..20 {
        let verdict = server.post_json("/v1/verify", &secret, &format!("{{\"secret\":\"{secret}\"}}"));
        assert!(verdict.contains("\"valid\""), "{verdict}");
        let made = format!("{{\"name\":\"Made {round}\",\"permissions\":[\"projects:read\"]}}");
        let made = server.post_json("/v1/tokens", &secret, &made);
        assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    }
    let refused = server.metrics();
    let refused = refused.lines().find_map(|line| line.strip_prefix("tokenry_connections_refused_total "));
    assert_eq!(refused, Some("120"), "of 80 connections from each of three sources, 40 were let in");
    let log = server.terminate();
    assert_eq!(log.matches("the system allows few descriptors").count(), 1, "{log}");
    assert_eq!(log.matches("a source has as many connections as it may").count(), 3, "one line for each");
    assert!(!log.contains("no connection can be accepted"), "{log}");
}

#[tokio::test]
async fn the_limit_of_a_source_can_be_chosen() {
    let machine = Machine::new();
    let server = machine.serve_with(&["--connections-per-source", "3", "--metrics-listen", "127.0.0.1:0"]);
    let _silent = silent(&server, 5).await;
    assert!(server.ask("GET", "/healthz", "", "").starts_with("HTTP/1.1 200"));
    assert!(server.metrics().contains("\ntokenry_connections_refused_total 6\n"));
}

#[test]
fn a_terminal_that_closes_ends_the_server_in_good_order() {
    let machine = Machine::new();
    machine.serve().end_by("-HUP");
}

#[test]
fn a_server_that_was_told_to_ignore_its_terminal_goes_on() {
    let machine = Machine::new();
    let server = machine.serve_after("trap '' HUP", &[]);
    server.signal("-HUP");
    assert!(server.ask("GET", "/healthz", "", "").starts_with("HTTP/1.1 200"));
    assert!(server.terminate().contains("Tokenry has stopped"));
}

#[test]
fn a_wide_range_of_proxies_is_warned_of() {
    let warned = |range: &str| {
        let machine = Machine::new();
        let server = machine.serve_with(&["--trusted-proxy", range]);
        server.terminate().contains("a wide range of --trusted-proxy")
    };
    for (range, wide) in
        [("10.0.0.0/8", true), ("10.0.0.0/24", false), ("fd00::/48", true), ("fd00::/64", false)]
    {
        assert_eq!(warned(range), wide, "{range}");
    }
}
