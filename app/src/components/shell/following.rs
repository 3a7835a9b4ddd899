//! When a screen is read again: after a change of one's own at once, after others' when nothing is in the way.

use super::Shell;
use crate::{client, paths};
use leptos::prelude::*;
use std::time::Duration;

/// How long a table that is in use is left alone.
const PAUSE: Duration = Duration::from_secs(2);

impl Shell {
    /// What screens are read again by.
    pub fn generation(self) -> u32 {
        self.generation.get()
    }

    pub fn read_again(self) {
        self.following.set(false);
        self.awaited.set(true);
        self.stale.set(false);
        self.generation.update(|generation| *generation += 1);
    }

    /// Others have changed something: the table of tokens follows, though never beneath an open prompt, a selection, or a
    /// row that has the focus. Then it waits.
    pub fn follow(self) {
        // An answer that was read ahead may be older than this change.
        client::forget_ahead();
        if !self.stale.get_untracked() {
            self.stale.set(true);
            self.catch_up();
        }
    }

    fn catch_up(self) {
        let is_list = self.location.with_value(|location| {
            paths::screen_of(&location.pathname.read_untracked(), "") == paths::TOKENS
        });
        if !is_list || !self.stale.get_untracked() {
            self.stale.set(false);
        } else if self.is_covered().get_untracked() || client::is_table_in_use() {
            set_timeout(move || self.catch_up(), PAUSE);
        } else {
            // What was asked for here may still be on its way, and is then in this answer.
            let is_awaited = self.awaited.get_untracked();
            self.read_again();
            self.awaited.set(is_awaited);
            self.following.set(!is_awaited);
        }
    }

    /// The table of tokens is drawn: says whether that is for what others have changed alone.
    pub fn take_following(self) -> bool {
        self.awaited.set(false);
        self.following.get_untracked()
    }
}
