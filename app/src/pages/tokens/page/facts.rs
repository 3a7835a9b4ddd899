//! The details of the token: its owner, its origin, its limits and its id.

use super::{family::linked, limits::limits, parts::from_address};
use crate::{
    components::Time,
    domain::{Token, TokenData, TokenId},
    paths,
    ui::{CopyButton, Copying, html},
};
use leptos::prelude::*;

pub fn facts(data: &TokenData) -> AnyView {
    let TokenData { token, owner_email, created_by, parent, usage, .. } = data;
    let description = token.description.as_str().to_owned();
    let description = (!description.is_empty()).then(|| {
        html! {
            <div class="fact-wide"><dt>"Description"</dt><dd>{description}</dd></div>
        }
    });
    let owner = token.owner.name.as_str().to_owned();
    let created_by = created_by.as_ref().map(|who| format!(" by {who}"));
    let parent = parent.as_ref().map(|parent| {
        html! {
            <div><dt>"Created by token"</dt><dd>{linked(parent)}</dd></div>
        }
    });
    html! {
        <section class="card section" aria-labelledby="details-title">
            <h3 class="section-title" id="details-title">"Details"</h3>
            <dl class="token-facts">
                {description}
                <div>
                    <dt>"Last used"</dt>
                    <dd>{match &token.last_used {
                        Some(used) => html! { <Time at=used.at />" "{from_address(&used.address)} },
                        None => html! { <span class="quiet">"Never used"</span> },
                    }}</dd>
                </div>
                <div>
                    <dt>"Owner"</dt>
                    <dd>{owner}" "<span class="token-description">{owner_email.clone()}</span></dd>
                </div>
                <div>
                    <dt>"Created"</dt>
                    <dd><Time at=token.created_at />{created_by}</dd>
                </div>
                {parent}
                {limits(token, usage.now)}
                {metadata(token)}
                {identity(token.id)}
            </dl>
        </section>
    }
}

/// Each entry leads to the tokens that have it, too.
fn metadata(token: &Token) -> Option<AnyView> {
    let entries: Vec<_> = token.metadata.iter().collect();
    let entry = |(key, value): (&str, &str)| {
        let search = paths::query(&[("metadata", &format!("{key}:{value}"))]);
        html! {
            <a class="tag" href=paths::with_search(paths::TOKENS, &search)>{format!("{key}: {value}")}</a>
        }
    };
    (!entries.is_empty()).then(|| {
        let entries: Vec<_> = entries.into_iter().map(entry).collect();
        html! { <div class="fact-wide"><dt>"Metadata"</dt><dd><span class="tags">{entries}</span></dd></div> }
    })
}

fn identity(id: TokenId) -> AnyView {
    let copying = Copying::of("token-id");
    html! {
        <div class="fact-wide">
            <dt>"ID"</dt>
            <dd class="token-id">
                <code id="token-id" tabindex="0" aria-label="ID" role="textbox" aria-readonly="true">
                    {id.to_string()}
                </code>
                <CopyButton copying />
                <span class="token-id-outcome" role="status">{copying.outcome()}</span>
            </dd>
        </div>
    }
}
