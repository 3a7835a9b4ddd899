//! One action on several tokens. Each is decided separately, in a transaction of its own with a line of its own in the
//! audit log, so that one that cannot be changed does not hold up the others. The result reports each of them.

use crate::domain::{
    BulkAction, BulkForm, BulkLine, BulkPrompt, BulkResult, Caller, Consent, Consents, Effect, Error,
    MADE_COUNTED, Outcome, Owner, Role, SelectedToken, Selection, Standing, Target, Ticked, Token, TokenId,
    TokenVersion, Transition, also_in_words,
};
use crate::service::Service;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

/// Time after which a run stops and reports how far it came. A request ends after a time, and would then report
/// nothing.
const BULK_TIME: Duration = Duration::from_secs(15);

/// Several tokens, one after the other, for as long as there is time.
pub(in crate::service) struct Run {
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
        self.lines.iter().any(|line| line.id == id)
    }

    /// Whether it is ended, now or already.
    fn ended(&self, id: TokenId) -> bool {
        self.lines.iter().any(|line| line.id == id && line.outcome.is_well())
    }

    pub fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// Notes that there are more tokens than the run came to. Returns none, since they are unknown.
    pub fn leave_some(&mut self) -> Vec<Token> {
        self.has_more = true;
        Vec::new()
    }

    /// The error of the first token, if it was not changed.
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

impl Service {
    /// For the prompt. `action` and `ids` are written as in a URL.
    pub async fn bulk_prompt(
        &self,
        caller: &Caller,
        action: &str,
        ids: &[String],
    ) -> Result<BulkPrompt, Error> {
        let action: BulkAction = action.parse()?;
        self.require(caller, action.right(), Target::Nothing).await?;
        let chosen = Selection::parse(ids)?;
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
        let also_made = match action.ends_use() {
            true => self.also_made_by(caller, &tokens, action).await?,
            false => String::new(),
        };
        let is_one = tokens.len() == 1;
        let consequence = match action.consequence(is_one) {
            Some(words) => words.to_owned(),
            None => self.workspace().await?.when_deleted(is_one),
        };
        let now = self.clock.now();
        let chosen_token = |(token, recent_use): (Token, String)| SelectedToken {
            status: token.status(now),
            is_disabled: token.disabled_at.is_some(),
            own: token.permissions.own(),
            arrives_disabled: asleep.contains(&token.id),
            id: token.id,
            version: token.version,
            name: token.name,
            owner: token.owner.name,
            recent_use,
        };
        let tokens = tokens.into_iter().zip(recent).map(chosen_token).collect();
        let already = already.into_iter().map(|token| (token.id, token.name)).collect();
        Ok(BulkPrompt { action, tokens, already, count: chosen.count, recipients, consequence, also_made })
    }

    /// The offer to do the same to the tokens that these made and that are not among them; empty when there are none.
    async fn also_made_by(
        &self,
        caller: &Caller,
        tokens: &[Token],
        action: BulkAction,
    ) -> Result<String, Error> {
        let mut made: Vec<Token> = Vec::new();
        for token in tokens {
            if made.len() > MADE_COUNTED as usize {
                break;
            }
            let more = self.store.descendants(token.id, caller.scope(), MADE_COUNTED + 1).await?;
            let is_new =
                |found: &Token, made: &[Token]| tokens.iter().chain(made).all(|known| known.id != found.id);
            for found in more {
                if is_new(&found, &made) {
                    made.push(found);
                }
            }
        }
        let names: Vec<&str> = made.iter().map(|token| token.name.as_str()).collect();
        Ok(also_in_words(action.as_str(), if tokens.len() == 1 { "it" } else { "they" }, &names))
    }

    /// The tokens among these that would arrive disabled if they were handed over, since their secrets are refused now.
    async fn asleep(&self, tokens: &[Token]) -> Result<HashSet<TokenId>, Error> {
        let (mut standings, mut asleep) = (HashMap::new(), HashSet::new());
        for token in tokens {
            let before = match standings.get(&token.owner.id) {
                Some(known) => *known,
                None => Standing::of(&self.store.owner(token.owner.id).await?),
            };
            standings.insert(token.owner.id, before);
            // Every recipient can have tokens. By default, a token brings along no more power than a member's.
            let after = Standing { role: Role::Member, is_disabled: false };
            let transition = Transition { before, after, is_handed_over: true };
            if transition.effect(&token.permissions, &token.out_of_reach, Consent::default()).disables {
                asleep.insert(token.id);
            }
        }
        Ok(asleep)
    }

    /// Runs the action that the form of the prompt asks for.
    pub async fn bulk(&self, caller: &Caller, form: BulkForm) -> Result<BulkResult, Error> {
        let action: BulkAction = form.action.parse()?;
        self.require(caller, action.right(), Target::Nothing).await?;
        let seen = TokenVersion::parse_all(&form.tokens)?;
        let consents = Ticked { keep: form.keep, ..Ticked::default() }.parse()?;
        let to = match action {
            BulkAction::HandOver => {
                let to = self.recipient(&form.owner).await?;
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
        // Tokens that cannot be found are counted in addition.
        let missing = seen.len() - run.lines.len();
        // A token that was not ended could make more, and is left alone with those that it made.
        let ended =
            ids.iter().copied().filter(|id| form.with_children && action.ends_use() && run.ended(*id));
        for id in ended.collect::<Vec<_>>() {
            let made = self.made(caller, id, &run).await.unwrap_or_else(|_| run.leave_some());
            self.end_made(caller, &mut run, id, made).await;
        }
        Ok(BulkResult { to, count: run.lines.len() + missing, ..run.into_result() })
    }

    /// Changes the next token, if there is time and it still has this version; without one, whichever it has.
    pub(in crate::service) async fn take_turn(
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
        // If the data does not answer once, the other tokens would only keep everybody waiting.
        run.goes_on &= outcome != Outcome::Refused(Error::Unavailable) && run.began.elapsed() < BULK_TIME;
        run.lines.push(BulkLine { id: token.id, name: token.name, outcome, effect });
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
                return Err(Error::conflict(token.clone()));
            }
            match (action, to) {
                (BulkAction::HandOver, Some(to)) => {
                    return self.hand_over_found(caller, token, version, to.id, consents).await;
                }
                (BulkAction::HandOver, None) => return Err(Error::NoSuchPerson),
                (BulkAction::Delete, _) => self.delete_found(caller, token, version).await?,
                (BulkAction::Disable | BulkAction::Enable, _) => {
                    let is_disabled = action == BulkAction::Disable;
                    self.set_disabled_found(caller, token.clone(), version, is_disabled, None).await?;
                }
            }
            Ok(Effect::default())
        };
        match changed.await {
            Ok(effect) => (Outcome::Done, effect),
            Err(error) => (Outcome::Refused(error), Effect::default()),
        }
    }

    /// The chosen tokens that exist for the caller, in the order in which they were chosen. One line of the audit log
    /// says how many others there were.
    async fn chosen_tokens(&self, caller: &Caller, ids: &[TokenId]) -> Result<Vec<Token>, Error> {
        let found = self.reading(caller).await?.tokens_among(ids, caller.scope()).await?;
        let mut found: HashMap<TokenId, Token> = found.into_iter().map(|token| (token.id, token)).collect();
        let missing: Vec<TokenId> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        self.missing_tokens(caller, &missing).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
