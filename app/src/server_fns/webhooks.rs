//! Server functions about webhooks.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    AboutWebhook, Done, Error, SendAgain, WebhookData, WebhookEdit, WebhookForm, WebhooksData,
};
#[cfg(feature = "ssr")]
use crate::{domain::NewLink, paths, service::NewWebhook};
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_webhooks", input = Wire, output = Wire)]
pub async fn load_webhooks(url: String) -> Result<WebhooksData, Error> {
    let _ = url;
    service().webhooks(&caller()?).await
}

/// For the prompt that creates a webhook: there is nothing to read, but the caller may be refused.
#[server(prefix = "/_fn", endpoint = "load_new_webhook", input = Wire, output = Wire)]
pub async fn load_new_webhook(url: String) -> Result<(), Error> {
    let _ = url;
    service().may_manage_webhooks(&caller()?).await
}

/// The webhook that a URL names.
#[server(prefix = "/_fn", endpoint = "load_webhook", input = Wire, output = Wire)]
pub async fn load_webhook(url: String) -> Result<WebhookData, Error> {
    service().webhook(&caller()?, At::new(&url).after("webhooks")).await
}

/// The answer holds the signing secret; the server marks it `no-store`.
#[server(prefix = "/_fn", endpoint = "create_webhook", input = Fields, output = Wire)]
pub async fn create_webhook(form: WebhookForm) -> Result<Done, Error> {
    let made = service().create_webhook(&caller()?, &form).await?;
    Ok(key_of(&made, "is ready", "Created"))
}

#[server(prefix = "/_fn", endpoint = "edit_webhook", input = Fields, output = Wire)]
pub async fn edit_webhook(edit: WebhookEdit) -> Result<Done, Error> {
    let webhook = service().edit_webhook(&caller()?, &edit).await?;
    Ok(Done::said(format!("Saved “{}”.", webhook.name)))
}

/// The answer holds the signing secret; the server marks it `no-store`.
#[server(prefix = "/_fn", endpoint = "rotate_webhook", input = Fields, output = Wire)]
pub async fn rotate_webhook(about: AboutWebhook) -> Result<Done, Error> {
    let made = service().rotate_webhook(&caller()?, &about.id).await?;
    Ok(key_of(&made, "has a new signing secret", "Changed the signing secret of"))
}

#[cfg(feature = "ssr")]
fn key_of(NewWebhook { webhook, key }: &NewWebhook, what: &str, verb: &str) -> Done {
    Done::Key(Box::new(NewLink {
        title: format!("“{}” {what}", webhook.name),
        about: "Give this signing secret to the receiver, which checks with it that messages come from here."
            .to_owned(),
        link: key.reveal(),
        said: format!("{verb} “{}”.", webhook.name),
    }))
}

#[server(prefix = "/_fn", endpoint = "delete_webhook", input = Fields, output = Wire)]
pub async fn delete_webhook(about: AboutWebhook) -> Result<Done, Error> {
    let webhook = service().delete_webhook(&caller()?, &about.id).await?;
    let said = format!("Deleted “{}”.", webhook.name);
    Ok(Done::Elsewhere { to: paths::WEBHOOKS.to_owned(), said, undo: None })
}

#[server(prefix = "/_fn", endpoint = "send_again_to_webhook", input = Fields, output = Wire)]
pub async fn send_again_to_webhook(ask: SendAgain) -> Result<Done, Error> {
    service().send_again(&caller()?, &ask).await?;
    Ok(Done::said(format!("Line {} is sent again.", ask.line)))
}

change! {
    CreateWebhook(WebhookForm),
    EditWebhook(WebhookEdit),
    RotateWebhook(AboutWebhook),
    DeleteWebhook(AboutWebhook),
    SendAgainToWebhook(SendAgain),
}
