//! The page of one token as it travels to the browser: the data that its parts show, and nothing that they would only
//! count.

use crate::domain::{
    AuditLine, Denial, EventKind, KeptSecret, LastPermissionUse, Permission, PersonId, Presenter, Relative,
    Timestamp, Token, TokenRecord, TokenUsage, Top, Usage,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenData {
    pub token: Token,
    /// Does the token belong to the viewer, or to an account that they steward?
    pub is_own: bool,
    pub owner_email: String,
    pub created_by: Option<String>,
    pub parent: Option<Relative>,
    pub children: Top<Relative>,
    pub secrets: Top<KeptSecret>,
    pub usage: Usage,
    pub presenters: Top<Presenter>,
    pub denials: Top<Denial>,
    pub permissions: Vec<PermissionRow>,
    /// The latest first; `None` for people who may not see the audit log.
    pub history: Option<Vec<HistoryLine>>,
    /// Set if the token was just handed over: anybody who had its secret before still has it.
    pub handed_over: Option<HandedOver>,
}

/// The effect of a hand-over on a token that has not been rotated since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// Did it lose its permissions to use Tokenry itself?
    pub lost_own: bool,
}

/// A permission of a token, and the last time that it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionRow {
    pub permission: Permission,
    pub last: LastPermissionUse,
    /// Has it no effect now, because the owner may not give it?
    pub is_out_of_reach: bool,
}

/// A line of the audit log about the token, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    pub at: Timestamp,
    pub what: String,
    pub details: Option<String>,
    pub who: String,
    /// Empty if no particular person did it.
    pub email: String,
    pub address: String,
}

impl TokenData {
    /// The page for the person `looks`. `after_hand_over` is set when a hand-over has just led them here.
    pub fn of(record: TokenRecord, looks: PersonId, after_hand_over: bool) -> Self {
        let handed_over = if after_hand_over { last_hand_over(&record) } else { None };
        let TokenRecord {
            token,
            is_stewarded,
            owner_email,
            created_by,
            parent,
            children,
            secrets,
            activity,
            audit,
        } = record;
        let permissions = token.permissions.iter().map(|permission| PermissionRow {
            permission: permission.clone(),
            last: activity.last_use_of(permission),
            is_out_of_reach: token.out_of_reach.contains(permission),
        });
        let permissions = permissions.collect();
        let TokenUsage { usage, presenters, denials, .. } = activity;
        Self {
            is_own: is_stewarded || token.owner.id == looks,
            token,
            owner_email,
            created_by,
            parent,
            children,
            secrets,
            usage,
            presenters,
            denials,
            permissions,
            history: audit.map(|lines| lines.into_iter().map(HistoryLine::of).collect()),
            handed_over,
        }
    }
}

/// The last hand-over, if the token has had no new secret since.
fn last_hand_over(record: &TokenRecord) -> Option<HandedOver> {
    let made = record.secrets.rows.iter().find(|secret| secret.is_current)?.created_at;
    let mut lines = record.audit.iter().flatten();
    let given = lines.find(|line| line.kind == EventKind::TokenHandedOver.as_str())?;
    let details: serde_json::Value = serde_json::from_str(&given.details).unwrap_or_default();
    (made <= given.at).then(|| HandedOver { lost_own: details.get("lost").is_some() })
}

impl HistoryLine {
    fn of(line: AuditLine) -> Self {
        Self {
            at: line.at,
            what: line.in_words(),
            details: line.details_in_words(),
            who: line.who(),
            email: line.actor_email,
            address: line.address,
        }
    }
}
