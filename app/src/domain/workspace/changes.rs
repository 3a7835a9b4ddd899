//! Changes of the workspace: the data of the General screen, its form, and the question before stricter rules.

use crate::domain::{Holders, Node, Policy, SecretPrefix, Timestamp, Workspace, WorkspaceForm};
use serde::{Deserialize, Serialize};

/// The data of the General screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralData {
    pub workspace: Workspace,
    /// The prefix of new secrets while the workspace has not chosen one.
    pub started_prefix: SecretPrefix,
    /// The servers of this installation, for those who manage it.
    pub nodes: Vec<Node>,
    /// Why mail cannot be sent, and since when; for those who manage the installation.
    pub mail_trouble: Option<(String, Timestamp)>,
    pub now: Timestamp,
}

/// The effect of stricter rules on tokens. Sending the change again with this code confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stricter {
    pub code: String,
    pub policy: Policy,
    /// Live tokens that the policy would not allow if they were made now. They stay as they are.
    pub outlasting: Holders,
    pub undo_days: u32,
    /// Deleted tokens that could no longer be restored.
    pub lost: Holders,
}

/// The settings as the form sends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceEdit {
    /// The version that the edit begins from.
    pub version: i64,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub prefix: String,
    #[serde(default)]
    pub lifetime_days: String,
    /// Absent when the box is not ticked.
    #[serde(default)]
    pub expiry_required: bool,
    #[serde(default)]
    pub idle_days: String,
    #[serde(default)]
    pub undo_days: String,
    #[serde(default)]
    pub second_factor: String,
    /// The code of [`Stricter`], once the change is confirmed.
    #[serde(default)]
    pub confirmed: String,
}

impl WorkspaceEdit {
    /// An edit with this form, of a workspace that had `version`.
    pub fn of(form: WorkspaceForm, version: i64) -> Self {
        let WorkspaceForm {
            name,
            prefix,
            lifetime_days,
            expiry_required,
            idle_days,
            undo_days,
            second_factor,
        } = form;
        let confirmed = String::new();
        Self {
            version,
            name,
            prefix,
            lifetime_days,
            expiry_required,
            idle_days,
            undo_days,
            second_factor,
            confirmed,
        }
    }

    pub fn form(&self) -> WorkspaceForm {
        let Self {
            name, prefix, lifetime_days, expiry_required, idle_days, undo_days, second_factor, ..
        } = self.clone();
        WorkspaceForm { name, prefix, lifetime_days, expiry_required, idle_days, undo_days, second_factor }
    }
}
