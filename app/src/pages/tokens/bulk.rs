//! The prompts about several tokens at once: one for each action.

use crate::{
    components::{
        ChangeForm, CloseActions, PromptActions, PromptFrame, Shell, TokenNotice, WithChildren, bulk_title,
        change, consents, prompt, prompt_content, recipient_choice,
    },
    domain::{
        BulkAction, BulkPrompt, ConsentBox, ConsentBoxes, ConsentKind, Right, SelectedToken, TokenId,
        TokenName, keep_hint, missing_in_words,
    },
    paths,
    server_fns::{ChangeTokens, LoadBulkPrompt},
    ui::{Draw, Notice, Tone, html},
};
use leptos::prelude::*;
use leptos_router::hooks::use_url;

const ARRIVES_DISABLED: &str =
    "Arrives disabled: its secret is refused now, or it would be left with no permissions";

/// The action is in the query. Each action comes and goes as a prompt of its own.
pub fn bulk_prompt() -> AnyView {
    let url = use_url();
    let action = Memo::new(move |_| {
        let url = url.read();
        paths::value_of(url.search(), "action").parse::<BulkAction>().ok()
    });
    let each = [None].into_iter().chain(BulkAction::ALL.map(Some));
    let content = || Draw::new(|| async { prompt_content::<LoadBulkPrompt>(inside) });
    let prompts = each.map(|one| move || (action.get() == one).then(|| prompt(frame(one), content())));
    prompts.collect_view().into_any()
}

const fn frame(action: Option<BulkAction>) -> PromptFrame {
    let title = match action {
        Some(action) => bulk_title(action),
        None => "Change tokens",
    };
    PromptFrame { id: "bulk-prompt", title, alert: !matches!(action, Some(BulkAction::HandOver)) }
}

fn inside(about: BulkPrompt) -> AnyView {
    if about.tokens.is_empty() {
        return nothing_to_ask(about);
    }
    html! { <ChangeForm change={change::<ChangeTokens>()}><Question about /></ChangeForm> }
}

#[component]
fn Question(about: BulkPrompt) -> impl IntoView {
    let missing = missing_in_words(about.missing(), about.count);
    let BulkPrompt { action, tokens, already, recipients, consequence, also_made, .. } = about;
    let these = match tokens.len() {
        1 => "this token".to_owned(),
        many => format!("these {many} tokens"),
    };
    let seen: Vec<String> = tokens.iter().map(|token| token.seen().to_string()).collect();
    let (deletes, hands_over) = (action == BulkAction::Delete, action == BulkAction::HandOver);
    let instead = tokens.iter().any(|token| deletes && !token.is_disabled).then(|| {
        let here = Shell::here().url().get_untracked();
        here.replacen("action=delete", "action=disable", 1)
    });
    let one = |token: &SelectedToken| ConsentBox::to_keep(token.seen(), &token.name, &token.own);
    let boxes = tokens.iter().filter(|_| hands_over).filter_map(one).collect();
    let keep = ConsentBoxes::new(ConsentKind::Keep, keep_hint(None), boxes).map(consents);
    let everybody = Shell::here().may(Right::SeeAllTokens);
    let lines = tokens.into_iter().map(|token| line(token, everybody)).collect_view();
    html! {
        <input type="hidden" name="action" value=action.as_str() />
        <input type="hidden" name="tokens" value=seen.join(" ") />
        <div class="dialog-body">
            <TokenNotice />
            <p>{format!("{} {these}?", action.verb())}</p>
            {if deletes {
                html! { <Notice tone=Tone::Danger text=consequence /> }
            } else {
                html! { <p>{consequence}</p> }
            }}
            {hands_over.then(|| recipient_choice(recipients))}
            {keep}
            <ul class="chosen">{lines}</ul>
            <WithChildren also_made />
            {so_already(action, already, true)}
            {missing.map(|text| html! { <p class="chosen-missing">{text}</p> })}
        </div>
        <PromptActions
            submit=if deletes { "Confirm" } else { action.verb() }
            danger=action.ends_use()
            careful=!hands_over
        >
            {instead.map(|href| html! { <a class="button dialog-actions-start" href=href data-noscroll="">"Disable instead"</a> })}
        </PromptActions>
    }
}

/// A token, with what one has to know before changing it.
fn line(token: SelectedToken, everybody: bool) -> AnyView {
    let status = token.status.in_words();
    let owner = everybody.then(|| String::from(token.owner));
    let more = if token.arrives_disabled { ARRIVES_DISABLED.to_owned() } else { token.recent_use };
    let more: Vec<String> = owner.into_iter().chain([more]).filter(|text| !text.is_empty()).collect();
    html! {
        <li class="chosen-line">
            <a class="chosen-name" href=paths::token(token.id)>{String::from(token.name)}</a>
            <span class="status" data-status=status>{status}</span>
            {(!more.is_empty()).then(|| html! { <span class="chosen-more">{more.join(" · ")}</span> })}
        </li>
    }
}

/// The tokens that would not change, by name. `more` says that others would.
fn so_already(action: BulkAction, already: Vec<(TokenId, TokenName)>, more: bool) -> Option<AnyView> {
    let so = action.participle();
    let text = match (already.len(), more) {
        (0, _) => return None,
        (1, true) => format!("1 more is {so} already, and stays so:"),
        (many, true) => format!("{many} more are {so} already, and stay so:"),
        (1, false) => format!("There is nothing to do: this token is {so} already."),
        (many, false) => format!("There is nothing to do: these {many} tokens are {so} already."),
    };
    let lines = already.into_iter().map(|(id, name)| {
        html! { <li class="chosen-line"><a class="chosen-name" href=paths::token(id)>{String::from(name)}</a></li> }
    });
    let lines = lines.collect_view();
    Some(html! { <p>{text}</p><ul class="chosen">{lines}</ul> })
}

fn nothing_to_ask(about: BulkPrompt) -> AnyView {
    let missing = missing_in_words(about.missing(), about.count);
    html! {
        <div class="dialog-body">
            {so_already(about.action, about.already, false)}
            {missing.map(|text| html! { <p class="chosen-missing">{text}</p> })}
        </div>
        <CloseActions />
    }
}
