//! Groups and service accounts as rows of `person`.

use super::{
    Db, DbRow, Engine,
    audit::events,
    failed,
    tokens::row::{decode, metadata},
};
use app::{
    domain::{
        Account, AccountDetails, AccountKind, AccountRow, Description, EVERYONE, Event, EventKind, Owner,
        PersonId, PersonName, Timestamp,
    },
    service::{NewAccount, StoreError, look_key, sort_key},
};
use sqlx::{FromRow, Row, Transaction};
use uuid::Uuid;

struct Listed(AccountRow);

impl FromRow<'_, DbRow> for Listed {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let (name, purpose, kind): (String, String, String) =
            (row.try_get("name")?, row.try_get("purpose")?, row.try_get("kind")?);
        let stewards: (Option<Uuid>, Option<String>) =
            (row.try_get("stewards_id")?, row.try_get("stewards_name")?);
        let stewards = match stewards {
            (Some(id), Some(name)) => Some(owner(id, &name)?),
            _ => None,
        };
        let count = |column: &str| -> sqlx::Result<u64> {
            Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default())
        };
        let used: Option<i64> = row.try_get("used_at")?;
        Ok(Self(AccountRow {
            account: Account {
                id: PersonId::from_uuid(row.try_get("id")?),
                kind: AccountKind::from_name(&kind).unwrap_or(AccountKind::Person),
                name: PersonName::parse(&name).map_err(decode)?,
                purpose: Description::parse(&purpose).map_err(decode)?,
                stewards,
                metadata: metadata(row, "metadata")?,
                is_disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
                created_at: Timestamp::from_millis(row.try_get("created_at")?),
            },
            tokens: count("tokens")?,
            members: count("members")?,
            last_used_at: used.map(Timestamp::from_millis),
        }))
    }
}

pub async fn group_named(store: &Engine, name_key: &str) -> Result<Option<Owner>, StoreError> {
    let row: Option<(Uuid, String)> = sqlx::query_as(
        "select id, name from person where name_key = $1 and kind = 'group' and removed_at is null",
    )
    .bind(name_key)
    .fetch_optional(&store.quick)
    .await
    .map_err(failed)?;
    row.map(|(id, name)| owner(id, &name).map_err(failed)).transpose()
}

pub fn owner(id: Uuid, name: &str) -> sqlx::Result<Owner> {
    Ok(Owner { id: PersonId::from_uuid(id), name: PersonName::parse(name).map_err(decode)? })
}

macro_rules! select_accounts {
    ($rest:literal) => {
        concat!(
            "select p.id, p.kind, p.name, p.purpose, p.stewards_id, s.name as stewards_name, p.disabled_at,
                    p.created_at, p.metadata,
                    (select count(*) from token t where t.owner_id = p.id and t.deleted_at is null) as tokens,
                    (select count(*) from membership m where m.group_id = p.id) as members,
                    (select max(t.last_used_at) from token t where t.owner_id = p.id and t.deleted_at is null)
                        as used_at
               from person p left join person s on s.id = p.stewards_id
              where p.removed_at is null ",
            $rest
        )
    };
}

pub async fn list(store: &Engine, kind: AccountKind) -> Result<Vec<AccountRow>, StoreError> {
    let rows: Vec<Listed> = sqlx::query_as(select_accounts!(
        "and p.kind = $1 order by case when p.id = $2 then 0 else 1 end, p.sort_key, p.id"
    ))
    .bind(kind.as_str())
    .bind(EVERYONE.as_uuid())
    .fetch_all(&store.reader)
    .await
    .map_err(failed)?;
    Ok(rows.into_iter().map(|Listed(row)| row).collect())
}

pub async fn fetch<'e>(
    executor: impl sqlx::Executor<'e, Database = Db>,
    id: PersonId,
) -> Result<AccountRow, StoreError> {
    let row: Option<Listed> = sqlx::query_as(select_accounts!("and p.id = $1"))
        .bind(id.as_uuid())
        .fetch_optional(executor)
        .await
        .map_err(failed)?;
    row.map(|Listed(row)| row).ok_or(StoreError::NoSuchAccount)
}

/// Is there a live group with this id, other than *Everyone*, which has no stewards?
pub async fn must_be_group(tx: &mut Transaction<'_, Db>, id: PersonId) -> Result<(), StoreError> {
    match fetch(&mut **tx, id).await?.account.kind {
        AccountKind::Group if id != EVERYONE => Ok(()),
        _ => Err(StoreError::NoSuchAccount),
    }
}

pub async fn insert(store: &Engine, new: &NewAccount, event: &Event) -> Result<AccountRow, StoreError> {
    let mut tx = store.begin().await?;
    let count: i64 = sqlx::query_scalar("select count(*) from person where kind = $1 and removed_at is null")
        .bind(new.kind.as_str())
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
    if count >= i64::from(new.most) {
        return Err(StoreError::AccountsFull);
    }
    if let Some(stewards) = new.details.stewards {
        must_be_group(&mut tx, stewards).await?;
    }
    let name = new.details.name.as_str();
    // An address that nobody can have (RFC 6761): programs of the schema before read one in every row.
    let email = format!("{}@account.invalid", new.id);
    let made = sqlx::query(
        "insert into person (id, name, name_key, sort_key, email, email_key, role, created_at, kind, purpose, stewards_id,
                             metadata)
         select $1, $2, $3, $4, $5, $5, 'member', $6, $7, $8, $9, $10
          where not exists (select 1 from person where name_key = $3 and removed_at is null)",
    )
    .bind(new.id.as_uuid())
    .bind(name)
    .bind(look_key(name))
    .bind(sort_key(name))
    .bind(email)
    .bind(new.at.as_millis())
    .bind(new.kind.as_str())
    .bind(new.details.purpose.as_str())
    .bind(new.details.stewards.map(PersonId::as_uuid))
    .bind(new.details.metadata.as_str())
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    if made.rows_affected() == 0 {
        return Err(StoreError::PersonNameTaken);
    }
    let row = fetch(&mut *tx, new.id).await?;
    events::append(&mut tx, event).await?;
    store.commit(tx).await?;
    Ok(row)
}

pub async fn edit(
    store: &Engine,
    id: PersonId,
    to: &AccountDetails,
    event: &Event,
) -> Result<AccountRow, StoreError> {
    let mut tx = store.begin().await?;
    let before = fetch(&mut *tx, id).await?.account.stewards.map(|group| group.id);
    if let Some(stewards) = to.stewards {
        must_be_group(&mut tx, stewards).await?;
    }
    let name = to.name.as_str();
    let changed = sqlx::query(
        "update person set name = $2, name_key = $3, sort_key = $4, purpose = $5, stewards_id = $6, metadata = $7
          where id = $1
            and not exists (select 1 from person o where o.name_key = $3 and o.id <> $1 and o.removed_at is null)",
    )
    .bind(id.as_uuid())
    .bind(name)
    .bind(look_key(name))
    .bind(sort_key(name))
    .bind(to.purpose.as_str())
    .bind(to.stewards.map(PersonId::as_uuid))
    .bind(to.metadata.as_str())
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    if changed.rows_affected() == 0 {
        return Err(StoreError::PersonNameTaken);
    }
    let row = fetch(&mut *tx, id).await?;
    let have_ended = before.is_some() && before != to.stewards;
    let kind = if have_ended { EventKind::StewardsChanged } else { event.kind };
    events::append(&mut tx, &Event { kind, ..event.clone() }).await?;
    store.commit(tx).await?;
    Ok(row)
}

pub async fn set_disabled(
    store: &Engine,
    id: PersonId,
    is_disabled: bool,
    event: &Event,
) -> Result<AccountRow, StoreError> {
    let mut tx = store.begin().await?;
    fetch(&mut *tx, id).await?;
    sqlx::query(
        "update person set disabled_at = case when $2 then coalesce(disabled_at, $3) end where id = $1",
    )
    .bind(id.as_uuid())
    .bind(is_disabled)
    .bind(event.at.as_millis())
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    let row = fetch(&mut *tx, id).await?;
    events::append(&mut tx, event).await?;
    store.commit(tx).await?;
    Ok(row)
}

pub async fn delete(store: &Engine, id: PersonId, event: &Event) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    fetch(&mut *tx, id).await?;
    leave_nothing(&mut tx, id).await?;
    let removed = sqlx::query(
        "update person set removed_at = $2, disabled_at = coalesce(disabled_at, $2) where id = $1
            and not exists (select 1 from token t where t.owner_id = $1 and t.deleted_at is null)
            and not exists (select 1 from person a where a.stewards_id = $1 and a.removed_at is null)",
    )
    .bind(id.as_uuid())
    .bind(event.at.as_millis())
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    if removed.rows_affected() == 0 {
        return Err(StoreError::AccountInUse);
    }
    events::append(&mut tx, event).await?;
    store.commit(tx).await
}

/// The members and the grants of an account end, and its places in groups.
pub async fn leave_nothing(tx: &mut Transaction<'_, Db>, id: PersonId) -> Result<(), StoreError> {
    for sql in [
        "delete from membership where group_id = $1 or person_id = $1",
        "delete from granted where account_id = $1",
    ] {
        sqlx::query(sql).bind(id.as_uuid()).execute(&mut **tx).await.map_err(failed)?;
    }
    Ok(())
}
