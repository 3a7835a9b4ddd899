//! The list of webhooks.

use crate::{
    components::{SettingsHeader, Time, screen},
    domain::{Webhook, WebhooksData},
    paths,
    server_fns::LoadWebhooks,
    ui::html,
};
use leptos::prelude::*;

pub fn webhooks_page() -> AnyView {
    screen::<LoadWebhooks>("Webhooks", tab)
}

fn tab(WebhooksData { webhooks }: WebhooksData) -> AnyView {
    html! {
        <SettingsHeader tab=paths::WEBHOOKS />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"Webhooks"</h2>
                <p class="section-hint">"URLs that hear of what happens here, as it happens: signed messages, in order, each at least once."</p>
            </div>
            <a class="button button-primary head-action" href=paths::WEBHOOK_NEW data-noscroll="">"Create webhook"</a>
        </div>
        {if webhooks.is_empty() { nothing() } else { table(webhooks) }}
    }
}

fn nothing() -> AnyView {
    html! {
        <div class="empty">
            <h3 class="empty-title">"No webhooks yet"</h3>
            <p>"Create one to tell a chat, a ticket system or a log collector of new tokens, denials or everything."</p>
        </div>
    }
}

fn table(webhooks: Vec<Webhook>) -> AnyView {
    html! {
        <div class="card">
            <table class="table table-webhooks">
                <caption class="visually-hidden">"Webhooks, the newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Hears of"</th>
                        <th scope="col">"Created"</th>
                    </tr>
                </thead>
                <tbody>{webhooks.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(webhook: Webhook) -> AnyView {
    let state = webhook.state();
    html! {
        <tr>
            <th scope="row" class="cell-name">
                <a class="token-name" href=paths::webhook(webhook.id)>{webhook.name}</a>
                <span class="token-description webhook-url">{webhook.url}</span>
            </th>
            <td data-label="Status">
                <span class="status" data-status=state.as_str() title=state.in_words()>{state.as_str()}</span>
            </td>
            <td data-label="Hears of">{webhook.heard.in_words()}</td>
            <td data-label="Created"><Time at=webhook.created_at /></td>
        </tr>
    }
}
