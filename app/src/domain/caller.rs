//! Who asks, and from where. It travels first through every use case.

use super::{
    Error, PermissionSet, PersonId, PersonName, READ_AUDIT, READ_PEOPLE, READ_TOKENS, Right, Role, Session,
    SessionId, Theme, Timestamp, TokenId, WRITE_TOKENS,
};

/// Where a request comes from, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// An IP address, `command line`, or `tokenry`.
    pub address: String,
    /// What the client calls itself.
    pub client: String,
    pub request_id: String,
    /// Did a page of another site make the browser ask?
    pub is_led_here: bool,
}

impl Visit {
    /// Somebody at the machine itself.
    pub fn command_line() -> Self {
        Self::of("command line")
    }

    /// Nobody: what Tokenry does when its time has come.
    pub fn by_itself() -> Self {
        Self::of("tokenry")
    }

    fn of(address: &str) -> Self {
        let (client, request_id) = (String::new(), String::new());
        Self { address: address.to_owned(), client, request_id, is_led_here: false }
    }
}

/// Somebody who asks: signed in, or by a token of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub id: PersonId,
    pub name: PersonName,
    pub role: Role,
    pub theme: Theme,
    pub credential: Credential,
    pub visit: Visit,
}

/// How somebody showed who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Session {
        id: SessionId,
        signed_in_at: Timestamp,
    },
    /// With a token they can do what both its permissions and their role allow.
    Token {
        id: TokenId,
        permissions: PermissionSet,
    },
    /// At the machine itself: whoever can write to the data is trusted.
    Operator,
}

/// Whose tokens a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everybody,
    /// Only what this person owns; all else does not exist.
    Owner(PersonId),
}

impl Caller {
    /// Somebody at the machine itself, for nobody in particular.
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

    /// The tokens that exist for this person.
    pub const fn scope(&self) -> Scope {
        if super::may(self.role, Right::SeeAllTokens) { Scope::Everybody } else { Scope::Owner(self.id) }
    }

    /// The session, of somebody who is signed in.
    pub const fn session(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session { id, .. } => Some(id),
            Credential::Token { .. } | Credential::Operator => None,
        }
    }

    /// The door of every use case that not everybody may enter.
    pub fn require(&self, right: Right) -> Result<(), Error> {
        self.role.require(right)?;
        match (&self.credential, Self::permission_for(right)) {
            (Credential::Session { .. } | Credential::Operator, _) => Ok(()),
            (Credential::Token { .. }, Some(needed)) => self.require_permission(needed),
            (Credential::Token { .. }, None) => {
                let why = "This is done by somebody who is signed in, and not with a token.".to_owned();
                Err(Error::Forbidden { why })
            }
        }
    }

    /// A token needs the permission; whoever is signed in needs none.
    pub fn require_permission(&self, needed: &str) -> Result<(), Error> {
        let Credential::Token { permissions, .. } = &self.credential else { return Ok(()) };
        let is_held = permissions.iter().any(|held| held.as_str() == needed);
        if is_held { Ok(()) } else { Err(Error::PermissionMissing { missing: vec![needed.to_owned()] }) }
    }

    /// The permission that a right needs when it is used with a token. What has none is done in the console only.
    pub const fn permission_for(right: Right) -> Option<&'static str> {
        match right {
            Right::SeeAllTokens => Some(READ_TOKENS),
            Right::ManageOwnTokens | Right::ManageAllTokens => Some(WRITE_TOKENS),
            Right::SeePeople => Some(READ_PEOPLE),
            Right::SeeAudit => Some(READ_AUDIT),
            Right::ManagePeople | Right::ManageCatalogue | Right::ManageWorkspace => None,
        }
    }
}

/// What a refused request was about, for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Nothing,
    Token(TokenId),
    Person(PersonId),
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub session: Session,
    /// The one that asks.
    pub is_this: bool,
}
