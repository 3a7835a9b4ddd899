//! Random lives of people, a service account and tokens. A secret that was refused is never accepted again without a line
//! of the audit log that names its token, or the account that owns it. Nothing that a token makes, renews or changes can
//! do more than the token itself.

use crate::support::{TestApp, TestUser};
use app::{
    domain::{
        Caller, Credential, Error, Overlap, PersonId, PersonStatus, Power, Role, Scope, Ticked, Token,
        TokenDetails, TokenForm, TokenId, Visit,
    },
    service::VerifyRequest,
};
use proptest::{prelude::*, test_runner::Config};
use std::{collections::HashMap, net::IpAddr};

/// The permissions asked of every secret after every step, from addresses inside and outside the range below.
const ASKED: [&str; 4] = ["projects:read", "billing:write", "tokenry.tokens:write", "tokenry.audit:read"];
const FROM: [&str; 2] = ["10.0.0.5", "192.0.2.1"];
const RANGE: &str = "10.0.0.0/8";
const HOUR_MS: i64 = 60 * 60 * 1_000;
const STEPS: usize = 30;

/// One step: the action, the caller, the token or person that it is about, and a choice within the action.
type Step = (u8, u8, u8, u8);

struct SweepApp {
    app: TestApp,
    people: Vec<TestUser>,
    /// A service account, of which one of the people is a steward.
    account: PersonId,
    tokens: Vec<TokenId>,
    /// The secrets, each with its token and what it was accepted for last.
    secrets: Vec<(String, TokenId, Vec<bool>)>,
    named: u32,
}

impl SweepApp {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let mut people = vec![app.admin.clone()];
        for (name, role) in [
            ("Bea Lund", Role::Admin),
            ("Ines Okafor", Role::Member),
            ("Noor Haddad", Role::Viewer),
            ("Wanda Novak", Role::Member),
            ("Uma Costa", Role::Member),
        ] {
            people.push(app.user(name, role).await);
        }
        let team = app.group("Release").await;
        app.join(team, people[4].id(), true).await;
        let account = app.service_account("Deploys", Some(team)).await;
        // Nobody grants anything to Bea, who needs nothing as an admin, and to Uma, who is a member without grants.
        app.tighten().await;
        for (to, line) in
            [(people[2].id(), "*"), (people[3].id(), "*"), (people[4].id(), "*"), (account, "projects:*")]
        {
            app.grant(to, line).await;
        }
        Self { app, people, account, tokens: Vec::new(), secrets: Vec::new(), named: 0 }
    }

    /// Somebody who can own tokens.
    fn owner(&self, which: u8) -> PersonId {
        self.people.get(usize::from(which) % (self.people.len() + 1)).map_or(self.account, TestUser::id)
    }

    /// The person, if they can sign in now.
    async fn signed_in(&self, who: u8) -> Option<Caller> {
        let user = &self.people[usize::from(who) % self.people.len()];
        let person = self.app.store.person(user.id()).await.unwrap();
        match person.status {
            PersonStatus::Active => Some(self.app.another_session(user).await.caller),
            _ => None,
        }
    }

    /// The caller that a secret stands for within the range, if it works there.
    async fn script(&self, which: u8) -> Option<Caller> {
        let (secret, ..) = self.secrets.get(usize::from(which) % self.secrets.len().max(1))?;
        let verification = self.app.service.verify(&request(secret, &[], FROM[0])).await.unwrap();
        let visit = Visit { address: FROM[0].into(), ..Visit::command_line() };
        self.app.service.caller_of(&verification, visit)
    }

    fn token(&self, which: u8) -> Option<TokenId> {
        self.tokens.get(usize::from(which) % self.tokens.len().max(1)).copied()
    }

    fn form(&mut self, how: u8) -> TokenForm {
        self.named += 1;
        let permissions = ASKED.iter().enumerate().filter(|(bit, _)| how & (1 << bit) != 0);
        let now = self.app.service.now().as_millis();
        let end = app::domain::Timestamp::from_millis(now + 2 * HOUR_MS);
        TokenForm {
            name: format!("Walker {}.", self.named),
            permissions: permissions.map(|(_, name)| (*name).to_owned()).collect(),
            expires_at: Some(if how & 16 != 0 { end.to_string() } else { String::new() }),
            allowed_addresses: Some(if how & 32 != 0 { RANGE.to_owned() } else { String::new() }),
            rate_requests: Some(if how & 64 != 0 { "1000000".to_owned() } else { String::new() }),
            rate_seconds: Some(if how & 64 != 0 { "60".to_owned() } else { String::new() }),
            owner: (how & 128 != 0).then(|| self.account.to_string()),
            ..TokenForm::default()
        }
    }

    async fn live(&self, id: TokenId) -> Option<Token> {
        self.app.store.token(id, Scope::Everybody).await.ok()
    }

    fn revealed(&mut self, id: TokenId, secret: &str) {
        if !self.tokens.contains(&id) {
            self.tokens.push(id);
        }
        self.secrets.push((secret.to_owned(), id, Vec::new()));
    }

    /// Does one step. A refusal does not matter here; only the effect on secrets does.
    async fn take(&mut self, (what, who, on, how): Step) -> Result<(), Error> {
        self.app.clock.forward(1_000);
        let service = self.app.service.clone();
        let by_token = what & 128 != 0;
        let caller = if by_token { self.script(who).await } else { self.signed_in(who).await };
        let Some(caller) = caller else { return Ok(()) };
        let person = self.owner(on);
        let id = self.token(on);
        let before = match id {
            Some(id) => self.live(id).await,
            None => None,
        };
        match (what % 14, id) {
            (0 | 1, _) => {
                let form = self.form(how);
                let made = service.create_token(&caller, &form).await?;
                self.within(&caller, &Power::of(&made.token)).await;
                self.revealed(made.token.id, made.secret.as_str());
            }
            (2, Some(id)) => {
                let form = TokenForm { owner: None, ..self.form(how) };
                let version = before.as_ref().map_or(0, |token| token.version);
                let after = service.edit_token(&caller, id, version, &form).await?;
                let gained = before.and_then(|before| Power::gained(&before, &TokenDetails::of(&after)));
                if let Some(gained) = gained {
                    self.within(&caller, &gained).await;
                }
            }
            (3, Some(id)) => {
                let made = service
                    .rotate_token(&caller, id, None, Overlap::of_seconds(i64::from(how % 3) * 3_600))
                    .await?;
                self.within(&caller, &Power::of(&made.token)).await;
                self.revealed(id, made.secret.as_str());
            }
            (4, Some(id)) => drop(service.set_disabled(&caller, id, None, true).await?),
            (5, Some(id)) => {
                let was_disabled = before.is_some_and(|token| token.disabled_at.is_some());
                let token = service.set_disabled(&caller, id, None, false).await?;
                if was_disabled {
                    self.within(&caller, &Power::of(&token)).await;
                }
            }
            (6, Some(id)) => service.delete_token(&caller, id).await?,
            (7, Some(id)) => {
                let name = format!("Walker again {how} {}.", self.named);
                if let app::service::Restored::Done(made) =
                    service.restore_token(&caller, id, Some(&name), None).await?
                {
                    self.within(&caller, &Power::of(&made.token)).await;
                    self.revealed(id, made.secret.as_str());
                }
            }
            (8, Some(id)) => {
                let to = self.owner(how).to_string();
                service.hand_over_token(&caller, id, &to).await?;
            }
            (9, _) => {
                let to = self.owner(how).to_string();
                service.hand_over_all(&caller, person, &to).await?;
            }
            (10, _) => {
                let role = [Role::Admin, Role::Member, Role::Viewer][usize::from(how % 3)].to_string();
                let ticked = self.ticked(person, how & 64 != 0).await;
                service.change_role_with(&caller, person, &role, &ticked.parse()?).await?;
            }
            (11, _) if how % 2 == 0 => service.disable_person(&caller, person).await.map(drop)?,
            (11, _) => {
                let ticked = self.ticked(person, how & 64 != 0).await;
                service.enable_person_with(&caller, person, &ticked.parse()?).await?;
            }
            (12, _) => drop(service.set_account_disabled(&caller, self.account, how % 2 == 0).await?),
            _ => self.app.clock.forward(HOUR_MS * i64::from(how % 3)),
        }
        Ok(())
    }

    /// Either everything that can be ticked about a person's tokens, or nothing.
    async fn ticked(&self, person: PersonId, is_asked: bool) -> Ticked {
        if !is_asked {
            return Ticked::default();
        }
        let owned = self.app.store.owned_tokens(person).await.unwrap();
        let all: Vec<String> = owned.iter().map(|token| token.seen().to_string()).collect();
        Ticked { keep: all.clone(), work: all }
    }

    /// Asserts that a token has given nothing beyond its own power, in any dimension.
    async fn within(&self, caller: &Caller, given: &Power) {
        let Credential::Token { id, .. } = &caller.credential else { return };
        let Some(token) = self.live(*id).await else { return };
        let permissions = token.permissions.without(&token.out_of_reach).within(caller.role);
        let own = Power { permissions, ..Power::of(&token) };
        assert_eq!(own.falls_short_of(given), None, "a token has given more than it has");
    }

    async fn accepted(&self, secret: &str) -> Vec<bool> {
        let mut all = Vec::new();
        for address in FROM {
            for asked in ASKED {
                let wanted = [asked.parse().unwrap()];
                let verification = self.app.service.verify(&request(secret, &wanted, address)).await.unwrap();
                all.push(verification.verdict.is_valid());
            }
        }
        all
    }

    /// Compares what every secret is accepted for with the step before, and looks up each gain in the audit log.
    async fn look(&mut self, last: i64, step: Step) {
        let sql = "select kind, coalesce(hex(token_id), ''), details from event where id > $1";
        let lines: Vec<(String, String, String)> =
            sqlx::query_as(sql).bind(last).fetch_all(&mut self.app.raw().await).await.unwrap();
        let names: HashMap<TokenId, (String, PersonId)> = {
            let mut names = HashMap::new();
            for id in self.tokens.clone() {
                if let Some(token) = self.live(id).await {
                    names.insert(id, (token.name.as_str().to_owned(), token.owner.id));
                }
            }
            names
        };
        for index in 0..self.secrets.len() {
            let (secret, id, before) = self.secrets[index].clone();
            let now = self.accepted(&secret).await;
            let wakes = !before.is_empty() && before.iter().zip(&now).any(|(before, now)| !before && *now);
            if wakes {
                let hex = id.as_uuid().simple().to_string().to_uppercase();
                let (name, owner) = names.get(&id).cloned().unwrap();
                let is_said = lines.iter().any(|(kind, token, details)| match kind.as_str() {
                    "token.edited" | "token.enabled" => *token == hex,
                    "person.role_changed" | "person.enabled" => details.contains(&name),
                    "account.enabled" => owner == self.account,
                    _ => false,
                });
                assert!(is_said, "after {step:?} a secret of {name} works again unsaid: {lines:?}");
            }
            self.secrets[index].2 = now;
        }
    }
}

fn request<'a>(
    secret: &'a str,
    permissions: &'a [app::domain::Permission],
    address: &str,
) -> VerifyRequest<'a> {
    let address: Option<IpAddr> = address.parse().ok();
    VerifyRequest { secret, permissions, address, client: "walk" }
}

async fn walk(steps: Vec<Step>) {
    let mut sweep = SweepApp::new().await;
    for step in steps {
        let last = sweep.app.last_line().await;
        if sweep.take(step).await == Err(Error::Unavailable) {
            panic!("{step:?} could not be done");
        }
        sweep.look(last, step).await;
    }
}

proptest! {
    #![proptest_config(Config { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_secret_that_was_refused_is_never_accepted_again_unsaid(
        steps in prop::collection::vec(any::<Step>(), STEPS..2 * STEPS)
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(walk(steps));
    }
}
