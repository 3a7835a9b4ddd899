//! A labelled text field of one or several lines, with its hint, its error, and the value that somebody else has saved
//! meanwhile.

use super::{html, is_empty};
use leptos::{ev, prelude::*};

#[component]
pub fn TextField(
    /// The name of the form field.
    name: &'static str,
    /// The id of the field, and the prefix of the ids of its parts.
    id: &'static str,
    label: &'static str,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] value: String,
    /// The kind of input: text, email, password, date.
    #[prop(default = Signal::stored("text"), into)]
    kind: Signal<&'static str>,
    /// Makes room for several lines instead of one.
    #[prop(optional)]
    several_lines: bool,
    /// The kind of value that a browser may fill in by itself.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Gives the field the focus first.
    #[prop(optional)]
    first: bool,
    /// The most characters it takes, counted once there is little room left. Zero means no limit.
    #[prop(optional)]
    max: usize,
    /// The error of the field; empty while there is none.
    error: Signal<String>,
    /// The value stored by now, if it is not the one in the field.
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
        // The renderer does not escape the content of this element. In the browser, a form starts with the stored
        // value, which contains neither of these characters.
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

/// The value of `aria-invalid`.
pub fn is_invalid(error: Signal<String>) -> Signal<Option<&'static str>> {
    Signal::derive(move || (!error.read().is_empty()).then_some("true"))
}

/// The messages below a field. Both are always in the page, so that the field can refer to them.
#[component]
pub fn FieldMessages(id: &'static str, error: Signal<String>, theirs: Signal<String>) -> impl IntoView {
    html! {
        <p class="field-error" id=format!("{id}-error") hidden=is_empty(error)>{error}</p>
        <p class="field-theirs" id=format!("{id}-theirs") hidden=is_empty(theirs)>{theirs}</p>
    }
}
