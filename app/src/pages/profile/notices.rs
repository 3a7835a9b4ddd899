//! What the person is told of by mail, and how soon.

use crate::{
    components::{ChangeForm, FormNotice, Shell, change},
    domain::{About, How, NoticeChoice, NoticesData, Right, Whose},
    paths,
    server_fns::ChooseNotices,
    ui::html,
};
use leptos::prelude::*;

pub fn notices_section(NoticesData { has_mail, choices }: NoticesData) -> AnyView {
    let is_admin = Shell::here().may(Right::ManageWorkspace);
    let hint = if has_mail {
        "What you are told of by mail. Daily mails go out at 07:00 UTC."
    } else {
        "What you are told of by mail, once the operator has set up mail (--smtp-url)."
    };
    html! {
        <section class="card section section-wide" aria-labelledby="notices-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="notices-title">"Notifications"</h2>
                    <p class="section-hint">{hint}</p>
                </div>
            </div>
            <ChangeForm
                change={change::<ChooseNotices>()}
                action=paths::PROFILE_NOTICES
                id="notices-form"
                class="sessions-form"
            >
                <FormNotice />
                <table class="table">
                    <caption class="visually-hidden">"What you are told of"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Event"</th>
                            <th scope="col">"Yours"</th>
                            {is_admin.then(|| html! { <th scope="col">"Everybody’s"</th> })}
                        </tr>
                    </thead>
                    <tbody>{choices.into_iter().map(|choice| row(choice, is_admin)).collect_view()}</tbody>
                </table>
                <div class="notices-actions">
                    <button class="button" type="submit">"Save notifications"</button>
                </div>
            </ChangeForm>
        </section>
    }
}

fn row(NoticeChoice { about, own, everybodys }: NoticeChoice, is_admin: bool) -> AnyView {
    html! {
        <tr>
            <th scope="row">{about.in_words()}</th>
            <td data-label="Yours">{choice(Whose::Own, "yours", about, own)}</td>
            {is_admin.then(|| html! { <td data-label="Everybody’s">{choice(Whose::Everybodys, "everybody’s", about, everybodys)}</td> })}
        </tr>
    }
}

fn choice(whose: Whose, theirs: &'static str, about: About, chosen: How) -> AnyView {
    let label = format!("{}: {theirs}", about.in_words());
    let name = format!("{}:{}", whose.as_str(), about.as_str());
    let options: Vec<_> = How::ALL
        .into_iter()
        .map(|how| {
            html! { <option value=how.as_str() selected={how == chosen}>{how.in_words()}</option> }
        })
        .collect();
    html! { <select class="input" name=name aria-label=label prop:value=chosen.as_str()>{options}</select> }
}
