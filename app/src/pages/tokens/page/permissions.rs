//! The permissions of the token, and which of them are asked for.

use super::Prompts;
use crate::{
    components::Hour,
    domain::{LastPermissionUse, PermissionRow, Timestamp, TokenData, UNUSED_MS},
    ui::html,
};
use leptos::prelude::*;

const OUT_OF_REACH: &str =
    "A token can do what it holds and its owner may give now. It works again once the owner may give it.";

pub fn permissions(data: &TokenData, prompts: Prompts, may_change: bool) -> AnyView {
    let TokenData { token, permissions, usage, .. } = data;
    let used = permissions.iter().filter(|held| matches!(held.last, LastPermissionUse::At(_))).count();
    let unused = permissions.iter().filter(|held| held.last == LastPermissionUse::Never).count();
    let is_young = usage.now.as_millis() - token.created_at.as_millis() < UNUSED_MS;
    let never = if is_young { "Not used since it was created" } else { "Not used in 30 days" };
    let rows = permissions.iter().map(|held| line(held, usage.now, never)).collect_view();
    let advice = (unused > 0 && used > 0 && may_change).then(|| {
        let href = prompts.href("edit");
        html! { " "<a href=href data-noscroll="">"Remove unused permissions"</a> }
    });
    html! {
        <section class="card section" aria-labelledby="permissions-title">
            <div>
                <h3 class="section-title" id="permissions-title">"Permissions"</h3>
                <p class="section-hint">
                    {format!("{used} of {} used in the last 30 days.", permissions.len())}
                    {advice}
                </p>
            </div>
            <ul class="lines" aria-labelledby="permissions-title">{rows}</ul>
        </section>
    }
}

fn line(held: &PermissionRow, now: Timestamp, never: &'static str) -> AnyView {
    let when = match held.last {
        _ if held.is_out_of_reach => html! {
            <span class="unused" title=OUT_OF_REACH>"No effect: its owner may not give it"</span>
        },
        LastPermissionUse::At(hour) => html! { <Hour begins=hour now /> },
        LastPermissionUse::Never => html! { <span class="unused">{never}</span> },
        LastPermissionUse::Unknown => html! { <span class="quiet">"Unknown"</span> },
    };
    html! {
        <li class="line" data-unused=(held.last == LastPermissionUse::Never).then_some("")>
            <code class="line-what" data-out-of-reach=held.is_out_of_reach.then_some("")>{held.permission.to_string()}</code>
            <span class="line-when">{when}</span>
        </li>
    }
}
