//! Shown before the first verification: what will appear here, and how to begin.

use crate::{
    components::{Example, Shell},
    domain::VERIFY_TOKENS,
    paths,
    ui::html,
};
use leptos::prelude::*;

pub fn first() -> AnyView {
    let origin = Shell::here().context().with_untracked(|context| context.origin.clone());
    let lines = [
        format!("curl -X POST \"{origin}/v1/verify\""),
        "-H \"Authorization: Bearer $TOKENRY_SECRET\"".to_owned(),
        "-H 'Content-Type: application/json'".to_owned(),
        "-d '{\"secret\": \"tkr_…\"}'".to_owned(),
    ];
    html! {
        <div class="first-use">
            <p>
                "Verifications will appear here by hour and by day: how many secrets were valid, how many were denied, \
                 and why."
            </p>
            <Example id="first-verify" label="Verify a secret" text=lines.join(" \\\n  ") />
            <p class="section-hint">
                <code>"$TOKENRY_SECRET"</code>
                " is the secret of a token that has the permission "
                <code>{VERIFY_TOKENS}</code>
                ", which admins can give; "
                <code>"tkr_…"</code>
                " is the one that somebody shows to your service. "
                <a href=format!("{}#verify", paths::REFERENCE)>"More in the API reference"</a>
            </p>
        </div>
    }
}
