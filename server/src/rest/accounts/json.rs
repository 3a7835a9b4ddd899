//! The JSON in which programs read and write accounts.

use crate::rest::{
    body::{Members, MetadataJson, Rfc3339, metadata_lines},
    openapi::examples,
    problem::Problem,
};
use app::domain::{
    Account, AccountForm, AccountKind, AccountPage, AccountRow, Grants, GroupMember, Loss, Losses, Owner,
    PermissionSet, PersonId, Reach, TokenId, TrustRow,
};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A group or a service account. Both own tokens; nobody signs in as one of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Account, example = json!(examples::account()))]
pub struct AccountJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    /// `group` or `service`.
    #[schema(value_type = String)]
    kind: AccountKind,
    name: &'a str,
    purpose: &'a str,
    /// The group whose stewards manage the tokens of a service account.
    #[schema(required = true)]
    stewards: Option<NamedJson<'a>>,
    /// Your own facts about it. Verification answers with it for every token that the account owns.
    #[schema(value_type = HashMap<String, String>)]
    metadata: MetadataJson<'a>,
    is_disabled: bool,
    /// The number of tokens that it owns.
    tokens: u64,
    /// The number of members of a group.
    members: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Rfc3339,
    /// When one of its tokens was last found valid. Null means never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_used_at: Option<Rfc3339>,
}

/// An account by its name.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountName)]
pub struct NamedJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    name: &'a str,
}

impl<'a> From<&'a Owner> for NamedJson<'a> {
    fn from(owner: &'a Owner) -> Self {
        Self { id: owner.id, name: owner.name.as_str() }
    }
}

impl<'a> From<&'a AccountRow> for AccountJson<'a> {
    fn from(AccountRow { account, tokens, members, last_used_at }: &'a AccountRow) -> Self {
        let Account { id, kind, name, purpose, stewards, metadata, is_disabled, created_at } = account;
        Self {
            id: *id,
            kind: *kind,
            name: name.as_str(),
            purpose: purpose.as_str(),
            stewards: stewards.as_ref().map(NamedJson::from),
            metadata: MetadataJson(metadata),
            is_disabled: *is_disabled,
            tokens: *tokens,
            members: *members,
            created_at: Rfc3339(*created_at),
            last_used_at: last_used_at.map(Rfc3339),
        }
    }
}

/// All groups, or all service accounts, by name.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountList)]
pub struct AccountsJson<'a> {
    pub items: Vec<AccountJson<'a>>,
}

/// An account with its members and its groups.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountDetails)]
pub struct AccountPageJson<'a> {
    #[serde(flatten)]
    #[schema(inline)]
    account: AccountJson<'a>,
    /// Who is in a group; empty for *Everyone*, to which every account belongs.
    in_group: Vec<MemberJson<'a>>,
    /// The groups of a service account.
    groups: Vec<NamedJson<'a>>,
    /// The service accounts that the stewards of a group manage.
    stewarded: Vec<NamedJson<'a>>,
    /// The rules of the operator's configuration by which runs get tokens of this account (`POST /oauth/token`).
    trust_rules: Vec<TrustRuleJson<'a>>,
}

/// A rule that exchanges the tokens of a CI or a cluster.
#[derive(Serialize, ToSchema)]
#[schema(as = TrustRule)]
pub struct TrustRuleJson<'a> {
    name: &'a str,
    issuer: &'a str,
    audience: &'a str,
    /// Every claim with the pattern that it has to match.
    claims: BTreeMap<&'a str, &'a str>,
    permissions: &'a [String],
    /// The lifetime of its tokens.
    minutes: u32,
    /// Null means never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_used_at: Option<Rfc3339>,
}

impl<'a> From<&'a TrustRow> for TrustRuleJson<'a> {
    fn from(TrustRow { rule, last_used_at }: &'a TrustRow) -> Self {
        Self {
            name: &rule.name,
            issuer: &rule.issuer,
            audience: &rule.audience,
            claims: rule.claims.iter().map(|(claim, pattern)| (claim.as_str(), pattern.as_str())).collect(),
            permissions: &rule.permissions,
            minutes: rule.minutes,
            last_used_at: last_used_at.map(Rfc3339),
        }
    }
}

/// A member of a group.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    name: &'a str,
    /// `person` or `service`.
    #[schema(value_type = String)]
    kind: AccountKind,
    /// Stewards manage the tokens of the group and of its service accounts.
    is_steward: bool,
}

impl<'a> From<&'a AccountPage> for AccountPageJson<'a> {
    fn from(page: &'a AccountPage) -> Self {
        let member = |member: &'a GroupMember| MemberJson {
            id: member.account.id,
            name: member.account.name.as_str(),
            kind: member.kind,
            is_steward: member.is_steward,
        };
        Self {
            account: AccountJson::from(&page.row),
            in_group: page.members.iter().map(member).collect(),
            groups: page.groups.iter().map(NamedJson::from).collect(),
            stewarded: page.stewards.iter().map(NamedJson::from).collect(),
            trust_rules: page.trust.iter().map(TrustRuleJson::from).collect(),
        }
    }
}

/// A group or a service account to make.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewAccount, example = json!(examples::new_account()))]
#[serde(deny_unknown_fields)]
pub struct NewAccountJson {
    /// `group` or `service`.
    pub kind: String,
    /// 1 to 80 characters. Must not look like the name of a person or another account.
    name: String,
    /// Up to 300 characters.
    #[serde(default)]
    purpose: String,
    /// The id of the group whose stewards manage the tokens of a service account. A group has none.
    #[schema(format = Uuid)]
    stewards: Option<String>,
    /// As for a token.
    #[schema(value_type = Option<HashMap<String, String>>)]
    metadata: Option<Members<String>>,
}

impl NewAccountJson {
    pub fn form(self, headers: &HeaderMap) -> Result<AccountForm, Problem> {
        let Self { kind: _, name, purpose, stewards, metadata } = self;
        AccountChangeJson { name, purpose, stewards, metadata }.form(headers)
    }
}

/// The details of an account, all of them.
#[derive(Deserialize, ToSchema)]
#[schema(as = AccountChange, example = json!(examples::account_change()))]
#[serde(deny_unknown_fields)]
pub struct AccountChangeJson {
    name: String,
    #[serde(default)]
    purpose: String,
    #[schema(format = Uuid)]
    stewards: Option<String>,
    #[schema(value_type = Option<HashMap<String, String>>)]
    metadata: Option<Members<String>>,
}

impl AccountChangeJson {
    pub fn form(self, headers: &HeaderMap) -> Result<AccountForm, Problem> {
        let Self { name, purpose, stewards, metadata } = self;
        let metadata = metadata.map(|Members(all)| metadata_lines(headers, &all)).transpose()?;
        let (stewards, metadata) = (stewards.unwrap_or_default(), metadata.unwrap_or_default());
        Ok(AccountForm { name, purpose, stewards, metadata })
    }
}

/// A place in a group.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = Membership)]
#[serde(deny_unknown_fields)]
pub struct MembershipJson {
    #[serde(default)]
    pub is_steward: bool,
}

/// What an account may give to its tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = Grants, example = json!(examples::grants()))]
pub struct GrantsJson<'a> {
    /// Its own grants: `*`, `resource:*` or `resource:action`.
    #[schema(value_type = Vec<String>)]
    grants: &'a Grants,
    /// These with those of its groups and of *Everyone*.
    #[schema(value_type = Vec<String>)]
    may_give: &'a Grants,
    /// An admin may give everything, whatever is granted.
    is_admin: bool,
}

impl<'a> GrantsJson<'a> {
    pub fn of(grants: &'a Grants, reach: &'a Reach) -> Self {
        Self { grants, may_give: &reach.grants, is_admin: reach.role == app::domain::Role::Admin }
    }
}

/// The grants of an account, all of them.
#[derive(Deserialize, ToSchema)]
#[schema(as = GrantsChange, example = json!(examples::grants_change()))]
#[serde(deny_unknown_fields)]
pub struct GrantsChangeJson {
    pub grants: Vec<String>,
    /// Only tell which tokens would lose permissions, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// The effect of taking grants or a membership away.
#[derive(Serialize, ToSchema)]
#[schema(as = Losses, example = json!(examples::losses()))]
pub struct LossesJson<'a> {
    /// The number of tokens that can do less; exact up to 1,000. Null if there are too many tokens to look at in time.
    #[schema(required = true)]
    count: Option<u64>,
    /// The newest of them.
    tokens: Vec<LossJson<'a>>,
}

/// A token that can do less.
#[derive(Serialize, ToSchema)]
#[schema(as = Loss)]
pub struct LossJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    name: &'a str,
    owner: NamedJson<'a>,
    /// The permissions that have no effect any more.
    #[schema(value_type = Vec<String>)]
    permissions: &'a PermissionSet,
}

impl<'a> From<&'a Losses> for LossesJson<'a> {
    fn from(losses: &'a Losses) -> Self {
        let loss = |Loss { token, permissions }: &'a Loss| LossJson {
            id: token.id,
            name: token.name.as_str(),
            owner: NamedJson::from(&token.owner),
            permissions,
        };
        Self { count: losses.count, tokens: losses.first.iter().map(loss).collect() }
    }
}
