//! Lines in the table `change`.

/// What a write does to the one secret that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Enable,
    End,
    /// It is about another secret.
    Other,
}

/// A line in `change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    pub number: u8,
    pub mark: u8,
    pub kind: Kind,
}

/// Up to four lines, a byte each: states are copied, hashed and compared by the million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lines(u32);

impl Lines {
    pub fn iter(self) -> impl Iterator<Item = Line> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let kind = match rest & 3 {
                0 => return None,
                1 => Kind::Enable,
                2 => Kind::End,
                _ => Kind::Other,
            };
            let line = Line { number: (rest >> 2 & 7) as u8, mark: (rest >> 5 & 7) as u8, kind };
            rest >>= 8;
            Some(line)
        })
    }

    pub fn with(self, line: Line) -> Self {
        let kind = match line.kind {
            Kind::Enable => 1,
            Kind::End => 2,
            Kind::Other => 3,
        };
        let byte = kind | u32::from(line.number) << 2 | u32::from(line.mark) << 5;
        Self(self.0 | byte << (8 * self.len()))
    }

    pub const fn len(self) -> u32 {
        (u32::BITS - self.0.leading_zeros()).div_ceil(8)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn has(self, mark: u8) -> bool {
        self.iter().any(|line| line.mark == mark)
    }
}
