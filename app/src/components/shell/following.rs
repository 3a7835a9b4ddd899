//! Decides when a screen is read again: at once after one's own change, and after a change by others when nothing is in
//! the way.

use super::Shell;
use crate::{client, paths};
use leptos::prelude::*;
use std::time::Duration;

/// Pause before a table that is in use is tried again.
const PAUSE: Duration = Duration::from_secs(2);

impl Shell {
    /// The counter that makes screens read again when it changes.
    pub fn generation(self) -> u32 {
        self.generation.get()
    }

    pub fn read_again(self) {
        self.following.set(false);
        self.awaited.set(true);
        self.stale.set(false);
        self.generation.update(|generation| *generation += 1);
    }

    /// Called when others have changed something. The table of tokens follows, but not beneath an open prompt, a
    /// selection, or a row that has the focus: then it waits.
    pub fn follow(self) {
        // A prefetched answer may be older than this change.
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
            // A change made here may not be shown yet, and is then part of this answer.
            let is_awaited = self.awaited.get_untracked();
            self.read_again();
            self.awaited.set(is_awaited);
            self.following.set(!is_awaited);
        }
    }

    /// Called when the table of tokens is drawn. Returns whether changes by others alone are the reason.
    pub fn take_following(self) -> bool {
        self.awaited.set(false);
        self.following.get_untracked()
    }
}
