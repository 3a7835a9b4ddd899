//! A token at a glance, beside the list that it was found in: what it is and what it can do.

use super::{Prompts, facts, permissions};
use crate::{
    components::{CloseActions, prompt_content},
    domain::{TokenData, UsageRange},
    paths,
    server_fns::LoadToken,
    ui::html,
};
use leptos::prelude::*;

pub fn token_glance() -> AnyView {
    prompt_content::<LoadToken>(draw)
}

fn draw(data: TokenData) -> AnyView {
    let TokenData { token, usage, .. } = &data;
    let status = token.status(usage.now);
    let page = paths::token(token.id);
    let prompts = Prompts { id: token.id, range: UsageRange::default() };
    html! {
        <div class="dialog-body">
            <div class="token-title">
                <h3 class="section-title" tabindex="-1" autofocus>{token.name.as_str().to_owned()}</h3>
                <span class="status" data-status=status.in_words()>{status.in_words()}</span>
                <p class="section-hint">{status.advice()}</p>
            </div>
            {facts::facts(&data)}
            {permissions::permissions(&data, prompts, false)}
        </div>
        <CloseActions first=false>
            <a class="button" href=page>"Open"</a>
        </CloseActions>
    }
}
