//! What the claims of somebody mean, by the operator's settings.

use super::{settings::ProviderSettings, token::Claims};
use app::{
    domain::Role,
    service::{Membership, ProvidedRole},
};
use serde_json::Value;

/// Most groups that are kept, and their longest names.
const GROUPS_MAX: usize = 200;
const GROUP_CHARS_MAX: usize = 200;

/// The value of a claim; a dot leads into objects, as in `realm_access.roles`, unless the whole name is a claim.
pub fn at<'a>(claims: &'a Claims, path: &str) -> Option<&'a Value> {
    claims.get(path).or_else(|| {
        let mut dots = path.match_indices('.');
        dots.find_map(|(dot, _)| at(claims.get(&path[..dot])?.as_object()?, &path[dot + 1..]))
    })
}

/// The texts of a claim that is one text, or a list of them.
fn texts(claims: &Claims, path: &str) -> Vec<String> {
    match at(claims, path) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Whether the claims that the settings ask for are all there.
pub fn are_complete(claims: &Claims, settings: &ProviderSettings) -> bool {
    let asked = [settings.role_claim.as_deref(), settings.groups_claim.as_deref(), Some("email")];
    asked.into_iter().flatten().all(|name| at(claims, name).is_some())
}

/// The role of somebody; `None` refuses them.
pub fn role(claims: &Claims, settings: &ProviderSettings) -> Option<ProvidedRole> {
    let Some(claim) = &settings.role_claim else { return settings.default_role.map(ProvidedRole::BeginsAs) };
    let values = texts(claims, claim);
    let given =
        |role: &Role| settings.roles.iter().any(|(value, gives)| gives == role && values.contains(value));
    // In the order of what they may do.
    let found = Role::ALL.into_iter().find(given);
    found.or(settings.default_role).map(ProvidedRole::Is)
}

pub fn groups(claims: &Claims, settings: &ProviderSettings) -> Vec<String> {
    let found = settings.groups_claim.as_deref().map(|claim| texts(claims, claim)).unwrap_or_default();
    found.into_iter().filter(|name| name.chars().count() <= GROUP_CHARS_MAX).take(GROUPS_MAX).collect()
}

/// The groups of the configuration, each with whether the claims make somebody a member of it.
pub fn memberships(claims: &Claims, settings: &ProviderSettings) -> Vec<Membership> {
    let values = settings.groups_claim.as_deref().map(|claim| texts(claims, claim)).unwrap_or_default();
    let mut all: Vec<Membership> = Vec::new();
    for (value, group) in &settings.groups {
        let is_member = values.contains(value);
        match all.iter_mut().find(|membership| membership.group == *group) {
            Some(known) => known.is_member |= is_member,
            None => all.push(Membership { group: group.clone(), is_member }),
        }
    }
    all
}

/// The address of somebody, if it is theirs.
pub fn email(claims: &Claims, settings: &ProviderSettings) -> Option<String> {
    let is_verified = claims.get("email_verified").and_then(Value::as_bool) == Some(true);
    let email = claims.get("email").and_then(Value::as_str)?;
    (is_verified || settings.assumes_email).then(|| email.to_owned())
}

/// Is the address in one of the domains that may come in?
pub fn is_in_domains(email: Option<&str>, settings: &ProviderSettings) -> bool {
    let domain = email.and_then(|email| email.rsplit_once('@')).map(|(_, domain)| domain);
    settings.email_domains.is_empty()
        || domain
            .is_some_and(|domain| settings.email_domains.iter().any(|own| own.eq_ignore_ascii_case(domain)))
}

/// The name of somebody, for people.
pub fn name(claims: &Claims) -> String {
    let names = ["name", "preferred_username", "nickname", "email"];
    let text =
        |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    names.into_iter().find_map(text).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        value.as_object().cloned().unwrap_or_default()
    }

    fn settings() -> ProviderSettings {
        ProviderSettings {
            name: "acme".to_owned(),
            label: "Acme".to_owned(),
            issuer: String::new(),
            client_id: String::new(),
            client_secret: None,
            scopes: Vec::new(),
            role_claim: Some("realm_access.roles".to_owned()),
            roles: vec![("staff".to_owned(), Role::Member), ("root".to_owned(), Role::Admin)],
            default_role: None,
            groups_claim: Some("groups".to_owned()),
            groups: [("dev", "Platform"), ("ops", "Platform"), ("ops", "Operations")]
                .map(|(value, group)| (value.to_owned(), group.to_owned()))
                .to_vec(),
            email_domains: vec!["example.com".to_owned()],
            links_by_email: false,
            assumes_email: false,
            assumes_fresh: false,
        }
    }

    #[test]
    fn of_several_values_the_one_that_may_do_most_gives_the_role() {
        let both = claims(json!({ "realm_access": { "roles": ["staff", "root", "other"] } }));
        assert_eq!(role(&both, &settings()), Some(ProvidedRole::Is(Role::Admin)));
        let dotted = claims(json!({ "realm_access.roles": "staff" }));
        assert_eq!(role(&dotted, &settings()), Some(ProvidedRole::Is(Role::Member)));
    }

    #[test]
    fn whoever_has_no_value_is_refused_or_has_the_default() {
        let none = claims(json!({ "realm_access": { "roles": ["Root", "staff2"] } }));
        assert_eq!(role(&none, &settings()), None);
        let lenient = ProviderSettings { default_role: Some(Role::Viewer), ..settings() };
        assert_eq!(role(&none, &lenient), Some(ProvidedRole::Is(Role::Viewer)));
        let by_hand = ProviderSettings { role_claim: None, ..lenient };
        assert_eq!(role(&none, &by_hand), Some(ProvidedRole::BeginsAs(Role::Viewer)));
    }

    #[test]
    fn one_of_several_values_makes_a_member_and_none_of_them_ends_it() {
        let said = |groups: Value| memberships(&claims(json!({ "groups": groups })), &settings());
        let are = |platform, operations| {
            [("Platform", platform), ("Operations", operations)]
                .map(|(group, is_member)| Membership { group: group.to_owned(), is_member })
        };
        assert_eq!(said(json!(["dev", "other"])), are(true, false));
        assert_eq!(said(json!("ops")), are(true, true));
        assert_eq!(said(json!({ "dev": true })), are(false, false));
        assert_eq!(memberships(&claims(json!({})), &settings()), are(false, false));
    }

    #[test]
    fn an_address_counts_only_when_it_was_verified_and_is_in_a_domain_that_may_come_in() {
        let said = |verified| claims(json!({ "email": "ada@example.com", "email_verified": verified }));
        assert_eq!(email(&said(true), &settings()).as_deref(), Some("ada@example.com"));
        assert_eq!(email(&said(false), &settings()), None);
        for (address, comes_in) in [
            ("ada@EXAMPLE.com", true),
            ("ada@example.com.evil.net", false),
            ("ada@evil-example.com", false),
            ("ada@example.com@evil.net", false),
        ] {
            assert_eq!(is_in_domains(Some(address), &settings()), comes_in, "{address}");
        }
        assert!(!is_in_domains(None, &settings()));
    }
}
