//! What the prompts about somebody say of their tokens: what would wake, what would sleep, and what can be asked for.

use super::{
    PersonAnswers,
    ticks::{Ticks, names, to_keep, to_work},
};
use crate::domain::{
    CONSENTS_MAX, HOLDERS_SHOWN, OwnedToken, Person, Role, SeenToken, Standing, Timestamp, Transition,
    tokens_in_words,
};
use leptos::prelude::*;

fn changed(before: Standing, after: Standing) -> Transition {
    Transition { before, after, is_handed_over: false }
}

/// What another role does to somebody's tokens: what sleeps is asked about, and the rest is said.
#[component]
pub fn RoleTokens(person: Person, owned: Vec<OwnedToken>, answers: PersonAnswers) -> impl IntoView {
    let (name, before) = (person.name.as_str().to_owned(), Standing::of(&person));
    let own: Vec<&OwnedToken> = owned.iter().filter(|token| !token.permissions.own().is_empty()).collect();
    let to_role = |role| changed(before, Standing { role, ..before });
    let keep = match before.role {
        Role::Admin => Vec::new(),
        Role::Member | Role::Viewer => to_keep(own.iter().copied(), &answers.ticked, "may use"),
    };
    let work = match before.role {
        Role::Viewer => to_work(owned.iter(), &answers.ticked, to_role(Role::Member)),
        Role::Admin | Role::Member => Vec::new(),
    };
    let keep_hint = format!(
        "They sleep while {name} is a {}, and are taken away when {name} becomes an admin, unless they are ticked. \
         A token that is left with nothing is disabled.",
        before.role
    );
    let work_hint = format!(
        "They can do nothing while {name} is a viewer, and are disabled when {name} becomes a member or an admin, \
         unless they are ticked."
    );
    let asleep = (before.role == Role::Admin && !own.is_empty()).then(|| {
        let many = tokens_in_words(own.len() as u64);
        let named = names(own.iter().copied(), HOLDERS_SHOWN);
        format!("As a member or a viewer, {many} of theirs can no longer use Tokenry itself: {named}.")
    });
    let silent = (before.role != Role::Viewer && !owned.is_empty()).then(|| match owned.len() {
        1 => "As a viewer, their token can do nothing.".to_owned(),
        many => format!("As a viewer, their {many} tokens can do nothing."),
    });
    view! {
        {asleep.map(|text| view! { <p>{text}</p> })}
        {silent.map(|text| view! { <p>{text}</p> })}
        <Ticks name="work" legend="Their tokens" hint=work_hint ticks=work />
        <Ticks name="keep" legend="Permissions to use Tokenry itself" hint=keep_hint ticks=keep />
    }
}

/// The box that lets the tokens of somebody who is enabled work again.
#[component]
pub fn EnabledTokens(
    person: Person,
    owned: Vec<OwnedToken>,
    now: Timestamp,
    answers: PersonAnswers,
) -> impl IntoView {
    let before = Standing::of(&person);
    let after = Standing { is_disabled: false, ..before };
    let can_work = |token: &&OwnedToken| {
        token.is_usable(now) && after.power(&token.permissions).is_some_and(|power| !power.is_empty())
    };
    let usable: Vec<OwnedToken> = owned.iter().filter(can_work).take(CONSENTS_MAX).cloned().collect();
    if usable.is_empty() {
        return ().into_any();
    }
    let seen: Vec<String> =
        usable.iter().map(OwnedToken::seen).map(|seen: SeenToken| seen.to_string()).collect();
    let is_ticked = usable.iter().all(|token| answers.ticked.works(token));
    let named = names(usable.iter(), HOLDERS_SHOWN);
    let label = match usable.len() {
        1 => format!("Their token works again: {named}"),
        many => format!("Their {many} tokens work again: {named}"),
    };
    let own = usable.iter().filter(|token| !token.permissions.within(after.role).own().is_empty());
    let own = Some(names(own, HOLDERS_SHOWN)).filter(|own| !own.is_empty());
    let hint = format!(
        "Without this, they are disabled from now on, and each can be enabled by itself. Whoever has a secret kept it.{}",
        own.map(|own| format!(" Tokenry itself can be used with {own}.")).unwrap_or_default()
    );
    view! {
        <div class="field">
            <label class="radio">
                <input type="checkbox" name="work" value=seen.join(" ") checked=is_ticked aria-describedby="work-hint" />
                <span>{label}</span>
            </label>
            <p class="field-hint" id="work-hint">{hint}</p>
        </div>
    }
    .into_any()
}

/// What becomes of the tokens of somebody who is disabled, and when to hand them over.
pub fn when_disabled(name: &str, tokens: u64) -> String {
    let (theirs, them, they) = match tokens {
        0 => return String::new(),
        1 => ("Their token is refused".to_owned(), "it", "it arrives"),
        many => (format!("Their {many} tokens are refused"), "them", "they arrive"),
    };
    format!(
        " {theirs} from then on. Hand {them} over first where services still need {them}, and rotate afterwards: until \
         then, {name} has a secret that works. Handed over later, {they} disabled."
    )
}
