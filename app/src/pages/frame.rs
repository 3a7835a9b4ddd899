//! The frame of each prompt. It comes with the application; its content may still have to be fetched.

use super::{Page, catalogue};
use crate::components::PromptFrame;

impl Page {
    /// `None` for a screen, and for prompts that bring their frames along: those about several tokens,
    /// and those that the path tells apart.
    pub fn frame(self) -> Option<PromptFrame> {
        let (id, title, alert) = match self {
            Self::TokenGlance => ("token-glance", "Token at a glance", false),
            Self::CreateToken => ("create-token-prompt", "Create token", false),
            Self::EditToken => ("edit-token-prompt", "Edit token", false),
            Self::RotateToken => ("rotate-prompt", "Rotate token", false),
            Self::HandOverToken => ("hand-over-prompt", "Transfer token", false),
            Self::DisableToken => ("disable-prompt", "Disable token", true),
            Self::EnableToken => ("enable-prompt", "Enable token", true),
            Self::DeleteToken => ("delete-token-prompt", "Delete token", true),
            Self::RestoreToken => ("restore-prompt", "Restore token", false),
            Self::InvitePerson => ("invite-prompt", "Invite person", false),
            Self::PersonRole => ("role-prompt", "Change role", false),
            Self::PersonLink => ("question-prompt", "Reset password", true),
            Self::HandOverPerson => ("hand-over-prompt", "Transfer tokens", false),
            Self::SignOutPerson => ("question-prompt", "Sign out everywhere", true),
            Self::PersonFactors => ("question-prompt", "Reset second factors", true),
            Self::DisablePerson => ("question-prompt", "Disable person", true),
            Self::EnablePerson => ("question-prompt", "Enable person", true),
            Self::EditResource if !catalogue::is_edited_resource_gone() => {
                ("resource-prompt", "Edit resource", false)
            }
            Self::AddResource | Self::EditResource => ("resource-prompt", "Add resource", false),
            Self::RemoveResource => ("remove-prompt", "Remove resource", true),
            Self::Bulk
            | Self::NoPrompt
            | Self::Tokens
            | Self::Token
            | Self::DeletedTokens
            | Self::Overview
            | Self::People
            | Self::Accounts
            | Self::Account
            | Self::PromptByPath
            | Self::Requests
            | Self::Profile
            | Self::Permissions
            | Self::Holders
            | Self::Audit
            | Self::Webhooks
            | Self::Webhook
            | Self::General
            | Self::Reference => return None,
        };
        Some(PromptFrame { id, title, alert })
    }
}
