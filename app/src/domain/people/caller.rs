//! The caller of a request, and where it comes from. It is the first argument of every use case.

use crate::domain::{
    Error, PersonId, PersonName, Power, READ_AUDIT, READ_PEOPLE, READ_TOKENS, READ_WEBHOOKS, Right, Role,
    Session, SessionId, Theme, Timestamp, Token, TokenId, WRITE_ALL_TOKENS, WRITE_PEOPLE, WRITE_TOKENS,
    WRITE_WEBHOOKS,
};

/// The origin of a request, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// An IP address, `command line`, or `tokenry`.
    pub address: String,
    /// The client's own name for itself.
    pub client: String,
    pub request_id: String,
    /// Did a page of another site make the browser send the request?
    pub is_led_here: bool,
}

impl Visit {
    /// Somebody at the machine itself.
    pub fn command_line() -> Self {
        Self::of("command line")
    }

    /// Tokenry itself, for scheduled work.
    pub fn by_itself() -> Self {
        Self::of("tokenry")
    }

    fn of(address: &str) -> Self {
        let (client, request_id) = (String::new(), String::new());
        Self { address: address.to_owned(), client, request_id, is_led_here: false }
    }
}

/// The person who makes a request, signed in or with a token of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub id: PersonId,
    pub name: PersonName,
    pub role: Role,
    pub theme: Theme,
    pub credential: Credential,
    pub visit: Visit,
}

/// Proof of identity of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Session {
        id: SessionId,
        signed_in_at: Timestamp,
    },
    /// A caller with a token can do what both its permissions and their role allow.
    Token {
        id: TokenId,
        /// The power of the secret that was presented: an old secret after a rotation ends before its token.
        power: Power,
    },
    /// Somebody at the machine itself. Anybody who can write to the data is trusted.
    Operator,
}

/// The owners whose tokens a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everybody,
    /// Only tokens of this person; others do not exist for the request.
    Owner(PersonId),
}

impl Caller {
    /// Somebody at the machine itself, and no particular person.
    pub fn operator() -> Self {
        Self {
            id: PersonId::from_uuid(uuid::Uuid::nil()),
            name: PersonName::of_the_operator(),
            role: Role::Admin,
            theme: Theme::default(),
            credential: Credential::Operator,
            visit: Visit::command_line(),
        }
    }

    /// The tokens that exist for this caller. To see other people's, a token needs a permission that covers them:
    /// permission to write does not imply reading.
    pub fn scope(&self) -> Scope {
        let sees = self.holds(READ_TOKENS) || self.holds(WRITE_ALL_TOKENS);
        if sees && crate::domain::may(self.role, Right::SeeAllTokens) {
            Scope::Everybody
        } else {
            Scope::Owner(self.id)
        }
    }

    /// The tokens that this caller may change. A token outside of it has been given away in the meantime.
    pub fn reach(&self) -> Scope {
        if self.holds(WRITE_ALL_TOKENS) && crate::domain::may(self.role, Right::ManageAllTokens) {
            Scope::Everybody
        } else {
            Scope::Owner(self.id)
        }
    }

    /// The token that makes the request, if one does.
    pub const fn token(&self) -> Option<TokenId> {
        match self.credential {
            Credential::Token { id, .. } => Some(id),
            Credential::Session { .. } | Credential::Operator => None,
        }
    }

    /// May this caller read a token, beyond what they did to it? A token may read those that it made.
    pub fn may_read(&self, token: &Token) -> bool {
        let is_parent = |id| token.parent.as_ref().is_some_and(|parent| parent.id == id);
        self.holds(READ_TOKENS) || self.token().is_some_and(is_parent)
    }

    /// The session, if the caller is signed in.
    pub const fn session(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session { id, .. } => Some(id),
            Credential::Token { .. } | Credential::Operator => None,
        }
    }

    /// Checked at the start of every use case that needs a right.
    pub fn require(&self, right: Right) -> Result<(), Error> {
        self.role.require(right)?;
        match (&self.credential, Self::permissions_for(right)) {
            (Credential::Session { .. } | Credential::Operator, _) => Ok(()),
            (Credential::Token { .. }, []) => {
                let why = "This is done by somebody who is signed in, and not with a token.".to_owned();
                Err(Error::Forbidden { why })
            }
            (Credential::Token { .. }, needed) => self.require_permissions(needed),
        }
    }

    /// Checks that a token has these permissions. A caller who is signed in needs none.
    pub fn require_permissions(&self, needed: &[&str]) -> Result<(), Error> {
        let missing: Vec<String> =
            needed.iter().filter(|needed| !self.holds(needed)).map(|needed| (*needed).to_owned()).collect();
        if missing.is_empty() { Ok(()) } else { Err(Error::PermissionMissing { missing }) }
    }

    fn holds(&self, needed: &str) -> bool {
        match &self.credential {
            Credential::Token { power, .. } => power.permissions.iter().any(|held| held.as_str() == needed),
            Credential::Session { .. } | Credential::Operator => true,
        }
    }

    /// The permissions that a token needs for a right. A right without any can be used in the console only.
    const fn permissions_for(right: Right) -> &'static [&'static str] {
        match right {
            Right::SeeAllTokens => &[READ_TOKENS],
            Right::ManageOwnTokens => &[WRITE_TOKENS],
            Right::ManageAllTokens => &[WRITE_TOKENS, WRITE_ALL_TOKENS],
            Right::SeePeople => &[READ_PEOPLE],
            Right::ManageAccounts => &[WRITE_PEOPLE],
            Right::SeeAudit => &[READ_AUDIT],
            Right::SeeWebhooks => &[READ_WEBHOOKS],
            Right::ManageWebhooks => &[WRITE_WEBHOOKS],
            Right::ManagePeople | Right::ManageCatalogue | Right::ManageWorkspace => &[],
        }
    }
}

/// The target of a refused request, for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Nothing,
    Token(TokenId),
    Person(PersonId),
}

/// A session in the list that its owner sees.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SessionRow {
    pub session: Session,
    /// Is it the session that makes the request?
    pub is_this: bool,
}
