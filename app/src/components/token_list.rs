//! The state that the Tokens page shares with the prompts above it: when the table must be read again, where
//! the focus goes when a prompt closes, and the secret that is being shown.

use crate::{
    api::{TableHtml, load_table},
    browser,
    domain::{Created, Error},
    paths::{self, TokensPlace},
    ui::announce,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};

/// The place that takes the focus when the one that had it is gone.
pub const HEADING: &str = "tokens-heading";
/// The button that opens the create prompt.
pub const CREATE_BUTTON: &str = "create-token";

/// What opens the prompt at a place; a copy is asked for at the token that it is one of.
fn origin_of(place: &TokensPlace, copied: Option<String>) -> Option<String> {
    match place {
        TokensPlace::List => None,
        TokensPlace::New => Some(copied.map_or_else(|| CREATE_BUTTON.to_owned(), |id| paths::dots_id(&id))),
        TokensPlace::Edit(id) | TokensPlace::Delete(id) => Some(paths::dots_id(id)),
    }
}

#[derive(Clone)]
pub struct TokenList {
    location: Location,
    generation: RwSignal<u32>,
    /// Why the table could not be read, if it could not.
    failed: RwSignal<Option<Error>>,
    revealed: RwSignal<Option<Created>>,
    focus_next: RwSignal<Option<String>>,
    /// The table is about to be drawn anew: what has the focus now may be gone then.
    stale: RwSignal<bool>,
    /// Was the prompt opened from the list, so that the list is one step back in the history?
    opened_here: RwSignal<bool>,
    /// The prompt is closing: a step back takes the browser a moment, and a second one would leave the page.
    leaving: RwSignal<bool>,
    /// Goes to a place, in the history instead of the one that is left. It outlives every prompt.
    replace: Callback<String>,
}

impl TokenList {
    /// For the page: makes the state, shares it, and keeps it in step with the URL.
    pub fn provide() -> Self {
        let navigate = use_navigate();
        let replace = move |href: String| {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&href, options);
        };
        let list = Self {
            location: use_location(),
            generation: RwSignal::new(0),
            failed: RwSignal::new(None),
            revealed: RwSignal::new(None),
            focus_next: RwSignal::new(None),
            stale: RwSignal::new(false),
            opened_here: RwSignal::new(false),
            leaving: RwSignal::new(false),
            replace: Callback::new(replace),
        };
        let (path, revealed, opened_here) = (list.location.pathname, list.revealed, list.opened_here);
        let search = list.location.search;
        let (focus_next, stale, leaving) = (list.focus_next, list.stale, list.leaving);
        // However a prompt was closed, Back included, the focus returns to where it came from.
        Effect::new(move |before: Option<(bool, Option<String>)>| {
            let place = TokensPlace::at(&path.read());
            let at_list = place == Some(TokensPlace::List);
            let (was_at_list, origin) = before.unwrap_or_default();
            if at_list && origin.is_some() {
                focus_next.set(origin);
            }
            opened_here.set(!at_list && was_at_list);
            leaving.set(false);
            (at_list, place.and_then(|place| origin_of(&place, paths::copied(&search.read_untracked()))))
        });
        Effect::new(move |_| {
            let ready = path.get() == paths::TOKENS && revealed.read().is_none() && !stale.get();
            if let Some(id) = focus_next.get().filter(|_| ready) {
                focus_next.set(None);
                // The dialog is still leaving; the element can take the focus in the next frame.
                request_animation_frame(move || {
                    if !browser::focus(&id) {
                        browser::focus(HEADING);
                    }
                });
            }
        });
        provide_context(list.clone());
        list.clone().keep_table();
        list
    }

    /// Puts a newer table in the place of the one that is there, whenever another one is asked for.
    fn keep_table(self) {
        let (search, generation) = (self.location.search, self.generation);
        Effect::new(move |before: Option<(String, u32)>| {
            let asked = (paths::list_query(&search.read()), generation.get());
            // The server has drawn the first one.
            if before.is_some_and(|before| before != asked) {
                let (list, asked) = (self.clone(), asked.clone());
                spawn_local(async move {
                    let table = load_table(asked.0.clone()).await;
                    // Whoever goes on asking while an answer is on its way wants the last one only.
                    if asked == (paths::list_query(&search.read_untracked()), generation.get_untracked()) {
                        list.show(table);
                    }
                });
            }
            asked
        });
    }

    fn show(&self, table: Result<TableHtml, Error>) {
        let (table, failed) = match table {
            Ok(table) => (table, None),
            Err(Error::SignedOut) => return browser::go_to(&paths::sign_in(&self.here_now())),
            Err(error) => (TableHtml::default(), Some(error)),
        };
        browser::show_table(&table.count, &table.html, &self.location.search.read_untracked());
        self.failed.set(failed);
        // What had the focus may be gone now.
        self.stale.set(false);
    }

    fn here_now(&self) -> String {
        paths::with_search(&self.location.pathname.get_untracked(), &self.location.search.get_untracked())
    }

    /// For a prompt: the state of the page below it.
    pub fn here() -> Self {
        expect_context()
    }

    /// Why there is no table, if there is none.
    pub fn failed(&self) -> RwSignal<Option<Error>> {
        self.failed
    }

    pub fn read_again(&self) {
        self.generation.update(|generation| *generation += 1);
    }

    /// The secret that is being shown over the list, whatever the URL says: neither Back nor a refreshed
    /// table may take it away.
    pub fn revealed(&self) -> RwSignal<Option<Created>> {
        self.revealed
    }

    /// Where the list is, with its state.
    pub fn href(&self) -> String {
        paths::with_search(paths::TOKENS, &paths::list_query(&self.location.search.read_untracked()))
    }

    /// The token that the create prompt is to be filled in from.
    pub fn copied(&self) -> Option<String> {
        paths::copied(&self.location.search.get_untracked())
    }

    /// Where a prompt is, with the state of the list.
    pub fn prompt_href(&self, path: &str) -> String {
        paths::with_search(path, &paths::list_query(&self.location.search.read_untracked()))
    }

    /// Closes the prompt: back to the list.
    pub fn closer(&self) -> Callback<()> {
        let list = self.clone();
        Callback::new(move |()| list.leave())
    }

    fn leave(&self) {
        if self.leaving.get_untracked() {
            return;
        }
        self.leaving.set(true);
        if self.opened_here.get_untracked() {
            browser::history_back();
        } else {
            self.replace.run(self.href());
        }
    }

    /// Shows a new secret, in the place of the prompt that asked for it. The table stays as it is until the secret
    /// is gone.
    pub fn reveal(&self, created: Created, prompt: &impl IsDisposed) {
        self.revealed.set(Some(created));
        self.close(prompt);
    }

    /// What a prompt asked for is done: say so, close it, and read the table again.
    pub fn done(&self, what: String, prompt: &impl IsDisposed) {
        self.changed(what);
        self.close(prompt);
    }

    /// Whoever has closed the prompt while the answer was on its way stays where they are by now.
    fn close(&self, prompt: &impl IsDisposed) {
        if !prompt.is_disposed() {
            self.leave();
        }
    }

    /// The secret has been seen to: forget it, and read the table again.
    pub fn conceal(&self) {
        let name = self.revealed.write().take().map(|created| created.token.name);
        if let Some(name) = name {
            self.changed(format!("Created “{}”.", name.as_str()));
        }
    }

    /// Something in the table is different now: say so, and read it again.
    fn changed(&self, what: String) {
        announce(what);
        self.stale.set(true);
        self.read_again();
    }
}
