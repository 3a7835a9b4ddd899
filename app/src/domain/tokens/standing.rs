//! The power of a secret: the permissions of its token, within those that the role of the token's owner allows. Also
//! the one decision about a token whose owner, or whose owner's standing, changes: the change itself gives nobody more.

use crate::domain::{
    Permission, PermissionSet, Person, PersonStatus, Right, Role, Timestamp, Token, TokenId, TokenName,
    TokenVersion, may,
};

/// The properties of an owner that the power of their tokens' secrets depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub role: Role,
    pub is_disabled: bool,
}

impl Standing {
    pub fn of(person: &Person) -> Self {
        Self { role: person.role, is_disabled: person.status == PersonStatus::Disabled }
    }

    /// The permissions of a secret whose token has `permissions`; `None` if the secret is refused altogether.
    pub fn power(self, permissions: &PermissionSet) -> Option<PermissionSet> {
        (!self.is_disabled).then(|| permissions.within(self.role))
    }

    /// The reason why the secrets of their tokens can do nothing now; `None` if they can.
    pub fn why_asleep(self, name: &str) -> Option<String> {
        match self {
            Self { is_disabled: true, .. } => {
                Some(format!("{name} is disabled, so every secret is refused now."))
            }
            Self { role, .. } if !may(role, Right::ManageOwnTokens) => {
                Some(format!("{name} is a {role}, whose tokens can do nothing now."))
            }
            _ => None,
        }
    }
}

impl PermissionSet {
    /// The permissions that count while the token's owner has this role. Tokenry's own need an admin. If the role may
    /// not have tokens, there are none.
    #[must_use]
    pub fn within(&self, role: Role) -> Self {
        let has_any = may(role, Right::ManageOwnTokens);
        self.iter().filter(|p| has_any && (role == Role::Admin || !p.is_own())).cloned().collect()
    }

    /// The permissions to use Tokenry itself.
    #[must_use]
    pub fn own(&self) -> Self {
        self.iter().filter(|p| p.is_own()).cloned().collect()
    }

    /// The permissions of this set that the other does not have.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.iter().filter(|p| !other.contains(p)).cloned().collect()
    }
}

/// A live token, with the details that matter when its owner or the owner's standing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedToken {
    pub id: TokenId,
    pub version: i64,
    pub name: TokenName,
    pub permissions: PermissionSet,
    /// Those of its permissions that its owner may not give now: they have no effect.
    pub out_of_reach: PermissionSet,
    pub expires_at: Option<Timestamp>,
    pub is_disabled: bool,
}

impl OwnedToken {
    pub fn of(token: &Token) -> Self {
        Self {
            id: token.id,
            version: token.version,
            name: token.name.clone(),
            permissions: token.permissions.clone(),
            out_of_reach: token.out_of_reach.clone(),
            expires_at: token.expires_at,
            is_disabled: token.disabled_at.is_some(),
        }
    }

    pub fn seen(&self) -> TokenVersion {
        TokenVersion { id: self.id, version: self.version }
    }

    /// Is it neither disabled nor expired?
    pub fn is_usable(&self, now: Timestamp) -> bool {
        !self.is_disabled && self.expires_at.is_none_or(|end| end > now)
    }
}

/// A change that the power of a token's secrets depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    pub before: Standing,
    pub after: Standing,
    /// Does the token get another owner?
    pub is_handed_over: bool,
}

/// The exceptions that somebody has ticked for a token. By default there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// It keeps Tokenry's own permissions, whether or not they had an effect before.
    pub keeps_own: bool,
    /// It works again, although it did not work before.
    pub works: bool,
}

/// The effect of a transition on a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Effect {
    /// Permissions that it loses.
    pub dropped: PermissionSet,
    /// Tokenry's own permissions that it keeps because of a consent.
    pub kept: PermissionSet,
    /// It is disabled, unless it already was.
    pub disables: bool,
}

impl Transition {
    /// Decides about a token with these permissions, of which the owner may not give those that are `out_of_reach`.
    ///
    /// Tokenry's own are dropped if they would reach another owner or take effect again, and so are those out of reach.
    /// If the rest could do more than before, the token is disabled. Consent keeps Tokenry's own permissions, or keeps
    /// the token enabled. In a hand-over, though, no consent lets a secret do more: that takes enabling the token
    /// afterwards.
    pub fn effect(
        self,
        permissions: &PermissionSet,
        out_of_reach: &PermissionSet,
        consent: Consent,
    ) -> Effect {
        let own = permissions.own();
        let is_for_admin = self.after.role == Role::Admin;
        let is_at_stake = self.is_handed_over || (is_for_admin && self.before.role != Role::Admin);
        let is_kept = consent.keeps_own && is_for_admin;
        let (dropped, kept) = match (is_at_stake, is_kept) {
            (false, _) => (PermissionSet::default(), PermissionSet::default()),
            (true, true) => (out_of_reach.clone(), own),
            (true, false) => {
                (own.iter().chain(out_of_reach.iter()).cloned().collect(), PermissionSet::default())
            }
        };
        let remaining = permissions.without(&dropped);
        let is_left_with_nothing = remaining.is_empty() && !dropped.is_empty();
        let is_awake = match (self.is_handed_over, consent.works) {
            (false, true) => true,
            (false, false) => {
                let before = self.before.power(permissions);
                let asked = before.map(|before| before.iter().chain(kept.iter()).cloned().collect());
                is_within(self.after.power(&remaining).as_ref(), asked.as_ref())
            }
            (true, _) => {
                is_within(self.after.power(&remaining).as_ref(), self.before.power(permissions).as_ref())
            }
        };
        Effect { dropped, kept, disables: is_left_with_nothing || !is_awake }
    }
}

/// Does `power` lie within `of`? `None` is a refused secret, which lies within any other.
fn is_within(power: Option<&PermissionSet>, of: Option<&PermissionSet>) -> bool {
    match (power, of) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(power), Some(of)) => power.without(of).is_empty(),
    }
}

impl Effect {
    pub fn is_nothing(&self) -> bool {
        self.dropped.is_empty() && !self.disables
    }

    /// `Lost tokenry.tokens:write.`, `Kept …`, `Arrived disabled.`, or several of them; `None` if there are none.
    pub fn in_words(&self) -> Option<String> {
        let lost = (!self.dropped.is_empty()).then(|| format!("Lost {}.", listed(self.dropped.iter())));
        let kept = (!self.kept.is_empty()).then(|| format!("Kept {}.", listed(self.kept.iter())));
        let disabled = self.disables.then(|| "Arrived disabled.".to_owned());
        let said: Vec<String> = lost.into_iter().chain(kept).chain(disabled).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

impl Token {
    /// The report after a hand-over with this effect.
    pub fn handed_over_in_words(&self, effect: &Effect) -> String {
        let lost = effect.in_words().map(|words| format!(" {words}")).unwrap_or_default();
        let then = match self.disabled_at {
            Some(_) => "Others still have its secret: rotate it before you enable it.",
            None => "Anyone who has its secret can still use it: rotate it.",
        };
        format!("Transferred “{}” to {}.{lost} {then}", self.name.as_str(), self.owner.name.as_str())
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed<'a>(permissions: impl Iterator<Item = &'a Permission>) -> String {
    let all: Vec<&str> = permissions.map(Permission::as_str).collect();
    match all.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ADMIN: Standing = Standing { role: Role::Admin, is_disabled: false };
    const MEMBER: Standing = Standing { role: Role::Member, is_disabled: false };
    const VIEWER: Standing = Standing { role: Role::Viewer, is_disabled: false };
    const GONE: Standing = Standing { role: Role::Admin, is_disabled: true };
    const BOTH: &[&str] = &["projects:read", "tokenry.tokens:write"];
    const EVERYTHING: Consent = Consent { keeps_own: true, works: true };

    fn set(permissions: &[&str]) -> PermissionSet {
        permissions.iter().filter_map(|p| p.parse().ok()).collect()
    }

    /// The dropped permissions, the kept ones, and whether the token is disabled.
    fn told(transition: Transition, permissions: &[&str], consent: Consent) -> (String, String, bool) {
        let effect = transition.effect(&set(permissions), &PermissionSet::default(), consent);
        (effect.dropped.to_line(), effect.kept.to_line(), effect.disables)
    }

    fn given(before: Standing, after: Standing) -> Transition {
        Transition { before, after, is_handed_over: true }
    }

    fn changed(before: Standing, after: Standing) -> Transition {
        Transition { before, after, is_handed_over: false }
    }

    #[test]
    fn a_token_that_is_handed_over_loses_tokenrys_own_permissions_unless_an_admin_is_to_have_them() {
        let (own, none) = ("tokenry.tokens:write".to_owned(), String::new);
        let keep = Consent { keeps_own: true, works: false };
        for (before, after) in [(ADMIN, ADMIN), (ADMIN, MEMBER), (MEMBER, ADMIN), (MEMBER, MEMBER)] {
            let told = told(given(before, after), BOTH, Consent::default());
            assert_eq!(told, (own.clone(), none(), false), "{before:?} {after:?}");
        }
        assert_eq!(told(given(ADMIN, ADMIN), BOTH, keep), (none(), own.clone(), false));
        assert_eq!(told(given(ADMIN, MEMBER), BOTH, keep), (own.clone(), none(), false));
        assert_eq!(told(given(MEMBER, ADMIN), BOTH, keep), (none(), own.clone(), true), "it slept");
        assert_eq!(told(given(ADMIN, ADMIN), &[own.as_str()], Consent::default()), (own, none(), true));
    }

    #[test]
    fn a_token_whose_secret_was_refused_arrives_disabled_whatever_was_asked_for() {
        for (before, consent) in
            [GONE, VIEWER].into_iter().flat_map(|b| [Consent::default(), EVERYTHING].map(|c| (b, c)))
        {
            assert!(told(given(before, MEMBER), &["projects:read"], consent).2, "{before:?} {consent:?}");
        }
        assert!(!told(given(ADMIN, MEMBER), &["projects:read"], Consent::default()).2);
    }

    #[test]
    fn a_role_wakes_nothing_that_nobody_asked_for() {
        let (own, none) = ("tokenry.tokens:write".to_owned(), String::new);
        let keep = Consent { keeps_own: true, works: false };
        let work = Consent { keeps_own: false, works: true };
        assert_eq!(told(changed(MEMBER, ADMIN), BOTH, Consent::default()), (own.clone(), none(), false));
        assert_eq!(told(changed(MEMBER, ADMIN), BOTH, keep), (none(), own.clone(), false));
        assert_eq!(told(changed(VIEWER, MEMBER), BOTH, Consent::default()), (none(), none(), true));
        assert_eq!(told(changed(VIEWER, MEMBER), BOTH, work), (none(), none(), false));
        assert_eq!(told(changed(VIEWER, ADMIN), BOTH, work), (own.clone(), none(), false));
        assert_eq!(told(changed(VIEWER, ADMIN), BOTH, keep), (none(), own.clone(), true));
        assert_eq!(told(changed(VIEWER, ADMIN), BOTH, EVERYTHING), (none(), own, false));
        for (before, after) in [(ADMIN, MEMBER), (ADMIN, VIEWER), (MEMBER, VIEWER), (MEMBER, MEMBER)] {
            assert_eq!(told(changed(before, after), BOTH, Consent::default()), (none(), none(), false));
        }
    }

    #[test]
    fn enabling_somebody_leaves_their_tokens_disabled_unless_they_are_asked_for() {
        let transition = changed(GONE, ADMIN);
        assert_eq!(told(transition, BOTH, Consent::default()), (String::new(), String::new(), true));
        let work = Consent { keeps_own: false, works: true };
        assert_eq!(told(transition, BOTH, work), (String::new(), String::new(), false));
    }

    #[test]
    fn what_its_owner_may_not_give_wakes_in_no_other_hands_and_with_no_other_role() {
        let (all, beyond) = (set(&["billing:read", "projects:read"]), set(&["billing:read"]));
        let told = |transition: Transition, held: &PermissionSet| {
            let effect = transition.effect(held, &beyond, EVERYTHING);
            (effect.dropped.to_line(), effect.disables)
        };
        for wakes in [given(MEMBER, MEMBER), given(MEMBER, ADMIN), changed(MEMBER, ADMIN)] {
            assert_eq!(told(wakes, &all), ("billing:read".to_owned(), false));
            assert_eq!(told(wakes, &beyond), ("billing:read".to_owned(), true), "nothing is left");
        }
        assert_eq!(told(changed(MEMBER, VIEWER), &all), (String::new(), false), "it sleeps on");
    }

    #[test]
    fn what_became_of_a_token_is_said() {
        let said = |transition: Transition, consent| {
            transition.effect(&set(BOTH), &PermissionSet::default(), consent).in_words()
        };
        assert_eq!(said(changed(ADMIN, MEMBER), Consent::default()), None);
        let all = said(given(GONE, ADMIN), Consent::default());
        assert_eq!(all.as_deref(), Some("Lost tokenry.tokens:write. Arrived disabled."));
        assert_eq!(said(given(ADMIN, ADMIN), EVERYTHING).as_deref(), Some("Kept tokenry.tokens:write."));
    }

    fn standing() -> impl Strategy<Value = Standing> {
        (0..3_usize, any::<bool>())
            .prop_map(|(role, is_disabled)| Standing { role: Role::ALL[role], is_disabled })
    }

    fn permissions() -> impl Strategy<Value = PermissionSet> {
        let all = ["projects:read", "projects:write", "tokenry.tokens:write", "tokenry.audit:read"];
        proptest::sample::subsequence(all.to_vec(), 0..=all.len()).prop_map(|some| set(&some))
    }

    /// The power of a token with its own state taken into account.
    fn power(is_disabled: bool, permissions: &PermissionSet, owner: Standing) -> Option<PermissionSet> {
        owner.power(permissions).filter(|_| !is_disabled)
    }

    /// What an owner may not give of what was never granted to them: an admin may give everything.
    fn asleep(ungranted: &PermissionSet, owner: Standing) -> PermissionSet {
        ungranted.iter().filter(|p| owner.role != Role::Admin && !p.is_own()).cloned().collect()
    }

    proptest! {
        /// Without any consent, through any number of owners and standings in any order, whatever each may not give.
        #[test]
        fn no_way_through_owners_and_roles_gives_a_secret_more(
            first in standing(),
            beyond_first in permissions(),
            steps in proptest::collection::vec((standing(), any::<bool>(), permissions()), 1..8),
            permissions in permissions(),
        ) {
            let (mut owner, mut beyond, mut held, mut is_disabled) = (first, beyond_first, permissions, false);
            for (next, is_handed_over, beyond_next) in steps {
                let before = power(is_disabled, &held.without(&asleep(&beyond, owner)), owner);
                let transition = Transition { before: owner, after: next, is_handed_over };
                let effect = transition.effect(&held, &asleep(&beyond, owner), Consent::default());
                held = held.without(&effect.dropped);
                is_disabled |= effect.disables;
                if is_handed_over {
                    beyond = beyond_next;
                }
                owner = next;
                let after = power(is_disabled, &held.without(&asleep(&beyond, owner)), owner);
                prop_assert!(is_within(after.as_ref(), before.as_ref()), "{before:?} became {after:?}");
            }
        }

        #[test]
        fn no_consent_lets_a_secret_do_more_in_other_hands(
            before in standing(), after in standing(), held in permissions(), own: bool, works: bool,
        ) {
            let consent = Consent { keeps_own: own, works };
            let effect = given(before, after).effect(&held, &PermissionSet::default(), consent);
            let now = power(effect.disables, &held.without(&effect.dropped), after);
            prop_assert!(is_within(now.as_ref(), before.power(&held).as_ref()));
            let is_left = !held.without(&effect.dropped).own().is_empty();
            prop_assert!(!is_left || (own && after.role == Role::Admin), "who gets them has to be an admin");
        }

        #[test]
        fn a_smaller_standing_takes_nothing_away_for_good(held in permissions(), works: bool) {
            let consent = Consent { keeps_own: false, works };
            for (before, after) in [(ADMIN, MEMBER), (ADMIN, VIEWER), (MEMBER, VIEWER), (ADMIN, GONE)] {
                prop_assert!(changed(before, after).effect(&held, &held, consent).is_nothing());
            }
        }
    }
}
