//! A labelled line of text, or several of them, with its hint, its error, and what somebody else has saved meanwhile.

use super::{html, is_empty};
use leptos::{ev, prelude::*};

#[component]
pub fn TextField(
    /// The name of the form field.
    name: &'static str,
    /// Its id, and what the ids of its parts begin with.
    id: &'static str,
    label: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] value: String,
    /// The kind of input: text, email, password, date.
    #[prop(default = Signal::stored("text"), into)]
    kind: Signal<&'static str>,
    /// Room for several lines instead.
    #[prop(optional)]
    several_lines: bool,
    /// What a browser may fill in by itself.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The field a person types into first.
    #[prop(optional)]
    first: bool,
    /// How many characters it takes: counted once there is little room left. Zero takes any number.
    #[prop(optional)]
    max: usize,
    /// What is wrong with it; nothing while it is empty.
    error: Signal<String>,
    /// What is stored by now, when it is not the value in the field.
    #[prop(default = Signal::stored(String::new()))]
    theirs: Signal<String>,
) -> impl IntoView {
    let length = RwSignal::new(value.chars().count());
    let count = Signal::derive(move || match length.get() {
        length if length * 5 < max * 4 => String::new(),
        length => format!("{length} of {max} characters"),
    });
    let count_on = move |event: ev::Event| length.set(event_target_value(&event).chars().count());
    let described = described_by(id, &hint);
    let input = if several_lines {
        // The renderer writes the inside of this element as it is. In the browser, a form begins with what is stored,
        // which has neither of these.
        let text = value.replace('&', "&amp;").replace('<', "&lt;");
        html! {
            <textarea
                class="input input-lines"
                id=id
                name=name
                autocomplete=autocomplete
                aria-describedby=described
                aria-invalid=is_invalid(error)
            >{text}</textarea>
        }
    } else {
        html! {
            <input
                class="input"
                type=kind
                id=id
                name=name
                value=value
                autocomplete=autocomplete
                autofocus=first
                aria-describedby=described
                aria-invalid=is_invalid(error)
            />
        }
    };
    html! {
        <div class="field" on:input=count_on>
            <label class="field-label" for=id>{label}</label>
            {(!hint.is_empty()).then(|| html! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            {input}
            {(max > 0).then(|| html! { <p class="field-hint" hidden=is_empty(count)>{count}</p> })}
            <FieldMessages id error theirs />
        </div>
    }
}

fn described_by(id: &str, hint: &str) -> String {
    let hint = if hint.is_empty() { String::new() } else { format!("{id}-hint ") };
    format!("{hint}{id}-error {id}-theirs")
}

/// For `aria-invalid`.
pub fn is_invalid(error: Signal<String>) -> Signal<Option<&'static str>> {
    Signal::derive(move || (!error.read().is_empty()).then_some("true"))
}

/// What stands under a field. Both parts are always in the page, so that the field can name them.
#[component]
pub fn FieldMessages(id: &'static str, error: Signal<String>, theirs: Signal<String>) -> impl IntoView {
    html! {
        <p class="field-error" id=format!("{id}-error") hidden=is_empty(error)>{error}</p>
        <p class="field-theirs" id=format!("{id}-theirs") hidden=is_empty(theirs)>{theirs}</p>
    }
}
