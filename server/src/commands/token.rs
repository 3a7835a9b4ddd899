//! `tokenry token`: the use cases of tokens, for the operator.

use super::{Opened, change, import, open, opened, refused, reveal, show};
use crate::{
    config::{MadeArgs, TokenCommand},
    error::StartError,
    rest::tokens::json::{CreatedJson, TokensJson},
    store::open_existing,
};
use app::{
    domain::{
        Caller, Created, Error, LIST_ROWS_MAX, Overlap, Timestamp, Token, TokenFilter, TokenForm, TokenId,
        TokenQuery, TokenSort, span_ms,
    },
    service::Service,
};
use serde::Serialize;

pub async fn token(command: TokenCommand) -> Result<(), StartError> {
    match command {
        TokenCommand::Create { name, permissions, description, owner, expires, metadata, json, made } => {
            let expires = expires.map(|text| span(&text)).transpose()?;
            let mut form = TokenForm {
                name,
                description,
                permissions: permissions
                    .iter()
                    .flat_map(|p| p.split_whitespace())
                    .map(str::to_owned)
                    .collect(),
                metadata: Some(metadata.join("\n")),
                ..TokenForm::default()
            };
            reveal(
                open_to_make(made),
                async |service| {
                    form.expires_at = expires.map(|ms| from_now(service, ms).to_string());
                    create(service, owner.as_deref(), &form).await.map_err(refused)
                },
                |service, created| {
                    let said = format!(
                        "{} belongs to {}.",
                        named(&created.token),
                        created.token.owner.name.as_str()
                    );
                    text(service, created, &said, json)
                },
                async |service, created| {
                    service.delete_token(&Caller::operator(), created.token.id).await.map_err(refused)?;
                    Ok("So the token was deleted again.".to_owned())
                },
            )
            .await
        }
        TokenCommand::List { json, data } => {
            show(open(data), async |service| {
                let (tokens, now) = (list(service).await.map_err(refused)?, service.now());
                if json {
                    return in_json(&TokensJson::of(&tokens, None, now));
                }
                Ok(tokens.iter().map(|token| line(token, now)).collect::<Vec<_>>().join("\n"))
            })
            .await
        }
        TokenCommand::Rotate { id, overlap, json, made } => {
            let overlap_ms = overlap.map_or(Ok(0), |text| span(&text))?;
            reveal(
                open_to_make(made),
                async |service| rotate(service, &id, overlap_ms / 1_000).await.map_err(refused),
                |service, rotated| {
                    let old = rotated.token.rotating_until.map_or_else(
                        || "the old one works no more".to_owned(),
                        |until| format!("the old one works until {until}"),
                    );
                    let said = format!("{} has a new secret; {old}.", named(&rotated.token));
                    text(service, rotated, &said, json)
                },
                async |service, rotated| {
                    service.take_back_rotation(&Caller::operator(), rotated).await.map_err(refused)?;
                    Ok("So the rotation was taken back: the old secret works as before.".to_owned())
                },
            )
            .await
        }
        TokenCommand::Revoke { id, data } => {
            change(open(data), async |service| {
                let revoked = revoke(service, &id).await.map_err(refused)?;
                Ok(format!("{} is revoked: none of its secrets works any more.", named(&revoked)))
            })
            .await
        }
        TokenCommand::Import { file, owner, dry_run, data } => {
            let rows = import::read(&file)?;
            change(open(data), async |service| {
                import::import(service, owner.as_deref(), &rows, dry_run).await
            })
            .await
        }
    }
}

async fn open_to_make(made: MadeArgs) -> Result<Opened, StartError> {
    let most = made.data.most()?;
    let (path, prefix) = made.resolve()?;
    opened(open_existing(&path).await, prefix, most).await
}

async fn rotate(service: &Service, id: &str, overlap_seconds: i64) -> Result<Created, Error> {
    service
        .rotate_token(&Caller::operator(), id.parse::<TokenId>()?, None, Overlap::of_seconds(overlap_seconds))
        .await
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
    span_ms(text).map_err(|error| StartError::Refused(format!("“{text}” is not a span of time. {error}")))
}

fn from_now(service: &Service, ms: i64) -> Timestamp {
    Timestamp::from_millis(service.now().as_millis().saturating_add(ms))
}

fn named(token: &Token) -> String {
    format!("{} ({})", token.name.as_str(), token.id)
}

/// The secret is alone on the last line.
fn text(service: &Service, created: &Created, said: &str, json: bool) -> Result<String, StartError> {
    if json {
        return in_json(&CreatedJson::of(created, &Caller::operator(), service.now()));
    }
    Ok(format!("{said} The secret is shown this once:\n{}", created.secret.as_str()))
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

fn in_json(value: &impl Serialize) -> Result<String, StartError> {
    serde_json::to_string_pretty(value).map_err(|error| StartError::Io(error.into()))
}
