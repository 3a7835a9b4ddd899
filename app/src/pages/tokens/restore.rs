//! The prompt that restores a deleted token, over the list of deleted tokens.

use crate::{
    components::{
        ChangeForm, CloseActions, FormNotice, FormState, PromptActions, Time, change, prompt_content,
    },
    domain::{Error, Field, RestorePrompt, TokenName, Undo, undo_in_words},
    paths,
    server_fns::{LoadRestorePrompt, RestoreToken},
    ui::{Notice, TextField, Tone, html},
};
use leptos::prelude::*;

pub fn restore_prompt() -> AnyView {
    prompt_content::<LoadRestorePrompt>(inside)
}

fn inside(undo: Undo) -> AnyView {
    match undo {
        Undo::Ask(about) => {
            html! { <ChangeForm change={change::<RestoreToken>()}><Question about=*about /></ChangeForm> }
        }
        Undo::Over { name, deleted_at, undo_days } => html! {
            <div class="dialog-body">
                <p>
                    {format!("“{}” can no longer be restored. It was deleted ", name.as_str())}
                    <Time at=deleted_at />
                    ". "
                    {undo_in_words(undo_days)}
                </p>
            </div>
            <CloseActions />
        },
        Undo::Live { id, name } => html! {
            <div class="dialog-body"><p>{is_live(&name)}</p></div>
            <CloseActions><a class="button" href=paths::token(id)>"Show the token"</a></CloseActions>
        },
    }
}

fn is_live(name: &TokenName) -> String {
    format!("“{}” is not deleted. Somebody may have restored it already.", name.as_str())
}

#[component]
fn Question(about: RestorePrompt) -> impl IntoView {
    let state = FormState::here();
    let RestorePrompt {
        id, name, owner, secret_hint, deleted_at, deleted_by, is_name_taken, asks_end, ..
    } = about;
    let comes_back = match about.is_whole {
        true => format!(
            "“{}” comes back as it was: its permissions, limits and history, for {}.",
            name.as_str(),
            owner.as_str()
        ),
        false => {
            format!("“{}” comes back with its limits and history, for {}.", name.as_str(), owner.as_str())
        }
    };
    let able = about.able.map(|able| format!(" It can {able}."));
    let who = deleted_by.map(|who| format!(" by {}", who.as_str()));
    let taken = format!(
        "{} now has another token called “{}”, or something that looks the same.",
        owner.as_str(),
        name.as_str()
    );
    // Somebody may take the name while this is open. The expiry is asked for if the old one cannot stay.
    let (name_problem, end_problem) = (state.problem(Field::Name), state.problem(Field::ExpiresAt));
    let asks_name = Memo::new(move |_| is_name_taken || !name_problem.read().is_empty());
    let has_end_problem = Memo::new(move |_| !end_problem.read().is_empty());
    let is_careful = !asks_name.get_untracked() && asks_end.is_none();
    let (another, rule) = (about.another_name, about.expiry_rule);
    let live = is_live(&name);
    let problem = Signal::derive(move || match state.error.read().as_ref() {
        None | Some(Error::Invalid { .. }) => String::new(),
        Some(Error::Conflict { .. }) => live.clone(),
        Some(Error::NotFound) => "This token can no longer be restored.".to_owned(),
        Some(other) => other.to_string(),
    });
    html! {
        <input type="hidden" name="id" value=id.to_string() />
        <div class="dialog-body">
            <FormNotice text=problem />
            {about.cautions.into_iter().map(|text| html! { <Notice tone=Tone::Warning text /> }).collect_view()}
            <p>{comes_back}{able}</p>
            <p>
                "It was deleted " <Time at=deleted_at />{who}
                ". Revoked secrets never work again, " <code>{secret_hint.to_string()}</code>
                " among them. You get a new secret when you restore it, which is shown once."
            </p>
            {move || asks_name.get().then(|| {
                let (value, hint) = (typed(state, "name", &another), taken.clone());
                html! { <TextField name="name" id="name" label="Another name" hint value first=true error=name_problem /> }
            })}
            {move || (asks_end.is_some() || has_end_problem.get()).then(|| {
                let value = typed(state, "expires_at", asks_end.as_deref().unwrap_or_default());
                let (hint, first) = (rule.clone(), !asks_name.get_untracked());
                html! { <TextField name="expires_at" id="expires_at" label="Expires" hint value first error=end_problem /> }
            })}
        </div>
        <PromptActions submit="Restore" careful=is_careful />
    }
}

/// The text typed into a field that the form may not have had.
fn typed(state: FormState, name: &str, first: &str) -> String {
    let sent = state.sent().read_untracked();
    let typed = sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    typed.unwrap_or_else(|| first.to_owned())
}
