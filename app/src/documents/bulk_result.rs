//! What became of several tokens: how many, and then each by its name, first those that were not changed and why.

use super::{
    Frame,
    bulk::{missing_in_words, titles},
};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{BulkAction, Error, TokenId, tokens_in_words},
    paths,
    service::{BulkLine, BulkResult, Outcome},
    ui::Dialog,
};
use leptos::prelude::*;

/// `list` is the search part of the URL of the list that it leads back to.
pub fn bulk_result(frame: &Frame, result: &BulkResult, list: &str) -> String {
    let (result, list) = (result.clone(), list.to_owned());
    let (page, title) = titles(result.action);
    frame.settings(page, true, move || {
        let (summary, missing) =
            (summary(&result), missing_in_words(result.missing(), result.count));
        let again = again(&result, &list);
        let BulkResult { action, to, lines, .. } = result;
        let is_any_given = to.is_some() && lines.iter().any(|line| line.outcome == Outcome::Done);
        let theirs = to.as_ref().filter(|_| is_any_given).map(|to| paths::tokens_of(to.id));
        let to = to.map(|to| String::from(to.name));
        let (well, not): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|line| matches!(line.outcome, Outcome::Done | Outcome::Already));
        let lines = not.into_iter().chain(well).map(|line| view! { <Line action line to=to.clone() /> });
        let lines = lines.collect_view();
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="bulk-result" title>
                <div class="dialog-body">
                    <p role="status">{summary}</p>
                    {theirs.map(|href| view! {
                        <p>
                            "Whoever has a secret keeps it: rotate the tokens that matter. "
                            <a href=href>"Show the new owner’s tokens"</a>
                        </p>
                    })}
                    {(!lines.is_empty()).then(|| view! { <ul class="chosen">{lines}</ul> })}
                    {missing.map(|text| view! { <p class="chosen-missing">{text}</p> })}
                </div>
                <div class="dialog-actions">
                    {again.map(|(href, text)| view! { <a class="button dialog-actions-start" href=href>{text}</a> })}
                    <a class="button button-primary" href=paths::tokens_list(&list) data-dismiss="" autofocus>"Back to the tokens"</a>
                </div>
            </Dialog>
        }
        .into_any()
    })
}

/// `3 tokens are disabled. 1 was disabled already. 2 are not.`
fn summary(result: &BulkResult) -> String {
    let count = |is: fn(&Outcome) -> bool| result.lines.iter().filter(|line| is(&line.outcome)).count();
    let done = count(|outcome| *outcome == Outcome::Done);
    let already = count(|outcome| *outcome == Outcome::Already);
    let not = result.lines.len() - done - already;
    let (so, to) = (result.action.participle(), result.to.as_ref().map(|to| to.name.as_str()));
    let are = |count| if count == 1 { "is" } else { "are" };
    let mut said = vec![match (done, to) {
        (0, _) => "Nothing was changed.".to_owned(),
        (_, None) => format!("{} {} {so}.", tokens_in_words(done as u64), are(done)),
        (_, Some(to)) => format!("{} {} {so} to {to}.", tokens_in_words(done as u64), are(done)),
    }];
    if already > 0 {
        let were = if already == 1 { "was" } else { "were" };
        said.push(match to {
            None => format!("{already} {were} {so} already."),
            Some(to) => format!("{already} {were} {to}’s already."),
        });
    }
    if result.has_more {
        said.push("There are more than those, for which there was no time: do it again.".to_owned());
    }
    if not > 0 && done > 0 {
        said.push(format!("{not} {} not:", are(not)));
    }
    said.join(" ")
}

/// The prompt about those that could still be changed.
fn again(result: &BulkResult, list: &str) -> Option<(String, &'static str)> {
    let could = |line: &&BulkLine| match &line.outcome {
        Outcome::Refused(error) => !matches!(error, Error::NotFound | Error::Forbidden { .. }),
        Outcome::NotTried => true,
        Outcome::Done | Outcome::Already => false,
    };
    let ids: Vec<TokenId> = result.lines.iter().filter(could).map(|line| line.token.id).collect();
    let text = match ids.len() {
        0 => return None,
        1 => "Look at this one again",
        _ => "Look at these again",
    };
    Some((paths::tokens_bulk(result.action.as_str(), ids, list), text))
}

#[component]
fn Line(
    action: BulkAction,
    line: BulkLine,
    /// Who was to get it.
    to: Option<String>,
) -> impl IntoView {
    let BulkLine { token, outcome, effect } = line;
    let so = action.participle();
    let is_done = matches!(outcome, Outcome::Done | Outcome::Already);
    let (word, more) = match outcome {
        Outcome::Done => (capitalised(so), effect.in_words()),
        Outcome::Already => ("As it was".to_owned(), None),
        Outcome::Refused(error) => (format!("Not {so}"), Some(reason(&error, to.as_deref()))),
        Outcome::NotTried => {
            let reason = "Its turn did not come before the server had to stop. Try again in a moment.";
            (format!("Not {so}"), Some(reason.to_owned()))
        }
    };
    let is_gone = action == BulkAction::Delete && is_done;
    let name = String::from(token.name);
    let name = if is_gone {
        view! { <span class="chosen-name">{name}</span> }.into_any()
    } else {
        view! { <a class="chosen-name" href=paths::token(token.id)>{name}</a> }.into_any()
    };
    view! {
        <li class="chosen-line">
            {name}
            <span class="status" data-status=if is_done { "Done" } else { "Not done" }>{word}</span>
            {more.map(|text| view! { <span class="chosen-more">{text}</span> })}
        </li>
    }
}

/// Why one was not changed.
fn reason(error: &Error, to: Option<&str>) -> String {
    match error {
        Error::Conflict { .. } => {
            "Somebody changed it after you had looked at it. Look again before you go on.".to_owned()
        }
        Error::NotFound => "It was deleted, or given to somebody else, meanwhile.".to_owned(),
        Error::NamesCollide { owner, .. } => format!(
            "{owner} already has a token with a name that looks the same. Rename one of the two first."
        ),
        Error::NoSuchPerson => {
            format!("{} can have no tokens any more. Choose somebody else.", to.unwrap_or("This person"))
        }
        Error::Unavailable => "Tokenry could not reach its data. Try again in a moment.".to_owned(),
        other => other.to_string(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
