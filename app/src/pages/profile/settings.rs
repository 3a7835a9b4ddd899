//! The forms of the profile page, each with a URL of its own below that of the page.

use crate::{
    client,
    components::{ChangeForm, FormNotice, FormState, change, password_change},
    domain::{Field, Theme},
    paths,
    server_fns::{ChangePassword, ChooseTheme, SaveName},
    ui::{TextField, effect, html},
};
use leptos::prelude::*;

const THEME_FORM: &str = "theme-form";

pub fn name_form(name: String) -> AnyView {
    html! {
        <ChangeForm change={change::<SaveName>()} action=paths::PROFILE_NAME id="name-form" class="card section">
            <h2 class="section-title">"Name"</h2>
            <FormNotice />
            {name_field(name)}
            {save("Save name")}
        </ChangeForm>
    }
}

fn name_field(name: String) -> AnyView {
    let state = FormState::here();
    // The field gets the focus only if it is invalid.
    let (value, first) = (state.typed("name", name), state.begins(Field::Name, Field::Theme));
    html! {
        <TextField
            name="name"
            id="name"
            label="Display name"
            autocomplete="name"
            value
            first
            error=state.problem(Field::Name)
        />
    }
}

/// A theme is applied as soon as it is chosen; without scripts there is a button.
pub fn theme_form(chosen: Theme) -> AnyView {
    html! {
        <ChangeForm
            change={change::<ChooseTheme>()}
            action=paths::PROFILE_THEME
            id=THEME_FORM
            class="card section theme-form"
        >
            <h2 class="section-title" id="theme-title">"Theme"</h2>
            <FormNotice />
            {themes(chosen)}
            {save("Save theme")}
        </ChangeForm>
    }
}

fn themes(chosen: Theme) -> AnyView {
    let label = |theme| match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    };
    let pending = FormState::here().pending;
    // While one choice is on its way, the next one waits for it.
    let waits = RwSignal::new(false);
    let changed = move |_| match pending.get_untracked() {
        true => waits.set(true),
        false => client::request_submit(THEME_FORM),
    };
    effect(move || {
        if !pending.get() && waits.get_untracked() {
            waits.set(false);
            client::request_submit(THEME_FORM);
        }
    });
    html! {
        <div class="radios radios-row" role="radiogroup" aria-labelledby="theme-title" on:change=changed>
            {Theme::ALL.map(|theme| html! {
                <label class="radio">
                    <input type="radio" name="theme" value=theme.as_str() checked={theme == chosen} />
                    <span>{label(theme)}</span>
                </label>
            }).collect_view()}
        </div>
    }
}

pub fn password_form() -> AnyView {
    html! {
        <ChangeForm
            change={change::<ChangePassword>()}
            action=paths::PROFILE_PASSWORD
            id="password-form"
            class="card section"
            clears=true
        >
            <h2 class="section-title">"Password"</h2>
            <p class="section-hint">"Changing it signs you out everywhere else."</p>
            <FormNotice />
            {password_change()}
            {save("Change password")}
        </ChangeForm>
    }
}

fn save(label: &'static str) -> AnyView {
    let pending = FormState::here().pending;
    let busy = Signal::derive(move || pending.get().then_some("true"));
    html! { <button class="button" type="submit" aria-disabled=busy>{label}</button> }
}
