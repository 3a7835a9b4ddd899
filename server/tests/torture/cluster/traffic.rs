//! Writers that create and revoke tokens, and a crowd that asks about them, on both nodes all the time. When a change
//! was acknowledged and when a question was asked is noted, so that every answer can be judged.

use super::nodes::Nodes;
use crate::line::Line;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::sleep};

/// A question that is asked later than this after a change was acknowledged is answered with it, on any node.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// Tokens of one writer that are valid at a time.
const LIVE: usize = 12;
/// Tokens that one question is about.
const ASKED: usize = 60;
const WRITER_PAUSE: Duration = Duration::from_millis(100);
const ASKER_PAUSE: Duration = Duration::from_millis(15);

/// A token whose creation was acknowledged.
struct Fact {
    id: String,
    secret: String,
    created: Instant,
    is_asked_to_end: AtomicBool,
    ended: Mutex<Option<Instant>>,
}

/// What has happened under one fault.
#[derive(Default)]
pub struct Ledger {
    facts: Mutex<Vec<Arc<Fact>>>,
    pub revoked: AtomicU64,
    pub answers: AtomicU64,
    /// Verdicts that were not true any more, or never were.
    pub wrong: AtomicU64,
    /// Seconds in which somebody was told 503.
    refused: Mutex<BTreeSet<u64>>,
    /// For each node, the longest time without an answer.
    gaps: Mutex<[Duration; 2]>,
    is_over: AtomicBool,
}

impl Ledger {
    fn sample(&self) -> Vec<Arc<Fact>> {
        let facts = self.facts.lock().unwrap();
        let (old, new) = facts.split_at(facts.len().saturating_sub(ASKED));
        // Of the older ones, every tenth time another one.
        let turn = self.answers.load(Ordering::Relaxed) as usize;
        new.iter().chain(old.get(turn % old.len().max(1))).cloned().collect()
    }

    /// Judges the verdicts of one answer to a question that was asked then.
    fn judge(&self, facts: &[Arc<Fact>], asked: Instant, answer: &Value) {
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        assert_eq!(items.len(), facts.len(), "{answer}");
        self.answers.fetch_add(items.len() as u64, Ordering::Relaxed);
        for (fact, item) in facts.iter().zip(&items) {
            let ended = *fact.ended.lock().unwrap();
            let is_late = |since: Instant| asked > since + SEEN_WITHIN;
            let is_wrong = match item["verdict"].as_str() {
                Some("valid") => ended.is_some_and(is_late),
                Some("revoked") => !fact.is_asked_to_end.load(Ordering::SeqCst),
                _ => is_late(fact.created),
            };
            if is_wrong {
                self.wrong.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub fn refused_seconds(&self) -> usize {
        self.refused.lock().unwrap().len()
    }

    pub fn longest_gap(&self) -> Duration {
        self.gaps.lock().unwrap().iter().copied().max().unwrap_or_default()
    }

    /// Asks a node about every token, and returns how many acknowledged changes it does not know of.
    pub async fn lost(&self, nodes: &Nodes, node: usize) -> u64 {
        let facts = self.facts.lock().unwrap().clone();
        let mut line = Line::open(nodes.address(node), 1, nodes.secret(0)).await.unwrap();
        let secrets: Vec<&str> = facts.iter().map(|fact| fact.secret.as_str()).collect();
        let verdicts = line.verdicts(&secrets).await.unwrap();
        let is_lost = |(fact, verdict): &(&Arc<Fact>, &String)| {
            let wanted = match (*fact.ended.lock().unwrap(), fact.is_asked_to_end.load(Ordering::SeqCst)) {
                (Some(_), _) => "revoked",
                (None, false) => "valid",
                // It was not acknowledged, so it may be either.
                (None, true) => return false,
            };
            *verdict != wanted
        };
        facts.iter().zip(&verdicts).filter(is_lost).count() as u64
    }
}

pub struct Traffic {
    pub ledger: Arc<Ledger>,
    tasks: Vec<JoinHandle<()>>,
}

impl Traffic {
    pub fn start(nodes: &Nodes) -> Self {
        let ledger = Arc::new(Ledger::default());
        let mut tasks = Vec::new();
        for node in 0..2u8 {
            let at = usize::from(node);
            for asker in 0..2 {
                let (ledger, address, secret) =
                    (ledger.clone(), nodes.address(at), nodes.secret(asker).to_owned());
                tasks.push(tokio::spawn(async move {
                    let (mut line, mut answered) = (None, Instant::now());
                    while !ledger.is_over.load(Ordering::SeqCst) {
                        if line.is_none() {
                            line = Line::open(address, 10 + node, &secret).await.ok();
                        }
                        if let Some(open) = line.as_mut() {
                            let facts = ledger.sample();
                            if !ask(&ledger, open, &facts, &mut answered, at).await {
                                line = None;
                            }
                        }
                        sleep(ASKER_PAUSE).await;
                    }
                    note_gap(&ledger, at, answered);
                }));
            }
            let (ledger, address) = (ledger.clone(), nodes.address(at));
            let secrets: Vec<String> = (0..4).map(|secret| nodes.secret(secret).to_owned()).collect();
            tasks.push(tokio::spawn(async move {
                let (mut live, mut line, mut number) = (VecDeque::new(), None, 0);
                while !ledger.is_over.load(Ordering::SeqCst) {
                    number += 1;
                    if line.is_none() {
                        line = Line::open(address, 20 + node, "").await.ok();
                    }
                    if let Some(open) = line.as_mut() {
                        open.show(&secrets[number % secrets.len()]);
                        if write(&ledger, open, &mut live).await.is_none() {
                            line = None;
                        }
                    }
                    sleep(WRITER_PAUSE).await;
                }
            }));
        }
        Self { ledger, tasks }
    }

    pub async fn stop(self) -> Arc<Ledger> {
        self.ledger.is_over.store(true, Ordering::SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
        // Until then a node may not know of the last ones.
        sleep(SEEN_WITHIN).await;
        self.ledger
    }
}

fn note_gap(ledger: &Ledger, node: usize, since: Instant) {
    let mut gaps = ledger.gaps.lock().unwrap();
    gaps[node] = gaps[node].max(since.elapsed());
}

/// A question about several tokens. Returns whether the connection can be used again.
async fn ask(
    ledger: &Ledger,
    line: &mut Line,
    facts: &[Arc<Fact>],
    answered: &mut Instant,
    node: usize,
) -> bool {
    if facts.is_empty() {
        *answered = Instant::now();
        return true;
    }
    let items: Vec<Value> = facts.iter().map(|fact| json!({ "secret": fact.secret })).collect();
    let asked = Instant::now();
    match line.ask("POST", "/v1/verify/batch", Some(&json!({ "items": items }))).await {
        Err(_) => return false,
        Ok(answer) if answer.status == 200 => {
            ledger.judge(facts, asked, &answer.body);
            note_gap(ledger, node, *answered);
            *answered = Instant::now();
        }
        Ok(answer) => note_refusal(ledger, answer.status, &answer.body),
    }
    true
}

fn note_refusal(ledger: &Ledger, status: u16, body: &Value) {
    match status {
        503 => {
            static BEGAN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
            ledger.refused.lock().unwrap().insert(BEGAN.elapsed().as_secs());
        }
        429 => {}
        other => panic!("{other} instead of 503: {body}"),
    }
}

/// Creates a token, or revokes the oldest one. Returns `None` if the connection has ended.
async fn write(ledger: &Ledger, line: &mut Line, live: &mut VecDeque<Arc<Fact>>) -> Option<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    if live.len() < LIVE {
        let name = format!("Cluster {}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let answer = line.create(&name).await.ok()?;
        if answer.status != 201 {
            note_refusal(ledger, answer.status, &answer.body);
            return Some(());
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fact = Arc::new(Fact {
            id: text(&answer.body["token"]["id"]),
            secret: text(&answer.body["secret"]),
            created: Instant::now(),
            is_asked_to_end: AtomicBool::new(false),
            ended: Mutex::default(),
        });
        ledger.facts.lock().unwrap().push(fact.clone());
        live.push_back(fact);
        return Some(());
    }
    let oldest = live.front()?;
    oldest.is_asked_to_end.store(true, Ordering::SeqCst);
    let answer = line.ask("DELETE", &format!("/v1/tokens/{}", oldest.id), None).await.ok()?;
    match answer.status {
        204 => {
            *oldest.ended.lock().unwrap() = Some(Instant::now());
            ledger.revoked.fetch_add(1, Ordering::Relaxed);
            live.pop_front();
        }
        // It was done by a request that was not answered, or lost by a failover: nobody can say.
        404 => drop(live.pop_front()),
        status => note_refusal(ledger, status, &answer.body),
    }
    Some(())
}
