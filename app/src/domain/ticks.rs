//! Boxes in prompts about tokens whose owner, or whose owner's standing, is to change: what is not ticked by the name
//! of a token gives its secret nothing.

use super::{PermissionSet, Role, SeenToken, Standing, TokenName, listed};

/// One box, about one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The token, and the version that it was seen in.
    pub value: String,
    pub text: String,
}

impl Tick {
    /// Does this token keep its permissions to use Tokenry itself? Nothing to ask where it has none.
    pub fn to_keep(seen: SeenToken, name: &TokenName, permissions: &PermissionSet) -> Option<Self> {
        let own = permissions.own();
        let text = || format!("“{}” keeps {}", name.as_str(), listed(own.iter()));
        (!own.is_empty()).then(|| Self { value: seen.to_string(), text: text() })
    }
}

/// Stands above the boxes of [`Tick::to_keep`]. Whose the tokens are now is not said where there are several.
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
        "Unless ticked, they are removed. Only a token of an admin can keep them, and you need to have signed in within \
         the last hour. A token that is left with no permissions arrives disabled.{asleep}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TokenId;

    #[test]
    fn only_permissions_to_use_tokenry_itself_are_asked_about() {
        let seen = SeenToken { id: TokenId::from_uuid(uuid::Uuid::nil()), version: 3 };
        let set = |permissions: &[&str]| permissions.iter().filter_map(|p| p.parse().ok()).collect();
        let told = |permissions: &[&str]| {
            let name = TokenName::parse("Gateway").ok()?;
            Tick::to_keep(seen, &name, &set(permissions))
        };
        assert_eq!(told(&["projects:read"]), None);
        let text = "“Gateway” keeps tokenry.tokens:verify".to_owned();
        let value = "00000000-0000-0000-0000-000000000000.3".to_owned();
        assert_eq!(told(&["projects:read", "tokenry.tokens:verify"]), Some(Tick { value, text }));
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
