//! What those see who are not signed in: sign-in, the set-up of an installation, and choosing a password.

use super::{
    Frame,
    forms::{EmailField, General, NewPassword, begins, wrong},
};
use crate::{
    domain::{Error, Field, Person, PersonForm},
    paths,
    ui::{Icon, TextField},
};
use leptos::prelude::*;

/// A narrow card in the middle of the window.
#[component]
fn Door(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="door">
            <p class="brand"><Icon name="mark" />"Tokenry"</p>
            <div class="card door-card">
                <h1 class="page-title">{title}</h1>
                {children()}
            </div>
        </div>
    }
}

/// `next` is the place to go to afterwards.
pub fn sign_in(frame: &Frame, email: &str, next: &str, error: Option<&Error>) -> String {
    let (email, next, error) = (email.to_owned(), next.to_owned(), error.cloned());
    let demonstration = frame.demonstration;
    frame.still("Sign in · Tokenry", move || {
        let nothing = || Signal::stored(String::new());
        let typed = !email.is_empty();
        view! {
            <Door title="Sign in">
                <form class="door-form" method="post" action=paths::SIGN_IN>
                    <General error />
                    <input type="hidden" name="next" value=next />
                    <EmailField autocomplete="username" value=email first=!typed error=nothing() />
                    <TextField name="password" id="password" label="Password" kind="password" autocomplete="current-password" first=typed error=nothing() />
                    <button class="button button-primary" type="submit">"Sign in"</button>
                </form>
                {match demonstration {
                    Some(demonstration) => demonstration.who_can_sign_in().into_any(),
                    None => view! {
                        <p class="field-hint">"Lost your password? An admin can make you a link to a new one."</p>
                    }
                    .into_any(),
                }}
            </Door>
        }
        .into_any()
    })
}

/// The first start: somebody with the link becomes the first admin.
pub fn setup(frame: &Frame, code: &str, form: &PersonForm, error: Option<&Error>) -> String {
    let (code, PersonForm { name, email, .. }, error) = (code.to_owned(), form.clone(), error.cloned());
    frame.still("Set up · Tokenry", move || {
        let begin = |field| begins(error.as_ref(), field, Field::Name);
        let (name_first, email_first) = (begin(Field::Name), begin(Field::Email));
        let (name_error, email_error) = (wrong(error.as_ref(), Field::Name), wrong(error.as_ref(), Field::Email));
        view! {
            <Door title="Set up Tokenry">
                <p class="section-hint">"You are the first here, and become an admin: you invite the others."</p>
                <form class="door-form" method="post" action=paths::SETUP>
                    <General error=error.clone() />
                    <input type="hidden" name="code" value=code />
                    <TextField name="name" id="name" label="Your name" autocomplete="name" value=name first=name_first error=name_error />
                    <EmailField autocomplete="username" value=email first=email_first error=email_error />
                    <NewPassword error />
                    <button class="button button-primary" type="submit">"Begin"</button>
                </form>
            </Door>
        }
        .into_any()
    })
}

/// Somebody with a link chooses their password.
pub fn choose_password(frame: &Frame, code: &str, person: &Person, error: Option<&Error>) -> String {
    let (code, person, error) = (code.to_owned(), person.clone(), error.cloned());
    frame.still("Choose a password · Tokenry", move || {
        let email = String::from(person.email);
        view! {
            <Door title="Choose a password">
                <p class="section-hint">{format!("Welcome, {}. You sign in as {email}.", person.name.as_str())}</p>
                <form class="door-form" method="post" action=paths::PASSWORD>
                    <General error=error.clone() />
                    <input type="hidden" name="code" value=code />
                    // For password managers, which keep the two together.
                    <input type="hidden" name="username" value=email autocomplete="username" />
                    <NewPassword error first=true />
                    <button class="button button-primary" type="submit">"Save and sign in"</button>
                </form>
            </Door>
        }
        .into_any()
    })
}
