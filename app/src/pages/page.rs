//! Every screen and every prompt, as the router draws them.
//!
//! The list of tokens, where most people begin, comes with the application, and so do the frames of prompts. Everything
//! else is a WASM chunk of its own, which is fetched while the first page is hydrated, or before it if that page needs
//! the chunk.

use super::{
    accounts, audit, by_path::prompt_by_path, catalogue, people, profile, reference, tokens, usage, webhooks,
    workspace,
};
use crate::{
    components::{prompt, unfetched_prompt, unfetched_screen},
    ui::Draw,
};
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::ChooseView;

/// The view of a route. One type for all of them: a type for each would cost the WASM kilobytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    NoPrompt,
    Tokens,
    Token,
    TokenGlance,
    CreateToken,
    EditToken,
    RotateToken,
    HandOverToken,
    DisableToken,
    EnableToken,
    DeleteToken,
    Bulk,
    DeletedTokens,
    RestoreToken,
    Overview,
    People,
    InvitePerson,
    PersonRole,
    PersonLink,
    HandOverPerson,
    SignOutPerson,
    PersonFactors,
    DisablePerson,
    EnablePerson,
    Accounts,
    Account,
    /// Every prompt about accounts, requests, webhooks and oneself.
    PromptByPath,
    Requests,
    Profile,
    Permissions,
    Holders,
    AddResource,
    EditResource,
    RemoveResource,
    Audit,
    Webhooks,
    Webhook,
    General,
    Reference,
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        match self {
            Self::NoPrompt => ().into_any(),
            Self::Tokens => tokens::tokens_page(),
            other => match other.frame() {
                Some(frame) => prompt(frame, Draw::new(move || content(other))),
                None => draw(other).await.unwrap_or_else(|_| unfetched_screen()),
            },
        }
    }

    async fn preload(&self) {
        // A prompt need not wait: its frame says that the rest is on its way.
        if !matches!(self, Self::NoPrompt | Self::Tokens) && self.frame().is_none() {
            fetch_pages().await;
        }
    }
}

async fn content(prompt: Page) -> AnyView {
    draw(prompt).await.unwrap_or_else(|_| unfetched_prompt())
}

/// Fetches the chunk that draws everything but the list of tokens. If that fails, drawing tries again and reports the
/// error.
pub async fn fetch_pages() {
    let _ = fetch_piece().await;
}

/// The router must not name any of these views itself: what it names comes with the application.
#[leptos::wasm_split::wasm_split(
    pages,
    wasm_split_path = ::leptos::wasm_split,
    preload(fetch_piece),
    fallible
)]
fn draw(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::NoPrompt | Page::Tokens => ().into_any(),
        Page::Token => tokens::token_page(),
        Page::TokenGlance => tokens::token_glance(),
        Page::CreateToken => tokens::create_prompt(),
        Page::EditToken => tokens::edit_prompt(),
        Page::RotateToken => tokens::rotate_prompt(),
        Page::HandOverToken => tokens::hand_over_prompt(),
        Page::DisableToken => tokens::disable_prompt(),
        Page::EnableToken => tokens::enable_prompt(),
        Page::DeleteToken => tokens::delete_prompt(),
        Page::Bulk => tokens::bulk_prompt(),
        Page::DeletedTokens => tokens::deleted_tokens_page(),
        Page::RestoreToken => tokens::restore_prompt(),
        Page::Overview => usage::overview_page(),
        Page::People => people::people_page(),
        Page::InvitePerson => people::invite_prompt(),
        Page::PersonRole => people::role_prompt(),
        Page::PersonLink => people::link_prompt(),
        Page::HandOverPerson => people::hand_over_prompt(),
        Page::SignOutPerson => people::sign_out_prompt(),
        Page::PersonFactors => people::factors_prompt(),
        Page::DisablePerson => people::disable_prompt(),
        Page::EnablePerson => people::enable_prompt(),
        Page::Accounts => accounts::accounts_page(),
        Page::Account => accounts::account_page(),
        Page::PromptByPath => prompt_by_path(),
        Page::Requests => accounts::requests_page(),
        Page::Profile => profile::profile_page(),
        Page::Permissions => catalogue::permissions_page(),
        Page::Holders => catalogue::holders_page(),
        Page::AddResource => catalogue::add_prompt(),
        Page::EditResource => catalogue::edit_prompt(),
        Page::RemoveResource => catalogue::remove_prompt(),
        Page::Audit => audit::audit_page(),
        Page::Webhooks => webhooks::webhooks_page(),
        Page::Webhook => webhooks::webhook_page(),
        Page::General => workspace::general_page(),
        Page::Reference => reference::reference_page(),
    })
}
