//! Prompts about an account that only ask a question. In all of them the focus starts on Cancel.

use super::grants::lost;
use crate::{
    components::{ChangeForm, ChangePath, FormNotice, PromptActions, change, prompt_content},
    domain::{Account, AccountKind, AccountPrompt, tokens_in_words},
    server_fns::{DeleteAccount, DisableAccount, EnableAccount, LoadAccountPrompt},
    ui::html,
};
use leptos::prelude::*;

pub fn disable_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(|data| {
        question(data, change::<DisableAccount>(), "Disable", true, |account, tokens| {
            let kept = match account.kind {
                AccountKind::Group => {
                    " Its members keep what they may give by it: take its grants to end that."
                }
                _ => "",
            };
            let name = account.name.as_str();
            match tokens {
                0 => format!("{name} is disabled, and owns no tokens.{kept}"),
                _ => {
                    let tokens = tokens_in_words(tokens);
                    format!(
                        "{name} is disabled, and so are its secrets: {tokens} stop working immediately.{kept}"
                    )
                }
            }
        })
    })
}

pub fn enable_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(|data| {
        question(data, change::<EnableAccount>(), "Enable", false, |account, tokens| {
            let tokens = tokens_in_words(tokens);
            format!("{} is enabled, and {tokens} work as before.", account.name.as_str())
        })
    })
}

pub fn delete_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(|data| {
        question(data, change::<DeleteAccount>(), "Delete", true, |account, tokens| {
            let lost = match account.kind {
                AccountKind::Group => " Its members lose what they may give by it.",
                _ => "",
            };
            let name = account.name.as_str();
            let kept = match tokens {
                0 => String::new(),
                _ => format!(" It has {}: transfer or delete them first.", tokens_in_words(tokens)),
            };
            format!("Delete {name} for good?{kept}{lost}")
        })
    })
}

fn question(
    data: AccountPrompt,
    change: ChangePath,
    submit: &'static str,
    danger: bool,
    sentence: fn(&Account, u64) -> String,
) -> AnyView {
    let AccountPrompt { page, losses, .. } = data;
    let Some(row) = page.map(|page| page.row) else { return ().into_any() };
    let sentence = sentence(&row.account, row.tokens);
    html! {
        <ChangeForm change>
            <input type="hidden" name="id" value=row.account.id.to_string() />
            <div class="dialog-body">
                <FormNotice />
                <p>{sentence}</p>
                {(!losses.are_none()).then(|| lost(losses))}
            </div>
            <PromptActions submit danger careful=true />
        </ChangeForm>
    }
}
