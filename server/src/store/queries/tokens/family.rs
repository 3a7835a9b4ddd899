//! The lineage of tokens: the parent of each is a column that no change touches.

use super::{
    Db, DbConnection, DbRow, Engine, dialect, failed,
    row::{TokenRow, decode, only},
    usage::token_usage::{Counted, top},
};
use app::{
    domain::{CHILDREN_SHOWN, Relative, Scope, Token, TokenId, TokenName, Top},
    service::{FamilyStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use std::collections::HashMap;
use uuid::Uuid;

#[async_trait]
impl FamilyStore for Engine {
    async fn descendants(&self, id: TokenId, scope: Scope, limit: u32) -> Result<Vec<Token>, StoreError> {
        // Only ids are walked along, no further than the limit. Tokens that ended long ago are included, since they
        // may lead to others that did not. A parent exists before its child, so there are no cycles.
        let ids: Vec<Uuid> = sqlx::query_scalar(concat!(
            "with recursive made (id) as (
                 select id from token where parent_id = $1
                  union all
                 select t.id from made m join token t on t.parent_id = m.id)
             select t.id from made m ",
            for_each!(),
            " token t
              on t.id = m.id where t.deleted_at is null and ",
            in_scope!("$2", "t.owner_id"),
            "
              limit $3"
        ))
        .bind(id.as_uuid())
        .bind(only(scope))
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<TokenRow> = sqlx::query_as(select_token!(
            "and t.id in (select id from ",
            listed!("$1"),
            ") and ",
            in_scope!("$2", "t.owner_id")
        ))
        .bind(dialect::ids(ids.iter().copied()))
        .bind(only(scope))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let place: HashMap<Uuid, usize> = ids.into_iter().zip(0..).collect();
        let mut tokens: Vec<Token> = rows.into_iter().map(|TokenRow(token)| token).collect();
        tokens.sort_by_key(|token| place.get(&token.id.as_uuid()).copied());
        Ok(tokens)
    }
}

/// Refuses a new token whose parent has ended: it may have asked just before it ended.
pub async fn check_parent(tx: &mut Transaction<'_, Db>, parent: Option<TokenId>) -> Result<(), StoreError> {
    let Some(parent) = parent else { return Ok(()) };
    let lives: bool = sqlx::query_scalar(
        "select exists (select 1 from token where id = $1 and deleted_at is null and disabled_at is null)",
    )
    .bind(parent.as_uuid())
    .fetch_one(&mut **tx)
    .await
    .map_err(failed)?;
    if lives { Ok(()) } else { Err(StoreError::ParentEnded) }
}

struct RelativeRow(Relative);

impl FromRow<'_, DbRow> for RelativeRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let name: String = row.try_get("name")?;
        Ok(Self(Relative {
            id: TokenId::from_uuid(row.try_get("id")?),
            name: TokenName::parse(&name).map_err(decode)?,
            is_live: row.try_get("is_live")?,
        }))
    }
}

/// The parent of a token, and its latest live children, each as far as it is in scope.
pub async fn relatives(
    connection: &mut DbConnection,
    id: TokenId,
    scope: Scope,
) -> Result<(Option<Relative>, Top<Relative>), StoreError> {
    let parent: Option<RelativeRow> = sqlx::query_as(concat!(
        "select p.id, p.name, p.deleted_at is null as is_live
           from token t join token p on p.id = t.parent_id
          where t.id = $1 and ",
        in_scope!("$2", "p.owner_id")
    ))
    .bind(id.as_uuid())
    .bind(only(scope))
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    let children: Vec<Counted<RelativeRow>> = sqlx::query_as(concat!(
        "select id, name, true as is_live, count(*) over () as total
           from token where parent_id = $1 and deleted_at is null and ",
        in_scope!("$2", "owner_id"),
        "
          order by created_at desc, id desc limit $3"
    ))
    .bind(id.as_uuid())
    .bind(only(scope))
    .bind(i64::from(CHILDREN_SHOWN))
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    Ok((parent.map(|RelativeRow(parent)| parent), top(children, |RelativeRow(child)| child)))
}
