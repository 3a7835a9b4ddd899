//! A dialog that shows something once: a new secret, or a link for choosing a password. It does not close by accident:
//! until the text has been copied, closing asks once more, and so does leaving the page.

use super::Shell;
use crate::{
    FormOutcome, client,
    domain::{NewCodes, NewLink, NewSecret},
    paths,
    ui::{Alert, Dialog, Icon, Notice, Tone, effect, html},
};
use leptos::{ev, prelude::*, task::spawn_local};

/// The person's progress with the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    /// Somebody wants to close it without having copied it.
    Asking,
    /// The browser refused to copy; the text is selected instead.
    Selected,
    Copied,
}

/// The differences between the two dialogs.
#[derive(Clone, Copy)]
struct Kind {
    dialog: &'static str,
    /// The id of the text.
    id: &'static str,
    label: &'static str,
    /// Shown before the dialog is closed without the text having been copied.
    warning: &'static str,
    select: &'static str,
}

const SECRET: Kind = Kind {
    dialog: "secret-prompt",
    id: "new-secret",
    label: "Secret",
    warning: "The secret has not been copied. Once this is closed, nobody can see it again.",
    select: "This browser does not let the page copy. The secret is selected: press Ctrl+C or ⌘C.",
};

const LINK: Kind = Kind {
    dialog: "link-prompt",
    id: "one-time-link",
    label: "Link",
    warning: "The link has not been copied. Once this is closed, nobody can see it again.",
    select: "This browser does not let the page copy. The link is selected: press Ctrl+C or ⌘C.",
};

const CODES: Kind = Kind {
    dialog: "codes-prompt",
    id: "recovery-codes",
    label: "Recovery codes",
    warning: "The codes have not been copied. Once this is closed, nobody can see them again.",
    select: "This browser does not let the page copy. The codes are selected: press Ctrl+C or ⌘C.",
};

/// The texts of the dialog, and the names for other uses of what it shows.
struct About {
    title: String,
    sentence: String,
    notes: Vec<String>,
    /// The names of a file that it can be saved in, and of a variable that it can be set as.
    names: Option<(String, String)>,
}

/// A secret of a token that was created, rotated or restored.
#[component]
pub fn SecretReveal(new: NewSecret) -> impl IntoView {
    let NewSecret { name, secret, title, notes, .. } = new;
    let sentence = "Copy the secret now. It is shown once and cannot be seen again.".to_owned();
    reveal(
        SECRET,
        About { title, sentence, notes, names: Some((name.file_name(), name.variable())) },
        secret.as_str().to_owned(),
    )
}

#[component]
pub fn LinkReveal(new: NewLink) -> impl IntoView {
    let NewLink { title, about: sentence, link, .. } = new;
    let notes = vec!["It is shown once. Anyone who has it can sign in as this person.".to_owned()];
    reveal(LINK, About { title, sentence, notes, names: None }, link)
}

/// A key that messages are signed with.
#[component]
pub fn KeyReveal(new: NewLink) -> impl IntoView {
    let NewLink { title, about: sentence, link, .. } = new;
    let notes =
        vec!["It is shown once. Anyone who has it can send messages that seem to come from here.".to_owned()];
    reveal(SECRET, About { title, sentence, notes, names: None }, link)
}

#[component]
pub fn CodesReveal(new: NewCodes) -> impl IntoView {
    let sentence = "Each of these signs you in once if you lose your second factors. Keep them in a safe place: they are \
                    not shown again.";
    let (title, sentence) = ("Recovery codes".to_owned(), sentence.to_owned());
    reveal(CODES, About { title, sentence, notes: Vec::new(), names: None }, new.codes)
}

fn reveal(kind: Kind, about: About, text: String) -> AnyView {
    let Kind { dialog, id, label, warning, select } = kind;
    let About { title, sentence, notes, names } = about;
    let shell = Shell::here();
    let stage = RwSignal::new(Stage::New);
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        match stage.get_untracked() {
            Stage::Copied | Stage::Asking => shell.conceal(),
            Stage::New | Stage::Selected => stage.set(Stage::Asking),
        }
    };
    // Until the text is copied, Escape only asks; it takes a button to leave.
    let dismiss = Callback::new(move |()| match stage.get_untracked() {
        Stage::Copied => shell.conceal(),
        _ => stage.set(Stage::Asking),
    });
    let copy = move |_| {
        spawn_local(async move {
            stage.set(if client::copy_text_of(id).await { Stage::Copied } else { Stage::Selected });
        });
    };
    let copied = move || stage.set(Stage::Copied);
    effect(move || {
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
            Stage::Selected => select,
        };
        text.to_owned()
    });
    let asking = move |yes: &'static str, no: &'static str| {
        Signal::derive(move || if stage.get() == Stage::Asking { yes } else { no }.to_owned())
    };
    let done = asking("Close without copying", "Done");
    // Without scripts there is nothing that could copy, and a link leads on.
    let is_plain = FormOutcome::here().is_some();
    let back = shell.back();
    let is_secret = names.is_some();
    let uses = names.filter(|_| !is_plain).map(|(name, variable)| {
        let file = text.clone();
        let download = move |_| {
            client::download(&name, &file);
            copied();
        };
        let line = format!("{variable}={text}");
        // If the line cannot be copied, the secret is selected.
        let copy_line = move |_| {
            let line = line.clone();
            spawn_local(async move {
                let is_copied = client::copy_text(&line).await || client::copy_text_of(id).await;
                stage.set(if is_copied { Stage::Copied } else { Stage::Selected });
            });
        };
        html! {
            <button type="button" class="button dialog-actions-start" on:click=download>
                <Icon name="download" />
                "Download"
            </button>
            <button type="button" class="button" title=format!("{variable}=…") on:click=copy_line>"As .env line"</button>
        }
    });

    html! {
        <Dialog id=dialog title on_dismiss=dismiss>
            <div class="dialog-body">
                <p>{sentence}</p>
                <div class="secret">
                    <code id=id class="secret-text" tabindex="0" aria-label=label role="textbox" aria-readonly="true"
                        on:copy=move |_| copied()>{text}</code>
                    {(!is_plain).then(|| html! {
                        <button type="button" class="button" autofocus on:click=copy>
                            <Icon name="copy" />
                            "Copy"
                        </button>
                    })}
                </div>
                <p class="copy-outcome" role="status">{outcome}</p>
                {is_secret.then(|| html! {
                    <p class="field-hint">
                        "Services check it with "<code>"POST /v1/verify"</code>". "
                        <a href=format!("{}#verify", paths::REFERENCE) target="_blank">"Examples in the API reference"</a>
                    </p>
                })}
                {notes.into_iter().map(|text| html! { <Notice tone=Tone::Warning text /> }).collect_view()}
                <Alert tone=Tone::Warning text=asking(warning, "") />
            </div>
            <div class="dialog-actions">
                {uses}
                {if is_plain {
                    html! { <a class="button button-primary" href=back>"Done"</a> }
                } else {
                    html! { <button type="button" class="button button-primary" on:click=close>{done}</button> }
                }}
            </div>
        </Dialog>
    }
}
