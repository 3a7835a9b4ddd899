//! One source holds thousands of connections and another presents thousands of unknown secrets, while a neighbour keeps
//! verifying. Everybody gets an answer, and the right one.

use crate::{
    Dice,
    line::{Line, connect},
    machine::Machine,
    number,
};
use app::domain::{Secret, SecretPrefix};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};

const HOLDER: u8 = 2;
const GUESSER: u8 = 3;
const NEIGHBOUR: u8 = 4;
/// Connections that guess secrets.
const GUESSERS: u64 = 16;
/// The holder of connections gives up after this many failed to open.
const REFUSED_MAX: u32 = 20;
/// The neighbour's pause between two rounds of questions.
const PACE: Duration = Duration::from_millis(2);

pub async fn run(dice: &mut Dice) {
    let (connections, per_second) = (number("TORTURE_CONNECTIONS", 5_000), number("TORTURE_GUESSES", 2_000));
    let machine = Machine::new();
    let mut server = machine.serve("");
    let mut line = Line::open(server.address, NEIGHBOUR, &machine.secret).await.unwrap();
    let known = line.create("CachedSecret").await.unwrap().body["secret"].as_str().unwrap().to_owned();
    let dead = line.create("Dead").await.unwrap();
    let id = dead.body["token"]["id"].as_str().unwrap();
    line.ask("DELETE", &format!("/v1/tokens/{id}"), None).await.unwrap();
    let dead = dead.body["secret"].as_str().unwrap();

    let idle = neighbour(&mut line, &known, dead, Duration::from_secs(4)).await;
    let held = hold(server.address, connections).await;
    let (stop, guessed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let guessers = guess(server.address, dice, per_second, &stop, &guessed);
    let began = Instant::now();
    let busy = neighbour(&mut line, &known, dead, Duration::from_secs(8)).await;
    let rate = guessed.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    // A new connection is accepted, too.
    let mut newcomer =
        Line::open(server.address, NEIGHBOUR, &machine.secret).await.expect("a neighbour gets in");
    assert_eq!(newcomer.verdict(&known).await.unwrap().body["verdict"], "valid");
    stop.store(true, Ordering::Relaxed);
    for guesser in guessers {
        guesser.await.unwrap();
    }
    server.assert_runs();
    let ratio = busy.as_secs_f64() / idle.as_secs_f64();
    let verification = if ratio <= 3.0 { "within 3x" } else { "MORE than 3x" };
    println!(
        "crowd: {} of {connections} connections held, {rate:.0} unknown secrets a second; the neighbour's p99 was {idle:.2?} alone and {busy:.2?} in the crowd ({ratio:.1}x, {verification})",
        held.len()
    );
}

/// Verifies for this long, checks every answer, and returns the 99th percentile of the response times.
async fn neighbour(line: &mut Line, known: &str, dead: &str, time: Duration) -> Duration {
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        for (secret, wanted) in [(known, "valid"), (dead, "revoked")] {
            let asked = Instant::now();
            let answer = line.verdict(secret).await.expect("the neighbour is answered");
            took.push(asked.elapsed());
            assert_eq!(
                (answer.status, answer.body["verdict"].as_str()),
                (200, Some(wanted)),
                "{}",
                answer.body
            );
        }
        sleep(PACE).await;
    }
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

/// Opens connections and sends the start of a request on each, until too many fail to open.
async fn hold(to: SocketAddr, connections: u64) -> Vec<TcpStream> {
    let (mut held, mut refused) = (Vec::new(), 0);
    for _ in 0..connections {
        let Ok(Ok(stream)) = timeout(Duration::from_millis(200), connect(to, HOLDER)).await else {
            refused += 1;
            if refused > REFUSED_MAX {
                break;
            }
            continue;
        };
        let _ = stream.try_write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-");
        held.push(stream);
    }
    held
}

fn guess(
    to: SocketAddr,
    dice: &mut Dice,
    per_second: u64,
    stop: &Arc<AtomicBool>,
    guessed: &Arc<AtomicU64>,
) -> Vec<JoinHandle<()>> {
    let pause = Duration::from_secs(GUESSERS) / u32::try_from(per_second.max(1)).unwrap_or(u32::MAX);
    let one = move |mut dice: Dice, stop: Arc<AtomicBool>, guessed: Arc<AtomicU64>| async move {
        let mut line = None;
        while !stop.load(Ordering::Relaxed) {
            let random: Vec<u8> = (0..8).flat_map(|_| dice.roll().to_le_bytes()).collect();
            let Some(secret) = Secret::from_random(&SecretPrefix::default(), &random) else { continue };
            let secret = secret.reveal();
            // One connection that presents a new secret with every request.
            let mut asking = match line.take() {
                Some(line) => line,
                None => match Line::open(to, GUESSER, "").await {
                    Ok(line) => line,
                    Err(_) => {
                        sleep(pause).await;
                        continue;
                    }
                },
            };
            asking.show(secret.as_str());
            let began = Instant::now();
            if let Ok(answer) = asking.ask("GET", "/forward-auth?permission=projects:read", None).await {
                assert_ne!(answer.status, 200, "nobody knows this secret");
                guessed.fetch_add(1, Ordering::Relaxed);
                line = Some(asking);
            }
            sleep(pause.saturating_sub(began.elapsed())).await;
        }
    };
    (0..GUESSERS).map(|_| tokio::spawn(one(Dice::new(dice.roll()), stop.clone(), guessed.clone()))).collect()
}
