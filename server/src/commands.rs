//! The command line, apart from `serve`. Anybody who can write to the data is trusted: these commands have no sign-in
//! of their own. Results go to the standard output; problems are logged like those of the server. A command that
//! changes something goes through [`change`] or [`reveal`], which prove the output first.

mod audit;
mod backup;
mod import;
mod mail;
mod migrate;
pub mod output;
mod ping;
mod restore;
mod token;

use crate::{
    config::{DataArgs, PersonCommand},
    error::StartError,
    lifecycle::complete_catalogue,
    rest::openapi,
    store::{self, OpenError},
};
use app::{
    domain::{Caller, Error, Person, PersonForm, SecretPrefix},
    paths,
    service::{Invited, Service, SteadyClock, Store},
};
pub use audit::audit;
pub use backup::backup;
pub use mail::mail;
pub use migrate::migrate;
use output::{Output, OutputError};
pub use ping::ping;
pub use restore::restore;
use std::{
    io::{self, BufRead},
    sync::Arc,
};
pub use token::token;

struct Opened {
    service: Service,
    store: Arc<dyn Store>,
}

/// Opens the existing data of a server, which may be running.
async fn open(data: DataArgs) -> Result<Opened, StartError> {
    let most = data.most()?;
    opened(store::open_existing(&data.resolve()?).await, SecretPrefix::default(), most).await
}

/// A command must tell the same time as the server, even after the system's clock was set back.
async fn opened(
    store: Result<Arc<dyn Store>, OpenError>,
    prefix: SecretPrefix,
    most: u32,
) -> Result<Opened, StartError> {
    let store = store?;
    let service = Service::new(store.clone(), Arc::<SteadyClock>::default(), prefix);
    let service = service.with_tokens_per_person(most);
    service.catch_up().await.map_err(refused)?;
    Ok(Opened { service, store })
}

/// Prints a result without changing anything.
async fn show(
    open: impl Future<Output = Result<Opened, StartError>>,
    look: impl AsyncFnOnce(&Service) -> Result<String, StartError>,
) -> Result<(), StartError> {
    let Opened { service, store } = open.await?;
    let found = look(&service).await;
    store.close().await;
    Ok(Output::print(&found?)?)
}

/// Makes a change, and prints a sentence about it. Nothing is changed if the output cannot be written to.
async fn change(
    open: impl Future<Output = Result<Opened, StartError>>,
    work: impl AsyncFnOnce(&Service) -> Result<String, StartError>,
) -> Result<(), StartError> {
    let output = Output::proved()?;
    let Opened { service, store } = open.await?;
    let done = work(&service).await;
    store.close().await;
    Ok(output.say(done?)?)
}

/// Creates something that is shown only once, and prints it. If it cannot be printed after all, `take_back` undoes
/// the creation and returns a sentence about that.
async fn reveal<Made>(
    open: impl Future<Output = Result<Opened, StartError>>,
    make: impl AsyncFnOnce(&Service) -> Result<Made, StartError>,
    text: impl FnOnce(&Service, &Made) -> Result<String, StartError>,
    take_back: impl AsyncFnOnce(&Service, &Made) -> Result<String, StartError>,
) -> Result<(), StartError> {
    let output = Output::proved_for_a_secret()?;
    let Opened { service, store } = open.await?;
    let shown = async {
        let made = make(&service).await?;
        let written = text(&service, &made)
            .and_then(|text| output.write(&text).map_err(|cause| OutputError::Unprinted(cause).into()));
        let Err(cause) = written else { return Ok(()) };
        let after = match take_back(&service, &made).await {
            Ok(said) => said,
            Err(error) => format!("What was made could not be taken back: {error}"),
        };
        Err(StartError::Refused(format!("{cause} {after}")))
    };
    let shown = shown.await;
    store.close().await;
    shown
}

pub async fn person(command: PersonCommand) -> Result<(), StartError> {
    match command {
        PersonCommand::Add { email, name, role, password_stdin: _, catalogue, data } => {
            let most = data.most()?;
            let (path, catalogue) = data.resolve_with(catalogue)?;
            // The first admin may be added before the first start, so this command creates the database if there is
            // none.
            let open = async {
                let opened = opened(store::open(&path).await, SecretPrefix::default(), most).await?;
                complete_catalogue(&opened.service, catalogue.as_deref()).await?;
                Ok(opened)
            };
            change(open, async |service| {
                let form = PersonForm { name, email, role };
                let person = service.operator_add_person(&form, &password_line()?).await.map_err(refused)?;
                let (name, email) = (person.name.as_str(), person.email.as_str());
                Ok(format!("{name} can sign in as {email}, with the database {path}."))
            })
            .await
        }
        PersonCommand::List { data } => {
            show(open(data), async |service| list(service).await.map_err(refused)).await
        }
        PersonCommand::Disable { email, data } => {
            change(open(data), async |service| {
                let disabled = disable(service, &email).await.map_err(refused)?;
                Ok(format!("{} cannot sign in any more.", disabled.name.as_str()))
            })
            .await
        }
        PersonCommand::ResetSecondFactors { email, data } => {
            change(open(data), async |service| {
                let reset = reset_factors(service, &email).await.map_err(refused)?;
                let name = reset.name.as_str();
                Ok(format!("{name} has no second factors any more, and is signed out everywhere."))
            })
            .await
        }
        PersonCommand::ResetPassword { email, password_stdin: true, data, .. } => {
            change(open(data), async |service| {
                let person =
                    service.operator_set_password(&email, &password_line()?).await.map_err(refused)?;
                Ok(format!("{} has a new password, and is signed out everywhere.", person.name.as_str()))
            })
            .await
        }
        PersonCommand::ResetPassword { email, password_stdin: false, origin, data } => {
            let origin = origin.resolve(data.config.as_deref())?;
            reveal(
                open(data),
                async |service| make_link(service, &email).await.map_err(refused),
                |_, invited| Ok(format!("{origin}{}?code={}", paths::PASSWORD, invited.code.expose())),
                // The next link replaces this one; until then nobody knows it.
                async |_, _| Ok("The link is lost, and works for nobody. Make another one.".to_owned()),
            )
            .await
        }
    }
}

async fn disable(service: &Service, email: &str) -> Result<Person, Error> {
    service.disable_person(&Caller::operator(), service.operator_find(email).await?.id).await
}

async fn reset_factors(service: &Service, email: &str) -> Result<Person, Error> {
    service.reset_factors(&Caller::operator(), service.operator_find(email).await?.id).await
}

async fn make_link(service: &Service, email: &str) -> Result<Invited, Error> {
    service.make_link(&Caller::operator(), service.operator_find(email).await?.id).await
}

/// One line for each person, its fields separated by tabs.
async fn list(service: &Service) -> Result<String, Error> {
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = service.people(&Caller::operator(), cursor.as_deref()).await?;
        for row in page.people {
            let person = row.person;
            let status = person.status.as_str().to_lowercase();
            let fields = [person.email.as_str(), person.name.as_str(), person.role.as_str(), &status];
            lines.push(format!("{}\t{} tokens", fields.join("\t"), row.tokens));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(lines.join("\n"));
        }
    }
}

/// Prints the OpenAPI document of the HTTP API.
pub fn openapi() -> Result<(), StartError> {
    Ok(Output::print(openapi::document::text().trim_end())?)
}

/// The first line of the standard input, without the line ending and the byte order mark that some programs write.
fn password_line() -> Result<String, StartError> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(StartError::Io)?;
    Ok(line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).to_owned())
}

/// Joins all sentences of an error, including those of its fields.
fn refused(error: Error) -> StartError {
    match &error {
        Error::Invalid { errors } => {
            StartError::Refused(errors.iter().map(|e| e.detail.as_str()).collect::<Vec<_>>().join(" "))
        }
        other => StartError::Refused(other.to_string()),
    }
}
