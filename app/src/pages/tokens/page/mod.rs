//! The page of one token: what it is, who uses it, and which of its permissions it could do without.
//!
//! It only reads and links: everything that changes a token is a prompt over this page.

mod callers;
mod denials;
mod facts;
mod family;
mod glance;
mod head;
mod history;
mod limits;
mod parts;
mod permissions;
mod secrets;
mod usage;

pub use glance::token_glance;

use crate::{
    components::{Breadcrumb, SettingsHeader, Shell, screen},
    domain::{Right, TokenData, TokenId, UsageRange},
    paths,
    server_fns::LoadToken,
    ui::html,
};
use leptos::prelude::*;

pub fn token_page() -> AnyView {
    screen::<LoadToken>("Token", draw)
}

/// Leads to the prompts over this page, which come back to the range that it shows.
#[derive(Clone, Copy)]
struct Prompts {
    id: TokenId,
    range: UsageRange,
}

impl Prompts {
    /// The URL of the prompt with this word.
    fn href(self, word: &str) -> String {
        let range = if self.range == UsageRange::default() { "" } else { self.range.as_str() };
        let state = if range.is_empty() { String::new() } else { paths::query(&[("range", range)]) };
        paths::with_search(&paths::token_details_prompt(self.id, word), &state)
    }
}

fn draw(data: TokenData) -> AnyView {
    let TokenData { token, usage, .. } = &data;
    let shell = Shell::here();
    let name = token.name.as_str().to_owned();
    shell.set_screen_title(name.clone());
    let prompts = Prompts { id: token.id, range: usage.range };
    let right = if data.is_own { Right::ManageOwnTokens } else { Right::ManageAllTokens };
    // The reason why this person may not change this token, if any.
    let why_not = shell.role().why_not(right);
    let may_change = why_not.is_none();
    html! {
        <SettingsHeader tab=paths::TOKENS />
        <Breadcrumb list=(paths::TOKENS, "Tokens") here=name />
        {head::handed_over(&data, prompts)}
        {head::head(&data, prompts, why_not)}
        <div class="token-page">
            {head::exposed(&data, prompts, may_change)}
            {facts::facts(&data)}
            {secrets::secrets(&data, prompts, may_change)}
            {usage::usage(&data)}
            <div class="sections">
                {callers::callers(&data)}
                {permissions::permissions(&data, prompts, may_change)}
                {denials::denials(&data)}
                {family::children(&data)}
            </div>
            {history::history(&data)}
        </div>
    }
}
