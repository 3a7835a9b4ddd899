//! The layout around every screen: the left navigation, the place of the screen, announcements, and a secret that is
//! being shown.

use super::{
    BulkReveal, CodesReveal, KeyReveal, Keys, LinkReveal, SecretReveal, Shell, Sidebar, demonstration_bar,
    failed_form,
};
use crate::{
    FormOutcome, client,
    domain::Done,
    server_fns::loads_of,
    ui::{Announcer, effect, html},
};
use leptos::prelude::*;
use std::time::Duration;

#[component]
pub fn Layout(is_routing: RwSignal<bool>, children: Children) -> impl IntoView {
    let shell = Shell::here();
    let covered = shell.is_covered();
    let context = shell.context();
    effect(move || {
        if !client::has_taken_over() {
            return;
        }
        client::attend_menus();
        client::notice_people();
        client::follow_changes(move || shell.follow());
        client::fetch_ahead(move |path, search| loads_of(path, search, &shell.back()));
        client::keep_places();
        set_interval(move || shell.minutes().update(|minutes| *minutes += 1), Duration::from_secs(60));
    });
    let url = shell.url();
    Effect::new(move |before: Option<String>| {
        let (here, is_there) = (url.get(), !is_routing.get());
        let is_other = before.as_ref().is_some_and(|before| *before != here);
        if let Some(before) = before.filter(|_| is_other) {
            client::leave_place(before);
        }
        if is_there {
            // Another screen restores its own scroll position, as soon as it can be seen.
            if shell.is_arrived() {
                client::find_place(&here);
            }
            let is_still_here = here.clone();
            request_animation_frame(move || {
                if !is_routing.get_untracked() && url.get_untracked() == is_still_here {
                    client::show_address(&is_still_here);
                }
            });
        }
        here
    });
    let demonstration = context.with_untracked(|context| context.is_demonstration);
    let failure = match FormOutcome::here() {
        Some(FormOutcome::Failed { error, is_change }) => Some((error, is_change)),
        _ => None,
    };
    let busy = Signal::derive(move || is_routing.get().then_some("true"));
    html! {
        {demonstration.then(demonstration_bar)}
        <div class="progress" data-busy=busy></div>
        <a class="skip" href="#main" rel="external" inert=covered>"Skip to the content"</a>
        <Sidebar />
        <main id="main" class="main" tabindex="-1" aria-busy=busy>
            {match failure {
                Some((error, is_change)) => failed_form(&error, is_change),
                None => children(),
            }}
        </main>
        {move || shell.revealed().get().map(|done| match done {
            Done::Secret(new) => html! { <SecretReveal new=*new /> },
            Done::Bulk(result) => html! { <BulkReveal result=*result /> },
            Done::Link(new) => html! { <LinkReveal new=*new /> },
            Done::Key(new) => html! { <KeyReveal new=*new /> },
            Done::Codes(new) => html! { <CodesReveal new=*new /> },
            _ => ().into_any(),
        })}
        <Keys />
        <Announcer />
    }
}
