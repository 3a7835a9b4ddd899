//! What is shown instead of a page, and what to do next.

use crate::{api::set_status, domain::Error, paths, ui::Empty};
use leptos::prelude::*;

/// An address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    view! {
        <h1 class="page-title">"Page not found"</h1>
        <Empty icon="key" title="There is nothing at this address">
            <p>"The link may be old, or a part of it may be missing."</p>
            <a class="button" href=paths::TOKENS>"Go to the tokens"</a>
        </Empty>
    }
}

/// A form that could not be read at all.
#[component]
pub fn FailedPage(error: Error) -> impl IntoView {
    view! {
        <h1 class="page-title">"That did not work"</h1>
        <Empty icon="key" title=error.to_string()>
            <p>"Nothing was changed."</p>
            <a class="button" href=paths::TOKENS>"Go to the tokens"</a>
        </Empty>
    }
}
