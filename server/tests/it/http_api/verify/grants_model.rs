//! Random grants, groups, roles, tokens and exchanges: no verdict is `valid` for what the owner may not give at that
//! moment, and none is refused that the owner may give.

mod model;

use self::model::{GRANTS, Held, LIFE_MINUTES, Model, ModelToken, OWNERS, PEOPLE, PERMISSIONS, ROLES, RULES};
use self::model::{Step, step};
use crate::support::{Script, TestApp, TestUser, Visitor, form, provider::FakeProvider};
use app::domain::{BATCH_MAX, EVERYONE, Error, Grants, PersonId, Role, TokenId, TrustRule, Verdict};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use server::{AppState, Network, oidc::trust::TrustRules};
use std::{cell::RefCell, collections::BTreeMap};

const AUDIENCE: &str = "https://tokens.example.com";
const RULE_NAMES: [&str; 2] = ["personal", "nightly"];

struct World {
    app: TestApp,
    people: [TestUser; PEOPLE],
    /// In the order of the model; the last one is *Everyone*.
    ids: [PersonId; OWNERS + 1],
    ci: FakeProvider,
    /// The service that asks for verdicts, through the router that exchanges.
    asker: Script,
    model: Model,
    /// How often each verdict was told, and each kind of refusal on the way.
    seen: BTreeMap<String, usize>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await.without_bounds();
        let people =
            [app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await];
        let service = app.service_account("Nightly builds", None).await;
        let groups = [app.group("Platform").await, app.group("Billing team").await];
        let ids = [people[0].id(), people[1].id(), service, groups[0], groups[1], EVERYONE];
        let ci = FakeProvider::new(app.clock.clone()).await;
        let rules = ["ines@example.com", "Nightly builds"].into_iter().zip(RULE_NAMES).zip(RULES).map(
            |((account, name), (_, permissions))| TrustRule {
                name: name.to_owned(),
                issuer: ci.issuer.clone(),
                audience: AUDIENCE.to_owned(),
                claims: vec![("job".to_owned(), name.to_owned())],
                account: account.to_owned(),
                permissions: permissions.iter().map(|one| (*one).to_owned()).collect(),
                minutes: LIFE_MINUTES as u32,
            },
        );
        let state = AppState::new(app.service.clone(), Network::default());
        let router = server::build_with(state.exchanging(TrustRules::new(rules.collect())));
        let secret = app.secret_with(&["tokenry.tokens:verify"]).await;
        let asker = Script { visitor: Visitor::new(router), secret };
        Self { app, people, ids, ci, asker, model: Model::new(), seen: BTreeMap::new() }
    }

    fn note(&mut self, what: &str) {
        *self.seen.entry(what.to_owned()).or_default() += 1;
    }

    fn token(&self, which: usize) -> Option<usize> {
        let place = which % self.model.tokens.len().max(1);
        self.model.tokens.get(place).filter(|token| !token.is_gone).map(|_| place)
    }

    fn id(&self, place: usize) -> TokenId {
        self.model.tokens[place].id.parse().unwrap()
    }

    async fn take(&mut self, step: &Step) {
        let (service, admin) = (self.app.service.clone(), self.app.admin.caller.clone());
        match step {
            Step::Grant { account, grants } => self.grant(*account, grants).await,
            Step::Join { group, member } => {
                self.app.join(self.ids[*group], self.ids[*member], false).await;
                self.model.members.insert((*group, *member));
            }
            Step::Leave { group, member } => self.leave(*group, *member).await,
            Step::Role { person, role } => {
                service.change_role(&admin, self.ids[*person], ROLES[*role].as_str()).await.unwrap();
                self.model.change_role(*person, ROLES[*role]);
            }
            Step::Disable { account, is_disabled } => {
                let id = self.ids[*account];
                match (*account < PEOPLE, *is_disabled) {
                    (true, true) => drop(service.disable_person(&admin, id).await.unwrap()),
                    (true, false) => {
                        service.enable_person(&admin, id).await.unwrap();
                        self.people[*account] = self.app.another_session(&self.people[*account]).await;
                    }
                    (false, _) => drop(service.set_account_disabled(&admin, id, *is_disabled).await.unwrap()),
                }
                self.model.disable(*account, *is_disabled);
            }
            Step::Create { owner, permissions } => self.create(*owner, permissions).await,
            Step::Exchange { rule, scope } => self.exchange(*rule, scope).await,
            Step::Enable { token } => {
                let Some(place) = self.token(*token) else { return };
                service.set_disabled(&admin, self.id(place), None, false).await.unwrap();
                self.model.tokens[place].is_disabled = false;
            }
            Step::HandOver { token, to } => {
                let Some(place) = self.token(*token) else { return };
                let given = service.hand_over_token(&admin, self.id(place), &self.ids[*to].to_string()).await;
                assert_eq!(given.is_ok(), self.model.may_own(*to), "{step:?}: {given:?}");
                self.model.hand_over(place, *to);
            }
            Step::Delete { token } => {
                let Some(place) = self.token(*token) else { return };
                service.delete_token(&admin, self.id(place)).await.unwrap();
                self.model.tokens[place].is_gone = true;
            }
            Step::Wait { minutes } => {
                self.app.clock.forward(minutes * 60_000);
                self.model.minute += minutes;
                // Nobody takes a step that asks for a recent sign-in without one.
                self.app.admin = self.app.another_session(&self.app.admin).await;
            }
        }
    }

    /// What tokens lose by it is told first; only who confirms that takes it.
    async fn grant(&mut self, account: usize, grants: &[usize]) {
        let set: Held = grants.iter().map(|grant| GRANTS[*grant]).collect();
        let to = Grants::parse(set.iter().copied()).unwrap();
        let before = self.model.power();
        let old = self.model.grants.insert(account, set);
        let losing = self.losing(&before);
        let (service, admin) = (self.app.service.clone(), self.app.admin.caller.clone());
        match service.change_grants(&admin, self.ids[account], None, &to, false).await {
            Ok(_) => assert_eq!(losing, 0, "nothing was said of them"),
            Err(Error::TakesAway { losses }) => {
                assert_eq!(losses.unfold().unwrap().count, Some(losing as u64));
                let new = self.model.grants.remove(&account).unwrap();
                self.model.grants.extend(old.map(|old| (account, old)));
                self.check(&"a change that nobody confirmed").await;
                self.note("told first");
                service.change_grants(&admin, self.ids[account], None, &to, true).await.unwrap();
                self.model.grants.insert(account, new);
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn leave(&mut self, group: usize, member: usize) {
        let (service, admin) = (&self.app.service, &self.app.admin.caller);
        let (group_id, member_id) = (self.ids[group], self.ids[member]);
        let said = service.losses_without_member(admin, group_id, member_id).await.unwrap().count;
        self.app.leave(group_id, member_id).await;
        let before = self.model.power();
        self.model.members.remove(&(group, member));
        assert_eq!(said, Some(self.losing(&before) as u64), "{member} leaves {group}");
    }

    /// The number of tokens that could do more before.
    fn losing(&self, before: &[Held]) -> usize {
        let now = self.model.power();
        before.iter().zip(&now).filter(|(before, now)| !before.is_subset(now)).count()
    }

    /// A token is made exactly if its owner may give all that it is to hold.
    async fn create(&mut self, owner: usize, permissions: &[usize]) {
        let holds: Held = permissions.iter().map(|place| PERMISSIONS[*place]).collect();
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
                let (id, secret) = (made.token.id.to_string(), made.secret.as_str().to_owned());
                self.keep(id, secret, owner, holds, None);
            }
            Err(error) => {
                assert!(!may, "{owner} may give {holds:?}: {error:?}");
                self.note("not made");
            }
        }
    }

    /// A run gets what its rule and the account behind it give, or nothing.
    async fn exchange(&mut self, rule: usize, scope: &[usize]) {
        let (owner, gives) = RULES[rule];
        let wanted: Held = match scope {
            [] => gives.iter().copied().collect(),
            some => some.iter().map(|place| PERMISSIONS[*place]).collect(),
        };
        let token = self.ci.sign(&json!({ "sub": "run", "aud": AUDIENCE, "job": RULE_NAMES[rule] }));
        let line = wanted.iter().copied().collect::<Vec<_>>().join(" ");
        let mut fields = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ("subject_token", &token),
        ];
        if !scope.is_empty() {
            fields.push(("scope", &line));
        }
        let may = self.model.may_own(owner)
            && wanted.iter().all(|one| gives.contains(one) && self.model.may_give(owner, one));
        let answer = self.asker.visitor.post_form("/oauth/token", &fields).await;
        assert_eq!(answer.status, if may { 200 } else { 400 }, "{owner} {wanted:?}: {}", answer.text);
        if !may {
            return self.note("not exchanged");
        }
        self.note("exchanged");
        self.model.end_exchanged();
        let secret = answer.json()["access_token"].as_str().unwrap().to_owned();
        let verified = self.asker.verify(&json!({ "secret": secret })).await;
        let id = verified["token"]["id"].as_str().unwrap().to_owned();
        let ends_at = Some(self.model.minute + LIFE_MINUTES);
        self.keep(id, secret, owner, wanted, ends_at);
    }

    fn keep(&mut self, id: String, secret: String, owner: usize, holds: Held, ends_at: Option<i64>) {
        let (is_disabled, is_gone) = (false, false);
        self.model.tokens.push(ModelToken { id, secret, owner, holds, is_disabled, is_gone, ends_at });
    }

    /// Asks about every permission of every token at the door for services.
    async fn check(&mut self, after: &impl std::fmt::Debug) {
        let mut asked = Vec::new();
        for (place, token) in self.model.tokens.iter().enumerate() {
            asked.extend(PERMISSIONS.map(|one| (place, one, self.model.expected(token, one))));
        }
        for some in asked.chunks(BATCH_MAX) {
            let question = |(place, one, _): &(usize, &str, Verdict)| json!({ "secret": self.model.tokens[*place].secret, "permissions": [one] });
            let items: Vec<Value> = some.iter().map(question).collect();
            let answer = self.asker.post("/v1/verify/batch", &json!({ "items": items })).await;
            let answers = answer.json();
            assert_eq!(answers["items"].as_array().map(Vec::len), Some(some.len()), "{}", answer.text);
            for ((place, one, expected), told) in some.iter().zip(answers["items"].as_array().unwrap()) {
                let token = &self.model.tokens[*place];
                let (owner, holds) = (token.owner, &token.holds);
                assert_eq!(
                    told["verdict"],
                    expected.as_str(),
                    "{one} of {owner} with {holds:?} after {after:?}"
                );
                self.note(expected.as_str());
            }
        }
    }
}

#[test]
fn no_verdict_is_valid_for_what_the_owner_may_not_give_at_that_moment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 12, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(), 40..70);
    let seen = RefCell::new(BTreeMap::<String, usize>::new());
    let run = TestRunner::new(config).run(&steps, |steps| {
        let world = runtime.block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.take(step).await;
                world.check(step).await;
            }
            world
        });
        for (what, times) in world.seen {
            *seen.borrow_mut().entry(what).or_default() += times;
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    // A walk on which something never happens would prove nothing about it.
    let seen = seen.into_inner();
    for what in [
        "valid",
        "permission_missing",
        "disabled",
        "owner_disabled",
        "revoked",
        "expired",
        "told first",
        "not made",
        "exchanged",
        "not exchanged",
    ] {
        assert!(seen.contains_key(what), "{what} never happened: {seen:?}");
    }
}
