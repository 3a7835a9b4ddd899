//! The permissions of a token in the width of a column: the first of them, and a button for all of them.

use crate::{
    domain::{PermissionSet, TokenId},
    ui::html,
};
use leptos::prelude::*;

const SHOWN: usize = 1;

#[component]
pub fn PermissionTags(
    token: TokenId,
    permissions: PermissionSet,
    /// Those that have no effect now: they are greyed.
    out_of_reach: PermissionSet,
) -> impl IntoView {
    let mut all: Vec<(String, bool)> =
        permissions.iter().map(|p| (p.to_string(), out_of_reach.contains(p))).collect();
    // What works comes first.
    all.sort_by_key(|(_, is_out)| *is_out);
    let more = all.len().saturating_sub(SHOWN);
    let id = format!("permissions-{token}");
    html! {
        <div class="tags">
            {all.iter().take(SHOWN).cloned().map(tag).collect_view()}
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
                    {all.iter().cloned().map(tag).collect_view()}
                </div>
            })}
        </div>
    }
}

fn tag((permission, is_out): (String, bool)) -> AnyView {
    let title = match is_out {
        true => format!("{permission}: no effect now, because the owner may not give it"),
        false => permission.clone(),
    };
    html! { <code class="tag" title=title data-out-of-reach=is_out.then_some("")>{permission}</code> }
}
