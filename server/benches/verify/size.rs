//! The effect of the number of tokens on a verification, in total and for one owner, and the memory that each takes. And
//! that of grants.

use crate::{
    child::Server,
    figures::{Figures, title},
    load::{Side, closed, compare, each_once},
    plan::Plan,
    seed::{Seeded, grant, seed},
};
use std::{path::Path, time::Instant};

/// Tokens in a sample, for comparisons in which all of them would not stay in the processor's caches.
const SAMPLE: usize = 10_000;
const SMALL: usize = 1_000;

/// A server with a million tokens, and their secrets.
pub struct Large {
    pub server: Server,
    pub seeded: Seeded,
}

pub async fn of_one_owner(plan: &Plan, home: &Path, pinned: bool) {
    title("10,000 tokens on one owner against 10 on each of 1,000 (floor 1.05)");
    let few = seed(&home.join("few.db"), SAMPLE, 10).await;
    let many = seed(&home.join("many.db"), SAMPLE, SAMPLE).await;
    let servers = [&few, &many].map(|seeded| Server::tokenry(&seeded.url, pinned));
    let [a, b] = [(&servers[0], &few), (&servers[1], &many)].map(|(server, seeded)| side(server, seeded));
    ratio("10 an owner", "10,000 on one owner", compare(plan, [&a, &b]).await);
}

/// What an owner may give is found out when a secret is read, which happens once.
pub async fn of_grants(plan: &Plan, home: &Path, pinned: bool) {
    title("10,000 grants of 100 groups and 1,000 people against one that everybody has (floor 1.05)");
    let [one, many] = [home.join("one_grant.db"), home.join("grants.db")];
    let seeded = [seed(&one, SAMPLE, 10).await, seed(&many, SAMPLE, 10).await];
    grant(&many).await;
    let servers = [0, 1].map(|n: usize| Server::tokenry(&seeded[n].url, pinned));
    let [a, b] = [0, 1].map(|n: usize| side(&servers[n], &seeded[n]));
    let read = [each_once(&a).await, each_once(&b).await];
    ratio("one grant, each read once", "10,000 grants, each read once", read);
    ratio("one grant", "10,000 grants", compare(plan, [&a, &b]).await);
}

pub async fn of_everything(plan: &Plan, home: &Path, pinned: bool) -> Large {
    let count = plan.tokens;
    title(&format!(
        "{count} tokens against {SMALL} (floor 1.3), and memory (floor 350 bytes a token, aim 150)"
    ));
    let small = seed(&home.join("small.db"), SMALL, 10).await;
    let begin = Instant::now();
    let large = seed(&home.join("large.db"), count, 1_000).await;
    println!("  seeding {count} tokens took {:.0} s", begin.elapsed().as_secs_f64());

    let small_server = Server::tokenry(&small.url, pinned);
    let begin = Instant::now();
    let server = Server::tokenry(&large.url, pinned);
    println!("  with them, starting took {:.1} s", begin.elapsed().as_secs_f64());
    let (little, all) = (side(&small_server, &small), side(&server, &large));
    each_once(&all).await.print("each once, from the start");
    closed(&little, plan.turn).await;
    let memory = server.process.resident() - small_server.process.resident();
    println!(
        "  {:.0} bytes of memory a token; {:.0} MiB resident",
        memory / (count - SMALL) as f64,
        server.process.resident() / 1_048_576.0
    );
    let sample = large.verify().about((0..count).step_by((count / SAMPLE).max(1)));
    let sampled = Side::new(&server, sample);
    ratio("1,000 tokens", "sampled of all", compare(plan, [&little, &sampled]).await);
    ratio("1,000 tokens", "all, one after the other", compare(plan, [&little, &all]).await);
    Large { server, seeded: large }
}

fn side<'a>(server: &'a Server, seeded: &Seeded) -> Side<'a> {
    Side::new(server, seeded.verify())
}

fn ratio(few: &str, many: &str, [mut a, mut b]: [Figures; 2]) {
    a.print(few);
    b.print(many);
    println!("  ratio by CPU {:.2}", b.cpu_per_request() / a.cpu_per_request());
}
