//! One-time links. The purpose of a link is looked up; using a link removes it in the same transaction.

use super::{Db, Engine, audit::events, browsers, failed, person};
use app::{
    domain::{Event, EventKind, LinkNews, Person, PersonId, Timestamp},
    service::{KeyDigest, Link, LinkStore, NewLink, NewPerson, StoreError},
};
use async_trait::async_trait;
use sqlx::{Row, Transaction};
use uuid::Uuid;

#[async_trait]
impl LinkStore for Engine {
    async fn link(&self, digest: &KeyDigest, now: Timestamp) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query(
            "select p.*, l.person_id as link_person_id from link l left join person p on p.id = l.person_id
              where l.digest = $1 and l.ends_at > $2
                and case when l.person_id is null then not exists (select 1 from person where kind = 'person')
                         else p.disabled_at is null end",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(now.as_millis())
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let person: Option<Uuid> = row.try_get("link_person_id").map_err(failed)?;
        Ok(Some(match person {
            Some(_) => Link::Password(Box::new(person::read_person(&row).map_err(failed)?)),
            None => Link::Setup,
        }))
    }

    async fn replace_setup_link(&self, digest: &KeyDigest, ends_at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from link where person_id is null").execute(&mut *tx).await.map_err(failed)?;
        insert(&mut tx, digest, None, ends_at).await?;
        self.commit(tx).await
    }

    async fn insert_link(&self, link: &NewLink, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        person::end_links(&mut tx, link.person).await?;
        insert(&mut tx, &link.digest, Some(link.person), link.ends_at).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn insert_invitation(
        &self,
        person: &NewPerson,
        link: &NewLink,
        event: &Event,
    ) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        let made = person::insert(&mut tx, person).await?;
        insert(&mut tx, &link.digest, Some(link.person), link.ends_at).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(made)
    }

    async fn finish_setup(
        &self,
        digest: &KeyDigest,
        first: &NewPerson,
        event: &Event,
    ) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        let spent = sqlx::query(
            "delete from link where digest = $1 and person_id is null and ends_at > $2
                and not exists (select 1 from person where kind = 'person')",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(first.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if spent.rows_affected() == 0 {
            return Err(StoreError::LinkEnded);
        }
        let made = person::insert(&mut tx, first).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(made)
    }

    async fn link_made_for(
        &self,
        person: PersonId,
        since: Timestamp,
    ) -> Result<Option<LinkNews>, StoreError> {
        let row = sqlx::query(
            "select e.at, p.name from told e left join person p on p.id = e.actor_id
              where e.person_id = $1 and e.kind = $2 and e.at >= $3 order by e.id desc limit 1",
        )
        .bind(person.as_uuid())
        .bind(EventKind::LinkMade.as_str())
        .bind(since.as_millis())
        .fetch_optional(&self.reader)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let at = Timestamp::from_millis(row.try_get("at").map_err(failed)?);
        Ok(Some(LinkNews { at, by: row.try_get("name").map_err(failed)? }))
    }

    async fn spend_link(&self, digest: &KeyDigest, hash: &str, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let person: Option<Uuid> = sqlx::query_scalar(
            "select p.id from link l join person p on p.id = l.person_id
              where l.digest = $1 and l.ends_at > $2 and p.disabled_at is null",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(event.at.as_millis())
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        let person = person.map(PersonId::from_uuid).ok_or(StoreError::LinkEnded)?;
        sqlx::query("update person set password_hash = $2 where id = $1")
            .bind(person.as_uuid())
            .bind(hash)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        person::end_sessions(&mut tx, person, None).await?;
        person::end_links(&mut tx, person).await?;
        browsers::forget_browsers(&mut tx, person).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }
}

async fn insert(
    tx: &mut Transaction<'_, Db>,
    digest: &KeyDigest,
    person: Option<PersonId>,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("insert into link (digest, person_id, ends_at) values ($1, $2, $3)")
        .bind(digest.as_bytes().as_slice())
        .bind(person.map(PersonId::as_uuid))
        .bind(ends_at.as_millis())
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    Ok(())
}
