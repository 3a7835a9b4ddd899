//! Sessions, and the browsers in which people have signed in.

use super::{DbRow, Engine, audit::events, browsers, failed, person};
use app::{
    domain::{
        Event, KNOWN_BROWSER_MS, Person, PersonId, SESSION_IDLE_MS, SESSION_MS, SESSIONS_MAX, Session,
        SessionId, Timestamp,
    },
    service::{KeyDigest, NewSession, SessionStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};

struct SessionRow(Session);

impl FromRow<'_, DbRow> for SessionRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self(Session {
            id: SessionId::from_uuid(row.try_get("session_id")?),
            created_at: Timestamp::from_millis(row.try_get("begun_at")?),
            last_seen_at: Timestamp::from_millis(row.try_get("last_seen_at")?),
            client: row.try_get("client")?,
            address: row.try_get("address")?,
        }))
    }
}

macro_rules! session_columns {
    () => {
        "s.id as session_id, s.created_at as begun_at, s.last_seen_at, s.client, s.address"
    };
}

#[async_trait]
impl SessionStore for Engine {
    async fn insert_session(&self, new: &NewSession, event: &Event) -> Result<(), StoreError> {
        let (at, person) = (new.session.created_at.as_millis(), new.person.as_uuid());
        let mut tx = self.begin().await?;
        // Sessions that have ended, or are replaced by this one, need not be kept.
        sqlx::query("delete from session where created_at <= $1 or last_seen_at <= $2 or digest = $3")
            .bind(at - SESSION_MS)
            .bind(at - SESSION_IDLE_MS)
            .bind(new.replaces.as_ref().map(|digest| digest.as_bytes().to_vec()))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        sqlx::query("delete from browser where last_used_at <= $1")
            .bind(at - KNOWN_BROWSER_MS)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        let begun = sqlx::query(
            "insert into session (id, digest, person_id, created_at, last_seen_at, client, address, browser, provider,
                              proved_at)
             select $1, $2, p.id, $4, $5, $6, $7, $9, $10, $11 from person p
              where p.id = $3 and p.disabled_at is null and ($8 is null or p.password_hash = $8)",
        )
        .bind(new.session.id.as_uuid())
        .bind(new.digest.as_bytes().as_slice())
        .bind(person)
        .bind(at)
        .bind(new.session.last_seen_at.as_millis())
        .bind(&new.session.client)
        .bind(&new.session.address)
        .bind(&new.password_hash)
        .bind(new.browser.as_bytes().as_slice())
        .bind(new.origin.as_ref().map(|origin| origin.provider.clone()))
        .bind(new.origin.as_ref().and_then(|origin| origin.proved_at).map(Timestamp::as_millis))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if begun.rows_affected() == 0 {
            return Err(StoreError::NoSuchPerson);
        }
        sqlx::query(
            "delete from session where person_id = $1 and id not in
                (select id from session where person_id = $1 order by last_seen_at desc, id desc limit $2)",
        )
        .bind(person)
        .bind(i64::from(SESSIONS_MAX))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        browsers::remember_browser(&mut tx, new.person, &new.browser, new.session.created_at).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn session(&self, digest: &KeyDigest) -> Result<Option<(Session, Person)>, StoreError> {
        let row = sqlx::query(concat!(
            "select p.*, ",
            session_columns!(),
            " from session s join person p on p.id = s.person_id where s.digest = $1 and p.disabled_at is null"
        ))
        .bind(digest.as_bytes().as_slice())
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        row.map(|row| Ok((SessionRow::from_row(&row)?.0, person::read_person(&row)?)))
            .transpose()
            .map_err(failed)
    }

    async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("update session set last_seen_at = $2 where id = $1 and last_seen_at < $2");
        let query = query.bind(id.as_uuid()).bind(at.as_millis());
        query.execute(self.aside()).await.map_err(failed)?;
        Ok(())
    }

    async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<SessionRow> = sqlx::query_as(concat!(
            "select ",
            session_columns!(),
            " from session s where s.person_id = $1 order by s.last_seen_at desc, s.id desc"
        ))
        .bind(person.as_uuid())
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|SessionRow(session)| session).collect())
    }

    async fn end_session(
        &self,
        person: PersonId,
        id: SessionId,
        forget_browser: bool,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if forget_browser {
            sqlx::query(
                "delete from browser
                  where person_id = $2 and digest = (select browser from session where id = $1 and person_id = $2)
                    and not exists (select 1 from session o
                                     where o.person_id = $2 and o.id <> $1 and o.browser = browser.digest)",
            )
            .bind(id.as_uuid())
            .bind(person.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        }
        let ended = sqlx::query("delete from session where id = $1 and person_id = $2")
            .bind(id.as_uuid())
            .bind(person.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::NoSuchSession);
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn end_sessions(
        &self,
        person: PersonId,
        keep: Option<SessionId>,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "delete from browser where person_id = $1
                and not exists (select 1 from session k where k.id = $2 and k.browser = browser.digest)",
        )
        .bind(person.as_uuid())
        .bind(keep.map(SessionId::as_uuid))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        person::end_sessions(&mut tx, person, keep).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn knows_browser(
        &self,
        person: PersonId,
        browser: &KeyDigest,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let used: Option<i64> = sqlx::query_scalar(
            "select last_used_at from browser where person_id = $1 and digest = $2 and last_used_at >= $3",
        )
        .bind(person.as_uuid())
        .bind(browser.as_bytes().as_slice())
        .bind(since.as_millis())
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        Ok(used.is_some())
    }
}
