//! The sessions of the current person, and the way to end them.

use crate::{
    components::{ChangeForm, FormNotice, Time, change},
    domain::SessionRow,
    paths,
    server_fns::{EndOtherSessions, EndSession},
    ui::html,
};
use leptos::prelude::*;

pub fn sessions_section(sessions: Vec<SessionRow>) -> AnyView {
    let others = sessions.iter().any(|row| !row.is_this);
    html! {
        <section class="card section section-wide" aria-labelledby="sessions-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="sessions-title">"Sessions"</h2>
                    <p class="section-hint">
                        "Where you are signed in. Sign out sessions you do not recognise, then change your password."
                    </p>
                </div>
                {others.then(|| html! {
                    <ChangeForm
                        change={change::<EndOtherSessions>()}
                        action=paths::OTHER_SESSIONS_END
                        id="others-form"
                        class="head-action"
                    >
                        <FormNotice />
                        <button class="button" type="submit">"Sign out all others"</button>
                    </ChangeForm>
                })}
            </div>
            {if others {
                html! {
                    <ChangeForm
                        change={change::<EndSession>()}
                        action=paths::SESSION_END
                        id="sessions-form"
                        class="sessions-form"
                    >
                        <FormNotice />
                        {table(sessions)}
                    </ChangeForm>
                }
            } else {
                html! { <div class="sessions-form">{table(sessions)}</div> }
            }}
        </section>
    }
}

fn table(sessions: Vec<SessionRow>) -> AnyView {
    html! {
        <table class="table">
            <caption class="visually-hidden">"Your sessions, most recently used first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Client"</th>
                    <th scope="col">"Address"</th>
                    <th scope="col">"Signed in"</th>
                    <th scope="col">"Last seen"</th>
                    <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>{sessions.into_iter().map(session_row).collect_view()}</tbody>
        </table>
    }
}

fn session_row(SessionRow { session, is_this }: SessionRow) -> AnyView {
    let client = session.client_in_words();
    let label = format!("Sign out {client}, {}", session.address);
    html! {
        <tr>
            <th scope="row" title=session.client.clone()>{client}</th>
            <td data-label="Address"><code>{session.address}</code></td>
            <td data-label="Signed in"><Time at=session.created_at /></td>
            <td data-label="Last seen"><Time at=session.last_seen_at /></td>
            <td>
                {if is_this {
                    html! { <span class="status" data-status="Active">"This session"</span> }
                } else {
                    html! {
                        <button
                            class="button button-small"
                            type="submit"
                            name="id"
                            value=session.id.to_string()
                            aria-label=label
                        >
                            "Sign out"
                        </button>
                    }
                }}
            </td>
        </tr>
    }
}
