//! Random grants, groups, memberships, roles and tokens: no verdict is `valid` for what the owner may not give at that
//! moment, and none is refused that the owner may give.

use crate::support::{TestApp, TestUser, accounts::verdict_on, form};
use app::domain::{EVERYONE, Grants, PersonId, Role, Verdict};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::collections::{BTreeMap, BTreeSet};

const PERMISSIONS: [&str; 4] = ["billing:read", "billing:write", "projects:read", "projects:write"];
const GRANTS: [&str; 7] =
    ["*", "billing:*", "projects:*", "billing:read", "billing:write", "projects:read", "projects:write"];
const ROLES: [Role; 3] = [Role::Admin, Role::Member, Role::Viewer];
/// Two people, a service account and two groups own tokens; *Everyone* is granted permissions, too.
const OWNERS: usize = 5;

#[derive(Clone, Debug)]
enum Step {
    Grant { account: usize, grants: Vec<usize> },
    Join { group: usize, member: usize },
    Leave { group: usize, member: usize },
    Role { person: usize, role: usize },
    Disable { account: usize, is_disabled: bool },
    Create { owner: usize, permissions: Vec<usize> },
}

fn step() -> impl Strategy<Value = Step> {
    let account = 0..=OWNERS;
    let several = |most| prop::collection::vec(0..most, 0..3);
    prop_oneof![
        4 => (account, several(GRANTS.len())).prop_map(|(account, grants)| Step::Grant { account, grants }),
        2 => (3..5_usize, 0..3_usize).prop_map(|(group, member)| Step::Join { group, member }),
        2 => (3..5_usize, 0..3_usize).prop_map(|(group, member)| Step::Leave { group, member }),
        1 => (0..2_usize, 0..3_usize).prop_map(|(person, role)| Step::Role { person, role }),
        1 => (2..5_usize, any::<bool>())
            .prop_map(|(account, is_disabled)| Step::Disable { account, is_disabled }),
        3 => (0..OWNERS, several(PERMISSIONS.len()))
            .prop_map(|(owner, permissions)| Step::Create { owner, permissions }),
    ]
}

struct ModelToken {
    owner: usize,
    holds: BTreeSet<&'static str>,
    secret: String,
    is_disabled: bool,
}

/// What has to be so, kept apart from the code that makes it so.
#[derive(Default)]
struct Model {
    grants: BTreeMap<usize, BTreeSet<&'static str>>,
    members: BTreeSet<(usize, usize)>,
    roles: BTreeMap<usize, Role>,
    disabled: BTreeSet<usize>,
    tokens: Vec<ModelToken>,
}

impl Model {
    fn may_give(&self, owner: usize, permission: &str) -> bool {
        match self.roles.get(&owner) {
            Some(Role::Admin) => return true,
            Some(Role::Viewer) => return false,
            _ => {}
        }
        let groups = self.members.iter().filter(|(_, member)| *member == owner).map(|(group, _)| *group);
        let resource = permission.split(':').next().unwrap();
        groups.chain([owner, OWNERS]).filter_map(|account| self.grants.get(&account)).any(|granted| {
            granted.contains("*")
                || granted.contains(permission)
                || granted.iter().any(|one| one.strip_suffix(":*") == Some(resource))
        })
    }

    fn expected(&self, token: &ModelToken, permission: &str) -> Verdict {
        if token.is_disabled {
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

struct World {
    app: TestApp,
    people: [TestUser; 2],
    /// In the order of the model; the last one is *Everyone*.
    ids: [PersonId; OWNERS + 1],
    model: Model,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await.without_bounds();
        let people =
            [app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await];
        let service = app.service_account("Nightly builds", None).await;
        let groups = [app.group("Platform").await, app.group("Billing team").await];
        let ids = [people[0].id(), people[1].id(), service, groups[0], groups[1], EVERYONE];
        let mut model = Model::default();
        model.grants.insert(OWNERS, BTreeSet::from(["*"]));
        model.roles.extend([(0, Role::Member), (1, Role::Member)]);
        Self { app, people, ids, model }
    }

    async fn take(&mut self, step: &Step) {
        let (service, admin) = (self.app.service.clone(), self.app.admin.caller.clone());
        match step {
            Step::Grant { account, grants } => {
                let set: BTreeSet<&'static str> = grants.iter().map(|grant| GRANTS[*grant]).collect();
                let to = Grants::parse(set.iter().copied()).unwrap();
                service.change_grants(&admin, self.ids[*account], None, &to, true).await.unwrap();
                self.model.grants.insert(*account, set);
            }
            Step::Join { group, member } => {
                self.app.join(self.ids[*group], self.ids[*member], false).await;
                self.model.members.insert((*group, *member));
            }
            Step::Leave { group, member } => {
                self.app.leave(self.ids[*group], self.ids[*member]).await;
                self.model.members.remove(&(*group, *member));
            }
            Step::Role { person, role } => {
                let role = ROLES[*role];
                service.change_role(&admin, self.ids[*person], role.as_str()).await.unwrap();
                // What slept while its owner was a viewer does not wake with another role.
                if self.model.roles.insert(*person, role) == Some(Role::Viewer) && role != Role::Viewer {
                    let theirs = self.model.tokens.iter_mut().filter(|token| token.owner == *person);
                    theirs.for_each(|token| token.is_disabled = true);
                }
            }
            Step::Disable { account, is_disabled } => {
                service.set_account_disabled(&admin, self.ids[*account], *is_disabled).await.unwrap();
                match is_disabled {
                    true => self.model.disabled.insert(*account),
                    false => self.model.disabled.remove(account),
                };
            }
            Step::Create { owner, permissions } => self.create(*owner, permissions).await,
        }
    }

    /// A token is made exactly if its owner may give all that it is to hold.
    async fn create(&mut self, owner: usize, permissions: &[usize]) {
        let holds: BTreeSet<&'static str> = permissions.iter().map(|place| PERMISSIONS[*place]).collect();
        if holds.is_empty() || self.model.disabled.contains(&owner) {
            return;
        }
        let service = self.app.service.clone();
        let wanted: Vec<&str> = holds.iter().copied().collect();
        let mut form = form(&format!("Token {}", self.model.tokens.len()), &wanted);
        let caller = match self.people.get(owner) {
            Some(person) => service.caller(&person.key, &person.caller.visit).await.unwrap().unwrap(),
            None => {
                form.owner = Some(self.ids[owner].to_string());
                self.app.admin.caller.clone()
            }
        };
        let may = holds.iter().all(|permission| self.model.may_give(owner, permission));
        match service.create_token(&caller, &form).await {
            Ok(made) => {
                assert!(may, "{owner} may not give all of {holds:?}");
                assert_eq!(made.token.owner.id, self.ids[owner]);
                let secret = made.secret.as_str().to_owned();
                self.model.tokens.push(ModelToken { owner, holds, secret, is_disabled: false });
            }
            Err(error) => assert!(!may, "{owner} may give {holds:?}: {error:?}"),
        }
    }

    async fn check(&self, after: &Step) {
        for token in &self.model.tokens {
            for permission in PERMISSIONS {
                let expected = self.model.expected(token, permission);
                let verdict = verdict_on(&self.app.service, &token.secret, permission).await;
                let (owner, holds) = (token.owner, &token.holds);
                assert_eq!(verdict, expected, "{permission} of {owner} with {holds:?} after {after:?}");
            }
        }
    }
}

#[test]
fn no_verdict_is_valid_for_what_the_owner_may_not_give_at_that_moment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 12, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(), 30..60);
    let run = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.take(step).await;
                world.check(step).await;
            }
        });
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}
