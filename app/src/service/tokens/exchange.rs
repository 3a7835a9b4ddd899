//! Exchanging the token of a CI or a cluster for a short-lived secret of Tokenry's (RFC 8693), so that no secret has to be
//! kept there. Who has checked the other token hands over what it proves; what it becomes is decided here.

use crate::domain::{
    Caller, Created, Error, EventKind, PermissionSet, PersonStatus, Right, Target, Timestamp, TokenForm,
    TokenId, TrustRule, Visit,
};
use crate::service::{
    KeyDigest, NewToken, Service, StoreError,
    audit::event,
    crypto,
    names::{email_key, look_key},
    throttle,
    tokens::manage::described,
    tokens::manage::name_key,
};
use serde_json::{Map, Value, json};

/// A token of somebody else's that was checked, and the rule that it meets.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub rule: TrustRule,
    /// The permissions that are asked for, all that the rule gives when it is `None`.
    pub wanted: Option<Vec<String>>,
    /// What identifies the run, for the audit log.
    pub run: Map<String, Value>,
}

impl Service {
    /// Makes a token that ends by itself. Its secret is in this answer and nowhere else.
    pub async fn exchange(&self, exchange: &Exchange, visit: &Visit) -> Result<Created, Error> {
        let rule = &exchange.rule;
        let (account, name) = (email_key(&rule.account), look_key(&rule.account));
        let found = self.store.account_named(&account, &name).await?;
        let owner = found.filter(|owner| owner.status == PersonStatus::Active);
        let owner = owner.ok_or(Error::NoSuchPerson)?;
        let caller = Caller {
            id: owner.id,
            name: owner.name,
            role: owner.role,
            visit: visit.clone(),
            ..Caller::operator()
        };
        caller.require(Right::ManageOwnTokens)?;
        let wanted = exchange.wanted.as_ref().unwrap_or(&rule.permissions);
        let missing: Vec<_> =
            wanted.iter().filter(|wanted| !rule.permissions.contains(wanted)).cloned().collect();
        if !missing.is_empty() {
            return Err(Error::PermissionMissing { missing });
        }
        let at = self.clock.now();
        let id = TokenId::from_uuid(crypto::generate_id(at)?);
        let ends_at = Timestamp::from_millis(at.as_millis() + i64::from(rule.minutes) * 60_000);
        let form = TokenForm {
            name: format!("{} {}", rule.name, id.to_string().chars().skip(24).collect::<String>()),
            description: format!("Short-lived, by the trust rule {}", rule.name),
            permissions: wanted.clone(),
            ..TokenForm::default()
        };
        let mut details = form.parse(&self.grantable(&caller).await?, &PermissionSet::default())?;
        details.expires_at = Some(ends_at);
        self.owner_may_give(&caller, owner.id, &details.permissions, Target::Nothing).await?;
        let secret = self.new_secret(&self.workspace().await?)?;
        let new = NewToken {
            id,
            owner: owner.id,
            parent: None,
            name_key: name_key(&details.name),
            digest: KeyDigest::of(secret.expose_bytes()),
            hint: secret.hint(),
            at,
            most: self.tokens_per_person,
            details,
            once: None,
        };
        let by_rule = json!({ "rule": rule.name, "run": run_in_words(&exchange.run) });
        let about = |kind| event::event(kind, at, None, visit).on_token(id).on_person(owner.id);
        let event = about(EventKind::TokenExchanged).with(&described(&new.details)).with(&by_rule);
        let first = about(EventKind::TrustRuleFirstUsed).with(&by_rule);
        self.end_exchanged().await?;
        let token = match self.store.insert_exchanged(&new, &rule.name, &event, &first).await {
            // Disabled or deleted just now.
            Err(StoreError::NoSuchAccount) => return Err(Error::NoSuchPerson),
            made => made?,
        };
        Ok(Created { token, secret: secret.reveal() })
    }

    /// Leave for this source to present one more token of somebody else's, which is held until the token is checked.
    pub async fn enter_exchange(&self, visit: &Visit) -> Result<throttle::Pass, Error> {
        self.throttle.exchanges.enter(&throttle::source(&visit.address)).await
    }

    /// Notes a token that could not be checked.
    pub fn exchange_in_vain(&self, visit: &Visit) -> Result<(), Error> {
        self.throttle.exchanges.missed(&throttle::source(&visit.address))
    }

    /// Notes a token that proved nothing; `reason` is a word of ours.
    pub async fn exchange_failed(&self, reason: &str, visit: &Visit) -> Result<(), Error> {
        self.exchange_in_vain(visit)?;
        let now = self.clock.now();
        if !self.strangers.is_worth_a_line(now) {
            return Ok(());
        }
        let event = event::event(EventKind::ExchangeRefused, now, None, visit);
        Ok(self.store.record(&event.with(&json!({ "reason": reason }))).await?)
    }

    /// Deletes the short-lived tokens that are over.
    pub async fn end_exchanged(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        let event = event::event(EventKind::ExchangedEnded, now, None, &Visit::by_itself());
        Ok(self.store.end_exchanged(now, &event).await?)
    }
}

/// `repository acme/shop, run_id 12`.
fn run_in_words(run: &Map<String, Value>) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    run.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect::<Vec<_>>().join(", ")
}
