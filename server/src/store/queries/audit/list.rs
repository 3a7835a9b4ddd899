//! The choice of an index for a filter of the audit log. Every filter has one, and no more lines are read than a page
//! has, or than the most selective filter lets through.

use super::{Pool, failed};
use app::{
    domain::{AuditFilter, EventKind, PersonId, Timestamp, TokenId},
    service::StoreError,
};

/// The numbers of the lines that one index finds, the newest first; the other filters only skip some of them.
macro_rules! select_found {
    ($found_by:literal) => {
        concat!(
            "select e.id from event e
              where e.id < $1 and e.id >= $9 and ",
            $found_by,
            "   and ($2 is null or e.kind = $2)
                and ($3 is null or e.actor_id = $3 or e.person_id = $3)
                and ($4 is null or e.token_id = $4)
                and ($5 is null or e.address = $5)
                and ($6 is null or e.at >= $6)
                and ($7 is null or e.at < $7)
              order by e.id desc
              limit $8"
        )
    };
}

/// The lines with the numbers that were found.
macro_rules! select_lines {
    ($($found:expr),+) => {
        concat!(
            "select e.id, e.at, e.kind, e.actor_id, e.token_id, e.person_id, e.address, e.request_id, e.details,
                    a.name as actor_name, a.email as actor_email, coalesce(t.name, p.name) as target_name
               from event e
               left join person a on a.id = e.actor_id
               left join person p on p.id = e.person_id
               left join token t on t.id = e.token_id
              where e.id in (",
            $($found),+,
            ")
              order by e.id desc
              limit $8"
        )
    };
}

macro_rules! found_by_token {
    () => {
        select_lines!(select_found!("e.token_id = $4"))
    };
}

/// The lines about what somebody did, and about what was done to them: each has an index in the order of the lines,
/// and both are short.
macro_rules! found_by_person {
    () => {
        select_lines!(
            "select id from (",
            select_found!("e.actor_id = $3"),
            ") as did union select id from (",
            select_found!("e.person_id = $3"),
            ") as was_done"
        )
    };
}

macro_rules! found_by_address {
    () => {
        select_lines!(select_found!("e.address = $5"))
    };
}

macro_rules! found_by_kind {
    () => {
        select_lines!(select_found!("e.kind = $2"))
    };
}

macro_rules! found_by_number {
    () => {
        select_lines!(select_found!("e.id > 0"))
    };
}

/// Number of lines along which an index would have to be followed, as far as it matters.
macro_rules! count_found {
    ($found_by:literal) => {
        concat!(
            "select count(*) from
                (select 1 from event e where ",
            $found_by,
            " and e.id < $1 and e.id >= $2 limit $4) as counted"
        )
    };
}

/// An index leaves few lines if it leaves no more than this.
const FEW: i64 = 1_000;

/// The index that finds the lines.
#[derive(Clone, Copy)]
pub enum FoundBy<'a> {
    Token(TokenId),
    Person(PersonId),
    Address(&'a str),
    Kind(EventKind),
    Number,
}

impl<'a> FoundBy<'a> {
    /// The indexes that a filter allows, beginning with the one that nearly always leaves the fewest lines.
    fn all(filter: &'a AuditFilter) -> Vec<Self> {
        let some = [
            filter.token.map(Self::Token),
            filter.person.map(Self::Person),
            filter.address.as_deref().map(Self::Address),
            filter.kind.map(Self::Kind),
        ];
        some.into_iter().flatten().collect()
    }

    pub const fn lines(self) -> &'static str {
        match self {
            Self::Token(_) => found_by_token!(),
            Self::Person(_) => found_by_person!(),
            Self::Address(_) => found_by_address!(),
            Self::Kind(_) => found_by_kind!(),
            Self::Number => found_by_number!(),
        }
    }

    /// Number of lines of this range that the index leaves, up to one more than [`FEW`].
    async fn count(self, reader: &Pool, (from, before): (i64, i64)) -> Result<i64, StoreError> {
        let texts: &[&'static str] = match self {
            Self::Token(_) => &[count_found!("e.token_id = $3")],
            Self::Person(_) => &[count_found!("e.actor_id = $3"), count_found!("e.person_id = $3")],
            Self::Address(_) => &[count_found!("e.address = $3")],
            Self::Kind(_) => &[count_found!("e.kind = $3")],
            Self::Number => &[],
        };
        let mut counted = 0;
        for text in texts {
            let query = sqlx::query_scalar(*text).bind(before).bind(from);
            let query = match self {
                Self::Token(id) => query.bind(id.as_uuid()),
                Self::Person(id) => query.bind(id.as_uuid()),
                Self::Address(address) => query.bind(address),
                Self::Kind(kind) => query.bind(kind.as_str()),
                Self::Number => query.bind(None::<i64>),
            };
            let count: i64 = query.bind(FEW + 1).fetch_one(reader).await.map_err(failed)?;
            counted += count;
        }
        Ok(counted)
    }
}

/// The index to follow: with several filters, the one that leaves the fewest lines.
pub async fn best<'a>(
    reader: &Pool,
    filter: &'a AuditFilter,
    range: (i64, i64),
) -> Result<FoundBy<'a>, StoreError> {
    let all = FoundBy::all(filter);
    let Some((first, others)) = all.split_first() else { return Ok(FoundBy::Number) };
    if others.is_empty() {
        return Ok(*first);
    }
    let mut best = (*first, first.count(reader, range).await?);
    for other in others {
        let count = other.count(reader, range).await?;
        if count < best.1 {
            best = (*other, count);
        }
    }
    Ok(best.0)
}

/// The range of numbers of the lines in this time span: from the first number on, and before the second one.
pub async fn range(reader: &Pool, filter: &AuditFilter, before: i64) -> Result<(i64, i64), StoreError> {
    if filter.since.is_none() && filter.until.is_none() {
        return Ok((0, before));
    }
    let (first, last): (Option<i64>, Option<i64>) = sqlx::query_as(
        "select (select min(first_id) from event_day where $1 is null or day >= $1 / 86400000),
                (select max(last_id) from event_day where $2 is null or day <= ($2 - 1) / 86400000)",
    )
    .bind(filter.since.map(Timestamp::as_millis))
    .bind(filter.until.map(Timestamp::as_millis))
    .fetch_one(reader)
    .await
    .map_err(failed)?;
    Ok((first.unwrap_or(i64::MAX), before.min(last.map_or(0, |last| last + 1))))
}

sqlite_only! {
    #[cfg(test)]
    mod tests {
        #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

        use super::super::{Engine, open};

        macro_rules! planned {
            ($text:expr) => {
                concat!("explain query plan ", $text)
            };
        }

        async fn plan(store: &Engine, sql: &'static str) -> String {
            let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&store.quick).await.unwrap();
            rows.into_iter().map(|(.., detail)| detail + "\n").collect()
        }

        #[tokio::test]
        async fn whatever_the_audit_log_is_asked_for_an_index_finds_it() {
            let directory = tempfile::tempdir().unwrap();
            let store = open(&directory.path().join("tokenry.db")).await.unwrap();
            for (sql, index) in [
                (planned!(found_by_token!()), "event_of_token (token_id=? AND"),
                (planned!(found_by_person!()), "event_of_actor (actor_id=? AND"),
                (planned!(found_by_person!()), "event_of_person (person_id=? AND"),
                (planned!(found_by_address!()), "event_of_address (address=? AND"),
                (planned!(found_by_kind!()), "event_of_kind (kind=? AND"),
                (planned!(found_by_number!()), "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
                (planned!(count_found!("e.token_id = $3")), "event_of_token (token_id=? AND"),
                (planned!(count_found!("e.actor_id = $3")), "event_of_actor (actor_id=? AND"),
                (planned!(count_found!("e.person_id = $3")), "event_of_person (person_id=? AND"),
                (planned!(count_found!("e.address = $3")), "event_of_address (address=? AND"),
                (planned!(count_found!("e.kind = $3")), "event_of_kind (kind=? AND"),
            ] {
                let plan = plan(&store, sql).await;
                assert!(plan.contains(index), "{index} is not in:\n{plan}");
                assert!(!plan.contains("SCAN e"), "all lines are read:\n{plan}");
            }
        }
    }
}
