use crate::support::House;
use app::{
    domain::{
        EXPIRING_MS, Permission, Scope, SortBy, Timestamp, Token, TokenFilter, TokenQuery, TokenSort,
        TokenStatus,
    },
    service::{Clock, TokenStore},
};
/// 30 days, until a workspace says otherwise.
const IDLE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

use std::cmp::{Ordering, Reverse};
use uuid::Uuid;

/// Tokens on both sides of every moment at which a status changes, in all combinations.
async fn many(house: &House) -> Timestamp {
    let now = house.clock.now();
    let at = |offset: i64| Some(now.as_millis() + offset);
    let ends = [None, at(-1), at(0), at(1), at(EXPIRING_MS), at(EXPIRING_MS + 1)];
    let pauses = [None, at(-5)];
    let retiring = [None, at(-1), at(0), at(1)];
    let uses = [None, at(-IDLE_MS - 1), at(-IDLE_MS), at(-7)];
    let births = [at(-IDLE_MS - 1), at(-9)];
    let mut raw = house.raw().await;
    sqlx::raw_sql("begin").execute(&mut raw).await.unwrap();
    let owner = house.admin.id().as_uuid();
    for (n, name) in (0..).zip(names()) {
        let pick = |all: &[Option<i64>], every: usize| all[(n / every) % all.len()];
        let (id, born) = (Uuid::now_v7(), pick(&births, 192));
        sqlx::query(
            "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version,
                                expires_at, disabled_at, last_used_at)
             values ($1, $2, $3, $4, '', $5, $5, 1, $6, $7, $8)",
        )
        .bind(id)
        .bind(owner)
        .bind(&name)
        .bind(name.to_lowercase())
        .bind(born)
        .bind(pick(&ends, 1))
        .bind(pick(&pauses, 6))
        .bind(pick(&uses, 48))
        .execute(&mut raw)
        .await
        .unwrap();
        let before = pick(&retiring, 12);
        secret(&mut raw, id, true, None, None).await;
        secret(&mut raw, id, false, before, None).await;
        // One that was ended for good does not make a token one that rotates.
        secret(&mut raw, id, false, at(99), at(-1)).await;
    }
    sqlx::raw_sql("commit").execute(&mut raw).await.unwrap();
    now
}

/// 384 different ones, in no order.
fn names() -> impl Iterator<Item = String> {
    (0..384).map(|n| format!("{} {n}", ["Zulu", "alpha", "Échelle", "mike"][n * 7 % 4]))
}

async fn secret(
    raw: &mut sqlx::SqliteConnection,
    token: Uuid,
    is_current: bool,
    ends_at: Option<i64>,
    revoked_at: Option<i64>,
) {
    sqlx::query(
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at, ends_at, revoked_at)
         values ($1, $2, $1, 'tkr', 'x9Qf', $3, 1, $4, $5)",
    )
    .bind(Uuid::now_v7())
    .bind(token)
    .bind(is_current)
    .bind(ends_at)
    .bind(revoked_at)
    .execute(raw)
    .await
    .unwrap();
}

async fn all(
    house: &House,
    scope: Scope,
    filter: &TokenFilter,
    sort: TokenSort,
    now: Timestamp,
) -> Vec<Token> {
    let (mut tokens, mut cursor) = (Vec::new(), None);
    loop {
        let query = TokenQuery { filter: filter.clone(), sort, cursor, limit: 37 };
        let page = house.store.list_tokens(scope, &query, now).await.unwrap();
        assert!(page.next.is_none() || page.tokens.len() == 37);
        tokens.extend(page.tokens);
        cursor = page.next;
        if cursor.is_none() {
            return tokens;
        }
    }
}

#[tokio::test]
async fn a_status_is_the_same_for_the_store_as_for_the_domain() {
    let house = House::new().await;
    let now = many(&house).await;
    let sort = TokenSort::default();
    let everything = all(&house, Scope::Everybody, &TokenFilter::default(), sort, now).await;
    assert_eq!(everything.len(), 384);
    for status in TokenStatus::ALL {
        let filter = TokenFilter { status: Some(status), ..TokenFilter::default() };
        let found = all(&house, Scope::Everybody, &filter, sort, now).await;
        let expected: Vec<Token> =
            everything.iter().filter(|token| token.status(now) == status).cloned().collect();
        assert!(!expected.is_empty(), "{status:?}");
        assert_eq!(found, expected, "{status:?}");
    }
}

#[tokio::test]
async fn every_order_is_kept_from_page_to_page_and_what_is_missing_comes_last() {
    let house = House::new().await;
    let now = many(&house).await;
    for by in SortBy::ALL {
        for is_descending in [false, true] {
            let sort = TokenSort { by, is_descending };
            let filter = TokenFilter::default();
            let found = all(&house, Scope::Everybody, &filter, sort, now).await;
            let mut expected = found.clone();
            expected.sort_by(|a, b| in_order(sort, a, b));
            expected.dedup();
            assert_eq!(found.len(), 384, "{sort}");
            assert!(found == expected, "{sort}");
            let own = all(&house, Scope::Owner(house.admin.id()), &filter, sort, now).await;
            assert!(own == found, "{sort}, of one person");
        }
    }
}

fn in_order(sort: TokenSort, a: &Token, b: &Token) -> Ordering {
    let key = |token: &Token| match sort.by {
        SortBy::CreatedAt => (Some(token.created_at.as_millis()), String::new()),
        SortBy::Name => (Some(0), token.name.as_str().to_lowercase()),
        SortBy::LastUsedAt => (token.last_used.as_ref().map(|used| used.at.as_millis()), String::new()),
        SortBy::ExpiresAt => (token.expires_at.map(Timestamp::as_millis), String::new()),
    };
    let ((a_at, a_text), (b_at, b_text)) = (key(a), key(b));
    let (a_key, b_key) = ((a_at, a_text, a.id.as_uuid()), (b_at, b_text, b.id.as_uuid()));
    let whole = if sort.is_descending { Reverse(a_key).cmp(&Reverse(b_key)) } else { a_key.cmp(&b_key) };
    a_at.is_none().cmp(&b_at.is_none()).then(whole)
}

#[tokio::test]
async fn nothing_outside_of_the_scope_is_listed_whatever_is_asked_for() {
    let house = House::new().await;
    let now = many(&house).await;
    let ines = house.guest("Ines Okafor", app::domain::Role::Member).await;
    let scope = Scope::Owner(ines.id());
    let permission: Permission = "projects:read".parse().unwrap();
    for filter in [
        TokenFilter::default(),
        TokenFilter { owner: Some(house.admin.id()), ..TokenFilter::default() },
        TokenFilter { search: Some("alpha".into()), ..TokenFilter::default() },
        TokenFilter { status: Some(TokenStatus::Active), ..TokenFilter::default() },
        TokenFilter { permission: Some(permission), ..TokenFilter::default() },
    ] {
        for by in SortBy::ALL {
            let sort = TokenSort { by, is_descending: false };
            assert!(all(&house, scope, &filter, sort, now).await.is_empty(), "{filter:?}");
        }
    }
}
