//! Pages of the table and searches on PostgreSQL, against the same rows in SQLite.
//!
//! Time on the clock, since PostgreSQL works in processes of its own: that of the fastest read, which nothing else has
//! disturbed. The engines take turns.

use crate::{
    common::table::{TEXTS, asked, pages, seeded},
    engines::Engines,
    figures::title,
    plan::Plan,
};
use app::{
    domain::{Scope, TokenQuery},
    service::{Clock, Store, SystemClock},
};
use server::store::open;
use std::time::{Duration, Instant};

const READS: u32 = 30;

pub async fn of_the_table(plan: &Plan, engines: &Engines) {
    let tokens = u32::try_from(plan.tokens).unwrap();
    title(&format!(
        "one page of the table of {tokens} tokens and its count, PostgreSQL against SQLite (aim 1.5)"
    ));
    let sqlite = seeded(&engines.file("pages"), tokens).await.store;
    let postgres = engines.copied(&engines.file("pages"), "pages").await;
    let postgres = open(&postgres.parse().unwrap()).await.unwrap();
    let searches = TEXTS.map(|text| [format!("q={text}"), format!("q={text}&sort=name")]);
    let searches: Vec<String> = searches.into_iter().flatten().collect();
    let searches = searches.iter().map(|search| (search.as_str(), asked(search)));
    for (name, query) in pages().into_iter().chain(searches) {
        let mut fastest = [Duration::MAX; 2];
        for _ in 0..READS {
            for (fastest, store) in fastest.iter_mut().zip([&*sqlite, &*postgres]) {
                *fastest = read_once(store, &query).await.min(*fastest);
            }
        }
        let [a, b] = fastest.map(|time| time.as_secs_f64() * 1_000.0);
        println!("  {name:<44} {a:>8.2} ms   {b:>8.2} ms   ratio {:.2}", b / a);
    }
}

async fn read_once(store: &dyn Store, query: &TokenQuery) -> Duration {
    let (begin, now) = (Instant::now(), SystemClock.now());
    store.list_tokens(Scope::Everybody, query, now).await.unwrap();
    store.count_matching(Scope::Everybody, &query.filter, now, 1_001).await.unwrap();
    begin.elapsed()
}
