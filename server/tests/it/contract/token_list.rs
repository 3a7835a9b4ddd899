use crate::{
    engine::{Raw, sql},
    support::TestApp,
};
use app::{
    domain::{
        Concern, EXPIRING_MS, Permission, Role, Scope, SortBy, Timestamp, Token, TokenCursor, TokenFilter,
        TokenList, TokenQuery, TokenSort, TokenStatus,
    },
    service::{Clock, sort_key},
};
use std::cmp::{Ordering, Reverse};
use uuid::Uuid;

/// 30 days, the default of a workspace.
const IDLE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Tokens on both sides of every moment at which a status changes, in all combinations.
async fn many(app: &TestApp) -> Timestamp {
    let now = app.clock.now();
    let at = |offset: i64| Some(now.as_millis() + offset);
    let ends = [None, at(-1), at(0), at(1), at(EXPIRING_MS), at(EXPIRING_MS + 1)];
    let pauses = [None, at(-5)];
    let retiring = [None, at(-1), at(0), at(1)];
    let uses = [None, at(-IDLE_MS - 1), at(-IDLE_MS), at(-7)];
    let births = [at(-IDLE_MS - 1), at(-9)];
    let mut raw = app.raw().await;
    sqlx::raw_sql("begin").execute(&mut raw).await.unwrap();
    let owner = app.admin.id().as_uuid();
    for (n, name) in (0..).zip(names()) {
        let pick = |all: &[Option<i64>], every: usize| all[(n / every) % all.len()];
        let (id, born) = (Uuid::now_v7(), pick(&births, 192));
        sqlx::query(
            "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version,
                                expires_at, disabled_at, last_used_at, sort_key)
             values ($1, $2, $3, $4, '', $5, $5, 1, $6, $7, $8, $9)",
        )
        .bind(id)
        .bind(owner)
        .bind(&name)
        .bind(name.to_lowercase())
        .bind(born)
        .bind(pick(&ends, 1))
        .bind(pick(&pauses, 6))
        .bind(pick(&uses, 48))
        .bind(sort_key(&name))
        .execute(&mut raw)
        .await
        .unwrap();
        let before = pick(&retiring, 12);
        secret(&mut raw, id, true, None, None).await;
        if pick(&pauses, 6).is_some() && n % 5 == 0 {
            let expose = "update secret set exposed_at = 1, revoked_at = 1 where token_id = $1";
            sqlx::query(expose).bind(id).execute(&mut raw).await.unwrap();
        }
        secret(&mut raw, id, false, before, None).await;
        // A revoked secret does not make its token a rotating one.
        secret(&mut raw, id, false, at(99), at(-1)).await;
    }
    sqlx::raw_sql("commit").execute(&mut raw).await.unwrap();
    now
}

/// 384 different names, in no particular order.
fn names() -> impl Iterator<Item = String> {
    (0..384).map(|n| format!("{} {n}", ["Zulu", "alpha", "Échelle", "mike"][n * 7 % 4]))
}

async fn secret(raw: &mut Raw, token: Uuid, is_current: bool, ends_at: Option<i64>, revoked_at: Option<i64>) {
    sqlx::query(
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at, ends_at, revoked_at)
         values ($1, $2, $6, 'tkr', 'x9Qf', $3, 1, $4, $5)",
    )
    .bind(Uuid::now_v7())
    .bind(token)
    .bind(is_current)
    .bind(ends_at)
    .bind(revoked_at)
    .bind(Uuid::new_v4().as_bytes().as_slice())
    .execute(raw)
    .await
    .unwrap();
}

/// A page of 37 tokens at this cursor.
async fn page(
    app: &TestApp,
    scope: Scope,
    filter: &TokenFilter,
    sort: TokenSort,
    cursor: Option<TokenCursor>,
) -> TokenList {
    let query = TokenQuery { filter: filter.clone(), sort, cursor, limit: 37 };
    app.store.list_tokens(scope, &query, app.clock.now()).await.unwrap()
}

/// Every token, page by page. Each page behind the first also has to lead back to the one before it.
async fn all(app: &TestApp, scope: Scope, filter: &TokenFilter, sort: TokenSort) -> Vec<Token> {
    let mut pages: Vec<TokenList> = Vec::new();
    loop {
        let cursor = pages.last().and_then(|page| page.next.clone());
        let next = page(app, scope, filter, sort, cursor).await;
        assert!(next.next.is_none() || next.tokens.len() == 37);
        assert_eq!(next.previous.is_none(), pages.is_empty());
        let ended = next.next.is_none();
        if let Some(before) = pages.last() {
            let back = page(app, scope, filter, sort, next.previous.clone()).await;
            assert!(back.tokens == before.tokens, "{sort}: back to page {}", pages.len());
            assert_eq!(back.previous.is_none(), pages.len() == 1);
        }
        pages.push(next);
        if ended {
            break;
        }
    }
    let found: Vec<Token> = pages.into_iter().flat_map(|page| page.tokens).collect();
    let max = found.len() as u64 + 1;
    let count = app.store.count_matching(scope, filter, app.clock.now(), max).await;
    assert_eq!(count.unwrap(), found.len() as u64, "{filter:?}");
    found
}

#[tokio::test]
async fn a_status_is_the_same_for_the_store_as_for_the_domain() {
    let app = TestApp::new().await;
    let now = many(&app).await;
    let sort = TokenSort::default();
    let everything = all(&app, Scope::Everybody, &TokenFilter::default(), sort).await;
    assert_eq!(everything.len(), 384);
    for status in TokenStatus::ALL {
        let filter = TokenFilter { status: Some(status), ..TokenFilter::default() };
        let found = all(&app, Scope::Everybody, &filter, sort).await;
        let expected: Vec<Token> =
            everything.iter().filter(|token| token.status(now) == status).cloned().collect();
        assert!(!expected.is_empty(), "{status:?}");
        assert_eq!(found, expected, "{status:?}");
    }
}

#[tokio::test]
async fn every_order_is_kept_from_page_to_page_and_what_is_missing_comes_last() {
    let app = TestApp::new().await;
    many(&app).await;
    give_some_to(&app, "Ines Okafor").await;
    let now = app.clock.now();
    for by in SortBy::ALL {
        for is_descending in [false, true] {
            let sort = TokenSort { by, is_descending };
            let filter = TokenFilter::default();
            let found = all(&app, Scope::Everybody, &filter, sort).await;
            let mut expected = found.clone();
            expected.sort_by(|a, b| in_order(sort, now, a, b));
            expected.dedup();
            assert_eq!(found.len(), 384, "{sort}");
            assert!(found == expected, "{sort}");
            let own = all(&app, Scope::Owner(app.admin.id()), &filter, sort).await;
            expected.retain(|token| token.owner.id == app.admin.id());
            assert!(own == expected, "{sort}, of one person");
        }
    }
}

/// Gives every third token to a new member.
async fn give_some_to(app: &TestApp, name: &str) {
    let user = app.user(name, Role::Member).await;
    sqlx::query(sql("update token set owner_id = $1 where rowid % 3 = 0"))
        .bind(user.id().as_uuid())
        .execute(&mut app.raw().await)
        .await
        .unwrap();
}

fn in_order(sort: TokenSort, now: Timestamp, a: &Token, b: &Token) -> Ordering {
    let newest_first = |token: &Token| Reverse((token.created_at.as_millis(), token.id.as_uuid()));
    let turned = |order: Ordering| if sort.is_descending { order.reverse() } else { order };
    let rank = |token: &Token| TokenStatus::ALL.into_iter().position(|s| s == token.status(now));
    match sort.by {
        SortBy::Owner => {
            let by_owner = turned(a.owner.name.as_str().cmp(b.owner.name.as_str()));
            return by_owner.then(newest_first(a).cmp(&newest_first(b)));
        }
        SortBy::Status => {
            return turned(rank(a).cmp(&rank(b))).then(newest_first(a).cmp(&newest_first(b)));
        }
        _ => {}
    }
    let key = |token: &Token| match sort.by {
        SortBy::Permissions => (Some(token.permissions.len() as i64), Vec::new()),
        SortBy::CreatedAt => (Some(token.created_at.as_millis()), Vec::new()),
        SortBy::Name => (Some(0), sort_key(token.name.as_str())),
        SortBy::LastUsedAt => (token.last_used.as_ref().map(|used| used.at.as_millis()), Vec::new()),
        SortBy::ExpiresAt => (token.expires_at.map(Timestamp::as_millis), Vec::new()),
        SortBy::Owner | SortBy::Status => (None, Vec::new()),
    };
    let ((a_at, a_text), (b_at, b_text)) = (key(a), key(b));
    let (a_key, b_key) = ((a_at, a_text, a.id.as_uuid()), (b_at, b_text, b.id.as_uuid()));
    let whole = if sort.is_descending { Reverse(a_key).cmp(&Reverse(b_key)) } else { a_key.cmp(&b_key) };
    a_at.is_none().cmp(&b_at.is_none()).then(whole)
}

#[tokio::test]
async fn nothing_outside_of_the_scope_is_listed_whatever_is_asked_for() {
    let app = TestApp::new().await;
    many(&app).await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let scope = Scope::Owner(ines.id());
    let permission: Permission = "projects:read".parse().unwrap();
    for filter in [
        TokenFilter::default(),
        TokenFilter { owner: Some(app.admin.id()), ..TokenFilter::default() },
        TokenFilter { search: Some("alpha".into()), ..TokenFilter::default() },
        TokenFilter { status: Some(TokenStatus::Active), ..TokenFilter::default() },
        TokenFilter { permission: Some(permission), ..TokenFilter::default() },
        TokenFilter { concern: Some(Concern::NoExpiry), ..TokenFilter::default() },
    ] {
        for by in SortBy::ALL {
            let sort = TokenSort { by, is_descending: false };
            assert!(all(&app, scope, &filter, sort).await.is_empty(), "{filter:?}");
        }
    }
}

pub fn searching(text: &str) -> TokenFilter {
    TokenFilter { search: Some(text.to_owned()), ..TokenFilter::default() }
}

async fn names_of(app: &TestApp, filter: &TokenFilter) -> Vec<String> {
    let sort = TokenSort { by: SortBy::Name, is_descending: false };
    let found = all(app, Scope::Everybody, filter, sort).await;
    found.iter().map(|token| token.name.as_str().to_owned()).collect()
}

#[tokio::test]
async fn text_is_found_in_names_and_descriptions_in_ids_and_at_the_end_of_secrets() {
    let app = TestApp::new().await;
    let deploy = app.create("Deploy Échelle").await.token;
    app.create("Billing sync").await;
    assert_eq!(names_of(&app, &searching("éCHEL")).await, ["Deploy Échelle"]);
    assert_eq!(names_of(&app, &searching("ing s")).await, ["Billing sync"]);
    assert_eq!(names_of(&app, &searching("sy")).await, ["Billing sync"], "the beginning of a word");
    assert_eq!(names_of(&app, &searching("yn")).await, Vec::<String>::new());
    assert_eq!(names_of(&app, &searching("%")).await, Vec::<String>::new());
    assert_eq!(names_of(&app, &searching(&deploy.secret_hint.last)).await, ["Deploy Échelle"]);
    assert_eq!(names_of(&app, &searching(&deploy.id.to_string())).await, ["Deploy Échelle"]);
    for odd in ["\"", "'", "a\"b\" OR c", "*", "-x", "NEAR(a b)", "\u{1F600}", "  "] {
        names_of(&app, &searching(odd)).await;
    }
}

#[tokio::test]
async fn what_is_renamed_is_found_by_its_new_name_and_what_is_deleted_by_none() {
    let app = TestApp::new().await;
    let token = app.create("Billing sync").await.token;
    let renamed = crate::support::form("Weekly export", &["projects:read"]);
    app.service.edit_token(&app.admin.caller, token.id, token.version, &renamed).await.unwrap();
    assert_eq!(names_of(&app, &searching("billing")).await, Vec::<String>::new());
    assert_eq!(names_of(&app, &searching("weekly")).await, ["Weekly export"]);
    app.service.delete_token(&app.admin.caller, token.id).await.unwrap();
    assert_eq!(names_of(&app, &searching("weekly")).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_holds_all_of_the_catalogue_is_broad() {
    let app = TestApp::new().await;
    app.create("Narrow").await;
    let catalogue = app.service.catalogue().await.unwrap();
    let all: Vec<String> = catalogue
        .resources
        .iter()
        .flat_map(|r| r.actions.iter().map(move |a| format!("{}:{}", r.name, a.name)))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    app.service.create_token(&app.admin.caller, &crate::support::form("Wide", &all)).await.unwrap();
    let broad = TokenFilter { concern: Some(Concern::Broad), ..TokenFilter::default() };
    assert_eq!(names_of(&app, &broad).await, ["Wide"]);
}

#[tokio::test]
async fn turning_the_page_misses_nothing_while_tokens_come_and_go() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for i in 0..6 {
        ids.push(app.create(&format!("Token {i}")).await.token.id);
    }
    let read = async |cursor| {
        let (filter, sort) = (TokenFilter::default(), TokenSort::default());
        let query = TokenQuery { filter, sort, cursor, limit: 3 };
        app.store.list_tokens(Scope::Everybody, &query, app.clock.now()).await.unwrap()
    };
    let names = |list: &TokenList| -> Vec<String> {
        list.tokens.iter().map(|token| token.name.as_str().to_owned()).collect()
    };
    let first = read(None).await;
    assert_eq!(names(&first), ["Token 5", "Token 4", "Token 3"]);
    app.create("Brand new").await;
    app.service.delete_token(&app.admin.caller, ids[3]).await.unwrap();
    app.service.delete_token(&app.admin.caller, ids[1]).await.unwrap();
    assert_eq!(names(&read(first.next).await), ["Token 2", "Token 0"]);
}
