//! The choice of what a token may do: resources as rows, actions as choices, and a sentence that says it in words.

use crate::{
    FormOutcome, client,
    domain::{Catalogue, Permission, PermissionSet, Resource},
    paths,
    ui::{FieldMessages, html},
};
use leptos::{ev, prelude::*};

/// Why a choice is greyed.
const BEYOND: &str = "Its owner may not give this. Ask for it.";

const FIELDSET: &str = "token-permissions";
/// The most rows that do not need a search.
const ROWS_SEEN_AT_ONCE: usize = 8;

/// Whether a permission is to be chosen, given whether it was chosen before.
type Choose = fn(&str, bool) -> bool;

/// Presets that fill in many choices at once, by the name of the action. They are about your API: nobody means Tokenry
/// itself by them.
const PRESETS: [(&str, Choose); 3] = [
    ("Read only", |permission, was| if is_own(permission) { was } else { permission.ends_with(":read") }),
    ("Everything", |permission, was| was || !is_own(permission)),
    ("Nothing", |_, _| false),
];

fn is_own(permission: &str) -> bool {
    permission.parse::<Permission>().is_ok_and(|known| known.is_own())
}

#[component]
pub fn PermissionPicker(
    catalogue: Catalogue,
    /// The permissions checked at first, as they were typed or stored; some may have left the catalogue.
    chosen: Vec<String>,
    /// The permissions that the token holds already.
    held: PermissionSet,
    /// The permissions that its owner may not give now, and that it does not hold: they can be asked for.
    beyond: PermissionSet,
    /// The chosen permissions in words; empty while there are none.
    #[prop(into)]
    power: Signal<String>,
    /// The number of chosen permissions, visible or not, in words.
    #[prop(into)]
    count: Signal<String>,
    /// Looks at the current content of the form.
    look: Callback<()>,
    error: Signal<String>,
    /// The value stored by now, if somebody else saved first.
    theirs: Signal<String>,
) -> impl IntoView {
    let beyond: Vec<String> = beyond.without(&held).iter().map(ToString::to_string).collect();
    let (own_gone, gone): (Vec<String>, Vec<String>) =
        held.iter().filter(|p| !catalogue.contains(p)).map(ToString::to_string).partition(|p| is_own(p));
    let (own, yours): (Vec<_>, Vec<_>) = catalogue.resources.into_iter().partition(Resource::is_own);
    // With so many rows, finding one takes longer than naming it.
    let (is_long, fits) = (own.len() + yours.len() > ROWS_SEEN_AT_ONCE, RwSignal::new(true));
    let find = move |event: ev::Event| fits.set(client::show_rows_with(&event, FIELDSET));
    // Enter in the search does not send the form, and Escape clears the search before it closes the prompt.
    let stay = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => event.prevent_default(),
        "Escape" if client::clear(&event) => {
            event.prevent_default();
            fits.set(client::show_rows_with(&event, FIELDSET));
        }
        _ => {}
    };
    let lead = Signal::derive(move || match power.read().is_empty() {
        true => "No permissions selected yet.".to_owned(),
        false => "This token will be able to ".to_owned(),
    });
    let end = Signal::derive(move || if power.read().is_empty() { String::new() } else { ".".to_owned() });
    let open = chosen.iter().any(|c| is_own(c));
    let is_chosen = move |permission: &str| chosen.iter().any(|c| c == permission);
    let rows = |resources: Vec<Resource>| {
        resources
            .into_iter()
            .map(|resource| html! { <ResourceRow resource is_chosen=&is_chosen beyond=&beyond /> })
            .collect_view()
    };
    let kept = |gone: Vec<String>, label: &str, description: &str| {
        (!gone.is_empty()).then(|| {
            let choices = gone.iter().map(|p| (p.clone(), p.clone(), is_chosen(p), false)).collect();
            html! { <Row label=label.to_owned() description=description.to_owned() choices /> }
        })
    };
    let tokenry = (!own.is_empty() || !own_gone.is_empty()).then(|| {
        html! {
            <details class="fold" open=open aria-labelledby="own-permissions">
                <summary class="fold-summary">
                    <span class="fold-title" id="own-permissions">"Tokenry API"</span>
                    " "
                    <span class="field-hint">
                        "For services that call Tokenry. Only effective while the owner is an admin."
                    </span>
                </summary>
                <div class="permission-rows">
                    {rows(own)}
                    {kept(
                        own_gone,
                        "Given by an admin",
                        "This token can keep these, or lose them until an admin gives them again.",
                    )}
                </div>
            </details>
        }
    });

    let ask = (!beyond.is_empty()).then(|| {
        html! {
            <p class="field-hint">
                "Greyed permissions are not yours to give. "
                <a href=paths::REQUEST_NEW target="_blank">"Ask for it"</a>
            </p>
        }
    });
    html! {
        <fieldset
            class="field permissions"
            id=FIELDSET
            tabindex="-1"
            aria-describedby="token-permissions-error token-permissions-theirs"
        >
            <legend class="field-label">"Permissions"</legend>
            {FormOutcome::here().is_none().then(|| html! {
                <div class="presets needs-script" role="group" aria-label="Presets">
                    {PRESETS.map(|(label, choose)| {
                        let fill_in = move |_| {
                            client::choose_permissions(FIELDSET, choose);
                            look.run(());
                        };
                        html! { <button type="button" class="preset" on:click=fill_in>{label}</button> }
                    }).collect_view()}
                </div>
            })}
            {(FormOutcome::here().is_none() && is_long).then(|| html! {
                <input
                    class="input needs-script"
                    type="search"
                    aria-label="Find a permission"
                    placeholder="Find a permission"
                    autocomplete="off"
                    on:input=find
                    on:keydown=stay
                />
                <p class="field-hint needs-script" role="status">{count}</p>
                <p class="field-hint needs-script" role="status" hidden=Signal::derive(move || fits.get())>
                    "No matching permissions."
                </p>
            })}
            <div class="permission-rows">
                {rows(yours)}
                {kept(gone, "No longer in the catalogue", "This token can keep these, or lose them for good.")}
            </div>
            {ask}
            {tokenry}
            <FieldMessages id="token-permissions" error theirs />
            {FormOutcome::here().is_none().then(|| html! {
                <p class="say needs-script" role="status">{lead}<span class="say-what">{power}</span>{end}</p>
            })}
        </fieldset>
    }
}

#[component]
fn ResourceRow<'a, F: Fn(&str) -> bool>(
    resource: Resource,
    is_chosen: &'a F,
    beyond: &'a [String],
) -> impl IntoView + use<F> {
    let choices = resource
        .actions
        .iter()
        .map(|action| {
            let permission = format!("{}:{}", resource.name, action.name);
            let (chosen, is_beyond) = (is_chosen(&permission), beyond.contains(&permission));
            (permission, action.label.clone(), chosen && !is_beyond, is_beyond)
        })
        .collect();
    html! { <Row label=resource.label description=resource.description choices /> }
}

/// One row: its label, its description, and its choices as (value, label, chosen, out of reach).
#[component]
fn Row(label: String, description: String, choices: Vec<(String, String, bool, bool)>) -> impl IntoView {
    let group = label.clone();
    // The search also finds a row by the names of its permissions.
    let names = choices.iter().map(|(value, ..)| value.as_str()).collect::<Vec<_>>().join(" ");
    html! {
        <div class="permission-row" role="group" aria-label=group data-names=names>
            <span class="permission-resource">
                {label}
                {(!description.is_empty()).then(|| html! { <span class="permission-hint">{description}</span> })}
            </span>
            <span class="choices">
                {choices.into_iter().map(|(value, label, chosen, is_beyond)| html! {
                    <label class="choice" title=is_beyond.then_some(BEYOND)>
                        <input type="checkbox" name="permissions" value=value checked=chosen disabled=is_beyond />
                        <span>{label}</span>
                    </label>
                }).collect_view()}
            </span>
        </div>
    }
}
