//! The load. In a closed loop, every connection sends a request as soon as the last one is answered. In an open loop,
//! requests come at a fixed rate, whether or not the last one was answered.

use crate::{
    child::Server,
    figures::Figures,
    plan::{CONNECTIONS, Plan},
    request::{Line, VerifyRequest},
};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::{JoinSet, spawn_local, yield_now};

/// A server and the request that it gets.
pub struct Side<'a> {
    pub server: &'a Server,
    request: VerifyRequest,
    /// Requests sent so far: the next turn continues where the last one stopped.
    asked: Cell<usize>,
}

impl<'a> Side<'a> {
    pub fn new(server: &'a Server, request: VerifyRequest) -> Self {
        Self { server, request, asked: Cell::new(0) }
    }
}

/// Runs all sides in turn, each a process of its own. Each has seen every secret before, so none is new to it. Each
/// side's CPU time includes the other sides' turns, because anything that it writes down a little later is its own
/// work.
pub async fn compare<const N: usize>(plan: &Plan, sides: [&Side<'_>; N]) -> [Figures; N] {
    for side in sides.iter().filter(|side| side.asked.get() < side.request.count()) {
        each_once(side).await;
    }
    let before = sides.map(|side| side.server.process.cpu_us());
    let mut figures = std::array::from_fn(|_| Figures::default());
    for _ in 0..plan.turns {
        for (side, figures) in sides.iter().zip(&mut figures) {
            *figures += closed(side, plan.turn).await;
        }
    }
    for ((side, before), figures) in sides.iter().zip(before).zip(&mut figures) {
        figures.cpu_us = side.server.process.cpu_us() - before;
    }
    figures
}

/// Sends requests as fast as they are answered.
pub async fn closed(side: &Side<'_>, time: Duration) -> Figures {
    let begin = Instant::now();
    let more = move |_| (begin.elapsed() < time).then(Instant::now);
    run(side, begin, more).await
}

/// Asks about every secret once.
pub async fn each_once(side: &Side<'_>) -> Figures {
    let count = side.request.count();
    run(side, Instant::now(), move |n| (n < count).then(Instant::now)).await
}

/// Sends `rate` requests a second. A response time counts from when the request was due, so a server that stalls is not
/// spared the requests that came meanwhile.
pub async fn open(side: &Side<'_>, rate: f64, time: Duration) -> Figures {
    let begin = Instant::now();
    let due = move |n: usize| {
        let due = Duration::from_secs_f64(n as f64 / rate);
        (due < time).then(|| begin + due)
    };
    run(side, begin, due).await
}

/// Sends the n-th request when it is due, until `due` returns nothing.
async fn run(
    side: &Side<'_>,
    begin: Instant,
    due: impl Fn(usize) -> Option<Instant> + Copy + 'static,
) -> Figures {
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS {
        lines.push(Line::open(side.server.address, &side.request).await);
    }
    // The load never sleeps. Otherwise the server would pay for waking it, and a slower server would pay more.
    let awake = spawn_local(async {
        loop {
            yield_now().await;
        }
    });
    let cpu_us = side.server.process.cpu_us();
    let (asked, next) = (side.asked.get(), Rc::new(Cell::new(0)));
    let mut all = JoinSet::new();
    for mut line in lines {
        let next = next.clone();
        all.spawn_local(async move {
            let mut figures = Figures::default();
            while let Some(due) = due(next.get()) {
                let n = next.replace(next.get() + 1);
                // A timer would be a thousand times too coarse, and the core is ours to keep busy.
                while Instant::now() < due {
                    yield_now().await;
                }
                let good = line.ask(asked + n).await;
                figures.times.push(u32::try_from(due.elapsed().as_nanos()).unwrap_or(u32::MAX));
                if !good && figures.wrong == 0 {
                    eprintln!("not the answer that was hoped for: {}", line.last());
                }
                figures.wrong += u64::from(!good);
            }
            figures
        });
    }
    let mut figures = Figures::default();
    while let Some(line) = all.join_next().await {
        figures += line.unwrap();
    }
    awake.abort();
    side.asked.set(asked + next.get());
    figures.elapsed = begin.elapsed();
    figures.cpu_us = side.server.process.cpu_us() - cpu_us;
    figures
}
