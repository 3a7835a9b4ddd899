//! Under a service manager: it is told when the server is ready and when it stops, and asks whether it lives.

use crate::{
    cli::commands::{refused, said},
    support::binary::Machine,
};
use std::{os::unix::net::UnixDatagram, time::Duration};

#[test]
fn a_service_manager_is_told_when_the_server_is_ready_lives_and_stops() {
    let machine = Machine::new();
    let place = machine.database().with_file_name("notify");
    let told = UnixDatagram::bind(&place).unwrap();
    told.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let hear = || {
        let mut text = [0; 512];
        let length = told.recv(&mut text).unwrap();
        String::from_utf8_lossy(&text[..length]).trim().to_owned()
    };
    let variables = [("NOTIFY_SOCKET", place.to_str().unwrap()), ("WATCHDOG_USEC", "200000")];
    let server = machine.serve_among(&variables, &[]);
    assert_eq!(hear(), "READY=1");
    for _ in 0..3 {
        assert_eq!(hear(), "WATCHDOG=1");
    }
    server.terminate();
    while hear() != "STOPPING=1" {}
}

#[test]
fn a_health_check_needs_no_other_program() {
    let machine = Machine::new();
    let server = machine.serve();
    let address = server.address().to_string();
    assert_eq!(said(&machine.run_elsewhere(&[("TOKENRY_LISTEN", &address)], &["ping"])), "ready");
    server.terminate();
    let away = machine.run_elsewhere(&[("TOKENRY_LISTEN", &address)], &["ping"]);
    refused(&away, &format!("No answer from {address}: "));
}
