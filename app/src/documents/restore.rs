//! The prompt that brings a deleted token back, and what it answers with: a new secret, this once.

use super::{
    Frame,
    forms::{General, PromptActions, wrong},
    rotate::{caution, reveal},
};
use crate::{
    components::Time,
    documents::settings_header::SettingsHeader,
    domain::{
        Created, DeletedToken, Error, Field, Permission, PermissionSet, Person, PersonStatus, Right, Token,
        Workspace, days_in_words, may,
    },
    paths,
    service::{ToRestore, Undo},
    ui::{Dialog, Notice, TextField, Tone},
};
use leptos::prelude::*;

/// What was typed, if something was.
#[derive(Clone, Debug, Default)]
pub struct RestoreForm {
    pub name: Option<String>,
    pub expires_at: Option<String>,
}

pub fn restore(frame: &Frame, undo: &Undo, form: &RestoreForm, error: Option<&Error>) -> String {
    let (undo, form, error) = (undo.clone(), form.clone(), error.cloned());
    frame.settings("Restore token · Tokenry", true, move || {
        let inside = match undo {
            Undo::Ask(about) => view! { <Question about=*about form error /> }.into_any(),
            Undo::Over(deleted, workspace) => over(*deleted, &workspace),
            Undo::Back(token) => back(&token),
        };
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="restore-prompt" title="Restore token">
                {inside}
            </Dialog>
        }
        .into_any()
    })
}

#[component]
fn Question(about: ToRestore, form: RestoreForm, error: Option<Error>) -> impl IntoView {
    let ToRestore { deleted, owner, catalogue, dropped, broken_rule, asks_end, now, .. } = about;
    let (another, who) = (deleted.another_name(), deleted.deleted_by.name.clone());
    let DeletedToken { token, deleted_at, is_name_taken, .. } = deleted;
    let kept: PermissionSet = token.permissions.iter().filter(|p| !dropped.contains(p)).cloned().collect();
    let able = kept.in_words(&catalogue).map(|able| format!(" It can {able}."));
    let (called, whose) = (token.name.as_str(), token.owner.name.as_str());
    let comes_back = match dropped.is_empty() {
        true => format!("“{called}” comes back as it was: its permissions, limits and history, for {whose}."),
        false => format!("“{called}” comes back with its limits and history, for {whose}."),
    };
    let without = without(&dropped, &kept);
    let name_error = wrong(error.as_ref(), Field::Name);
    let asks_name = is_name_taken || form.name.is_some();
    // What it was called is not to be had: something that is stands in the field.
    let name = form.name.unwrap_or(another);
    let end_error = wrong(error.as_ref(), Field::ExpiresAt);
    let rule = broken_rule.clone().unwrap_or_default();
    let end_field = asks_end.clone().map(|last_day| {
        let value = form.expires_at.unwrap_or(last_day);
        view! {
            <TextField name="expires_at" id="expires_at" label="Expires" hint=rule value first=!asks_name error=end_error />
        }
    });
    let is_careful = !asks_name && asks_end.is_none();
    let taken = format!(
        "A live token of {} is called “{}” by now, or something that looks the same.",
        token.owner.name.as_str(),
        token.name.as_str()
    );
    let stays = |rule| format!("{rule} This token was made before, and may stay as it is.");
    let rule = broken_rule.filter(|_| asks_end.is_none()).map(stays);
    let cautions =
        [caution(&token, now), token.held_in_words().map(|held| held + "."), without, rule, of_owner(&owner)];
    view! {
        <form class="prompt-form" method="post" action=paths::token_restore(token.id)>
            <div class="dialog-body">
                <General error=error.clone() />
                {cautions.into_iter().flatten().map(|text| view! { <Notice tone=Tone::Warning text /> }).collect_view()}
                <p>{comes_back}{able}</p>
                <p>
                    "It was deleted " <Time at=deleted_at />{who.map(|who| format!(" by {}", who.as_str()))}
                    ". Its old secrets stay dead, " <code>{token.secret_hint.to_string()}</code>
                    " among them: it gets a new one now, which is shown once."
                </p>
                {asks_name.then(|| view! {
                    <TextField name="name" id="name" label="Another name" hint=taken value=name first=true error=name_error />
                })}
                {end_field}
            </div>
            <PromptActions back=paths::TOKENS_DELETED.to_owned() submit="Restore" careful=is_careful />
        </form>
    }
}

/// What it had and does not get back.
fn without(dropped: &PermissionSet, kept: &PermissionSet) -> Option<String> {
    let names: Vec<&str> = dropped.iter().map(Permission::as_str).collect();
    (!names.is_empty()).then(|| {
        let then = if kept.is_empty() { " It can do nothing until somebody edits it." } else { "" };
        format!("It comes back without what cannot be given any more: {}.{then}", names.join(", "))
    })
}

/// What keeps a token from working whatever its own state is.
fn of_owner(owner: &Person) -> Option<String> {
    let name = owner.name.as_str();
    if owner.status == PersonStatus::Disabled {
        return Some(format!(
            "{name} is disabled, and so are all of their tokens: hand this one over, or enable {name}."
        ));
    }
    (!may(owner.role, Right::ManageOwnTokens))
        .then(|| format!("{name} is a {} now, whose tokens can do nothing: hand this one over.", owner.role))
}

fn over(deleted: DeletedToken, workspace: &Workspace) -> AnyView {
    let rule = match workspace.undo_days {
        0 => "Deleted tokens cannot be brought back here.".to_owned(),
        days => format!("Deleted tokens can be brought back for {} here.", days_in_words(days)),
    };
    let name = deleted.token.name.as_str().to_owned();
    view! {
        <div class="dialog-body">
            <p>{format!("“{name}” can no longer be brought back. It was deleted ")} <Time at=deleted.deleted_at /> ". "{rule}</p>
        </div>
        <div class="dialog-actions">
            <a class="button button-primary" href=paths::TOKENS_DELETED data-dismiss="" autofocus>"Back to the deleted tokens"</a>
        </div>
    }
    .into_any()
}

fn back(token: &Token) -> AnyView {
    let text =
        format!("“{}” is not deleted; somebody may have brought it back already.", token.name.as_str());
    view! {
        <div class="dialog-body"><p>{text}</p></div>
        <div class="dialog-actions">
            <a class="button" href=paths::TOKENS_DELETED data-dismiss="">"Back to the deleted tokens"</a>
            <a class="button button-primary" href=paths::token(token.id) autofocus>"Show the token"</a>
        </div>
    }
    .into_any()
}

/// A token that is back, with its new secret.
pub fn restored(frame: &Frame, created: &Created) -> String {
    let token = &created.token;
    let title = format!("“{}” is back with a new secret", token.name.as_str());
    let old = "Its old secrets stay dead: give this one to every program that is to use it.".to_owned();
    let notes = std::iter::once(old).chain(caution(token, token.updated_at)).collect();
    reveal(frame, created, title, notes)
}
