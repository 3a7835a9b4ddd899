use crate::support::{TestApp, form};
use serde_json::{Value, json};

#[tokio::test]
async fn a_rotated_token_has_a_new_secret_and_the_old_one_its_overlap() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let made = script.make("Sync").await;
    let path = format!("/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    let old = made["secret"].as_str().unwrap();
    let answer = script.post(&format!("{path}/rotate"), &json!({ "overlap_seconds": 60 })).await;
    assert_eq!((answer.status.as_u16(), answer.headers["etag"].to_str().unwrap()), (200, "\"2\""));
    let rotated = answer.json();
    assert_eq!((&rotated["token"]["status"], &rotated["token"]["version"]), (&json!("rotating"), &json!(2)));
    let new = rotated["secret"].as_str().unwrap();
    assert_eq!([asker.verdict(old).await, asker.verdict(new).await], ["valid", "valid"]);
    app.clock.forward(60_000);
    assert_eq!([asker.verdict(old).await, asker.verdict(new).await], ["expired", "valid"]);
    assert_eq!(script.get(&path).await.json()["status"], "active");
}

#[tokio::test]
async fn a_rotation_about_which_nothing_is_said_has_no_overlap() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let made = script.make("Sync").await;
    let path = format!("/v1/tokens/{}/rotate", made["token"]["id"].as_str().unwrap());
    let mut old = made["secret"].as_str().unwrap().to_owned();
    for (headers, body) in [
        (&[][..], ""),
        (&[("content-type", "application/json")][..], "{}"),
        (&[("content-type", "text/plain")][..], ""),
    ] {
        let answer = script.send("POST", &path, headers, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(asker.verdict(&old).await, "revoked");
        answer.json()["secret"].as_str().unwrap().clone_into(&mut old);
    }
    let json = [("content-type", "application/json")];
    for (body, status, fault) in [
        ("{\"overlap_seconds\": -1}", 422, "/overlap_seconds out_of_range"),
        ("{\"overlap_seconds\": 2592001}", 422, "/overlap_seconds out_of_range"),
        ("{\"overlap_seconds\": 1.5}", 422, "/overlap_seconds type"),
        ("{\"overlap_seconds\": null}", 422, "/overlap_seconds type"),
        ("{\"overlap\": 1}", 422, "/overlap type"),
        ("[60]", 422, " type"),
    ] {
        let answer = script.send("POST", &path, &json, body).await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (status, vec![fault.to_owned()]), "{body}");
    }
    assert_eq!(script.send("POST", &path, &[], "{}").await.status, 415);
    assert_eq!(asker.verdict(&old).await, "valid");
}

#[tokio::test]
async fn of_two_rotations_of_one_version_exactly_one_wins() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = script.make("Sync").await;
    let path = format!("/v1/tokens/{}/rotate", made["token"]["id"].as_str().unwrap());
    let version = [("if-match", "\"1\"")];
    let (left, right) =
        tokio::join!(script.send("POST", &path, &version, ""), script.send("POST", &path, &version, ""));
    let mut statuses = [left.status.as_u16(), right.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let late = script.send("POST", &path, &version, "").await;
    assert_eq!((late.status.as_u16(), &late.json()["version"]), (409, &json!(2)));
    assert_eq!(script.send("POST", &path, &[("if-match", "two")], "").await.status, 422);
}

#[tokio::test]
async fn a_disabled_token_is_refused_until_it_is_enabled() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let made = script.make("Sync").await;
    let path = format!("/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    let secret = made["secret"].as_str().unwrap();
    for (action, status, verdict, version) in [
        ("disable", "disabled", "disabled", 2),
        ("disable", "disabled", "disabled", 2),
        ("enable", "active", "valid", 3),
        ("enable", "active", "valid", 3),
    ] {
        let answer = script.send("POST", &format!("{path}/{action}"), &[], "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.headers["etag"], format!("\"{version}\""));
        assert_eq!(answer.json()["status"], status);
        assert_eq!(asker.verdict(secret).await, verdict);
    }
}

#[tokio::test]
async fn a_deleted_token_is_dead_and_gone() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let made = script.make("Sync").await;
    let path = format!("/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(asker.verdict(secret).await, "valid");
    let answer = script.send("DELETE", &path, &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(asker.verdict(secret).await, "revoked");
    for (method, place) in
        [("DELETE", ""), ("GET", ""), ("POST", "/rotate"), ("POST", "/disable"), ("POST", "/enable")]
    {
        let again = script.send(method, &format!("{path}{place}"), &[], "").await;
        assert_eq!(again.status, 404, "{method} {place}");
    }
}

#[tokio::test]
async fn what_never_was_is_gone_or_is_no_id_is_answered_alike() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let gone = app.made(&form("Gone", &["projects:read"])).await.token.id;
    app.service.delete_token(&app.admin.caller, gone).await.unwrap();
    let gone = gone.to_string();
    let ids = [
        "01234567-89ab-7def-8123-456789abcdef",
        &gone,
        "1",
        "01234567-89AB-7DEF-8123-456789ABCDEF",
        "..%2f..%2fetc",
        "%00",
        "%FF",
        "%27%20or%201=1",
    ];
    for (method, place) in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("POST", "/disable"),
        ("POST", "/enable"),
    ] {
        let mut answers = Vec::new();
        for id in ids {
            let headers: &[(&str, &str)] = match method {
                "PATCH" => &[("content-type", "application/json"), ("if-match", "\"1\"")],
                _ => &[],
            };
            let body = if method == "PATCH" { "{}" } else { "" };
            let answer = script.send(method, &format!("/v1/tokens/{id}{place}"), headers, body).await;
            assert_eq!(answer.status, 404, "{method} {id}{place}: {}", answer.text);
            answers.push(answer.without(&[answer.headers["x-request-id"].to_str().unwrap()]));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{method} {place}: {answers:#?}");
    }
}

#[tokio::test]
async fn a_secret_is_in_the_answer_that_made_it_and_in_no_other() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = script.make("Sync").await;
    let path = format!("/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    let rotated = script.send("POST", &format!("{path}/rotate"), &[], "").await.json();
    let secrets = [&made, &rotated].map(|answer: &Value| answer["secret"].as_str().unwrap());
    for place in [&*path, "/v1/tokens", "/v1/events?limit=200", "/v1/people"] {
        let answer = script.get(place).await;
        assert_eq!(answer.status, 200);
        for secret in secrets {
            assert!(!answer.text.contains(secret), "{place}");
        }
    }
    let bytes = app.place.bytes().await;
    for secret in secrets {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
