//! The catalogue: resources and their actions, in the order people see.

use super::{Db, DbRow, Engine, audit::events, failed};
use app::{
    domain::{
        Action, Catalogue, Event, Held, Holder, Owner, Permission, PersonId, PersonName, RESOURCES_MAX,
        Resource, Scope, TokenId, TokenName,
    },
    service::{CatalogueStore, ResourceChange, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use std::collections::BTreeMap;

/// One action with its resource: the catalogue, flattened.
struct ActionRow {
    resource: Resource,
    action: Action,
}

impl FromRow<'_, DbRow> for ActionRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self {
            resource: Resource {
                name: row.try_get("resource")?,
                label: row.try_get("resource_label")?,
                description: row.try_get("resource_description")?,
                actions: Vec::new(),
            },
            action: Action { name: row.try_get("action")?, label: row.try_get("action_label")? },
        })
    }
}

/// The catalogue, or the part of it that the end of the query selects, in the order of its rows.
macro_rules! select_actions {
    ($rest:literal) => {
        concat!(
            "select r.name as resource, r.label as resource_label, r.description as resource_description,
                    a.name as action, a.label as action_label
               from resource r join action a on a.resource = r.name ",
            $rest
        )
    };
}

macro_rules! select_holders {
    ($rest:literal) => {
        concat!(
            "select t.id, t.name, t.owner_id, o.name as owner_name
               from token_permission p
               join token t on t.id = p.token_id
               join person o on o.id = t.owner_id
              where p.permission = $1 and t.deleted_at is null ",
            $rest
        )
    };
}

pub struct HolderRow(pub Holder);

impl FromRow<'_, DbRow> for HolderRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let (name, owner): (String, String) = (row.try_get("name")?, row.try_get("owner_name")?);
        Ok(Self(Holder {
            id: TokenId::from_uuid(row.try_get("id")?),
            name: TokenName::parse(&name).map_err(decode)?,
            owner: Owner {
                id: PersonId::from_uuid(row.try_get("owner_id")?),
                name: PersonName::parse(&owner).map_err(decode)?,
            },
        }))
    }
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

#[async_trait]
impl CatalogueStore for Engine {
    async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        let rows = sqlx::query_as(select_actions!("order by r.position, a.position"))
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        Ok(gathered(rows))
    }

    async fn replace_catalogue(&self, catalogue: &Catalogue, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from resource").execute(&mut *tx).await.map_err(failed)?;
        for (position, resource) in (0i64..).zip(&catalogue.resources) {
            insert(&mut tx, resource, position).await?;
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn change_resource(&self, change: ResourceChange<'_>, event: &Event) -> Result<(), StoreError> {
        let (from, to) = match change {
            ResourceChange::Add(to) => (None, Some(to)),
            ResourceChange::Edit { from, to } => (Some(from), Some(to)),
            ResourceChange::Remove(from) => (Some(from), None),
        };
        let name = from.or(to).map(|resource| resource.name.as_str()).unwrap_or_default();
        let mut tx = self.begin().await?;
        let current = sqlx::query_as(select_actions!("where r.name = $1 order by a.position"))
            .bind(name)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        match (gathered(current).resources.pop(), from) {
            (None, Some(_)) => return Err(StoreError::NoSuchResource),
            (Some(current), from) if from != Some(&current) => {
                return Err(StoreError::ResourceChanged(Box::new(current)));
            }
            _ => {}
        }
        let (position, end): (Option<i64>, i64) = sqlx::query_as(
            "select max(case when name = $1 then position end), coalesce(max(position), -1) + 1 from resource",
        )
        .bind(name)
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        sqlx::query("delete from resource where name = $1")
            .bind(name)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if let Some(to) = to {
            insert(&mut tx, to, position.unwrap_or(end)).await?;
        }
        let count: i64 =
            sqlx::query_scalar("select count(*) from resource").fetch_one(&mut *tx).await.map_err(failed)?;
        match usize::try_from(count).unwrap_or_default() {
            0 => return Err(StoreError::LastResource),
            count if count > RESOURCES_MAX => return Err(StoreError::CatalogueFull),
            _ => {}
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn held(&self, scope: Scope, max: u64) -> Result<Held, StoreError> {
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        let query = match scope {
            // Skips along the index from one permission to the next, however many tokens hold each.
            Scope::Everybody => sqlx::query_as(
                "with recursive held (permission) as (
                    select min(permission) from token_permission
                    union all
                    select (select min(p.permission) from token_permission p where p.permission > held.permission)
                      from held where held.permission is not null
                 )
                 select permission,
                        (select count(*) from
                            (select 1 from token_permission p join token t on t.id = p.token_id
                              where p.permission = held.permission and t.deleted_at is null limit $1) as counted)
                   from held where permission is not null",
            )
            .bind(max),
            Scope::Owner(person) => sqlx::query_as(
                "select p.permission, count(*)
                   from token t join token_permission p on p.token_id = t.id
                  where t.owner_id = $1 and t.deleted_at is null
                  group by p.permission",
            )
            .bind(person.as_uuid()),
        };
        let rows: Vec<(String, i64)> = query.fetch_all(&self.reader).await.map_err(failed)?;
        let counted = |(permission, count): (String, i64)| {
            let permission = permission.parse::<Permission>().map_err(|e| failed(decode(e)))?;
            Ok((permission, u64::try_from(count.min(max)).unwrap_or_default()))
        };
        rows.into_iter().map(counted).collect()
    }

    async fn holders(
        &self,
        permissions: &[Permission],
        scope: Scope,
        limit: u32,
    ) -> Result<Vec<Holder>, StoreError> {
        // One index lookup for each permission. Ids begin with the time: the newest are the greatest.
        let sql = match scope {
            Scope::Everybody => select_holders!("order by p.token_id desc limit $2"),
            Scope::Owner(_) => {
                select_holders!("and t.owner_id = $3 order by t.created_at desc, t.id desc limit $2")
            }
        };
        let mut found = BTreeMap::new();
        let mut tx = self.snapshot().await?;
        for permission in permissions {
            let query = sqlx::query_as(sql).bind(permission.as_str()).bind(i64::from(limit));
            let query = match scope {
                Scope::Everybody => query,
                Scope::Owner(person) => query.bind(person.as_uuid()),
            };
            let rows: Vec<HolderRow> = query.fetch_all(&mut *tx).await.map_err(failed)?;
            found.extend(rows.into_iter().map(|HolderRow(holder)| (holder.id.as_uuid(), holder)));
        }
        tx.rollback().await.map_err(failed)?;
        Ok(found.into_values().rev().take(usize::try_from(limit).unwrap_or_default()).collect())
    }
}

/// Groups rows into resources. The rows of one resource must be adjacent.
fn gathered(rows: Vec<ActionRow>) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for row in rows {
        if catalogue.resources.last().is_none_or(|last| last.name != row.resource.name) {
            catalogue.resources.push(row.resource);
        }
        if let Some(resource) = catalogue.resources.last_mut() {
            resource.actions.push(row.action);
        }
    }
    catalogue
}

async fn insert(tx: &mut Transaction<'_, Db>, resource: &Resource, position: i64) -> Result<(), StoreError> {
    sqlx::query("insert into resource (name, label, description, position) values ($1, $2, $3, $4)")
        .bind(&resource.name)
        .bind(&resource.label)
        .bind(&resource.description)
        .bind(position)
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    for (position, action) in (0i64..).zip(&resource.actions) {
        sqlx::query("insert into action (resource, name, label, position) values ($1, $2, $3, $4)")
            .bind(&resource.name)
            .bind(&action.name)
            .bind(&action.label)
            .bind(position)
            .execute(&mut **tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}
