//! The command line, apart from `serve`. Whoever can write to the data is trusted: there is no other sign-in here.
//! Results are the standard output; problems are logged like those of the server.

mod import;
mod token;

use crate::{
    PublicUrl,
    config::{AuditCommand, DataArgs, PersonCommand},
    rest::openapi,
    serve::StartError,
    store::{OpenError, SqliteStore, open_existing_sqlite, open_sqlite},
};
use app::{
    domain::{Error, PersonForm, SecretPrefix},
    paths,
    service::{AuditHead, AuditReport, Service, SystemClock},
};
use std::{
    io::{self, BufRead, Write},
    sync::Arc,
};

/// What a link begins with when nothing else is said.
const ORIGIN: &str = "http://127.0.0.1:3000";

pub use token::token;

struct Opened {
    service: Service,
    store: SqliteStore,
}

/// The data of a server, as it is: it may be running.
async fn open(data: DataArgs) -> Result<Opened, StartError> {
    let most = data.most()?;
    opened(open_existing_sqlite(&data.resolve()?).await, SecretPrefix::default(), most)
}

fn opened(
    store: Result<SqliteStore, OpenError>,
    prefix: SecretPrefix,
    most: u32,
) -> Result<Opened, StartError> {
    let store = store?;
    let service = Service::new(Arc::new(store.clone()), Arc::new(SystemClock), prefix);
    let service = service.with_tokens_per_person(most);
    Ok(Opened { service, store })
}

pub async fn person(command: PersonCommand) -> Result<(), StartError> {
    match command {
        PersonCommand::Add { email, name, role, password_stdin: _, data } => {
            // The first admin may come before the first start; so this one makes the database if there is none.
            let most = data.most()?;
            let path = data.resolve()?;
            let Opened { service, store } = opened(open_sqlite(&path).await, SecretPrefix::default(), most)?;
            let form = PersonForm { name, email, role };
            let added = service.operator_add_person(&form, &password_line()?).await;
            store.close().await;
            let person = added.map_err(refused)?;
            let (name, email) = (person.name.as_str(), person.email.as_str());
            print(&format!("{name} can sign in as {email}, with the database {}.", path.display()))
        }
        PersonCommand::List { data } => {
            let Opened { service, store } = open(data).await?;
            let listed = list(&service).await;
            store.close().await;
            print(&listed.map_err(refused)?)
        }
        PersonCommand::Disable { email, data } => {
            let Opened { service, store } = open(data).await?;
            let disabled = service.operator_disable_person(&email).await;
            store.close().await;
            print(&format!("{} cannot sign in any more.", disabled.map_err(refused)?.name.as_str()))
        }
        PersonCommand::ResetPassword { email, password_stdin, public_url, data } => {
            let origin = match public_url {
                None => ORIGIN.to_owned(),
                Some(url) => match PublicUrl::parse(&url) {
                    Some(url) => url.origin(),
                    // Not repeated: there may be a password in it.
                    None => return Err(StartError::Refused("The public URL cannot be used.".to_owned())),
                },
            };
            let Opened { service, store } = open(data).await?;
            let said = reset(&service, &email, password_stdin, &origin).await;
            store.close().await;
            print(&said?)
        }
    }
}

async fn reset(service: &Service, email: &str, stdin: bool, origin: &str) -> Result<String, StartError> {
    if stdin {
        let person = service.operator_set_password(email, &password_line()?).await.map_err(refused)?;
        return Ok(format!("{} has a new password, and is signed out everywhere.", person.name.as_str()));
    }
    let invited = service.operator_make_link(email).await.map_err(refused)?;
    Ok(format!("{origin}{}?code={}", paths::PASSWORD, invited.code.expose()))
}

/// One line for each person, its fields separated by tabs.
async fn list(service: &Service) -> Result<String, Error> {
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = service.operator_people(cursor.as_deref()).await?;
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

pub async fn audit(AuditCommand::Verify { head, data }: AuditCommand) -> Result<(), StartError> {
    let kept = head.map(|text| text.parse::<AuditHead>()).transpose();
    let kept = kept
        .map_err(|_| StartError::Refused("A head is written LINE:LINK, as this command prints it.".into()))?;
    let Opened { service, store } = open(data).await?;
    let report = service.verify_audit(kept.as_ref()).await;
    store.close().await;
    match report.map_err(refused)? {
        AuditReport::Whole { lines, head } => {
            let head = head.map(|head| {
                format!(" Its head is {head}: keep it, to prove later that nothing was cut off.")
            });
            print(&format!("The audit log is whole: {lines} lines.{}", head.unwrap_or_default()))
        }
        AuditReport::Broken { id } => Err(StartError::Refused(format!(
            "The audit log is broken at line {id}: it, or what stood before it, was changed, put in or taken out."
        ))),
        AuditReport::HeadMissing { id } => Err(StartError::Refused(format!(
            "The audit log is not the one that this head is from: line {id} is missing or another one."
        ))),
    }
}

/// The document of the HTTP API.
pub fn openapi() -> Result<(), StartError> {
    print(openapi::text().trim_end())
}

/// The first line of the standard input, without its end.
fn password_line() -> Result<String, StartError> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(StartError::Io)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn print(text: &str) -> Result<(), StartError> {
    writeln!(io::stdout().lock(), "{text}").map_err(StartError::Io)
}

/// All sentences of an error, those of its fields included.
fn refused(error: Error) -> StartError {
    match &error {
        Error::Invalid { errors } => {
            StartError::Refused(errors.iter().map(|e| e.detail.as_str()).collect::<Vec<_>>().join(" "))
        }
        other => StartError::Refused(other.to_string()),
    }
}
