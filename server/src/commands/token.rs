//! `tokenry token`: the use cases of tokens, for the operator.

use super::{Opened, import, open, opened, print, refused};
use crate::{
    config::{MadeArgs, TokenCommand},
    rest::token_json::{CreatedJson, TokensJson},
    serve::StartError,
    store::open_existing_sqlite,
};
use app::{
    domain::{
        Caller, Created, Error, LIST_ROWS_MAX, Timestamp, Token, TokenFilter, TokenForm, TokenId, TokenQuery,
        TokenSort, span_ms,
    },
    service::{Clock, Service, SystemClock},
};
use serde::Serialize;

pub async fn token(command: TokenCommand) -> Result<(), StartError> {
    match command {
        TokenCommand::Create { name, permissions, description, owner, expires, json, made } => {
            let expires = expires.map(|text| span(&text)).transpose()?;
            let Opened { service, store } = open_to_make(made).await?;
            let form = TokenForm {
                name,
                description,
                permissions: permissions
                    .iter()
                    .flat_map(|p| p.split_whitespace())
                    .map(str::to_owned)
                    .collect(),
                expires_at: expires.map(|ms| from_now(ms).to_string()),
                ..TokenForm::default()
            };
            let created = create(&service, owner.as_deref(), &form).await;
            store.close().await;
            let created = created.map_err(refused)?;
            let said = format!("{} belongs to {}.", named(&created.token), created.token.owner.name.as_str());
            reveal(&created, &said, json)
        }
        TokenCommand::List { json, data } => {
            let Opened { service, store } = open(data).await?;
            let listed = list(&service).await;
            store.close().await;
            let (tokens, now) = (listed.map_err(refused)?, SystemClock.now());
            if json {
                return print_json(&TokensJson::of(&tokens, None, now));
            }
            print(&tokens.iter().map(|token| line(token, now)).collect::<Vec<_>>().join("\n"))
        }
        TokenCommand::Rotate { id, overlap, json, made } => {
            let overlap_ms = overlap.map_or(Ok(0), |text| span(&text))?;
            let Opened { service, store } = open_to_make(made).await?;
            let rotated = match id.parse::<TokenId>() {
                Ok(id) => service.rotate_token(&Caller::operator(), id, overlap_ms / 1_000).await,
                Err(error) => Err(error),
            };
            store.close().await;
            let rotated = rotated.map_err(refused)?;
            let old = rotated.token.rotating_until.map_or_else(
                || "the old one works no more".to_owned(),
                |until| format!("the old one works until {until}"),
            );
            reveal(&rotated, &format!("{} has a new secret; {old}.", named(&rotated.token)), json)
        }
        TokenCommand::Revoke { id, data } => {
            let Opened { service, store } = open(data).await?;
            let revoked = revoke(&service, &id).await;
            store.close().await;
            print(&format!(
                "{} is revoked: none of its secrets works any more.",
                named(&revoked.map_err(refused)?)
            ))
        }
        TokenCommand::Import { file, owner, dry_run, data } => {
            let rows = import::read(&file)?;
            let Opened { service, store } = open(data).await?;
            let imported = import::import(&service, owner.as_deref(), &rows, dry_run).await;
            store.close().await;
            print(&imported?)
        }
    }
}

async fn open_to_make(made: MadeArgs) -> Result<Opened, StartError> {
    let most = made.data.most()?;
    let (path, prefix) = made.resolve()?;
    opened(open_existing_sqlite(&path).await, prefix, most)
}

async fn create(service: &Service, owner: Option<&str>, form: &TokenForm) -> Result<Created, Error> {
    service.create_token(&service.operator_for(owner).await?, form).await
}

async fn list(service: &Service) -> Result<Vec<Token>, Error> {
    let (filter, sort) = (TokenFilter::default(), TokenSort::default());
    let mut query = TokenQuery { filter, sort, cursor: None, limit: LIST_ROWS_MAX };
    let mut tokens = Vec::new();
    loop {
        let page = service.list_tokens(&Caller::operator(), &query).await?;
        tokens.extend(page.tokens);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(tokens);
        }
    }
}

async fn revoke(service: &Service, id: &str) -> Result<Token, Error> {
    let (operator, id) = (Caller::operator(), id.parse()?);
    let token = service.token(&operator, id).await?;
    service.delete_token(&operator, id).await?;
    Ok(token)
}

fn span(text: &str) -> Result<i64, StartError> {
    span_ms(text).map_err(|error| StartError::Refused(format!("“{text}” is no span of time. {error}")))
}

fn from_now(ms: i64) -> Timestamp {
    Timestamp::from_millis(SystemClock.now().as_millis().saturating_add(ms))
}

fn named(token: &Token) -> String {
    format!("{} ({})", token.name.as_str(), token.id)
}

/// The secret stands alone on the last line.
fn reveal(created: &Created, said: &str, json: bool) -> Result<(), StartError> {
    if json {
        return print_json(&CreatedJson::of(created, SystemClock.now()));
    }
    print(&format!("{said} The secret is shown this once:\n{}", created.secret.as_str()))
}

/// Fields separated by tabs.
fn line(token: &Token, now: Timestamp) -> String {
    let or = |at: Option<Timestamp>, none: &str| at.map_or_else(|| none.to_owned(), |at| at.to_string());
    [
        token.id.to_string(),
        token.name.as_str().to_owned(),
        token.owner.name.as_str().to_owned(),
        token.status(now).as_str().to_owned(),
        token.secret_hint.to_string(),
        format!("used {}", or(token.last_used.as_ref().map(|used| used.at), "never")),
        format!("ends {}", or(token.expires_at, "never")),
    ]
    .join("\t")
}

fn print_json(value: &impl Serialize) -> Result<(), StartError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| StartError::Io(error.into()))?;
    print(&text)
}
