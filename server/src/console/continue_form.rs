//! Carries a form through a sign-in: the session of its sender has ended, or is too old for what they want. The
//! answer is a page that asks for the sign-in and holds what was typed. Sent to the same address again, that page
//! first signs its person in, and then does what was meant.
//!
//! The typed fields travel in that page and are kept nowhere else. They are at most as large as one request, and
//! contain no password or code. The page is another form of this site: its origin is checked like that of every
//! other, and its sign-ins count like those of the sign-in page.
//!
//! A form is sent as the person on whose page it was filled in, and as nobody else.

use crate::{
    console::second_step,
    console::sign_in::ways,
    http::cookies,
    http::extract::{Page, visit},
    http::middleware::{
        body::strangers_body,
        head::{CROSS_SITE, FORM, is_content_type, names_its_origin},
    },
    http::{extract::PageError, render::refuse_call},
    state::AppState,
};
use app::{
    FILLED_IN_BY,
    domain::{BODY_BYTES_MAX, Caller, Error},
    paths,
    service::{SignInStep, SignedIn},
    sign_in::{CODE, EMAIL, PASSKEY, PASSWORD, PASSWORDS_DROPPED, SentForm, WhoSignsIn, continue_form},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded::{Serializer, parse};

/// Fields that are never written into a page.
const NEVER_SHOWN: [&str; 4] = ["password", "again", "current_password", "code"];
/// Fields of the page that asks for the sign-in, and [`FILLED_IN_BY`], which every form has. No handler receives
/// them.
const OWN: [&str; 6] = [EMAIL, PASSWORD, CODE, PASSKEY, PASSWORDS_DROPPED, FILLED_IN_BY];

const DROPPED: &str = "You are signed in. Passwords are not kept: enter them again.";

/// Is this a form, as a browser sends it?
pub fn is_form(parts: &Parts) -> bool {
    parts.method == Method::POST && is_content_type(&parts.headers, FORM)
}

/// Middleware for requests of somebody who is signed in.
pub async fn offer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Some(caller) = parts.extensions.get::<Caller>().cloned().filter(|_| is_form(&parts)) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    // The body has been read already, and fits.
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (sent, is_call) = (SentFields::read(&body), parts.uri.path().starts_with("/_fn/"));
    if sent.has(FILLED_IN_BY) && !sent.is_by(&caller) {
        return match is_call {
            // The browser then sends it as a plain form.
            true => refuse_call(&Error::SignedOut),
            false => lead_to_page(&state, &parts, &not_sent(&caller)),
        };
    }
    let passkey = sent.field(PASSKEY).filter(|answer| !answer.is_empty());
    if let (Some(_), false) = (passkey.or(sent.field(PASSWORD)), is_call) {
        let brought = cookies::read(&parts.headers, state.network.secure);
        let typed = |name| sent.field(name).unwrap_or_default();
        let signed_in = match passkey {
            Some(answer) => state.service.sign_in_again_with_passkey(&caller, answer, brought).await,
            None => {
                state.service.sign_in_again(&caller, (typed(PASSWORD), typed(CODE).trim()), brought).await
            }
        };
        return match signed_in {
            Ok((caller, signed_in)) => go_on(&state, parts, &sent, (caller, &signed_in), next).await,
            Err(error) => ask(&state, &parts, &sent, Some(&error)).await,
        };
    }
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, sent.passed_on(body))).await;
    let needs_sign_in = matches!(response.extensions().get(), Some(PageError(Error::SignInAgain)));
    if needs_sign_in { ask(&state, &asked, &sent, None).await } else { response }
}

/// Answers a form of somebody who is not signed in. The body is read like those of all strangers.
pub async fn sign_in_first(state: AppState, parts: Parts, body: Body, next: Next) -> Response {
    let body = match strangers_body(&state, &parts.extensions, body).await {
        Ok(body) => body,
        Err(error) => return Page::of(&state, &parts).fail(&error).await,
    };
    let sent = SentFields::read(&body);
    let passkey = sent.field(PASSKEY).filter(|answer| !answer.is_empty());
    let typed = sent.field(EMAIL).zip(sent.field(PASSWORD));
    if passkey.is_none() && typed.is_none() {
        return ask(&state, &parts, &sent, None).await;
    }
    if !names_its_origin(&parts.headers) {
        return (StatusCode::FORBIDDEN, CROSS_SITE).into_response();
    }
    let (service, visit) = (&state.service, visit(&parts));
    let brought = cookies::read(&parts.headers, state.network.secure);
    let (email, password) = typed.unwrap_or_default();
    let code = sent.field(CODE).unwrap_or_default().trim();
    let step = match passkey {
        Some(answer) => {
            service.sign_in_with_passkey(answer, None, brought, &visit).await.map(SignInStep::SignedIn)
        }
        None => service.sign_in_with_code((email, password, code), brought, &visit).await,
    };
    let signed_in = match step {
        Ok(SignInStep::SignedIn(signed_in)) => signed_in,
        // They have to set one up first, and find the form empty afterwards.
        Ok(step) => {
            let page = Page::of(&state, &parts);
            return second_step::after_password(&page, &step, &page.screen());
        }
        Err(error) => return ask(&state, &parts, &sent, Some(&error)).await,
    };
    let caller = match service.caller(&signed_in.session, &visit).await {
        Ok(caller) => caller.ok_or(Error::SignedOut),
        Err(error) => Err(error),
    };
    let caller = caller.and_then(|caller| service.may_change(&caller).map(|()| caller));
    match caller {
        Ok(caller) => go_on(&state, parts, &sent, (caller, &signed_in), next).await,
        Err(error) => {
            let kept = cookies::keep(&signed_in, state.network.secure);
            (kept, Page::of(&state, &parts).fail(&error).await).into_response()
        }
    }
}

/// Carries out the form, as the person who has just signed in.
async fn go_on(
    state: &AppState,
    mut parts: Parts,
    sent: &SentFields,
    (caller, signed_in): (Caller, &SignedIn),
    next: Next,
) -> Response {
    let kept = cookies::keep(signed_in, state.network.secure);
    // Somebody who was signed in already is the same person. For everybody else, the form has to say so.
    let is_theirs = parts.extensions.get::<Caller>().is_some() || sent.is_by(&caller);
    if !is_theirs {
        return (kept, lead_to_page(state, &parts, &not_sent(&caller))).into_response();
    }
    if !sent.is_whole() {
        return (kept, lead_to_page(state, &parts, DROPPED)).into_response();
    }
    // A download leaves the page where it is, so this redirects to the page that offers it.
    if parts.uri.path() == paths::AUDIT_EXPORT {
        let filter = sent.fields();
        let filter: Vec<_> = filter.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let back = paths::with_search(paths::AUDIT, &paths::query(&filter));
        return (kept, Redirect::to(&back)).into_response();
    }
    parts.extensions.insert(caller);
    let body = Body::from(encoded(sent.fields()));
    (kept, next.run(Request::from_parts(parts, body)).await).into_response()
}

fn not_sent(caller: &Caller) -> String {
    let name = caller.name.as_str();
    format!("You are signed in as {name}. The form was not sent: somebody else may have filled it in.")
}

/// Redirects to the page of the form, which shows this message once.
fn lead_to_page(state: &AppState, parts: &Parts, said: &str) -> Response {
    let page = Page::of(state, parts);
    (cookies::say_once(said, state.network.secure), Redirect::to(page.url())).into_response()
}

async fn ask(state: &AppState, parts: &Parts, sent: &SentFields, error: Option<&Error>) -> Response {
    let page = Page::of(state, parts);
    let (who, usual) = match &page.caller {
        Some(caller) => {
            let factors = state.service.factors_of(caller.id).await.unwrap_or_default();
            let has_passkeys = state.service.has_passkey_sign_in() && !factors.passkeys.is_empty();
            let who = WhoSignsIn::Person { name: &caller.name, has_factor: factors.has_any(), has_passkeys };
            (who, Error::SignInAgain)
        }
        None => {
            let (email, has_passkeys) =
                (sent.field(EMAIL).unwrap_or_default(), state.service.has_passkey_sign_in());
            (WhoSignsIn::Anybody { email, has_passkeys }, Error::SignedOut)
        }
    };
    if page.caller.is_some() && error == Some(&Error::SignedOut) {
        return Redirect::to(&paths::sign_in(&page.screen())).into_response();
    }
    let form = SentForm {
        action: page.url().to_owned(),
        fields: sent.carried(),
        back: page.screen(),
        is_whole: sent.is_whole(),
    };
    let mut ways = ways(state, &form.back, page.caller.is_some());
    if let Some(caller) = &page.caller {
        // When it cannot be read, the field does no harm.
        ways.by_password &= state.service.has_password(caller).await.unwrap_or(true);
    }
    let html = continue_form(page.demonstration(), &form, &who, &ways, error);
    page.refuse(error.unwrap_or(&usual), html)
}

/// The fields of a submitted form.
struct SentFields(Vec<(String, String)>);

impl SentFields {
    fn read(body: &Bytes) -> Self {
        Self(parse(body).into_owned().collect())
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    fn is_by(&self, caller: &Caller) -> bool {
        self.field(FILLED_IN_BY) == Some(caller.id.to_string().as_str())
    }

    /// Is everything still there that was typed?
    fn is_whole(&self) -> bool {
        !self.has(PASSWORDS_DROPPED) && !NEVER_SHOWN.iter().any(|name| self.has(name))
    }

    /// The fields that the page that asks for the sign-in carries along.
    fn carried(&self) -> Vec<(String, String)> {
        let ours = |name: &str| OWN.contains(&name) && name != FILLED_IN_BY;
        let shown = |(name, _): &&(String, String)| !ours(name) && !NEVER_SHOWN.contains(&name.as_str());
        self.0.iter().filter(shown).cloned().collect()
    }

    /// The fields of the form itself.
    fn fields(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned().collect()
    }

    /// The body for the handler: as it came, unless it holds fields that are not the handler's.
    fn passed_on(&self, body: Bytes) -> Body {
        let ours = OWN.iter().any(|name| self.has(name));
        Body::from(if ours { Bytes::from(encoded(self.fields())) } else { body })
    }
}

fn encoded(fields: Vec<(String, String)>) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}
