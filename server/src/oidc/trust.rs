//! Trust rules: which tokens of CI systems and clusters may become a token of Tokenry's, by their claims.

use super::{
    claims::at,
    issuer::{Issuer, Refused},
    token::{Audience, Claims, TokenError, is_for, issuer_of},
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
        // Once for all rules: anybody may send tokens, and a signature takes time.
        let claims =
            issuer.verify(token, &Audience::Service, now).await.map_err(|refused| match refused {
                Refused::Away => Distrusted::Away,
                Refused::Token(cause) => Distrusted::Because(cause.reason()),
            })?;
        let rules = self.rules.iter().filter(|rule| rule.issuer == named);
        let meant: Vec<_> = rules.filter(|rule| is_for(&claims, &rule.audience)).collect();
        match meant.iter().find(|rule| is_met(rule, &claims)) {
            Some(rule) => Ok(Trusted { rule, run: run(rule, &claims) }),
            None if meant.is_empty() => Err(Distrusted::Because(TokenError::Audience.reason())),
            None => Err(Distrusted::Because("no_rule")),
        }
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

/// Claims that say what kind of run it is, and not whose: everybody has a branch `main`, and can call an environment
/// `production`; a person takes part in projects of others.
const GENERIC: [&str; 24] = [
    "actor",
    "aud",
    "base_ref",
    "deployment_tier",
    "environment",
    "environment_protected",
    "event_name",
    "exp",
    "head_ref",
    "iat",
    "iss",
    "jti",
    "nbf",
    "pipeline_source",
    "ref",
    "ref_path",
    "ref_protected",
    "ref_type",
    "repository_visibility",
    "run_attempt",
    "run_number",
    "runner_environment",
    "user_login",
    "workflow",
];

/// Does this claim tell whose run it is?
pub fn identifies(claim: &str) -> bool {
    !GENERIC.contains(&claim)
}

/// Issuers that sign for everybody who has an account there.
const SHARED: [&str; 2] = ["https://token.actions.githubusercontent.com", "https://gitlab.com"];

/// Does this issuer sign for strangers, too?
pub fn is_shared(issuer: &str) -> bool {
    SHARED.contains(&issuer.trim_end_matches('/'))
}

/// Does this claim of GitHub's or GitLab's name an owner: whole, or in front of a `/` that comes before any `*`?
pub fn names_owner(claim: &str, pattern: &str) -> bool {
    match claim {
        // It begins with another claim, as in `repo:acme/shop:ref:refs/heads/main`. Its owner chooses which, so any of
        // them could be in it.
        "sub" => pattern.split_once(':').is_some_and(|(claim, rest)| {
            claim != "sub" && names_owner(claim, rest.split(':').next().unwrap_or_default())
        }),
        "repo" | "repository" | "project_path" => {
            let literal = pattern.split('*').next().unwrap_or_default();
            literal.split_once('/').is_some_and(|(owner, _)| !owner.is_empty())
        }
        "repository_owner"
        | "repository_owner_id"
        | "repository_id"
        | "namespace_path"
        | "namespace_id"
        | "project_id" => !pattern.contains('*') && !pattern.is_empty(),
        _ => false,
    }
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
    fn an_owner_is_named_by_what_stands_before_any_star() {
        for (claim, pattern, is_so) in [
            ("repository", "acme/shop", true),
            ("repository", "acme/*", true),
            ("repository", "*/shop", false),
            ("repository", "acme*/shop", false),
            ("repository", "/shop", false),
            ("project_path", "acme/team/*", true),
            // Anybody can call a workflow that is public.
            ("job_workflow_ref", "acme/shop/.github/workflows/x.yml@*", false),
            ("sub", "repo:acme/*:ref:refs/heads/main", true),
            ("sub", "repo:acme@12/shop@34:ref:refs/heads/main", true),
            ("sub", "project_path:acme/shop:ref_type:branch:ref:main", true),
            ("sub", "repository_owner_id:12:environment:production", true),
            ("sub", "repo:*/*:ref:refs/heads/main", false),
            ("sub", "repo:*:ref:refs/heads/main", false),
            // Everybody can have such subjects for their own runs.
            ("sub", "ref:refs/heads/main", false),
            ("sub", "environment:acme/production", false),
            ("sub", "acme/shop", false),
            ("repository_owner", "acme", true),
            ("repository_owner", "acme*", false),
            ("namespace_id", "12", true),
            ("ref", "refs/heads/main", false),
        ] {
            assert_eq!(names_owner(claim, pattern), is_so, "{claim} {pattern}");
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
