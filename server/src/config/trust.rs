//! Trust rules: the tables `[[trust]]` of the TOML file.

use crate::{
    net::{fetch::is_askable, network::PublicUrl},
    oidc::trust::{identifies, is_bound, is_shared, names_owner},
};
use app::domain::TrustRule;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// Longest life of a token that was exchanged, in minutes.
const MINUTES_MAX: u32 = 12 * 60;
/// Longest name of a rule, which is a part of the names of its tokens.
const NAME_CHARS_MAX: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustTable {
    name: String,
    issuer: String,
    audience: Option<String>,
    claims: BTreeMap<String, String>,
    account: String,
    permissions: Vec<String>,
    minutes: u32,
}

/// The reason a trust rule was refused. Displays what to change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error("“{0}” cannot be the name of a trust rule. Take 1 to 32 of a-z, 0-9 and -, and no name twice.")]
    Name(String),
    #[error("The issuer of the trust rule {0} cannot be used. Write its URL, which begins with https.")]
    Issuer(String),
    #[error(
        "The trust rule {0} does not say for whom tokens are made. Write an audience, or set --public-url."
    )]
    Audience(String),
    #[error(
        "The trust rule {0} would trust everybody whom its issuer knows. Name a claim that only yours have, as in claims = {{ repository = \"acme/shop\" }}."
    )]
    Everybody(String),
    #[error(
        "The trust rule {0} would trust everybody’s runs: its issuer signs for all who have an account there. Name the owner, as in claims = {{ repository = \"acme/shop\" }}, or project_path = \"acme/*\" at GitLab."
    )]
    Owner(String),
    #[error(
        "The trust rule {name} looks at the claim {claim} by “{pattern}”, which everything fits. Say more, or leave it out."
    )]
    Pattern { name: String, claim: String, pattern: String },
    #[error(
        "The trust rule {0} gives nothing. Name its permissions, as in permissions = [\"projects:read\"]."
    )]
    Nothing(String),
    #[error("Tokens of the trust rule {0} live for 1 to 720 minutes.")]
    Minutes(String),
}

pub fn resolve(
    tables: Vec<TrustTable>,
    public_url: Option<&PublicUrl>,
) -> Result<Vec<TrustRule>, TrustError> {
    let mut names = HashSet::new();
    let mut rules = Vec::new();
    for table in tables {
        if !names.insert(table.name.clone()) {
            return Err(TrustError::Name(table.name));
        }
        rules.push(table.resolve(public_url)?);
    }
    Ok(rules)
}

impl TrustTable {
    fn resolve(self, public_url: Option<&PublicUrl>) -> Result<TrustRule, TrustError> {
        let name = self.name;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > NAME_CHARS_MAX || !name.chars().all(is_plain) {
            return Err(TrustError::Name(name));
        }
        if !is_askable(&self.issuer) {
            return Err(TrustError::Issuer(name));
        }
        let audience = self.audience.or_else(|| public_url.map(PublicUrl::origin));
        let Some(audience) = audience.filter(|audience| !audience.is_empty()) else {
            return Err(TrustError::Audience(name));
        };
        if !self.claims.keys().any(|claim| identifies(claim)) {
            return Err(TrustError::Everybody(name));
        }
        if let Some((claim, pattern)) = self.claims.iter().find(|(_, pattern)| !is_bound(pattern)) {
            return Err(TrustError::Pattern { name, claim: claim.clone(), pattern: pattern.clone() });
        }
        let names_owner = || self.claims.iter().any(|(claim, pattern)| names_owner(claim, pattern));
        if is_shared(&self.issuer) && !names_owner() {
            return Err(TrustError::Owner(name));
        }
        if self.permissions.is_empty() {
            return Err(TrustError::Nothing(name));
        }
        if !(1..=MINUTES_MAX).contains(&self.minutes) {
            return Err(TrustError::Minutes(name));
        }
        Ok(TrustRule {
            name,
            issuer: self.issuer,
            audience,
            claims: self.claims.into_iter().collect(),
            account: self.account,
            permissions: self.permissions,
            minutes: self.minutes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(claims: &str, more: &str) -> Result<Vec<TrustRule>, String> {
        read_of("https://ci.example.com", claims, more)
    }

    fn read_of(issuer: &str, claims: &str, more: &str) -> Result<Vec<TrustRule>, String> {
        #[derive(Deserialize)]
        struct File {
            trust: Vec<TrustTable>,
        }
        let text = format!(
            "[[trust]]\nname = \"deploy\"\nissuer = \"{issuer}\"\naccount = \"ci@example.com\"\n\
             claims = {claims}\n{more}"
        );
        let file: File = toml::from_str(&text).map_err(|cause| cause.message().to_owned())?;
        resolve(file.trust, PublicUrl::parse("https://tokens.example.com").as_ref())
            .map_err(|e| e.to_string())
    }

    const GIVES: &str = "permissions = [\"projects:read\"]\nminutes = 15";

    #[test]
    fn a_rule_that_would_trust_everybody_is_refused() {
        for (claims, word) in [
            ("{}", "everybody"),
            ("{ iss = \"https://ci.example.com\" }", "everybody"),
            ("{ aud = \"https://tokens.example.com\", iss = \"x\" }", "everybody"),
            ("{ ref = \"refs/heads/main\" }", "everybody"),
            ("{ environment = \"production\", actor = \"ada\" }", "everybody"),
            ("{ repository = \"*\" }", "everything fits"),
            ("{ sub = \"*:*\" }", "everything fits"),
            ("{ repository = \"acme/shop\", ref = \"*\" }", "everything fits"),
        ] {
            let refused = read(claims, GIVES).err().unwrap_or_default();
            assert!(refused.contains(word), "{claims}: {refused}");
        }
        let rule = read("{ repository = \"acme/*\" }", GIVES).map(|mut rules| rules.remove(0));
        assert_eq!(rule.map(|rule| rule.audience).as_deref(), Ok("https://tokens.example.com"));
    }

    #[test]
    fn where_everybody_can_have_runs_a_rule_names_their_owner() {
        for issuer in ["https://token.actions.githubusercontent.com", "https://gitlab.com"] {
            for claims in [
                "{ repository = \"*/shop\" }",
                "{ project_path = \"*/shop\", ref_protected = \"true\" }",
                "{ sub = \"repo:*/*:ref:refs/heads/main\" }",
                "{ sub = \"environment:production\" }",
                "{ run_id = \"7\", ref = \"refs/heads/main\" }",
            ] {
                let refused = read_of(issuer, claims, GIVES).err().unwrap_or_default();
                assert!(refused.contains("everybody’s runs"), "{claims}: {refused}");
                // An installation of one's own signs for nobody else.
                assert!(read(claims, GIVES).is_ok(), "{claims}");
            }
            for claims in [
                "{ repository = \"acme/*\", ref = \"refs/heads/main\" }",
                "{ sub = \"repo:acme/shop:environment:production\" }",
                "{ namespace_path = \"acme\" }",
            ] {
                assert!(read_of(issuer, claims, GIVES).is_ok(), "{claims}");
            }
        }
    }

    #[test]
    fn a_rule_gives_something_for_a_while() {
        for (more, word) in [
            ("permissions = []\nminutes = 15", "gives nothing"),
            ("permissions = [\"projects:read\"]\nminutes = 0", "minutes"),
            ("permissions = [\"projects:read\"]\nminutes = 721", "minutes"),
            ("permissions = [\"projects:read\"]", "missing field"),
        ] {
            let refused = read("{ repository = \"acme/shop\" }", more).err().unwrap_or_default();
            assert!(refused.contains(word), "{more}: {refused}");
        }
    }
}
