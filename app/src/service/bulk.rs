//! The same done to several tokens. Each is decided by itself, in a transaction of its own with a line of its own in
//! the audit log, so that one that cannot be changed keeps none of the others; and each is told apart afterwards.

use super::{Service, hide_cause};
use crate::domain::{
    BulkAction, Caller, Chosen, Consent, Consents, Effect, Error, Owner, Role, SeenToken, Standing, Target,
    Ticked, Timestamp, Token, TokenId, Transition,
};
use std::{
    collections::{HashMap, HashSet},
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
    /// Those that would arrive disabled with whoever gets them.
    pub asleep: HashSet<TokenId>,
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
    /// Are there more that were to be changed, and that are not named here?
    pub has_more: bool,
}

#[derive(Clone, Debug)]
pub struct BulkLine {
    /// As it was before.
    pub token: Token,
    pub outcome: Outcome,
    /// What became of it beside that, if it was handed over.
    pub effect: Effect,
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

/// Several tokens, one after the other, for as long as there is time.
pub(super) struct Run {
    action: BulkAction,
    began: Instant,
    goes_on: bool,
    has_more: bool,
    lines: Vec<BulkLine>,
}

impl Run {
    pub fn of(action: BulkAction) -> Self {
        Self { action, began: Instant::now(), goes_on: true, has_more: false, lines: Vec::new() }
    }

    pub fn goes_on(&self) -> bool {
        self.goes_on
    }

    pub fn had(&self, id: TokenId) -> bool {
        self.lines.iter().any(|line| line.token.id == id)
    }

    pub fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// There are more than it came to; none of them is known.
    pub fn leave_some(&mut self) -> Vec<Token> {
        self.has_more = true;
        Vec::new()
    }

    /// Why the first one was not changed, if it was not.
    pub fn refused_first(&self) -> Result<(), Error> {
        match self.lines.first().map(|line| &line.outcome) {
            Some(Outcome::Refused(error)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    pub fn into_result(self) -> BulkResult {
        let Self { action, has_more, lines, .. } = self;
        BulkResult { action, to: None, count: lines.len(), lines, has_more }
    }
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
            true => self.recent_uses(caller, &tokens).await?,
            false => vec![String::new(); tokens.len()],
        };
        let (recipients, asleep) = match action {
            BulkAction::HandOver => (self.recipients(caller).await?, self.asleep(&tokens).await?),
            _ => Default::default(),
        };
        let is_one = tokens.len() == 1;
        let consequence = match action.consequence(is_one) {
            Some(words) => words.to_owned(),
            None => self.workspace().await?.when_deleted(is_one),
        };
        let (tokens, now) = (tokens.into_iter().zip(recent).collect(), self.clock.now());
        Ok(BulkPrompt { action, tokens, already, count: chosen.count, recipients, asleep, consequence, now })
    }

    /// Those of these tokens that would arrive disabled if they were handed over, since their secrets are refused now.
    async fn asleep(&self, tokens: &[Token]) -> Result<HashSet<TokenId>, Error> {
        let (mut standings, mut asleep) = (HashMap::new(), HashSet::new());
        for token in tokens {
            let before = match standings.get(&token.owner.id) {
                Some(known) => *known,
                None => Standing::of(&self.store.person(token.owner.id).await.map_err(hide_cause)?),
            };
            standings.insert(token.owner.id, before);
            // Whoever gets it can have tokens; more than a member's power it does not bring along by itself.
            let after = Standing { role: Role::Member, is_disabled: false };
            let transition = Transition { before, after, is_handed_over: true };
            if transition.effect(&token.permissions, Consent::default()).disables {
                asleep.insert(token.id);
            }
        }
        Ok(asleep)
    }

    /// Does it. `seen` is what the form of the prompt carries along; `owner` is who gets the tokens, if that is it, and
    /// `ticked` what was asked for about some of them.
    pub async fn bulk(
        &self,
        caller: &Caller,
        action: &str,
        seen: &str,
        owner: &str,
        ticked: &Ticked,
    ) -> Result<BulkResult, Error> {
        let action: BulkAction = action.parse()?;
        self.require(caller, action.right(), Target::Nothing).await?;
        let seen = SeenToken::parse_all(seen)?;
        let consents = ticked.parse()?;
        let to = match action {
            BulkAction::HandOver => {
                let to = self.recipient(owner).await?;
                let receiver = (to.name.as_str(), Standing::of(&to));
                self.may_keep(caller, &consents, receiver, Target::Nothing).await?;
                Some(Owner { id: to.id, name: to.name })
            }
            _ => None,
        };
        if to.is_some() {
            self.require_fresh(caller, Target::Nothing).await?;
        }
        self.may_change_many(caller, seen.len())?;
        let ids: Vec<TokenId> = seen.iter().map(|seen| seen.id).collect();
        let versions: HashMap<TokenId, i64> = seen.iter().map(|seen| (seen.id, seen.version)).collect();
        let mut run = Run::of(action);
        for token in self.chosen_tokens(caller, &ids).await? {
            let version = versions.get(&token.id).copied().unwrap_or_default();
            self.take_turn(caller, &mut run, token, Some(version), to.as_ref(), &consents).await;
        }
        Ok(BulkResult { to, count: seen.len(), ..run.into_result() })
    }

    /// Changes the next one, if there is time: one that still has this version; without one, whichever it has.
    pub(super) async fn take_turn(
        &self,
        caller: &Caller,
        run: &mut Run,
        token: Token,
        version: Option<i64>,
        to: Option<&Owner>,
        consents: &Consents,
    ) {
        let (outcome, effect) = match run.goes_on {
            true => self.change_one(caller, run.action, &token, version, to, consents).await,
            false => (Outcome::NotTried, Effect::default()),
        };
        // What the data does not answer once, it would keep everybody waiting for.
        run.goes_on &= outcome != Outcome::Refused(Error::Unavailable) && run.began.elapsed() < BULK_TIME;
        run.lines.push(BulkLine { token, outcome, effect });
    }

    async fn change_one(
        &self,
        caller: &Caller,
        action: BulkAction,
        token: &Token,
        version: Option<i64>,
        to: Option<&Owner>,
        consents: &Consents,
    ) -> (Outcome, Effect) {
        if action.is_so(token) || to.is_some_and(|to| to.id == token.owner.id) {
            return (Outcome::Already, Effect::default());
        }
        let changed = async {
            self.may_manage(caller, token).await?;
            if version.is_some_and(|version| version != token.version) {
                return Err(Error::Conflict { current: Box::new(token.clone()) });
            }
            match (action, to) {
                (BulkAction::HandOver, Some(to)) => {
                    return self.hand_over_found(caller, token, version, to.id, consents).await;
                }
                (BulkAction::HandOver, None) => return Err(Error::NoSuchPerson),
                (BulkAction::Delete, _) => self.delete_found(caller, token, version).await?,
                (BulkAction::Disable | BulkAction::Enable, _) => {
                    let is_disabled = action == BulkAction::Disable;
                    self.pause_found(caller, token.clone(), version, is_disabled).await?;
                }
            }
            Ok(Effect::default())
        };
        match changed.await {
            Ok(effect) => (Outcome::Done, effect),
            Err(error) => (Outcome::Refused(error), Effect::default()),
        }
    }

    /// Those that exist for the caller, in the order in which they were chosen. Of the others one line says how many
    /// there were.
    async fn chosen_tokens(&self, caller: &Caller, ids: &[TokenId]) -> Result<Vec<Token>, Error> {
        let found =
            self.reading(caller).await?.tokens_among(ids, caller.scope()).await.map_err(hide_cause)?;
        let mut found: HashMap<TokenId, Token> = found.into_iter().map(|token| (token.id, token)).collect();
        let missing: Vec<TokenId> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        self.missing_tokens(caller, &missing).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
