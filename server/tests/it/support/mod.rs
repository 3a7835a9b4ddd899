//! A console for each test: a database file in a temporary directory, a clock that stands still until a test moves it,
//! and a visitor that sends requests to the router.

pub mod accounts;
mod api;
mod asking;
mod authenticator;
pub mod binary;
pub mod catalogue;
pub mod device;
pub mod mail_sink;
pub mod people;
pub mod provider;
pub mod receiver;
pub mod route_cases;
mod visitor;
pub mod wire;

pub use api::{ALL_OWN, Script};
pub use authenticator::App;
pub use people::{PASSWORD, TestUser, event, password_hash};
pub use visitor::{Answer, Visitor};

use crate::engine::{Place, Raw, sql};
use app::{
    domain::{
        Action, Catalogue, Created, Resource, Role, SecretPrefix, Timestamp, Token, TokenForm, TokenId,
        TokenListForm, Verdict, WebhookForm,
    },
    service::{Clock, Service, Store, UseCount},
};
use server::{
    Network,
    store::{DatabaseUrl, open},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

pub struct TestApp {
    /// Ada, who exists from the start.
    pub admin: TestUser,
    pub service: Service,
    pub store: Arc<dyn Store>,
    pub clock: Arc<HandClock>,
    pub place: Place,
}

impl TestApp {
    /// An installation with an admin, who is signed in.
    pub async fn new() -> Self {
        Self::at(Place::new().await).await
    }

    /// The same at a place that is not there for every test.
    pub async fn at(place: Place) -> Self {
        let (service, store, clock, place) = Self::built(place).await;
        let admin = people::add(&service, &store, &clock, "Ada Moreau", Role::Admin).await;
        Self { admin, service, store, clock, place }
    }

    async fn built(place: Place) -> (Service, Arc<dyn Store>, Arc<HandClock>, Place) {
        let store = open(&place.url()).await.unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(1_795_457_045_000)));
        let service = Service::new(store.clone(), clock.clone(), SecretPrefix::default());
        service.replace_catalogue(&catalogue()).await.unwrap();
        (service, store, clock, place)
    }

    /// Lifts the bounds, for tests in which more happens than anybody would do.
    pub fn without_bounds(self) -> Self {
        Self { service: self.service.clone().without_bounds(), ..self }
    }

    /// Another person, signed in. `Ines Okafor` has the address `ines@example.com` and, like everybody, `PASSWORD`.
    pub async fn user(&self, name: &str, role: Role) -> TestUser {
        people::add(&self.service, &self.store, &self.clock, name, role).await
    }

    /// The same person in one more browser.
    pub async fn another_session(&self, user: &TestUser) -> TestUser {
        people::begin_session(&self.service, &self.store, &self.clock, user.id()).await
    }

    /// The admin's browser.
    pub fn visitor(&self) -> Visitor {
        self.visitor_through(Network::default())
    }

    pub fn visitor_through(&self, network: Network) -> Visitor {
        Visitor::new(server::build(self.service.clone(), network)).with_session(&self.admin.key)
    }

    /// The admin's browser over HTTPS, where cookies have other names.
    pub fn visitor_by_https(&self, network: Network) -> Visitor {
        let cookie = format!("__Host-tokenry={}", self.admin.key.expose());
        Visitor::new(server::build(self.service.clone(), network)).with_cookie(&cookie)
    }

    pub fn visitor_as(&self, user: &TestUser) -> Visitor {
        self.stranger().with_session(&user.key)
    }

    /// A browser in which nobody is signed in.
    pub fn stranger(&self) -> Visitor {
        Visitor::new(server::build(self.service.clone(), Network::default()))
    }

    pub fn database(&self) -> DatabaseUrl {
        self.place.url()
    }

    /// A connection to the database like that of another program.
    pub async fn raw(&self) -> Raw {
        self.place.raw().await
    }

    /// Lets nothing be inserted into a table, as a full disk would.
    pub async fn refuse_inserts(&self, table: &str) {
        self.place.refuse_inserts(table, "true").await;
    }

    pub async fn allow_inserts(&self, table: &str) {
        self.place.allow_inserts(table).await;
    }

    /// The number that this SQL returns.
    pub async fn number(&self, text: &'static str) -> i64 {
        sqlx::query_scalar(sql(text)).fetch_one(&mut self.raw().await).await.unwrap()
    }

    /// The uses of all secrets that a token ever had, the latest hours first.
    pub async fn uses_of(&self, token: TokenId) -> Vec<UseCount> {
        const SQL: &str = "select secret_id, hour, verdict, permission, address, client, count from use_count
              where secret_id in (select id from secret where token_id = $1)
              order by hour desc, secret_id, verdict, permission, address, client";
        type Row = (Uuid, i64, String, String, String, String, i64);
        let rows: Vec<Row> =
            sqlx::query_as(SQL).bind(token.as_uuid()).fetch_all(&mut self.raw().await).await.unwrap();
        let read = |(secret, hour, verdict, permission, address, client, count): Row| UseCount {
            secret,
            hour: Timestamp::from_millis(hour),
            verdict: Verdict::from_name(&verdict).unwrap(),
            permission,
            address,
            client,
            count: count.unsigned_abs(),
        };
        rows.into_iter().map(read).collect()
    }

    /// The newest tokens of everybody.
    pub async fn tokens(&self) -> Vec<Token> {
        let page = self.service.token_page(&self.admin.caller, &TokenListForm::default()).await;
        page.unwrap().list.tokens
    }

    pub async fn create(&self, name: &str) -> Created {
        self.clock.forward(1);
        self.service.create_token(&self.admin.caller, &form(name, &["projects:read"])).await.unwrap()
    }

    /// Everything that a change could touch, for comparing before and after.
    pub async fn fingerprint(&self) -> String {
        format!("{}\n{} events", self.data().await, self.number("select count(*) from event").await)
    }

    /// The fingerprint without the audit log, in which refusals leave lines, too.
    pub async fn data(&self) -> String {
        const ROWS: [&str; 18] = [
            "select hex(id) || name || name_key || description || version || coalesce(cast(deleted_at as text), '')
                    || coalesce(hex(owner_id), '') from token order by id",
            "select hex(token_id) || hex(digest) || is_current || coalesce(cast(revoked_at as text), '')
                    || coalesce(cast(quiet_ms as text), '') from secret order by id",
            "select hex(token_id) || permission from token_permission order by 1",
            "select hex(token_id) || key || value from token_metadata order by 1",
            "select name || label || description || position from resource order by 1",
            "select resource || name || label || position from action order by 1",
            "select hex(id) || name || email || role || theme || coalesce(cast(disabled_at as text), '')
                    || coalesce(password_hash, '') from person order by id",
            "select kind || purpose || coalesce(hex(stewards_id), '') || coalesce(cast(removed_at as text), '')
                    from person order by id",
            "select hex(group_id) || hex(person_id) || is_steward from membership order by group_id, person_id",
            "select hex(account_id) || permission from granted order by account_id, permission",
            "select hex(id) || hex(digest) || hex(person_id) from session order by id",
            "select hex(digest) || coalesce(hex(person_id), '') || ends_at from link order by 1",
            "select hex(person_id) || hex(digest) from browser order by 1",
            "select hex(w.id) || name || url || kinds || version || coalesce(cast(f.paused_at as text), '')
                    from webhook w join follower f on f.id = w.id order by 1",
            "select hex(digest) || kind || state from ceremony order by 1",
            "select hex(id) || hex(person_id) || name || credential from passkey order by id",
            "select hex(person_id) || hex(seed) || (select count(*) from recovery_code c where c.person_id = totp.person_id)
               from totp order by 1",
            "select name || coalesce(prefix, '') || coalesce(cast(lifetime_days_max as text), '') || expiry_required || idle_days
                    || undo_days || second_factor || version from workspace",
        ];
        let (mut raw, mut all) = (self.raw().await, Vec::new());
        for rows in ROWS {
            let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut raw).await.unwrap();
            all.push(rows.join(","));
        }
        all.join("\n")
    }

    /// The id of a webhook, to which the line 1 was sent.
    pub async fn webhook(&self) -> String {
        let form = WebhookForm {
            name: "Hook".into(),
            url: "https://example.com/hook".into(),
            kinds: vec!["token.deleted".into()],
        };
        let made = self.service.create_webhook(&self.admin.caller, &form).await.unwrap();
        self.run(
            "insert into delivery (webhook_id, line, kind, attempts, at, duration_ms, trouble, delivered)
             select id, 1, 'token.deleted', 1, 1, 1, '', true from webhook",
        )
        .await;
        made.webhook.id.to_string()
    }

    /// The kinds of the audit log's lines after this one, the newest last.
    pub async fn kinds_after(&self, line: i64) -> Vec<String> {
        let sql = "select kind from event where id > $1 order by id";
        sqlx::query_scalar(sql).bind(line).fetch_all(&mut self.raw().await).await.unwrap()
    }

    /// The number of the last line of the audit log.
    pub async fn last_line(&self) -> i64 {
        self.number("select max(id) from event").await
    }

    /// The details of the last line.
    pub async fn last_details(&self) -> String {
        let sql = "select details from event order by id desc limit 1";
        sqlx::query_scalar(sql).fetch_one(&mut self.raw().await).await.unwrap()
    }

    /// The clock, in seconds.
    pub fn clock_seconds(&self) -> i64 {
        self.clock.now().as_millis() / 1_000
    }

    /// Runs SQL that only a test would run.
    pub async fn run(&self, text: &'static str) {
        sqlx::raw_sql(sql(text)).execute(&mut self.raw().await).await.unwrap();
    }
}

/// An installation that has not been set up.
pub struct Empty {
    pub service: Service,
    pub store: Arc<dyn Store>,
    pub clock: Arc<HandClock>,
    pub place: Place,
}

impl Empty {
    pub async fn new() -> Self {
        let (service, store, clock, place) = TestApp::built(Place::new().await).await;
        Self { service, store, clock, place }
    }

    pub fn stranger(&self) -> Visitor {
        Visitor::new(server::build(self.service.clone(), Network::default()))
    }

    pub async fn raw(&self) -> Raw {
        self.place.raw().await
    }
}

pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn forward(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub fn form(name: &str, permissions: &[&str]) -> TokenForm {
    let permissions = permissions.iter().map(|p| (*p).to_owned()).collect();
    TokenForm { name: name.to_owned(), permissions, ..TokenForm::default() }
}

pub fn catalogue() -> Catalogue {
    let action = |name: &str, label: &str| Action { name: name.to_owned(), label: label.to_owned() };
    let resource = |name: &str, label: &str| Resource {
        name: name.to_owned(),
        label: label.to_owned(),
        description: String::new(),
        actions: vec![action("read", "Read"), action("write", "Write")],
    };
    Catalogue { resources: vec![resource("projects", "Projects"), resource("billing", "Billing")] }
}
