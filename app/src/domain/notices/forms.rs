//! How somebody wants to be told, as a form and as the data of its page.

use super::{About, How, Whose};
use crate::domain::Error;
use serde::{Deserialize, Serialize};

/// One matter, and how somebody is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeChoice {
    pub about: About,
    pub own: How,
    pub everybodys: How,
}

/// The data of the section of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesData {
    /// Can this installation send mail?
    pub has_mail: bool,
    pub choices: Vec<NoticeChoice>,
}

/// Each value is a matter and how to be told, as in `expiring:daily`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticesForm {
    #[serde(default)]
    pub own: Vec<String>,
    #[serde(default)]
    pub everybodys: Vec<String>,
}

impl NoticesForm {
    /// The choices, in the form in which they are stored.
    pub fn parse(&self) -> Result<Vec<(Whose, About, How)>, Error> {
        let read = |whose: Whose, text: &String| {
            let (about, how) = text.split_once(':')?;
            Some((whose, About::from_name(about)?, How::from_name(how)?))
        };
        let own = self.own.iter().map(|text| read(Whose::Own, text));
        let everybodys = self.everybodys.iter().map(|text| read(Whose::Everybodys, text));
        own.chain(everybodys).collect::<Option<_>>().ok_or(Error::Malformed)
    }
}
