//! The person's own page: name, theme, password, sessions.

use super::{
    Done, Frame,
    forms::{General, NewPassword, begins, wrong},
};
use crate::{
    components::Time,
    domain::{Error, Field, LinkNews, Person, PersonId, Right, SessionRow, Theme, TokenListForm, may},
    paths,
    shell::{Life, Place},
    ui::TextField,
};
use leptos::prelude::*;

/// A form of this page that was refused, with what was typed.
#[derive(Clone, Debug)]
pub enum ProfileProblem {
    Name { typed: String, error: Error },
    Password(Error),
}

pub fn profile(
    frame: &Frame,
    person: &Person,
    sessions: Vec<SessionRow>,
    link: Option<LinkNews>,
    problem: Option<ProfileProblem>,
    done: &str,
) -> String {
    let (person, done) = (person.clone(), done.to_owned());
    frame.write(Life::Document, Place::Profile, "Profile · Tokenry", false, move || {
        let (name_problem, password_problem) = match problem {
            Some(ProfileProblem::Name { typed, error }) => (Some((typed, error)), None),
            Some(ProfileProblem::Password(error)) => (None, Some(error)),
            None => (None, None),
        };
        let (name, name_error) = match name_problem {
            Some((typed, error)) => (typed, Some(error)),
            None => (String::from(person.name), None),
        };
        let id = person.id;
        let tokens = may(person.role, Right::ManageOwnTokens).then(|| view! { <Tokens id /> });
        view! {
            <h1 class="page-title">"Profile"</h1>
            <p class="section-hint">{format!("You sign in as {}. {}", person.email.as_str(), person.role.in_words())}</p>
            <Done done />
            {link.map(|LinkNews { at, by }| {
                let by = by.unwrap_or_else(|| "The operator".to_owned());
                view! {
                    <p class="notice" data-tone="warning">
                        {format!("{by} made a link to a new password for you: ")} <Time at />
                        ". Whoever has used it could sign in as you. If you did not ask for it, tell another admin."
                    </p>
                }
            })}
            <div class="sections">
                <NameForm name error=name_error />
                <ThemeForm chosen=person.theme />
                <PasswordForm error=password_problem />
                {tokens}
                <Sessions sessions />
            </div>
        }
        .into_any()
    })
}

#[component]
fn NameForm(name: String, error: Option<Error>) -> impl IntoView {
    let (name_error, refused) = (wrong(error.as_ref(), Field::Name), error.is_some());
    view! {
        <form class="card section" method="post" action=paths::PROFILE_NAME>
            <h2 class="section-title">"Name"</h2>
            <General error />
            <TextField name="name" id="name" label="What others see" autocomplete="name" value=name first=refused error=name_error />
            <button class="button" type="submit">"Save name"</button>
        </form>
    }
}

#[component]
fn ThemeForm(chosen: Theme) -> impl IntoView {
    let label = |theme| match theme {
        Theme::System => "As the system says",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    };
    view! {
        <form class="card section" method="post" action=paths::PROFILE_THEME>
            <h2 class="section-title" id="theme-title">"Theme"</h2>
            <div class="radios radios-row" role="radiogroup" aria-labelledby="theme-title">
                {Theme::ALL.map(|theme| view! {
                    <label class="radio">
                        <input type="radio" name="theme" value=theme.as_str() checked={theme == chosen} />
                        <span>{label(theme)}</span>
                    </label>
                }).collect_view()}
            </div>
            <button class="button" type="submit">"Save theme"</button>
        </form>
    }
}

#[component]
fn PasswordForm(error: Option<Error>) -> impl IntoView {
    let current = wrong(error.as_ref(), Field::CurrentPassword);
    let again = begins(error.as_ref(), Field::CurrentPassword, Field::Name);
    view! {
        <form class="card section" method="post" action=paths::PROFILE_PASSWORD>
            <h2 class="section-title">"Password"</h2>
            <p class="section-hint">"Changing it ends all your other sessions."</p>
            <General error=error.clone() />
            <TextField name="current_password" id="current-password" label="Current password" kind="password" autocomplete="current-password" first=again error=current />
            <NewPassword error />
            <button class="button" type="submit">"Change password"</button>
        </form>
    }
}

/// Neither a new password nor the end of a session touches them.
#[component]
fn Tokens(id: PersonId) -> impl IntoView {
    let form = TokenListForm { owner: id.to_string(), ..TokenListForm::default() };
    view! {
        <section class="card section" aria-labelledby="tokens-title">
            <h2 class="section-title" id="tokens-title">"Tokens"</h2>
            <p class="section-hint">
                "Your tokens go on working, whatever becomes of your password and your sessions. Disable those whose secret somebody else may have."
            </p>
            <a class="button" href=paths::tokens(&form)>"Show your tokens"</a>
        </section>
    }
}

#[component]
fn Sessions(sessions: Vec<SessionRow>) -> impl IntoView {
    let others = sessions.iter().any(|row| !row.is_this);
    view! {
        <section class="card section section-wide" aria-labelledby="sessions-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="sessions-title">"Sessions"</h2>
                    <p class="section-hint">"Where you are signed in. End what you do not recognise, and change your password."</p>
                </div>
                {others.then(|| view! {
                    <form class="head-action" method="post" action=paths::OTHER_SESSIONS_END>
                        <button class="button" type="submit">"End all others"</button>
                    </form>
                })}
            </div>
            <table class="table">
                <caption class="visually-hidden">"Your sessions, the one used last first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Client"</th>
                        <th scope="col">"Address"</th>
                        <th scope="col">"Signed in"</th>
                        <th scope="col">"Last seen"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {sessions.into_iter().map(|row| view! { <Session row /> }).collect_view()}
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Session(row: SessionRow) -> impl IntoView {
    let SessionRow { session, is_this } = row;
    let client = session.client_in_words();
    let label = format!("End session: {client}, {}", session.address);
    view! {
        <tr>
            <th scope="row" title=session.client.clone()>{client}</th>
            <td data-label="Address"><code>{session.address}</code></td>
            <td data-label="Signed in"><Time at=session.created_at /></td>
            <td data-label="Last seen"><Time at=session.last_seen_at /></td>
            <td>
                {if is_this {
                    view! { <span class="status" data-status="Active">"This session"</span> }.into_any()
                } else {
                    view! {
                        <form method="post" action=paths::session_end(session.id)>
                            <button class="button button-small" type="submit" aria-label=label>"End"</button>
                        </form>
                    }
                    .into_any()
                }}
            </td>
        </tr>
    }
}
