//! Keyboard shortcuts for people who work here all day.

use super::{CREATE_BUTTON, Opened, Shell, Shortcut};
use crate::{
    client,
    domain::Right,
    paths,
    ui::{effect, html},
};
use leptos::{ev, prelude::*};

/// Listens for the shortcuts, and shows the list of them when it is asked for.
#[component]
pub fn Keys() -> impl IntoView {
    let shell = Shell::here();
    let (is_open, finds) = (RwSignal::new(false), RwSignal::new(false));
    let goes = StoredValue::new(false);
    // A prompt or another dialog is in front of everything.
    let is_taken = move |event: &ev::KeyboardEvent| {
        shell.is_covered().get_untracked() || client::is_within(event, "dialog")
    };
    effect(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            // This also works before the prompt has taken the focus, or when it has lost it.
            let is_prompt =
                shell.is_covered().get_untracked() && shell.revealed().with_untracked(Option::is_none);
            if event.key() == "Escape" && is_prompt && !event.default_prevented() {
                event.prevent_default();
                return shell.close();
            }
            let is_command = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
            if is_command && event.key() == "k" && !is_taken(&event) {
                event.prevent_default();
                return finds.set(true);
            }
            let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
            if !is_plain
                || event.default_prevented()
                || client::is_typing(&event)
                || shell.is_covered().get_untracked()
            {
                return;
            }
            let key = event.key();
            let goes_now = goes.get_value();
            goes.set_value(key == "g" && !goes_now);
            let place = match (goes_now, key.as_str()) {
                (true, "o") => Some(paths::OVERVIEW),
                (true, "t") => Some(paths::TOKENS),
                (true, "p") => Some(paths::PERMISSIONS),
                (true, "e") if shell.may(Right::SeePeople) => Some(paths::PEOPLE),
                (true, "a") if shell.may(Right::SeeAudit) => Some(paths::AUDIT),
                _ => None,
            };
            let is_ours = match (place, key.as_str()) {
                (Some(place), _) => {
                    shell.go_to(place.to_owned());
                    true
                }
                (None, "/") => client::focus_search(),
                (None, "?") => {
                    is_open.set(true);
                    true
                }
                (None, "c") if shell.may(Right::ManageOwnTokens) => {
                    client::remember_focus();
                    if !client::click(CREATE_BUTTON) {
                        shell.go_to(paths::TOKEN_NEW.to_owned());
                    }
                    true
                }
                _ => false,
            };
            if is_ours {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
    let close = Callback::new(move |()| is_open.set(false));
    let found = Callback::new(move |()| finds.set(false));
    html! {
        {move || is_open.get().then(|| html! { <Shortcut opened=Opened::Help close /> })}
        {move || finds.get().then(|| html! { <Shortcut opened=Opened::Palette close=found /> })}
    }
}
