//! The reads of verification. They are not on its hot path: a secret is read once, and again when something changed.

use super::{
    DbRow, Engine,
    audit::events,
    endings::{self, ReconcileError},
    failed,
    tokens::{
        exposure,
        row::{allowed_addresses, decode, metadata, moment, rate_limit},
    },
};
use app::{
    domain::{
        EVERYONE, Event, Exposure, Grant, Permission, PersonId, PersonName, Role, Timestamp, TokenId,
        TokenName,
    },
    service::{Changes, KeyDigest, KnownOwner, KnownSecret, Revision, StoreError, VerifyStore, Watcher},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use uuid::Uuid;

/// Longest wait for changes. Data that does not answer by then may go on without anybody waiting.
const WAIT: Duration = Duration::from_secs(1);

/// Most changes that are read at once; a node that missed more forgets everything.
const CHANGES_MAX: i64 = 1_000;

/// Most members of groups that have changed; beyond them, everything is forgotten, too.
const MEMBERS_MAX: i64 = 10_000;

/// What was found by a digest, in data that includes a revision, or does not.
struct SecretRow {
    is_included: bool,
    secret: Option<KnownSecret>,
}

impl FromRow<'_, DbRow> for SecretRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let is_included = row.try_get("is_included")?;
        let Some(id) = row.try_get("id")? else { return Ok(Self { is_included, secret: None }) };
        let name: String = row.try_get("name")?;
        let (owner, role): (String, String) = (row.try_get("owner_name")?, row.try_get("role")?);
        let permissions: Option<String> = row.try_get("permissions")?;
        let grants: Option<String> = row.try_get("grants")?;
        let secret = KnownSecret {
            id,
            token: TokenId::from_uuid(row.try_get("token_id")?),
            name: TokenName::parse(&name).map_err(decode)?,
            owner: KnownOwner {
                id: PersonId::from_uuid(row.try_get("owner_id")?),
                name: PersonName::parse(&owner).map_err(decode)?,
                namesake_email: row.try_get("namesake_email")?,
                role: role.parse::<Role>().map_err(decode)?,
                grants: grants
                    .unwrap_or_default()
                    .split_whitespace()
                    .map(|g| g.parse::<Grant>().map_err(decode))
                    .collect::<sqlx::Result<_>>()?,
                metadata: metadata(row, "owner_metadata")?,
                is_disabled: row.try_get("owner_disabled")?,
            },
            permissions: permissions
                .unwrap_or_default()
                .split_whitespace()
                .map(|p| p.parse::<Permission>().map_err(decode))
                .collect::<sqlx::Result<_>>()?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            expires_at: moment(row, "expires_at")?,
            ends_at: moment(row, "ends_at")?,
            is_revoked: row.try_get("is_revoked")?,
            is_disabled: row.try_get("is_disabled")?,
            allowed_addresses: allowed_addresses(row)?,
            rate_limit: rate_limit(row)?,
            metadata: metadata(row, "metadata")?,
        };
        Ok(Self { is_included, secret: Some(secret) })
    }
}

#[derive(FromRow)]
struct ChangeRow {
    oldest: i64,
    newest: i64,
    mark: i64,
    /// Is the change that was remembered still there?
    is_same: bool,
    has_foreign: bool,
    is_behind: bool,
    revision: Option<i64>,
    person_id: Option<Uuid>,
    /// A member of a group that has changed.
    member_id: Option<Uuid>,
    digest: Option<Vec<u8>>,
    /// The digest of a secret that does not exist any more.
    gone: Option<Vec<u8>>,
}

#[async_trait]
impl VerifyStore for Engine {
    async fn secret(
        &self,
        digest: &KeyDigest,
        at_least: Revision,
    ) -> Result<Option<KnownSecret>, StoreError> {
        // The view of grants is spelt out: inside of an aggregate, SQLite would read all of it, for one account.
        let row: SecretRow = sqlx::query_as(concat!(
            "select ($2 = 0 or exists (select 1 from change where revision = $2 and mark + ",
            run_of_server!(),
            " = $3)) as is_included,
                    s.id, s.token_id, t.name, t.owner_id, o.name as owner_name, o.role, o.metadata as owner_metadata,
                    case when exists (select 1 from person n where n.name_key = o.name_key and n.id <> o.id
                                         and n.removed_at is null)
                         then o.email end as namesake_email,
                    o.disabled_at is not null as owner_disabled, t.created_at, t.expires_at, s.ends_at,
                    (s.revoked_at is not null or t.deleted_at is not null) as is_revoked,
                    t.disabled_at is not null as is_disabled,
                    t.allowed_addresses, t.rate_requests, t.rate_seconds,
                    (select string_agg(p.permission, ' ') from token_permission p where p.token_id = t.id)
                        as permissions,
                    (select string_agg(g.permission, ' ') from
                        (select permission from granted where account_id = o.id
                         union all
                         select w.permission from membership i join granted w on w.account_id = i.group_id
                          where i.person_id = o.id
                         union all
                         select permission from granted where account_id = $4) as g) as grants,
                    (select string_agg(m.key || ': ' || m.value, '\n') from token_metadata m where m.token_id = t.id)
                        as metadata
               from (select 1 as one) as always
               left join secret s on s.digest = $1
               left join token t on t.id = s.token_id
               left join person o on o.id = t.owner_id"
        ))
        .bind(digest.as_bytes().as_slice())
        .bind(at_least.number)
        .bind(at_least.mark)
        .bind(EVERYONE.as_uuid())
        .fetch_one(&self.secrets)
        .await
        .map_err(failed)?;
        if !row.is_included {
            self.look_elsewhere();
            return Err(StoreError::Elsewhere);
        }
        Ok(row.secret)
    }

    async fn changes(&self, after: Revision) -> Result<Changes, StoreError> {
        let late = || StoreError::Failed("the changes could not be read in time".to_owned());
        let read = timeout(WAIT, self.read_changes(after)).await.unwrap_or_else(|_| Err(late()));
        match read {
            Err(error) => {
                self.look_elsewhere();
                Err(error)
            }
            // What had ended in the data that was known has ended here before anybody is answered.
            Ok((_, false)) => {
                let failed = |cause: ReconcileError| StoreError::Failed(cause.to_string());
                endings::reconcile_running(self).await.map_err(failed)?;
                let (changes, _) = self.read_changes(Revision::default()).await?;
                Ok(Changes { is_complete: false, ..changes })
            }
            Ok((changes, true)) => {
                if changes.revision.number > after.number {
                    let store = self.clone();
                    tokio::spawn(async move { store.keep_endings().await });
                }
                Ok(changes)
            }
        }
    }

    fn watch(&self, watcher: Arc<dyn Watcher>) {
        self.watchers.add(watcher);
    }

    fn unseen_writes(&self) -> u64 {
        self.watchers.unseen()
    }

    async fn revoke_secret(&self, digest: &KeyDigest, event: &Event) -> Result<TokenId, StoreError> {
        let mut tx = self.begin().await?;
        let revoked: Option<(Uuid, bool)> = sqlx::query_as(
            "update secret set revoked_at = $2 where digest = $1 and revoked_at is null
             returning token_id, is_current",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(event.at.as_millis())
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        let Some((token, is_current)) = revoked else {
            // Whoever asks again is told that it has ended, by a server that is heard and a node that knows of it.
            self.commit(tx).await?;
            return Err(StoreError::NotFound);
        };
        if is_current {
            sqlx::query(
                "update token set disabled_at = coalesce(disabled_at, $2), updated_at = $2, version = version + 1
                  where id = $1",
            )
            .bind(token)
            .bind(event.at.as_millis())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        }
        let token = TokenId::from_uuid(token);
        events::append(&mut tx, &Event { token: Some(token), ..event.clone() }).await?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn expose_secret(
        &self,
        digest: &KeyDigest,
        exposure: &Exposure,
        event: &Event,
    ) -> Result<TokenId, StoreError> {
        exposure::expose(self, digest, exposure, event).await
    }

    async fn forget_changes(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // The newest of the old lines stays: whoever has read the changes since then may remember it. None goes before an
        // older one, even if a clock was set back meanwhile: a gap would look like no change.
        sqlx::query(
            "delete from change where revision < (select max(revision) from change where revision <
                (select coalesce(min(revision), 9223372036854775807) from change where at >= $1))",
        )
        .bind(before.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        self.commit(tx).await
    }
}

impl Engine {
    /// The changes, and whether the history is the one that was known.
    async fn read_changes(&self, after: Revision) -> Result<(Changes, bool), StoreError> {
        // One connection, so that whoever answers is the server that was heard.
        let mut connection = self.changes.acquire().await.map_err(failed)?;
        self.be_heard(&mut connection).await?;
        // One statement, so that all of it is of one moment.
        let rows: Vec<ChangeRow> = sqlx::query_as(concat!(
            "with fresh as (select * from change where revision > $1 order by revision limit $2)
             select coalesce((select min(revision) from change), 0) as oldest,
                    coalesce(last.revision, 0) as newest, coalesce(last.mark + ",
            run_of_server!(),
            ", 0) as mark,
                    ($1 = 0 or exists (select 1 from change where revision = $1 and mark + ",
            run_of_server!(),
            " = $3)) as is_same,
                    exists (select 1 from secret where is_foreign) as has_foreign, ",
            is_behind!(),
            " as is_behind, c.revision, c.person_id, m.person_id as member_id, s.digest,
                    c.digest as gone
               from (select 1 as part union all select 2) as always
               left join (select revision, mark from change order by revision desc limit 1) as last on true
               left join fresh as c on always.part = 1
               left join secret s on s.token_id = c.token_id
               left join (select distinct person_id from membership
                           where group_id in (select person_id from fresh where person_id is not null)
                           limit $4) as m on always.part = 2
              order by c.revision"
        ))
        .bind(after.number)
        .bind(CHANGES_MAX)
        .bind(after.mark)
        .bind(MEMBERS_MAX)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
        let Some(first) = rows.first() else { return Err(StoreError::Failed("no answer".to_owned())) };
        if first.is_behind {
            return Err(StoreError::Failed("the server is a standby, whose data may be behind".to_owned()));
        }
        // A token that has several secrets has a row for each of them, and groups one for each of their members, however
        // many lines are about them. Whoever has left one has a line of their own. Everybody is in one group without a
        // row.
        let members = rows.iter().filter(|row| row.member_id.is_some()).count();
        let is_about_all =
            members as i64 >= MEMBERS_MAX || rows.iter().any(|row| row.person_id == Some(EVERYONE.as_uuid()));
        let lines = rows.chunk_by(|a, b| a.revision == b.revision).count();
        let changes = Changes {
            revision: Revision { number: first.newest, mark: first.mark },
            // No line between what is known and the oldest line has been forgotten.
            is_complete: first.is_same
                && first.oldest <= after.number + 1
                && (lines as i64) < CHANGES_MAX
                && !is_about_all,
            has_foreign: first.has_foreign,
            secrets: rows
                .iter()
                .flat_map(|row| [&row.digest, &row.gone])
                .filter_map(|digest| digest.as_deref()?.try_into().ok())
                .map(KeyDigest::from_bytes)
                .collect(),
            people: rows
                .iter()
                .flat_map(|row| [row.person_id, row.member_id])
                .flatten()
                .map(PersonId::from_uuid)
                .collect(),
        };
        Ok((changes, first.is_same))
    }
}
