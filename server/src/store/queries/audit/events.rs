//! The audit log: lines are added inside the transaction of the change, each linked to the one before, and never
//! changed again.

use super::{Db, DbRow, Engine, archive, failed, list};
use app::{
    domain::{AuditFilter, AuditLine, Event, EventKind, PersonId, Timestamp, TokenId},
    service::{AuditHead, AuditStart, AuditStore, ChainRow, StoreError, chain_link},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use uuid::Uuid;

macro_rules! chain_columns {
    () => {
        "select id, at, kind, actor_id, token_id, person_id, address, request_id, details, link from event"
    };
}

/// Appends a line to the chain. Write transactions run one after the other, so the last line stays the last.
pub async fn append(tx: &mut Transaction<'_, Db>, event: &Event) -> Result<(), StoreError> {
    let last: Option<(i64, Option<Vec<u8>>)> =
        sqlx::query_as("select id, link from event order by id desc limit 1")
            .fetch_optional(&mut **tx)
            .await
            .map_err(failed)?;
    let (last, previous) = last.map(|(id, link)| (id, link.unwrap_or_default())).unwrap_or_default();
    // A refused request may be about something that never existed.
    let token: Option<Uuid> = sqlx::query_scalar("select id from token where id = $1")
        .bind(event.token.map(TokenId::as_uuid))
        .fetch_optional(&mut **tx)
        .await
        .map_err(failed)?;
    let person: Option<Uuid> = sqlx::query_scalar("select id from person where id = $1")
        .bind(event.person.map(PersonId::as_uuid))
        .fetch_optional(&mut **tx)
        .await
        .map_err(failed)?;
    let event = Event {
        token: token.map(TokenId::from_uuid),
        person: person.map(PersonId::from_uuid),
        ..event.clone()
    };
    let (id, kind) = (last + 1, event.kind.as_str());
    sqlx::query(
        "insert into event (id, at, kind, actor_id, token_id, person_id, address, request_id, details, link)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(event.at.as_millis())
    .bind(kind)
    .bind(event.actor.map(PersonId::as_uuid))
    .bind(token)
    .bind(person)
    .bind(&event.address)
    .bind(&event.request_id)
    .bind(&event.details)
    .bind(chain_link(&previous, id, kind, &event).as_slice())
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}

sqlite_only! {
    /// Links the lines that were written before lines were linked. There is work to do only once.
    pub async fn seal(tx: &mut Transaction<'_, Db>) -> Result<(), StoreError> {
        let rows: Vec<LinkRow> = sqlx::query_as(concat!(chain_columns!(), " where link is null order by id"))
            .fetch_all(&mut **tx)
            .await
            .map_err(failed)?;
        let mut previous = Vec::new();
        for LinkRow(ChainRow { id, event, kind, .. }) in rows {
            previous = chain_link(&previous, id, &kind, &event).to_vec();
            sqlx::query("update event set link = $2 where id = $1")
                .bind(id)
                .bind(&previous)
                .execute(&mut **tx)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }
}

struct LinkRow(ChainRow);

impl FromRow<'_, DbRow> for LinkRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let link: Option<Vec<u8>> = row.try_get("link")?;
        let kind: String = row.try_get("kind")?;
        let event = Event {
            at: Timestamp::from_millis(row.try_get("at")?),
            // The link is computed from the name as it is stored; this kind is only a placeholder.
            kind: EventKind::from_name(&kind).unwrap_or(EventKind::Refused),
            actor: person_id(row, "actor_id")?,
            token: token_id(row)?,
            person: person_id(row, "person_id")?,
            address: row.try_get("address")?,
            request_id: row.try_get("request_id")?,
            details: row.try_get("details")?,
        };
        Ok(Self(ChainRow { id: row.try_get("id")?, event, kind, link: link.unwrap_or_default() }))
    }
}

fn person_id(row: &DbRow, column: &str) -> sqlx::Result<Option<PersonId>> {
    Ok(row.try_get::<Option<Uuid>, _>(column)?.map(PersonId::from_uuid))
}

fn token_id(row: &DbRow) -> sqlx::Result<Option<TokenId>> {
    Ok(row.try_get::<Option<Uuid>, _>("token_id")?.map(TokenId::from_uuid))
}

struct LineRow(AuditLine);

impl FromRow<'_, DbRow> for LineRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let text = |column: &str| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
        Ok(Self(AuditLine {
            id: row.try_get("id")?,
            at: Timestamp::from_millis(row.try_get("at")?),
            kind: row.try_get("kind")?,
            actor: person_id(row, "actor_id")?,
            actor_name: text("actor_name")?,
            actor_email: text("actor_email")?,
            token: token_id(row)?,
            person: person_id(row, "person_id")?,
            target_name: text("target_name")?,
            address: row.try_get("address")?,
            request_id: row.try_get("request_id")?,
            details: row.try_get("details")?,
        }))
    }
}

#[async_trait]
impl AuditStore for Engine {
    async fn record(&self, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn audit_lines(
        &self,
        filter: &AuditFilter,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let range = list::range(&self.reader, filter, before).await?;
        let found_by = list::best(&self.reader, filter, range).await?;
        let rows: Vec<LineRow> = sqlx::query_as(found_by.lines())
            .bind(range.1)
            .bind(filter.kind.map(EventKind::as_str))
            .bind(filter.person.map(PersonId::as_uuid))
            .bind(filter.token.map(TokenId::as_uuid))
            .bind(filter.address.as_deref())
            .bind(filter.since.map(Timestamp::as_millis))
            .bind(filter.until.map(Timestamp::as_millis))
            .bind(i64::from(limit))
            .bind(range.0)
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        Ok(rows.into_iter().map(|LineRow(line)| line).collect())
    }

    async fn last_link(&self) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
        let last: Option<(i64, Option<Vec<u8>>)> =
            sqlx::query_as("select id, link from event order by id desc limit 1")
                .fetch_optional(&self.quick)
                .await
                .map_err(failed)?;
        Ok(last.map(|(id, link)| (id, link.unwrap_or_default())))
    }

    async fn chain(&self, after: i64, limit: u32) -> Result<Vec<ChainRow>, StoreError> {
        let rows: Vec<LinkRow> =
            sqlx::query_as(concat!(chain_columns!(), " where id > $1 order by id limit $2"))
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(&self.reader)
                .await
                .map_err(failed)?;
        Ok(rows.into_iter().map(|LinkRow(row)| row).collect())
    }

    async fn audit_start(&self) -> Result<AuditStart, StoreError> {
        archive::start(self).await
    }

    async fn last_line_before(&self, day: Timestamp) -> Result<i64, StoreError> {
        archive::last_line_before(self, day).await
    }

    async fn cut_audit(&self, after: &AuditHead, last: &AuditHead, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        self.take_time(&mut tx).await?;
        append(&mut tx, event).await?;
        archive::cut(&mut tx, after, last, event.at).await?;
        self.commit(tx).await
    }
}
