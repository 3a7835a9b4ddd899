//! The two cookies: the key of a session, and the mark of a browser that has signed in before.
//!
//! Over HTTPS both have the prefix `__Host-`: no other host of the domain can set or read them (RFC 6265bis, 4.1.3).

use app::{
    domain::{KNOWN_BROWSER_MS, SESSION_MS},
    service::{Key, Knock, SignedIn},
};
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use std::time::Duration;

const SESSION: [&str; 2] = ["tokenry", "__Host-tokenry"];
const BROWSER: [&str; 2] = ["tokenry-browser", "__Host-tokenry-browser"];

/// What a browser has brought along. What cannot be a key is not one.
pub fn read(headers: &HeaderMap, secure: bool) -> Knock {
    let jar = CookieJar::from_headers(headers);
    let key = |names: [&str; 2]| jar.get(names[usize::from(secure)]).and_then(|c| Key::parse(c.value()));
    Knock { session: key(SESSION), browser: key(BROWSER) }
}

/// What it is to keep from now on.
pub fn keep(signed_in: &SignedIn, secure: bool) -> CookieJar {
    CookieJar::new()
        .add(cookie(SESSION, signed_in.session.expose().to_owned(), secure, SESSION_MS))
        .add(cookie(BROWSER, signed_in.browser.expose().to_owned(), secure, KNOWN_BROWSER_MS))
}

/// The session is over; the browser is still known.
pub fn forget_session(secure: bool) -> CookieJar {
    CookieJar::new().add(cookie(SESSION, String::new(), secure, 0))
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
