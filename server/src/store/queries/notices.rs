//! What people are to be told by mail, and how they want to be told.

use super::{Engine, audit::events, failed};
use app::{
    domain::{About, Event, How, PersonId, Timestamp, TokenId, Whose},
    service::{DueNotices, FollowerKind, Lease, NoticeStore, SeenNetwork, StoreError, Telling},
};
use async_trait::async_trait;
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;
/// Networks that are told apart for one token.
const NETWORKS: i64 = 100;

/// Who is told of an event: the owner of the token, or else the person it was done to; the stewards of an owner that is a
/// group or a service account; and admins who want to be told of everybody's.
const TELL: &str = "
    insert into notice (person_id, line, due_at)
    select told.id, $1, case when told.own = 'at_once' or told.every = 'at_once' then $2 else $3 end
      from (select p.id,
                   case when (p.id = about.account_id
                              or exists (select 1 from stewardship s
                                          where s.person_id = p.id and s.account_id = about.account_id))
                             and (p.id <> coalesce($6, $7) or $8)
                        then coalesce((select how from told_how h
                                        where h.person_id = p.id and h.whose = 'own' and h.about = $9), 'at_once')
                        else 'never' end as own,
                   case when p.role = 'admin' and p.id <> coalesce($6, $7)
                        then coalesce((select how from told_how h
                                        where h.person_id = p.id and h.whose = 'everybodys' and h.about = $9), 'never')
                        else 'never' end as every
              from person p,
                   (select coalesce((select owner_id from token where id = $4), $5) as account_id) about
             where p.disabled_at is null and p.kind = 'person') told
     where told.own <> 'never' or told.every <> 'never'
    on conflict (person_id, line) do nothing";

#[async_trait]
impl NoticeStore for Engine {
    async fn note_tellings(
        &self,
        lease: Lease,
        tellings: &[Telling],
        line: i64,
        now: Timestamp,
        daily_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let held = sqlx::query(
            "update follower set line = $4, leased_until = $3 where id = $1 and leased_by = $2 and line <= $4",
        )
        .bind(FollowerKind::Mail.only())
        .bind(lease.holder)
        .bind(lease.until.as_millis())
        .bind(line)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if held.rows_affected() == 0 {
            return Ok(false);
        }
        for telling in tellings {
            sqlx::query(TELL)
                .bind(telling.line)
                .bind(now.as_millis())
                .bind(daily_at.as_millis())
                .bind(telling.token.map(TokenId::as_uuid))
                .bind(telling.person.map(PersonId::as_uuid))
                .bind(telling.actor.map(PersonId::as_uuid))
                .bind(Uuid::nil())
                .bind(telling.about.is_told_to_whoever_did_it())
                .bind(telling.about.as_str())
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
        }
        self.commit_aside(tx).await?;
        Ok(true)
    }

    async fn notices_due(&self, now: Timestamp, limit: u32) -> Result<Vec<DueNotices>, StoreError> {
        let rows: Vec<(Uuid, String, bool, i64)> = sqlx::query_as(
            "select n.person_id, p.email, p.disabled_at is not null, n.line from notice n join person p on p.id = n.person_id
              where n.due_at <= $1 order by n.person_id, n.line limit $2",
        )
        .bind(now.as_millis())
        .bind(i64::from(limit))
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        let mut due: Vec<DueNotices> = Vec::new();
        for (person, email, is_disabled, line) in rows {
            let person = PersonId::from_uuid(person);
            match due.last_mut().filter(|last| last.person == person) {
                Some(last) => last.lines.push(line),
                None => due.push(DueNotices { person, email, is_disabled, lines: vec![line] }),
            }
        }
        Ok(due)
    }

    async fn forget_notices(&self, told: &DueNotices) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for line in &told.lines {
            sqlx::query("delete from notice where person_id = $1 and line = $2")
                .bind(told.person.as_uuid())
                .bind(line)
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
        }
        self.commit_aside(tx).await
    }

    async fn postpone_notices(&self, person: PersonId, due_at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("update notice set due_at = $2 where person_id = $1 and due_at < $2")
            .bind(person.as_uuid())
            .bind(due_at.as_millis())
            .execute(self.aside())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn told_how(&self, person: PersonId) -> Result<Vec<(String, String, String)>, StoreError> {
        sqlx::query_as("select whose, about, how from told_how where person_id = $1")
            .bind(person.as_uuid())
            .fetch_all(&self.quick)
            .await
            .map_err(failed)
    }

    async fn save_told_how(
        &self,
        person: PersonId,
        choices: &[(Whose, About, How)],
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (whose, about, how) in choices {
            sqlx::query(
                "insert into told_how (person_id, whose, about, how) values ($1, $2, $3, $4)
                 on conflict (person_id, whose, about) do update set how = excluded.how",
            )
            .bind(person.as_uuid())
            .bind(whose.as_str())
            .bind(about.as_str())
            .bind(how.as_str())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn expiring_unsaid(
        &self,
        now: Timestamp,
        days: i64,
        limit: u32,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError> {
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "select t.id, t.expires_at from token t
              where t.deleted_at is null and t.expires_at > $1 and t.expires_at <= $1 + $2
                and t.created_at <= t.expires_at - $2
                and not exists (select 1 from expiry_said s
                                 where s.token_id = t.id and s.expires_at = t.expires_at and s.days <= $3)
              order by t.expires_at, t.id limit $4",
        )
        .bind(now.as_millis())
        .bind(days * DAY_MS)
        .bind(days)
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let read = |(id, at): (Uuid, i64)| (TokenId::from_uuid(id), Timestamp::from_millis(at));
        Ok(rows.into_iter().map(read).collect())
    }

    async fn note_networks(&self, seen: &[SeenNetwork], lines: &[Event]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (seen, line) in seen.iter().zip(lines) {
            let noted = sqlx::query(
                "insert into token_network (token_id, network, seen_at)
                 select s.token_id, $2, $3 from secret s
                  where s.id = $1
                    and (select count(*) from token_network n where n.token_id = s.token_id) < $4
                 on conflict (token_id, network) do nothing",
            )
            .bind(seen.secret)
            .bind(&seen.network)
            .bind(line.at.as_millis())
            .bind(NETWORKS)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
            if noted.rows_affected() == 0 {
                continue;
            }
            let (token, count): (Uuid, i64) = sqlx::query_as(
                "select s.token_id, (select count(*) from token_network n where n.token_id = s.token_id)
                   from secret s where s.id = $1",
            )
            .bind(seen.secret)
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
            if count > 1 {
                let line = Event { token: Some(TokenId::from_uuid(token)), ..line.clone() };
                events::append(&mut tx, &line).await?;
            }
        }
        self.commit_aside(tx).await
    }

    async fn has_browsers(&self, person: PersonId) -> Result<bool, StoreError> {
        sqlx::query_scalar("select exists (select 1 from browser where person_id = $1)")
            .bind(person.as_uuid())
            .fetch_one(&self.quick)
            .await
            .map_err(failed)
    }

    async fn say_expiring(
        &self,
        token: TokenId,
        expires_at: Timestamp,
        days: i64,
        event: &Event,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let said = sqlx::query(
            "insert into expiry_said (token_id, expires_at, days)
             select id, expires_at, $3 from token where id = $1 and expires_at = $2 and deleted_at is null
             on conflict (token_id, expires_at, days) do nothing",
        )
        .bind(token.as_uuid())
        .bind(expires_at.as_millis())
        .bind(days)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if said.rows_affected() == 0 {
            return Ok(false);
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(true)
    }
}
