//! Webhooks: what is sent, to whom, how often, and what becomes of it when nobody answers.

use crate::support::{
    Answer, TestApp, event,
    receiver::{Receiver, Reply},
};
use app::{
    domain::{Error, EventKind, Role, SendAgain, WebhookData, WebhookEdit, WebhookForm, WebhookState},
    service::{AuditHead, Clock, NewWebhook, Outbox, Service, SigningKey},
};
use axum::http::{StatusCode, header::CACHE_CONTROL};
use server::outbox::Post;
use std::{sync::Arc, time::Duration};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

struct Hooked {
    app: TestApp,
    service: Service,
    outbox: Outbox,
}

impl Hooked {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let service = app.service.clone().with_private_webhooks(true);
        let outbox = Outbox::new(service.clone(), Arc::new(post(true)));
        Self { app, service, outbox }
    }

    async fn hook(&self, url: &str, kinds: &[&str]) -> NewWebhook {
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let form = WebhookForm { name: "Chat".into(), url: url.into(), kinds };
        self.service.create_webhook(&self.app.admin.caller, &form).await.unwrap()
    }

    async fn look(&self, made: &NewWebhook) -> WebhookData {
        self.service.webhook(&self.app.admin.caller, &made.webhook.id.to_string()).await.unwrap()
    }

    async fn send(&self) {
        self.outbox.send_due().await.unwrap();
    }

    async fn again(&self, made: &NewWebhook, line: i64) -> Result<(), Error> {
        let ask = SendAgain { id: made.webhook.id.to_string(), line };
        self.service.send_again(&self.app.admin.caller, &ask).await.map(drop)
    }
}

fn post(private: bool) -> Post {
    Post { private_webhooks: private, patience: Duration::from_millis(500), ..Post::default() }
}

#[tokio::test]
async fn chosen_events_come_signed_and_in_order_and_everything_is_the_whole_log() {
    let hooked = Hooked::new().await;
    let (some, all) = (Receiver::new(), Receiver::new());
    let key = hooked.hook(&some.url(), &["token.created", "token.deleted"]).await.key;
    hooked.hook(&all.url(), &["*"]).await;
    let first = hooked.app.create("One").await.token.id;
    hooked.app.create("Two").await;
    hooked.service.delete_token(&hooked.app.admin.caller, first).await.unwrap();
    hooked.send().await;
    let kinds = |receiver: &Receiver| -> Vec<String> {
        let messages = receiver.messages();
        messages.iter().map(|message| message.json()["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&some), ["token.created", "token.created", "token.deleted"]);
    assert_eq!(kinds(&all), ["webhook.created", "token.created", "token.created", "token.deleted"]);
    let lines: Vec<i64> = all.messages().iter().map(|message| message.line()).collect();
    assert!(lines.windows(2).all(|pair| pair[1] == pair[0] + 1), "{lines:?}");
    let message = &some.messages()[1];
    let json = message.json();
    assert_eq!((json["data"]["target_name"].as_str(), message.path.as_str()), (Some("Two"), "/hook"));
    assert_eq!(json["timestamp"], json["data"]["at"]);
    assert_eq!(json["data"]["link"].as_str().map(str::len), Some(64));
    // As the libraries of Standard Webhooks check it.
    let at: i64 = message.header("webhook-timestamp").parse().unwrap();
    let signed = |key: &SigningKey| format!("v1,{}", key.sign(message.id(), at, message.body.as_bytes()));
    assert_eq!(message.header("webhook-signature"), signed(&key));
    assert_ne!(message.header("webhook-signature"), signed(&SigningKey::generate().unwrap()));
    hooked.send().await;
    assert_eq!((some.messages().len(), all.messages().len()), (3, 4), "nothing comes twice");
}

#[tokio::test]
async fn what_fails_is_repeated_under_its_id_with_growing_pauses_and_the_next_waits_for_it() {
    let hooked = Hooked::new().await;
    let receiver = Receiver::new();
    let made = hooked.hook(&receiver.url(), &["token.created"]).await;
    hooked.app.create("One").await;
    hooked.app.create("Two").await;
    receiver.reply([Reply::Status(500), Reply::Redirect(receiver.url()), Reply::Silence]);
    hooked.send().await;
    hooked.send().await;
    assert_eq!(receiver.messages().len(), 1, "the pause is kept");
    let look = hooked.look(&made).await;
    assert_eq!((look.webhook.state(), look.deliveries[0].status), (WebhookState::Failing, Some(500)));
    for (pause, attempts, trouble) in [(5_000, 2, ""), (30_000, 3, "no answer in time")] {
        hooked.app.clock.forward(pause - 1_000);
        hooked.send().await;
        assert_eq!(receiver.messages().len(), attempts - 1);
        hooked.app.clock.forward(1_000);
        hooked.send().await;
        assert_eq!(hooked.look(&made).await.deliveries[0].trouble, trouble);
        assert_eq!(receiver.messages().len(), attempts, "a redirect is not followed");
    }
    hooked.app.clock.forward(2 * MINUTE);
    hooked.send().await;
    let messages = receiver.messages();
    assert_eq!(messages.len(), 5);
    assert!(messages[..4].iter().all(|message| message.id() == messages[0].id()));
    assert_ne!(messages[4].id(), messages[0].id());
    let look = hooked.look(&made).await;
    assert_eq!((look.webhook.state(), look.behind), (WebhookState::Active, 0));
    assert_eq!(look.deliveries.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1, 4]);
}

#[tokio::test]
async fn after_three_days_it_is_given_up_and_said_and_goes_on_where_it_was_once_it_is_resumed() {
    let hooked = Hooked::new().await;
    let receiver = Receiver::new();
    let made = hooked.hook(&receiver.url(), &["token.created"]).await;
    hooked.app.create("One").await;
    receiver.reply([Reply::Status(503), Reply::Status(503), Reply::Status(503)]);
    hooked.send().await;
    hooked.app.clock.forward(2 * DAY);
    hooked.send().await;
    assert_eq!(hooked.look(&made).await.webhook.state(), WebhookState::Failing);
    hooked.app.clock.forward(DAY);
    let line = hooked.app.last_line().await;
    hooked.send().await;
    assert_eq!(hooked.app.kinds_after(line).await, ["webhook.given_up"]);
    let webhook = hooked.look(&made).await.webhook;
    assert_eq!(webhook.state(), WebhookState::GivenUp);
    hooked.app.create("Two").await;
    hooked.app.clock.forward(DAY);
    hooked.send().await;
    assert_eq!(receiver.messages().len(), 3);
    let edit = WebhookEdit {
        id: webhook.id.to_string(),
        version: webhook.version,
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        kinds: webhook.heard.as_sent(),
        paused: String::new(),
    };
    let caller = hooked.app.another_session(&hooked.app.admin).await.caller;
    hooked.service.edit_webhook(&caller, &edit).await.unwrap();
    assert_eq!(hooked.service.edit_webhook(&caller, &edit).await.err(), Some(Error::WebhookChanged));
    hooked.send().await;
    let names: Vec<_> =
        receiver.messages()[3..].iter().map(|one| one.json()["data"]["target_name"].clone()).collect();
    assert_eq!(names, ["One", "Two"]);
    // Somebody who is gone is not asked for days.
    receiver.reply([Reply::Status(410)]);
    hooked.app.create("Three").await;
    hooked.send().await;
    assert_eq!(hooked.look(&made).await.webhook.state(), WebhookState::GivenUp);
}

#[tokio::test]
async fn no_name_and_no_address_leads_inside_of_the_network() {
    let hooked = Hooked::new().await;
    let receiver = Receiver::new();
    let strict = Outbox::new(hooked.app.service.clone(), Arc::new(post(false)));
    // It was set up while that was allowed; its name resolves to this machine.
    let made = hooked
        .hook(&receiver.url().replace("http://127.0.0.1", "https://localhost"), &["token.created"])
        .await;
    hooked.app.create("One").await;
    strict.send_due().await.unwrap();
    assert!(hooked.look(&made).await.deliveries[0].trouble.contains("inside of a network"));
    assert_eq!(receiver.messages(), []);
    for url in ["https://127.0.0.1/x", "https://[::1]/", "https://localhost", "http://example.com"] {
        let form = WebhookForm { name: "In".into(), url: url.into(), kinds: vec!["*".into()] };
        let refused = hooked.app.service.create_webhook(&hooked.app.admin.caller, &form).await;
        assert!(matches!(refused.err(), Some(Error::Invalid { .. })), "{url}");
    }
}

#[tokio::test]
async fn a_message_is_sent_again_on_demand_and_a_new_key_signs_beside_the_old_one_for_a_day() {
    let hooked = Hooked::new().await;
    let receiver = Receiver::new();
    let made = hooked.hook(&receiver.url(), &["token.created"]).await;
    hooked.app.create("One").await;
    hooked.send().await;
    let line = receiver.messages()[0].line();
    let (admin, id) = (&hooked.app.admin.caller, made.webhook.id.to_string());
    let new = hooked.service.rotate_webhook(admin, &id).await.unwrap().key;
    hooked.again(&made, line).await.unwrap();
    assert_eq!(hooked.again(&made, line + 9).await, Err(Error::NoSuchDelivery));
    hooked.send().await;
    hooked.send().await;
    let messages = receiver.messages();
    assert_eq!(
        (messages.len(), messages[1].id(), &messages[1].body),
        (2, messages[0].id(), &messages[0].body)
    );
    let signature = |key: &SigningKey, of: usize| {
        let message = &messages[of];
        let at = message.header("webhook-timestamp").parse().unwrap();
        format!("v1,{}", key.sign(message.id(), at, message.body.as_bytes()))
    };
    let both = format!("{} {}", signature(&new, 1), signature(&made.key, 1));
    assert_eq!(messages[1].header("webhook-signature"), both);
    hooked.app.clock.forward(DAY);
    hooked.again(&made, line).await.unwrap();
    hooked.send().await;
    let message = receiver.messages().pop().unwrap();
    assert!(!message.header("webhook-signature").contains(' '));
    // One that failed is tried at once.
    receiver.reply([Reply::Status(500)]);
    hooked.app.create("Two").await;
    hooked.send().await;
    hooked.again(&made, receiver.messages()[3].line()).await.unwrap();
    hooked.send().await;
    assert_eq!(receiver.messages().len(), 5);
}

#[tokio::test]
async fn a_line_that_was_archived_is_not_sent_again_and_no_other_in_its_place() {
    let hooked = Hooked::new().await;
    let (receiver, app) = (Receiver::new(), &hooked.app);
    let made = hooked.hook(&receiver.url(), &["token.created"]).await;
    app.create("One").await;
    hooked.send().await;
    let line = receiver.messages()[0].line();
    hooked.again(&made, line).await.unwrap();
    let row = app.store.chain(line - 1, 1).await.unwrap().remove(0);
    let (after, last) =
        (app.store.audit_start().await.unwrap().after, AuditHead { id: line, link: row.link });
    let said = event(EventKind::AuditArchived, app.admin.id(), app.clock.now());
    app.store.cut_audit(&after, &last, &said).await.unwrap();
    app.create("Two").await;
    hooked.send().await;
    hooked.send().await;
    let sent: Vec<i64> = receiver.messages().iter().map(|message| message.line()).collect();
    assert_eq!(sent, [line, app.last_line().await], "each once");
    let delivery = hooked.look(&made).await.deliveries.pop().unwrap();
    assert_eq!((delivery.line, delivery.again), (line, false));
    assert_eq!(
        (delivery.kind.as_str(), delivery.outcome().as_str()),
        ("token.created", "the line is in an archive")
    );
    let refused = hooked.again(&made, line).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (404, "delivery_not_found"));
}

#[tokio::test]
async fn of_two_processes_one_sends_at_a_time_and_a_lease_that_has_ended_is_taken_over() {
    let hooked = Hooked::new().await;
    let receiver = Receiver::new();
    hooked.hook(&receiver.url(), &["token.created"]).await;
    let store = server::store::open(&hooked.app.database()).await.unwrap();
    let service = Service::new(store.clone(), hooked.app.clock.clone(), Default::default());
    let other = Outbox::new(service.with_private_webhooks(true), Arc::new(post(true)));
    for name in ["One", "Two", "Three"] {
        hooked.app.create(name).await;
    }
    // The first one to get the lease sends; the other finds nothing to do.
    let (one, two) = tokio::join!(hooked.outbox.send_due(), other.send_due());
    one.unwrap();
    two.unwrap();
    assert_eq!(receiver.messages().len(), 3);
    // A process that died in the middle has the lease for a while.
    hooked.app.create("Four").await;
    hooked
        .app
        .run("update follower set leased_by = id, leased_until = 1795457060000 where kind = 'webhook'")
        .await;
    other.send_due().await.unwrap();
    assert_eq!(receiver.messages().len(), 3);
    hooked.app.clock.forward(MINUTE);
    other.send_due().await.unwrap();
    assert_eq!(receiver.messages().len(), 4);
    store.close().await;
}

#[tokio::test]
async fn the_signing_secret_is_in_one_answer_and_only_admins_see_webhooks() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let fields = [
        ("name", "Chat"),
        ("url", "https://example.com/hook"),
        ("kinds", "token.created"),
        ("kinds", "token.deleted"),
    ];
    let made = visitor.post_form("/settings/webhooks/new", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let shown = |answer: &Answer| answer.text.contains("whsec_");
    assert!(shown(&made));
    assert_eq!(made.header(CACHE_CONTROL), "no-store");
    let id = app.service.webhooks(&app.admin.caller).await.unwrap().webhooks[0].id;
    for path in ["/settings/webhooks".to_owned(), format!("/settings/webhooks/{id}")] {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("https://example.com/hook") && !shown(&page));
    }
    let wrong = visitor.post_form("/settings/webhooks/new", &[("name", ""), ("url", "example.com")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for sentence in ["Enter a name.", "Write a URL", "Choose everything"] {
        assert!(wrong.text.contains(sentence), "{sentence}");
    }
    for (name, role) in [("Ines Okafor", Role::Member), ("Vera Lindqvist", Role::Viewer)] {
        let user = app.user(name, role).await;
        assert_eq!(app.visitor_as(&user).get("/settings/webhooks").await.status, StatusCode::FORBIDDEN);
    }
    // What is exported leaves by a recent sign-in only; so does this.
    app.clock.forward(2 * 60 * MINUTE);
    let form =
        WebhookForm { name: "Late".into(), url: "https://example.com".into(), kinds: vec!["*".into()] };
    let late = app.service.create_webhook(&app.admin.caller, &form).await;
    assert_eq!(late.err(), Some(Error::SignInAgain));
}
