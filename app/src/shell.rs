//! The HTML document around the application.

use crate::{App, Posted, paths};
use leptos::prelude::*;
use leptos_router::location::RequestUrl;

pub fn shell() -> impl IntoView {
    let alive = Posted::here().is_none();
    if !alive && let Some(shared) = Owner::current_shared_context() {
        // Nobody will wake this page up: its data need not travel along.
        shared.set_is_hydrating(false);
    }
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <title inner_html=title()></title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/tokenry.css" />
                {alive.then(wake_up)}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Loads the WASM and hands the page over to it.
fn wake_up() -> impl IntoView {
    view! {
        <link rel="modulepreload" href="/pkg/tokenry.js" />
        <link rel="preload" href="/pkg/tokenry.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" inner_html=WAKE_UP></script>
    }
}

const WAKE_UP: &str = "import init, { hydrate } from '/pkg/tokenry.js';\nawait init({ module_or_path: '/pkg/tokenry.wasm' });\nhydrate();";

/// The title of the page that is asked for.
fn title() -> &'static str {
    if let Some(Posted::Failed(_)) = Posted::here() {
        return "That did not work · Tokenry";
    }
    let url = use_context::<RequestUrl>().unwrap_or_default();
    let url = url.as_ref().trim_start_matches("http://leptos.dev");
    paths::title(url.split(['?', '#']).next().unwrap_or_default())
}
