//! People. Nobody is ever removed; a disabled person keeps their row.

use super::{Db, DbRow, Engine, audit::events, browsers, failed};
use app::{
    domain::{
        Cursor, Direction, EVERYONE, Email, Event, Owner, Page, Person, PersonId, PersonName, PersonRow,
        PersonStatus, Role, SessionId, Theme, Timestamp,
    },
    service::{
        Credentials, NewPerson, PasswordChange, PersonStore, StoreError, email_key, look_key, sort_key,
    },
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use uuid::Uuid;

/// Another admin who can sign in.
macro_rules! another_admin {
    () => {
        "exists (select 1 from person o where o.id <> $1 and o.role = 'admin'
                    and o.disabled_at is null and (o.password_hash is not null or o.provided_at is not null))"
    };
}

/// Reads a person from a row of any query that has selected `p.*`.
pub fn read_person(row: &DbRow) -> sqlx::Result<Person> {
    let (name, email): (String, String) = (row.try_get("name")?, row.try_get("email")?);
    let (role, theme): (String, String) = (row.try_get("role")?, row.try_get("theme")?);
    let disabled: Option<i64> = row.try_get("disabled_at")?;
    let (password, kind): (Option<String>, String) = (row.try_get("password_hash")?, row.try_get("kind")?);
    let provided: Option<i64> = row.try_get("provided_at")?;
    let has_way_in = password.is_some() || provided.is_some();
    let status = match disabled {
        Some(_) => PersonStatus::Disabled,
        // Nobody signs in as another kind of account.
        None if kind == "person" && !has_way_in => PersonStatus::Invited,
        None => PersonStatus::Active,
    };
    Ok(Person {
        id: PersonId::from_uuid(row.try_get("id")?),
        name: PersonName::parse(&name).map_err(decode)?,
        email: Email::parse(&email).map_err(decode)?,
        role: role.parse::<Role>().map_err(decode)?,
        status,
        theme: theme.parse::<Theme>().map_err(decode)?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
    })
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

struct Found(Person);

impl FromRow<'_, DbRow> for Found {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        read_person(row).map(Self)
    }
}

struct Listed(PersonRow);

impl FromRow<'_, DbRow> for Listed {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let seen: Option<i64> = row.try_get("seen_at")?;
        Ok(Self(PersonRow {
            person: read_person(row)?,
            tokens: u64::try_from(row.try_get::<i64, _>("tokens")?).unwrap_or_default(),
            last_seen_at: seen.map(Timestamp::from_millis),
        }))
    }
}

macro_rules! select_people {
    ($rest:literal) => {
        concat!(
            "select p.*,
                    (select count(*) from token t where t.owner_id = p.id and t.deleted_at is null) as tokens,
                    (select max(s.last_seen_at) from session s where s.person_id = p.id) as seen_at
               from person p ",
            $rest
        )
    };
}

#[async_trait]
impl PersonStore for Engine {
    async fn has_people(&self) -> Result<bool, StoreError> {
        let first: Option<i64> =
            sqlx::query_scalar("select created_at from person where kind = 'person' limit 1")
                .fetch_optional(&self.quick)
                .await
                .map_err(failed)?;
        Ok(first.is_some())
    }

    async fn person(&self, id: PersonId) -> Result<Person, StoreError> {
        let row: Option<Found> = sqlx::query_as("select * from person where id = $1 and kind = 'person'")
            .bind(id.as_uuid())
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?;
        row.map(|Found(person)| person).ok_or(StoreError::NoSuchPerson)
    }

    async fn person_row(&self, id: PersonId) -> Result<PersonRow, StoreError> {
        let row: Option<Listed> = sqlx::query_as(select_people!("where p.id = $1 and p.kind = 'person'"))
            .bind(id.as_uuid())
            .fetch_optional(&self.reader)
            .await
            .map_err(failed)?;
        row.map(|Listed(row)| row).ok_or(StoreError::NoSuchPerson)
    }

    async fn people(&self, cursor: &Cursor, limit: u32) -> Result<Page<PersonRow>, StoreError> {
        let sql = match cursor.direction {
            Direction::Older => select_people!(
                "where p.kind = 'person' and (p.created_at, p.id) < ($1, $2)
                 order by p.created_at desc, p.id desc limit $3"
            ),
            Direction::Newer => {
                select_people!(
                    "where p.kind = 'person' and (p.created_at, p.id) > ($1, $2)
                     order by p.created_at, p.id limit $3"
                )
            }
        };
        let rows: Vec<Listed> = sqlx::query_as(sql)
            .bind(cursor.created_at.as_millis())
            .bind(cursor.id)
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        let people = rows.into_iter().map(|Listed(row)| row).collect();
        Ok(Page::of(people, limit as usize, cursor, |row: &PersonRow| {
            (row.person.created_at, row.person.id.as_uuid())
        }))
    }

    async fn recipients(&self, limit: u32) -> Result<Vec<Owner>, StoreError> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "select id, name from person
              where disabled_at is null and removed_at is null and role <> 'viewer' and id <> $2
                and (password_hash is not null or provided_at is not null or kind <> 'person')
              order by sort_key, id limit $1",
        )
        .bind(i64::from(limit))
        .bind(EVERYONE.as_uuid())
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let owner = |(id, name): (Uuid, String)| {
            let name = PersonName::parse(&name).map_err(|e| failed(decode(e)))?;
            Ok(Owner { id: PersonId::from_uuid(id), name })
        };
        rows.into_iter().map(owner).collect()
    }

    async fn credentials(&self, email_key: &str) -> Result<Option<Credentials>, StoreError> {
        let row = sqlx::query("select * from person where email_key = $1 and kind = 'person'")
            .bind(email_key)
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?;
        row.map(|row| {
            Ok(Credentials { person: read_person(&row)?, password_hash: row.try_get("password_hash")? })
        })
        .transpose()
        .map_err(failed)
    }

    async fn insert_person(&self, person: &NewPerson, event: &Event) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        let made = insert(&mut tx, person).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(made)
    }

    async fn disable_person(&self, id: PersonId, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let changed = sqlx::query(concat!(
            "update person set disabled_at = coalesce(disabled_at, $2) where id = $1 and (role <> 'admin' or ",
            another_admin!(),
            ")"
        ))
        .bind(id.as_uuid())
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            fetch(&mut *tx, id).await?;
            return Err(StoreError::LastAdmin);
        }
        end_sessions(&mut tx, id, None).await?;
        end_links(&mut tx, id).await?;
        browsers::forget_browsers(&mut tx, id).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn rename_person(&self, id: PersonId, name: &PersonName, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "update person set name = $2, name_key = $3, sort_key = $4 where id = $1
                and not exists (select 1 from person o where o.name_key = $3 and o.id <> $1
                                  and o.removed_at is null)",
        )
        .bind(id.as_uuid())
        .bind(name.as_str())
        .bind(look_key(name.as_str()))
        .bind(sort_key(name.as_str()))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            fetch(&mut *tx, id).await?;
            return Err(StoreError::PersonNameTaken);
        }
        finish(self, tx, changed.rows_affected(), event).await
    }

    async fn set_password(&self, change: &PasswordChange, event: &Event) -> Result<(), StoreError> {
        let PasswordChange { person, hash, instead_of, keep } = change;
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "update person set password_hash = $2 where id = $1 and ($3 is null or password_hash = $3)",
        )
        .bind(person.as_uuid())
        .bind(hash)
        .bind(instead_of)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        end_sessions(&mut tx, *person, keep.as_ref().map(|kept| kept.id)).await?;
        end_links(&mut tx, *person).await?;
        browsers::forget_browsers(&mut tx, *person).await?;
        if let Some(kept) = keep {
            sqlx::query("update session set digest = $2, browser = $3 where id = $1")
                .bind(kept.id.as_uuid())
                .bind(kept.digest.as_bytes().as_slice())
                .bind(kept.browser.as_bytes().as_slice())
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
            browsers::remember_browser(&mut tx, *person, &kept.browser, event.at).await?;
        }
        finish(self, tx, changed.rows_affected(), event).await
    }

    async fn rehash_password(&self, id: PersonId, before: &str, after: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let changed =
            sqlx::query("update person set password_hash = $3 where id = $1 and password_hash = $2")
                .bind(id.as_uuid())
                .bind(before)
                .bind(after)
                .execute(&mut *tx)
                .await
                .map_err(failed)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NoSuchPerson);
        }
        self.commit(tx).await
    }

    async fn set_theme(&self, id: PersonId, theme: Theme) -> Result<(), StoreError> {
        let query = sqlx::query("update person set theme = $2 where id = $1").bind(id.as_uuid());
        query.bind(theme.as_str()).execute(self.aside()).await.map_err(failed)?;
        Ok(())
    }
}

/// Commits with the event, if the person exists.
async fn finish(
    store: &Engine,
    mut tx: Transaction<'static, Db>,
    changed: u64,
    event: &Event,
) -> Result<(), StoreError> {
    if changed == 0 {
        return Err(StoreError::NoSuchPerson);
    }
    events::append(&mut tx, event).await?;
    store.commit(tx).await
}

/// Whoever can own tokens: a person, or another account.
pub async fn fetch<'e>(
    executor: impl sqlx::Executor<'e, Database = Db>,
    id: PersonId,
) -> Result<Person, StoreError> {
    let row: Option<Found> = sqlx::query_as("select * from person where id = $1")
        .bind(id.as_uuid())
        .fetch_optional(executor)
        .await
        .map_err(failed)?;
    row.map(|Found(person)| person).ok_or(StoreError::NoSuchPerson)
}

/// The only unique key that two people can both want is the e-mail address.
pub async fn insert(tx: &mut Transaction<'_, Db>, new: &NewPerson) -> Result<Person, StoreError> {
    let taken = |error: sqlx::Error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::EmailTaken,
        _ => failed(error),
    };
    let made = sqlx::query(
        "insert into person (id, name, email, email_key, role, password_hash, created_at, name_key, sort_key)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9
          where not exists (select 1 from person where name_key = $8 and removed_at is null)
             or exists (select 1 from person where email_key = $4)",
    )
    .bind(new.id.as_uuid())
    .bind(new.details.name.as_str())
    .bind(new.details.email.as_str())
    .bind(email_key(new.details.email.as_str()))
    .bind(new.details.role.as_str())
    .bind(&new.password_hash)
    .bind(new.at.as_millis())
    .bind(look_key(new.details.name.as_str()))
    .bind(sort_key(new.details.name.as_str()))
    .execute(&mut **tx)
    .await
    .map_err(taken)?;
    if made.rows_affected() == 0 {
        return Err(StoreError::PersonNameTaken);
    }
    if new.details.role == Role::Admin {
        sqlx::query("update token set owner_id = $1 where owner_id is null")
            .bind(new.id.as_uuid())
            .execute(&mut **tx)
            .await
            .map_err(failed)?;
    }
    fetch(&mut **tx, new.id).await
}

pub async fn end_sessions(
    tx: &mut Transaction<'_, Db>,
    person: PersonId,
    keep: Option<SessionId>,
) -> Result<(), StoreError> {
    sqlx::query("delete from session where person_id = $1 and ($2 is null or id <> $2)")
        .bind(person.as_uuid())
        .bind(keep.map(SessionId::as_uuid))
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    Ok(())
}

pub async fn end_links(tx: &mut Transaction<'_, Db>, person: PersonId) -> Result<(), StoreError> {
    let query = sqlx::query("delete from link where person_id = $1").bind(person.as_uuid());
    query.execute(&mut **tx).await.map_err(failed)?;
    Ok(())
}
