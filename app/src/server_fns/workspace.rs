//! Server functions about the workspace.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{Done, Error, GeneralData, WorkspaceEdit};
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_general", input = Wire, output = Wire)]
pub async fn load_general(url: String) -> Result<GeneralData, Error> {
    let _ = url;
    service().general(&caller()?).await
}

#[server(prefix = "/_fn", endpoint = "change_workspace", input = Fields, output = Wire)]
pub async fn change_workspace(edit: WorkspaceEdit) -> Result<Done, Error> {
    service().change_workspace(&caller()?, &edit).await?;
    Ok(Done::said("Saved the settings."))
}

change! { ChangeWorkspace(WorkspaceEdit) }
