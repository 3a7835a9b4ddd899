//! The question before stricter rules are saved: which tokens they would affect, and what becomes of those.

use crate::{
    components::{HolderList, Question},
    domain::{Error, Holders, Policy, Stricter, days_in_words, tokens_in_words},
    paths,
    ui::html,
};
use leptos::prelude::*;

pub fn question(error: &Option<Error>) -> Option<AnyView> {
    let Some(Error::Stricter { stricter }) = error else { return None };
    let Stricter { code, policy, outlasting, undo_days, lost } = stricter.unfold()?;
    Some(html! {
        <Question id="stricter-question" title="Save stricter rules?" submit="Confirm" name="confirmed" value=code>
            {(outlasting.count > 0).then(|| stay(policy, outlasting))}
            {(lost.count > 0).then(|| give_up(undo_days, lost))}
            <p>"Nothing has been saved yet."</p>
        </Question>
    })
}

/// Live tokens that the policy would not allow to be created as they are.
fn stay(policy: Policy, outlasting: Holders) -> AnyView {
    let is_one = outlasting.count == 1;
    let (expires, never) = if is_one { ("expires", "never expires") } else { ("expire", "never expire") };
    let many = tokens_in_words(outlasting.count);
    let lead = match policy.lifetime_days.map(days_in_words) {
        Some(days) => format!("{many} {expires} later than {days} from now, or never:"),
        None => format!("{many} {never}:"),
    };
    let fate = if is_one { "It keeps working as it is." } else { "They keep working as they are." };
    html! {
        <div>
            <p><strong>{lead}</strong></p>
            <HolderList holders=outlasting link=paths::token_edit in_new_tab=true />
        </div>
        <p>{fate}" New expiry dates must follow the new limit."</p>
    }
}

/// Deleted tokens that could no longer be restored.
fn give_up(undo_days: u32, lost: Holders) -> AnyView {
    let many = tokens_in_words(lost.count);
    let was = if lost.count == 1 { "was" } else { "were" };
    let lead = match undo_days {
        0 => format!("{many} that {was} deleted can no longer be restored:"),
        days => format!(
            "{many} that {was} deleted more than {} ago can no longer be restored:",
            days_in_words(days)
        ),
    };
    html! {
        <div>
            <p><strong>{lead}</strong></p>
            <HolderList holders=lost />
        </div>
    }
}
