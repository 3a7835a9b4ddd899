//! The owner of a token and their standing, on which the power of its secrets depends. A decision of the service is
//! carried out only on what it was made about.

use super::{
    Db, DbRow, Engine,
    audit::events,
    dialect::ids,
    failed,
    people::person,
    row::{check_room, decode, fetch, moment, reach},
};
use app::{
    domain::{
        Event, OwnedToken, Permission, PermissionSet, Person, PersonId, PersonStatus, Right, Scope, Standing,
        Timestamp, TokenId, TokenName, may,
    },
    service::{HandOver, PowerStore, Restanding, StoreError, TokenEffect},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use std::collections::HashMap;
use uuid::Uuid;

struct OwnedRow(OwnedToken);

impl FromRow<'_, DbRow> for OwnedRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let (name, permissions): (String, Option<String>) =
            (row.try_get("name")?, row.try_get("permissions")?);
        let permissions: PermissionSet = permissions
            .unwrap_or_default()
            .split_whitespace()
            .map(|p| p.parse::<Permission>().map_err(decode))
            .collect::<sqlx::Result<_>>()?;
        Ok(Self(OwnedToken {
            id: TokenId::from_uuid(row.try_get("id")?),
            version: row.try_get("version")?,
            name: TokenName::parse(&name).map_err(decode)?,
            out_of_reach: reach(row)?.beyond(&permissions),
            permissions,
            expires_at: moment(row, "expires_at")?,
            is_disabled: row.try_get("is_disabled")?,
        }))
    }
}

#[async_trait]
impl PowerStore for Engine {
    async fn owned_tokens(&self, owner: PersonId) -> Result<Vec<OwnedToken>, StoreError> {
        let rows: Vec<OwnedRow> = sqlx::query_as(
            "select t.id, t.version, t.name, t.expires_at, t.disabled_at is not null as is_disabled,
                    o.role as owner_role,
                    (select string_agg(g.permission, ' ') from granting g where g.account_id = o.id) as owner_grants,
                    (select string_agg(p.permission, ' ') from token_permission p where p.token_id = t.id)
                        as permissions
               from token t join person o on o.id = t.owner_id
              where t.owner_id = $1 and t.deleted_at is null
              order by t.sort_key, t.id",
        )
        .bind(owner.as_uuid())
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|OwnedRow(token)| token).collect())
    }

    async fn hand_over(&self, what: &HandOver, event: &Event) -> Result<u64, StoreError> {
        let HandOver { from, to, tokens, are_all, most } = what;
        let mut tx = self.begin().await?;
        still_stands(&mut tx, *from).await?;
        let receiver = person::fetch(&mut *tx, to.0).await?;
        if receiver.status != PersonStatus::Active || !may(receiver.role, Right::ManageOwnTokens) {
            return Err(StoreError::NoSuchPerson);
        }
        still_stands(&mut tx, *to).await?;
        are_as_decided(&mut tx, from.0, tokens, *are_all).await?;
        let listed = listed(tokens);
        let collision: Option<(String, String)> = sqlx::query_as(
            concat!("select p.name, t.name from ", listed!("$1"), " ", for_each!(), " token t on t.id = listed.id
               join token theirs on theirs.owner_id = $2 and theirs.name_key = t.name_key and theirs.id <> t.id
               join person p on p.id = $2
              where theirs.deleted_at is null
              order by t.sort_key, t.id limit 1"),
        )
        .bind(&listed)
        .bind(to.0.as_uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        if let Some((owner, name)) = collision {
            return Err(StoreError::NamesCollide { owner, name });
        }
        let given = sqlx::query(concat!(
            "update token set owner_id = $2, updated_at = $3, version = version + 1
              where id in (select id from ",
            listed!("$1"),
            ") and owner_id = $4 and deleted_at is null"
        ))
        .bind(&listed)
        .bind(to.0.as_uuid())
        .bind(event.at.as_millis())
        .bind(from.0.as_uuid())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if given.rows_affected() != tokens.len() as u64 {
            return Err(StoreError::Outdated);
        }
        check_room(&mut tx, to.0, 0, *most).await?;
        carry_out(&mut tx, tokens, event.at).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(given.rows_affected())
    }

    async fn change_standing(&self, change: &Restanding, event: &Event) -> Result<Person, StoreError> {
        let Restanding { person, before, after, tokens } = change;
        let mut tx = self.begin().await?;
        still_stands(&mut tx, (*person, *before)).await?;
        are_as_decided(&mut tx, *person, tokens, true).await?;
        let changed = sqlx::query(concat!(
            "update person set role = $2, disabled_at = case when $3 then disabled_at end
              where id = $1 and ($2 = 'admin' or role <> 'admin' or ",
            another_admin!(),
            ")"
        ))
        .bind(person.as_uuid())
        .bind(after.role.as_str())
        .bind(after.is_disabled)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::LastAdmin);
        }
        let is_enabled = before.role == after.role && !after.is_disabled;
        if is_enabled {
            person::end_links(&mut tx, *person).await?;
        }
        let touched: Vec<TokenEffect> =
            tokens.iter().filter(|token| token.disables || !token.dropped.is_empty()).cloned().collect();
        let raised = sqlx::query(concat!(
            "update token set updated_at = $2, version = version + 1
              where id in (select id from ",
            listed!("$1"),
            ")"
        ))
        .bind(self::listed(&touched))
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if raised.rows_affected() != touched.len() as u64 {
            return Err(StoreError::Outdated);
        }
        carry_out(&mut tx, &touched, event.at).await?;
        events::append(&mut tx, event).await?;
        let person = person::fetch(&mut *tx, *person).await?;
        self.commit(tx).await?;
        Ok(person)
    }
}

/// The ids of the tokens, for `listed!`.
fn listed(tokens: &[TokenEffect]) -> String {
    ids(tokens.iter().map(|token| token.id.as_uuid()))
}

async fn still_stands(
    tx: &mut Transaction<'_, Db>,
    (person, standing): (PersonId, Standing),
) -> Result<(), StoreError> {
    let person = person::fetch(&mut **tx, person).await?;
    if Standing::of(&person) == standing { Ok(()) } else { Err(StoreError::Outdated) }
}

/// Do these tokens belong to the person, in the versions that were decided about? With `are_all`, the person may have
/// no others.
async fn are_as_decided(
    tx: &mut Transaction<'_, Db>,
    owner: PersonId,
    tokens: &[TokenEffect],
    are_all: bool,
) -> Result<(), StoreError> {
    if let ([one], false) = (tokens, are_all) {
        let scope = Scope::Owner(owner);
        let current = fetch(&mut **tx, one.id, scope).await?.filter(|token| token.owner.id == owner);
        let current = current.ok_or(StoreError::NotFound)?;
        return match current.version == one.version {
            true => Ok(()),
            false => Err(StoreError::VersionConflict(Box::new(current))),
        };
    }
    let rows: Vec<(Uuid, i64)> =
        sqlx::query_as("select id, version from token where owner_id = $1 and deleted_at is null")
            .bind(owner.as_uuid())
            .fetch_all(&mut **tx)
            .await
            .map_err(failed)?;
    let mut there: HashMap<Uuid, i64> = rows.into_iter().collect();
    let are_there = tokens.iter().all(|token| there.remove(&token.id.as_uuid()) == Some(token.version));
    if are_there && (there.is_empty() || !are_all) { Ok(()) } else { Err(StoreError::Outdated) }
}

/// Removes permissions from tokens, and disables some. The caller raises their versions.
async fn carry_out(
    tx: &mut Transaction<'_, Db>,
    tokens: &[TokenEffect],
    at: Timestamp,
) -> Result<(), StoreError> {
    let disabled: Vec<TokenEffect> = tokens.iter().filter(|token| token.disables).cloned().collect();
    sqlx::query(concat!(
        "update token set disabled_at = coalesce(disabled_at, $2)
          where id in (select id from ",
        listed!("$1"),
        ")"
    ))
    .bind(listed(&disabled))
    .bind(at.as_millis())
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    for token in tokens.iter().filter(|token| !token.dropped.is_empty()) {
        for permission in token.dropped.iter() {
            sqlx::query("delete from token_permission where token_id = $1 and permission = $2")
                .bind(token.id.as_uuid())
                .bind(permission.as_str())
                .execute(&mut **tx)
                .await
                .map_err(failed)?;
        }
        sqlx::query(
            "update token set permission_count = (select count(*) from token_permission where token_id = $1)
              where id = $1",
        )
        .bind(token.id.as_uuid())
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    }
    Ok(())
}
