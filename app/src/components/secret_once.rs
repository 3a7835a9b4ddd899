//! A new secret, shown once. It does not close by accident: while nothing has been copied, closing asks once
//! more, and leaving the page is held up.

use crate::{
    Posted, browser,
    domain::Created,
    paths,
    ui::{Alert, Dialog, Icon, Tone},
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
pub fn SecretOnce(created: Created, on_close: Callback<()>) -> impl IntoView {
    let (file_name, name) = (created.token.name.file_name(), String::from(created.token.name));
    let stage = RwSignal::new(Stage::New);
    let close = move |_| match stage.get_untracked() {
        Stage::Copied | Stage::Asking => on_close.run(()),
        Stage::New | Stage::Selected => stage.set(Stage::Asking),
    };
    // Escape only ever asks; it takes a button to leave.
    let dismiss = Callback::new(move |()| match stage.get_untracked() {
        Stage::Copied => on_close.run(()),
        _ => stage.set(Stage::Asking),
    });
    let copy = move |_| {
        spawn_local(async move {
            stage.set(if browser::copy_text_of(SECRET).await { Stage::Copied } else { Stage::Selected });
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
    let file = format!("data:text/plain;charset=utf-8,{}", created.secret.as_str());
    let plain = Posted::here().is_some();

    view! {
        <Dialog id="secret-prompt" title=format!("“{name}” is ready") on_dismiss=dismiss>
            <div class="dialog-body">
                <p>"Copy the secret now. It is shown once and cannot be seen again."</p>
                <div class="secret">
                    <code id=SECRET class="secret-text" tabindex="0" aria-label="Secret" role="textbox" aria-readonly="true"
                        on:copy=move |_| copied()>{created.secret.as_str().to_owned()}</code>
                    {(!plain).then(|| view! {
                        <button type="button" class="button needs-script" autofocus on:click=copy>
                            <Icon name="copy" />
                            "Copy"
                        </button>
                    })}
                </div>
                <p class="copy-outcome" role="status">{outcome}</p>
                <Alert tone=Tone::Warning text=warning />
            </div>
            <div class="dialog-actions">
                <a class="button dialog-actions-start" href=file download=file_name rel="external"
                    on:click=move |_| copied()>
                    <Icon name="download" />
                    "Download"
                </a>
                {if plain {
                    view! { <a class="button button-primary" href=paths::TOKENS>"Done"</a> }.into_any()
                } else {
                    view! {
                        <button type="button" class="button button-primary" on:click=close>
                            {done}
                        </button>
                    }.into_any()
                }}
            </div>
        </Dialog>
    }
}
