//! Changes that the power of secrets depends on, kept: who answers for tokens, and the standing of who does.

use crate::domain::{Event, OwnedToken, PermissionSet, Person, PersonId, Standing, TokenId};
use crate::service::store::StoreError;
use async_trait::async_trait;

/// What becomes of a token beside such a change.
#[derive(Clone, Debug)]
pub struct TokenEffect {
    pub id: TokenId,
    /// The version that this was decided about.
    pub version: i64,
    pub dropped: PermissionSet,
    /// It is disabled; if it is already, since then.
    pub disables: bool,
}

/// Tokens that somebody else answers for from now on.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// Whose they are, and the standing that this was decided about.
    pub from: (PersonId, Standing),
    pub to: (PersonId, Standing),
    pub tokens: Vec<TokenEffect>,
    /// Are these all live tokens of that person?
    pub are_all: bool,
    /// Most live tokens of one person; `None` means no limit.
    pub most: Option<u32>,
}

/// Somebody whose standing changes, with all of their live tokens.
#[derive(Clone, Debug)]
pub struct Restanding {
    pub person: PersonId,
    /// The standing that this was decided about.
    pub before: Standing,
    pub after: Standing,
    pub tokens: Vec<TokenEffect>,
}

#[async_trait]
pub trait PowerStore: Send + Sync {
    /// All live tokens of somebody, by name.
    async fn owned_tokens(&self, owner: PersonId) -> Result<Vec<OwnedToken>, StoreError>;

    /// Gives tokens to another person, and says how many. The version of each is raised by one. `NamesCollide` when
    /// one of them looks like a token that this person has, and then none is given; `NoSuchPerson` when they cannot
    /// have tokens by now; `OwnerFull` when they would have more than `most`; `Outdated` when one of the two has another standing, or these are to be all and are not.
    /// Of one: `NotFound` when it is that person's no more, `VersionConflict` when it has another version.
    async fn hand_over(&self, what: &HandOver, event: &Event) -> Result<u64, StoreError>;

    /// Gives somebody another role, or enables them, with what becomes of their tokens: the version of each that
    /// changes is raised by one. Links from before end when somebody is enabled. `Outdated` when their standing or their tokens
    /// are others by now; `LastAdmin` when nobody else who can sign in would be an admin.
    async fn change_standing(&self, change: &Restanding, event: &Event) -> Result<Person, StoreError>;
}
