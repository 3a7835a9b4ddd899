//! A new secret, shown once: of a token that was created, rotated or restored. It does not close by accident: while
//! nothing has been copied, closing asks once more, and leaving the page is held up.

use super::Shell;
use crate::{
    FormOutcome, client,
    domain::NewSecret,
    ui::{Alert, Dialog, Icon, Notice, Tone},
};
use leptos::{ev, prelude::*, task::spawn_local};

const SECRET: &str = "new-secret";

/// How far the person is with the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    /// Somebody wants to close it without having copied it.
    Asking,
    /// The browser refused to copy; the text is selected instead.
    Selected,
    Copied,
}

#[component]
pub fn SecretReveal(new: NewSecret) -> impl IntoView {
    let shell = Shell::here();
    let NewSecret { name, secret, title, notes, .. } = new;
    let file_name = name.file_name();
    let stage = RwSignal::new(Stage::New);
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        match stage.get_untracked() {
            Stage::Copied | Stage::Asking => shell.conceal(),
            Stage::New | Stage::Selected => stage.set(Stage::Asking),
        }
    };
    // Escape only ever asks; it takes a button to leave.
    let dismiss = Callback::new(move |()| match stage.get_untracked() {
        Stage::Copied => shell.conceal(),
        _ => stage.set(Stage::Asking),
    });
    let copy = move |_| {
        spawn_local(async move {
            stage.set(if client::copy_text_of(SECRET).await { Stage::Copied } else { Stage::Selected });
        });
    };
    let copied = move || stage.set(Stage::Copied);
    Effect::new(move |_| {
        let guard = window_event_listener(ev::beforeunload, move |event| {
            if stage.get_untracked() != Stage::Copied {
                event.prevent_default();
            }
        });
        on_cleanup(move || guard.remove());
    });
    let outcome = Signal::derive(move || {
        let text = match stage.get() {
            Stage::New | Stage::Asking => "",
            Stage::Copied => "Copied to the clipboard.",
            Stage::Selected => {
                "This browser does not let the page copy. The secret is selected: press Ctrl+C or ⌘C."
            }
        };
        text.to_owned()
    });
    let asking = move |yes: &'static str, no: &'static str| {
        Signal::derive(move || if stage.get() == Stage::Asking { yes } else { no }.to_owned())
    };
    let warning = asking("The secret has not been copied. Once this is closed, nobody can see it again.", "");
    let done = asking("Close without copying", "Done");
    let file = format!("data:text/plain;charset=utf-8,{}", secret.as_str());
    // Without scripts there is nothing that could copy, and a link leads on.
    let is_plain = FormOutcome::here().is_some();
    let back = shell.back();

    view! {
        <Dialog id="secret-prompt" title on_dismiss=dismiss>
            <div class="dialog-body">
                <p>"Copy the secret now. It is shown once and cannot be seen again."</p>
                <div class="secret">
                    <code id=SECRET class="secret-text" tabindex="0" aria-label="Secret" role="textbox" aria-readonly="true"
                        on:copy=move |_| copied()>{secret.as_str().to_owned()}</code>
                    {(!is_plain).then(|| view! {
                        <button type="button" class="button" autofocus on:click=copy>
                            <Icon name="copy" />
                            "Copy"
                        </button>
                    })}
                </div>
                <p class="copy-outcome" role="status">{outcome}</p>
                {notes.into_iter().map(|text| view! { <Notice tone=Tone::Warning text /> }).collect_view()}
                <Alert tone=Tone::Warning text=warning />
            </div>
            <div class="dialog-actions">
                <a class="button dialog-actions-start" href=file download=file_name rel="external"
                    on:click=move |_| copied()>
                    <Icon name="download" />
                    "Download"
                </a>
                {if is_plain {
                    view! { <a class="button button-primary" href=back>"Done"</a> }.into_any()
                } else {
                    view! { <button type="button" class="button button-primary" on:click=close>{done}</button> }.into_any()
                }}
            </div>
        </Dialog>
    }
}
