//! How a person wants to be told.

use crate::domain::{
    About, Caller, Error, EventKind, How, NoticeChoice, NoticesData, NoticesForm, Right, Whose,
};
use crate::service::{FollowerKind, Service};
use serde_json::{Value, json};

impl Service {
    /// The choices of the caller.
    pub(in crate::service) async fn notices(&self, caller: &Caller) -> Result<NoticesData, Error> {
        let chosen = self.store.told_how(caller.id).await?;
        let how = |whose: Whose, about: About| {
            let mut chosen = chosen.iter();
            let found = chosen.find(|(w, a, _)| (w.as_str(), a.as_str()) == (whose.as_str(), about.as_str()));
            found.and_then(|(.., how)| How::from_name(how)).unwrap_or(whose.unless_chosen())
        };
        let choice = |about| NoticeChoice {
            about,
            own: how(Whose::Own, about),
            everybodys: how(Whose::Everybodys, about),
        };
        let has_mail = self.store.follower(FollowerKind::Mail.only()).await?.is_some();
        Ok(NoticesData { has_mail, choices: About::ALL.map(choice).into() })
    }

    /// Saves choices. Only admins are told of what is everybody's.
    pub async fn choose_notices(&self, caller: &Caller, form: &NoticesForm) -> Result<(), Error> {
        let choices = form.parse()?;
        if choices.iter().any(|(whose, ..)| *whose == Whose::Everybodys) {
            self.require(caller, Right::ManageWorkspace, crate::domain::Target::Nothing).await?;
        }
        let before = self.notices(caller).await?.choices;
        let is_new = |(whose, about, how): &&(Whose, About, How)| {
            let now = before.iter().find(|choice| choice.about == *about);
            now.is_none_or(|now| *how != if *whose == Whose::Own { now.own } else { now.everybodys })
        };
        let new: Vec<(Whose, About, How)> = choices.iter().filter(is_new).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let named = |(whose, about, how): &(Whose, About, How)| {
            let whose = if *whose == Whose::Own { "" } else { "everybody’s " };
            Value::String(format!(
                "{whose}{}: {}",
                about.as_str().replace('_', " "),
                how.in_words().to_lowercase()
            ))
        };
        let details = json!({ "notices": new.iter().map(named).collect::<Vec<_>>() });
        let event = self.event(caller, EventKind::NoticesChosen).on_person(caller.id).with(&details);
        Ok(self.store.save_told_how(caller.id, &new, &event).await?)
    }
}
