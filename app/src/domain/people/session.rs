//! A session of a person who has signed in, as they see it.

use crate::domain::{SESSION_IDLE_MS, SESSION_MS, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub client: String,
    pub address: String,
}

impl Session {
    /// Has it been idle too long, or is it too old?
    pub fn is_over(&self, now: Timestamp) -> bool {
        let age = |since: Timestamp| now.as_millis().saturating_sub(since.as_millis());
        age(self.last_seen_at) >= SESSION_IDLE_MS || age(self.created_at) >= SESSION_MS
    }

    /// The browser and system, as far as the client names them: `Firefox on Linux`.
    pub fn client_in_words(&self) -> String {
        let says = |names: &[(&str, &'static str)]| {
            names.iter().find(|(mark, _)| self.client.contains(mark)).map(|(_, name)| *name)
        };
        // The order matters: earlier ones in the list call themselves by later names, too.
        let browser = says(&[
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
            ("curl/", "curl"),
        ]);
        let system = says(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => "Unknown client".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(client: &str) -> Session {
        let at = Timestamp::from_millis(1_000_000);
        Session {
            id: SessionId::from_uuid(uuid::Uuid::nil()),
            created_at: at,
            last_seen_at: at,
            client: client.to_owned(),
            address: String::new(),
        }
    }

    #[test]
    fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
        let mut session = session("");
        let at = |millis| Timestamp::from_millis(1_000_000 + millis);
        assert!(!session.is_over(at(SESSION_IDLE_MS - 1)));
        assert!(session.is_over(at(SESSION_IDLE_MS)));
        session.last_seen_at = at(SESSION_MS - 1);
        assert!(!session.is_over(at(SESSION_MS - 1)));
        assert!(session.is_over(at(SESSION_MS)));
    }

    #[test]
    fn a_browser_is_called_by_its_own_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(session(edge).client_in_words(), "Edge on Windows");
        assert_eq!(
            session("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0").client_in_words(),
            "Firefox on Linux"
        );
        assert_eq!(session("curl/8.5").client_in_words(), "curl");
        assert_eq!(session("").client_in_words(), "Unknown client");
    }
}
