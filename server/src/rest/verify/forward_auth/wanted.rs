//! The permissions that a proxy asks for. The operator has written them into the URL; the client has no say in them.
//!
//! On `/forward-auth` itself, the whole query is the operator's. Below `/forward-auth/`, only the first segment of the
//! path is: Envoy appends the client's own path and query to its `path_prefix`, so neither is looked at.

use app::domain::{PERMISSIONS_MAX, Permission};
use axum::http::Uri;

const BEHIND: &str = "/forward-auth/";
const ANY: &str = "any";
const NOTHING: &str = "This address asks for nothing: add permission=resource:action, or any=1 for every token that may do anything.";
const NOTHING_IN_PATH: &str = "This path asks for nothing: write /forward-auth/resource:action, several with commas, or /forward-auth/any.";
const BOTH: &str = "This address asks for any token and for a permission: leave one of the two away.";
const NOT_ONE: &str = "The parameter any is 1, once, or is not there.";
const TOO_MANY: &str = "This address asks for too many permissions: 500 are the most.";
/// Longest wrong name of a parameter or a permission that is echoed, in characters.
const NAME_CHARS_MAX: usize = 60;

/// The reason that a question is unclear, as a sentence in visible ASCII for the operator of the proxy.
#[derive(Debug, PartialEq, Eq)]
pub struct Unclear(pub String);

/// All permissions that are wanted. The list is empty only if the operator has explicitly asked for any token.
pub fn of(uri: &Uri) -> Result<Vec<Permission>, Unclear> {
    match uri.path().strip_prefix(BEHIND) {
        Some(behind) => in_path(behind.split('/').next().unwrap_or_default()),
        None => in_query(uri.query().unwrap_or_default()),
    }
}

fn in_query(query: &str) -> Result<Vec<Permission>, Unclear> {
    let (mut wanted, mut any) = (Vec::new(), None);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "permission" => wanted.push(permission(&value)?),
            ANY if any.is_none() && value == "1" => any = Some(()),
            ANY => return Err(unclear(NOT_ONE)),
            other => return Err(Unclear(format!("There is no parameter {} here.", shown(other)))),
        }
    }
    match (any, wanted.len()) {
        (None, 0) => Err(unclear(NOTHING)),
        (Some(()), 1..) => Err(unclear(BOTH)),
        (_, count) if count > PERMISSIONS_MAX => Err(unclear(TOO_MANY)),
        _ => Ok(wanted),
    }
}

fn in_path(part: &str) -> Result<Vec<Permission>, Unclear> {
    // In a path, these characters lack the meaning that they have in a query. No permission contains any of them.
    if part.is_empty() || part.contains(['&', '=', '+']) {
        return Err(unclear(NOTHING_IN_PATH));
    }
    let part: String = url::form_urlencoded::parse(part.as_bytes()).map(|(name, _)| name).collect();
    if part == ANY {
        return Ok(Vec::new());
    }
    let wanted: Vec<Permission> = part.split(',').map(permission).collect::<Result<_, _>>()?;
    if wanted.len() > PERMISSIONS_MAX { Err(unclear(TOO_MANY)) } else { Ok(wanted) }
}

fn permission(text: &str) -> Result<Permission, Unclear> {
    let why = || format!("{} is not a permission: write resource:action, in lower case.", shown(text));
    text.parse().map_err(|_| Unclear(why()))
}

fn unclear(why: &str) -> Unclear {
    Unclear(why.to_owned())
}

/// A word of the URL in quotes, in a form that a header and a log can carry.
fn shown(text: &str) -> String {
    let visible = |c: char| if c.is_ascii_alphanumeric() || "_-.:".contains(c) { c } else { '?' };
    let word: String = text.chars().take(NAME_CHARS_MAX).map(visible).collect();
    format!("\"{word}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(address: &'static str) -> Result<String, String> {
        let wanted = of(&Uri::from_static(address)).map_err(|Unclear(why)| why)?;
        Ok(wanted.iter().map(Permission::as_str).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_the_operator_wrote_is_what_is_wanted() {
        for (address, wanted) in [
            ("/forward-auth?permission=projects:read", "projects:read"),
            ("/forward-auth?permission=projects%3Aread&%70ermission=a:b", "projects:read a:b"),
            ("/forward-auth?permission=a:b&permission=a:b", "a:b a:b"),
            ("/forward-auth?any=1", ""),
            ("/forward-auth?%61ny=%31", ""),
            ("/forward-auth/any", ""),
            ("/forward-auth/any/", ""),
            ("/forward-auth/projects:read", "projects:read"),
            ("/forward-auth/projects%3Aread%2Ca:b", "projects:read a:b"),
            ("/forward-auth/projects:read,a:b/", "projects:read a:b"),
        ] {
            assert_eq!(asked(address).as_deref(), Ok(wanted), "{address}");
        }
    }

    #[test]
    fn what_could_mean_something_else_is_refused() {
        for address in [
            "/forward-auth",
            "/forward-auth?",
            "/forward-auth?permissions=projects:read",
            "/forward-auth?scope=projects:read",
            "/forward-auth?Permission=projects:read",
            "/forward-auth?permission=projects:read&page=2",
            "/forward-auth?permission=",
            "/forward-auth?permission",
            "/forward-auth?permission=projects",
            "/forward-auth?permission=projects:read,a:b",
            "/forward-auth?permission=projects:read+a:b",
            "/forward-auth?permission=projects:*",
            "/forward-auth?permission=%FF",
            "/forward-auth?any",
            "/forward-auth?any=",
            "/forward-auth?any=0",
            "/forward-auth?any=true",
            "/forward-auth?any=1&any=1",
            "/forward-auth?any=1&permission=projects:read",
            "/forward-auth?any=1;permission=projects:read",
            "/forward-auth/",
            "/forward-auth//",
            "/forward-auth//any",
            "/forward-auth/orders",
            "/forward-auth/ANY",
            "/forward-auth/any=1",
            "/forward-auth/any,projects:read",
            "/forward-auth/projects:read,",
            "/forward-auth/projects:read&any",
            "/forward-auth/projects:read+any",
            "/forward-auth/&any",
            "/forward-auth/%2Fany",
            "/forward-auth/%FF",
        ] {
            let why = asked(address).err().unwrap_or_default();
            assert!(why.ends_with('.') && why.is_ascii() && why.len() < 160, "{address}: {why}");
        }
    }

    #[test]
    fn what_envoy_writes_behind_its_prefix_has_no_say() {
        for behind in ["", "/", "/orders", "/any", "/a:b", "//any", "/../any", "/%2e%2e/any", "/orders,a:b"] {
            for query in
                ["", "?", "?permission=a:b", "?any=1", "?access_token=x&token=y", "?page=2&permission="]
            {
                let address = format!("/forward-auth/projects:read{behind}{query}");
                let wanted = of(&address.parse().unwrap_or_default()).unwrap_or_default();
                assert_eq!(wanted.iter().map(Permission::as_str).collect::<Vec<_>>(), ["projects:read"]);
            }
        }
    }
}
