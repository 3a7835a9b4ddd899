//! The columns of the table beside the tokens themselves, read for all rows at once.

use super::{Pool, dialect::ids, failed, row::decode};
use app::{
    domain::{Owner, PersonId, PersonName, Timestamp, TokenId, Verdict},
    service::StoreError,
};
use uuid::Uuid;

pub async fn hours_of_use(
    reader: &Pool,
    tokens: &[TokenId],
    since: Timestamp,
) -> Result<Vec<(TokenId, Timestamp, bool, u64)>, StoreError> {
    let rows: Vec<(Uuid, i64, bool, i64)> = sqlx::query_as(concat!(
        "select s.token_id, u.hour, u.verdict = $3, cast(sum(u.count) as bigint)
           from ",
        listed!("$1"),
        " ",
        for_each!(),
        " secret s on s.token_id = listed.id
           ",
        for_each!(),
        " use_count u on u.secret_id = s.id and u.hour >= $2
          group by s.token_id, u.hour, u.verdict = $3"
    ))
    .bind(ids(tokens.iter().map(|id| id.as_uuid())))
    .bind(since.as_millis())
    .bind(Verdict::Valid.as_str())
    .fetch_all(reader)
    .await
    .map_err(failed)?;
    let read = |(token, hour, is_valid, count): (Uuid, i64, bool, i64)| {
        let count = u64::try_from(count).unwrap_or_default();
        (TokenId::from_uuid(token), Timestamp::from_millis(hour), is_valid, count)
    };
    Ok(rows.into_iter().map(read).collect())
}

pub async fn old_uses(
    reader: &Pool,
    tokens: &[TokenId],
    now: Timestamp,
) -> Result<Vec<(TokenId, Option<Timestamp>)>, StoreError> {
    let rows: Vec<(Uuid, Option<i64>)> = sqlx::query_as(concat!(
        "select s.token_id, max(s.last_used_at)
           from ",
        listed!("$1"),
        " ",
        for_each!(),
        " secret s on s.token_id = listed.id
          where not s.is_current and s.revoked_at is null and s.ends_at > $2
          group by s.token_id"
    ))
    .bind(ids(tokens.iter().map(|id| id.as_uuid())))
    .bind(now.as_millis())
    .fetch_all(reader)
    .await
    .map_err(failed)?;
    let read = |(token, at): (Uuid, Option<i64>)| (TokenId::from_uuid(token), at.map(Timestamp::from_millis));
    Ok(rows.into_iter().map(read).collect())
}

pub async fn owners(reader: &Pool, limit: u32) -> Result<Vec<Owner>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select p.id, p.name from person p
          where exists (select 1 from token t where t.owner_id = p.id and t.deleted_at is null)
          order by p.sort_key, p.id limit $1",
    )
    .bind(i64::from(limit))
    .fetch_all(reader)
    .await
    .map_err(failed)?;
    let read = |(id, name): (Uuid, String)| {
        let name = PersonName::parse(&name).map_err(|wrong| failed(decode(wrong)))?;
        Ok(Owner { id: PersonId::from_uuid(id), name })
    };
    rows.into_iter().map(read).collect()
}
