//! Markup as what can be drawn anywhere.

use leptos::prelude::*;

/// `view!` of one type, whatever stands in it: each type of its own would cost the WASM kilobytes.
macro_rules! html {
    ($($markup:tt)*) => {
        $crate::ui::any(leptos::prelude::view! { $($markup)* })
    };
}

pub(crate) use html;

/// Without its wrapping, so that an element is of the same type inside of another one and beside it.
pub fn any<T: IntoAny>(view: View<T>) -> AnyView {
    view.into_inner().into_any()
}
