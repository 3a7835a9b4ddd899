//! Pages of a list that may have a million rows: by cursor, never by offset.

use super::Timestamp;
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The direction to read in from a cursor. The newest row comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Older,
    Newer,
}

/// A place between two rows and the direction to read in from there. Opaque to clients: `o` or `n` for the direction,
/// then the creation time and the id of the row beside it, in 16 and 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub direction: Direction,
    pub created_at: Timestamp,
    pub id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This link to a page of the table is damaged. Start again from the first page.")]
pub struct CursorError;

impl Cursor {
    /// The place before any possible row.
    pub fn start() -> Self {
        Self { direction: Direction::Older, created_at: Timestamp::from_millis(i64::MAX), id: Uuid::max() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.direction == Direction::Newer { 'n' } else { 'o' };
        write!(f, "{direction}{:016x}{}", self.created_at.as_millis(), self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let direction = match text.as_bytes().first() {
            Some(b'o') => Direction::Older,
            Some(b'n') => Direction::Newer,
            _ => return Err(CursorError),
        };
        let (millis, id) = text[1..].split_at_checked(16).ok_or(CursorError)?;
        let millis = u64::from_str_radix(millis, 16).map_err(|_| CursorError)?;
        let cursor = Self {
            direction,
            created_at: Timestamp::from_millis(millis.cast_signed()),
            id: Uuid::try_parse(id).map_err(|_| CursorError)?,
        };
        // Each place has exactly one spelling: no capitals, signs or dashes.
        if cursor.to_string() == text { Ok(cursor) } else { Err(CursorError) }
    }
}

/// Some rows of a list, with cursors to the rows before and after them, if there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
    pub previous: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page from the rows of a query: at most one more than fits, in the query's own order.
    pub fn of(
        mut rows: Vec<T>,
        limit: usize,
        from: &Cursor,
        place: impl Fn(&T) -> (Timestamp, Uuid),
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let started = *from != Cursor::start();
        let (older, newer) = match from.direction {
            Direction::Older => (more, started),
            Direction::Newer => {
                rows.reverse();
                (true, more)
            }
        };
        let cursor = |row: Option<&T>, direction| {
            row.map(&place).map(|(created_at, id)| Cursor { direction, created_at, id })
        };
        let next = if older { cursor(rows.last(), Direction::Older) } else { None };
        let previous = if newer { cursor(rows.first(), Direction::Newer) } else { None };
        Self { items: rows, next, previous }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cursors_made_by_hand_are_refused() {
        let real = Cursor::start().to_string();
        for text in [
            "",
            "1",
            "abc",
            "'; drop table token",
            "AAAA",
            &real[1..],
            &format!("{real}A"),
            &format!("{real}="),
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text:?}");
        }
        assert_eq!(real.to_uppercase().parse::<Cursor>(), Err(CursorError));
        assert_eq!(format!("x{}", &real[1..]).parse::<Cursor>(), Err(CursorError));
        assert_eq!("oé23456789012345".parse::<Cursor>(), Err(CursorError));
    }

    proptest! {
        #[test]
        fn a_cursor_survives_its_journey(millis in -62_000_000_000_000i64..250_000_000_000_000, id: u128, newer: bool) {
            let cursor = Cursor {
                direction: if newer { Direction::Newer } else { Direction::Older },
                created_at: Timestamp::from_millis(millis),
                id: Uuid::from_u128(id),
            };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,80}") {
            let _ = text.parse::<Cursor>();
        }
    }
}
