//! Checkboxes in a prompt about tokens whose owner, or whose owner's standing, is to change, and the notice when one of
//! those tokens has changed meanwhile. For use inside a [`ChangeForm`](super::ChangeForm).

use super::FormState;
use crate::{
    FormOutcome,
    components::FormNotice,
    domain::{ConsentBox, ConsentBoxes, Error},
    ui::html,
};
use leptos::prelude::*;

/// The checkboxes of one kind. Those ticked before the form was refused are ticked again.
pub fn consents(ConsentBoxes { kind, hint, boxes, more }: ConsentBoxes) -> AnyView {
    let sent = FormState::here().sent().get_untracked();
    let name = kind.field();
    let one = |ConsentBox { value, text }| {
        let is_ticked = sent.iter().any(|(field, sent)| field == name && *sent == value);
        html! {
            <label class="radio">
                <input type="checkbox" name=name value=value checked=is_ticked />
                <span>{text}</span>
            </label>
        }
    };
    let hint_id = format!("{name}-hint");
    let described = hint_id.clone();
    let more =
        (more > 0).then(|| html! { <p class="field-hint">{format!("and {more} more, without a box")}</p> });
    html! {
        <fieldset class="field" aria-describedby=described>
            <legend class="field-label">{kind.legend()}</legend>
            <p class="field-hint" id=hint_id>{hint}</p>
            {boxes.into_iter().map(one).collect_view()}
            {more}
        </fieldset>
    }
}

const SHOWN_ANEW: &str = "One of these tokens was changed while this was open. Its current state is shown below: \
    continue, or cancel.";
const OPEN_AGAIN: &str = "One of these tokens was changed while this was open. Cancel, and open this again to \
    see its current state.";

/// The error that belongs to no field, above the fields.
pub fn consent_notice() -> AnyView {
    let error = FormState::here().error;
    // The page that answers a plain form has read the tokens again.
    let changed = if FormOutcome::here().is_some() { SHOWN_ANEW } else { OPEN_AGAIN };
    let text = Signal::derive(move || match error.read().as_ref() {
        None | Some(Error::Invalid { .. }) => String::new(),
        Some(Error::Conflict { .. }) => changed.to_owned(),
        Some(other) => other.to_string(),
    });
    html! { <FormNotice text /> }
}
