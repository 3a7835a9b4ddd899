//! The same done to several tokens. Each is decided by itself, in a transaction of its own with a line of its own in
//! the audit log, so that one that cannot be changed keeps none of the others; and each is told apart afterwards.

use super::{Service, hide_cause};
use crate::domain::{BulkAction, Caller, Chosen, Error, Owner, SeenToken, Target, Timestamp, Token, TokenId};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// How long it goes on before it tells how far it came: a request ends after a time, and would then tell nothing.
const BULK_TIME: Duration = Duration::from_secs(15);

/// What is to be known before several tokens are changed.
#[derive(Clone, Debug)]
pub struct BulkPrompt {
    pub action: BulkAction,
    /// Those that would change, as they were chosen, and what each was used for lately, where that matters.
    pub tokens: Vec<(Token, String)>,
    /// Those that are so already.
    pub already: Vec<Token>,
    /// How many were chosen, those included that do not exist for the caller.
    pub count: usize,
    /// Whom they can be given to, if that is what is asked.
    pub recipients: Vec<Owner>,
    pub consequence: String,
    pub now: Timestamp,
}

/// What became of several tokens.
#[derive(Clone, Debug)]
pub struct BulkResult {
    pub action: BulkAction,
    /// Who answers for them now, if they were handed over.
    pub to: Option<Owner>,
    /// Those that exist for the caller, as they were chosen.
    pub lines: Vec<BulkLine>,
    pub count: usize,
}

#[derive(Clone, Debug)]
pub struct BulkLine {
    /// As it was before.
    pub token: Token,
    pub outcome: Outcome,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// There was nothing to do.
    Already,
    Refused(Error),
    /// Its turn did not come.
    NotTried,
}

impl BulkPrompt {
    /// Those that do not exist for the caller.
    pub fn missing(&self) -> usize {
        self.count - self.tokens.len() - self.already.len()
    }

    /// Is there nothing to ask about at all?
    pub fn failure(&self) -> Option<Error> {
        (self.missing() == self.count).then_some(Error::NotFound)
    }
}

impl BulkResult {
    pub fn missing(&self) -> usize {
        self.count - self.lines.len()
    }

    /// What went wrong, if nothing went right; and that the data is away, if it is.
    pub fn failure(&self) -> Option<Error> {
        let refused = |line: &BulkLine| match &line.outcome {
            Outcome::Refused(error) => Some(error.clone()),
            Outcome::Done | Outcome::Already | Outcome::NotTried => None,
        };
        let errors: Vec<Error> = self.lines.iter().filter_map(refused).collect();
        let is_any_well =
            self.lines.iter().any(|line| matches!(line.outcome, Outcome::Done | Outcome::Already));
        match errors.iter().find(|error| **error == Error::Unavailable) {
            Some(away) => Some(away.clone()),
            None if is_any_well => None,
            None => Some(errors.into_iter().next().unwrap_or(Error::NotFound)),
        }
    }
}

impl Service {
    /// For the prompt. `action` and `ids` are as a URL has them.
    pub async fn bulk_prompt(
        &self,
        caller: &Caller,
        action: &str,
        ids: &[String],
    ) -> Result<BulkPrompt, Error> {
        let action: BulkAction = action.parse()?;
        self.require(caller, action.right(), Target::Nothing).await?;
        let chosen = Chosen::parse(ids)?;
        let found = self.chosen_tokens(caller, &chosen.ids).await?;
        let (already, tokens): (Vec<Token>, Vec<Token>) =
            found.into_iter().partition(|token| action.is_so(token));
        let recent = match action.ends_use() {
            true => self.recent_uses(&tokens).await?,
            false => vec![String::new(); tokens.len()],
        };
        let recipients = match action {
            BulkAction::HandOver => self.recipients(caller).await?,
            _ => Vec::new(),
        };
        let is_one = tokens.len() == 1;
        let consequence = match action.consequence(is_one) {
            Some(words) => words.to_owned(),
            None => self.workspace().await?.when_deleted(is_one),
        };
        let (tokens, now) = (tokens.into_iter().zip(recent).collect(), self.clock.now());
        Ok(BulkPrompt { action, tokens, already, count: chosen.count, recipients, consequence, now })
    }

    /// Does it. `seen` is what the form of the prompt carries along; `owner` is who gets the tokens, if that is it.
    pub async fn bulk(
        &self,
        caller: &Caller,
        action: &str,
        seen: &str,
        owner: &str,
    ) -> Result<BulkResult, Error> {
        let action: BulkAction = action.parse()?;
        self.require(caller, action.right(), Target::Nothing).await?;
        let seen = SeenToken::parse_all(seen)?;
        let to = match action {
            BulkAction::HandOver => Some(self.recipient(owner).await?),
            _ => None,
        };
        if to.is_some() {
            self.require_fresh(caller, Target::Nothing).await?;
        }
        self.may_change_many(caller, seen.len())?;
        let ids: Vec<TokenId> = seen.iter().map(|seen| seen.id).collect();
        let versions: HashMap<TokenId, i64> = seen.iter().map(|seen| (seen.id, seen.version)).collect();
        let (began, mut goes_on, mut lines) = (Instant::now(), true, Vec::new());
        for token in self.chosen_tokens(caller, &ids).await? {
            let version = versions.get(&token.id).copied().unwrap_or_default();
            let outcome = if goes_on {
                self.change_one(caller, action, &token, version, to.as_ref()).await
            } else {
                Outcome::NotTried
            };
            // What the data does not answer once, it would keep everybody waiting for.
            goes_on &= outcome != Outcome::Refused(Error::Unavailable) && began.elapsed() < BULK_TIME;
            lines.push(BulkLine { token, outcome });
        }
        Ok(BulkResult { action, to, lines, count: seen.len() })
    }

    async fn change_one(
        &self,
        caller: &Caller,
        action: BulkAction,
        token: &Token,
        version: i64,
        to: Option<&Owner>,
    ) -> Outcome {
        if action.is_so(token) || to.is_some_and(|to| to.id == token.owner.id) {
            return Outcome::Already;
        }
        let changed = async {
            self.may_manage(caller, token).await?;
            if token.version != version {
                return Err(Error::Conflict { current: Box::new(token.clone()) });
            }
            let version = Some(version);
            match (action, to) {
                (BulkAction::Delete, _) => self.delete_found(caller, token, version).await,
                (BulkAction::HandOver, Some(to)) => self.hand_over_found(caller, token, version, to).await,
                (BulkAction::HandOver, None) => Err(Error::NoSuchPerson),
                (BulkAction::Disable | BulkAction::Enable, _) => {
                    let is_disabled = action == BulkAction::Disable;
                    self.pause_found(caller, token.clone(), version, is_disabled).await.map(|_| ())
                }
            }
        };
        match changed.await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Refused(error),
        }
    }

    /// Those that exist for the caller, in the order in which they were chosen. Of the others one line says how many
    /// there were.
    async fn chosen_tokens(&self, caller: &Caller, ids: &[TokenId]) -> Result<Vec<Token>, Error> {
        let found = self.store.tokens_among(ids, caller.scope()).await.map_err(hide_cause)?;
        let mut found: HashMap<TokenId, Token> = found.into_iter().map(|token| (token.id, token)).collect();
        let missing: Vec<TokenId> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        self.missing_tokens(caller, &missing).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
