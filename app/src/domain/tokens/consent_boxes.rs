//! Boxes in prompts about tokens whose owner, or whose owner's standing, is to change. A secret gains nothing unless
//! the box with its token's name is ticked.

use crate::domain::{
    HOLDERS_LISTED, OwnedToken, PermissionSet, Role, Standing, TokenName, TokenVersion, Transition, listed,
};
use serde::{Deserialize, Serialize};

/// The boxes of one kind, at most [`HOLDERS_LISTED`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentBoxes {
    pub kind: ConsentKind,
    /// The consequence for tokens whose box is not ticked.
    pub hint: String,
    pub boxes: Vec<ConsentBox>,
    /// Number of tokens without a box.
    pub more: usize,
}

/// The consent that a ticked box gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// A token keeps its permissions to use Tokenry itself.
    Keep,
    /// A token works again.
    Work,
}

/// One box, about one token or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentBox {
    /// The tokens and the versions that were seen.
    pub value: String,
    pub text: String,
}

impl ConsentBoxes {
    /// `None` when there is nothing to tick.
    pub fn new(kind: ConsentKind, hint: String, mut boxes: Vec<ConsentBox>) -> Option<Self> {
        let more = boxes.len().saturating_sub(HOLDERS_LISTED);
        boxes.truncate(HOLDERS_LISTED);
        (!boxes.is_empty()).then_some(Self { kind, hint, boxes, more })
    }
}

impl ConsentBox {
    /// The box with which a token keeps its permissions to use Tokenry itself; `None` when it has none.
    pub fn to_keep(seen: TokenVersion, name: &TokenName, permissions: &PermissionSet) -> Option<Self> {
        let own = permissions.own();
        let text = || format!("“{}” keeps {}", name.as_str(), listed(own.iter()));
        (!own.is_empty()).then(|| Self { value: seen.to_string(), text: text() })
    }
}

impl ConsentKind {
    /// The name of the form field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Work => "work",
        }
    }

    /// The heading above the boxes.
    pub const fn legend(self) -> &'static str {
        match self {
            Self::Keep => "Permissions to use Tokenry itself",
            Self::Work => "Their tokens",
        }
    }
}

/// A box for each token that has permissions of Tokenry's own: `“Deploy” keeps tokenry.tokens:read`.
pub fn to_keep<'a>(tokens: impl Iterator<Item = &'a OwnedToken>, verb: &str) -> Vec<ConsentBox> {
    let one = |token: &OwnedToken| {
        let own = token.permissions.own();
        (!own.is_empty()).then(|| ConsentBox {
            value: token.seen().to_string(),
            text: format!("“{}” {verb} {}", token.name.as_str(), listed(own.iter())),
        })
    };
    tokens.filter_map(one).collect()
}

/// A box for each token that does not work now and could work again.
pub fn to_work<'a>(tokens: impl Iterator<Item = &'a OwnedToken>, to: Transition) -> Vec<ConsentBox> {
    let one = |token: &OwnedToken| {
        let power = to.after.power(&token.permissions).unwrap_or_default();
        let others = power.without(&power.own());
        let sleeps = to.effect(&token.permissions, &token.out_of_reach, Default::default()).disables
            && !others.is_empty();
        (sleeps && !token.is_disabled).then(|| ConsentBox {
            value: token.seen().to_string(),
            text: format!("“{}” works again: {}", token.name.as_str(), listed(others.iter())),
        })
    };
    tokens.filter_map(one).collect()
}

/// The text above the boxes of [`ConsentBox::to_keep`]. `giver` is the present owner; `None` stands for several tokens,
/// whose owners are not mentioned.
pub fn keep_hint(giver: Option<(Standing, &str)>) -> String {
    let state = giver.and_then(|(standing, name)| match standing {
        Standing { is_disabled: true, .. } => Some(format!("{name} is disabled")),
        Standing { role: Role::Admin, .. } => None,
        Standing { role, .. } => Some(format!("{name} is a {role}")),
    });
    let asleep = match (giver, state) {
        (None, _) => " A token that keeps permissions without effect now arrives disabled.".to_owned(),
        (Some(_), None) => String::new(),
        (Some(_), Some(state)) => {
            format!(" They have no effect now, since {state}: a token that keeps them arrives disabled.")
        }
    };
    format!(
        "They are removed unless ticked. Only an admin’s token can keep them, and that needs a sign-in within the \
         last hour. A token that is left with no permissions arrives disabled.{asleep}"
    )
}

/// `“A”, “B” and 3 more`.
pub fn names_listed<'a>(tokens: impl Iterator<Item = &'a OwnedToken>, shown: usize) -> String {
    let all: Vec<String> = tokens.map(|token| format!("“{}”", token.name.as_str())).collect();
    match all.len().saturating_sub(shown) {
        0 => match all.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [init @ .., last] => format!("{} and {last}", init.join(", ")),
        },
        more => format!("{} and {more} more", all[..shown].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{TokenId, TokenName};

    #[test]
    fn only_permissions_to_use_tokenry_itself_are_asked_about() {
        let seen = TokenVersion { id: TokenId::from_uuid(uuid::Uuid::nil()), version: 3 };
        let set = |permissions: &[&str]| permissions.iter().filter_map(|p| p.parse().ok()).collect();
        let told = |permissions: &[&str]| {
            let name = TokenName::parse("Gateway").ok()?;
            ConsentBox::to_keep(seen, &name, &set(permissions))
        };
        assert_eq!(told(&["projects:read"]), None);
        let text = "“Gateway” keeps tokenry.tokens:verify".to_owned();
        let value = "00000000-0000-0000-0000-000000000000.3".to_owned();
        assert_eq!(told(&["projects:read", "tokenry.tokens:verify"]), Some(ConsentBox { value, text }));
    }

    #[test]
    fn what_has_no_effect_now_is_said_with_the_reason() {
        let viewer = Standing { role: Role::Viewer, is_disabled: false };
        let admin = Standing { role: Role::Admin, is_disabled: false };
        let gone = Standing { is_disabled: true, ..admin };
        let said = |standing| keep_hint(Some((standing, "Ines Okafor")));
        assert!(said(viewer).contains("since Ines Okafor is a viewer:"));
        assert!(said(gone).contains("since Ines Okafor is disabled:"));
        assert!(said(admin).ends_with("arrives disabled.") && !said(admin).contains("Ines"));
        assert!(keep_hint(None).contains("without effect now"));
    }
}
