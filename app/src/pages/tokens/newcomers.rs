//! Tokens that others have created while the table is open: they are counted above it, and shown when somebody asks.

use crate::{
    components::Shell,
    domain::{Token, TokenId, TokenListForm},
    ui::html,
};
use leptos::prelude::*;

/// The form that the table was asked for with, and the rows that are shown.
#[derive(Clone, Copy)]
pub struct Newcomers(StoredValue<(TokenListForm, Vec<TokenId>)>);

impl Newcomers {
    pub fn provide() {
        provide_context(Self(StoredValue::new(Default::default())));
    }

    /// Leaves out the tokens that have come since somebody last asked, and returns how many there are.
    pub fn leave_out(form: &TokenListForm, tokens: &mut Vec<Token>) -> usize {
        let Some(Self(known)) = use_context() else { return 0 };
        let before = tokens.len();
        if Shell::here().take_following() {
            known.with_value(|(asked, ids)| {
                if asked == form {
                    tokens.retain(|token| ids.contains(&token.id));
                }
            });
        }
        let left_out = before - tokens.len();
        if left_out == 0 {
            known.set_value((form.clone(), tokens.iter().map(|token| token.id).collect()));
        }
        left_out
    }
}

/// `3 new tokens. Show`
#[component]
pub fn NewcomersNotice(count: usize) -> impl IntoView {
    let shell = Shell::here();
    let words = if count == 1 { "1 new token.".to_owned() } else { format!("{count} new tokens.") };
    html! {
        <p class="fitting" role="status">
            {words} " "
            <button type="button" class="link" on:click=move |_| shell.read_again()>"Show"</button>
        </p>
    }
}
