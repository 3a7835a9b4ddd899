//! The texts of lists of tokens: one for each order, direction and source of rows. They are put together while
//! compiling; none is at run time.
//!
//! A page is found first, by what it is sorted by, and only its rows are read whole. `$1` and `$2` are the place that
//! it begins at, `$3` its owner, `$4` how many rows are wanted. `$5` to `$14` are the filter. `$15` are the ids to
//! choose from.

use app::domain::SortBy;

/// `$10` is now, `$11` a week later: the same thresholds as those of `Token::status`, in the same order.
macro_rules! fits {
    () => {
        " and ($5 is null or instr(t.search_text, $5) > 0 or t.id between $7 and $8
               or length($6) = 4 and exists (select 1 from secret s where s.token_id = t.id and s.is_current
                                                and s.last_chars = $6))
          and ($9 is null or $9 = case
               when t.expires_at <= $10 then 'expired'
               when t.disabled_at is not null then 'disabled'
               when exists (select 1 from secret r where r.token_id = t.id and not r.is_current
                               and r.revoked_at is null and r.ends_at > $10) then 'rotating'
               when t.expires_at <= $11 then 'expiring_soon'
               when coalesce(t.last_used_at, t.created_at)
                    + (select w.idle_days from workspace w) * 86400000 < $10 then 'idle'
               else 'active' end)
          and ($12 is null or t.owner_id = $12)
          and ($13 is null or exists (select 1 from token_permission p
                                       where p.token_id = t.id and p.permission = $13))
          and ($14 is null or $14 = 'never_used' and t.last_used_at is null
               or $14 = 'no_expiry' and t.expires_at is null
               or $14 = 'broad' and t.permission_count >= (select count(*) from action)) "
    };
}

macro_rules! page {
    ($from:literal, $place:literal, $order:literal) => {
        concat!(
            select_token!(""),
            " and t.id in (select t.id ",
            $from,
            " and ",
            $place,
            fits!(),
            $order,
            " limit $4) ",
            $order
        )
    };
}

/// What rows are read from.
#[derive(Clone, Copy)]
pub enum Source {
    /// An index in the order of the list.
    Everything,
    /// The same, of one person.
    OfOne,
    /// Some ids, which are sorted then.
    Listed,
}

/// The text for one run of a list. Of what can be missing, a run has those that have it, or those that lack it.
pub fn page(by: SortBy, is_descending: bool, is_missing: bool, source: Source) -> &'static str {
    macro_rules! any {
        ($place:literal, $order:literal) => {
            match source {
                Source::Everything => {
                    page!("from token t where t.deleted_at is null and $3 is null", $place, $order)
                }
                Source::OfOne => {
                    page!("from token t where t.deleted_at is null and t.owner_id = $3", $place, $order)
                }
                Source::Listed => page!(
                    "from json_each($15) listed cross join token t on t.id = unhex(listed.value)
                    where t.deleted_at is null and ($3 is null or t.owner_id = $3)",
                    $place,
                    $order
                ),
            }
        };
    }
    match (by, is_descending, is_missing) {
        (SortBy::CreatedAt | SortBy::Owner | SortBy::Status, false, _) => {
            any!("(t.created_at, t.id) > ($1, $2)", "order by t.created_at, t.id")
        }
        (SortBy::CreatedAt | SortBy::Owner | SortBy::Status, true, _) => {
            any!("(t.created_at, t.id) < ($1, $2)", "order by t.created_at desc, t.id desc")
        }
        (SortBy::Name, false, _) => any!("(t.name_key, t.id) > ($1, $2)", "order by t.name_key, t.id"),
        (SortBy::Name, true, _) => {
            any!("(t.name_key, t.id) < ($1, $2)", "order by t.name_key desc, t.id desc")
        }
        (SortBy::Permissions, false, _) => {
            any!("(t.permission_count, t.id) > ($1, $2)", "order by t.permission_count, t.id")
        }
        (SortBy::Permissions, true, _) => {
            any!("(t.permission_count, t.id) < ($1, $2)", "order by t.permission_count desc, t.id desc")
        }
        (SortBy::LastUsedAt, false, false) => {
            any!("(t.last_used_at, t.id) > ($1, $2)", "order by t.last_used_at, t.id")
        }
        (SortBy::LastUsedAt, true, false) => {
            any!("(t.last_used_at, t.id) < ($1, $2)", "order by t.last_used_at desc, t.id desc")
        }
        (SortBy::LastUsedAt, false, true) => {
            any!("t.last_used_at is null and $1 is null and t.id > $2", "order by t.id")
        }
        (SortBy::LastUsedAt, true, true) => {
            any!("t.last_used_at is null and $1 is null and t.id < $2", "order by t.id desc")
        }
        (SortBy::ExpiresAt, false, false) => {
            any!("(t.expires_at, t.id) > ($1, $2)", "order by t.expires_at, t.id")
        }
        (SortBy::ExpiresAt, true, false) => {
            any!("(t.expires_at, t.id) < ($1, $2)", "order by t.expires_at desc, t.id desc")
        }
        (SortBy::ExpiresAt, false, true) => {
            any!("t.expires_at is null and $1 is null and t.id > $2", "order by t.id")
        }
        (SortBy::ExpiresAt, true, true) => {
            any!("t.expires_at is null and $1 is null and t.id < $2", "order by t.id desc")
        }
    }
}

/// How many fit, counting no further than `$4`.
pub fn count(is_listed: bool) -> &'static str {
    macro_rules! count {
        ($from:literal) => {
            concat!("select count(*) from (select 1 ", $from, fits!(), " limit $4) as counted")
        };
    }
    match is_listed {
        true => count!(
            "from json_each($15) listed cross join token t on t.id = unhex(listed.value)
            where t.deleted_at is null and $1 is null and $2 is null and ($3 is null or t.owner_id = $3)"
        ),
        false => count!(
            "from token t
            where t.deleted_at is null and $1 is null and $2 is null and ($3 is null or t.owner_id = $3)"
        ),
    }
}
