//! The response time of a verification while tokens are created, edited and deleted, and the console is read.
//!
//! Verifications come at half the rate that the server can take, in an open loop. The writes go through the endpoints
//! of the browser, since people work there.

use crate::{
    figures::{Figures, title},
    load::{Side, closed, open},
    plan::Plan,
    request::once,
    size::Large,
};
use serde_json::{Value, json};
use std::{cell::RefCell, collections::VecDeque, net::SocketAddr, rc::Rc, time::Duration};
use tokio::{task::JoinSet, time::interval};

const WRITES_A_SECOND: u32 = 100;
/// One page is read for every so many writes.
const WRITES_A_PAGE: u32 = 50;

pub async fn by_writes_and_pages(plan: &Plan, Large { server, seeded }: &Large) {
    title(&format!(
        "{WRITES_A_SECOND} writes and {} pages a second against none, at half capacity (floor for p99: 3)",
        WRITES_A_SECOND / WRITES_A_PAGE
    ));
    let side = Side::new(server, seeded.verify());
    let rate = closed(&side, plan.turn).await.rate() / 2.0;
    let (mut quiet, mut busy) = (Figures::default(), Figures::default());
    let people = Rc::new(People::new(server.address, &seeded.cookie));
    for _ in 0..plan.turns {
        quiet += open(&side, rate, plan.turn).await;
        let working = tokio::task::spawn_local(people.clone().work());
        busy += open(&side, rate, plan.turn).await;
        working.abort();
        let _ = working.await;
    }
    quiet.print("undisturbed");
    busy.print("disturbed");
    println!("  p99 ratio {:.2}; {}", busy.quantile(0.99) / quiet.quantile(0.99), people.done.borrow());
}

/// The people who have the console open.
struct People {
    address: SocketAddr,
    cookie: String,
    /// Ids of tokens that were created and not yet edited; below, of those that were edited.
    made: RefCell<VecDeque<String>>,
    edited: RefCell<VecDeque<String>>,
    done: RefCell<Done>,
}

#[derive(Default)]
struct Done {
    writes: u32,
    pages: u32,
    failed: u32,
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} writes and {} pages were answered, {} failed", self.writes, self.pages, self.failed)
    }
}

impl People {
    fn new(address: SocketAddr, cookie: &str) -> Self {
        let (made, edited, done) = Default::default();
        Self { address, cookie: cookie.to_owned(), made, edited, done }
    }

    /// Keeps the rate, however long an answer takes.
    async fn work(self: Rc<Self>) {
        let mut ticks = interval(Duration::from_secs(1) / WRITES_A_SECOND);
        let mut under_way = JoinSet::new();
        for n in 0_u32.. {
            ticks.tick().await;
            under_way.spawn_local(self.clone().write(n));
            if n % WRITES_A_PAGE == 0 {
                under_way.spawn_local(self.clone().read());
            }
            while under_way.try_join_next().is_some() {}
        }
    }

    async fn write(self: Rc<Self>, n: u32) {
        let word = uuid::Uuid::now_v7();
        let form = |verb: &str| format!("name={verb}+{word}&description=&permissions=projects%3Aread");
        let (made, edited) = match n % 3 {
            1 => (self.made.borrow_mut().pop_front(), None),
            2 => (None, self.edited.borrow_mut().pop_front()),
            _ => (None, None),
        };
        if let Some(id) = made {
            if self.change("edit_token", &format!("id={id}&version=1&{}", form("Edited"))).await.is_some() {
                self.edited.borrow_mut().push_back(id);
            }
        } else if let Some(id) = edited {
            self.change("delete_token", &format!("id={id}")).await;
        } else if self.change("create_token", &form("Made")).await.is_some()
            && let Some(id) = self.found(&word.to_string()).await
        {
            self.made.borrow_mut().push_back(id);
        }
    }

    /// Makes a change by sending a form, as the browser does.
    async fn change(&self, name: &str, fields: &str) -> Option<Value> {
        let done = self.call(name, "application/x-www-form-urlencoded", fields).await?;
        self.done.borrow_mut().writes += 1;
        Some(done)
    }

    /// The id of the token with this word in its name. The browser also reads its list again after every change.
    async fn found(&self, word: &str) -> Option<String> {
        let place = json!({ "url": format!("/settings/tokens?q={word}") });
        let list = self.call("load_tokens", "application/json", &place.to_string()).await?;
        list["page"]["Ok"]["list"]["tokens"][0]["id"].as_str().map(str::to_owned)
    }

    /// Calls a server function as the browser does.
    async fn call(&self, name: &str, kind: &str, body: &str) -> Option<Value> {
        let head = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        let text = self.ask(&format!("POST /_fn/{name}"), &head, body).await?;
        let (_, body) = text.split_once("\r\n\r\n")?;
        serde_json::from_str(body).ok()
    }

    async fn read(self: Rc<Self>) {
        if self.ask("GET /settings/tokens", "", "").await.is_some() {
            self.done.borrow_mut().pages += 1;
        }
    }

    async fn ask(&self, line: &str, head: &str, body: &str) -> Option<String> {
        let cookie = &self.cookie;
        let request = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n{head}\r\n{body}"
        );
        let (status, text) = once(self.address, &request).await;
        if status == 200 {
            return Some(text);
        }
        if self.done.borrow().failed == 0 {
            eprintln!("{line} failed: {text}");
        }
        self.done.borrow_mut().failed += 1;
        None
    }
}
