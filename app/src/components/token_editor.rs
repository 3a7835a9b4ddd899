//! The form of a token, for creating and for editing. The same markup is a plain form without scripts; with
//! them, the browser checks first with the same parser, and asks the server only for what it alone can know.

use super::{
    Attempt, FORM, LIMITS, Meaning, PermissionPicker, TokenDiff, TokenLimits, TokenList, error_of, theirs_of,
};
use crate::{
    Posted, browser,
    domain::{Catalogue, Field},
    ui::{Alert, TextField, Tone},
};
use leptos::{ev, prelude::*};

#[component]
pub fn TokenEditor(
    attempt: RwSignal<Attempt>,
    /// Where the plain form posts to.
    action: String,
    /// The word on the button.
    submit: &'static str,
    catalogue: Catalogue,
    /// What is to be known where the end is chosen.
    expiry_rule: String,
    on_cancel: Callback<()>,
    /// Called when `attempt` holds a form that the browser has found nothing wrong with.
    on_submit: Callback<()>,
) -> impl IntoView {
    let cancel_href = TokenList::here().href();
    let Attempt { form: initial, stored, version, .. } = attempt.get_untracked();
    let (meaning, is_edit) =
        (Meaning::of(&initial, &catalogue), stored.is_some() && Posted::here().is_none());
    let held = stored.map(|token| token.permissions).unwrap_or_default();
    let (checks, known) = ((catalogue.clone(), held.clone()), catalogue.clone());
    let look = Callback::new(move |()| {
        let attempt = attempt.read_untracked();
        let typed = browser::by_id(FORM).map(|form| browser::read_token_form(&form));
        meaning.tell(typed.as_ref().unwrap_or(&attempt.form), &known, attempt.stored.as_ref());
    });
    let submitted = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = browser::here(&event).filter(|_| !attempt.read_untracked().pending) else { return };
        let typed = browser::read_token_form(&form);
        let checked = typed.parse(&checks.0, &checks.1);
        attempt.write().send(typed);
        match checked {
            Ok(_) => on_submit.run(()),
            Err(error) => attempt.write().refuse(error),
        }
    };
    // Whoever cannot see the message must be led to it.
    Effect::new(move |_| {
        // Something may be typed before the scripts arrive, and something else may be stored after a conflict.
        look.run(());
        if attempt.read().is_about_limits() {
            browser::unfold(LIMITS);
        }
        if let Some(id) = attempt.read().place() {
            request_animation_frame(move || {
                browser::focus(id);
            });
        }
    });
    let notice = Signal::derive(move || attempt.read().notice());
    let busy = Signal::derive(move || attempt.read().pending.then_some("true"));

    view! {
        <form class="prompt-form" id=FORM method="post" action=action on:submit=submitted on:input=move |_| look.run(())>
            <input type="hidden" name="version" value=version.to_string() />
            <div class="dialog-body">
                <Alert tone=Tone::Warning id="token-notice" text=notice />
                <TextField
                    name="name"
                    id="token-name"
                    label="Name"
                    value=initial.name
                    first=true
                    error=error_of(attempt, Field::Name)
                    theirs=theirs_of(attempt, Field::Name)
                />
                <TextField
                    name="description"
                    id="token-description"
                    label="Description"
                    hint="What is it for, and who would miss it?"
                    value=initial.description
                    error=error_of(attempt, Field::Description)
                    theirs=theirs_of(attempt, Field::Description)
                />
                <PermissionPicker
                    catalogue
                    chosen=initial.permissions
                    held
                    power=meaning.power
                    count=meaning.count
                    look
                    error=error_of(attempt, Field::Permissions)
                    theirs=theirs_of(attempt, Field::Permissions)
                />
                <TokenLimits attempt end=meaning.end look rule=expiry_rule />
            </div>
            {is_edit.then(|| view! { <TokenDiff meaning /> })}
            <div class="dialog-actions">
                <a class="button" href=cancel_href data-noscroll="" on:click=move |event| {
                    event.prevent_default();
                    on_cancel.run(());
                }>"Cancel"</a>
                <button class="button button-primary" type="submit" aria-disabled=busy>{submit}</button>
            </div>
        </form>
    }
}
