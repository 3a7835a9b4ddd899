//! The table of tokens: a database full of them, and the questions that its screen asks.

use super::TestApp;
use app::domain::{SortValue, TokenCursor, TokenId, TokenListForm, TokenQuery, TokenSort};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;
use uuid::Uuid;

/// Texts that are searched for: frequent, rare and absent ones, of many and of few characters.
pub const TEXTS: [&str; 8] =
    ["nightly export of part 77", "token number 999", "part", "zzz", "no", "q", "abcd", "number token"];

/// The query of the table that stands for this query string.
pub fn asked(query: &str) -> TokenQuery {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.collect::<TokenListForm>().parse().unwrap()
}

/// A place in the middle of the small database: its tokens were created a millisecond apart.
pub fn middle() -> TokenCursor {
    let (value, id) = (SortValue::Number(500), TokenId::from_uuid(Uuid::max()));
    TokenCursor { is_before: false, sort: TokenSort::default(), value, id }
}

/// The orders and filters that the table offers.
pub fn pages() -> Vec<(&'static str, TokenQuery)> {
    let mut pages = vec![
        ("first page", asked("")),
        ("in the middle", TokenQuery { cursor: Some(middle()), ..asked("") }),
        ("back again", TokenQuery { cursor: Some(TokenCursor { is_before: true, ..middle() }), ..asked("") }),
    ];
    for query in [
        "sort=created_at",
        "sort=name",
        "sort=-name",
        "sort=-permissions",
        "sort=-last_used_at",
        "sort=last_used_at",
        "sort=expires_at",
        "sort=-expires_at",
        "sort=owner",
        "sort=status",
        "sort=-status",
        "status=active",
        "status=expiring_soon",
        "status=idle",
        "status=rotating",
        "status=disabled",
        "status=expired",
        "concern=never_used",
        "concern=no_expiry",
        "concern=broad",
        "permission=projects:read",
        "permission=members:write",
        "status=disabled&sort=name",
        "permission=members:write&sort=-last_used_at",
        "status=disabled&permission=members:write",
        "status=idle&concern=no_expiry",
        "status=disabled&q=part",
    ] {
        pages.push((query, asked(query)));
    }
    pages
}

/// A database with this many tokens of the admin's, inserted in bulk. Of every hundred, ten are disabled, ten expired,
/// ten ending soon and ten rotating. One in a thousand holds another permission.
pub async fn seeded(path: &Path, tokens: u32) -> TestApp {
    let app = TestApp::new(path).await;
    let options = SqliteConnectOptions::new().filename(path).pragma("synchronous", "off");
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    let numbers =
        format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {tokens})");
    for rest in [
        "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version,
                            search_text, sort_key, permission_count, last_used_at, disabled_at, expires_at)
         select randomblob(16), (select id from person where kind = 'person'), 'Token number ' || i, 'token number ' || i,
                'Nightly export of part ' || i, i, i, 1,
                '  token  number  ' || i || '  nightly  export  of  part  ' || i,
                cast(printf('token number %08d', i) as blob), 2,
                case when i % 3 > 0 then unixepoch() * 1000 - i end,
                case when i % 100 < 10 then 1 end,
                case when i % 100 between 10 and 19 then i
                     when i % 100 between 20 and 29 then unixepoch() * 1000 + 86400000 + i end from n",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
         select randomblob(16), id, randomblob(32), 'tkr', printf('%04d', created_at % 10000), 1, created_at from token",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at, ends_at)
         select randomblob(16), id, randomblob(32), 'tkr', 'abcd', 0, created_at, unixepoch() * 1000 + 86400000
           from token where created_at % 100 between 30 and 39",
        "insert into token_permission select id, 'projects:read' from token union all select id, 'billing:write' from token",
        "insert into token_permission select id, 'members:write' from token where created_at % 1000 = 0",
    ] {
        let sql = if rest.contains("from n") { format!("{numbers} {rest}") } else { rest.to_owned() };
        sqlx::query(AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    // A server checkpoints by itself, sooner or later.
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    app
}
