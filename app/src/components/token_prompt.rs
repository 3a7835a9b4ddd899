//! A prompt over the list: the dialog, what it needs to know, and what stands there when that cannot be had.

use super::TokenList;
use crate::{
    api::load_prompt,
    browser,
    domain::{Error, PromptData},
    ui::{Awaited, Dialog, Draw, Notice, Tone},
};
use leptos::prelude::*;

#[component]
pub fn TokenPrompt(
    id: &'static str,
    title: &'static str,
    #[prop(optional)] alert: bool,
    /// The token that the prompt is about, as the URL has it.
    #[prop(default = None, into)]
    token: Option<String>,
    /// It is about one more token like that one.
    #[prop(optional)]
    is_copy: bool,
    close: Callback<()>,
    /// Draws the inside, once there is something to draw it from.
    content: fn(PromptData, Callback<()>) -> AnyView,
) -> impl IntoView {
    let back = TokenList::here().href();
    let data = Resource::new(move || token.clone(), move |id| load_prompt(id, is_copy));
    let inside = Draw::new(move || {
        let back = back.clone();
        async move {
            let data = data.await;
            // It is in the page by the next frame.
            Effect::new(move |_| request_animation_frame(move || browser::focus_inside(id)));
            match data {
                Ok(data) => content(data, close),
                Err(error) => view! { <PromptFailed error back /> }.into_any(),
            }
        }
    });
    view! {
        <Dialog id title alert on_dismiss=close>
            <Awaited meanwhile="dialog-body dialog-loading" draw=inside />
        </Dialog>
    }
}

/// What the prompt was about cannot be had.
#[component]
fn PromptFailed(error: Error, back: String) -> impl IntoView {
    view! {
        <div class="dialog-body">
            <Notice tone=Tone::Warning text=error.to_string() />
        </div>
        <div class="dialog-actions">
            <a class="button button-primary" href=back autofocus data-noscroll="">"Back to the tokens"</a>
        </div>
    }
}
