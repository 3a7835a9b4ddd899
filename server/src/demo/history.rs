//! The history of the company until now. All of it is done through the service, as people would have done it, with a
//! clock that is moved along: so the audit log is a real one.

use super::{
    SampleError,
    company::{self, Employee},
    plot::{Act, HOUR_MS, MINUTE_MS, end_of, moment, plot},
    sample::{Deed, Sample},
};
use crate::config::catalogue;
use app::{
    domain::{
        Caller, Credential, Error, FRESH_SIGN_IN_MS, Overlap, ResourceRemoval, RevealedSecret, Role,
        SecretPrefix, Timestamp, TokenForm, TokenId, WorkspaceEdit, WorkspaceForm,
    },
    service::{BrowserKeys, Clock, Key, KeyDigest, Service, Store},
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use uuid::Uuid;

/// Age of a sign-in from which its person signs in again.
const SITTING_MS: i64 = FRESH_SIGN_IN_MS;

/// The life of a sample.
pub struct Life {
    pub id: TokenId,
    pub made: Timestamp,
    pub ends: Option<Timestamp>,
    /// The permissions it holds, in the order in which the sample names them.
    pub permissions: Vec<String>,
    /// All secrets that it ever had, the current one last.
    pub secrets: Vec<Handed>,
    pub done: Vec<(Timestamp, Deed)>,
    /// The moment at which its owner was disabled.
    pub orphaned: Option<Timestamp>,
    /// The current secret.
    pub secret: RevealedSecret,
}

/// One secret of a token: the start of its use, and the moment at which it ends by itself.
pub struct Handed {
    pub id: Uuid,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

#[derive(Default)]
struct WalkingClock(AtomicI64);

impl Clock for WalkingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

struct Story<'a> {
    now: Timestamp,
    clock: Arc<WalkingClock>,
    service: Service,
    store: &'a dyn Store,
    samples: &'a [Sample],
    /// The callers who are signed in, by first name.
    sitting: HashMap<&'static str, Caller>,
    codes: HashMap<usize, Key>,
    lives: HashMap<usize, Life>,
}

/// Tells the story, and returns the life of each sample, in their order.
pub async fn tell(
    store: &Arc<dyn Store>,
    samples: &[Sample],
    now: Timestamp,
) -> Result<Vec<Life>, SampleError> {
    let clock = Arc::new(WalkingClock::default());
    let service = Service::new(store.clone(), clock.clone(), SecretPrefix::default());
    let (sitting, codes, lives) = <(HashMap<_, _>, HashMap<_, _>, HashMap<_, _>)>::default();
    let mut story = Story { now, clock, service, store: &**store, samples, sitting, codes, lives };
    story.first_morning().await?;
    for (at, act) in plot(now, samples)? {
        story.clock.0.store(at.as_millis(), Ordering::Relaxed);
        story.play(at, act).await?;
    }
    Ok((0..samples.len()).filter_map(|place| story.lives.remove(&place)).collect())
}

impl Story<'_> {
    async fn first_morning(&mut self) -> Result<(), SampleError> {
        let began = moment(self.now, company::PEOPLE[0].invited, 7 * 60);
        self.clock.0.store(began.as_millis(), Ordering::Relaxed);
        let starting = catalogue::starting().map_err(SampleError::of)?;
        self.service.replace_catalogue(&starting).await?;
        let code =
            self.service.make_setup_link().await?.ok_or_else(|| SampleError::of("somebody is there"))?;
        let first = &company::PEOPLE[0];
        self.wait();
        let passwords = (company::PASSWORD, company::PASSWORD);
        let keys = BrowserKeys::default();
        let signed_in =
            self.service.finish_setup(code.expose(), &first.form(), passwords, keys, &first.visit()).await?;
        let ada = self.service.caller(&signed_in.session, &first.visit()).await?;
        let ada = ada.ok_or_else(|| SampleError::of(Error::SignedOut))?;
        self.wait();
        let workspace = self.service.general(&ada).await?.workspace;
        let form = WorkspaceForm { name: company::NAME.to_owned(), ..WorkspaceForm::of(&workspace) };
        self.service.change_workspace(&ada, &WorkspaceEdit::of(form, workspace.version)).await?;
        for resource in company::resources().iter().chain([&company::given_up()]) {
            self.wait();
            self.service.add_resource(&ada, resource).await?;
        }
        for name in company::UNWANTED {
            self.wait();
            self.remove_resource(&ada, name).await?;
        }
        self.sitting.insert(first.first, ada);
        Ok(())
    }

    /// Moves the clock on by the time it takes to type something.
    fn wait(&self) {
        self.clock.0.fetch_add(3 * MINUTE_MS, Ordering::Relaxed);
    }

    async fn remove_resource(&self, ada: &Caller, name: &str) -> Result<(), SampleError> {
        let version = self.service.resource_to_edit(ada, name).await?.version;
        self.service.remove_resource(ada, &ResourceRemoval { name: name.to_owned(), version }).await?;
        Ok(())
    }

    /// An employee at their desk, signed in.
    async fn caller(&mut self, first: &str) -> Result<Caller, SampleError> {
        let employee = find(first)?;
        let now = self.clock.now();
        let has_time = |signed_in_at: Timestamp| now.as_millis() - signed_in_at.as_millis() < SITTING_MS;
        let sitting = self.sitting.get(first).filter(|caller| {
            matches!(caller.credential, Credential::Session { signed_in_at, .. } if has_time(signed_in_at))
        });
        if let Some(caller) = sitting {
            return Ok(Caller { visit: employee.visit(), ..caller.clone() });
        }
        let signed_in = self.service.operator_begin_session(employee.email, &employee.visit()).await?;
        let caller = self.service.caller(&signed_in.session, &employee.visit()).await?;
        let caller = caller.ok_or_else(|| SampleError::of(Error::SignedOut))?;
        self.sitting.insert(employee.first, caller.clone());
        Ok(caller)
    }

    async fn play(&mut self, at: Timestamp, act: Act) -> Result<(), SampleError> {
        match act {
            Act::Make(place) => self.make(at, place).await,
            Act::Do(place, deed) => self.act_on(at, place, deed).await,
            Act::Invite(who) => {
                let ada = self.caller("ada").await?;
                let invited = self.service.invite(&ada, &company::PEOPLE[who].form()).await?;
                self.codes.insert(who, invited.code);
                Ok(())
            }
            Act::Join(who) => {
                let Some(code) = self.codes.remove(&who) else { return Ok(()) };
                let passwords = (company::PASSWORD, company::PASSWORD);
                let visit = company::PEOPLE[who].visit();
                let joined =
                    self.service.accept_link(code.expose(), passwords, BrowserKeys::default(), &visit);
                joined.await.map(drop).map_err(SampleError::from)
            }
            Act::Promote => {
                let (ada, tomas) = (self.caller("ada").await?, self.caller("tomas").await?);
                self.sitting.remove("tomas");
                Ok(self.service.change_role(&ada, tomas.id, Role::Admin.as_str()).await.map(drop)?)
            }
            Act::Leave => {
                let (ada, oskar) = (self.caller("ada").await?, self.caller("oskar").await?);
                for life in self.lives_of("oskar") {
                    life.orphaned = Some(at);
                }
                Ok(self.service.disable_person(&ada, oskar.id).await.map(drop)?)
            }
            Act::GiveUp => {
                let ada = self.caller("ada").await?;
                self.remove_resource(&ada, &company::given_up().name).await
            }
            Act::Export => {
                let vera = self.caller("vera").await?;
                Ok(self.service.begin_export(&vera).await?)
            }
            Act::Mistype => {
                let ines = find("ines")?;
                let typed = company::PASSWORD.replace(' ', "");
                refused(self.service.sign_in(ines.email, &typed, BrowserKeys::default(), &ines.visit()).await)
            }
            Act::TryInVain => {
                let vera = self.caller("vera").await?;
                refused(self.service.create_token(&vera, &TokenForm::default()).await)
            }
        }
    }

    async fn make(&mut self, at: Timestamp, place: usize) -> Result<(), SampleError> {
        let sample = &self.samples[place];
        let caller = self.caller(&sample.owner).await?;
        let permissions = match sample.permissions.as_str() {
            "*" => {
                let all = self.service.catalogue().await?.resources;
                all.iter().flat_map(|resource| resource.permissions()).map(|(_, p)| p.to_string()).collect()
            }
            some => some.split(' ').map(str::to_owned).collect::<Vec<_>>(),
        };
        let ends = sample.ends.map(|days| end_of(self.now, days));
        let (requests, seconds) = sample.rate();
        let is_described_later = sample.day_of(&Deed::Edit).is_some();
        let form = TokenForm {
            name: sample.name.clone(),
            description: if is_described_later { String::new() } else { sample.description.clone() },
            permissions: permissions.clone(),
            expires_at: ends.map(|at| at.to_string()),
            allowed_addresses: Some(sample.addresses.clone()),
            rate_requests: Some(requests),
            rate_seconds: Some(seconds),
        };
        let created = self.service.create_token(&caller, &form).await?;
        let first = self.handed(&created.secret, at).await?;
        let life = Life {
            id: created.token.id,
            made: at,
            ends,
            permissions,
            secrets: vec![first],
            done: Vec::new(),
            orphaned: None,
            secret: created.secret,
        };
        self.lives.insert(place, life);
        Ok(())
    }

    async fn handed(&self, secret: &RevealedSecret, from: Timestamp) -> Result<Handed, SampleError> {
        let found =
            self.store.secret(&KeyDigest::of(secret.as_str().as_bytes())).await.map_err(SampleError::of)?;
        let id = found.ok_or_else(|| SampleError::of(Error::NotFound))?.id;
        Ok(Handed { id, from, until: None })
    }

    async fn act_on(&mut self, at: Timestamp, place: usize, deed: Deed) -> Result<(), SampleError> {
        let sample = &self.samples[place];
        let id = self.life(place)?.id;
        let who = if matches!(deed, Deed::HandOver(_)) { "ada" } else { sample.owner.as_str() };
        // Deeds of clients and strangers leave no trace but uses.
        if !matches!(deed, Deed::Stop | Deed::Denied | Deed::Foreign | Deed::Limited) {
            let caller = self.caller(who).await?;
            match &deed {
                Deed::Rotate(hours) | Deed::RotateLate(hours) => {
                    let rotated = self
                        .service
                        .rotate_token(&caller, id, None, Overlap::of_seconds(hours * 3_600))
                        .await?;
                    let next = self.handed(&rotated.secret, at).await?;
                    let life = self.life(place)?;
                    let until = Timestamp::from_millis(at.as_millis() + hours * HOUR_MS);
                    life.secrets.iter_mut().for_each(|secret| secret.until = secret.until.or(Some(until)));
                    life.secrets.push(next);
                    life.secret = rotated.secret;
                }
                Deed::Edit => {
                    let token = self.service.token(&caller, id).await?;
                    let form = TokenForm { description: sample.description.clone(), ..TokenForm::of(&token) };
                    self.service.edit_token(&caller, id, token.version, &form).await?;
                }
                Deed::HandOver(to) => {
                    let to = self.caller(to).await?.id.to_string();
                    self.service.hand_over_token(&caller, id, &to).await?;
                }
                Deed::Delete => self.service.delete_token(&caller, id).await?,
                change => drop(self.service.set_disabled(&caller, id, None, *change == Deed::Disable).await?),
            }
        }
        self.life(place)?.done.push((at, deed));
        Ok(())
    }

    fn life(&mut self, place: usize) -> Result<&mut Life, SampleError> {
        self.lives.get_mut(&place).ok_or_else(|| SampleError::of("a token is not made yet"))
    }

    /// The tokens that somebody has made and kept.
    fn lives_of(&mut self, first: &'static str) -> impl Iterator<Item = &mut Life> {
        let samples = self.samples;
        let is_given = |life: &Life| life.done.iter().any(|(_, deed)| matches!(deed, Deed::HandOver(_)));
        let all = self.lives.iter_mut();
        all.filter(move |(place, life)| samples[**place].owner == first && !is_given(life))
            .map(|(_, life)| life)
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
