//! The console without WASM, through the real router: plain forms, honest statuses, and nothing is lost.

use crate::support::{Answer, TestApp, Visitor};
use app::paths;
use axum::http::{StatusCode, header};

const NEW: &str = "/settings/tokens/new";

async fn create(visitor: &Visitor, name: &str) -> Answer {
    visitor
        .post_form(NEW, &[("name", name), ("description", "What for"), ("permissions", "projects:read")])
        .await
}

#[tokio::test]
async fn creating_answers_with_the_secret_once_and_for_nobody_to_keep() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let answer = create(&visitor, "Billing sync").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let secret = answer.secret().expect("the secret is on the page");
    assert!(!answer.text.contains("<script"), "a page that shows a secret runs nothing");

    for path in [paths::TOKENS, NEW] {
        let later = visitor.get(path).await;
        assert_eq!(later.status, StatusCode::OK);
        assert!(!later.text.contains(&secret), "{path}");
    }
}

#[tokio::test]
async fn no_file_of_the_database_holds_the_secret() {
    let app = TestApp::new().await;
    let secret = create(&app.visitor(), "Billing sync").await.secret().unwrap();
    let hex: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
    let bytes = app.place.bytes().await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("Billing sync") && !text.contains(&secret) && !text.contains(&hex));
    assert!(!text.contains(&secret[4..34]), "not even its random part");
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_and_a_sentence_beside_each_field() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let long = "n".repeat(10_000);
    let answer =
        app.visitor().post_form(NEW, &[("name", &long), ("description", "Nightly <b>export</b>")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Keep this to 80 characters; it has 10000."));
    assert!(answer.text.contains("Select at least one permission"));
    assert!(answer.text.contains(&long));
    assert!(answer.text.contains("Nightly &lt;b&gt;export"), "what was typed is text, not markup");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn names_that_cannot_be_recognised_are_refused() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    create(&visitor, "Paypal sync").await;
    let before = app.fingerprint().await;
    for (name, sentence) in [
        ("", "Give the token a name"),
        ("   ", "Give the token a name"),
        ("\u{2003}\u{a0}", "Give the token a name"),
        ("Bill\u{0}ing", "U+0000"),
        ("Bill\u{7}ing", "U+0007"),
        ("Bill\u{202e}ing", "U+202E"),
        ("Bill\u{200b}ing", "U+200B"),
        ("Paypal sync", "Another token has this name"),
        ("PAYPAL  Sync", "looks the same. It is “Paypal sync” ("),
        ("Pаypal sync", "looks the same. It is “Paypal sync” ("),
    ] {
        let answer = create(&visitor, name).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
        assert!(answer.text.contains(sentence), "{name:?}: {sentence}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn permissions_outside_of_the_catalogue_are_refused() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let before = app.fingerprint().await;
    for permission in [
        "projects:destroy",
        "ghosts:read",
        "*",
        "projects:*",
        "Projects:Read",
        "projects",
        "",
        "projects:read ",
    ] {
        let answer = visitor.post_form(NEW, &[("name", "Sync"), ("permissions", permission)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{permission:?}");
        assert!(answer.text.contains("permission"), "{permission:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn saving_leads_back_to_the_page_of_the_list_it_came_from() {
    let app = TestApp::new().await;
    let token = app.create("Billing sync").await.token;
    let fields = [
        ("name", "Ledger sync"),
        ("version", "1"),
        ("permissions", "billing:write"),
        ("permissions", "projects:read"),
    ];
    let path = format!("{}?cursor=abc", paths::token_edit(token.id));
    let answer = app.visitor().post_form(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/settings/tokens?cursor=abc");
    let saved = app.service.token(&app.admin.caller, token.id).await.unwrap();
    assert_eq!(
        (saved.name.as_str(), saved.permissions.to_line()),
        ("Ledger sync", "billing:write projects:read".into())
    );
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_loses_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let token = app.create("Billing sync").await.token;
    let path = paths::token_edit(token.id);
    let save = async |name, version| {
        visitor
            .post_form(&path, &[("name", name), ("version", version), ("permissions", "projects:read")])
            .await
    };
    assert_eq!(save("Theirs", "1").await.status, StatusCode::SEE_OTHER);
    let told = save("Ours", "1").await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("This token was changed while you were editing. You did that just now."));
    assert!(told.text.contains("value=\"Ours\"") && told.text.contains("Theirs"), "both values are shown");
    assert!(told.text.contains("name=\"version\" value=\"2\""), "{}", told.text);
    assert_eq!(app.service.token(&app.admin.caller, token.id).await.unwrap().name.as_str(), "Theirs");
    // The next attempt names the version that it replaces, so it may.
    assert_eq!(save("Ours", "2").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.service.token(&app.admin.caller, token.id).await.unwrap().name.as_str(), "Ours");
}

#[tokio::test]
async fn saving_what_is_already_there_is_no_change() {
    let app = TestApp::new().await;
    let token = app.create("Billing sync").await.token;
    let before = app.fingerprint().await;
    let fields = [("name", " Billing  sync "), ("version", "1"), ("permissions", "projects:read")];
    let answer = app.visitor().post_form(&paths::token_edit(token.id), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn deleting_works_once_and_then_there_is_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let token = app.create("Billing sync").await.token;
    let path = paths::token_delete(token.id);
    let answer = visitor.post_form(&path, &[]).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKENS));
    let before = app.fingerprint().await;
    let edit = [("name", "x"), ("permissions", "projects:read"), ("version", "2")];
    for (path, fields) in [(path, &edit[..0]), (paths::token_edit(token.id), &edit[..])] {
        assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND);
        let again = visitor.post_form(&path, fields).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert!(again.text.contains("Token not found. It may have been deleted."));
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn an_id_that_never_was_and_one_that_is_none_are_answered_alike() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    for id in
        ["01234567-89ab-7def-8123-456789abcdef", "1", "not-an-id", "%00", "..%2F..%2Fetc", "%F0%9F%94%91"]
    {
        let edit = [("name", "x"), ("permissions", "projects:read")];
        for (verb, fields) in [
            ("edit", &edit[..]),
            ("delete", &[]),
            ("rotate", &[("overlap_seconds", "0")]),
            ("disable", &[("version", "1")]),
            ("enable", &[]),
            ("hand-over", &[("owner", "x")]),
            ("restore", &[]),
        ] {
            let path = format!("/settings/tokens/{id}/{verb}");
            assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            let answer = visitor.post_form(&path, fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_form_is_refused_by_its_kind_size_or_shape() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let before = app.fingerprint().await;
    let form = "application/x-www-form-urlencoded";
    let good = "name=x&permissions=projects:read";
    let too_large = format!("{good}&description={}", "d".repeat(70_000));
    for (kind, body, status) in [
        ("application/json", "{}".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data; boundary=x", good.to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/plain", good.to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("", good.to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (form, too_large, StatusCode::PAYLOAD_TOO_LARGE),
        (form, "name=x&surprise=1".to_owned(), StatusCode::BAD_REQUEST),
        (form, "name=x&name=y".to_owned(), StatusCode::BAD_REQUEST),
        (form, "version=one&name=x".to_owned(), StatusCode::BAD_REQUEST),
        (form, "version=99999999999999999999".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        let answer = visitor.post(NEW, kind, body.clone()).await;
        assert_eq!(answer.status, status, "{kind} {}", &body[..body.len().min(40)]);
        assert!(answer.text.contains("Nothing was changed."), "{kind}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_or_kept_as_typed() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    for body in ["name=%FF%FE&permissions=projects:read", "name=%ZZ&permissions=%", "%", "&&&===", "name"] {
        let answer = app.visitor().post(NEW, "application/x-www-form-urlencoded", body).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
    }
    assert_eq!(app.fingerprint().await, before);
}
