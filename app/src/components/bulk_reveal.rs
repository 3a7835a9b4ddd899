//! The result of a change to several tokens, shown once: a summary, and then each token by its name, first those that
//! were not changed and why.

use super::Shell;
use crate::{
    domain::{BulkAction, BulkLine, BulkResult, Outcome, Owner, missing_in_words},
    paths,
    ui::{Dialog, html},
};
use leptos::{ev, prelude::*};

#[component]
pub fn BulkReveal(result: BulkResult) -> impl IntoView {
    let shell = Shell::here();
    let (summary, missing) = (result.summary(), missing_in_words(result.missing(), result.count));
    let back = shell.back();
    let again = again(&result, &back);
    let BulkResult { action, to, lines, .. } = result;
    let is_any_given = lines.iter().any(|line| line.outcome == Outcome::Done);
    let theirs = to.as_ref().filter(|_| is_any_given).map(|to| paths::tokens_of(to.id));
    let (well, not): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.outcome.is_well());
    let lines: Vec<_> = not.into_iter().chain(well).map(|line| drawn(action, line, to.as_ref())).collect();
    let dismiss = Callback::new(move |()| shell.conceal());
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        shell.conceal();
    };
    // The prompt or page behind a link takes the place of this dialog.
    let leave = move |_| shell.conceal();
    html! {
        <Dialog id="bulk-result" title=title(action) on_dismiss=dismiss>
            <div class="dialog-body" on:click={move |event| if is_link(&event) { leave(event) }}>
                <p role="status">{summary}</p>
                {theirs.map(|href| html! {
                    <p>
                        "Anyone who has a secret can still use it: rotate the tokens that matter. "
                        <a href=href>"Show the new owner’s tokens"</a>
                    </p>
                })}
                {(!lines.is_empty()).then(|| html! { <ul class="chosen">{lines}</ul> })}
                {missing.map(|text| html! { <p class="chosen-missing">{text}</p> })}
            </div>
            <div class="dialog-actions">
                {again.map(|(href, text)| html! {
                    <a class="button dialog-actions-start" href=href data-noscroll="" on:click=leave>{text}</a>
                })}
                <a class="button button-primary" href=back autofocus data-noscroll="" on:click=close>"Close"</a>
            </div>
        </Dialog>
    }
}

/// The title of the prompt that led here.
pub const fn title(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Disable => "Disable tokens",
        BulkAction::Enable => "Enable tokens",
        BulkAction::HandOver => "Transfer tokens",
        BulkAction::Delete => "Delete tokens",
    }
}

fn is_link(event: &ev::MouseEvent) -> bool {
    crate::client::is_within(event, "a")
}

/// The prompt about the tokens that could still be changed, over the current screen.
fn again(result: &BulkResult, screen: &str) -> Option<(String, &'static str)> {
    let (left, path) = (result.left(), screen.split_once('?'));
    let list = path.filter(|(path, _)| *path == paths::TOKENS).map_or("", |(_, list)| list);
    let text = match left.len() {
        0 => return None,
        1 => "Look at this one again",
        _ => "Look at these again",
    };
    Some((paths::tokens_bulk(result.action.as_str(), left, list), text))
}

fn drawn(action: BulkAction, line: BulkLine, to: Option<&Owner>) -> AnyView {
    let is_well = line.outcome.is_well();
    let (word, more) = line.in_words(action, to);
    let is_gone = action == BulkAction::Delete && is_well;
    let (id, name) = (line.id, String::from(line.name));
    html! {
        <li class="chosen-line">
            {if is_gone {
                html! { <span class="chosen-name">{name}</span> }
            } else {
                html! { <a class="chosen-name" href=paths::token(id)>{name}</a> }
            }}
            <span class="status" data-status=if is_well { "Done" } else { "Not done" }>{word}</span>
            {more.map(|text| html! { <span class="chosen-more">{text}</span> })}
        </li>
    }
}
