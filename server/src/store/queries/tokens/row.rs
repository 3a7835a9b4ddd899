//! A token as a row: the columns that are selected, and how they are read. `tokens` and its neighbours use it.

use super::{Db, DbRow, failed};
use app::{
    domain::{
        AllowedAddresses, Description, EndedBy, Error, Exposure, Grant, LastUse, Metadata, Owner, Parent,
        Permission, PermissionSet, PersonId, PersonName, RateLimit, Reach, Scope, SecretHint, Timestamp,
        Token, TokenId, TokenName,
    },
    service::StoreError,
};
use sqlx::{FromRow, Row, Transaction};
use uuid::Uuid;

/// A token with its current secret and its permissions, and with more columns; the rest of a query says which tokens.
macro_rules! select_tokens {
    ($columns:literal, $which:literal, $($rest:expr),+) => {
        concat!(
            "select ",
            $columns,
            ", t.id, t.name, t.sort_key, t.description, t.created_at, t.updated_at, t.version, s.prefix, s.last_chars,
                    s.exposed_at, s.exposed_url, s.exposed_by,
                    t.expires_at, t.disabled_at, t.disabled_by_admin, t.allowed_addresses, t.rate_requests, t.rate_seconds,
                    t.last_used_at, t.last_used_address,
                    coalesce(t.last_used_at, t.created_at) + (select w.idle_days from workspace w) * 86400000 as idle_at,
                    (select max(r.ends_at) from secret r
                      where r.token_id = t.id and not r.is_current and r.revoked_at is null) as rotating_until,
                    t.owner_id, o.name as owner_name, o.role as owner_role,
                    (select string_agg(g.permission, ' ') from granting g where g.account_id = o.id) as owner_grants,
                    t.parent_id, (select q.name from token q where q.id = t.parent_id) as parent_name,
                    (select d.name from person d where d.id = t.disabled_by) as disabled_by_name,
                    (select string_agg(p.permission, ' ') from token_permission p where p.token_id = t.id)
                        as permissions,
                    (select string_agg(m.key || ': ' || m.value, '\n') from token_metadata m where m.token_id = t.id)
                        as metadata
               from token t
               join secret s on s.token_id = t.id and s.is_current
               join person o on o.id = t.owner_id
              ",
            $which,
            $($rest),+
        )
    };
}

/// The live tokens.
macro_rules! select_token {
    ($($rest:expr),+) => {
        select_tokens!("t.deleted_at", "where t.deleted_at is null ", $($rest),+)
    };
}

/// Does the column name somebody in the scope `$n`: anybody, or one person and the accounts that they steward?
macro_rules! in_scope {
    ($scope:literal, $owner:literal) => {
        concat!(
            "(",
            $scope,
            " is null or ",
            $owner,
            " = ",
            $scope,
            " or ",
            $owner,
            " in (select w.account_id from stewardship w where w.person_id = ",
            $scope,
            "))"
        )
    };
}

pub struct TokenRow(pub Token);

impl FromRow<'_, DbRow> for TokenRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let name: String = row.try_get("name")?;
        let description: String = row.try_get("description")?;
        let owner: String = row.try_get("owner_name")?;
        let permissions: Option<String> = row.try_get("permissions")?;
        let permissions: PermissionSet = permissions
            .unwrap_or_default()
            .split_whitespace()
            .map(|p| p.parse::<Permission>().map_err(decode))
            .collect::<sqlx::Result<_>>()?;
        Ok(Self(Token {
            out_of_reach: reach(row)?.beyond(&permissions),
            id: TokenId::from_uuid(row.try_get("id")?),
            name: TokenName::parse(&name).map_err(decode)?,
            description: Description::parse(&description).map_err(decode)?,
            permissions,
            owner: Owner {
                id: PersonId::from_uuid(row.try_get("owner_id")?),
                name: PersonName::parse(&owner).map_err(decode)?,
            },
            parent: parent(row)?,
            secret_hint: SecretHint { prefix: row.try_get("prefix")?, last: row.try_get("last_chars")? },
            expires_at: moment(row, "expires_at")?,
            disabled_at: moment(row, "disabled_at")?,
            disabled_by: ended_by(row, "disabled_by_name", "disabled_by_admin")?,
            exposed: exposure(row)?,
            rotating_until: moment(row, "rotating_until")?,
            last_used: match moment(row, "last_used_at")? {
                Some(at) => Some(LastUse { at, address: row.try_get("last_used_address")? }),
                None => None,
            },
            idle_at: Timestamp::from_millis(row.try_get("idle_at")?),
            allowed_addresses: allowed_addresses(row)?,
            rate_limit: rate_limit(row)?,
            metadata: metadata(row, "metadata")?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            updated_at: Timestamp::from_millis(row.try_get("updated_at")?),
            version: row.try_get("version")?,
        }))
    }
}

/// What the owner of the row's token may give now.
pub fn reach(row: &DbRow) -> sqlx::Result<Reach> {
    let (role, grants): (String, Option<String>) = (row.try_get("owner_role")?, row.try_get("owner_grants")?);
    let grants = grants
        .unwrap_or_default()
        .split_whitespace()
        .map(|g| g.parse::<Grant>().map_err(decode))
        .collect::<sqlx::Result<_>>()?;
    Ok(Reach { role: role.parse().map_err(decode)?, grants })
}

fn parent(row: &DbRow) -> sqlx::Result<Option<Parent>> {
    let (id, name): (Option<Uuid>, Option<String>) = (row.try_get("parent_id")?, row.try_get("parent_name")?);
    let (Some(id), Some(name)) = (id, name) else { return Ok(None) };
    Ok(Some(Parent { id: TokenId::from_uuid(id), name: TokenName::parse(&name).map_err(decode)? }))
}

/// The person who ended something. `name` is the column of their name, `is_admin` the one that says whether they were
/// an admin.
pub fn ended_by(row: &DbRow, name: &str, is_admin: &str) -> sqlx::Result<EndedBy> {
    let name: Option<String> = row.try_get(name)?;
    let name = name.map(|name| PersonName::parse(&name).map_err(decode)).transpose()?;
    Ok(EndedBy { name, is_admin: row.try_get(is_admin)? })
}

/// The report about a secret, if there was one.
pub fn exposure(row: &DbRow) -> sqlx::Result<Option<Exposure>> {
    let Some(at) = moment(row, "exposed_at")? else { return Ok(None) };
    Ok(Some(Exposure { at, url: row.try_get("exposed_url")?, by: row.try_get("exposed_by")? }))
}

pub fn moment(row: &DbRow, column: &str) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_millis))
}

pub fn allowed_addresses(row: &DbRow) -> sqlx::Result<AllowedAddresses> {
    AllowedAddresses::try_from(row.try_get::<String, _>("allowed_addresses")?).map_err(decode)
}

pub fn rate_limit(row: &DbRow) -> sqlx::Result<Option<RateLimit>> {
    let (requests, seconds): (Option<i64>, Option<i64>) =
        (row.try_get("rate_requests")?, row.try_get("rate_seconds")?);
    let (Some(requests), Some(seconds)) = (requests, seconds) else { return Ok(None) };
    let number = |n: i64| u32::try_from(n).map_err(decode);
    RateLimit::new(number(requests)?, number(seconds)?)
        .map_err(|wrong| decode(Error::Invalid { errors: vec![wrong] }))
}

pub fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// The owner that a scope is limited to, for `in_scope!`.
pub fn only(scope: Scope) -> Option<Uuid> {
    match scope {
        Scope::Everybody => None,
        Scope::Owner(person) => Some(person.as_uuid()),
    }
}

/// The live token with this id, in this scope.
pub async fn fetch<'e>(
    executor: impl sqlx::Executor<'e, Database = Db>,
    id: TokenId,
    scope: Scope,
) -> Result<Option<Token>, StoreError> {
    let row: Option<TokenRow> =
        sqlx::query_as(select_token!("and t.id = $1 and ", in_scope!("$2", "t.owner_id")))
            .bind(id.as_uuid())
            .bind(only(scope))
            .fetch_optional(executor)
            .await
            .map_err(failed)?;
    Ok(row.map(|TokenRow(token)| token))
}

/// Refuses an owner who has ended, or is out of this scope: they may have done so just before the token is made.
pub async fn check_owner(
    tx: &mut Transaction<'_, Db>,
    owner: PersonId,
    scope: Scope,
) -> Result<(), StoreError> {
    let may_have_it: bool = sqlx::query_scalar(concat!(
        "select exists (select 1 from person p where p.id = $1 and p.removed_at is null and p.disabled_at is null and ",
        in_scope!("$2", "p.id"),
        ")"
    ))
    .bind(owner.as_uuid())
    .bind(only(scope))
    .fetch_one(&mut **tx)
    .await
    .map_err(failed)?;
    if may_have_it { Ok(()) } else { Err(StoreError::NoSuchAccount) }
}

/// Has this person room for so many more live tokens? `more` is zero after a change that has already given them more.
pub async fn check_room(
    tx: &mut Transaction<'_, Db>,
    owner: PersonId,
    more: usize,
    most: Option<u32>,
) -> Result<(), StoreError> {
    let Some(most) = most else { return Ok(()) };
    let (owner, count): (String, i64) = sqlx::query_as(
        "select p.name, (select count(*) from
                (select 1 from token where owner_id = $1 and deleted_at is null limit $2) as counted)
           from person p where p.id = $1",
    )
    .bind(owner.as_uuid())
    .bind(i64::from(most) + 1)
    .fetch_one(&mut **tx)
    .await
    .map_err(failed)?;
    let count = count.saturating_add(i64::try_from(more).unwrap_or(i64::MAX));
    if count > i64::from(most) { Err(StoreError::OwnerFull { owner, most }) } else { Ok(()) }
}

/// Reads a column that has a line for each entry of metadata.
pub fn metadata(row: &DbRow, column: &str) -> sqlx::Result<Metadata> {
    let text: Option<String> = row.try_get(column)?;
    Metadata::parse(text.as_deref().unwrap_or_default())
        .map_err(|wrong| decode(Error::Invalid { errors: vec![wrong] }))
}
