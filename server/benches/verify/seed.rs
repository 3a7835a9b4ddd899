//! Databases full of tokens with known secrets, inserted in bulk.

use crate::{
    common::TestApp,
    request::{SECRET, VerifyRequest},
};
use app::{
    domain::{Secret, SecretPrefix},
    service::KeyDigest,
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{ops::Range, path::Path};

/// Tokens in one statement.
const BATCH: usize = 50_000;

pub struct Seeded {
    /// The URL of the data.
    pub url: String,
    pub tokens: usize,
    /// The `Cookie` of an admin's browser.
    pub cookie: String,
}

/// The secret with this number. Number 0 is the caller's; those of the tokens start at 1.
fn secret(number: usize) -> Secret {
    // SplitMix64: it looks random, and is the same in every run.
    let mut state = number as u64;
    let random: Vec<u8> = (0..8)
        .flat_map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state.wrapping_mul(0xd6e8_feb8_6659_fd93);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)).to_le_bytes()
        })
        .collect();
    Secret::from_random(&SecretPrefix::default(), &random).unwrap()
}

fn digest(number: usize) -> Vec<u8> {
    KeyDigest::of(secret(number).expose_bytes()).as_bytes().to_vec()
}

/// Creates this many tokens, `for_each_owner` of them for each owner, with every kind of limit.
pub async fn seed(database: &Path, tokens: usize, for_each_owner: usize) -> Seeded {
    let app = TestApp::new(database).await;
    let cookie = app.cookie();
    app.store.close().await;
    let options = SqliteConnectOptions::new().filename(database).pragma("synchronous", "off");
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    let owners = tokens.div_ceil(for_each_owner);
    sqlx::query(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1)
         insert into person (id, name, email, email_key, role, created_at)
         select cast(printf('owner%011d', i) as blob), 'Owner ' || i, 'o' || i || '@example.com', 'o' || i || '@example.com', 'member', i from n",
    )
    .bind(owners as i64)
    .execute(&mut raw)
    .await
    .unwrap();
    let mut from = 0;
    while from <= tokens {
        let to = (from + BATCH).min(tokens + 1);
        batch(&mut raw, from..to, for_each_owner).await;
        from = to;
    }
    for rest in [
        // Number 0 is the caller that verifies the others, and creates more.
        "insert into token_permission select id, 'tokenry.tokens:verify' from token where name = 'Number 0'",
        "insert into token_permission select id, 'tokenry.tokens:write' from token where name = 'Number 0'",
        "insert into token_permission select id, 'projects:read' from token",
        "insert into token_permission select id, 'billing:write' from token where name <> 'Number 0'",
        "update token set owner_id = (select id from person where role = 'admin') where name = 'Number 0'",
        "update token set allowed_addresses = '203.0.113.0/24 2001:db8::/32', rate_requests = 1000000, rate_seconds = 60,
         expires_at = 4102444800000 where name <> 'Number 0'",
        // A server that has been running for a while no longer lists their creation as changes.
        "delete from change where revision < (select max(revision) from change)",
    ] {
        sqlx::query(rest).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    Seeded { url: format!("sqlite:{}", database.display()), tokens, cookie }
}

/// Ten thousand grants instead of the one that everybody has: 100 groups have 90 each, of which one is for what every
/// token holds, and each of the first 1,000 owners has one more and is in two groups.
pub async fn grant(database: &Path) {
    let options = SqliteConnectOptions::new().filename(database).pragma("synchronous", "off");
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    for sql in [
        "delete from granted",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100)
         insert into person (id, name, name_key, email, email_key, role, created_at, kind)
         select cast(printf('group%011d', i) as blob), 'Group ' || i, 'group ' || i, 'g' || i || '@account.invalid',
                'g' || i || '@account.invalid', 'member', i, 'group' from n",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
         insert into membership (group_id, person_id)
         select cast(printf('group%011d', i % 100 + 1) as blob), cast(printf('owner%011d', i) as blob) from n
         union select cast(printf('group%011d', i / 10 % 100 + 1) as blob), cast(printf('owner%011d', i) as blob) from n",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100),
              m(j) as (select 1 union all select j + 1 from m where j < 89)
         insert into granted (account_id, permission)
         select cast(printf('group%011d', i) as blob), 'r' || (i * 100 + j) || ':read' from n, m
         union select cast(printf('group%011d', i) as blob), 'billing:*' from n",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
         insert into granted (account_id, permission)
         select cast(printf('owner%011d', i) as blob), 'projects:*' from n",
        "delete from change where revision < (select max(revision) from change)",
    ] {
        sqlx::query(sql).execute(&mut raw).await.unwrap();
    }
    let grants: i64 = sqlx::query_scalar("select count(*) from granted").fetch_one(&mut raw).await.unwrap();
    assert_eq!(grants, 10_000);
    raw.close().await.unwrap();
}

/// Passes the digests as one long blob that SQL cuts up: a statement for each would take minutes.
async fn batch(raw: &mut SqliteConnection, numbers: Range<usize>, for_each_owner: usize) {
    let digests: Vec<u8> = numbers.clone().flat_map(digest).collect();
    // Ids are like those of version 7: ordered at the start, random at the end.
    for sql in [
        "with recursive n(i, digest) as (
            select $1, substr($4, 1, 32)
            union all select i + 1, substr($4, (i + 1 - $1) * 32 + 1, 32) from n where i < $2 - 1)
         insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version)
         select cast(printf('%08d', i) || substr(digest, 1, 8) as blob),
                cast(printf('owner%011d', max(i - 1, 0) / $3 + 1) as blob),
                'Number ' || i, 'number ' || i, 'Nightly export of part ' || i, i, i, 1 from n",
        "with recursive n(i, digest) as (
            select $1, substr($4, 1, 32)
            union all select i + 1, substr($4, (i + 1 - $1) * 32 + 1, 32) from n where i < $2 - 1)
         insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
         select cast(printf('%08d', i) || substr(digest, 9, 8) as blob),
                cast(printf('%08d', i) || substr(digest, 1, 8) as blob), digest, 'tkr', 'abcd', 1, i from n",
    ] {
        sqlx::query(sql)
            .bind(numbers.start as i64)
            .bind(numbers.end as i64)
            .bind(for_each_owner as i64)
            .bind(&digests[..])
            .execute(&mut *raw)
            .await
            .unwrap();
    }
}

impl Seeded {
    /// Asks whether each token may do this, from an allowed address.
    pub fn verify(&self) -> VerifyRequest {
        self.request("/v1/verify", r#""verdict":"valid""#)
    }

    /// The same request as [`Self::verify`] for a handler that ignores it.
    pub fn nothing(&self, path: &str) -> VerifyRequest {
        self.request(path, "")
    }

    fn request(&self, path: &str, expected: &'static str) -> VerifyRequest {
        let body =
            format!(r#"{{"secret":"{SECRET}","permissions":["projects:read"],"address":"203.0.113.9"}}"#);
        let secrets: Vec<_> = (1..=self.tokens).map(|number| secret(number).reveal()).collect();
        let secrets = secrets.iter().map(|secret| secret.as_str());
        VerifyRequest::new(&by_the_caller(path), &body, secrets, expected)
    }

    /// Revokes each token as its holder would.
    pub fn revoke(&self) -> VerifyRequest {
        let head = "POST /oauth/revoke HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        let secrets: Vec<_> = (1..=self.tokens).map(|number| secret(number).reveal()).collect();
        VerifyRequest::new(head, &format!("token={SECRET}"), secrets.iter().map(|secret| secret.as_str()), "")
    }
}

/// The head of a request with the caller's own secret.
pub fn by_the_caller(path: &str) -> String {
    let caller = secret(0).reveal();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n",
        caller.as_str()
    )
}
