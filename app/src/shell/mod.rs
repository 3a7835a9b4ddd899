//! The HTML document around every page: the head, the left navigation, and the place where the page stands.
//!
//! It is written by the server and stays as it is. `data-page` says what is to happen in the browser: of an `app`, the
//! prompts are hydrated; a `document` is only attended to, a `still` page runs no script.

mod sidebar;

use crate::{
    App, Posted,
    documents::{Demonstration, TokensTab, tokens_tab},
    domain::{Caller, Theme, WorkspaceName},
    paths,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_router::location::RequestUrl;
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

/// The Tokens page, at the URL and for the caller that the server has put into the context.
pub fn shell() -> impl IntoView {
    let life = if Posted::here().is_some() { Life::Still } else { Life::App };
    if life == Life::Still
        && let Some(shared) = Owner::current_shared_context()
    {
        // Nobody will wake this page up: its data need not travel along.
        shared.set_is_hydrating(false);
    }
    let url = use_context::<RequestUrl>().unwrap_or_default();
    let url = url.as_ref().trim_start_matches("http://leptos.dev");
    let title = paths::title(url.split(['?', '#']).next().unwrap_or_default());
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let (caller, workspace) = (use_context(), use_context().unwrap_or_default());
    let demonstration = use_context::<Option<Demonstration>>().flatten();
    let (covered, place) = (false, Place::Settings);
    let around = Around { life, title, caller, workspace, nonce, covered, place, demonstration };
    let tab = use_context::<TokensTab>().map(tokens_tab);
    document(around, view! { {tab}<div id="app"><App /></div> }.into_any())
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
    let title = paths::titled(title, workspace.as_str()).replace('&', "&amp;").replace('<', "&lt;");
    let alone = caller.is_none().then_some("main-alone");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-page=life.name() data-theme=theme.map(Theme::as_str) data-role=role data-workspace=name>
            <head>
                <meta charset="utf-8" />
                <title inner_html=title></title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/tokenry.css" />
                {(life != Life::Still).then(|| wake_up(nonce))}
            </head>
            <body class=alone>
                {demonstration.map(Demonstration::bar)}
                {caller.map(|caller| view! {
                    <a class="skip" href="#main" rel="external" inert=covered>"Skip to the content"</a>
                    <Sidebar caller workspace covered place />
                })}
                <main id="main" class="main" tabindex="-1">{page}</main>
            </body>
        </html>
    }
}

/// Loads the WASM and hands the page over to it.
fn wake_up(nonce: String) -> impl IntoView {
    view! {
        <link rel="modulepreload" href="/pkg/tokenry.js" />
        <link rel="preload" href="/pkg/tokenry.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=nonce inner_html=WAKE_UP></script>
    }
}

const WAKE_UP: &str = "import init, { wake_up } from '/pkg/tokenry.js';\nawait init({ module_or_path: '/pkg/tokenry.wasm' });\nwake_up();";
