//! The few tokens that a filter leaves, where it leaves few: found by an index of its own, so that a list need not
//! pass over all the others. Where it leaves many, the list meets them soon enough without.

use super::{Pool, failed, token_row::only};
use app::{
    domain::{
        Concern, EXPIRING_MS, Permission, Scope, SortBy, Timestamp, TokenFilter, TokenSort, TokenStatus,
    },
    service::StoreError,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is few.
const FEW: usize = 2_000;
/// Groups of three characters that are looked up of a text; each further one narrows it down less.
const TRIGRAMS_MAX: usize = 12;

const MATCHING: &str = "select t.id from token_text join token t on t.search_id = token_text.rowid
                         where token_text match $1 and instr(t.search_text, $2) > 0 limit $3";
const ENDING_LIKE: &str = "select token_id from secret where is_current and last_chars = $1 limit $2";
const WITH_ID: &str = "select id from token where id between $1 and $2 limit $3";
const HOLDING: &str = "select token_id from token_permission where permission = $1 limit $2";
const OWNED: &str = "select id from token where owner_id = $1 and deleted_at is null limit $2";
const EXPIRED: &str = "select id from token where deleted_at is null and expires_at <= $1 limit $2";
const EXPIRING: &str =
    "select id from token where deleted_at is null and expires_at > $1 and expires_at <= $3 limit $2";
const DISABLED: &str =
    "select id from token where deleted_at is null and disabled_at is not null and $1 = $1 limit $2";
const ROTATING: &str = "select token_id from secret
                         where not is_current and revoked_at is null and ends_at > $1 limit $2";
const IDLE: &str = "select id from token
                     where deleted_at is null and coalesce(last_used_at, created_at)
                           < $1 - (select w.idle_days from workspace w) * 86400000 limit $2";
const NEVER_USED: &str = "select id from token where deleted_at is null and last_used_at is null limit $1";
const NO_EXPIRY: &str = "select id from token where deleted_at is null and expires_at is null limit $1";
const BROAD: &str = "select id from token
                      where deleted_at is null and permission_count >= (select count(*) from action) limit $1";

/// The ids that may fit, when they are few: nothing outside of them does. `None` when no part of the filter leaves
/// few, and when the list has an index for all that is asked for.
pub async fn few(
    reader: &Pool,
    scope: Scope,
    filter: &TokenFilter,
    sort: Option<TokenSort>,
    now: Timestamp,
) -> Result<Option<Vec<Uuid>>, StoreError> {
    let owner = only(scope).or(filter.owner.map(|person| person.as_uuid()));
    let rest = TokenFilter { owner: None, ..filter.clone() };
    let is_by_birth = sort.is_none_or(|sort| matches!(sort.by, SortBy::CreatedAt | SortBy::Owner));
    if rest.is_empty() && (owner.is_none() || is_by_birth) {
        return Ok(None);
    }
    if let Some(found) = searched(reader, filter).await? {
        return Ok(Some(found));
    }
    if let Some(permission) = filter.permission.as_ref().map(Permission::as_str) {
        let found = sqlx::query_scalar(HOLDING).bind(permission).bind(FEW as i64 + 1);
        if let Some(found) = if_few(found.fetch_all(reader).await.map_err(failed)?) {
            return Ok(Some(found));
        }
    }
    if let Some(text) = filter.status.and_then(of_status) {
        let soon = now.as_millis() + EXPIRING_MS;
        let found = sqlx::query_scalar(text).bind(now.as_millis()).bind(FEW as i64 + 1).bind(soon);
        if let Some(found) = if_few(found.fetch_all(reader).await.map_err(failed)?) {
            return Ok(Some(found));
        }
    }
    if let Some(text) = filter.concern.map(of_concern) {
        let found = sqlx::query_scalar(text).bind(FEW as i64 + 1);
        if let Some(found) = if_few(found.fetch_all(reader).await.map_err(failed)?) {
            return Ok(Some(found));
        }
    }
    if let Some(owner) = owner {
        let found = sqlx::query_scalar(OWNED).bind(owner).bind(FEW as i64 + 1);
        return Ok(if_few(found.fetch_all(reader).await.map_err(failed)?));
    }
    Ok(None)
}

fn if_few(found: Vec<Uuid>) -> Option<Vec<Uuid>> {
    (found.len() <= FEW).then_some(found)
}

/// What works needs no index: it is most of what there is.
fn of_status(status: TokenStatus) -> Option<&'static str> {
    Some(match status {
        TokenStatus::Active => return None,
        TokenStatus::ExpiringSoon => EXPIRING,
        TokenStatus::Idle => IDLE,
        TokenStatus::Rotating => ROTATING,
        TokenStatus::Disabled => DISABLED,
        TokenStatus::Expired => EXPIRED,
    })
}

fn of_concern(concern: Concern) -> &'static str {
    match concern {
        Concern::NeverUsed => NEVER_USED,
        Concern::NoExpiry => NO_EXPIRY,
        Concern::Broad => BROAD,
    }
}

async fn searched(reader: &Pool, filter: &TokenFilter) -> Result<Option<Vec<Uuid>>, StoreError> {
    let (Some(needle), Some(typed)) = (filter.needle(), filter.search.as_deref()) else { return Ok(None) };
    let limit = FEW as i64 + 1;
    let found = sqlx::query_scalar(MATCHING).bind(matching(&needle)).bind(&needle).bind(limit);
    let mut ids: BTreeSet<Uuid> = found.fetch_all(reader).await.map_err(failed)?.into_iter().collect();
    let found = sqlx::query_scalar::<_, Uuid>(ENDING_LIKE).bind(typed).bind(limit);
    ids.extend(found.fetch_all(reader).await.map_err(failed)?);
    if let Some((first, last)) = filter.ids() {
        let found =
            sqlx::query_scalar::<_, Uuid>(WITH_ID).bind(first.as_uuid()).bind(last.as_uuid()).bind(limit);
        ids.extend(found.fetch_all(reader).await.map_err(failed)?);
    }
    Ok(if_few(ids.into_iter().collect()))
}

/// All of these groups of three characters, in the words of FTS5.
fn matching(needle: &str) -> String {
    let chars: Vec<char> = needle.chars().collect();
    let groups: Vec<String> =
        chars.windows(3).map(|three| three.iter().collect::<String>().replace('"', "\"\"")).collect();
    // Of a long text, as many from all over it.
    let step = groups.len().div_ceil(TRIGRAMS_MAX).max(1);
    let groups: Vec<String> = groups.iter().step_by(step).map(|three| format!("\"{three}\"")).collect();
    groups.join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_up_by_its_parts() {
        assert_eq!(matching("sync"), "\"syn\" AND \"ync\"");
        assert_eq!(matching("  b"), "\"  b\"");
        assert_eq!(matching("a\"b"), "\"a\"\"b\"");
        assert!(matching(&"abcdefgh".repeat(12)).split(" AND ").count() <= TRIGRAMS_MAX);
    }
}
