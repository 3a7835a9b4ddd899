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

pub async fn losses(store: &Engine, taking: &Taking<'_>, limit: u32) -> Result<Vec<Loss>, StoreError> {
    // `$1` is whose grants go, `$2` the only account that loses them, `$3` which, and `$6` what comes instead.
    let (source, loser, taken, given) = match taking {
        Taking::Grants { account, taken, given } => (*account, None, (*taken).clone(), (*given).clone()),
        Taking::Membership { group, member } => {
            let taken = own(&store.quick, *group).await?;
            (*group, Some(member.as_uuid()), taken, Grants::default())
        }
    };
    let rows: Vec<LossRow> = sqlx::query_as(concat!(
        "select t.id, t.name, t.owner_id, o.name as owner_name, string_agg(p.permission, ' ') as lost
           from token t join person o on o.id = t.owner_id join token_permission p on p.token_id = t.id
          where t.deleted_at is null and o.role = 'member' and substr(p.permission, 1, 7) <> 'tokenry'
            and ($2 is null or t.owner_id = $2) and ($1 = $5 or t.owner_id = $1 or exists
                (select 1 from membership m where m.group_id = $1 and m.person_id = t.owner_id))
            and exists (select 1 from ",
        texts!("$3"),
        " where ",
        covers!("listed.text"),
        ")
            and not exists (select 1 from granting g where g.account_id = t.owner_id and ",
        covers!("g.permission"),
        " and not (g.source_id = $1 and ($2 is null or g.account_id = $2) and exists (select 1 from ",
        texts!("$3"),
        " where listed.text = g.permission)))
            and not exists (select 1 from ",
        texts!("$6"),
        " where ",
        covers!("listed.text"),
        ")
          group by t.id, t.name, t.owner_id, o.name, t.created_at
          order by t.created_at desc, t.id desc limit $4"
    ))
    .bind(source.as_uuid())
    .bind(loser)
    .bind(json!(taken).to_string())
    .bind(i64::from(limit))
    .bind(EVERYONE.as_uuid())
    .bind(json!(given).to_string())
    .fetch_all(&store.reader)
    .await
    .map_err(failed)?;
    Ok(rows.into_iter().map(|LossRow(loss)| loss).collect())
}
