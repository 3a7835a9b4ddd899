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

/// The fields of the form: a field `own:expiring` of `daily` asks to be told once a day of one's own tokens that expire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticesForm {
    pub choices: Vec<(String, String)>,
}

impl NoticesForm {
    /// The choices, in the form in which they are stored.
    pub fn parse(&self) -> Result<Vec<(Whose, About, How)>, Error> {
        let read = |(name, how): &(String, String)| {
            let (whose, about) = name.split_once(':')?;
            Some((Whose::from_name(whose)?, About::from_name(about)?, How::from_name(how)?))
        };
        self.choices.iter().map(read).collect::<Option<_>>().ok_or(Error::Malformed)
    }
}
