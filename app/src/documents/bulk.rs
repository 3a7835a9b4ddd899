//! The prompt that asks about several tokens at once, over Settings like the prompts about one.

use super::{
    Frame,
    forms::{General, PromptActions, RecipientChoice},
    ticks::{Ticks, to_keep},
};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{BulkAction, Error, OwnedToken, Right, SeenToken, Ticked, Timestamp, Token, may},
    paths,
    service::BulkPrompt,
    ui::{Dialog, Notice, Tone},
};
use leptos::prelude::*;

/// `list` is the search part of the URL of the list that it leads back to; `chosen` and `ticked` are what was sent
/// before, if something was.
pub fn bulk(
    frame: &Frame,
    prompt: &BulkPrompt,
    list: &str,
    (chosen, ticked): (&str, &Ticked),
    error: Option<&Error>,
) -> String {
    let (prompt, list, error) = (prompt.clone(), list.to_owned(), error.cloned());
    let (chosen, ticked) = (chosen.to_owned(), ticked.clone());
    let (page, title) = titles(prompt.action);
    let alert = prompt.action != BulkAction::HandOver;
    let everybodys = frame.caller.as_ref().is_some_and(|caller| may(caller.role, Right::SeeAllTokens));
    frame.settings(page, true, move || {
        let inside = if prompt.tokens.is_empty() {
            view! { <NothingToAsk prompt list /> }.into_any()
        } else {
            view! { <Question prompt everybodys list chosen ticked error /> }.into_any()
        };
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="bulk-prompt" title alert>
                {inside}
            </Dialog>
        }
        .into_any()
    })
}

/// What the page is called, and the prompt.
pub fn titles(action: BulkAction) -> (&'static str, &'static str) {
    match action {
        BulkAction::Disable => ("Disable tokens · Tokenry", "Disable tokens"),
        BulkAction::Enable => ("Enable tokens · Tokenry", "Enable tokens"),
        BulkAction::HandOver => ("Hand over tokens · Tokenry", "Hand over tokens"),
        BulkAction::Delete => ("Delete tokens · Tokenry", "Delete tokens"),
    }
}

/// How many of those that were chosen are not there; nothing when all are.
pub fn missing_in_words(missing: usize, count: usize) -> Option<String> {
    match (missing, count) {
        (0, _) => None,
        (1, 1) => Some(Error::NotFound.to_string()),
        (missing, count) if missing == count => Some(format!(
            "None of these {count} tokens can be found: they do not exist, or have been deleted."
        )),
        (1, count) => Some(format!(
            "1 of the {count} can no longer be found: it has been deleted, or given to somebody else."
        )),
        (missing, count) => Some(format!(
            "{missing} of the {count} can no longer be found: they have been deleted, or given to somebody else."
        )),
    }
}

const ARRIVES_DISABLED: &str = "Arrives disabled: its secret is refused now, or nothing would be left to it";
const KEEP_HINT: &str = "They are taken away unless they are ticked. Only an admin’s token can keep them, and that needs \
    a sign-in within the last hour. A token that keeps what sleeps now arrives disabled.";

#[component]
fn Question(
    prompt: BulkPrompt,
    everybodys: bool,
    list: String,
    chosen: String,
    ticked: Ticked,
    error: Option<Error>,
) -> impl IntoView {
    let missing = missing_in_words(prompt.missing(), prompt.count);
    let BulkPrompt { action, tokens, already, recipients, asleep, consequence, now, .. } = prompt;
    let is_one = tokens.len() == 1;
    let these = if is_one { "this token".to_owned() } else { format!("these {} tokens", tokens.len()) };
    let seen: Vec<String> = tokens.iter().map(|(token, _)| SeenToken::of(token).to_string()).collect();
    let (deletes, hands_over) = (action == BulkAction::Delete, action == BulkAction::HandOver);
    let working = tokens.iter().filter(|(token, _)| token.disabled_at.is_none()).map(|(token, _)| token.id);
    let working: Vec<_> = working.filter(|_| deletes).collect();
    let instead =
        (!working.is_empty()).then(|| paths::tokens_bulk(BulkAction::Disable.as_str(), working, &list));
    let owned: Vec<OwnedToken> = tokens.iter().map(|(token, _)| OwnedToken::of(token)).collect();
    let ticks = if hands_over { to_keep(owned.iter(), &ticked, "keeps") } else { Vec::new() };
    let lines = tokens.into_iter().map(|(token, recent_use)| {
        let owner = everybodys.then(|| String::from(token.owner.name.clone()));
        let more = if asleep.contains(&token.id) { ARRIVES_DISABLED.to_owned() } else { recent_use };
        view! { <Line token owner more now /> }
    });
    let lines = lines.collect_view();
    let back = paths::tokens_list(&list);
    view! {
        <form class="prompt-form" method="post" action=paths::TOKENS_BULK>
            <input type="hidden" name="action" value=action.as_str() />
            <input type="hidden" name="tokens" value=seen.join(" ") />
            <input type="hidden" name="list" value=list />
            <div class="dialog-body">
                <General error=error.clone() />
                <p>{format!("{} {these}?", action.verb())}</p>
                {if deletes {
                    view! { <Notice tone=Tone::Danger text=consequence /> }.into_any()
                } else {
                    view! { <p>{consequence}</p> }.into_any()
                }}
                {hands_over.then(|| view! { <RecipientChoice recipients error chosen /> })}
                <Ticks name="keep" legend="Permissions to use Tokenry itself" hint=KEEP_HINT.to_owned() ticks />
                <ul class="chosen">{lines}</ul>
                <SoAlready action already more=true />
                {missing.map(|text| view! { <p class="chosen-missing">{text}</p> })}
            </div>
            <PromptActions
                back
                submit=if deletes { "Confirm" } else { action.verb() }
                danger=action.ends_use()
                careful=!hands_over
            >
                {instead.map(|href| view! { <a class="button dialog-actions-start" href=href>"Disable instead"</a> })}
            </PromptActions>
        </form>
    }
}

/// A token as one has to know it before something is done to it.
#[component]
fn Line(token: Token, owner: Option<String>, more: String, now: Timestamp) -> impl IntoView {
    let status = token.status(now).in_words();
    let more: Vec<String> = owner.into_iter().chain([more]).filter(|text| !text.is_empty()).collect();
    view! {
        <li class="chosen-line">
            <a class="chosen-name" href=paths::token(token.id)>{String::from(token.name)}</a>
            <span class="status" data-status=status>{status}</span>
            {(!more.is_empty()).then(|| view! { <span class="chosen-more">{more.join(" · ")}</span> })}
        </li>
    }
}

/// Those that would not change, by name; `more` than those that would.
#[component]
fn SoAlready(action: BulkAction, already: Vec<Token>, more: bool) -> impl IntoView {
    let so = action.participle();
    let text = match (already.len(), more) {
        (0, _) => return ().into_any(),
        (1, true) => format!("1 more is {so} already, and stays so:"),
        (many, true) => format!("{many} more are {so} already, and stay so:"),
        (1, false) => format!("There is nothing to do: this token is {so} already."),
        (many, false) => format!("There is nothing to do: these {many} tokens are {so} already."),
    };
    let lines = already.into_iter().map(|token| {
        view! { <li class="chosen-line"><a class="chosen-name" href=paths::token(token.id)>{String::from(token.name)}</a></li> }
    });
    let lines = lines.collect_view();
    view! {
        <p>{text}</p>
        <ul class="chosen">{lines}</ul>
    }
    .into_any()
}

#[component]
fn NothingToAsk(prompt: BulkPrompt, list: String) -> impl IntoView {
    let missing = missing_in_words(prompt.missing(), prompt.count);
    view! {
        <div class="dialog-body">
            <SoAlready action=prompt.action already=prompt.already more=false />
            {missing.map(|text| view! { <p class="chosen-missing">{text}</p> })}
        </div>
        <div class="dialog-actions">
            <a class="button button-primary" href=paths::tokens_list(&list) data-dismiss="" autofocus>"Back to the tokens"</a>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_cannot_be_found_is_said_of_how_many() {
        let said = |missing, count| missing_in_words(missing, count).unwrap_or_default();
        assert_eq!(said(0, 5), "");
        assert_eq!(said(1, 1), "This token does not exist, or has been deleted.");
        assert!(said(1, 5).starts_with("1 of the 5 can no longer be found: it has"));
        assert!(said(2, 5).starts_with("2 of the 5 can no longer be found: they have"));
        assert!(said(5, 5).starts_with("None of these 5 tokens can be found"));
    }
}
