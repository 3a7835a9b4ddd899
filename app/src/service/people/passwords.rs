//! Hashing passwords: Argon2id (RFC 9106) in few lanes, so that a storm of sign-ins takes neither the memory nor
//! the processors of everybody else.

use crate::domain::{Error, Password, PasswordError};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::{Arc, OnceLock};
use tokio::{sync::Semaphore, task::spawn_blocking};
use unicode_normalization::UnicodeNormalization;

/// The result of comparing a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    No,
    Yes,
    /// Yes, but only as typed: the hash is from a version that did not make one text of what looks the same.
    AsTyped,
}

/// Most callers that wait in a line. Those beyond are told to come back.
const WAITING_MAX: usize = 300;

/// The line in which a caller waits for a lane. However many strangers there are, a known caller waits for one of them
/// at most.
#[derive(Clone, Copy)]
pub enum Line {
    /// A caller from a browser that the person has signed in with before, or who is signed in or has a link.
    Known,
    Strangers,
}

pub struct Passwords {
    /// Each lane holds 19 MiB while it works: the library's own parameters are those that OWASP recommends. First come,
    /// first served.
    lanes: Arc<Semaphore>,
    /// At most as many strangers as there are lanes are next, or in one; the others wait here.
    strangers: Arc<Semaphore>,
    waiting: Semaphore,
    waiting_strangers: Semaphore,
    /// The hash to compare with where there is none, so that the answer takes as long.
    nobody: OnceLock<String>,
}

impl Passwords {
    /// At most half of the processors hash; the others answer everybody else.
    pub fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let lanes = (processors / 2).max(1);
        Self {
            lanes: Arc::new(Semaphore::new(lanes)),
            strangers: Arc::new(Semaphore::new(lanes)),
            waiting: Semaphore::new(WAITING_MAX),
            waiting_strangers: Semaphore::new(WAITING_MAX),
            nobody: OnceLock::new(),
        }
    }

    /// The hash to keep, as a PHC string with a salt of its own. Only known callers have one made.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        self.in_lane(Line::Known, move || hash(&Password::attempt(&normal(password.expose())))).await?
    }

    /// Is this the password? Without a hash the answer is no, and takes as long.
    pub async fn verify(&self, line: Line, password: Password, hash: Option<String>) -> Result<bool, Error> {
        Ok(self.compare(line, password, hash).await? != Match::No)
    }

    /// [`Self::verify`], and whether the hash was made of the text as typed. The number of comparisons depends on what
    /// was typed, not on whose password it is.
    pub async fn compare(
        &self,
        line: Line,
        password: Password,
        hash: Option<String>,
    ) -> Result<Match, Error> {
        let real = hash.is_some();
        let hash = match hash.or_else(|| self.nobody.get().cloned()) {
            Some(hash) => hash,
            None => {
                let made = self.hash(Password::attempt("nobody has this password")).await?;
                self.nobody.get_or_init(|| made).clone()
            }
        };
        let compare = move || {
            let usual = Password::attempt(&normal(password.expose()));
            match verify(&usual, &hash) {
                true => Match::Yes,
                false if usual.expose() != password.expose() && verify(&password, &hash) => Match::AsTyped,
                false => Match::No,
            }
        };
        let found = self.in_lane(line, compare).await?;
        Ok(if real { found } else { Match::No })
    }

    /// Prepares the hash of nobody, so that not even the first comparison with it stands out.
    pub async fn warm_up(&self) -> Result<(), Error> {
        self.verify(Line::Known, Password::attempt(""), None).await.map(|_| ())
    }

    async fn in_lane<T: Send + 'static>(
        &self,
        line: Line,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let line_of = match line {
            Line::Known => &self.waiting,
            Line::Strangers => &self.waiting_strangers,
        };
        let _waits = line_of.try_acquire().map_err(|_| Error::Busy)?;
        let next = match line {
            Line::Known => None,
            Line::Strangers => Some(self.strangers.clone().acquire_owned().await.map_err(|_| Error::Busy)?),
        };
        let lane = self.lanes.clone().acquire_owned().await.map_err(|_| Error::Busy)?;
        // The lane stays taken until the work is done, even when nobody waits for it any more.
        let done = spawn_blocking(move || {
            let done = work();
            drop((lane, next));
            done
        });
        done.await.map_err(|cause| {
            tracing::error!(%cause, "hashing a password failed");
            Error::Busy
        })
    }
}

/// One text for what keyboards write in several ways: accents composed or not, full-width letters, spaces of another
/// kind (Unicode's NFKC, as NIST SP 800-63B advises).
pub fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Refuses passwords that are tried first: from lists of common passwords, keyboard walks, repetitions, dates, and what
/// everybody knows about the person (`zxcvbn`: Wheeler, USENIX Security 2016).
pub fn check_common(password: &Password, known: &[&str]) -> Result<(), PasswordError> {
    /// More would take long and change nothing: a hundred characters that are easy to guess are rare.
    const LOOKED_AT: usize = 100;
    let begin: String = password.expose().chars().take(LOOKED_AT).collect();
    let known: Vec<&str> = known.iter().copied().chain(["tokenry"]).collect();
    if zxcvbn::zxcvbn(&begin, &known).score() < zxcvbn::Score::Three {
        return Err(PasswordError::Common);
    }
    Ok(())
}

fn hash(password: &Password) -> Result<String, Error> {
    match Argon2::default().hash_password(password.expose().as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(cause) => {
            tracing::error!(%cause, "hashing a password failed");
            Err(Error::Busy)
        }
    }
}

fn verify(password: &Password, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in [
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfghjkl",
            "aaaaaaaaaaaaaaaa",
            "iloveyouiloveyou",
            "ada.moreau@example.com",
            "tokenrytokenry1",
        ] {
            let known = ["ada.moreau@example.com", "Ada Moreau"];
            let refused = Password::choose(common).map(|p| check_common(&p, &known));
            assert_eq!(refused, Ok(Err(PasswordError::Common)), "{common}");
        }
    }

    #[test]
    fn words_without_digits_capitals_or_signs_are_good() {
        for good in [
            "correct horse battery staple",
            "vierzig blaue teekannen",
            "каждый охотник желает",
            "x7#mQ9!kLp2$vB5",
        ] {
            assert_eq!(
                Password::choose(good).map(|p| check_common(&p, &["ada@example.com"])),
                Ok(Ok(())),
                "{good}"
            );
        }
        let long = "correct horse battery staple ".repeat(30);
        assert_eq!(Password::choose(&long).map(|p| check_common(&p, &[])), Ok(Ok(())));
    }

    #[tokio::test]
    async fn every_character_counts_also_those_far_behind() {
        let passwords = Passwords::new();
        let long = "x".repeat(200);
        let hash = passwords.hash(Password::attempt(&format!("{long}a"))).await;
        for (ending, same) in [("a", true), ("b", false), ("", false)] {
            let attempt = Password::attempt(&format!("{long}{ending}"));
            assert_eq!(
                passwords.verify(Line::Strangers, attempt, hash.clone().ok()).await,
                Ok(same),
                "{ending:?}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_is_known_waits_for_one_stranger_at_most() {
        let passwords = Arc::new(Passwords::new());
        let lanes = passwords.lanes.available_permits();
        let taken = passwords.lanes.clone().acquire_many_owned(u32::try_from(lanes).unwrap()).await.unwrap();
        let done = Arc::new(std::sync::Mutex::new(Vec::new()));
        let come = |line: Line, who: &'static str| {
            let (passwords, done) = (passwords.clone(), done.clone());
            tokio::spawn(async move {
                passwords.in_lane(line, move || done.lock().unwrap().push(who)).await.unwrap();
            })
        };
        let strangers: Vec<_> = (0..50).map(|_| come(Line::Strangers, "stranger")).collect();
        while passwords.waiting_strangers.available_permits() > WAITING_MAX - 50
            || passwords.strangers.available_permits() > 0
        {
            tokio::task::yield_now().await;
        }
        let known = come(Line::Known, "known");
        while passwords.waiting.available_permits() == WAITING_MAX {
            tokio::task::yield_now().await;
        }
        drop(taken);
        known.await.unwrap();
        let before = done.lock().unwrap().iter().position(|who| *who == "known").unwrap();
        assert!(before <= 2 * lanes, "{before} strangers were first");
        for stranger in strangers {
            stranger.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_password_is_the_same_however_a_keyboard_composes_it() {
        let passwords = Passwords::new();
        let (composed, apart) = ("vierzig blaue Teekännchen", "vierzig blaue Teeka\u{308}nnchen");
        for (chosen, typed) in [(composed, apart), (apart, composed), ("ｖｉｅｒ\u{a0}blaue", "vier blaue")]
        {
            let hash = passwords.hash(Password::attempt(chosen)).await.ok();
            for text in [chosen, typed] {
                assert_eq!(
                    passwords.compare(Line::Known, Password::attempt(text), hash.clone()).await,
                    Ok(Match::Yes)
                );
            }
            let other = Password::attempt(&format!("{typed}\u{308}"));
            assert_eq!(passwords.compare(Line::Known, other, hash).await, Ok(Match::No));
        }
        // An old hash, made of the text as typed.
        let old = hash(&Password::attempt(apart)).ok();
        assert_eq!(
            passwords.compare(Line::Known, Password::attempt(apart), old.clone()).await,
            Ok(Match::AsTyped)
        );
        assert_eq!(passwords.compare(Line::Known, Password::attempt(composed), old).await, Ok(Match::No));
        assert_eq!(passwords.compare(Line::Known, Password::attempt(apart), None).await, Ok(Match::No));
    }

    #[tokio::test]
    async fn without_a_hash_nothing_is_the_password() {
        let passwords = Passwords::new();
        for text in ["", "nobody has this password"] {
            assert_eq!(passwords.verify(Line::Strangers, Password::attempt(text), None).await, Ok(false));
        }
    }
}
