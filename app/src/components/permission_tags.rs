//! The permissions of a token in the width of a column: the first of them, and a button for all of them.

use crate::{
    domain::{PermissionSet, TokenId},
    ui::html,
};
use leptos::prelude::*;

const SHOWN: usize = 1;

#[component]
pub fn PermissionTags(token: TokenId, permissions: PermissionSet) -> impl IntoView {
    let all: Vec<String> = permissions.iter().map(ToString::to_string).collect();
    let more = all.len().saturating_sub(SHOWN);
    let id = format!("permissions-{token}");
    html! {
        <div class="tags">
            {all.iter().take(SHOWN).map(|p| {
                html! { <code class="tag" title=p.clone()>{p.clone()}</code> }
            }).collect_view()}
            {(more > 0).then(|| html! {
                <button
                    type="button"
                    class="tag tag-more"
                    popovertarget=id.clone()
                    aria-label=format!("+{more}: show all {} permissions", all.len())
                >
                    {format!("+{more}")}
                </button>
                <div class="popover tags" id=id popover="auto">
                    {all.iter().cloned().map(|p| html! { <code class="tag">{p}</code> }).collect_view()}
                </div>
            })}
        </div>
    }
}
