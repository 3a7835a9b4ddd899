//! A screen, and a prompt over one: loads the data of its URL and draws it, or explains why it cannot be loaded.

use super::{CloseActions, SettingsHeader, Shell};
use crate::{
    client,
    domain::Error,
    paths,
    server_fns::{Answers, Json, Load, load},
    ui::{Alert, Awaited, Dialog, Draw, Notice, Tone, effect, html},
};
use leptos::{ev, html::Div, prelude::*};
use leptos_router::{components::Outlet, hooks::use_url};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Draws an answer. Only this differs for each type of data: the WASM contains everything else once.
type Drawn = Arc<dyn Fn(&Json) -> Result<AnyView, Error> + Send + Sync>;

fn drawn<T: DeserializeOwned + 'static>(draw: fn(T) -> AnyView) -> Drawn {
    Arc::new(move |answer: &Json| answer.read().map(draw))
}

/// A screen whose child routes are the prompts over it. It stays as it is while they come and go.
pub fn screen<F: Load>(title: &'static str, draw: fn(F::Data) -> AnyView) -> AnyView {
    screen_of(title, load::<F>, drawn(draw))
}

fn screen_of(title: &'static str, load: fn(Signal<String>) -> Answers, drawn: Drawn) -> AnyView {
    let shell = Shell::here();
    shell.set_screen_title(title.to_owned());
    let url = use_url();
    let url = Memo::new(move |_| {
        let url = url.read();
        paths::screen_of(url.path(), url.search())
    });
    let answers = load(url.into());
    // Refetched when something has changed.
    Effect::new(move |before: Option<u32>| {
        let generation = shell.generation();
        if before.is_some_and(|before| before != generation) {
            answers.refetch();
        }
        generation
    });
    let place = NodeRef::new();
    let draw = drawing(answers, drawn, move |error| failed_screen(&error, answers));
    let draw = afterwards(draw, move || {
        client::once_there(place, move |_| {
            request_animation_frame(move || {
                // The next screen may have come by the time of this frame.
                if let Some(url) = url.try_get_untracked() {
                    shell.arrive(url);
                }
            });
        });
    });
    layer(place, draw)
}

fn empty_screen() -> AnyView {
    html! { <div class="screen-loading"></div> }
}

fn layer(place: NodeRef<Div>, draw: Draw) -> AnyView {
    let covered = Shell::here().is_covered();
    html! {
        <div class="screen" node_ref=place inert=covered><Awaited meanwhile=empty_screen draw /></div>
        <Outlet />
    }
}

fn drawing(
    answers: Answers,
    drawn: Drawn,
    failed: impl Fn(Error) -> AnyView + Clone + Send + Sync + 'static,
) -> Draw {
    Draw::new(move || {
        let (drawn, failed) = (drawn.clone(), failed.clone());
        async move {
            let answer = answers.await;
            // Drawing below an open menu would remove the menu.
            client::menus_closed().await;
            match drawn(&answer) {
                Ok(view) => view,
                Err(error) => failed(error),
            }
        }
    })
}

/// Runs `act` in the browser whenever the view was drawn and is about to be in the page.
fn afterwards(draw: Draw, act: impl Fn() + Copy + Send + Sync + 'static) -> Draw {
    Draw::new(move || {
        let draw = draw.clone();
        async move {
            let view = draw.run().await;
            effect(act);
            view
        }
    })
}

/// Shown when the screen could not be read.
fn failed_screen(error: &Error, answers: Answers) -> AnyView {
    if matches!(error, Error::SignedOut) {
        let here = Shell::here().url().get_untracked();
        effect(move || client::go_to(&paths::sign_in(&here)));
    }
    let retry = Callback::new(move |()| answers.refetch());
    failed(error, retry)
}

/// Takes the place of a screen that cannot be shown.
pub fn failed(error: &Error, retry: Callback<()>) -> AnyView {
    let again = move |event: ev::MouseEvent| {
        event.prevent_default();
        retry.run(());
    };
    let here = Shell::here().url().get_untracked();
    let again = error.is_passing().then(|| {
        html! { <a class="button" href=here rel="external" on:click=again>"Try again"</a> }
    });
    explain(error, again)
}

/// Takes the place of a screen after a form request that could not be read, or was refused unread.
pub fn failed_form(error: &Error, is_change: bool) -> AnyView {
    Shell::here().set_screen_title(error.in_place_of_a_page().0.to_owned());
    explain(error, is_change.then(|| html! { <p>"Nothing was changed."</p> }))
}

/// Takes the place of a screen whose code cannot be fetched.
pub fn unfetched_screen() -> AnyView {
    let here = Shell::here().url().get_untracked();
    failed(&Error::Unreachable, Callback::new(move |()| client::go_to(&here)))
}

/// Explains an error, under the tabs of the settings if it is about one of them.
fn explain(error: &Error, more: Option<AnyView>) -> AnyView {
    let (title, text) = error.in_place_of_a_page();
    let url = Shell::here().url().get_untracked();
    let tabs = [
        paths::TOKENS,
        paths::PERMISSIONS,
        paths::PEOPLE,
        paths::GROUPS,
        paths::SERVICES,
        paths::REQUESTS,
        paths::AUDIT,
        paths::WEBHOOKS,
        paths::GENERAL,
    ];
    let tab = tabs.into_iter().find(|tab| url.starts_with(tab)).filter(|_| *error != Error::NoSuchRoute);
    let heading = match tab {
        Some(_) => html! { <h2 class="empty-title" data-heading="" tabindex="-1">{title}</h2> },
        None => html! { <h1 class="empty-title" data-heading="" tabindex="-1">{title}</h1> },
    };
    html! {
        {tab.map(|tab| html! { <SettingsHeader tab /> })}
        <div class="empty">
            {heading}
            <p role="alert">{text}</p>
            {more}
            <a class="button" href=paths::TOKENS>"Go to the tokens"</a>
        </div>
    }
}

/// The frame of a prompt: the id of its dialog and of its parts, its heading, and whether it asks for an answer before
/// anything else.
#[derive(Clone, Copy)]
pub struct PromptFrame {
    pub id: &'static str,
    pub title: &'static str,
    pub alert: bool,
}

/// A prompt that brings its frame along: its id, its title, whether it is a question, and its content.
pub type FramedPrompt = (&'static str, &'static str, bool, fn() -> AnyView);

/// A prompt over the screen. The frame is there at once, and says that its content is on its way.
pub fn prompt(frame: PromptFrame, content: Draw) -> AnyView {
    // The answer to the prompt's own form is shown in its place.
    if Shell::here().revealed().read_untracked().is_some() {
        return ().into_any();
    }
    provide_context(frame);
    dialog(frame, content)
}

/// The content of a prompt. The URL says what it is about.
pub fn prompt_content<F: Load>(draw: fn(F::Data) -> AnyView) -> AnyView {
    content_of(load::<F>, drawn(draw))
}

fn content_of(load: fn(Signal<String>) -> Answers, drawn: Drawn) -> AnyView {
    let url = use_url();
    let url = Memo::new(move |_| {
        let url = url.read();
        paths::with_search(url.path(), url.search())
    });
    let PromptFrame { id, .. } = expect_context();
    let draw = drawing(load(url.into()), drawn, failed_prompt);
    let draw = afterwards(draw, move || request_animation_frame(move || client::focus_inside(id)));
    html! { <Awaited meanwhile=waiting_prompt draw /> }
}

fn dialog(PromptFrame { id, title, alert }: PromptFrame, draw: Draw) -> AnyView {
    let shell = Shell::here();
    shell.set_prompt_title(title);
    let close = Callback::new(move |()| shell.close());
    let asking = Signal::derive(move || match shell.asking().get() {
        true => "What you have typed is not saved. Close again to discard it.".to_owned(),
        false => String::new(),
    });
    html! {
        <Dialog id title alert on_dismiss=close>
            <Alert tone=Tone::Warning text=asking />
            <Awaited meanwhile=waiting_prompt draw />
        </Dialog>
    }
}

/// Shown while the data is on its way. It can be cancelled, so that nobody has to wait.
fn waiting_prompt() -> AnyView {
    let shell = Shell::here();
    let back = shell.back();
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        shell.close();
    };
    html! {
        <div class="dialog-body dialog-loading"><p role="status">"Loading…"</p></div>
        <div class="dialog-actions">
            <a class="button" href=back data-noscroll="" on:click=close>"Cancel"</a>
        </div>
    }
}

/// Takes the place of the content of a prompt whose code cannot be fetched. It is read out, as it comes late.
pub fn unfetched_prompt() -> AnyView {
    let PromptFrame { id, .. } = expect_context();
    effect(move || request_animation_frame(move || client::focus_inside(id)));
    refused_content(&Error::Unreachable, Some("alert"))
}

/// Shown when the data of the prompt cannot be loaded.
fn failed_prompt(error: Error) -> AnyView {
    refused_content(&error, None)
}

fn refused_content(error: &Error, role: Option<&'static str>) -> AnyView {
    html! {
        <div class="dialog-body" role=role>
            <Notice tone=Tone::Warning text=error.sentence() />
        </div>
        <CloseActions />
    }
}
