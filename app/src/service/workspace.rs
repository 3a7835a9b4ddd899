//! The workspace: looking at it, and changing its name, its prefix and the rules that its tokens keep.
//!
//! It is read from the data wherever a token is made or changed, so that a change counts at once, whichever process
//! made it. Verification does not depend on it.

use super::{FollowerKind, Service, crypto};
use crate::domain::{
    COUNT_MAX, Caller, Error, EventKind, Folded, GeneralData, HOLDERS_SHOWN, Holder, Holders, Policy, Right,
    Secret, Stricter, Target, Workspace, WorkspaceEdit, WorkspaceName, may,
};
use serde_json::{Value, json};

impl Service {
    /// For everybody: the rules bind them, and the name is theirs.
    pub async fn general(&self, caller: &Caller) -> Result<GeneralData, Error> {
        let (workspace, started_prefix) = (self.workspace().await?, self.prefix.clone());
        let manages = may(caller.role, Right::ManageWorkspace);
        let nodes = if manages { self.nodes().await? } else { Vec::new() };
        let mail = if manages { self.store.follower(FollowerKind::Mail.only()).await? } else { None };
        let mail_trouble = mail.and_then(|(trouble, since)| Some((trouble, since?)));
        Ok(GeneralData { workspace, started_prefix, nodes, mail_trouble, now: self.clock.now() })
    }

    /// The name to show where the product's would stand. A failed read gives the default, so that no page fails for it.
    pub async fn workspace_name(&self) -> WorkspaceName {
        self.workspace().await.map(|workspace| workspace.name).unwrap_or_default()
    }

    /// Saves a change. One that would touch some tokens is asked about first: [`Error::Stricter`]. Saving what is
    /// already there changes nothing.
    pub async fn change_workspace(&self, caller: &Caller, edit: &WorkspaceEdit) -> Result<(), Error> {
        self.require(caller, Right::ManageWorkspace, Target::Nothing).await?;
        let to = edit.form().parse(edit.version)?;
        let from = self.workspace().await?;
        if from.version != edit.version {
            return Err(Error::WorkspaceChanged { current: Folded::new(&from) });
        }
        if to == from {
            return Ok(());
        }
        let code = to.stricter_than(&from);
        if edit.confirmed != code
            && let Some(stricter) = self.stricter(caller, code, &from, &to).await?
        {
            return Err(Error::Stricter { stricter: Folded::new(&stricter) });
        }
        // A looser rule applies to every token that is made from now on, or to every sign-in.
        if from.policy.is_stricter_than(to.policy) || from.second_factor > to.second_factor {
            self.require_fresh(caller, Target::Nothing).await?;
        }
        let details = json!({ "before": described(&from), "after": described(&to) });
        let event = self.event(caller, EventKind::WorkspaceChanged).with(&details);
        let meanwhile = self.store.change_workspace(&to, &event).await?;
        meanwhile.map_or(Ok(()), |stored| Err(Error::WorkspaceChanged { current: Folded::new(&stored) }))
    }

    /// The effects to ask about, if there are any.
    async fn stricter(
        &self,
        caller: &Caller,
        code: String,
        from: &Workspace,
        to: &Workspace,
    ) -> Result<Option<Stricter>, Error> {
        let outlasting = match to.policy.is_stricter_than(from.policy) {
            true => self.outlasting(caller, to.policy).await?,
            false => Holders::default(),
        };
        let lost = self.lost(caller, from, to).await?;
        let (policy, undo_days) = (to.policy, to.undo_days);
        let is_nothing = outlasting.count + lost.count == 0;
        Ok((!is_nothing).then_some(Stricter { code, policy, outlasting, undo_days, lost }))
    }

    /// The tokens whose present end this policy would not allow. The policy has at least one rule.
    async fn outlasting(&self, caller: &Caller, policy: Policy) -> Result<Holders, Error> {
        let latest = policy.latest_end(self.clock.now());
        Ok(counted(self.reading(caller).await?.outlasting(latest, enough()).await?))
    }

    /// The deleted tokens that can be brought back now, but not after this change.
    async fn lost(&self, caller: &Caller, from: &Workspace, to: &Workspace) -> Result<Holders, Error> {
        let now = self.clock.now();
        let until = to.undo_since(now).unwrap_or(now);
        match from.undo_since(now).filter(|after| *after < until) {
            None => Ok(Holders::default()),
            Some(after) => {
                let lost = self.reading(caller).await?.deleted_between(after, until, enough()).await;
                Ok(counted(lost?))
            }
        }
    }

    pub(super) async fn workspace(&self) -> Result<Workspace, Error> {
        let read = || self.store.workspace();
        Ok(match &self.seen_workspace {
            Some(seen) => seen.get_or_try_init(read).await?.clone(),
            None => read().await?,
        })
    }

    /// A new secret with the workspace's prefix, or else with the server's.
    pub(super) fn new_secret(&self, workspace: &Workspace) -> Result<Secret, Error> {
        crypto::generate_secret(workspace.prefix.as_ref().unwrap_or(&self.prefix))
    }
}

/// One more than is counted.
fn enough() -> u32 {
    u32::try_from(COUNT_MAX + 1).unwrap_or(u32::MAX)
}

fn counted(mut first: Vec<Holder>) -> Holders {
    let count = u64::try_from(first.len()).unwrap_or(u64::MAX);
    first.truncate(HOLDERS_SHOWN);
    Holders { first, count }
}

/// The workspace in the audit log.
fn described(workspace: &Workspace) -> Value {
    json!({
        "name": workspace.name,
        "prefix": workspace.prefix,
        "lifetime_days": workspace.policy.lifetime_days,
        "expiry_required": workspace.policy.expiry_required,
        "idle_days": workspace.idle_days,
        "undo_days": workspace.undo_days,
        "second_factor": workspace.second_factor,
    })
}
