//! What has to be so, kept apart from the code that makes it so.

use app::domain::{Role, Verdict};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub const PERMISSIONS: [&str; 4] = ["billing:read", "billing:write", "projects:read", "projects:write"];
pub const GRANTS: [&str; 7] =
    ["*", "billing:*", "projects:*", "billing:read", "billing:write", "projects:read", "projects:write"];
pub const ROLES: [Role; 3] = [Role::Admin, Role::Member, Role::Viewer];
/// Two people, a service account and two groups own tokens; *Everyone*, which comes after them, owns none.
pub const OWNERS: usize = 5;
pub const PEOPLE: usize = 2;
/// Whose token a run gets by each of the trust rules, and the permissions that the rule gives.
pub const RULES: [(usize, &[&str]); 2] =
    [(0, &["billing:read", "projects:read"]), (2, &["projects:read", "projects:write"])];
/// How long an exchanged token lives.
pub const LIFE_MINUTES: i64 = 15;

pub type Held = BTreeSet<&'static str>;

#[derive(Clone, Debug)]
pub enum Step {
    Grant { account: usize, grants: Vec<usize> },
    Join { group: usize, member: usize },
    Leave { group: usize, member: usize },
    Role { person: usize, role: usize },
    Disable { account: usize, is_disabled: bool },
    Create { owner: usize, permissions: Vec<usize> },
    Exchange { rule: usize, scope: Vec<usize> },
    Enable { token: usize },
    HandOver { token: usize, to: usize },
    Delete { token: usize },
    Wait { minutes: i64 },
}

pub fn step() -> impl Strategy<Value = Step> {
    let several = |most| prop::collection::vec(0..most, 0..3);
    let (group, member, token) = (3..5_usize, 0..3_usize, 0..100_usize);
    prop_oneof![
        5 => (0..=OWNERS, several(GRANTS.len())).prop_map(|(account, grants)| Step::Grant { account, grants }),
        2 => (group.clone(), member.clone()).prop_map(|(group, member)| Step::Join { group, member }),
        2 => (group, member).prop_map(|(group, member)| Step::Leave { group, member }),
        1 => (0..PEOPLE, 0..ROLES.len()).prop_map(|(person, role)| Step::Role { person, role }),
        2 => (0..OWNERS, any::<bool>())
            .prop_map(|(account, is_disabled)| Step::Disable { account, is_disabled }),
        4 => (0..OWNERS, several(PERMISSIONS.len()))
            .prop_map(|(owner, permissions)| Step::Create { owner, permissions }),
        3 => (0..RULES.len(), several(PERMISSIONS.len()))
            .prop_map(|(rule, scope)| Step::Exchange { rule, scope }),
        2 => token.clone().prop_map(|token| Step::Enable { token }),
        2 => (token.clone(), 0..OWNERS).prop_map(|(token, to)| Step::HandOver { token, to }),
        1 => token.prop_map(|token| Step::Delete { token }),
        1 => (1..LIFE_MINUTES).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

pub struct ModelToken {
    pub id: String,
    pub secret: String,
    pub owner: usize,
    pub holds: Held,
    pub is_disabled: bool,
    /// Deleted by somebody, or by itself once it was over.
    pub is_gone: bool,
    /// The minute at which an exchanged token is over.
    pub ends_at: Option<i64>,
}

#[derive(Default)]
pub struct Model {
    pub grants: BTreeMap<usize, Held>,
    pub members: BTreeSet<(usize, usize)>,
    pub roles: BTreeMap<usize, Role>,
    pub disabled: BTreeSet<usize>,
    pub tokens: Vec<ModelToken>,
    pub minute: i64,
}

impl Model {
    /// Two members; everybody may give everything.
    pub fn new() -> Self {
        let mut model = Self::default();
        model.grants.insert(OWNERS, Held::from(["*"]));
        model.roles.extend([(0, Role::Member), (1, Role::Member)]);
        model
    }

    /// Accounts that are not people have the rights of a member.
    pub fn role(&self, owner: usize) -> Role {
        self.roles.get(&owner).copied().unwrap_or(Role::Member)
    }

    fn is_granted(&self, owner: usize, permission: &str) -> bool {
        let groups = self.members.iter().filter(|(_, member)| *member == owner).map(|(group, _)| *group);
        let resource = permission.split(':').next().unwrap();
        groups.chain([owner, OWNERS]).filter_map(|account| self.grants.get(&account)).any(|granted| {
            granted.contains("*")
                || granted.contains(permission)
                || granted.iter().any(|one| one.strip_suffix(":*") == Some(resource))
        })
    }

    pub fn may_give(&self, owner: usize, permission: &str) -> bool {
        match self.role(owner) {
            Role::Admin => true,
            Role::Member => self.is_granted(owner, permission),
            Role::Viewer => false,
        }
    }

    /// May somebody or something get a token of this owner's?
    pub fn may_own(&self, owner: usize) -> bool {
        !self.disabled.contains(&owner) && self.role(owner) != Role::Viewer
    }

    /// What each token that is not gone can do.
    pub fn power(&self) -> Vec<Held> {
        let can = |token: &ModelToken| {
            let given = token.holds.iter().filter(|held| self.may_give(token.owner, held));
            given.copied().filter(|_| !token.is_gone).collect()
        };
        self.tokens.iter().map(can).collect()
    }

    /// The permissions that a token's owner is not granted go, with another owner and when its owner becomes an admin:
    /// otherwise they would wake. A token that is left with none is disabled.
    fn drop_ungranted(&mut self, place: usize) {
        let (owner, role) = (self.tokens[place].owner, self.role(self.tokens[place].owner));
        let kept: Held = match role {
            Role::Admin => self.tokens[place].holds.clone(),
            _ => self.tokens[place].holds.iter().copied().filter(|p| self.is_granted(owner, p)).collect(),
        };
        let token = &mut self.tokens[place];
        token.is_disabled |= kept.is_empty() && !token.holds.is_empty();
        token.holds = kept;
    }

    fn of(&self, owner: usize) -> Vec<usize> {
        let theirs = self.tokens.iter().enumerate().filter(|(_, t)| t.owner == owner && !t.is_gone);
        theirs.map(|(place, _)| place).collect()
    }

    pub fn change_role(&mut self, person: usize, to: Role) {
        let before = self.role(person);
        for place in self.of(person) {
            if to == Role::Admin {
                self.drop_ungranted(place);
            }
            // What slept while its owner was a viewer does not wake with another role.
            let wakes = before == Role::Viewer && to != Role::Viewer && !self.disabled.contains(&person);
            self.tokens[place].is_disabled |= wakes;
        }
        self.roles.insert(person, to);
    }

    /// The tokens of an account sleep while it is disabled; those of a person stay asleep until somebody wakes them.
    pub fn disable(&mut self, account: usize, is_disabled: bool) {
        let was_disabled = match is_disabled {
            true => !self.disabled.insert(account),
            false => self.disabled.remove(&account),
        };
        if was_disabled && !is_disabled && account < PEOPLE {
            for place in self.of(account) {
                self.tokens[place].is_disabled = true;
            }
        }
    }

    /// In other hands, a secret can do no more than before.
    pub fn hand_over(&mut self, place: usize, to: usize) {
        let from = self.tokens[place].owner;
        if from == to || !self.may_own(to) {
            return;
        }
        self.drop_ungranted(place);
        let slept = !self.may_own(from);
        let token = &mut self.tokens[place];
        token.is_disabled |= slept;
        token.owner = to;
    }

    /// Tokens that are over are deleted when another one is exchanged.
    pub fn end_exchanged(&mut self) {
        let minute = self.minute;
        for token in &mut self.tokens {
            token.is_gone |= token.ends_at.is_some_and(|end| end <= minute);
        }
    }

    pub fn expected(&self, token: &ModelToken, permission: &str) -> Verdict {
        if token.is_gone {
            Verdict::Revoked
        } else if token.ends_at.is_some_and(|end| end <= self.minute) {
            Verdict::Expired
        } else if token.is_disabled {
            Verdict::Disabled
        } else if self.disabled.contains(&token.owner) {
            Verdict::OwnerDisabled
        } else if token.holds.contains(permission) && self.may_give(token.owner, permission) {
            Verdict::Valid
        } else {
            Verdict::PermissionMissing
        }
    }
}
