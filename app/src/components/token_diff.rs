//! What saving would change, said while somebody edits; and a warning when the token would gain by it.

use crate::{
    domain::{Token, TokenChanges, TokenForm},
    ui::is_empty,
};
use leptos::prelude::*;

#[component]
pub fn TokenDiff(
    /// As it is stored.
    before: Token,
    /// What the form holds now.
    now: RwSignal<TokenForm>,
) -> impl IntoView {
    let changes = Memo::new(move |_| TokenChanges::between(&before, &now.read()));
    let warning = Signal::derive(move || changes.read().warning());
    // Lines of one text: a list would have to be drawn anew with every key.
    let lines = Signal::derive(move || match changes.read().lines.as_slice() {
        [] => "Nothing changes yet.".to_owned(),
        lines => lines.join("\n"),
    });
    view! {
        <div class="changes needs-script" role="status" aria-label="Changes">
            <p class="changes-lines">{lines}</p>
            <p class="notice" data-tone="warning" hidden=is_empty(warning)>{warning}</p>
        </div>
    }
}
