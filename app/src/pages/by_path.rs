//! Prompts that bring their frames along, from the second piece: the path says which one it is. A route for each would
//! cost the first piece more.

use super::{accounts, profile, webhooks};
use crate::{
    components::{PromptFrame, prompt},
    ui::Draw,
};
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// Each of them comes and goes as a prompt of its own.
pub fn prompt_by_path() -> AnyView {
    let url = use_url();
    let path = Memo::new(move |_| url.read().path().to_owned());
    (move || path.with(|path| framed(path))).into_any()
}

fn framed(path: &str) -> Option<AnyView> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (id, title, alert, content) = match parts.as_slice() {
        ["profile", rest @ ..] => profile::prompt_at(rest),
        ["settings", "webhooks", rest @ ..] => webhooks::prompt_at(rest),
        ["settings", rest @ ..] => accounts::prompt_at(rest),
        _ => None,
    }?;
    Some(prompt(PromptFrame { id, title, alert }, Draw::new(move || async move { content() })))
}
