//! Changes of the workspace: what the General screen shows, what its form sends, and what there is to ask about first.

use crate::domain::{Holders, Policy, SecretPrefix, Workspace, WorkspaceForm};
use serde::{Deserialize, Serialize};

/// What the General screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralData {
    pub workspace: Workspace,
    /// What new secrets begin with while the workspace says nothing.
    pub started_prefix: SecretPrefix,
}

/// What stricter rules would do to tokens. Whoever sends the change again with this code means it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stricter {
    pub code: String,
    pub policy: Policy,
    /// Live tokens that the policy would not allow to be made like that. They stay as they are.
    pub outlasting: Holders,
    pub undo_days: u32,
    /// Deleted tokens that could no longer be restored.
    pub lost: Holders,
}

/// The settings as the form sends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceEdit {
    /// The version that it begins from.
    pub version: i64,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub prefix: String,
    #[serde(default)]
    pub lifetime_days: String,
    /// A box that is not ticked is not sent.
    #[serde(default)]
    pub expiry_required: bool,
    #[serde(default)]
    pub idle_days: String,
    #[serde(default)]
    pub undo_days: String,
    /// The code of the change that was asked about.
    #[serde(default)]
    pub confirmed: String,
}

impl WorkspaceEdit {
    /// This form, for a workspace that had `version`.
    pub fn of(form: WorkspaceForm, version: i64) -> Self {
        let WorkspaceForm { name, prefix, lifetime_days, expiry_required, idle_days, undo_days } = form;
        let confirmed = String::new();
        Self { version, name, prefix, lifetime_days, expiry_required, idle_days, undo_days, confirmed }
    }

    pub fn form(&self) -> WorkspaceForm {
        let Self { name, prefix, lifetime_days, expiry_required, idle_days, undo_days, .. } = self.clone();
        WorkspaceForm { name, prefix, lifetime_days, expiry_required, idle_days, undo_days }
    }
}
