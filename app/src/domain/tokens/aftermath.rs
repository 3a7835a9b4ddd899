//! The effect on somebody's tokens of a hand-over, or of a change in their owner's standing.

/// The effect in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aftermath {
    pub tokens: u64,
    /// Number of tokens that were enabled before and are disabled now.
    pub disabled: u64,
    /// Number of tokens that lost permissions to use Tokenry itself.
    pub reduced: u64,
}

impl Aftermath {
    /// Sentences to append to the report of a change: ` 2 tokens arrived disabled.` Empty if there is nothing to say.
    pub fn in_words(self, are_handed_over: bool) -> String {
        let many = |n: u64| if n == 1 { "1 token".to_owned() } else { format!("{n} tokens") };
        let disabled = match (self.disabled, are_handed_over) {
            (0, _) => String::new(),
            (n, true) => format!(" {} arrived disabled.", many(n)),
            (1, false) => " 1 token of theirs is now disabled.".to_owned(),
            (n, false) => format!(" {n} tokens of theirs are now disabled."),
        };
        let reduced = match self.reduced {
            0 => String::new(),
            n => format!(" {} lost permissions to use Tokenry itself.", many(n)),
        };
        disabled + &reduced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_tokens_is_said_in_numbers() {
        let said = |disabled, reduced, are_handed_over| {
            Aftermath { tokens: 3, disabled, reduced }.in_words(are_handed_over)
        };
        assert_eq!(said(0, 0, false), "");
        assert_eq!(
            said(2, 1, true),
            " 2 tokens arrived disabled. 1 token lost permissions to use Tokenry itself."
        );
        assert_eq!(said(1, 0, false), " 1 token of theirs is now disabled.");
        assert_eq!(said(2, 0, false), " 2 tokens of theirs are now disabled.");
    }
}
