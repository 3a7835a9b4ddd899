//! The facts to know before something is done to a person.

use crate::domain::{CANDIDATES_MAX, Caller, Error, PersonId, PersonPrompt, PersonPromptData, Right, Target};
use crate::service::Service;

impl Service {
    /// For the prompt that invites somebody.
    pub async fn may_manage_people(&self, caller: &Caller) -> Result<(), Error> {
        self.require(caller, Right::ManagePeople, Target::Nothing).await
    }

    /// For a prompt about somebody.
    pub async fn person_prompt(
        &self,
        caller: &Caller,
        id: PersonId,
        about: PersonPrompt,
    ) -> Result<PersonPromptData, Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        let row = self.store.person_row(id).await?;
        let owned = match about.is_about_tokens() {
            true => self.store.owned_tokens(id).await?,
            false => Vec::new(),
        };
        let recipients = match about {
            PersonPrompt::HandOver => self.reading(caller).await?.recipients(CANDIDATES_MAX).await?,
            _ => Vec::new(),
        };
        Ok(PersonPromptData::new(about, row, &owned, recipients, self.clock.now()))
    }
}
