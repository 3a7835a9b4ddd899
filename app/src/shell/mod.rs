//! The HTML document around every page: the head, and the element that holds the application.
//!
//! `data-page` tells the browser what to do: an `app` is hydrated, a `still` page is not hydrated.

use crate::{App, FormOutcome, PageContext, domain::Theme, paths};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_router::location::RequestUrl;

/// The place where the server writes the title of the application's page, once the page is drawn and has one.
pub const TITLE: &str = "<title></title>";

/// The application, at the URL and for the person that the server has put into the context.
pub fn shell() -> impl IntoView {
    let is_still = FormOutcome::here().is_some();
    if is_still && let Some(shared) = Owner::current_shared_context() {
        // Nobody will hydrate this page: its data need not travel along.
        shared.set_is_hydrating(false);
    }
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let context: PageContext = expect_context();
    let theme = Some(context.theme).filter(|theme| *theme != Theme::System);
    let view = Some(context.view.clone()).filter(|view| !view.is_empty());
    let context = serde_json::to_string(&context).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-page={if is_still { STILL } else { "app" }} data-theme=theme.map(Theme::as_str) data-view=view>
            <head>
                <meta charset="utf-8" />
                <title></title>
                <meta name="tokenry" content=context />
                <Head />
                {(!is_still).then(|| boot(nonce))}
            </head>
            <body>
                <div id="app"><App /></div>
                <div id="broken" class="broken" role="alert" hidden>
                    <p>"This page has stopped working. What you have typed may not be saved."</p>
                    <a class="button" href="" rel="external">"Reload"</a>
                </div>
            </body>
        </html>
    }
}

#[component]
fn Head() -> impl IntoView {
    view! {
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/pkg/tokenry.css" />
    }
}

/// A page for somebody who is not signed in: it is not hydrated, and leads nowhere but where it says.
pub fn plain_page(title: &str, page: AnyView) -> String {
    // The renderer does not escape the content of this element.
    let title = paths::titled(title, "").replace('&', "&amp;").replace('<', "&lt;");
    let page = view! {
        <!DOCTYPE html>
        <html lang="en" data-page=STILL>
            <head>
                <meta charset="utf-8" />
                <title inner_html=title></title>
                <Head />
            </head>
            <body class="main-alone">{page}</body>
        </html>
    };
    page.to_html()
}

const STILL: &str = "still";

/// Loads the WASM and hands the page over to it. Preloads the chunk that draws all pages but the list of tokens, unless
/// this is that list.
fn boot(nonce: String) -> impl IntoView {
    let url = use_context::<RequestUrl>();
    let is_list =
        url.is_some_and(|url| url.as_ref().split('?').next().is_some_and(|url| url.ends_with(paths::TOKENS)));
    view! {
        <link rel="modulepreload" href="/pkg/tokenry.js" />
        <link rel="preload" href="/pkg/tokenry.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        {(!is_list).then(|| view! {
            <link rel="modulepreload" href="/pkg/__wasm_split.______________________.js" />
            <link rel="preload" href="/pkg/split_pages.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        })}
        <script type="module" nonce=nonce inner_html=BOOT></script>
    }
}

const BOOT: &str = include_str!("boot.js");
