//! Boxes in prompts about tokens whose owner, or whose owner's standing, is to change: what is not ticked by the name
//! of a token gives its secret nothing.

use crate::domain::{HOLDERS_LISTED, OwnedToken, Role, Standing, Ticked, listed};
use leptos::prelude::*;

/// One box, about one token.
#[derive(Clone)]
pub struct Tick {
    value: String,
    text: String,
    is_ticked: bool,
}

/// A box for each token, as far as there is room for them; nothing where there are none.
#[component]
pub fn Ticks(
    /// Names the field, and begins the ids of its parts.
    name: &'static str,
    legend: &'static str,
    hint: String,
    ticks: Vec<Tick>,
) -> impl IntoView {
    if ticks.is_empty() {
        return ().into_any();
    }
    let more = ticks.len().saturating_sub(HOLDERS_LISTED);
    let more = (more > 0).then(|| format!("and {more} more, without a box"));
    let hint_id = format!("{name}-hint");
    let described = hint_id.clone();
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend class="field-label">{legend}</legend>
            <p class="field-hint" id=hint_id.clone()>{hint}</p>
            {ticks.into_iter().take(HOLDERS_LISTED).map(|Tick { value, text, is_ticked }| view! {
                <label class="radio">
                    <input type="checkbox" name=name value=value checked=is_ticked />
                    <span>{text}</span>
                </label>
            }).collect_view()}
            {more.map(|text| view! { <p class="field-hint">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

/// Boxes for Tokenry's own permissions, for those tokens that have some.
pub fn to_keep<'a>(tokens: impl Iterator<Item = &'a OwnedToken>, ticked: &Ticked, verb: &str) -> Vec<Tick> {
    let tick = |token: &OwnedToken| {
        let own = token.permissions.own();
        (!own.is_empty()).then(|| Tick {
            value: token.seen().to_string(),
            text: format!("“{}” {verb} {}", token.name.as_str(), listed(own.iter())),
            is_ticked: ticked.keeps(token),
        })
    };
    tokens.filter_map(tick).collect()
}

/// What stands above the boxes where somebody's tokens are handed over.
pub fn keep_hint(giver: Standing, name: &str) -> String {
    let state = match giver {
        Standing { is_disabled: true, .. } => Some("disabled".to_owned()),
        Standing { role: Role::Admin, .. } => None,
        Standing { role, .. } => Some(format!("a {role}")),
    };
    let asleep = state.map(|state| {
        format!(" They sleep now, since {name} is {state}: a token that keeps them arrives disabled.")
    });
    format!(
        "They are taken away unless they are ticked. Only an admin’s token can keep them, and that needs a sign-in \
         within the last hour. A token that is left with nothing arrives disabled.{}",
        asleep.unwrap_or_default()
    )
}
