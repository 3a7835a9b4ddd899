//! The SQL texts of lists of tokens: one for each order, direction and source of rows. All of them are put together
//! at compile time, and none at run time.
//!
//! A page is found first, by the value that it is sorted by, and only its rows are read whole. `$1` and `$2` are the
//! place that it begins at, `$3` its owner, `$4` how many rows are wanted. `$5` to `$14`, `$16` and
//! `$17` are the filter. `$15` are the rows to choose from. Each text names the index that it follows where that matters,
//! for engines that want to be told.

use app::domain::{Concern, SortBy, TokenStatus};

/// `$10` is now, `$11` a week later: the same thresholds as those of `Token::status`, in the same order. The end of a
/// rotation is looked up for the token in question: asked whether there is one, PostgreSQL would read all of them first.
macro_rules! fits {
    () => {
        concat!(
            " and ($5 is null or ",
            contains!("t.search_text", "$5"),
            " or t.id between $7 and $8
               or $6 is not null and exists (select 1 from secret s where s.token_id = t.id and s.is_current
                                                and ",
            folded!("s.last_chars"),
            " = $6))
          and ($9 is null or case $9
               when 'expired' then t.expires_at <= $10
               when 'exposed' then (t.expires_at <= $10) is not true and exists
                    (select 1 from secret s where s.token_id = t.id and s.is_current and s.exposed_at is not null)
               when 'disabled' then t.disabled_at is not null and (t.expires_at <= $10) is not true and not exists
                    (select 1 from secret s where s.token_id = t.id and s.is_current and s.exposed_at is not null)
               else (t.expires_at <= $10) is not true and t.disabled_at is null and $9 = case
                    when (select max(r.ends_at) from secret r where r.token_id = t.id and not r.is_current
                             and r.revoked_at is null) > $10 then 'rotating'
                    when t.expires_at <= $11 then 'expiring_soon'
                    when coalesce(t.last_used_at, t.created_at)
                         + (select w.idle_days from workspace w) * 86400000 < $10 then 'idle'
                    else 'active' end
               end)
          and ($12 is null or t.owner_id = $12)
          and ($13 is null or exists (select 1 from token_permission p
                                       where p.token_id = t.id and p.permission = $13))
          and ($14 is null or $14 = 'never_used' and t.last_used_at is null
               or $14 = 'no_expiry' and t.expires_at is null
               or $14 = 'broad' and t.permission_count >= (select count(*) from action))
          and ($16 is null or exists (select 1 from token_metadata m
                                       where m.token_id = t.id and m.key = $16 and ($17 is null or m.value = $17))) "
        )
    };
}

macro_rules! page {
    ($from:expr, $place:literal, $order:literal) => {
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

/// The source that rows are read from.
#[derive(Clone, Copy)]
pub enum Source {
    /// An index in the order of the list.
    Everything,
    /// An index in the order of the list, for the tokens of one person.
    OfOne,
    /// A list of some rows, which are sorted then.
    Listed,
}

/// The text for one run of a list. If the value can be missing, a run has the tokens that have it, or those that lack
/// it.
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
                    concat!(
                        "from ",
                        listed_rows!("$15"),
                        " where t.deleted_at is null and ($3 is null or t.owner_id = $3)"
                    ),
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
        (SortBy::Name, false, _) => any!("(t.sort_key, t.id) > ($1, $2)", "order by t.sort_key, t.id"),
        (SortBy::Name, true, _) => {
            any!("(t.sort_key, t.id) < ($1, $2)", "order by t.sort_key desc, t.id desc")
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

/// The source that rows are counted from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    Everything,
    OfOne,
    /// Tokens that hold the permission that is asked for.
    Holding,
    /// Tokens that have the key that is asked for.
    WithKey,
    /// Tokens that have the key with the value that is asked for.
    WithValue,
    /// Tokens that meet the condition of this status, though another status may come before it.
    Status(TokenStatus),
    Concern(Concern),
    Listed,
}

/// The text that counts the tokens that fit, up to `$4`. Every text names the index that it follows: in another one,
/// all those that fit might be at the end. An engine that chooses by itself is asked for the order of that index, where
/// it cannot know how many rows there are. A token may have several old secrets, and counts with the last of them.
pub fn count(from: Origin) -> &'static str {
    macro_rules! count {
        ($($from:expr),+ $(; $order:literal)?) => {
            concat!(
                "select count(*) from (select t.id ",
                $($from),+,
                " and t.deleted_at is null and $1 is null and $2 is null and ($3 is null or t.owner_id = $3)",
                fits!(),
                $($order,)?
                " limit $4) as counted"
            )
        };
    }
    match from {
        Origin::Everything | Origin::Status(TokenStatus::Active) => {
            count!("from token t ", by_index!("token_newest"), " where true")
        }
        Origin::OfOne => {
            count!("from token t ", by_index!("token_newest_of_owner"), " where t.owner_id = $3")
        }
        Origin::Holding => {
            count!(
                "from token_permission h ",
                for_each!(),
                " token t on t.id = h.token_id where h.permission = $13"
            )
        }
        Origin::WithKey => {
            count!("from token_metadata h ", for_each!(), " token t on t.id = h.token_id where h.key = $16")
        }
        Origin::WithValue => {
            count!(
                "from token_metadata h ",
                for_each!(),
                " token t on t.id = h.token_id where h.key = $16 and h.value = $17"
            )
        }
        Origin::Status(TokenStatus::Expired) => {
            count!("from token t ", by_index!("token_by_expiry"), " where t.expires_at <= $10")
        }
        Origin::Status(TokenStatus::ExpiringSoon) => {
            count!(
                "from token t ",
                by_index!("token_by_expiry"),
                " where t.expires_at > $10 and t.expires_at <= $11"
            )
        }
        Origin::Status(TokenStatus::Exposed) => count!(
            "from secret h ",
            by_index!("secret_exposed"),
            " ",
            for_each!(),
            " token t on t.id = h.token_id where h.is_current and h.exposed_at is not null"
        ),
        Origin::Status(TokenStatus::Disabled) => {
            count!("from token t ", by_index!("token_disabled"), " where t.disabled_at is not null")
        }
        Origin::Status(TokenStatus::Rotating) => count!(
            "from secret o ",
            by_index!("secret_retiring"),
            " ",
            for_each!(),
            " token t on t.id = o.token_id
              where not o.is_current and o.revoked_at is null and o.ends_at > $10
                and o.id = (select r.id from secret r where r.token_id = t.id and not r.is_current
                               and r.revoked_at is null order by r.ends_at desc, r.id desc limit 1)"
        ),
        Origin::Status(TokenStatus::Idle) => count!(
            "from token t ",
            by_index!("token_by_rest"),
            "
              where coalesce(t.last_used_at, t.created_at)
                    < $10 - (select w.idle_days from workspace w) * 86400000";
            "order by coalesce(t.last_used_at, t.created_at)"
        ),
        Origin::Concern(Concern::NeverUsed) => {
            count!("from token t ", by_index!("token_by_last_use"), " where t.last_used_at is null")
        }
        Origin::Concern(Concern::NoExpiry) => {
            count!("from token t ", by_index!("token_by_expiry"), " where t.expires_at is null")
        }
        Origin::Concern(Concern::Broad) => count!(
            "from token t ",
            by_index!("token_by_permissions"),
            "
              where t.permission_count >= (select count(*) from action)"
        ),
        Origin::Listed => {
            count!("from ", listed_rows!("$15"), " where true")
        }
    }
}
