//! Trust rules: which tokens of CI systems and clusters may become a token of Tokenry's, by their claims.

use super::{
    claims::at,
    issuer::{Issuer, Refused},
    token::{Audience, Claims, issuer_of},
};
use app::domain::{Timestamp, TrustRule};
use serde_json::{Map, Value};

/// The trust rules of the operator's configuration, and the issuers that they name.
#[derive(Default)]
pub struct TrustRules {
    rules: Vec<TrustRule>,
    issuers: Vec<Issuer>,
}

/// A token that meets a rule, and its claims.
pub struct Trusted<'a> {
    pub rule: &'a TrustRule,
    /// The claims that the rule looks at, and the subject: they identify the run.
    pub run: Map<String, Value>,
}

/// The reason a token is not trusted, for the audit log.
#[derive(Debug, PartialEq, Eq)]
pub enum Distrusted {
    Away,
    Because(&'static str),
}

impl TrustRules {
    pub fn new(rules: Vec<TrustRule>) -> Self {
        let mut issuers: Vec<Issuer> = Vec::new();
        for rule in &rules {
            if !issuers.iter().any(|issuer| issuer.url() == rule.issuer) {
                issuers.push(Issuer::new(&rule.issuer));
            }
        }
        Self { rules, issuers }
    }

    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The first rule that this token meets.
    pub async fn find(&self, token: &str, now: Timestamp) -> Result<Trusted<'_>, Distrusted> {
        let named = issuer_of(token).ok_or(Distrusted::Because("malformed"))?;
        let issuer = self.issuers.iter().find(|issuer| issuer.url() == named);
        let issuer = issuer.ok_or(Distrusted::Because("unknown_issuer"))?;
        let mut refused = "no_rule";
        for rule in self.rules.iter().filter(|rule| rule.issuer == named) {
            match issuer.verify(token, &Audience::Service(&rule.audience), now).await {
                Ok(claims) if is_met(rule, &claims) => return Ok(Trusted { rule, run: run(rule, &claims) }),
                Ok(_) => refused = "no_rule",
                Err(Refused::Away) => return Err(Distrusted::Away),
                Err(Refused::Token(cause)) => refused = cause.reason(),
            }
        }
        Err(Distrusted::Because(refused))
    }
}

fn is_met(rule: &TrustRule, claims: &Claims) -> bool {
    !rule.claims.is_empty()
        && rule.claims.iter().all(|(name, pattern)| match at(claims, name) {
            Some(Value::Array(values)) => values.iter().any(|value| value_fits(pattern, value)),
            Some(value) => value_fits(pattern, value),
            None => false,
        })
}

fn run(rule: &TrustRule, claims: &Claims) -> Map<String, Value> {
    let names = rule.claims.iter().map(|(name, _)| name.as_str()).chain(["sub", "run_id", "job_id"]);
    let found = names.filter_map(|name| Some((name.to_owned(), at(claims, name)?.clone())));
    found.filter(|(_, value)| value.is_string() || value.is_number()).collect()
}

fn value_fits(pattern: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => fits(pattern, text),
        Value::Bool(_) | Value::Number(_) => fits(pattern, &value.to_string()),
        _ => false,
    }
}

/// Does the text fit the pattern? A `*` stands for any characters but `/` and `:`, which divide names into parts.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let part = rest.find(['/', ':']).unwrap_or(rest.len());
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.filter(|end| *end <= part).any(|end| fits(after, &rest[end..]))
}

/// Does the pattern say anything?
pub fn is_bound(pattern: &str) -> bool {
    pattern.chars().any(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_within_its_part_of_a_name() {
        for (pattern, text, is_so) in [
            ("acme/shop", "acme/shop", true),
            ("acme/shop", "acme/shop2", false),
            ("acme/*", "acme/shop", true),
            ("acme/*", "acme/shop/other", false),
            ("acme/*", "acme-evil/shop", false),
            ("repo:acme/*:ref:refs/heads/main", "repo:acme/shop:ref:refs/heads/main", true),
            ("repo:acme/*:ref:refs/heads/main", "repo:acme/x:ref:refs/heads/evil:ref:refs/heads/main", false),
            ("*-prod", "a-prod-prod", true),
            ("a*b*c", "abbc", true),
            ("a*b*c", "ab", false),
            ("é*", "éé", true),
        ] {
            assert_eq!(fits(pattern, text), is_so, "{pattern} {text}");
        }
    }

    #[test]
    fn stars_alone_say_nothing() {
        for pattern in ["", "*", "**", "*/*", ":*"] {
            assert!(!is_bound(pattern), "{pattern}");
        }
        assert!(is_bound("acme/*"));
    }
}
