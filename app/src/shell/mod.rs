//! The HTML document around every page: the head, and the place where the application or a document stands.
//!
//! `data-page` says what is to happen in the browser: an `app` is hydrated; a `document` is only attended to, a `still`
//! page runs no script.

mod sidebar;

use crate::{
    App, FormOutcome, PageContext,
    components::demonstration_bar,
    domain::{Caller, Theme, WorkspaceName},
    paths,
    sign_in::Demonstration,
};
use leptos::{nonce::use_nonce, prelude::*};
use sidebar::Sidebar;

/// What happens to a page in the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Life {
    App,
    Document,
    Still,
}

impl Life {
    const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Document => "document",
            Self::Still => "still",
        }
    }
}

/// Where the server writes the title of the application's page, once the page is drawn and has one.
pub const TITLE: &str = "<title></title>";

/// The application, at the URL and for the person that the server has put into the context.
pub fn shell() -> impl IntoView {
    let life = if FormOutcome::here().is_some() { Life::Still } else { Life::App };
    if life == Life::Still
        && let Some(shared) = Owner::current_shared_context()
    {
        // Nobody will hydrate this page: its data need not travel along.
        shared.set_is_hydrating(false);
    }
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let context: PageContext = expect_context();
    let theme = Some(context.theme).filter(|theme| *theme != Theme::System);
    let context = serde_json::to_string(&context).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-page=life.name() data-theme=theme.map(Theme::as_str)>
            <head>
                <meta charset="utf-8" />
                <title></title>
                <meta name="tokenry" content=context />
                <Head />
                {(life != Life::Still).then(|| wake_up(nonce))}
            </head>
            <body>
                <div id="broken" class="broken" role="alert" hidden>
                    <p>"This page has stopped working. What you have typed may not be saved."</p>
                    <a class="button" href="" rel="external">"Reload"</a>
                </div>
                <div id="app"><App /></div>
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

/// Where in the navigation a page belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Overview,
    Settings,
    Reference,
    Profile,
    Nowhere,
}

/// What stands around a page.
pub struct Around {
    pub life: Life,
    pub title: &'static str,
    /// Without somebody there is no navigation: nothing can be reached.
    pub caller: Option<Caller>,
    pub workspace: WorkspaceName,
    pub nonce: String,
    /// Is a prompt open over the page? What lies behind it is then out of reach, also without scripts.
    pub covered: bool,
    pub place: Place,
    pub demonstration: Option<Demonstration>,
}

/// A whole document.
pub fn document(around: Around, page: AnyView) -> impl IntoView {
    let Around { life, title, caller, workspace, nonce, covered, place, demonstration } = around;
    let theme = caller.as_ref().map(|caller| caller.theme).filter(|theme| *theme != Theme::System);
    let role = caller.as_ref().map(|caller| caller.role.as_str());
    let name = Some(String::from(workspace.clone())).filter(|name| !name.is_empty());
    // The renderer writes the inside of this element as it is.
    let title = title.trim_end_matches(" · Tokenry");
    let title = paths::titled(title, workspace.as_str()).replace('&', "&amp;").replace('<', "&lt;");
    let alone = caller.is_none().then_some("main-alone");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-page=life.name() data-theme=theme.map(Theme::as_str) data-role=role data-workspace=name>
            <head>
                <meta charset="utf-8" />
                <title inner_html=title></title>
                <Head />
                {(life != Life::Still).then(|| wake_up(nonce))}
            </head>
            <body class=alone>
                {demonstration.map(|_| demonstration_bar())}
                {caller.map(|caller| view! {
                    <a class="skip" href="#main" rel="external" inert=covered>"Skip to the content"</a>
                    <Sidebar caller workspace covered place />
                })}
                <main id="main" class="main" tabindex="-1">{page}</main>
            </body>
        </html>
    }
}

/// A page for somebody who is not signed in: it runs no script, and leads nowhere but where it says.
pub fn plain_page(title: &str, page: AnyView) -> String {
    // The renderer writes the inside of this element as it is.
    let title = paths::titled(title, "").replace('&', "&amp;").replace('<', "&lt;");
    let page = view! {
        <!DOCTYPE html>
        <html lang="en" data-page=Life::Still.name()>
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

/// Loads the WASM and hands the page over to it.
fn wake_up(nonce: String) -> impl IntoView {
    view! {
        <link rel="modulepreload" href="/pkg/tokenry.js" />
        <link rel="preload" href="/pkg/tokenry.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=nonce inner_html=BOOT></script>
    }
}

const BOOT: &str = include_str!("boot.js");
