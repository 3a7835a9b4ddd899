//! Tokens by name and owner: those that hold a permission, or that a rule would touch.

use crate::{
    domain::{COUNT_MAX, Holder, Holders, TokenId},
    ui::html,
};
use leptos::prelude::*;

#[component]
pub fn HolderList(
    holders: Holders,
    /// The link of each name; without it the names lead nowhere.
    #[prop(optional)]
    link: Option<fn(TokenId) -> String>,
    /// Opens the links in a new tab, so that a question stays open.
    #[prop(optional)]
    in_new_tab: bool,
) -> impl IntoView {
    let shown = u64::try_from(holders.first.len()).unwrap_or(u64::MAX);
    let rest = match holders.count.saturating_sub(shown) {
        0 => None,
        _ if holders.count > COUNT_MAX => Some("And many more.".to_owned()),
        more => Some(format!("And {more} more.")),
    };
    let target = in_new_tab.then_some("_blank");
    let lines: Vec<_> = holders
        .first
        .into_iter()
        .map(|Holder { id, name, owner }| {
            let name = String::from(name);
            let name = match link {
                Some(link) => html! { <a href=link(id) target=target>{name}</a> },
                None => html! { <span>{name}</span> },
            };
            html! { <li>{name}" "<span class="holder-owner">{String::from(owner.name)}</span></li> }
        })
        .collect();
    html! {
        {(shown > 0).then(|| html! { <ul class="holders">{lines}</ul> })}
        {rest.map(|rest| html! { <p class="section-hint">{rest}</p> })}
    }
}
