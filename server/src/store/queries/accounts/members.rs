//! Who is in which group. Everybody is in *Everyone*, without a row.

use super::{Engine, account, account::owner, audit::events, failed, people::person};
use app::{
    domain::{AccountKind, Event, EventKind, GroupMember, Owner, PersonId},
    service::StoreError,
};
use uuid::Uuid;

pub async fn list(store: &Engine, group: PersonId) -> Result<Vec<GroupMember>, StoreError> {
    let rows: Vec<(Uuid, String, String, bool)> = sqlx::query_as(
        "select p.id, p.name, p.kind, m.is_steward from membership m join person p on p.id = m.person_id
          where m.group_id = $1 order by p.sort_key, p.id",
    )
    .bind(group.as_uuid())
    .fetch_all(&store.reader)
    .await
    .map_err(failed)?;
    let member = |(id, name, kind, is_steward): (Uuid, String, String, bool)| {
        let kind = AccountKind::from_name(&kind).unwrap_or(AccountKind::Person);
        Ok(GroupMember { account: owner(id, &name).map_err(failed)?, kind, is_steward })
    };
    rows.into_iter().map(member).collect()
}

pub async fn candidates(store: &Engine, group: PersonId, limit: u32) -> Result<Vec<Owner>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select p.id, p.name from person p
          where p.kind <> 'group' and p.removed_at is null
            and not exists (select 1 from membership m where m.group_id = $1 and m.person_id = p.id)
          order by p.sort_key, p.id limit $2",
    )
    .bind(group.as_uuid())
    .bind(i64::from(limit))
    .fetch_all(&store.reader)
    .await
    .map_err(failed)?;
    rows.into_iter().map(|(id, name)| owner(id, &name).map_err(failed)).collect()
}

pub async fn groups_of(store: &Engine, account: PersonId) -> Result<Vec<Owner>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select p.id, p.name from membership m join person p on p.id = m.group_id
          where m.person_id = $1 order by p.sort_key, p.id",
    )
    .bind(account.as_uuid())
    .fetch_all(&store.reader)
    .await
    .map_err(failed)?;
    rows.into_iter().map(|(id, name)| owner(id, &name).map_err(failed)).collect()
}

pub async fn stewarded_by(store: &Engine, person: PersonId) -> Result<Vec<Owner>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select distinct p.id, p.name, p.sort_key from stewardship s join person p on p.id = s.account_id
          where s.person_id = $1 and p.removed_at is null order by p.sort_key, p.id",
    )
    .bind(person.as_uuid())
    .fetch_all(&store.quick)
    .await
    .map_err(failed)?
    .into_iter()
    .map(|(id, name, _): (Uuid, String, Vec<u8>)| (id, name))
    .collect();
    rows.into_iter().map(|(id, name)| owner(id, &name).map_err(failed)).collect()
}

pub async fn put(
    store: &Engine,
    group: PersonId,
    member: PersonId,
    is_steward: bool,
    event: &Event,
) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    account::must_be_group(&mut tx, group).await?;
    person::fetch(&mut *tx, member).await?;
    let is_group: bool =
        sqlx::query_scalar("select kind = 'group' or removed_at is not null from person where id = $1")
            .bind(member.as_uuid())
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
    if is_group {
        return Err(StoreError::NoSuchPerson);
    }
    let was_steward: Option<bool> =
        sqlx::query_scalar("select is_steward from membership where group_id = $1 and person_id = $2")
            .bind(group.as_uuid())
            .bind(member.as_uuid())
            .fetch_optional(&mut *tx)
            .await
            .map_err(failed)?;
    if was_steward == Some(is_steward) {
        return Ok(false);
    }
    sqlx::query(
        "insert into membership (group_id, person_id, is_steward) values ($1, $2, $3)
         on conflict (group_id, person_id) do update set is_steward = excluded.is_steward",
    )
    .bind(group.as_uuid())
    .bind(member.as_uuid())
    .bind(is_steward)
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    let kind = if was_steward == Some(true) { EventKind::StewardEnded } else { event.kind };
    events::append(&mut tx, &Event { kind, ..event.clone() }).await?;
    store.commit(tx).await?;
    Ok(true)
}

pub async fn remove(
    store: &Engine,
    group: PersonId,
    member: PersonId,
    event: &Event,
) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let removed = sqlx::query("delete from membership where group_id = $1 and person_id = $2")
        .bind(group.as_uuid())
        .bind(member.as_uuid())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    if removed.rows_affected() == 0 {
        return Ok(false);
    }
    events::append(&mut tx, event).await?;
    store.commit(tx).await?;
    Ok(true)
}
