//! What accounts may give. The view `granting` has the grants of an account itself, of its groups and of *Everyone*.

use super::{
    Db, DbRow, Engine, audit::events, catalogue::HolderRow, failed, people::person, tokens::row::decode,
};
use app::{
    domain::{EVERYONE, Event, Grant, Grants, Loss, Permission, PersonId, Reach},
    service::{StoreError, Taking},
};
use serde_json::json;
use sqlx::{FromRow, Row};

/// Fewer holders than these are looked at one by one.
const FEW_HOLDERS: i64 = 10_000;

/// Does a grant cover the permission `p.permission`? `projects:*` covers what begins as it does before its star.
macro_rules! covers {
    ($grant:literal) => {
        concat!(
            "(",
            $grant,
            " = p.permission or ",
            $grant,
            " = substr(p.permission, 1, length(",
            $grant,
            ") - 1) || '*')"
        )
    };
}

pub(super) use covers;

fn parsed(lines: Vec<String>) -> Result<Grants, StoreError> {
    let grants = lines.iter().map(|line| line.parse::<Grant>().map_err(|wrong| failed(decode(wrong))));
    grants.collect()
}

pub async fn own<'e>(
    executor: impl sqlx::Executor<'e, Database = Db>,
    account: PersonId,
) -> Result<Grants, StoreError> {
    let lines = sqlx::query_scalar("select permission from granted where account_id = $1")
        .bind(account.as_uuid())
        .fetch_all(executor)
        .await
        .map_err(failed)?;
    parsed(lines)
}

pub async fn reach(store: &Engine, account: PersonId) -> Result<Reach, StoreError> {
    let role = person::fetch(&store.quick, account).await?.role;
    let lines = sqlx::query_scalar("select distinct permission from granting where account_id = $1")
        .bind(account.as_uuid())
        .fetch_all(&store.quick)
        .await
        .map_err(failed)?;
    Ok(Reach { role, grants: parsed(lines)? })
}

pub async fn change(
    store: &Engine,
    account: PersonId,
    from: &Grants,
    to: &Grants,
    all: &[Event],
) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    person::fetch(&mut *tx, account).await?;
    if own(&mut *tx, account).await? != *from {
        return Err(StoreError::Outdated);
    }
    let taken = from.without(to);
    for (sql, grants) in [
        ("delete from granted where account_id = $1 and permission = $2", &taken),
        ("insert into granted (account_id, permission) values ($1, $2)", &to.without(from)),
    ] {
        for grant in grants.iter() {
            let query = sqlx::query(sql).bind(account.as_uuid()).bind(grant.as_str());
            query.execute(&mut *tx).await.map_err(failed)?;
        }
    }
    for event in all {
        events::append(&mut tx, event).await?;
    }
    store.commit(tx).await
}

struct LossRow(Loss);

impl FromRow<'_, DbRow> for LossRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let lost: String = row.try_get("lost")?;
        let permissions = lost
            .split_whitespace()
            .map(|p| p.parse::<Permission>().map_err(decode))
            .collect::<sqlx::Result<_>>()?;
        Ok(Self(Loss { token: HolderRow::from_row(row)?.0, permissions }))
    }
}

/// Does the owner of `t` lose `p.permission`? `$3` are the permissions that may be lost, `$6` the grants that go: those
/// of `$1`, or only what `$2` has by them.
macro_rules! is_lost {
    () => {
        concat!(
            "p.permission in (select listed.text from ",
            texts!("$3"),
            ") and not exists (select 1 from granting g where g.account_id = t.owner_id and ",
            covers!("g.permission"),
            " and not (g.source_id = $1 and ($2 is null or g.account_id = $2) and g.permission in (select listed.text from ",
            texts!("$6"),
            ")))"
        )
    };
}

/// The newest tokens first, of those that `$also` leaves.
macro_rules! select_losses {
    ($($also:expr),*) => {
        concat!(
            "select t.id, t.name, t.owner_id, o.name as owner_name,
                    (select string_agg(p.permission, ' ') from token_permission p where p.token_id = t.id and ",
            is_lost!(),
            ") as lost
               from token t join person o on o.id = t.owner_id
              where t.deleted_at is null and o.role = 'member' and ($2 is null or t.owner_id = $2)
                and ($1 = $5 or t.owner_id = $1
                     or exists (select 1 from membership m where m.group_id = $1 and m.person_id = t.owner_id)) ",
            $($also,)*
            " and exists (select 1 from token_permission p where p.token_id = t.id and ",
            is_lost!(),
            ") order by t.created_at desc, t.id desc limit $4"
        )
    };
}

pub async fn losses(store: &Engine, taking: &Taking<'_>, limit: u32) -> Result<Vec<Loss>, StoreError> {
    let (source, loser, taken, given) = match taking {
        Taking::Grants { account, taken, given } => (*account, None, (*taken).clone(), (*given).clone()),
        Taking::Membership { group, member } => {
            let taken = own(&store.quick, *group).await?;
            (*group, Some(member.as_uuid()), taken, Grants::default())
        }
    };
    let mut held = held(store).await?;
    held.retain(|permission| taken.covers(permission) && !given.covers(permission));
    // With few holders they are looked at, with many all tokens are, until enough have been found.
    let sql = match has_few_holders(store, &held).await? {
        true => select_losses!(
            "and t.id in (select h.token_id from token_permission h where h.permission in (select listed.text from ",
            texts!("$3"),
            "))"
        ),
        false => select_losses!(),
    };
    let rows: Vec<LossRow> = sqlx::query_as(sql)
        .bind(source.as_uuid())
        .bind(loser)
        .bind(json!(held).to_string())
        .bind(i64::from(limit))
        .bind(EVERYONE.as_uuid())
        .bind(json!(taken).to_string())
        .fetch_all(&store.reader)
        .await
        .map_err(failed)?;
    Ok(rows.into_iter().map(|LossRow(loss)| loss).collect())
}

/// Every permission that a token holds, by one look at the index for each.
async fn held(store: &Engine) -> Result<Vec<Permission>, StoreError> {
    let lines: Vec<String> = sqlx::query_scalar(
        "with recursive held (permission) as (
             select min(permission) from token_permission
             union all
             select (select min(n.permission) from token_permission n where n.permission > held.permission)
               from held where held.permission is not null)
         select permission from held where permission is not null",
    )
    .fetch_all(&store.reader)
    .await
    .map_err(failed)?;
    lines.iter().map(|line| line.parse().map_err(|wrong| failed(decode(wrong)))).collect()
}

async fn has_few_holders(store: &Engine, permissions: &[Permission]) -> Result<bool, StoreError> {
    let holders: i64 = sqlx::query_scalar(concat!(
        "select count(*) from (select 1 from token_permission h where h.permission in (select listed.text from ",
        texts!("$1"),
        ") limit $2) few"
    ))
    .bind(json!(permissions).to_string())
    .bind(FEW_HOLDERS)
    .fetch_one(&store.reader)
    .await
    .map_err(failed)?;
    Ok(holders < FEW_HOLDERS)
}
