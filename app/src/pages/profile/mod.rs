//! The profile page: name, theme, password, second factors, notifications, sessions.

mod app;
mod factors;
mod identities;
mod notices;
mod passkeys;
mod sessions;
mod settings;
mod view;

use crate::{
    components::{FramedPrompt, Shell, Time, screen},
    domain::{LinkNews, PersonId, ProfileData, Right},
    paths,
    server_fns::LoadProfile,
    ui::{effect, html},
};
use factors::factors_section;
use identities::identities_section;
use leptos::prelude::*;
use notices::notices_section;
use sessions::sessions_section;
use settings::{name_form, password_form, theme_form};
use view::view_section;

/// The prompt at this path below the profile.
pub fn prompt_at(parts: &[&str]) -> Option<FramedPrompt> {
    Some(match parts {
        ["app"] => ("app-prompt", "Set up authenticator app", false, app::app_prompt),
        ["app", "remove"] => ("question-prompt", "Remove authenticator app", true, app::remove_app_prompt),
        ["recovery-codes"] => ("question-prompt", "New recovery codes", true, app::codes_prompt),
        ["passkeys", "new"] => ("passkey-prompt", "Add passkey", false, passkeys::add_passkey_prompt),
        ["passkeys", _, "rename"] => {
            ("passkey-prompt", "Rename passkey", false, passkeys::rename_passkey_prompt)
        }
        ["passkeys", _, "remove"] => {
            ("question-prompt", "Remove passkey", true, passkeys::remove_passkey_prompt)
        }
        _ => return None,
    })
}

pub fn profile_page() -> AnyView {
    screen::<LoadProfile>("Profile", page)
}

fn page(data: ProfileData) -> AnyView {
    let ProfileData { person, sessions, link, factors, notices, identities, has_password } = data;
    let shell = Shell::here();
    let sentence = format!("You sign in as {}. {}", person.email.as_str(), person.role.in_words());
    let (id, name, theme) = (person.id, person.name.clone(), person.theme);
    // Changes made here are visible around the screen, too.
    effect(move || shell.know_person(&person.name, theme));
    html! {
        <h1 class="page-title" data-heading="" tabindex="-1">"Profile"</h1>
        <p class="section-hint">{sentence}</p>
        {link.map(link_news)}
        <div class="sections">
            {name_form(name.into())}
            {theme_form(theme)}
            {view_section()}
            {has_password.then(password_form)}
            {(!identities.is_empty()).then(|| identities_section(identities))}
            {factors_section(factors)}
            {shell.may(Right::ManageOwnTokens).then(|| own_tokens(id))}
            {notices_section(notices)}
            {sessions_section(sessions)}
        </div>
    }
}

fn link_news(LinkNews { at, by }: LinkNews) -> AnyView {
    let by = by.unwrap_or_else(|| "The operator".to_owned());
    html! {
        <p class="notice" data-tone="warning">
            {format!("{by} created a password reset link for you: ")} <Time at />
            ". Anyone who used it could sign in as you. If you did not ask for it, tell another admin."
        </p>
    }
}

/// The person's own tokens. Neither a new password nor the end of a session affects them.
fn own_tokens(id: PersonId) -> AnyView {
    html! {
        <section class="card section" aria-labelledby="tokens-title">
            <h2 class="section-title" id="tokens-title">"Tokens"</h2>
            <p class="section-hint">
                "Your tokens keep working when you change your password or sign out. Disable those whose secret \
                 somebody else may have."
            </p>
            <a class="button" href=paths::tokens_of(id)>"Show your tokens"</a>
        </section>
    }
}
