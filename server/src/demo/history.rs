//! The history of the company until now. All of it is done through the service, as people would have done it, with a
//! clock that is moved along: so the audit log is a real one. Uses are made up between the events of their tokens.

use super::{
    SampleError,
    company::{self, Employee},
    plot::{HOUR_MS, Sample, Step, end_of, moment, plot},
    traffic::{Client, Traffic},
};
use crate::config::catalogue;
use app::{
    domain::{
        AccountForm, AccountKind, Caller, Error, ExposureReport, FRESH_SIGN_IN_MS, Overlap, PersonId,
        ResourceRemoval, RevealedSecret, Role, SecretPrefix, Timestamp, TokenForm, Verdict, WorkspaceEdit,
        WorkspaceForm,
    },
    service::{BrowserKeys, Clock, Key, KeyDigest, Revision, Service, Store},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};
use uuid::Uuid;

const PASSWORDS: (&str, &str) = (company::PASSWORD, company::PASSWORD);

#[derive(Default)]
struct WalkingClock(AtomicI64);

impl Clock for WalkingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

struct Story<'a> {
    now: i64,
    clock: Arc<WalkingClock>,
    service: Service,
    store: &'a dyn Store,
    /// Who has signed in, by first name and hour.
    callers: Mutex<HashMap<(&'static str, i64), Caller>>,
    invited: HashMap<&'a str, Key>,
    /// The service account, once it is there.
    nightly: Option<PersonId>,
    /// The clients of the tokens that are made, by the name of the token.
    clients: HashMap<&'a str, Client<'a>>,
    traffic: Traffic,
}

/// Tells the story, and returns the clients of the tokens by the name of the token.
pub async fn tell<'a>(
    store: &'a Arc<dyn Store>,
    samples: &'a [Sample],
    now: i64,
) -> Result<HashMap<&'a str, Client<'a>>, SampleError> {
    let clock = Arc::<WalkingClock>::default();
    let service = Service::new(store.clone(), clock.clone(), SecretPrefix::default());
    let (callers, invited, clients) = <(Mutex<_>, HashMap<_, _>, HashMap<_, _>)>::default();
    let traffic = Traffic::until(now);
    let nightly = None;
    let mut story =
        Story { now, clock, service, store: &**store, callers, invited, nightly, clients, traffic };
    story.first_morning().await?;
    for step in plot(now, samples)? {
        story.clock.0.store(step.at, Ordering::Relaxed);
        match step.sample {
            Some(sample) if step.deed == "make" => story.make(step.at, sample).await?,
            Some(sample) => story.change(&step, sample).await?,
            None => story.happen(&step).await?,
        }
    }
    for client in story.clients.values_mut() {
        client.call_until(now, &mut story.traffic);
    }
    story.traffic.write(story.store).await?;
    Ok(story.clients)
}

impl<'a> Story<'a> {
    async fn first_morning(&self) -> Result<(), SampleError> {
        let first = &company::PEOPLE[0];
        self.clock.0.store(moment(self.now, first.invited, 7 * 60), Ordering::Relaxed);
        self.service.replace_catalogue(&catalogue::starting().map_err(SampleError::of)?).await?;
        let code =
            self.service.make_setup_link().await?.ok_or_else(|| SampleError::of("somebody is there"))?;
        let (keys, visit) = (BrowserKeys::default(), first.visit());
        self.service.finish_setup(code.expose(), &first.form(), PASSWORDS, keys, &visit).await?;
        let ada = self.caller(first.first).await?;
        let workspace = self.service.general(&ada).await?.workspace;
        let form = WorkspaceForm { name: company::NAME.to_owned(), ..WorkspaceForm::of(&workspace) };
        self.service.change_workspace(&ada, &WorkspaceEdit::of(form, workspace.version)).await?;
        for resource in company::resources().iter().chain([&company::given_up()]) {
            self.service.add_resource(&ada, resource).await?;
        }
        for name in company::UNWANTED {
            self.remove_resource(name).await?;
        }
        Ok(())
    }

    async fn remove_resource(&self, name: &str) -> Result<(), SampleError> {
        let ada = self.caller("ada").await?;
        let version = self.service.resource_to_edit(&ada, name).await?.version;
        self.service.remove_resource(&ada, &ResourceRemoval { name: name.to_owned(), version }).await?;
        Ok(())
    }

    /// An employee at their desk, who signs in at most once in an hour.
    async fn caller(&self, first: &str) -> Result<Caller, SampleError> {
        let employee = find(first)?;
        let (visit, desk) =
            (employee.visit(), (employee.first, self.clock.now().as_millis() / FRESH_SIGN_IN_MS));
        let before = self.callers.lock().map_err(SampleError::of)?.get(&desk).cloned();
        if let Some(caller) = before {
            return Ok(Caller { visit, ..caller });
        }
        let signed_in = self.service.operator_begin_session(employee.email, &visit).await?;
        let caller = self.service.caller(&signed_in.session, &visit).await?.ok_or(Error::SignedOut)?;
        self.callers.lock().map_err(SampleError::of)?.insert(desk, caller.clone());
        Ok(caller)
    }

    /// One event of the company.
    async fn happen(&mut self, step: &Step<'a>) -> Result<(), SampleError> {
        let employee = find(step.detail)?;
        let (service, visit, keys) = (&self.service, employee.visit(), BrowserKeys::default());
        match step.deed {
            "invite" => {
                let invited = service.invite(&self.caller("ada").await?, &employee.form()).await?;
                self.invited.insert(step.detail, invited.code);
            }
            "join" => {
                let code = self.invited.remove(step.detail).ok_or(Error::NotFound)?;
                service.accept_link(code.expose(), PASSWORDS, keys, &visit).await?;
            }
            "promote" => {
                let id = self.caller(step.detail).await?.id;
                service.change_role(&self.caller("ada").await?, id, Role::Admin.as_str()).await?;
            }
            "leave" => {
                let id = self.caller(step.detail).await?.id;
                service.disable_person(&self.caller("ada").await?, id).await?;
                for client in self.clients.values_mut().filter(|client| client.owner == step.detail) {
                    client.call_until(step.at, &mut self.traffic);
                    client.verdict = Some(Verdict::OwnerDisabled);
                }
            }
            "automate" => {
                let (ada, steward) = (self.caller("ada").await?, self.caller(step.detail).await?.id);
                let named = |(name, purpose): (&str, &str)| AccountForm {
                    name: name.to_owned(),
                    purpose: purpose.to_owned(),
                    ..AccountForm::default()
                };
                let billing = named(company::BILLING);
                let group = service.create_account(&ada, AccountKind::Group, &billing).await?.account.id;
                service.put_member(&ada, group, steward, true).await?;
                let nightly = AccountForm {
                    stewards: group.to_string(),
                    metadata: "cost-center: 4711".to_owned(),
                    ..named(company::NIGHTLY)
                };
                let made = service.create_account(&ada, AccountKind::Service, &nightly).await?;
                self.nightly = Some(made.account.id);
            }
            "give up" => self.remove_resource(&company::given_up().name).await?,
            "export" => service.begin_export(&self.caller(step.detail).await?).await?,
            "mistype" => {
                let typed = company::PASSWORD.replace(' ', "");
                refused(service.sign_in(employee.email, &typed, keys, &visit).await)?;
            }
            "try in vain" => {
                let viewer = self.caller(step.detail).await?;
                refused(service.create_token(&viewer, &TokenForm::default()).await)?;
            }
            other => return Err(SampleError::of(format!("nobody can {other}"))),
        }
        Ok(())
    }

    async fn make(&mut self, at: i64, sample: &'a Sample) -> Result<(), SampleError> {
        let permissions: Vec<String> = match sample.permissions.as_str() {
            "*" => {
                let all = self.service.catalogue().await?.resources;
                all.iter().flat_map(|resource| resource.permissions()).map(|(_, p)| p.to_string()).collect()
            }
            some => some.split(' ').map(str::to_owned).collect(),
        };
        let (requests, seconds) = sample.rate.split_once('/').unwrap_or_default();
        let ends = sample.ends.map(|days| end_of(self.now, days));
        let is_described_later = sample.deeds.contains("edit@");
        let form = TokenForm {
            name: sample.name.clone(),
            description: if is_described_later { String::new() } else { sample.description.clone() },
            permissions: permissions.clone(),
            expires_at: ends.map(|at| at.to_string()),
            allowed_addresses: Some(sample.addresses.clone()),
            rate_requests: Some(requests.to_owned()),
            rate_seconds: Some(seconds.to_owned()),
            owner: None,
            metadata: environment(&sample.name).map(|name| format!("env: {name}")),
        };
        let created = self.service.create_token(&self.caller(&sample.owner).await?, &form).await?;
        let client = Client {
            sample,
            seed: i64::try_from(self.clients.len()).unwrap_or_default(),
            token: created.token.id,
            owner: &sample.owner,
            permissions,
            ends: ends.map(Timestamp::as_millis),
            current: self.id_of(&created.secret).await?,
            secret: created.secret,
            late: None,
            verdict: Some(Verdict::Valid),
            called_until: at,
        };
        self.clients.insert(&sample.name, client);
        Ok(())
    }

    async fn id_of(&self, secret: &RevealedSecret) -> Result<Uuid, SampleError> {
        let found = self.store.secret(&KeyDigest::of(secret.as_str().as_bytes()), Revision::default()).await;
        Ok(found.map_err(SampleError::of)?.ok_or(Error::NotFound)?.id)
    }

    /// Something that is done with a token.
    async fn change(&mut self, step: &Step<'a>, sample: &'a Sample) -> Result<(), SampleError> {
        let mut client = self.clients.remove(sample.name.as_str()).ok_or(Error::NotFound)?;
        client.call_until(step.at, &mut self.traffic);
        if client.fails(step, &mut self.traffic) {
            self.clients.insert(&sample.name, client);
            return Ok(());
        }
        let (service, id) = (&self.service, client.token);
        let caller = self.caller(if step.deed == "hand-over" { "ada" } else { &sample.owner }).await?;
        match step.deed {
            "rotate" | "rotate-late" => {
                let hours: i64 = step.detail.parse().map_err(SampleError::of)?;
                let overlap = Overlap::of_seconds(hours * 3_600);
                let rotated = service.rotate_token(&caller, id, None, overlap).await?;
                let until = step.at + hours * HOUR_MS;
                client.late = (step.deed == "rotate-late").then_some((client.current, until));
                client.current = self.id_of(&rotated.secret).await?;
                client.secret = rotated.secret;
            }
            "edit" => {
                let token = service.token(&caller, id).await?;
                let form = TokenForm { description: sample.description.clone(), ..TokenForm::of(&token) };
                service.edit_token(&caller, id, token.version, &form).await?;
            }
            "hand-over" => {
                let to = match step.detail {
                    "nightly" => self.nightly.ok_or(Error::NoSuchAccount)?,
                    person => self.caller(person).await?.id,
                };
                service.hand_over_token(&caller, id, &to.to_string()).await?;
                client.owner = step.detail;
            }
            "delete" => {
                service.delete_token(&caller, id).await?;
                client.verdict = Some(Verdict::Revoked);
            }
            "disable" => {
                service.set_disabled(&caller, id, None, true).await?;
                client.verdict = Some(Verdict::Disabled);
            }
            "enable" => {
                service.set_disabled(&caller, id, None, false).await?;
                client.verdict = Some(Verdict::Valid);
            }
            "expose" => {
                let project =
                    sample.name.split(" (").next().unwrap_or_default().to_lowercase().replace(' ', "-");
                let place = format!("https://github.com/example/{project}/blob/main/.env");
                let report = ExposureReport::parse(client.secret.as_str().to_owned(), &place, step.detail);
                let report = report.map_err(SampleError::of)?;
                service.expose_found(&[report], None, &caller.visit).await?;
                client.verdict = Some(Verdict::Revoked);
            }
            other => return Err(SampleError::of(format!("no token can {other}"))),
        }
        self.clients.insert(&sample.name, client);
        Ok(())
    }
}

fn find(first: &str) -> Result<&'static Employee, SampleError> {
    let found = company::PEOPLE.iter().find(|employee| employee.first == first);
    found.ok_or_else(|| SampleError::of(format!("nobody is called {first}")))
}

/// Expects a refusal that the story needs.
fn refused<T>(outcome: Result<T, Error>) -> Result<(), SampleError> {
    match outcome {
        Err(Error::SignInRefused | Error::Forbidden { .. }) => Ok(()),
        Err(other) => Err(other.into()),
        Ok(_) => Err(SampleError::of("what should have been refused was not")),
    }
}

/// `production` for `Checkout (production)`.
fn environment(name: &str) -> Option<&str> {
    let (_, last) = name.strip_suffix(')')?.rsplit_once('(')?;
    ["preview", "production", "staging"].contains(&last).then_some(last)
}
