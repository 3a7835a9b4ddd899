//! The limits of a token besides its permissions: how long it lives, from where it may be used, and how often.

use super::FormState;
use crate::{
    FormOutcome, client,
    domain::{Field, NO_EXPIRY_RULE, Timestamp, TokenForm},
    ui::{FieldMessages, TextField, html, is_invalid},
};
use leptos::{ev, prelude::*};

/// The id of the section that is folded while nothing is set and nothing is wrong.
pub const LIMITS: &str = "token-limits";
const EXPIRES: &str = "token-expires";

#[component]
pub fn TokenLimits(
    /// The initial values.
    form: TokenForm,
    /// The value stored by now in a field, after a conflict.
    theirs_of: Callback<(Field,), Signal<String>>,
    /// The meaning of the chosen expiry, in words.
    #[prop(into)]
    end: Signal<String>,
    /// Looks at the current content of the form.
    look: Callback<()>,
    /// The rule for expiries, shown where one is chosen.
    rule: String,
) -> impl IntoView {
    let state = FormState::here();
    let (error_of, theirs_of) = (|field| state.problem(field), |field| theirs_of.run((field,)));
    let TokenForm { expires_at, allowed_addresses, rate_requests, rate_seconds, .. } = form;
    let [expires_at, addresses, requests, seconds] =
        [expires_at, allowed_addresses, rate_requests, rate_seconds].map(Option::unwrap_or_default);
    // A day is chosen from a calendar. Anything else is shown as it is, so that saving it again changes nothing.
    let (kind, hint) = if expires_at.is_empty() || Timestamp::end_of_day(&expires_at).is_some() {
        ("date", "Expires at the end of this day (UTC).")
    } else {
        ("text", "A date and time, or a day such as 2027-02-21: it expires at the end of that day (UTC).")
    };
    let has_to_end = rule != NO_EXPIRY_RULE;
    let is_set = [&addresses, &requests, &seconds].iter().any(|text| !text.trim().is_empty());
    let error = error_of(Field::RateLimit);
    // The section is open while there is anything to show in it.
    let said = [
        error,
        error_of(Field::AllowedAddresses),
        theirs_of(Field::RateLimit),
        theirs_of(Field::AllowedAddresses),
    ];
    let open = Signal::derive(move || is_set || said.iter().any(|text| !text.read().is_empty()));
    let invalid = is_invalid(error);
    // Text inputs for numbers: invalid numbers are reported beside the fields in the same words with and without
    // scripts.
    let number = move |id, name, value| {
        html! {
            <input
                class="input rate-number"
                type="text"
                inputmode="numeric"
                id=id
                name=name
                value=value
                autocomplete="off"
                aria-describedby="token-rate-hint token-rate-error token-rate-theirs"
                aria-invalid=invalid
            />
        }
    };
    html! {
        <TextField
            name="expires_at"
            id=EXPIRES
            label="Expires"
            hint=format!("{hint} {rule}")
            kind
            value=expires_at
            error=error_of(Field::ExpiresAt)
            theirs=theirs_of(Field::ExpiresAt)
        />
        {FormOutcome::here().is_none().then(|| html! { <ExpiryChoices end look has_to_end /> })}
        <details class="fold" id=LIMITS open=open aria-labelledby="token-limits-title">
            <summary class="fold-summary">
                <span class="fold-title" id="token-limits-title">"Limits"</span>
                " "
                <span class="field-hint">"From where it may be used, and how often"</span>
            </summary>
            <div class="fold-body">
            <TextField
                several_lines=true
                name="allowed_addresses"
                id="token-addresses"
                label="Allowed addresses"
                hint="One address or range per line, such as 203.0.113.9 or 10.0.0.0/8. Leave empty to allow any address."
                value=addresses
                error=error_of(Field::AllowedAddresses)
                theirs=theirs_of(Field::AllowedAddresses)
            />
            <fieldset class="field">
                <legend class="field-label">"Rate limit"</legend>
                <p class="field-hint" id="token-rate-hint">
                    "Such as 100 verifications in 60 seconds. Leave empty for no limit."
                </p>
                <div class="rate">
                    {number("token-rate", "rate_requests", requests)}
                    <label for="token-rate">"verifications in"</label>
                    {number("token-rate-seconds", "rate_seconds", seconds)}
                    <label for="token-rate-seconds">"seconds"</label>
                </div>
                <FieldMessages id="token-rate" error theirs=theirs_of(Field::RateLimit) />
            </fieldset>
            </div>
        </details>
    }
}

/// Expiries that people choose often, in days, and the meaning of the one in the field.
#[component]
fn ExpiryChoices(end: Signal<String>, look: Callback<()>, has_to_end: bool) -> impl IntoView {
    let choose = move |event: ev::MouseEvent| {
        client::fill_in_day(&event, EXPIRES);
        look.run(());
    };
    let choice = |days: &'static str, label: &'static str, hidden: bool| {
        html! { <button type="button" class="preset" data-days=days hidden=hidden>{label}</button> }
    };
    html! {
        <div class="expiry-choices needs-script" on:click=choose>
            <div class="presets" role="group" aria-label="Expiry">
                {choice("7", "7 days", false)}
                {choice("30", "30 days", false)}
                {choice("60", "60 days", false)}
                {choice("90", "90 days", false)}
                {choice("", "Never", has_to_end)}
            </div>
            <p class="field-hint" role="status">{end}</p>
        </div>
    }
}
