//! The page of one token: what it is, who uses it, and what of it could go.
//!
//! Reads and links only: what can be done to a token are the prompts that it leads to.

use super::{
    Frame,
    token_use::{Activities, Denials, Permissions, Presenters},
};
use crate::{
    components::Time,
    documents::settings_header::SettingsHeader,
    domain::{
        AuditLine, Caller, Effect, KeptSecret, Relative, Right, SecretState, Timestamp, Token, TokenId,
        TokenRecord, Top, grouped, may, retiring_in_words, tokens_in_words,
    },
    paths,
    ui::Icon,
};
use leptos::prelude::*;

/// `done` is the word for what has just been done, or nothing.
pub fn token(frame: &Frame, record: TokenRecord, done: &str) -> String {
    let (caller, done) = (frame.caller.clone(), done.to_owned());
    frame.settings("Token · Tokenry", false, move || {
        let TokenRecord { token, owner_email, created_by, parent, children, secrets, activity, audit } =
            record;
        let (id, now) = (token.id, activity.usage.now);
        let is_to_change = caller.as_ref().is_some_and(|caller| why_not(caller, &token).is_none());
        view! {
            <SettingsHeader tab=paths::TOKENS />
            <HandedOver token=token.clone() done />
            <Head token=token.clone() now caller />
            <div class="token-page">
                <Details token=token.clone() owner_email created_by parent now />
                <Secrets id secrets now is_to_change />
                <Activities usage=activity.usage.clone() token=token.clone() />
                <div class="sections">
                    <Presenters activity=activity.clone() />
                    <Permissions activity=activity.clone() token=token.clone() is_to_change />
                    <Denials activity token />
                    <Children children />
                </div>
                {audit.map(|lines| view! { <Events id lines /> })}
            </div>
        }
        .into_any()
    })
}

/// By which word the page speaks of a token that was handed over.
pub fn handed_over_word(effect: &Effect) -> &'static str {
    if effect.dropped.is_empty() { "handed-over" } else { "handed-over-less" }
}

/// After the token was handed over: who still has its secret, and what that can do.
#[component]
fn HandedOver(token: Token, done: String) -> impl IntoView {
    let lost = match done.as_str() {
        "handed-over" => "",
        "handed-over-less" => " It lost its permissions to use Tokenry itself.",
        _ => return ().into_any(),
    };
    let disabled = match token.disabled_at {
        Some(_) => " It is disabled: rotate it, then enable it.",
        None => " Rotate it, so that nobody else has a secret that works.",
    };
    let text = format!(
        "The token was handed over to {}.{lost} Whoever has its secret keeps it.{disabled} ",
        token.owner.name.as_str()
    );
    view! {
        <p class="notice" data-tone="done" role="status">
            {text}
            <a href=paths::token_rotate(token.id)>"Rotate now"</a>
        </p>
    }
    .into_any()
}

/// Why this person may not change this token, if they may not.
fn why_not(caller: &Caller, token: &Token) -> Option<&'static str> {
    let own = token.owner.id == caller.id;
    caller.role.why_not(if own { Right::ManageOwnTokens } else { Right::ManageAllTokens })
}

/// The name, how it stands, and what can be done about it: as in the token's dots, and in their order.
#[component]
fn Head(token: Token, now: Timestamp, caller: Option<Caller>) -> impl IntoView {
    let status = token.status(now);
    let pause = if token.disabled_at.is_some() { ("Enable", "enable") } else { ("Disable", "disable") };
    // What its owner has disabled, an admin can keep them from enabling.
    let to_hold = caller.as_ref().is_some_and(|caller| {
        let is_theirs = token.owner.id == caller.id || token.disabled_by.is_admin;
        token.disabled_at.is_some() && !is_theirs && may(caller.role, Right::ManageAllTokens)
    });
    let to_hold = to_hold.then(|| {
        let href = paths::token_prompt(token.id, "disable");
        view! { <p class="section-hint"><a href=href>"Keep its owner from enabling it"</a></p> }
    });
    let held = token.disabled_in_words().map(|who| match token.disabled_by.is_admin {
        true => format!("{who}. Only an admin can enable it again."),
        false => format!("{who}."),
    });
    let actions = caller.map(|caller| match why_not(&caller, &token) {
        Some(why) => view! { <p class="section-hint">{why}</p> }.into_any(),
        None => view! {
            <a class="button" href=paths::token_edit(token.id)><Icon name="edit" />"Edit"</a>
            <a class="button" href=paths::token_prompt(token.id, "rotate")><Icon name="rotate" />"Rotate"</a>
            {may(caller.role, Right::ManageAllTokens).then(|| view! {
                <a class="button" href=paths::token_hand_over(token.id)><Icon name="hand-over" />"Hand over"</a>
            })}
            <a class="button" href=paths::token_prompt(token.id, pause.1)><Icon name=pause.1 />{pause.0}</a>
            <a class="button button-ending" href=paths::token_delete(token.id)><Icon name="delete" />"Delete"</a>
        }
        .into_any(),
    });
    view! {
        <p class="crumb"><a href=paths::TOKENS>"All tokens"</a></p>
        <div class="head token-head">
            <div class="token-title">
                <h2 class="page-title">{token.name.as_str().to_owned()}</h2>
                <span class="status" data-status=status.in_words()>{status.in_words()}</span>
                <p class="section-hint">{status.advice()}</p>
                {held.map(|held| view! { <p class="section-hint">{held}</p> })}
                {to_hold}
            </div>
            <div class="head-action token-actions">{actions}</div>
        </div>
    }
}

#[component]
fn Details(
    token: Token,
    owner_email: String,
    created_by: Option<String>,
    parent: Option<Relative>,
    now: Timestamp,
) -> impl IntoView {
    let Token {
        id,
        description,
        owner,
        expires_at,
        last_used,
        allowed_addresses,
        rate_limit,
        created_at,
        ..
    } = token;
    let description = String::from(description);
    let described = !description.is_empty();
    let ranges: Vec<_> =
        allowed_addresses.iter().map(|range| view! { <code class="tag">{range}</code> }).collect();
    view! {
        <section class="card section" aria-labelledby="details-title">
            <h3 class="section-title" id="details-title">"Details"</h3>
            {described.then(|| view! { <p class="token-about">{description}</p> })}
            <dl class="token-facts">
                <div>
                    <dt>"Last used"</dt>
                    <dd>{match last_used {
                        Some(used) => view! { <Time at=used.at />" "{from(&used.address)} }.into_any(),
                        None => view! { <span class="quiet">"Never used"</span> }.into_any(),
                    }}</dd>
                </div>
                <div>
                    <dt>"Expires"</dt>
                    <dd>{match expires_at {
                        Some(at) => {
                            let word = if at <= now { "Ended with " } else { "" };
                            view! { {word}<time datetime=at.to_string()>{at.end_in_words()}</time> }.into_any()
                        }
                        None => view! { "Never" }.into_any(),
                    }}</dd>
                </div>
                <div>
                    <dt>"Owner"</dt>
                    <dd>{String::from(owner.name)}" "<span class="token-description">{owner_email}</span></dd>
                </div>
                <div>
                    <dt>"Created"</dt>
                    <dd><Time at=created_at />{created_by.map(|who| format!(" by {who}"))}</dd>
                </div>
                {parent.map(|parent| view! { <div><dt>"Made by token"</dt><dd>{linked(parent)}</dd></div> })}
                <div>
                    <dt>"Allowed addresses"</dt>
                    <dd>{if ranges.is_empty() { view! { "All" }.into_any() } else { view! { <span class="tags">{ranges}</span> }.into_any() }}</dd>
                </div>
                <div>
                    <dt>"Rate limit"</dt>
                    <dd>{rate_limit.map_or_else(|| "None".to_owned(), |limit| limit.in_words())}</dd>
                </div>
                <div class="fact-wide">
                    <dt>"ID"</dt>
                    <dd class="token-id">
                        <code id="token-id" tabindex="0" aria-label="ID" role="textbox" aria-readonly="true">{id.to_string()}</code>
                        <button type="button" class="button button-small needs-script" data-copy="token-id"><Icon name="copy" />"Copy"</button>
                        <span class="token-id-outcome" role="status" id="token-id-outcome"></span>
                    </dd>
                </div>
            </dl>
        </section>
    }
}

/// A token by its name, which leads to its page if it has one.
fn linked(relative: Relative) -> impl IntoView {
    let name = String::from(relative.name);
    match relative.is_live {
        true => view! { <a href=paths::token(relative.id)>{name}</a> }.into_any(),
        false => view! { {name}" "<span class="quiet">"(deleted)"</span> }.into_any(),
    }
}

/// The tokens that were made with this one; nothing where there are none.
#[component]
fn Children(children: Top<Relative>) -> impl IntoView {
    let (title, more) =
        (format!("Made {}", tokens_in_words(children.count)), more_of(children.more(), "token"));
    (children.count > 0).then(|| view! {
        <section class="card section" aria-labelledby="children-title">
            <h3 class="section-title" id="children-title">{title}</h3>
            <p class="section-hint">"They were made with the secret of this token, and stay when it ends, unless they are ended with it."</p>
            <ul class="children">
                {children.rows.into_iter().map(|child| view! { <li>{linked(child)}</li> }).collect_view()}
            </ul>
            {more.map(|text| view! { <p class="and-more">{text}</p> })}
        </section>
    })
}

#[component]
fn Secrets(id: TokenId, secrets: Top<KeptSecret>, now: Timestamp, is_to_change: bool) -> impl IntoView {
    let more = more_of(secrets.more(), "older secret");
    let retiring = secrets.rows.iter().find(|secret| matches!(secret.state(now), SecretState::Retiring(_)));
    let retiring = retiring.cloned().map(|secret| view! { <Retiring id secret is_to_change /> });
    view! {
        <section class="card section section-wide" aria-labelledby="secrets-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="secrets-title">"Secrets"</h3>
                    <p class="section-hint">"Only what tells them apart; the rest of a secret is kept nowhere."</p>
                    {retiring}
                </div>
            </div>
            <table class="table">
                <caption class="visually-hidden">"Secrets of this token, the current one first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Secret"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Made"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col">"Client"</th>
                    </tr>
                </thead>
                <tbody>{secrets.rows.into_iter().map(|secret| view! { <Secret secret now /> }).collect_view()}</tbody>
            </table>
            {more.map(|text| view! { <p class="and-more">{text}</p> })}
        </section>
    }
}

/// The old secret of a rotation: until when it works, and whether somebody still uses it.
#[component]
fn Retiring(id: TokenId, secret: KeptSecret, is_to_change: bool) -> impl IntoView {
    let KeptSecret { hint, ends_at, quiet_ms, last_used, .. } = secret;
    let until = ends_at.map(|end| format!(" {}. ", retiring_in_words(end, quiet_ms)));
    view! {
        <p class="section-hint">
            "The old secret " <code>{hint.to_string()}</code> {until}
            {match last_used {
                Some(used) => view! { "It was last used " <Time at=used.at /> ". " }.into_any(),
                None => view! { "It was never used. " }.into_any(),
            }}
            {is_to_change.then(|| view! { <a href=paths::token_rotate(id)>"Who still presents it"</a> })}
        </p>
    }
}

#[component]
fn Secret(secret: KeptSecret, now: Timestamp) -> impl IntoView {
    let state = secret.state(now);
    let when = match state {
        SecretState::Current => ().into_any(),
        SecretState::Retiring(end) => {
            view! { " until "<time datetime=end.to_string()>{end.date_time()}</time> }.into_any()
        }
        SecretState::Ended(at) | SecretState::Revoked(at) => {
            let by = secret.revoked_by.map(|who| format!(" by {who}"));
            view! { " "<Time at />{by} }.into_any()
        }
    };
    let (used, client) = match secret.last_used {
        Some(used) => {
            (view! { <span><Time at=used.at />" "{from(&used.address)}</span> }.into_any(), used.client)
        }
        None => (view! { <span class="quiet">"Never used"</span> }.into_any(), String::new()),
    };
    view! {
        <tr>
            <th scope="row"><code>{secret.hint.to_string()}</code></th>
            <td data-label="State"><span><span class="status" data-status=state_of_word(state)>{state.in_words()}</span>{when}</span></td>
            <td data-label="Made"><Time at=secret.created_at /></td>
            <td data-label="Last used">{used}</td>
            <td data-label="Client" class="client">{or_dash(client)}</td>
        </tr>
    }
}

/// A word for a secret looks like the word for a token that means the same.
const fn state_of_word(state: SecretState) -> &'static str {
    match state {
        SecretState::Current => "Active",
        SecretState::Retiring(_) => "Rotating",
        SecretState::Ended(_) | SecretState::Revoked(_) => "Expired",
    }
}

#[component]
fn Events(id: TokenId, lines: Vec<AuditLine>) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(|line| {
        let (who, words, details) = (line.who(), line.in_words(), line.details_in_words());
        let email = Some(line.actor_email).filter(|email| !email.is_empty());
        view! {
            <tr>
                <th scope="row"><Time at=line.at /></th>
                <td data-label="What">
                    <span class="what">
                        {words}
                        {details.map(|details| view! { <span class="token-description what-more">{details}</span> })}
                    </span>
                </td>
                <td data-label="Who">{who}{email.map(|email| view! { " "<span class="token-description">{email}</span> })}</td>
                <td data-label="From"><code>{line.address}</code></td>
            </tr>
        }
    }).collect();
    view! {
        <section class="card section section-wide" aria-labelledby="events-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="events-title">"What was done to it"</h3>
                    <p class="section-hint">"The last lines of the audit log about this token."</p>
                </div>
                <a class="button button-small head-action" href=paths::audit_of_token(id)>"All in the audit log"</a>
            </div>
            <table class="table table-log">
                <caption class="visually-hidden">"Events of this token, the latest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"From"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// `from 10.0.0.7`; nothing where it was not said.
fn from(address: &str) -> Option<impl IntoView + use<>> {
    let address = Some(address.to_owned()).filter(|address| !address.is_empty());
    address.map(|address| view! { <span class="quiet">"from "<code>{address}</code></span> })
}

pub fn or_dash(text: String) -> impl IntoView {
    match text.is_empty() {
        true => view! { <span class="quiet">"Not said"</span> }.into_any(),
        false => view! { <span>{text}</span> }.into_any(),
    }
}

/// `and 3 more addresses`; nothing when there are no more.
pub fn more_of(more: u64, what: &str) -> Option<String> {
    (more > 0).then(|| format!("and {} more {what}{}", grouped(more), if more == 1 { "" } else { "s" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(more_of(0, "way"), None);
        assert_eq!(more_of(1, "way").as_deref(), Some("and 1 more way"));
        assert_eq!(more_of(1_200, "way").as_deref(), Some("and 1,200 more ways"));
    }
}
