//! Markup of one type that can be drawn anywhere.

use leptos::prelude::*;

/// `view!` of one type, whatever its content: a type for each view would cost the WASM kilobytes.
macro_rules! html {
    ($($markup:tt)*) => {
        $crate::ui::any(leptos::prelude::view! { $($markup)* })
    };
}

pub(crate) use html;

/// Removes the wrapper of the view, so that an element has the same type inside another one as beside it.
pub fn any<T: IntoAny>(view: View<T>) -> AnyView {
    view.into_inner().into_any()
}
