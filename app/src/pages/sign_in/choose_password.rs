//! The page where somebody with a link chooses their password: after an invitation, or because they have forgotten it.

use super::{
    Demonstration,
    auth_card::AuthCard,
    fields::{ErrorNotice, NewPassword},
    write,
};
use crate::{
    domain::{Error, Person},
    paths,
};
use leptos::prelude::*;

pub fn choose_password(
    demonstration: Option<Demonstration>,
    code: &str,
    person: &Person,
    error: Option<&Error>,
) -> String {
    let (code, person, error) = (code.to_owned(), person.clone(), error.cloned());
    write("Choose a password", demonstration, move || {
        let email = String::from(person.email);
        view! {
            <AuthCard title="Choose a password">
                <p class="section-hint">{format!("Welcome, {}. You sign in as {email}.", person.name.as_str())}</p>
                <form class="auth-form" method="post" action=paths::PASSWORD>
                    <ErrorNotice error=error.clone() />
                    <input type="hidden" name="code" value=code />
                    // For password managers, which keep the two together.
                    <input type="hidden" name="username" value=email autocomplete="username" />
                    <NewPassword error first=true />
                    <button class="button button-primary" type="submit">"Save and sign in"</button>
                </form>
            </AuthCard>
        }
        .into_any()
    })
}
