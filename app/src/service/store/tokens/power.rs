//! Storage of changes that the power of secrets depends on: the owners of tokens, and the standing of owners.

use crate::domain::{Event, OwnedToken, PermissionSet, Person, PersonId, Standing, TokenId};
use crate::service::store::StoreError;
use async_trait::async_trait;

/// The effect of such a change on a token.
#[derive(Clone, Debug)]
pub struct TokenEffect {
    pub id: TokenId,
    /// The version that this was decided for.
    pub version: i64,
    pub dropped: PermissionSet,
    /// Whether it is disabled by this. A token that is disabled already keeps the time of that.
    pub disables: bool,
}

/// Tokens that get another owner.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// Their present owner, and the standing that this was decided for.
    pub from: (PersonId, Standing),
    pub to: (PersonId, Standing),
    pub tokens: Vec<TokenEffect>,
    /// Whether these are all live tokens of that person.
    pub are_all: bool,
    /// Most live tokens of one person; `None` means no limit.
    pub most: Option<u32>,
}

/// A person whose standing changes, with all of their live tokens.
#[derive(Clone, Debug)]
pub struct Restanding {
    pub person: PersonId,
    /// The standing that this was decided for.
    pub before: Standing,
    pub after: Standing,
    pub tokens: Vec<TokenEffect>,
}

#[async_trait]
pub trait PowerStore: Send + Sync {
    /// All live tokens of somebody, by name.
    async fn owned_tokens(&self, owner: PersonId) -> Result<Vec<OwnedToken>, StoreError>;

    /// Gives tokens to another person, and returns how many. The version of each is raised by one. `NamesCollide` when
    /// one of them looks like a token that the receiver has, and then none is given; `NoSuchPerson` when the receiver
    /// cannot have tokens by now; `OwnerFull` when they would have more than `most`; `Outdated` when one of the two has
    /// another standing, or when these are to be all tokens and are not. For a single token: `NotFound` when it is not
    /// that person's any more, `VersionConflict` when it has another version.
    async fn hand_over(&self, what: &HandOver, event: &Event) -> Result<u64, StoreError>;

    /// Gives a person another role, or enables them, and applies the effects to their tokens: the version of each that
    /// changes is raised by one. Enabling a person ends their links from before. `Outdated` when their standing or
    /// their tokens have changed by now; `LastAdmin` when nobody else who can sign in would be an admin.
    async fn change_standing(&self, change: &Restanding, event: &Event) -> Result<Person, StoreError>;
}
