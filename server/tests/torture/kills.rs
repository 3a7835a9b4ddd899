//! `kill -9` while several clients write: every acknowledged change survives, and none is undone later.

use crate::{Dice, line::Line, machine::Machine};
use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::time::sleep;

const WRITERS: u64 = 4;
/// The audit log is verified from its beginning once in so many rounds.
const ROUNDS_BETWEEN_AUDITS: u64 = 20;

/// A secret and the verdicts that it may get: two while a change to it is under way.
struct Fact {
    secret: String,
    allowed: Vec<&'static str>,
}

#[derive(Default)]
struct Counts {
    acknowledged: AtomicU64,
    checked: AtomicU64,
}

pub async fn run(dice: &mut Dice, rounds: u64) {
    let (machine, counts) = (Machine::new(), Counts::default());
    let mut facts: Vec<Fact> = Vec::new();
    for round in 0..rounds {
        let server = machine.serve("");
        check(&machine, server.address, &facts, &counts).await;
        // A sample of the older facts is enough to notice a change that comes undone later.
        facts.retain(|_| dice.below(4) == 0);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, secret) = (server.address, machine.secret.clone());
                let (name, dice) = (format!("r{round} w{writer}"), Dice::new(dice.roll()));
                tokio::spawn(async move {
                    let mut facts = Vec::new();
                    // The write ends when the server does.
                    let (acknowledged, _) = write(address, &secret, &name, dice, &mut facts).await;
                    (acknowledged, facts)
                })
            })
            .collect();
        sleep(Duration::from_millis(20 + dice.below(200))).await;
        server.kill();
        for writer in writers {
            let (acknowledged, seen) = writer.await.unwrap();
            counts.acknowledged.fetch_add(acknowledged, Ordering::Relaxed);
            facts.extend(seen);
        }
        if round % ROUNDS_BETWEEN_AUDITS == 0 {
            machine.assert_audit_is_whole();
        }
    }
    let server = machine.serve("");
    check(&machine, server.address, &facts, &counts).await;
    let lines = machine.assert_audit_is_whole();
    println!(
        "kills: {rounds} times kill -9, {} changes acknowledged, {} verdicts compared, 0 lost, 0 undone; audit log whole, {lines} lines",
        counts.acknowledged.into_inner(),
        counts.checked.into_inner(),
    );
}

async fn check(machine: &Machine, address: SocketAddr, facts: &[Fact], counts: &Counts) {
    let mut line = Line::open(address, 1, &machine.secret).await.unwrap();
    let secrets: Vec<&str> = facts.iter().map(|fact| fact.secret.as_str()).collect();
    let verdicts = line.verdicts(&secrets).await.unwrap();
    assert_eq!(verdicts.len(), facts.len());
    for (fact, verdict) in facts.iter().zip(&verdicts) {
        assert!(fact.allowed.contains(&verdict.as_str()), "{verdict} instead of {:?}", fact.allowed);
    }
    counts.checked.fetch_add(verdicts.len() as u64, Ordering::Relaxed);
}

/// Creates, rotates, disables and deletes tokens, and notes which changes were acknowledged.
async fn write(
    address: SocketAddr,
    secret: &str,
    name: &str,
    mut dice: Dice,
    facts: &mut Vec<Fact>,
) -> (u64, io::Result<()>) {
    let mut acknowledged = 0;
    let end = async {
        let mut line = Line::open(address, 1, secret).await?;
        for number in 0.. {
            let made = line.create(&format!("{name} t{number}")).await?;
            if made.status != 201 {
                // A refusal changes nothing; the rate limit is the likely reason.
                sleep(Duration::from_millis(20)).await;
                continue;
            }
            acknowledged += 1;
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let id = text(&made.body["token"]["id"]);
            facts.push(Fact { secret: text(&made.body["secret"]), allowed: vec!["valid"] });
            for _ in 0..dice.below(3) {
                let (step, after) = [("rotate", "revoked"), ("disable", "disabled")][dice.below(2) as usize];
                let body = (step == "rotate").then(|| serde_json::json!({ "overlap_seconds": 0 }));
                let fact = facts.last_mut().unwrap();
                let before = fact.allowed.clone();
                fact.allowed.push(after);
                let changed = line.ask("POST", &format!("/v1/tokens/{id}/{step}"), body.as_ref()).await?;
                if changed.status != 200 {
                    fact.allowed = before;
                    continue;
                }
                acknowledged += 1;
                fact.allowed = vec![after];
                if step == "disable" {
                    break;
                }
                facts.push(Fact { secret: text(&changed.body["secret"]), allowed: before });
            }
            if dice.below(3) > 0 {
                let fact = facts.last_mut().unwrap();
                let before = fact.allowed.clone();
                fact.allowed.push("revoked");
                if line.ask("DELETE", &format!("/v1/tokens/{id}"), None).await?.status == 204 {
                    acknowledged += 1;
                    fact.allowed = vec!["revoked"];
                } else {
                    fact.allowed = before;
                }
            }
        }
        Ok(())
    };
    let end = end.await;
    (acknowledged, end)
}
