//! The name of the token, its status, and its actions: as in the menu of its row, and in the same order.

use super::Prompts;
use crate::{
    components::{Shell, Time},
    domain::{Exposure, HandedOver, Right, Token, TokenData, TokenStatus},
    ui::{Icon, html},
};
use leptos::prelude::*;

pub fn head(data: &TokenData, prompts: Prompts, why_not: Option<&'static str>) -> AnyView {
    let TokenData { token, usage, .. } = data;
    let status = token.status(usage.now);
    let advice = (status != TokenStatus::Active).then(|| hint(status.advice().to_owned()));
    let held = token.disabled_in_words().map(|who| {
        let only = if token.disabled_by.is_admin { " Only an admin can enable it again." } else { "" };
        hint(format!("{who}.{only}"))
    });
    html! {
        <div class="head token-head">
            <div class="token-title">
                <h2 class="page-title" data-heading="" tabindex="-1">{token.name.as_str().to_owned()}</h2>
                <span class="status" data-status=status.in_words()>{status.in_words()}</span>
                {advice}
                {held}
                {keep(data, prompts)}
            </div>
            <div class="head-action token-actions">
                {match why_not {
                    Some(why) => hint(why.to_owned()),
                    None => actions(token, prompts),
                }}
            </div>
        </div>
    }
}

fn hint(text: String) -> AnyView {
    html! { <p class="section-hint">{text}</p> }
}

fn actions(token: &Token, prompts: Prompts) -> AnyView {
    // The word of a prompt is also the name of its icon.
    let action = |label: &'static str, word: &'static str, class: &'static str| {
        let href = prompts.href(word);
        html! { <a class=class href=href data-noscroll=""><Icon name=word />{label}</a> }
    };
    let pause = match (&token.exposed, token.disabled_at) {
        (Some(_), _) => None,
        (None, Some(_)) => Some(action("Enable", "enable", "button")),
        (None, None) => Some(action("Disable", "disable", "button")),
    };
    let hands_over = Shell::here().may(Right::ManageAllTokens);
    html! {
        {action("Edit", "edit", "button")}
        {action("Rotate", "rotate", "button")}
        {hands_over.then(|| action("Transfer", "hand-over", "button"))}
        {pause}
        {action("Delete", "delete", "button button-ending")}
    }
}

/// The report about its secret, and what to do about that.
pub fn exposed(data: &TokenData, prompts: Prompts, may_change: bool) -> AnyView {
    let Some(Exposure { at, url, by }) = &data.token.exposed else { return ().into_any() };
    let by = (!by.is_empty()).then(|| format!(" by “{by}”"));
    let place =
        (!url.is_empty()).then(|| html! { ", found at "<code class="exposed-url">{url.clone()}</code> });
    let next = match data.token.works_after_rotation() {
        true => ". That secret never works again. Rotate the token: it gets a new secret, and works again. ",
        false => ". That secret never works again. Rotate the token, then enable it. ",
    };
    html! {
        <p class="notice" data-tone="danger">
            "Its secret was reported as exposed "<Time at=*at />{by}{place}{next}
            {may_change.then(|| html! { <a href=prompts.href("rotate") data-noscroll="">"Rotate now"</a> })}
        </p>
    }
}

/// An admin can keep the owner from enabling a token that the owner has disabled.
fn keep(data: &TokenData, prompts: Prompts) -> AnyView {
    let is_kept = data.is_own || data.token.disabled_by.is_admin || data.token.exposed.is_some();
    let to_keep = data.token.disabled_at.is_some() && !is_kept && Shell::here().may(Right::ManageAllTokens);
    let link = to_keep.then(|| {
        let href = prompts.href("disable");
        html! { <p class="section-hint"><a href=href data-noscroll="">"Keep its owner from enabling it"</a></p> }
    });
    link.into_any()
}

/// Shown after a hand-over: who still has the secret, and what to do about that.
pub fn handed_over(data: &TokenData, prompts: Prompts) -> AnyView {
    let Some(HandedOver { lost_own }) = data.handed_over else { return ().into_any() };
    let lost = if lost_own { " It lost its permissions to use Tokenry itself." } else { "" };
    let next = match data.token.disabled_at {
        Some(_) => "It is disabled: rotate it, then enable it.",
        None => "Rotate it, so that nobody else has a secret that works.",
    };
    let owner = data.token.owner.name.as_str();
    let text = format!(
        "The token was transferred to {owner}.{lost} Anyone who has its secret can still use it. {next} "
    );
    html! {
        <p class="notice" data-tone="done" role="status">
            {text}
            <a href=prompts.href("rotate") data-noscroll="">"Rotate now"</a>
        </p>
    }
}
