//! What stands around every screen: the left navigation, the place of the screen, what is said once, and a secret that is
//! being shown.

use super::{LinkReveal, SecretReveal, Shell, Sidebar};
use crate::{
    client,
    domain::Done,
    ui::{Announcer, attend_menus},
};
use leptos::prelude::*;

#[component]
pub fn Layout(is_routing: RwSignal<bool>, children: Children) -> impl IntoView {
    let shell = Shell::here();
    let covered = shell.is_covered();
    let context = shell.context();
    // The browser takes over.
    Effect::new(move |_| {
        attend_menus();
        client::mark_ready();
    });
    // A screen that has come into the place of another one is read out.
    let url = shell.url();
    Effect::new(move |before: Option<String>| {
        let screen = shell.back();
        let path = screen.split('?').next().unwrap_or_default().to_owned();
        let _ = url.get();
        if !is_routing.get() && before.is_some_and(|before| before != path) {
            request_animation_frame(client::focus_heading);
        }
        path
    });
    let demonstration = context.with_untracked(|context| context.is_demonstration);
    let busy = Signal::derive(move || is_routing.get().then_some("true"));
    view! {
        {demonstration.then(|| view! {
            <header class="demonstration">
                <p role="note">"This is a demonstration: its data is made up, and gone when it stops."</p>
            </header>
        })}
        <div class="progress" data-busy=busy></div>
        <a class="skip" href="#main" rel="external" inert=covered>"Skip to the content"</a>
        <Sidebar />
        <main id="main" class="main" tabindex="-1" aria-busy=busy>
            {children()}
        </main>
        {move || shell.revealed().get().map(|done| match done {
            Done::Secret(new) => view! { <SecretReveal new=*new /> }.into_any(),
            Done::Link(new) => view! { <LinkReveal new=*new /> }.into_any(),
            _ => ().into_any(),
        })}
        <Announcer />
    }
}
