//! The page of one webhook: how it does, and the last messages to it.

use crate::{
    components::{Breadcrumb, ChangeForm, FormNotice, Time, change, screen},
    domain::{Delivery, Sending, Webhook, WebhookData, WebhookState},
    paths,
    server_fns::{LoadWebhook, SendAgainToWebhook},
    ui::{Notice, Tone, html},
};
use leptos::prelude::*;

pub fn webhook_page() -> AnyView {
    screen::<LoadWebhook>("Webhook", page)
}

fn page(WebhookData { webhook, deliveries, behind, .. }: WebhookData) -> AnyView {
    let (id, state) = (webhook.id, webhook.state());
    let prompt = |word| paths::webhook_prompt(id, word);
    html! {
        <Breadcrumb list=(paths::WEBHOOKS, "Webhooks") here=webhook.name.clone() />
        <div class="head">
            <div>
                <h1 class="page-title" data-heading="" tabindex="-1">{webhook.name.clone()}</h1>
                <p class="section-hint webhook-url">{webhook.url.clone()}</p>
            </div>
            <div class="head-action webhook-actions">
                <a class="button" href=prompt("edit") data-noscroll="">"Edit"</a>
                <a class="button" href=prompt("rotate") data-noscroll="">"Change secret"</a>
                <a class="button button-danger" href=prompt("delete") data-noscroll="">"Delete"</a>
            </div>
        </div>
        <div class="webhook-parts">
            {trouble(&webhook, state)}
            <dl class="card rules">
                <div>
                    <dt>"Status"</dt>
                    <dd><span class="status" data-status=state.as_str()>{state.as_str()}</span>" "{state.in_words()}</dd>
                </div>
                <div><dt>"Hears of"</dt><dd>{heard(&webhook)}</dd></div>
                <div><dt>"Waiting"</dt><dd>{waiting(behind)}</dd></div>
                <div><dt>"Created"</dt><dd><Time at=webhook.created_at /></dd></div>
            </dl>
            {deliveries_section(&webhook, deliveries)}
        </div>
    }
}

fn heard(webhook: &Webhook) -> AnyView {
    if webhook.heard.is_everything() {
        return "Everything, in order".into_any();
    }
    let kinds = webhook.heard.as_sent().into_iter();
    kinds.map(|kind| html! { <code class="tag">{kind}</code>" " }).collect_view().into_any()
}

fn waiting(behind: i64) -> String {
    match behind {
        0 => "Nothing".to_owned(),
        1 => "1 line of the audit log".to_owned(),
        many => format!("{many} lines of the audit log"),
    }
}

/// What is wrong, and what becomes of it.
fn trouble(webhook: &Webhook, state: WebhookState) -> Option<AnyView> {
    let Sending { trouble, failures, .. } = &webhook.sending;
    let text = match state {
        WebhookState::Active | WebhookState::Paused => return None,
        WebhookState::Failing if *failures == 1 => format!(
            "The last attempt failed with: {trouble}. It is repeated with growing pauses, for three days. Later events \
             wait."
        ),
        WebhookState::Failing => format!(
            "{failures} attempts in a row failed, the last one with: {trouble}. They are repeated with growing pauses, \
             for three days. Later events wait."
        ),
        WebhookState::GivenUp => format!(
            "Every attempt failed for three days, the last one with: {trouble}. Nothing is lost: to go on, edit the \
             webhook and take away Paused."
        ),
    };
    Some(html! { <Notice tone=Tone::Warning text /> })
}

fn deliveries_section(webhook: &Webhook, deliveries: Vec<Delivery>) -> AnyView {
    let id = webhook.id.to_string();
    html! {
        <section class="card section section-wide" aria-labelledby="deliveries-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="deliveries-title">"Deliveries"</h2>
                    <p class="section-hint">"The last messages, each with its line of the audit log. One that is sent again has the id that it had, so that receivers can tell."</p>
                </div>
            </div>
            {if deliveries.is_empty() {
                html! { <p class="quiet">"Nothing was sent yet."</p> }
            } else {
                html! {
                    <ChangeForm
                        change={change::<SendAgainToWebhook>()}
                        action=paths::webhook_prompt(webhook.id, "again")
                        id="deliveries-form"
                        class="sessions-form"
                    >
                        <FormNotice />
                        <input type="hidden" name="id" value=id />
                        {deliveries_table(deliveries)}
                    </ChangeForm>
                }
            }}
        </section>
    }
}

fn deliveries_table(deliveries: Vec<Delivery>) -> AnyView {
    html! {
        <table class="table">
            <caption class="visually-hidden">"The last messages, the newest line first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Line"</th>
                    <th scope="col">"Event"</th>
                    <th scope="col">"Answer"</th>
                    <th scope="col">"Took"</th>
                    <th scope="col">"Attempts"</th>
                    <th scope="col">"Last attempt"</th>
                    <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>{deliveries.into_iter().map(delivery_row).collect_view()}</tbody>
        </table>
    }
}

fn delivery_row(delivery: Delivery) -> AnyView {
    let status = if delivery.delivered { "Delivered" } else { "Failed" };
    let label = format!("Send line {} again", delivery.line);
    html! {
        <tr>
            <th scope="row" class="number">{delivery.line.to_string()}</th>
            <td data-label="Event" title=delivery.kind.clone()>{delivery.in_words()}</td>
            <td data-label="Answer">
                <span class="status" data-status=status>{status}</span>
                " "
                {delivery.outcome()}
            </td>
            <td data-label="Took" class="number">{format!("{} ms", delivery.duration_ms)}</td>
            <td data-label="Attempts" class="number">{delivery.attempts.to_string()}</td>
            <td data-label="Last attempt"><Time at=delivery.at /></td>
            <td>
                {if delivery.again {
                    html! { <span class="quiet">"Is sent again"</span> }
                } else {
                    html! {
                        <button class="button button-small" type="submit" name="line" value=delivery.line.to_string() aria-label=label>
                            "Send again"
                        </button>
                    }
                }}
            </td>
        </tr>
    }
}
