//! Requests for permissions, and their answers.

use super::{DbRow, Engine, account::owner, audit::events, failed, grants::covers, tokens::row::decode};
use app::{
    domain::{AccessRequest, Answer, Description, Event, GRANTS_MAX, Grant, PersonId, RequestId, Timestamp},
    service::{NewRequest, RequestStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};

struct Found(AccessRequest);

impl FromRow<'_, DbRow> for Found {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let named = |id, name| -> sqlx::Result<_> {
            let name: String = row.try_get(name)?;
            owner(row.try_get(id)?, &name)
        };
        let text = |column| -> sqlx::Result<String> { row.try_get(column) };
        let decided: Option<i64> = row.try_get("decided_at")?;
        let answer = match decided {
            None => None,
            Some(at) => Some(Answer {
                at: Timestamp::from_millis(at),
                by: named("decided_by", "decided_by_name")?,
                is_granted: row.try_get("is_granted")?,
                word: Description::parse(&text("answer")?).map_err(decode)?,
            }),
        };
        Ok(Self(AccessRequest {
            id: RequestId::from_uuid(row.try_get("id")?),
            asker: named("person_id", "person_name")?,
            account: named("account_id", "account_name")?,
            permission: text("permission")?.parse::<Grant>().map_err(decode)?,
            reason: Description::parse(&text("reason")?).map_err(decode)?,
            at: Timestamp::from_millis(row.try_get("at")?),
            answer,
        }))
    }
}

macro_rules! select_requests {
    ($($rest:expr),*) => {
        concat!(
            "select r.id, r.person_id, p.name as person_name, r.account_id, a.name as account_name, r.permission,
                    r.reason, r.at, r.decided_at, r.decided_by, d.name as decided_by_name, r.is_granted, r.answer
               from request r
               join person p on p.id = r.person_id
               join person a on a.id = r.account_id
               left join person d on d.id = r.decided_by ",
            $($rest),*
        )
    };
}

/// Is this person a steward of who is to be granted what `r` asks for: of the asker, or of the account that they ask
/// for?
macro_rules! is_steward {
    ($person:literal) => {
        concat!(
            "(r.person_id <> ",
            $person,
            " and (exists (select 1 from stewardship s where s.person_id = ",
            $person,
            " and s.account_id = r.account_id) or r.account_id = r.person_id and exists
                (select 1 from membership a join membership s on s.group_id = a.group_id
                  where a.person_id = r.person_id and s.person_id = ",
            $person,
            " and s.is_steward)))"
        )
    };
}

/// May the person `b` answer `p`, which is the same request as `r`? Nobody passes on more than they have.
macro_rules! may_answer {
    () => {
        concat!(
            "b.disabled_at is null and (b.role = 'admin' or b.role = 'member' and ",
            is_steward!("b.id"),
            " and exists (select 1 from granting g where g.account_id = b.id and ",
            covers!("g.permission"),
            "))"
        )
    };
}

#[async_trait]
impl RequestStore for Engine {
    async fn requests(
        &self,
        are_open: bool,
        viewer: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<AccessRequest>, StoreError> {
        let sql = match are_open {
            true => select_requests!(
                "where r.decided_at is null and ($1 is null or r.person_id = $1 or ",
                is_steward!("$1"),
                ") order by r.at, r.id limit $2"
            ),
            false => select_requests!(
                "where r.decided_at is not null and ($1 is null or r.person_id = $1 or ",
                is_steward!("$1"),
                ") order by r.decided_at desc, r.id limit $2"
            ),
        };
        let query = sqlx::query_as(sql).bind(viewer.map(PersonId::as_uuid)).bind(i64::from(limit));
        let rows: Vec<Found> = query.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(rows.into_iter().map(|Found(request)| request).collect())
    }

    async fn request(&self, id: RequestId) -> Result<AccessRequest, StoreError> {
        let row: Option<Found> = sqlx::query_as(select_requests!("where r.id = $1"))
            .bind(id.as_uuid())
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?;
        row.map(|Found(request)| request).ok_or(StoreError::NoSuchRequest)
    }

    async fn may_answer(&self, person: PersonId, id: RequestId) -> Result<bool, StoreError> {
        sqlx::query_scalar(concat!(
            "select exists (select 1 from request r join request p on p.id = r.id join person b on b.id = $2
              where r.id = $1 and ",
            may_answer!(),
            ")"
        ))
        .bind(id.as_uuid())
        .bind(person.as_uuid())
        .fetch_one(&self.quick)
        .await
        .map_err(failed)
    }

    async fn insert_request(&self, new: &NewRequest, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let (open, same): (i64, i64) = sqlx::query_as(
            "select (select count(*) from request where person_id = $1 and decided_at is null),
                    (select count(*) from request where account_id = $2 and permission = $3 and decided_at is null)",
        )
        .bind(new.asker.as_uuid())
        .bind(new.account.as_uuid())
        .bind(new.permission.as_str())
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        if same > 0 {
            return Err(StoreError::Outdated);
        }
        if open >= i64::from(new.most) {
            return Err(StoreError::AccountsFull);
        }
        sqlx::query(
            "insert into request (id, person_id, account_id, permission, reason, at) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.as_uuid())
        .bind(new.asker.as_uuid())
        .bind(new.account.as_uuid())
        .bind(new.permission.as_str())
        .bind(new.reason.as_str())
        .bind(new.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn answer_request(
        &self,
        id: RequestId,
        by: PersonId,
        is_granted: bool,
        word: &Description,
        all: &[Event],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let at = all.first().map_or(Timestamp::from_millis(0), |event| event.at);
        let answered = sqlx::query(concat!(
            "update request set decided_at = $2, decided_by = $3, is_granted = $4, answer = $5
              where id = $1 and decided_at is null and exists
                    (select 1 from request r join request p on p.id = r.id join person a on a.id = r.account_id
                       join person b on b.id = $3
                      where r.id = $1 and a.removed_at is null and ",
            may_answer!(),
            ")"
        ))
        .bind(id.as_uuid())
        .bind(at.as_millis())
        .bind(by.as_uuid())
        .bind(is_granted)
        .bind(word.as_str())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if answered.rows_affected() == 0 {
            return Err(StoreError::NoSuchRequest);
        }
        if is_granted {
            let grants: i64 = sqlx::query_scalar(
                "select count(*) from granted where account_id = (select account_id from request where id = $1)",
            )
            .bind(id.as_uuid())
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
            if grants >= i64::try_from(GRANTS_MAX).unwrap_or(i64::MAX) {
                return Err(StoreError::AccountsFull);
            }
            sqlx::query(
                "insert into granted (account_id, permission) select account_id, permission from request where id = $1
                 on conflict (account_id, permission) do nothing",
            )
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        }
        for event in all {
            events::append(&mut tx, event).await?;
        }
        self.commit(tx).await
    }
}
