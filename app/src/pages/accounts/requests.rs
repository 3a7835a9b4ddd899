//! Settings > Requests: permissions that people asked for, and the prompts to ask and to answer.

use crate::{
    components::{
        ChangeForm, CloseActions, FormNotice, FormState, PromptActions, SettingsHeader, Shell, Time, change,
        prompt_content, refused, screen,
    },
    domain::{AccessRequest, Answer, DESCRIPTION_CHARS_MAX, Field, RequestRow, RequestsData, Right, ToAsk},
    paths,
    server_fns::{AnswerRequest, AskFor, LoadAsk, LoadRequest, LoadRequests},
    ui::{FieldMessages, TextField, html, is_invalid},
};
use leptos::prelude::*;

pub fn requests_page() -> AnyView {
    screen::<LoadRequests>("Requests", tab)
}

fn tab(RequestsData { open, answered }: RequestsData) -> AnyView {
    let ask = match Shell::here().role().why_not(Right::ManageOwnTokens) {
        None => html! {
            <a class="button button-primary head-action" href=paths::REQUEST_NEW data-noscroll="">"Ask for a permission"</a>
        },
        Some(why) => refused("Ask for a permission", why),
    };
    html! {
        <SettingsHeader tab=paths::REQUESTS />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"Requests"</h2>
                <p class="section-hint">"Permissions that somebody needs and may not give yet. An admin answers, or a steward of their group who may give it."</p>
            </div>
            {ask}
        </div>
        <div class="sections">
            {table("Waiting for an answer", "Nobody waits for an answer.", open)}
            {table("Answered", "No request was answered yet.", answered)}
        </div>
    }
}

fn table(title: &'static str, none: &'static str, rows: Vec<RequestRow>) -> AnyView {
    if rows.is_empty() {
        return html! {
            <section class="card section"><h3 class="section-title">{title}</h3><p>{none}</p></section>
        };
    }
    html! {
        <section class="card section section-wide">
            <div class="head"><h3 class="section-title">{title}</h3></div>
            <table class="table">
                <caption class="visually-hidden">{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">"For"</th>
                        <th scope="col">"Permission"</th>
                        <th scope="col">"Asked"</th>
                        <th scope="col">"Answer"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}

fn row(RequestRow { request, may_answer }: RequestRow) -> AnyView {
    let AccessRequest { id, asker, account, permission, reason, at, answer } = request;
    let asked_by = (asker.id != account.id).then(|| format!("Asked by {}. ", asker.name.as_str()));
    let answer = match answer {
        None if may_answer => {
            let href = paths::request_answer(&id.to_string());
            html! { <a class="button" href=href data-noscroll="">"Answer"</a> }
        }
        None => html! { <span class="quiet">"Waiting"</span> },
        Some(answer) => {
            let word = String::from(answer.word);
            html! {
                {if answer.is_granted { "Granted by " } else { "Declined by " }}
                {String::from(answer.by.name)}" "<Time at=answer.at />
                {(!word.is_empty()).then(|| html! { <span class="token-description">{word}</span> })}
            }
            .into_any()
        }
    };
    html! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="token-name">{String::from(account.name)}</span>
                <span class="token-description">{asked_by}{String::from(reason)}</span>
            </th>
            <td data-label="Permission"><code class="tag">{permission.to_string()}</code></td>
            <td data-label="Asked"><Time at /></td>
            <td data-label="Answer">{answer}</td>
        </tr>
    }
}

pub fn ask_prompt() -> AnyView {
    prompt_content::<LoadAsk>(ask)
}

fn ask(data: ToAsk) -> AnyView {
    html! {
        <ChangeForm change={change::<AskFor>()}>
            <Asking data />
            <PromptActions submit="Ask" />
        </ChangeForm>
    }
}

#[component]
fn Asking(data: ToAsk) -> impl IntoView {
    let ToAsk { accounts, account, permissions } = data;
    let state = FormState::here();
    let error = state.problem(Field::Permissions);
    let account = state.typed("account", account.to_string());
    let chosen = state.typed("permission", "");
    let option = |value: String, text: String, chosen: &str| {
        let selected = value == chosen;
        html! { <option value=value selected=selected>{text}</option> }
    };
    let whose = (accounts.len() > 1).then(|| {
        let options =
            accounts.into_iter().map(|owner| option(owner.id.to_string(), owner.name.into(), &account));
        html! {
            <div class="field">
                <label class="field-label" for="account">"For"</label>
                <select class="input" id="account" name="account">{options.collect_view()}</select>
            </div>
        }
    });
    let options =
        permissions.into_iter().map(|p| option(p.to_string(), p.to_string(), &chosen)).collect_view();
    html! {
        <div class="dialog-body">
            <FormNotice />
            {whose}
            <div class="field">
                <label class="field-label" for="permission">"Permission"</label>
                <select class="input" id="permission" name="permission" autofocus aria-describedby="permission-error" aria-invalid=is_invalid(error)>
                    <option value="">"Choose a permission"</option>
                    {options}
                </select>
                <FieldMessages id="permission" error theirs=Signal::stored(String::new()) />
            </div>
            <TextField
                name="reason"
                id="reason"
                label="Reason"
                hint="Whoever answers reads it"
                value=state.typed("reason", "")
                max=DESCRIPTION_CHARS_MAX
                error=state.problem(Field::Reason)
            />
        </div>
    }
}

pub fn answer_prompt() -> AnyView {
    prompt_content::<LoadRequest>(answering)
}

fn answering(request: AccessRequest) -> AnyView {
    if let Some(Answer { by, is_granted, .. }) = request.answer {
        let answer = if is_granted { "granted" } else { "declined" };
        let said = format!("{} has {answer} it meanwhile.", by.name.as_str());
        return html! {
            <div class="dialog-body"><p>{said}</p></div>
            <CloseActions />
        };
    }
    html! {
        <ChangeForm change={change::<AnswerRequest>()}>
            <Answering request />
        </ChangeForm>
    }
}

#[component]
fn Answering(request: AccessRequest) -> impl IntoView {
    let state = FormState::here();
    let lead = format!("{} asks to give {}", request.account.name.as_str(), request.permission);
    let grants = format!("Granted, {} may give it from then on.", request.account.name.as_str());
    html! {
        <input type="hidden" name="id" value=request.id.to_string() />
        <div class="dialog-body">
            <FormNotice />
            <p>{lead}": “"{String::from(request.reason)}"”"</p>
            <p>{grants}</p>
            <TextField
                name="word"
                id="word"
                label="A word to them"
                hint="Optional"
                value=state.typed("word", "")
                max=DESCRIPTION_CHARS_MAX
                error=state.problem(Field::Reason)
            />
            <fieldset class="field">
                <legend class="field-label">"Answer"</legend>
                <label class="radio">
                    <input type="radio" name="answer" value="grant" required />
                    <span>"Grant it"</span>
                </label>
                <label class="radio">
                    <input type="radio" name="answer" value="decline" />
                    <span>"Decline"</span>
                </label>
            </fieldset>
        </div>
        <PromptActions submit="Answer" />
    }
}
