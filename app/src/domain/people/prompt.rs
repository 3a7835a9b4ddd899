//! Prompts about a person, and their sentences about the person's tokens: which ones would work again, which would stop
//! working, and the exceptions that can be ticked.

use crate::domain::{
    CONSENTS_MAX, ConsentBox, ConsentBoxes, ConsentKind, HOLDERS_SHOWN, OwnedToken, Owner, Person, PersonRow,
    PersonStatus, Role, Standing, Timestamp, TokenVersion, Transition, keep_hint, names_listed, to_keep,
    to_work, tokens_in_words,
};
use serde::{Deserialize, Serialize};

/// A kind of prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonPrompt {
    Role,
    Link,
    HandOver,
    SignOut,
    Factors,
    Disable,
    Enable,
}

impl PersonPrompt {
    pub const ALL: [Self; 7] =
        [Self::Role, Self::Link, Self::HandOver, Self::SignOut, Self::Factors, Self::Disable, Self::Enable];

    /// The word in its URL.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Link => "link",
            Self::HandOver => "hand-over",
            Self::SignOut => "sign-out",
            Self::Factors => "second-factors",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    pub fn named(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|prompt| prompt.segment() == segment)
    }

    /// Does the prompt need each of the person's tokens?
    pub const fn is_about_tokens(self) -> bool {
        matches!(self, Self::Role | Self::HandOver | Self::Enable)
    }
}

/// The data of a prompt about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPromptData {
    pub person: Person,
    /// The consequences, including those for the person's tokens.
    pub sentences: Vec<String>,
    pub consents: Vec<ConsentBoxes>,
    /// People that tokens can be given to.
    pub recipients: Vec<Owner>,
}

impl PersonPromptData {
    /// `owned` are the live tokens of the person, if the prompt is about them.
    pub fn new(
        about: PersonPrompt,
        PersonRow { person, tokens, .. }: PersonRow,
        owned: &[OwnedToken],
        recipients: Vec<Owner>,
        now: Timestamp,
    ) -> Self {
        let name = person.name.as_str();
        let only = |sentence| (vec![sentence], Vec::new());
        let (sentences, consents) = match about {
            PersonPrompt::Role => when_role_changes(&person, owned),
            PersonPrompt::HandOver => when_handed_over(&person, tokens, owned),
            PersonPrompt::Enable => {
                (vec![format!("{name} can sign in again.")], when_enabled(&person, owned, now))
            }
            PersonPrompt::SignOut => {
                only(format!("All sessions of {name} end immediately. They can sign in again."))
            }
            PersonPrompt::Factors => only(format!(
                "The passkeys, the authenticator app and the recovery codes of {name} are removed, and {name} is signed \
                 out everywhere. Until they set up another one, their password is enough to sign in, unless their role \
                 needs a second factor. Make sure that it is {name} who asks."
            )),
            PersonPrompt::Disable => only(format!(
                "{name} is signed out everywhere immediately and can no longer sign in.{}",
                when_disabled(name, tokens)
            )),
            PersonPrompt::Link => only(match person.status {
                PersonStatus::Invited => format!(
                    "Creates a new link with which {name} chooses a password. Earlier links stop working."
                ),
                _ => format!(
                    "Creates a link with which {name} chooses a new password. Earlier links stop working. The \
                     current password works until then."
                ),
            }),
        };
        let recipients = recipients.into_iter().filter(|owner| owner.id != person.id).collect();
        Self { person, sentences, consents, recipients }
    }
}

type Said = (Vec<String>, Vec<ConsentBoxes>);

/// The prompt for another role: boxes for tokens without effect now, and sentences about the others.
fn when_role_changes(person: &Person, owned: &[OwnedToken]) -> Said {
    let (name, before) = (person.name.as_str(), Standing::of(person));
    let own: Vec<&OwnedToken> = owned.iter().filter(|token| !token.permissions.own().is_empty()).collect();
    let member =
        Transition { before, after: Standing { role: Role::Member, ..before }, is_handed_over: false };
    let keep = match before.role {
        Role::Admin => Vec::new(),
        Role::Member | Role::Viewer => to_keep(own.iter().copied(), "may use"),
    };
    let work = match before.role {
        Role::Viewer => to_work(owned.iter(), member),
        Role::Admin | Role::Member => Vec::new(),
    };
    let keep_hint = format!(
        "They have no effect while {name} is a {}, and are removed when {name} becomes an admin, unless ticked. A \
         token that is left with no permissions is disabled.",
        before.role
    );
    let work_hint = format!(
        "They can do nothing while {name} is a viewer, and are disabled when {name} becomes a member or an admin, \
         unless ticked."
    );
    let asleep = (before.role == Role::Admin && !own.is_empty()).then(|| {
        let many = tokens_in_words(own.len() as u64);
        let named = names_listed(own.iter().copied(), HOLDERS_SHOWN);
        format!("As a member or a viewer, {many} of theirs can no longer use Tokenry itself: {named}.")
    });
    let silent = (before.role != Role::Viewer && !owned.is_empty()).then(|| match owned.len() {
        1 => "As a viewer, their token can do nothing.".to_owned(),
        many => format!("As a viewer, their {many} tokens can do nothing."),
    });
    let lost = lost_in_words(name, owned, "of theirs ").filter(|_| before.role != Role::Admin);
    let lost = lost.map(|lost| format!("As an admin, {lost}"));
    let work = ConsentBoxes::new(ConsentKind::Work, work_hint, work);
    let keep = ConsentBoxes::new(ConsentKind::Keep, keep_hint, keep);
    (asleep.into_iter().chain(lost).chain(silent).collect(), work.into_iter().chain(keep).collect())
}

/// The prompt for handing over all of the person's tokens.
fn when_handed_over(person: &Person, tokens: u64, owned: &[OwnedToken]) -> Said {
    let (name, standing) = (person.name.as_str(), Standing::of(person));
    let is_one = tokens == 1;
    let many = if is_one { "1 token".to_owned() } else { format!("{tokens} tokens") };
    let its = if is_one {
        "Its secret does not change: rotate it"
    } else {
        "Their secrets do not change: rotate them"
    };
    let sentence =
        format!("Transfer {many} from {name}. {its} afterwards, since {name} may still have a copy.");
    let asleep = standing.why_asleep(name).map(|why| {
        let arrives =
            if is_one { "It arrives disabled, and works" } else { "They arrive disabled, and work" };
        let it = if is_one { "it" } else { "them" };
        format!("{why} {arrives} again only when somebody enables {it}.")
    });
    let keep = to_keep(owned.iter(), "keeps");
    let keep = ConsentBoxes::new(ConsentKind::Keep, keep_hint(Some((standing, name))), keep);
    let lost = lost_in_words(name, owned, "");
    (std::iter::once(sentence).chain(asleep).chain(lost).collect(), keep.into_iter().collect())
}

/// `2 tokens lose what Ines Okafor may not give now: “A” and “B”.`
fn lost_in_words(name: &str, owned: &[OwnedToken], whose: &str) -> Option<String> {
    let losing: Vec<&OwnedToken> = owned.iter().filter(|token| !token.out_of_reach.is_empty()).collect();
    let (many, verb) =
        (tokens_in_words(losing.len() as u64), if losing.len() == 1 { "loses" } else { "lose" });
    let named = names_listed(losing.iter().copied(), HOLDERS_SHOWN);
    (!losing.is_empty()).then(|| format!("{many} {whose}{verb} what {name} may not give now: {named}."))
}

/// One box for all tokens that could work again, up to [`CONSENTS_MAX`].
fn when_enabled(person: &Person, owned: &[OwnedToken], now: Timestamp) -> Vec<ConsentBoxes> {
    let before = Standing::of(person);
    let after = Standing { is_disabled: false, ..before };
    let can_work = |token: &&OwnedToken| {
        token.is_usable(now) && after.power(&token.permissions).is_some_and(|power| !power.is_empty())
    };
    let usable: Vec<&OwnedToken> = owned.iter().filter(can_work).take(CONSENTS_MAX).collect();
    let seen: Vec<String> =
        usable.iter().map(|token| token.seen()).map(|seen: TokenVersion| seen.to_string()).collect();
    let named = names_listed(usable.iter().copied(), HOLDERS_SHOWN);
    let text = match usable.len() {
        0 => return Vec::new(),
        1 => format!("Their token works again: {named}"),
        many => format!("Their {many} tokens work again: {named}"),
    };
    let own = usable.iter().copied().filter(|token| !token.permissions.within(after.role).own().is_empty());
    let own = Some(names_listed(own, HOLDERS_SHOWN)).filter(|own| !own.is_empty());
    let hint = format!(
        "Unless ticked, they are disabled from now on, and can be enabled one by one. Anyone who had a secret still \
         has it.{}",
        own.map(|own| format!(" Tokenry itself can be used with {own}.")).unwrap_or_default()
    );
    ConsentBoxes::new(ConsentKind::Work, hint, vec![ConsentBox { value: seen.join(" "), text }])
        .into_iter()
        .collect()
}

/// The consequence of disabling a person for their tokens, and when to hand the tokens over.
fn when_disabled(name: &str, tokens: u64) -> String {
    let (theirs, them, they) = match tokens {
        0 => return String::new(),
        1 => ("Their token stops working".to_owned(), "it", "it arrives"),
        many => (format!("Their {many} tokens stop working"), "them", "they arrive"),
    };
    format!(
        " {theirs} immediately. Transfer {them} first where services still need {them}, and rotate afterwards: until \
         then, {name} has a secret that works. Transferred later, {they} disabled."
    )
}
