//! The real binary's output for the operator's programs: metrics, and a log in JSON.

use crate::{
    cli::token_commands::{create, json, machine_with},
    support::binary::{Machine, Server},
};
use serde_json::Value;

/// Well formed, but never issued.
fn stray() -> String {
    let mut random = [0; 64];
    getrandom::fill(&mut random).unwrap();
    let prefix = app::domain::SecretPrefix::default();
    app::domain::Secret::from_random(&prefix, &random).unwrap().reveal().as_str().to_owned()
}

fn with_token(more: &[&str]) -> (Machine, Value, Server) {
    let machine = machine_with(&[("Ada", "admin")]);
    let made = json(&create(&machine, &["tokenry.tokens:verify", "--json"]));
    let server = machine.serve_with(&[&["--metrics-listen", "127.0.0.1:0"], more].concat());
    (machine, made, server)
}

fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{series} is not in\n{metrics}")).parse().unwrap()
}

#[test]
fn metrics_count_verdicts_requests_and_what_is_kept() {
    let (_machine, made, server) = with_token(&[]);
    let secret = made["secret"].as_str().unwrap();
    for asked in [secret, &stray(), "tkr_malformed"] {
        let body = format!("{{\"secret\":\"{asked}\"}}");
        assert!(server.post_json("/v1/verify", secret, &body).starts_with("HTTP/1.1 200"));
    }
    server.ask("GET", "/forward-auth?permission=billing:write", secret, "");
    server.ask("GET", "/no/such/place", "", "");
    assert!(!server.ask("GET", "/metrics", "", "").contains("tokenry_"), "they have an address of their own");
    let metrics = server.metrics();
    assert!(metrics.starts_with("HTTP/1.1 200"), "{metrics}");
    assert!(metrics.contains("content-type: text/plain; version=0.0.4"));
    let verdicts = |endpoint, verdict| {
        value(&metrics, &format!("tokenry_verifications_total{{door=\"{endpoint}\",verdict=\"{verdict}\"}}"))
    };
    for verdict in ["valid", "unknown", "malformed"] {
        assert_eq!(verdicts("verify", verdict), 1.0, "{verdict}");
    }
    assert_eq!((verdicts("caller", "valid"), verdicts("forward_auth", "permission_missing")), (3.0, 1.0));
    let times = "tokenry_verification_seconds";
    assert_eq!(value(&metrics, &format!("{times}_count{{door=\"verify\"}}")), 3.0);
    assert_eq!(value(&metrics, &format!("{times}_bucket{{door=\"verify\",le=\"+Inf\"}}")), 3.0);
    assert!(value(&metrics, &format!("{times}_sum{{door=\"verify\"}}")) > 0.0);
    let requests = "tokenry_http_requests_total";
    assert_eq!(value(&metrics, &format!("{requests}{{route=\"/v1/verify\",status=\"2xx\"}}")), 3.0);
    assert_eq!(value(&metrics, &format!("{requests}{{route=\"/forward-auth\",status=\"4xx\"}}")), 1.0);
    assert_eq!(value(&metrics, "tokenry_secrets_kept"), 1.0);
    assert!(value(&metrics, "tokenry_secret_lookups_total{from=\"memory\"}") >= 3.0);
    assert_eq!(value(&metrics, "tokenry_secret_lookups_total{from=\"data\"}"), 2.0);
    assert!(value(&metrics, "tokenry_data_comparisons_total{result=\"done\"}") >= 1.0);
    assert!(value(&metrics, "tokenry_data_age_seconds") >= 0.0);
    assert_eq!(value(&metrics, "tokenry_uses_dropped_total"), 0.0);
    assert!(value(&metrics, "tokenry_connections") >= 0.0);
    assert_eq!(value(&metrics, "tokenry_connections_refused_total"), 0.0);
    assert!(value(&metrics, "process_resident_memory_bytes") > 1e6);
}

#[test]
fn metrics_are_shown_to_who_calls_by_address_and_not_to_a_page_that_points_its_name_here() {
    let (_machine, _, server) = with_token(&[]);
    for (host, status) in [("localhost:9100", 200), ("127.0.0.1", 200), ("evil.example:9100", 421), ("", 421)]
    {
        let answer = server.metrics_of(host);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{host}: {answer}");
        assert_eq!(answer.contains("tokenry_"), status == 200, "{host}");
    }
}

#[test]
fn neither_metrics_nor_a_log_in_json_hold_a_secret_or_say_whose_it_is() {
    let (_machine, made, server) = with_token(&["--log-format", "json"]);
    let (secret, stray) = (made["secret"].as_str().unwrap(), stray());
    for asked in [secret, &stray] {
        server.post_json("/v1/verify", secret, &format!("{{\"secret\":\"{asked}\"}}"));
        server.post_json("/v1/verify/batch", secret, &format!("{{\"items\":[{{\"secret\":\"{asked}\"}}]}}"));
        server.post_json("/v1/verify", asked, &format!("{{\"secret\":\"{asked}\",\"{asked}\":1}}"));
        server.post_json("/v1/verify", asked, &format!("{{\"secret\":\"{asked}"));
        server.ask("POST", "/oauth/introspect", asked, &format!("token={asked}"));
        let as_client = format!("token={asked}&client_id=ada&client_secret={asked}");
        server.ask("POST", "/oauth/introspect", asked, &as_client);
        server.ask("POST", "/oauth/revoke", "", &format!("client_secret={asked}"));
        server.ask("GET", "/forward-auth?any=1", asked, "");
        for path in ["/forward-auth", "/v1/verify", "/settings/tokens", "/healthz", "/no/such/place"] {
            server.ask("GET", &format!("{path}?access_token={asked}&token={asked}"), asked, "");
        }
    }
    server.ask("POST", "/oauth/revoke", secret, &format!("token={secret}"));
    let answer = server.ask("GET", "/settings/tokens", "", "");
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    let metrics = server.metrics();
    let log = server.terminate();

    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().any(|line| line["span"]["id"] == id), "{id} is not in the log");
    assert!(lines.iter().any(|line| line["level"] == "TRACE"), "it logs everything");
    assert!(lines.iter().any(|line| line["message"] == "Tokenry has stopped"));
    for hush in [secret, &stray] {
        assert!(!log.contains(hush), "{hush}");
        assert!(!metrics.contains(hush), "{hush}");
    }
    let token = &made["token"];
    for private in [token["id"].as_str().unwrap(), "Deploy", "127.0.0.1", "/no/such/place", "Ada"] {
        assert!(!metrics.contains(private), "{private}");
    }
}
