//! The first start: somebody with the link becomes the first admin.

use super::{
    Demonstration,
    auth_card::AuthCard,
    fields::{ErrorNotice, NewPassword, begins, problem},
    write,
};
use crate::{
    components::EmailField,
    domain::{Error, Field, PersonForm},
    paths,
    ui::TextField,
};
use leptos::prelude::*;

pub fn set_up(
    demonstration: Option<Demonstration>,
    code: &str,
    form: &PersonForm,
    error: Option<&Error>,
) -> String {
    let (code, PersonForm { name, email, .. }, error) = (code.to_owned(), form.clone(), error.cloned());
    write("Set up Tokenry", demonstration, move || {
        let begins = |field| begins(error.as_ref(), field, Field::Name);
        let (name_first, email_first) = (begins(Field::Name), begins(Field::Email));
        let (name_error, email_error) =
            (problem(error.as_ref(), Field::Name), problem(error.as_ref(), Field::Email));
        view! {
            <AuthCard title="Set up Tokenry">
                <p class="section-hint">"Create the first admin account. You can invite others later."</p>
                <form class="auth-form" method="post" action=paths::SETUP>
                    <ErrorNotice error=error.clone() />
                    <input type="hidden" name="code" value=code />
                    <TextField name="name" id="name" label="Your name" autocomplete="name" value=name first=name_first
                        error=name_error />
                    <EmailField value=email first=email_first error=email_error />
                    <NewPassword error />
                    <button class="button button-primary" type="submit">"Create account"</button>
                </form>
            </AuthCard>
        }
        .into_any()
    })
}
