//! Identity providers: the tables `[[provider]]` of the TOML file.

use crate::{
    net::{fetch::is_askable, network::PublicUrl},
    oidc::settings::{ClientSecret, ProviderSettings},
};
use app::domain::Role;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
};

/// Longest name of a provider, which is a part of URLs.
const NAME_CHARS_MAX: usize = 32;
/// Names of other ways to sign in, whose addresses a provider would have.
const RESERVED_NAMES: [&str; 2] = ["passkey", "second-factor"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderTable {
    name: String,
    label: Option<String>,
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    scopes: Option<Vec<String>>,
    role_claim: Option<String>,
    #[serde(default)]
    roles: BTreeMap<String, String>,
    default_role: Option<String>,
    groups_claim: Option<String>,
    #[serde(default)]
    groups: BTreeMap<String, String>,
    #[serde(default)]
    email_domains: Vec<String>,
    #[serde(default)]
    link_by_email: bool,
    #[serde(default)]
    assume_email_verified: bool,
    #[serde(default)]
    assume_fresh_sign_in: bool,
}

/// The reason a provider was refused. Displays what to change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error(
        "Identity providers send people back to the public URL. Say so with --public-url, as in https://tokens.example.com."
    )]
    NoPublicUrl,
    #[error(
        "“{0}” cannot be the name of a provider. Take 1 to 32 of a-z, 0-9 and -, no name twice, and neither passkey nor second-factor."
    )]
    Name(String),
    #[error("The issuer of the provider {0} cannot be used. Write its URL, which begins with https.")]
    Issuer(String),
    #[error("The provider {0} has no client_id. Take the one that the provider shows for Tokenry.")]
    ClientId(String),
    #[error("The provider {0} has both client_secret and client_secret_file. Leave one of them out.")]
    TwoSecrets(String),
    #[error("The client secret of the provider {name} cannot be read from {path}: {cause}", path = .path.display())]
    Secret { name: String, path: PathBuf, cause: String },
    #[error(
        "The provider {name} gives the role “{role}”, which does not exist. Take admin, member or viewer."
    )]
    Role { name: String, role: String },
    #[error(
        "The provider {0} gives nobody a role. Write a default_role, or a role_claim with roles, as in roles = {{ staff = \"member\" }}."
    )]
    NoRole(String),
    #[error(
        "The provider {0} has groups, but no groups_claim whose values they are. Write one, as in groups_claim = \"groups\"."
    )]
    NoGroups(String),
    #[error(
        "With --password-sign-in off and no [[provider]], nobody could sign in. Add a provider, or leave passwords on."
    )]
    NobodyCouldSignIn,
}

pub fn resolve(
    tables: Vec<ProviderTable>,
    public_url: Option<&PublicUrl>,
    password_sign_in: bool,
) -> Result<Vec<ProviderSettings>, ProviderError> {
    if tables.is_empty() && !password_sign_in {
        return Err(ProviderError::NobodyCouldSignIn);
    }
    if !tables.is_empty() && public_url.is_none() {
        return Err(ProviderError::NoPublicUrl);
    }
    let mut names = HashSet::new();
    let mut settings = Vec::new();
    for table in tables {
        if !names.insert(table.name.clone()) {
            return Err(ProviderError::Name(table.name));
        }
        settings.push(table.resolve()?);
    }
    Ok(settings)
}

impl ProviderTable {
    fn resolve(self) -> Result<ProviderSettings, ProviderError> {
        let name = self.name.clone();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_taken = RESERVED_NAMES.contains(&name.as_str());
        if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.chars().all(is_plain) || is_taken {
            return Err(ProviderError::Name(name));
        }
        if !is_askable(&self.issuer) {
            return Err(ProviderError::Issuer(name));
        }
        if self.client_id.is_empty() {
            return Err(ProviderError::ClientId(name));
        }
        let role = |text: &String| {
            let wrong = |_| ProviderError::Role { name: name.clone(), role: text.clone() };
            text.parse::<Role>().map_err(wrong)
        };
        let roles = self.roles.iter().map(|(value, text)| Ok((value.clone(), role(text)?)));
        let roles = roles.collect::<Result<Vec<_>, _>>()?;
        let default_role = self.default_role.as_ref().map(role).transpose()?;
        if default_role.is_none() && (self.role_claim.is_none() || roles.is_empty()) {
            return Err(ProviderError::NoRole(name));
        }
        if self.groups_claim.is_none() && !self.groups.is_empty() {
            return Err(ProviderError::NoGroups(name));
        }
        let client_secret = match (self.client_secret, self.client_secret_file) {
            (Some(_), Some(_)) => return Err(ProviderError::TwoSecrets(name)),
            (Some(text), None) => Some(text),
            (None, Some(path)) => Some(std::fs::read_to_string(&path).map_err(|cause| {
                ProviderError::Secret { name: name.clone(), path, cause: cause.to_string() }
            })?),
            (None, None) => None,
        };
        let usual = || ["profile", "email"].map(str::to_owned).to_vec();
        Ok(ProviderSettings {
            label: self.label.unwrap_or_else(|| name.clone()),
            name,
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: client_secret.map(|text| ClientSecret::new(text.trim().to_owned())),
            scopes: self.scopes.unwrap_or_else(usual),
            role_claim: self.role_claim,
            roles,
            default_role,
            groups_claim: self.groups_claim,
            groups: self.groups.into_iter().collect(),
            email_domains: self.email_domains,
            links_by_email: self.link_by_email,
            assumes_email: self.assume_email_verified,
            assumes_fresh: self.assume_fresh_sign_in,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, public_url: Option<&str>) -> Result<Vec<ProviderSettings>, String> {
        #[derive(Deserialize)]
        struct File {
            provider: Vec<ProviderTable>,
        }
        let file: File = toml::from_str(text).map_err(|cause| cause.message().to_owned())?;
        let url = public_url.and_then(PublicUrl::parse);
        resolve(file.provider, url.as_ref(), true).map_err(|cause| cause.to_string())
    }

    const ACME: &str =
        "[[provider]]\nname = \"acme\"\nissuer = \"https://id.example.com\"\nclient_id = \"tokenry\"\n";

    #[test]
    fn a_provider_that_cannot_be_used_says_what_to_change() {
        let with = |more: &str| format!("{ACME}{more}");
        let public = Some("https://tokens.example.com");
        for (text, url, word) in [
            (with("default_role = \"member\""), None, "--public-url"),
            (with(""), public, "default_role"),
            (with("role_claim = \"groups\""), public, "default_role"),
            (with("default_role = \"owner\""), public, "owner"),
            (
                with("default_role = \"member\"\nclient_secret = \"x\"\nclient_secret_file = \"y\""),
                public,
                "both",
            ),
            (
                with("default_role = \"member\"\nclient_secret_file = \"/nowhere/at/all\""),
                public,
                "/nowhere/at/all",
            ),
            (with("secret = \"x\""), public, "unknown field"),
            (with("default_role = \"member\"\n").repeat(2), public, "twice"),
            (ACME.replace("acme", "Acme/x"), public, "Acme/x"),
            (ACME.replace("acme", "passkey"), public, "neither passkey"),
            (ACME.replace("acme", "second-factor"), public, "neither passkey"),
            (with("default_role = \"member\"\ngroups = { dev = \"Platform\" }"), public, "groups_claim"),
            (ACME.replace("https://id", "http://id"), public, "https"),
            (ACME.replace("\"tokenry\"", "\"\""), public, "client_id"),
        ] {
            let refused = read(&text, url).err().unwrap_or_default();
            assert!(refused.contains(word), "{text}: {refused}");
        }
    }

    #[test]
    fn a_secret_of_a_file_is_its_text_and_does_not_print() {
        let file =
            tempfile::NamedTempFile::new().ok().filter(|f| std::fs::write(f.path(), "s3cret\n").is_ok());
        let path = file.as_ref().map(|file| file.path().display().to_string()).unwrap_or_default();
        let text = format!("{ACME}default_role = \"member\"\nclient_secret_file = \"{path}\"\n");
        let settings = read(&text, Some("https://tokens.example.com"));
        let secret = settings.as_ref().ok().and_then(|all| all[0].client_secret.clone());
        assert_eq!(secret.as_ref().map(ClientSecret::expose), Some("s3cret"));
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn without_passwords_and_providers_nobody_could_sign_in() {
        assert_eq!(resolve(Vec::new(), None, false), Err(ProviderError::NobodyCouldSignIn));
        assert_eq!(resolve(Vec::new(), None, true), Ok(Vec::new()));
    }
}
