//! The outcome of an action on several tokens: a summary, then each by its name.

use crate::domain::{BulkAction, Done, Effect, Error, Owner, TokenId, TokenName, tokens_in_words};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkResult {
    pub action: BulkAction,
    /// The new owner, if they were handed over.
    pub to: Option<Owner>,
    /// Tokens that exist for the caller, in the order in which they were chosen.
    pub lines: Vec<BulkLine>,
    pub count: usize,
    /// Are there more tokens to change that are not named here?
    pub has_more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkLine {
    pub id: TokenId,
    pub name: TokenName,
    pub outcome: Outcome,
    /// Further effects, if it was handed over.
    pub effect: Effect,
}

/// The outcome for one token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    /// There was nothing to do.
    Already,
    Refused(Error),
    /// It was not reached.
    NotTried,
}

impl Outcome {
    /// Is the token as it was meant to be?
    pub const fn is_well(&self) -> bool {
        matches!(self, Self::Done | Self::Already)
    }
}

impl BulkResult {
    pub fn missing(&self) -> usize {
        self.count - self.lines.len()
    }

    fn with(&self, outcome: &Outcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == *outcome).count()
    }

    /// The error, if nothing succeeded. [`Error::Unavailable`] is reported in any case.
    pub fn failure(&self) -> Option<Error> {
        let refused = |line: &BulkLine| match &line.outcome {
            Outcome::Refused(error) => Some(error.clone()),
            Outcome::Done | Outcome::Already | Outcome::NotTried => None,
        };
        let errors: Vec<Error> = self.lines.iter().filter_map(refused).collect();
        match errors.iter().find(|error| **error == Error::Unavailable) {
            Some(away) => Some(away.clone()),
            None if self.lines.iter().any(|line| line.outcome.is_well()) => None,
            None => Some(errors.into_iter().next().unwrap_or(Error::NotFound)),
        }
    }

    /// A single sentence if everything succeeded. A hand-over always gives the list, which has further steps beside the
    /// names.
    pub fn into_done(self) -> Done {
        let is_well = self.lines.iter().all(|line| line.outcome.is_well());
        if is_well && self.missing() == 0 && !self.has_more && self.action != BulkAction::HandOver {
            return Done::said(self.summary());
        }
        Done::Bulk(Box::new(self))
    }

    /// `Disabled 3 tokens. 1 was disabled already. 2 were not:`
    pub fn summary(&self) -> String {
        let (done, already) = (self.with(&Outcome::Done), self.with(&Outcome::Already));
        let not = self.lines.len() - done - already;
        let (so, to) = (self.action.participle(), self.to.as_ref().map(|to| to.name.as_str()));
        let were = |count| if count == 1 { "was" } else { "were" };
        let all = tokens_in_words(done as u64);
        let mut said = vec![match (done, to) {
            (0, _) => "Nothing was changed.".to_owned(),
            (_, None) => format!("{} {all}.", capitalised(so)),
            (_, Some(to)) => format!("{} {all} to {to}.", capitalised(so)),
        }];
        if already > 0 {
            said.push(match to {
                None => format!("{already} {} {so} already.", were(already)),
                Some(to) => format!("{already} {} {to}’s already.", were(already)),
            });
        }
        if self.has_more {
            said.push("The rest was not reached: try again.".to_owned());
        }
        if not > 0 && done > 0 {
            said.push(format!("{not} {} not:", were(not)));
        }
        said.join(" ")
    }

    /// Tokens that could still be changed.
    pub fn left(&self) -> Vec<TokenId> {
        let could = |line: &&BulkLine| match &line.outcome {
            Outcome::Refused(error) => !matches!(error, Error::NotFound | Error::Forbidden { .. }),
            Outcome::NotTried => true,
            Outcome::Done | Outcome::Already => false,
        };
        self.lines.iter().filter(could).map(|line| line.id).collect()
    }
}

impl BulkLine {
    /// The outcome in a word or two, and an explanation.
    pub fn in_words(&self, action: BulkAction, to: Option<&Owner>) -> (String, Option<String>) {
        let so = action.participle();
        let not = || format!("Not {so}");
        match &self.outcome {
            Outcome::Done => (capitalised(so), self.effect.in_words()),
            Outcome::Already => ("Unchanged".to_owned(), None),
            Outcome::Refused(error) => (not(), Some(reason(error, to.map(|to| to.name.as_str())))),
            Outcome::NotTried => (not(), Some("Not reached. Try again in a moment.".to_owned())),
        }
    }
}

/// The reason why a token was not changed.
fn reason(error: &Error, to: Option<&str>) -> String {
    match error {
        Error::Conflict { .. } => {
            "It was changed after you had looked at it. Look again before you go on.".to_owned()
        }
        Error::NotFound => "It was deleted, or given to somebody else, meanwhile.".to_owned(),
        Error::NamesCollide { owner, .. } => {
            format!(
                "{owner} already has a token with a name that looks the same. Rename one of the two first."
            )
        }
        Error::NoSuchPerson => {
            format!("{} can have no tokens any more. Choose somebody else.", to.unwrap_or("This person"))
        }
        Error::Unavailable => "Tokenry could not reach its data. Try again in a moment.".to_owned(),
        other => other.to_string(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn result(action: BulkAction, outcomes: &[Outcome]) -> BulkResult {
        let lines = outcomes.iter().zip(1..).filter_map(|(outcome, n)| {
            let (id, name) = (TokenId::from_uuid(Uuid::from_u128(n)), TokenName::parse("Deploy bot").ok()?);
            Some(BulkLine { id, name, outcome: outcome.clone(), effect: Effect::default() })
        });
        BulkResult { action, to: None, lines: lines.collect(), count: outcomes.len(), has_more: false }
    }

    #[test]
    fn what_went_well_is_one_sentence_and_all_else_is_told_apart() {
        let refused = Outcome::Refused(Error::NotFound);
        let said = |outcomes: &[Outcome]| match result(BulkAction::Disable, outcomes).into_done() {
            Done::Said { said, .. } => said,
            Done::Bulk(result) => format!("{} …", result.summary()),
            _ => String::new(),
        };
        assert_eq!(said(&[Outcome::Done, Outcome::Done]), "Disabled 2 tokens.");
        assert_eq!(said(&[Outcome::Done, Outcome::Already]), "Disabled 1 token. 1 was disabled already.");
        assert_eq!(said(&[Outcome::Done, refused.clone()]), "Disabled 1 token. 1 was not: …");
        assert_eq!(said(std::slice::from_ref(&refused)), "Nothing was changed. …");
        let given = result(BulkAction::HandOver, &[Outcome::Done]).into_done();
        assert!(matches!(given, Done::Bulk(_)), "there is something to do about it");
        let gone = BulkResult { count: 2, ..result(BulkAction::Delete, &[Outcome::Done]) };
        assert!(matches!(gone.into_done(), Done::Bulk(_)));
    }

    #[test]
    fn what_can_still_be_changed_is_looked_at_again() {
        let outcomes = [
            Outcome::Done,
            Outcome::NotTried,
            Outcome::Refused(Error::NotFound),
            Outcome::Refused(Error::Busy),
        ];
        let left = result(BulkAction::Delete, &outcomes).left();
        assert_eq!(left, [2, 4].map(|n| TokenId::from_uuid(Uuid::from_u128(n))));
    }
}
