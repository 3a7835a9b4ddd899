//! The catalogue: resources and their actions, in the order people see.

use super::{DbRow, Engine, events, failed};
use app::{
    domain::{Action, Catalogue, Event, Resource},
    service::{CatalogueStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};

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

#[async_trait]
impl CatalogueStore for Engine {
    async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        let rows: Vec<ActionRow> = sqlx::query_as(
            "select r.name as resource, r.label as resource_label, r.description as resource_description,
                    a.name as action, a.label as action_label
               from resource r join action a on a.resource = r.name
              order by r.position, a.position",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let mut catalogue = Catalogue::default();
        for row in rows {
            if catalogue.resources.last().is_none_or(|last| last.name != row.resource.name) {
                catalogue.resources.push(row.resource);
            }
            if let Some(resource) = catalogue.resources.last_mut() {
                resource.actions.push(row.action);
            }
        }
        Ok(catalogue)
    }

    async fn replace_catalogue(&self, catalogue: &Catalogue, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from resource").execute(&mut *tx).await.map_err(failed)?;
        for (position, resource) in (0i64..).zip(&catalogue.resources) {
            sqlx::query("insert into resource (name, label, description, position) values ($1, $2, $3, $4)")
                .bind(&resource.name)
                .bind(&resource.label)
                .bind(&resource.description)
                .bind(position)
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
            for (position, action) in (0i64..).zip(&resource.actions) {
                sqlx::query("insert into action (resource, name, label, position) values ($1, $2, $3, $4)")
                    .bind(&resource.name)
                    .bind(&action.name)
                    .bind(&action.label)
                    .bind(position)
                    .execute(&mut *tx)
                    .await
                    .map_err(failed)?;
            }
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }
}
