//! The state that all screens and prompts share: the current person, the title of the tab, when to read again, the
//! secret that is being shown, and the way back from a prompt.

use crate::{
    FormOutcome, PageContext, client,
    domain::{Done, PersonName, Right, Role, Theme, may},
    paths,
    ui::{Announcements, effect},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

mod following;

/// The title of the page, for the server to write into the head once everything else is drawn.
#[derive(Clone, Debug, Default)]
pub struct TitleCell(Arc<Mutex<String>>);

impl TitleCell {
    pub fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, title: &str) {
        title.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The id of the button that opens the create prompt.
pub const CREATE_BUTTON: &str = "create-token";

#[derive(Clone, Copy)]
pub struct Shell {
    context: RwSignal<PageContext>,
    announcements: Announcements,
    location: StoredValue<Location>,
    /// Incremented when something has changed, so that screens are read again.
    generation: RwSignal<u32>,
    /// Incremented every minute, for times that say how long ago they were.
    minutes: RwSignal<u32>,
    /// Others have changed something that the screen does not show yet.
    stale: RwSignal<bool>,
    /// The screen is being read again because of what others have changed.
    following: RwSignal<bool>,
    /// Somebody here has changed something that the table of tokens does not show yet.
    awaited: RwSignal<bool>,
    /// The URL of the screen that is in the page.
    arrived: StoredValue<String>,
    /// The titles of the screen and of the prompt over it.
    titles: RwSignal<(String, Option<String>)>,
    /// Shown over everything, whatever the URL says: neither Back nor a screen that is read again may take it away.
    revealed: RwSignal<Option<Done>>,
    revealed_next: StoredValue<VecDeque<Done>>,
    /// Whether the prompt was opened from its screen, which is then one step back in the history.
    opened_here: RwSignal<bool>,
    /// Whether the prompt is asking to discard what was typed.
    asking: RwSignal<bool>,
    /// The changes that are on their way. Nothing that was typed for them is lost if the prompt closes.
    sending: RwSignal<Vec<&'static str>>,
    /// The prompt is closing: a step back takes the browser a moment, and a second one would leave the screen.
    leaving: RwSignal<bool>,
    /// Navigates to a URL; with `true`, in place of the current history entry.
    go: Callback<(String, bool)>,
}

impl Shell {
    /// Provides the shell for the layout, inside the router.
    pub fn provide(context: PageContext) -> Self {
        let navigate = use_navigate();
        let Location { pathname, search, .. } = use_location();
        let go = move |(href, replace): (String, bool)| {
            let (path, query) = href.split_once('?').unwrap_or((&href, ""));
            let here = paths::screen_of(&pathname.read_untracked(), &search.read_untracked());
            // The screen behind a prompt keeps its scroll position.
            let scroll = !replace && paths::screen_of(path, query) != here;
            navigate(&href, NavigateOptions { replace, scroll, ..NavigateOptions::default() });
        };
        let revealed = match FormOutcome::here() {
            Some(FormOutcome::Done(done)) => Some(done),
            _ => None,
        };
        let shell = Self {
            context: RwSignal::new(context),
            announcements: Announcements::here(),
            location: StoredValue::new(use_location()),
            generation: RwSignal::new(0),
            minutes: RwSignal::new(0),
            stale: RwSignal::new(false),
            following: RwSignal::new(false),
            awaited: RwSignal::new(false),
            arrived: StoredValue::new(String::new()),
            titles: RwSignal::new((String::new(), None)),
            revealed: RwSignal::new(revealed),
            revealed_next: StoredValue::default(),
            opened_here: RwSignal::new(false),
            asking: RwSignal::new(false),
            sending: RwSignal::new(Vec::new()),
            leaving: RwSignal::new(false),
            go: Callback::new(go),
        };
        let said = shell.context.with_untracked(|context| context.said.clone());
        if !said.is_empty() {
            shell.announcements.begin_with(said);
        }
        provide_context(shell);
        shell.remember_openers();
        shell.keep_title();
        shell
    }

    pub fn here() -> Self {
        expect_context()
    }

    /// The focus returns to where it came from, however a prompt is closed, Back included.
    fn remember_openers(self) {
        let Location { pathname, .. } = self.location.get_value();
        Effect::new(move |before: Option<String>| {
            let path = pathname.get();
            let screen = paths::screen_of(&path, "");
            let is_prompt = screen != path;
            match before {
                Some(before) if is_prompt && before == screen => {
                    self.opened_here.set(true);
                    client::remember_focus();
                }
                Some(before) if is_prompt || paths::screen_of(&before, "") != path || before == path => {
                    self.opened_here.set(false);
                }
                Some(_) => self.focus_where_it_was(),
                None => {}
            }
            self.leaving.set(false);
            self.asking.set(false);
            path
        });
    }

    fn focus_where_it_was(self) {
        // The dialog is still leaving; the element can take the focus in the next frame.
        if self.revealed.read_untracked().is_none() {
            client::focus_remembered();
        }
    }

    fn keep_title(self) {
        effect(move || client::set_title(&self.title()));
    }

    /// The title of the tab, such as `Edit token · Acme`.
    fn title(self) -> String {
        let (screen, prompt) = self.titles.get();
        let workspace = self.context.with(|context| context.workspace.clone());
        paths::titled(&prompt.unwrap_or(screen), &workspace)
    }

    fn write_title(self) {
        if let Some(cell) = use_context::<TitleCell>() {
            cell.set(&untrack(|| self.title()));
        }
    }

    /// Called by a screen to set its title.
    pub fn set_screen_title(self, title: String) {
        self.titles.update(|titles| titles.0 = title);
        self.write_title();
    }

    /// Called by a prompt to set its title for as long as it is mounted.
    pub fn set_prompt_title(self, title: &str) {
        self.titles.update(|titles| titles.1 = Some(title.to_owned()));
        self.write_title();
        let own = title.to_owned();
        on_cleanup(move || {
            // The next prompt may have set its title already.
            let _ = self.titles.try_update(|titles| titles.1.take_if(|title| *title == own));
        });
    }

    pub fn context(self) -> RwSignal<PageContext> {
        self.context
    }

    pub fn role(self) -> Role {
        self.context.with_untracked(|context| context.role)
    }

    pub fn may(self, right: Right) -> bool {
        may(self.role(), right)
    }

    /// Updates the name and theme of the current person around the screens. In the browser only.
    pub fn know_person(self, name: &PersonName, theme: Theme) {
        if self.context.with_untracked(|context| context.name != name.as_str() || context.theme != theme) {
            self.context.update(|context| {
                context.name = name.as_str().to_owned();
                context.theme = theme;
            });
            client::set_theme(theme);
        }
    }

    /// Adds a word to the display settings for tables and times, or removes it.
    pub fn choose_view(self, word: &str, holds: bool) {
        let view = self.context.with_untracked(|context| {
            let others = context.view.split(' ').filter(|one| !one.is_empty() && *one != word);
            others.chain(holds.then_some(word)).collect::<Vec<_>>().join(" ")
        });
        client::set_view(&view);
        self.context.update(|context| context.view = view);
    }

    /// Announces something once, over everything.
    pub fn say(self, text: String) {
        self.announcements.say(text);
    }

    /// The path and query that the browser shows.
    pub fn url(self) -> Signal<String> {
        let Location { pathname, search, .. } = self.location.get_value();
        Signal::derive(move || paths::with_search(&pathname.read(), &search.read()))
    }

    /// Whether a prompt is open over the screen. The screen behind it is then out of reach, even without scripts.
    pub fn is_covered(self) -> Signal<bool> {
        let Location { pathname, .. } = self.location.get_value();
        let revealed = self.revealed;
        Signal::derive(move || {
            let path = pathname.read();
            paths::screen_of(&path, "") != *path || revealed.read().is_some()
        })
    }

    fn is_prompt(self) -> bool {
        self.location.with_value(|location| {
            let path = location.pathname.read_untracked();
            paths::screen_of(&path, "") != *path
        })
    }

    pub fn minutes(self) -> RwSignal<u32> {
        self.minutes
    }

    pub fn revealed(self) -> RwSignal<Option<Done>> {
        self.revealed
    }

    pub fn go_to(self, href: String) {
        self.go.run((href, false));
    }

    /// Leads to another view of the same screen. Text typed letter by letter takes up one step in the history.
    pub fn lead_to(self, href: String, is_on_the_way: bool) {
        self.go.run((href, is_on_the_way));
    }

    /// Called when the screen of this URL is in the page, or was drawn again. A screen that replaces another one is
    /// read out.
    pub fn arrive(self, here: String) {
        let path = |url: &str| url.split('?').next().map(str::to_owned);
        let before = self.arrived.try_update_value(|arrived| std::mem::replace(arrived, here.clone()));
        match before.filter(|before| !before.is_empty() && *before != here) {
            Some(before) => {
                client::find_place(&here);
                if path(&before) != path(&here) {
                    client::focus_heading();
                    client::show_target();
                } else {
                    // The link that led here may be gone, such as the chip of a filter.
                    client::catch_focus();
                }
            }
            None => client::keep_focus(),
        }
    }

    /// Whether the screen of the current URL is already in the page.
    pub fn is_arrived(self) -> bool {
        self.arrived.with_value(|arrived| *arrived == self.back())
    }

    /// The screen below the prompt, with its state.
    pub fn back(self) -> String {
        let Location { pathname, search, .. } = self.location.get_value();
        paths::screen_of(&pathname.read_untracked(), &search.read_untracked())
    }

    /// Closes the prompt. If that discards what was typed, it asks once first.
    pub fn close(self) {
        let is_safe = self.asking.get_untracked() || !self.sending.read_untracked().is_empty();
        let asks = !is_safe && client::is_prompt_changed();
        self.asking.set(asks);
        if !asks {
            self.leave();
        }
    }

    /// Whether the prompt is asking to discard what was typed.
    pub fn asking(self) -> RwSignal<bool> {
        self.asking
    }

    /// Records that a form of this change is being sent, or has been answered.
    pub fn set_sending(self, change: &'static str, is_sent: bool) {
        self.sending.update(|sending| {
            sending.retain(|other| *other != change);
            if is_sent {
                sending.push(change);
            }
        });
    }

    /// Whether a form of this change is on its way. The form may have been drawn anew since it was sent.
    pub fn is_sending(self, change: &'static str) -> bool {
        self.sending.read_untracked().contains(&change)
    }

    /// Leaves the prompt, but only once: it can still be seen for a moment after its URL is gone, and a further step
    /// would leave the screen.
    fn leave(self) {
        if self.leaving.get_untracked() || !self.is_prompt() {
            return;
        }
        self.leaving.set(true);
        if self.opened_here.get_untracked() {
            client::history_back();
        } else {
            self.go.run((self.back(), true));
        }
    }

    /// Called when a form was accepted: says so, closes its prompt if that is still there, and reads the screen again.
    pub fn finish(self, done: Done, prompt_is_open: bool) {
        client::forget_ahead();
        match done {
            Done::Said { said, undo } => {
                self.announcements.say_with(said, undo);
                self.read_again();
                self.close_if(prompt_is_open);
            }
            Done::Elsewhere { to, said, undo } => {
                self.announcements.say_with(said, undo);
                // Another screen is read when it opens; the one that is left may be about something that is gone.
                if to == self.back() {
                    self.read_again();
                }
                self.go.run((to, prompt_is_open));
            }
            shown => {
                // A result that nobody has dealt with yet stays; this one comes next.
                if self.revealed.read_untracked().is_some() {
                    self.revealed_next.update_value(|next| next.push_back(shown));
                } else {
                    self.revealed.set(Some(shown));
                }
                self.close_if(prompt_is_open);
            }
        }
    }

    fn close_if(self, prompt_is_open: bool) {
        if prompt_is_open {
            self.leave();
        }
    }

    /// Called when somebody is done with what was shown once: forgets it, and reads the screen again.
    pub fn conceal(self) {
        let said = match self.revealed.write().take() {
            Some(Done::Secret(new)) => new.said,
            Some(Done::Link(new) | Done::Key(new)) => new.said,
            Some(Done::Codes(new)) => new.said,
            Some(Done::Bulk(_)) => String::new(),
            _ => return,
        };
        self.say(said);
        self.read_again();
        self.revealed.set(self.revealed_next.try_update_value(VecDeque::pop_front).flatten());
        self.focus_where_it_was();
    }
}
