//! What the operator says about an identity provider.

use app::domain::Role;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Its name in URLs and in the audit log.
    pub name: String,
    /// The text of its button.
    pub label: String,
    pub issuer: String,
    pub client_id: String,
    /// `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<ClientSecret>,
    pub scopes: Vec<String>,
    /// The claim that gives the role at every sign-in, as `groups` or `realm_access.roles`.
    pub role_claim: Option<String>,
    /// The roles that values of that claim give. Of several, the one that may do most counts.
    pub roles: Vec<(String, Role)>,
    /// The role of those to whom no value gives one; `None` refuses them.
    pub default_role: Option<Role>,
    pub groups_claim: Option<String>,
    /// Values of that claim, each with the name of the group here whose members it makes at every sign-in.
    pub groups: Vec<(String, String)>,
    /// The domains of the addresses that may come in; none is all of them.
    pub email_domains: Vec<String>,
    /// Does an address say which person it is?
    pub links_by_email: bool,
    /// Is every address its holder's, although the provider does not say so?
    pub assumes_email: bool,
    /// Does coming back mean having signed in just now, although the provider does not say so?
    pub assumes_fresh: bool,
}

/// A secret that Tokenry shares with a provider. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}
