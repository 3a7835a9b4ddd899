//! The cookies: the key of a session, the mark of a browser that has signed in before, and for a short while the key of
//! a sign-in between its two steps, or the code of a one-time link.
//!
//! Over HTTPS the first three have the prefix `__Host-`: no other host of the domain can set or read them (RFC 6265bis,
//! 4.1.3). The last is for one path only, which that prefix does not allow.

use app::{
    domain::{CEREMONY_MS, KNOWN_BROWSER_MS, PROVIDED_SIGN_IN_MS, SESSION_MS, view_of},
    service::{BrowserKeys, Key, SignedIn},
};
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use std::time::Duration;

const SESSION: [&str; 2] = ["tokenry", "__Host-tokenry"];
const BROWSER: [&str; 2] = ["tokenry-browser", "__Host-tokenry-browser"];
const CODE: [&str; 2] = ["tokenry-link", "__Secure-tokenry-link"];
/// The key of a sign-in between its two steps.
const STEP: [&str; 2] = ["tokenry-step", "__Host-tokenry-step"];
/// A message that is shown once, after a plain form has redirected to another page.
const SAID: [&str; 2] = ["tokenry-said", "__Host-tokenry-said"];
/// A sign-in through an identity provider that is on its way.
const WAY: [&str; 2] = ["tokenry-sign-in", "__Host-tokenry-sign-in"];
const VIEW: &str = "tokenry-view";
const SAID_MS: i64 = 60 * 1_000;
/// Time for which the page of a one-time link can be read again: one hour, in milliseconds.
const CODE_MS: i64 = 60 * 60 * 1_000;

/// The keys that a browser has sent. A value that cannot be a key is ignored.
pub fn read(headers: &HeaderMap, secure: bool) -> BrowserKeys {
    let jar = CookieJar::from_headers(headers);
    let key = |names: [&str; 2]| jar.get(names[usize::from(secure)]).and_then(|c| Key::parse(c.value()));
    BrowserKeys { session: key(SESSION), browser: key(BROWSER) }
}

/// The cookies that the browser is to keep from now on.
pub fn keep(signed_in: &SignedIn, secure: bool) -> CookieJar {
    CookieJar::new()
        .add(cookie(SESSION, signed_in.session.expose().to_owned(), secure, SESSION_MS))
        .add(cookie(BROWSER, signed_in.browser.expose().to_owned(), secure, KNOWN_BROWSER_MS))
}

/// Removes the session; the browser stays known.
pub fn forget_session(secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(SESSION, String::new(), secure, 0))
}

/// The code of a one-time link, for its page alone. It is `Lax` like the others: a `Strict` cookie would not be sent
/// when somebody follows the link from another site.
pub fn keep_code(code: &Key, path: &'static str, secure: bool) -> CookieJar {
    let mut cookie = cookie(CODE, code.expose().to_owned(), secure, CODE_MS);
    cookie.set_path(path);
    CookieJar::new().add(cookie)
}

/// Removes the code of a link that was used, or does not work.
pub fn forget_code(path: &'static str, secure: bool) -> CookieJar {
    let mut cookie = cookie(CODE, String::new(), secure, 0);
    cookie.set_path(path);
    CookieJar::new().add(cookie)
}

/// The code that was kept for this page; empty if there is none.
pub fn code(headers: &HeaderMap, secure: bool) -> String {
    let jar = CookieJar::from_headers(headers);
    jar.get(CODE[usize::from(secure)]).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

/// The key of a sign-in whose first step is done.
pub fn keep_step(key: &Key, secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(STEP, key.expose().to_owned(), secure, CEREMONY_MS))
}

pub fn forget_step(secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(STEP, String::new(), secure, 0))
}

/// The key that was kept, if there is one.
pub fn step(headers: &HeaderMap, secure: bool) -> Option<Key> {
    CookieJar::from_headers(headers)
        .get(STEP[usize::from(secure)])
        .and_then(|cookie| Key::parse(cookie.value()))
}

/// Keeps a message for the next page to show. Cookies are escaped on writing, and unescaped on reading.
pub fn say_once(text: &str, secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(SAID, text.to_owned(), secure, SAID_MS))
}

/// The message that this page shows, and the cookie that keeps the next page from showing it again.
pub fn said(headers: &HeaderMap, secure: bool) -> Option<(String, CookieJar)> {
    let jar = CookieJar::from_headers(headers);
    let text = jar.get(SAID[usize::from(secure)])?.value().to_owned();
    Some((text, CookieJar::new().add(cookie(SAID, String::new(), secure, 0))))
}

/// Keeps what a sign-in needs when its browser comes back from an identity provider. It is `Lax`: the provider's page
/// leads back here.
pub fn keep_way(text: String, secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(WAY, text, secure, PROVIDED_SIGN_IN_MS))
}

/// What was kept for this; empty if there is none.
pub fn way(headers: &HeaderMap, secure: bool) -> String {
    let jar = CookieJar::from_headers(headers);
    jar.get(WAY[usize::from(secure)]).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

pub fn forget_way(secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(WAY, String::new(), secure, 0))
}

/// This browser's preferences for tables and times. They are not secret, so the page writes the cookie by itself.
pub fn view(headers: &HeaderMap) -> String {
    let jar = CookieJar::from_headers(headers);
    view_of(jar.get(VIEW).map(Cookie::value).unwrap_or_default())
}

fn cookie(names: [&'static str; 2], value: String, secure: bool, millis: i64) -> Cookie<'static> {
    let lives = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    let mut cookie = Cookie::build((names[usize::from(secure)], value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build();
    cookie.set_max_age(Some(lives.try_into().unwrap_or_default()));
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_cookies_share_a_name() {
        let all = [SESSION, BROWSER, CODE, STEP, SAID, WAY, [VIEW; 2]];
        for secure in [0, 1] {
            let names: HashSet<_> = all.iter().map(|names| names[secure]).collect();
            assert_eq!(names.len(), all.len());
        }
    }
}
