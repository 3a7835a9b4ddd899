//! The second factors of the current person, and the way to each prompt about them.

use super::passkeys::passkeys_table;
use crate::{
    components::{ChangeForm, FormNotice, Time, change},
    domain::FactorsData,
    paths,
    server_fns::BeginApp,
    ui::{Notice, Tone, html},
};
use leptos::prelude::*;

pub fn factors_section(data: FactorsData) -> AnyView {
    let FactorsData { factors, is_required, has_passkeys } = data;
    let has_any = factors.has_any();
    let codes = (factors.codes_left, has_any);
    html! {
        <section class="card section section-wide" aria-labelledby="factors-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="factors-title">"Second factors"</h2>
                    <p class="section-hint">
                        "Asked for after your password, and again before the most harmful actions."
                    </p>
                </div>
            </div>
            {(is_required && !has_any).then(missing)}
            <dl class="factors">
                <div>
                    <dt>"Authenticator app"</dt>
                    <dd>
                        {match factors.app_since {
                            Some(at) => html! { "Set up " <Time at /> },
                            None => html! { <span class="quiet">"Not set up"</span> },
                        }}
                    </dd>
                    <dd class="factor-actions">
                        {begin_app(factors.app_since.is_some())}
                        {factors.app_since.map(|_| html! {
                            <a class="button button-small" href=paths::PROFILE_APP_REMOVE>"Remove app"</a>
                        })}
                    </dd>
                </div>
                {passkeys_row(factors.passkeys.len(), has_passkeys)}
                {recovery_codes(codes)}
            </dl>
            {(!factors.passkeys.is_empty()).then(|| passkeys_table(factors.passkeys))}
        </section>
    }
}

fn missing() -> AnyView {
    let text = "Your role needs a second factor. The next sign-in asks you to set one up.";
    html! { <div class="factors-notice"><Notice tone=Tone::Warning text /></div> }
}

fn begin_app(is_set_up: bool) -> AnyView {
    let label = if is_set_up { "Replace app" } else { "Set up app" };
    html! {
        <ChangeForm change={change::<BeginApp>()} action=paths::PROFILE_APP_BEGIN id="app-form" class="factor-form">
            <FormNotice />
            <button class="button button-small" type="submit">{label}</button>
        </ChangeForm>
    }
}

fn passkeys_row(count: usize, can_add: bool) -> AnyView {
    let text = match (count, can_add) {
        (0, false) => "Browsers have none for this address: it needs HTTPS and a name.".to_owned(),
        (0, true) => "None".to_owned(),
        (1, _) => "1 passkey".to_owned(),
        (many, _) => format!("{many} passkeys"),
    };
    html! {
        <div>
            <dt>"Passkeys"</dt>
            <dd>{text}</dd>
            <dd class="factor-actions">
                {can_add.then(|| html! { <a class="button button-small" href=paths::PASSKEY_NEW>"Add passkey"</a> })}
            </dd>
        </div>
    }
}

/// Recovery codes stand in for a factor, so there are none without one.
fn recovery_codes((left, has_factor): (u32, bool)) -> AnyView {
    let text = match left {
        0 => "None left".to_owned(),
        1 => "1 left".to_owned(),
        many => format!("{many} left"),
    };
    html! {
        <div>
            <dt>"Recovery codes"</dt>
            <dd>{if has_factor { text } else { "Made with your first second factor".to_owned() }}</dd>
            <dd class="factor-actions">
                {has_factor.then(|| html! {
                    <a class="button button-small" href=paths::PROFILE_CODES>"Create new codes"</a>
                })}
            </dd>
        </div>
    }
}
