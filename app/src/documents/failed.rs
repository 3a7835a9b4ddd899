//! What is shown instead of a page, and what to do next.

use super::Frame;
use crate::{domain::Error, paths, ui::Empty};
use leptos::prelude::*;

/// An address that leads nowhere.
pub fn not_found(frame: &Frame) -> String {
    let text = "The link may be old, or a part of it may be missing.".to_owned();
    explain(
        frame,
        "Page not found · Tokenry",
        "Page not found",
        "There is nothing at this address".to_owned(),
        text,
    )
}

/// Something that could not be done, or may not be.
pub fn failed(frame: &Frame, error: &Error) -> String {
    let text = match error {
        Error::LinkEnded => "Links work once, and not for ever.",
        Error::Forbidden { .. } => "If you need it for your work, ask an admin.",
        _ => "Nothing was changed.",
    };
    let what = match error {
        Error::Invalid { errors } => errors.first().map(|e| e.detail.clone()).unwrap_or_default(),
        other => other.to_string(),
    };
    explain(frame, "That did not work · Tokenry", "That did not work", what, text.to_owned())
}

fn explain(frame: &Frame, title: &'static str, heading: &'static str, what: String, text: String) -> String {
    let inside = frame.caller.is_some();
    let (href, way_on) =
        if inside { (paths::TOKENS, "Go to the tokens") } else { (paths::SIGN_IN, "Go to sign-in") };
    frame.still(title, move || {
        view! {
            <h1 class="page-title page-title-alone">{heading}</h1>
            <Empty icon="key" title=what>
                <p>{text}</p>
                <a class="button" href=href>{way_on}</a>
            </Empty>
        }
        .into_any()
    })
}
