//! The tokens that were created with this one.

use super::parts::and_more;
use crate::{
    domain::{Relative, TokenData, tokens_in_words},
    paths,
    ui::html,
};
use leptos::prelude::*;

/// A token by its name, which leads to its page if it has one.
pub fn linked(relative: &Relative) -> AnyView {
    let name = relative.name.as_str().to_owned();
    match relative.is_live {
        true => html! { <a href=paths::token(relative.id)>{name}</a> },
        false => html! { {name}" "<span class="quiet">"(deleted)"</span> },
    }
}

/// The tokens that were created with this one; empty if there are none.
pub fn children(data: &TokenData) -> AnyView {
    let children = &data.children;
    if children.count == 0 {
        return ().into_any();
    }
    let title = format!("Created {}", tokens_in_words(children.count));
    html! {
        <section class="card section" aria-labelledby="children-title">
            <h3 class="section-title" id="children-title">{title}</h3>
            <p class="section-hint">
                "Created with the secret of this token. They keep working when it is disabled or deleted, \
                 unless you include them."
            </p>
            <ul class="children">
                {children.rows.iter().map(|child| html! { <li>{linked(child)}</li> }).collect_view()}
            </ul>
            {and_more(children.more_in_words("token"))}
        </section>
    }
}
