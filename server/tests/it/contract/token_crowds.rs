//! Lists of so many tokens that every part of a filter still matches many.

use super::token_list::searching;
use crate::{engine, support::TestApp};
use app::{
    domain::{
        Concern, MetadataFilter, Scope, SortBy, Token, TokenFilter, TokenQuery, TokenSort, TokenStatus,
    },
    service::Clock,
};

const CROWD: usize = 3_000;

/// Of every six tokens, one has each of the statuses, and every other disabled one is exposed; the rotating one has two
/// retiring secrets. Some tokens were used, some expire, half hold `billing:write`, and the others are even.
async fn crowd(app: &TestApp) {
    let mut raw = app.raw().await;
    let now = app.clock.now().as_millis();
    for text in [
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
         insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version, search_text,
                            permission_count, last_used_at, disabled_at, expires_at)
         select randomblob(16), (select id from person where kind = 'person'), 'Robot ' || i, 'robot ' || i, '',
                case i % 6 when 4 then 1 else $1 end - i, i, 1, '  robot  ' || i, 1 + i % 2,
                case when i % 6 <> 4 and i / 6 % 2 = 0 then $1 - i end,
                case i % 6 when 1 then 1 end,
                case when i % 6 = 0 then $1 - i
                     when i % 6 = 3 then $1 + 86400000 + i
                     when i / 6 % 3 = 0 then $1 + 31536000000 end
           from n",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
         select randomblob(16), id, randomblob(32), 'tkr', 'abcd', true, $1 from token",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at, ends_at)
         select randomblob(16), id, randomblob(32), 'tkr', 'abcd', false, 1, $1 + 86400000 from token, (select 1 union select 2) as two
          where updated_at % 6 = 2",
        "insert into token_permission (token_id, permission)
         select id, 'projects:read' from token where $1 = $1
          union all select id, 'billing:write' from token where updated_at % 2 = 1",
        "insert into token_metadata (token_id, key, value)
         select id, 'number', cast(updated_at as text) from token where $1 = $1
          union all select id, 'parity', 'even' from token where updated_at % 2 = 0",
        "update secret set exposed_at = $1, revoked_at = $1
          where is_current and token_id in (select id from token where updated_at % 12 = 7)",
    ] {
        sqlx::query(engine::sql(text)).bind(now).execute(&mut raw).await.unwrap();
    }
}

fn fits(token: &Token, filter: &TokenFilter, app: &TestApp) -> bool {
    filter.status.is_none_or(|status| token.status(app.clock.now()) == status)
        && filter.permission.as_ref().is_none_or(|held| token.permissions.contains(held))
        && filter.concern.is_none_or(|concern| match concern {
            Concern::NeverUsed => token.last_used.is_none(),
            Concern::NoExpiry => token.expires_at.is_none(),
            Concern::Broad => false,
        })
        && filter.metadata.as_ref().is_none_or(|wanted| {
            let fits = |value: &str| wanted.value.as_ref().is_none_or(|wanted| wanted == value);
            token.metadata.iter().any(|(key, value)| key == wanted.key && fits(value))
        })
        && filter
            .search
            .as_ref()
            .is_none_or(|text| token.name.as_str().to_lowercase().contains(text.as_str()))
}

#[tokio::test]
async fn every_pair_of_filters_lists_and_counts_what_fits_both() {
    let app = TestApp::new().await;
    crowd(&app).await;
    let listed = async |filter: &TokenFilter| {
        let query =
            TokenQuery { filter: filter.clone(), sort: TokenSort::default(), cursor: None, limit: 5_000 };
        app.store.list_tokens(Scope::Everybody, &query, app.clock.now()).await.unwrap().tokens
    };
    let everything = TokenFilter::default();
    let all = listed(&everything).await;
    assert_eq!(all.len(), CROWD);
    for status in TokenStatus::ALL {
        let count = all.iter().filter(|token| token.status(app.clock.now()) == status).count();
        let expected = match status {
            TokenStatus::Disabled | TokenStatus::Exposed => CROWD / 12,
            _ => CROWD / 6,
        };
        assert_eq!(count, expected, "{}", status.as_str());
    }
    let mut parts = vec![everything.clone()];
    parts.extend(TokenStatus::ALL.map(|status| TokenFilter { status: Some(status), ..everything.clone() }));
    for concern in [Concern::NeverUsed, Concern::NoExpiry, Concern::Broad] {
        parts.push(TokenFilter { concern: Some(concern), ..everything.clone() });
    }
    for permission in ["projects:read", "billing:write"] {
        parts.push(TokenFilter { permission: permission.parse().ok(), ..everything.clone() });
    }
    for entry in ["parity:even", "number", "number:7"] {
        parts.push(TokenFilter { metadata: MetadataFilter::parse(entry), ..everything.clone() });
    }
    for text in ["robot", "t 1", "999"] {
        parts.push(searching(text));
    }
    for a in &parts {
        for b in &parts {
            let both = TokenFilter {
                search: a.search.clone().or_else(|| b.search.clone()),
                status: a.status.or(b.status),
                owner: None,
                permission: a.permission.clone().or_else(|| b.permission.clone()),
                concern: a.concern.or(b.concern),
                metadata: a.metadata.clone().or_else(|| b.metadata.clone()),
            };
            let expected: Vec<&Token> = all.iter().filter(|token| fits(token, &both, &app)).collect();
            assert!(listed(&both).await.iter().eq(expected.iter().copied()), "{both:?}");
            for scope in [Scope::Everybody, Scope::Owner(app.admin.id())] {
                let count = app.store.count_matching(scope, &both, app.clock.now(), 5_000).await;
                assert_eq!(count.unwrap(), expected.len() as u64, "{both:?}");
            }
        }
    }
}

#[tokio::test]
async fn among_many_the_few_and_the_many_are_found_in_every_order() {
    let app = TestApp::new().await.without_bounds();
    crowd(&app).await;
    let two = crate::support::form("Deploy bot", &["projects:read", "projects:write"]);
    app.service.create_token(&app.admin.caller, &two).await.unwrap();
    let holding = |name: &str| TokenFilter { permission: name.parse().ok(), ..TokenFilter::default() };
    for (filter, expected) in [
        (searching("deploy"), 1),
        (searching("robot"), 3_000),
        (searching("robot  77"), 11),
        (searching("abcd"), 3_000),
        (holding("projects:write"), 1),
        (TokenFilter { owner: Some(app.admin.id()), ..searching("bot") }, 3_001),
        (TokenFilter { concern: Some(Concern::NeverUsed), ..searching("deploy") }, 1),
        (TokenFilter { concern: Some(Concern::NoExpiry), ..TokenFilter::default() }, 1_333),
        (TokenFilter { concern: Some(Concern::Broad), ..TokenFilter::default() }, 0),
        (TokenFilter { status: Some(TokenStatus::Idle), ..TokenFilter::default() }, 500),
        (TokenFilter { status: Some(TokenStatus::Active), ..searching("bot") }, 501),
    ] {
        for by in [SortBy::CreatedAt, SortBy::Name, SortBy::Permissions, SortBy::Status, SortBy::Owner] {
            let sort = TokenSort { by, is_descending: true };
            let query = TokenQuery { filter: filter.clone(), sort, cursor: None, limit: 5_000 };
            let found = app.store.list_tokens(Scope::Everybody, &query, app.clock.now()).await.unwrap();
            assert_eq!(found.tokens.len(), expected, "{filter:?} {sort}");
        }
        let count = app.store.count_matching(Scope::Everybody, &filter, app.clock.now(), 5_000).await;
        assert_eq!(count.unwrap(), expected as u64, "{filter:?}");
    }
    let counted = app.store.count_matching(Scope::Everybody, &searching("robot"), app.clock.now(), 9).await;
    assert_eq!(counted.unwrap(), 9, "counting stops");
}
