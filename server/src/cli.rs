//! The command line: dispatches each command to its implementation.

use crate::{
    commands,
    config::{Cli, Command},
    demo::demo,
    error::StartError,
    lifecycle::serve,
};

pub async fn run(cli: Cli) -> Result<(), StartError> {
    match cli.command {
        Command::Serve(args) => serve(args.resolve()?).await,
        Command::Demo(args) => demo(args).await,
        Command::Person(command) => commands::person(command).await,
        Command::Token(command) => commands::token(command).await,
        Command::Audit(command) => commands::audit(command).await,
        Command::Mail(command) => commands::mail(command).await,
        Command::Backup(args) => commands::backup(args).await,
        Command::Restore(args) => commands::restore(args).await,
        Command::MigrateTo(args) => commands::migrate(args).await,
        Command::Ping(args) => commands::ping(args).await,
        Command::Openapi => commands::openapi(),
    }
}
