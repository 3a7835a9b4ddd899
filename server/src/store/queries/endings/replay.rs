//! Ending again what the journal knows to have ended, in data that does not know of it.

use super::super::{Db, Engine, accounts::account, audit::events, failed, people::factors};
use crate::store::journal::Line;
use app::{
    domain::{Event, EventKind, PersonId, Role, Timestamp},
    service::{AuditStore, StoreError, in_hex, last_step},
};
use serde_json::{Value, json};
use sqlx::Transaction;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// When this data was copied to a file; `None` for data that has lived here.
pub async fn copied_at(store: &Engine) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar("select copied_at from lineage").fetch_one(&store.quick).await.map_err(failed)
}

/// From now on, this data lives here.
pub async fn forget_copy(store: &Engine) -> Result<(), StoreError> {
    let forget = "update lineage set copied_at = null where copied_at is not null";
    sqlx::query(forget).execute(store.aside()).await.map_err(failed)?;
    Ok(())
}

pub async fn last_line(store: &Engine) -> Result<(i64, Vec<u8>), StoreError> {
    Ok(store.last_link().await?.unwrap_or_default())
}

/// The number of lines up to the last one that the data has, or had before they were archived.
pub async fn in_common(store: &Engine, lines: &[Line]) -> Result<usize, StoreError> {
    for (place, line) in lines.iter().enumerate().rev() {
        let (link, is_archived): (Option<Vec<u8>>, bool) = sqlx::query_as(
            "select (select link from event where id = $1), exists (select 1 from audit_head where line >= $1)",
        )
        .bind(line.id)
        .fetch_one(&store.quick)
        .await
        .map_err(failed)?;
        if line.id == 0 || is_archived || link.is_some_and(|link| in_hex(&link) == line.link) {
            return Ok(place + 1);
        }
    }
    Ok(0)
}

/// Those of the lines that nobody has ended again who knew of them too.
pub async fn unknown<'a>(store: &Engine, lines: &'a [Line]) -> Result<Vec<&'a Line>, StoreError> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<String> =
        sqlx::query_scalar("select link from ended_again").fetch_all(&store.quick).await.map_err(failed)?;
    let known: HashSet<String> = known.into_iter().collect();
    Ok(lines.iter().filter(|line| !known.contains(&line.link)).collect())
}

/// The role that a line about a change of role says.
pub fn role_after(details: &str) -> Option<String> {
    let details: Value = serde_json::from_str(details).ok()?;
    details.pointer("/after/role").and_then(Value::as_str).map(str::to_owned)
}

/// The fate of a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// Something about it was changed, and may have been narrowed.
    Disabled,
    /// A secret of it ended.
    SecretsEnded,
    /// Its secret was found by others, at this moment.
    Exposed(i64),
    Deleted,
}

/// Sessions and links end. Tokens that were deleted are deleted; others that lost something are disabled, and the secrets
/// that are left of them end if one did; one that was exposed is so again. If a webhook was changed or deleted, all of
/// them are paused. People who were disabled or got a lesser role are so again, and so are accounts; the power of members,
/// stewards and grants ends that did. A password that was changed does not come back, and neither does one beside which a
/// second factor was. Codes of apps that may have been accepted already are not
/// accepted again. Returns the line of the audit log that says so.
pub async fn end_again(
    store: &Engine,
    lost: &[&Line],
    has_journal: bool,
    now: Timestamp,
) -> Result<Line, StoreError> {
    let mut tx = store.begin().await?;
    for sql in ["delete from session", "delete from browser", "delete from link", "delete from ceremony"] {
        sqlx::query(sql).execute(&mut *tx).await.map_err(failed)?;
    }
    sqlx::query("update totp set last_step = $1 where last_step < $1")
        .bind(last_step(now))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    let mut fates: BTreeMap<Uuid, Fate> = BTreeMap::new();
    for line in lost {
        if let Some(token) = line.token {
            let fate = fates.entry(token.as_uuid()).or_insert(Fate::Disabled);
            *fate = (*fate).max(fate_of(line));
        }
        if let Some(person) = line.person {
            end_person(&mut tx, line, person.as_uuid(), now).await?;
        }
    }
    for line in lost {
        let insert = "insert into ended_again (link) values ($1) on conflict (link) do nothing";
        sqlx::query(insert).bind(&line.link).execute(&mut *tx).await.map_err(failed)?;
    }
    let (mut deleted, mut disabled) = (Vec::new(), Vec::new());
    for (token, fate) in fates {
        if let Some(name) = end_token(&mut tx, token, fate, now).await? {
            let names = if fate == Fate::Deleted { &mut deleted } else { &mut disabled };
            names.push(name);
        }
    }
    let webhooks = [EventKind::WebhookEdited, EventKind::WebhookRotated, EventKind::WebhookDeleted];
    if lost.iter().any(|line| webhooks.iter().any(|kind| kind.as_str() == line.kind)) {
        // They may lead where nothing is to be sent any more: an admin looks, and resumes them.
        sqlx::query("update follower set paused_at = coalesce(paused_at, $1) where kind = 'webhook'")
            .bind(now.as_millis())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
    }
    let details = json!({
        "endings": lost.len(), "journal": has_journal, "deleted": deleted, "disabled": disabled,
    });
    if has_journal {
        tracing::warn!(
            ?deleted,
            ?disabled,
            "the data is older than what has ended since: that is ended again, and everybody is signed out"
        );
    } else {
        tracing::warn!(
            "the data is a backup, and there is no journal of what has ended since: everybody is signed out. Look at the tokens that you would have revoked"
        );
    }
    let event = Event {
        at: now,
        kind: EventKind::DataRestored,
        actor: None,
        token: None,
        person: None,
        address: "tokenry".to_owned(),
        request_id: String::new(),
        details: details.to_string(),
    };
    events::append(&mut tx, &event).await?;
    store.commit_aside(tx).await?;
    let (id, link) = last_line(store).await?;
    let kind = EventKind::DataRestored.as_str().to_owned();
    Ok(Line { id, at: now.as_millis(), kind, token: None, person: None, role: None, link: in_hex(&link) })
}

fn fate_of(line: &Line) -> Fate {
    match EventKind::from_name(&line.kind) {
        Some(EventKind::TokenDeleted) => Fate::Deleted,
        Some(EventKind::TokenExposed) => Fate::Exposed(line.at),
        Some(
            EventKind::TokenRotated
            | EventKind::RotationTakenBack
            | EventKind::OldSecretEnded
            | EventKind::SecretRevoked,
        ) => Fate::SecretsEnded,
        _ => Fate::Disabled,
    }
}

/// Returns the name of the token, if the data has it and it was not ended like this before.
async fn end_token(
    tx: &mut Transaction<'_, Db>,
    token: Uuid,
    fate: Fate,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    if fate != Fate::Disabled {
        sqlx::query("update secret set revoked_at = $2 where token_id = $1 and revoked_at is null")
            .bind(token)
            .bind(now.as_millis())
            .execute(&mut **tx)
            .await
            .map_err(failed)?;
    }
    if let Fate::Exposed(at) = fate {
        sqlx::query(
            "update secret set exposed_at = coalesce(exposed_at, $2) where token_id = $1 and is_current",
        )
        .bind(token)
        .bind(at)
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    }
    let name: Option<String> =
        sqlx::query_scalar("select name from token where id = $1 and deleted_at is null")
            .bind(token)
            .fetch_optional(&mut **tx)
            .await
            .map_err(failed)?;
    let sql = if fate == Fate::Deleted {
        "update token set deleted_at = $2, updated_at = $2, version = version + 1
          where id = $1 and deleted_at is null"
    } else {
        "update token set disabled_at = coalesce(disabled_at, $2), updated_at = $2, version = version + 1
          where id = $1 and deleted_at is null"
    };
    let ended = sqlx::query(sql).bind(token).bind(now.as_millis()).execute(&mut **tx).await;
    ended.map_err(failed)?;
    Ok(name)
}

async fn end_person(
    tx: &mut Transaction<'_, Db>,
    line: &Line,
    person: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = |sql: &'static str| sqlx::query(sql).bind(person);
    let kind = EventKind::from_name(&line.kind);
    if kind == Some(EventKind::AccountDeleted) {
        account::leave_nothing(tx, PersonId::from_uuid(person)).await?;
    }
    let query = match kind {
        Some(EventKind::PersonDisabled | EventKind::AccountDisabled | EventKind::AccountDeleted) => {
            set("update person set disabled_at = coalesce(disabled_at, $2) where id = $1")
                .bind(now.as_millis())
        }
        Some(EventKind::PasswordChanged | EventKind::PasswordReset) => {
            set("update person set password_hash = null where id = $1")
        }
        // Which factor it was is not said: a new link leads to a new password and new factors.
        Some(
            EventKind::AppAdded
            | EventKind::AppRemoved
            | EventKind::PasskeyAdded
            | EventKind::PasskeyRemoved
            | EventKind::PasskeyCopied
            | EventKind::FactorsReset,
        ) => {
            factors::forget_factors(tx, PersonId::from_uuid(person)).await?;
            set("update person set password_hash = null where id = $1")
        }
        Some(EventKind::CodesMade | EventKind::CodeUsed) => {
            set("delete from recovery_code where person_id = $1")
        }
        Some(EventKind::RoleChanged) => match line.role.as_deref().and_then(|role| role.parse::<Role>().ok())
        {
            Some(Role::Admin) => return Ok(()),
            Some(Role::Member) => set("update person set role = 'member' where id = $1 and role = 'admin'"),
            Some(Role::Viewer) | None => set("update person set role = 'viewer' where id = $1"),
        },
        Some(EventKind::StewardsChanged) => set("update person set stewards_id = null where id = $1"),
        // Which group or grant it was is not in the journal. Missing grants mean no power.
        Some(EventKind::StewardEnded) => {
            set("update membership set is_steward = $2 where person_id = $1").bind(false)
        }
        Some(EventKind::MemberRemoved) => set("delete from membership where person_id = $1"),
        Some(EventKind::GrantsTaken) => set("delete from granted where account_id = $1"),
        // All tokens of somebody went to somebody else: whoever has them again has them disabled.
        Some(EventKind::TokensHandedOver) => set(
            "update token set disabled_at = coalesce(disabled_at, $2), updated_at = $2, version = version + 1
              where owner_id = $1 and deleted_at is null",
        )
        .bind(now.as_millis()),
        _ => return Ok(()),
    };
    query.execute(&mut **tx).await.map_err(failed)?;
    Ok(())
}
