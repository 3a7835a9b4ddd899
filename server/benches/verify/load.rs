//! The load: closed loops, in which every connection asks as soon as it has been answered, and open ones, in which
//! questions come at a fixed rate whether or not the last one was answered.

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

/// Who is asked what.
pub struct Side<'a> {
    server: &'a Server,
    request: VerifyRequest,
    /// So many were asked already: the next turn goes on where the last one stopped.
    asked: Cell<usize>,
}

impl<'a> Side<'a> {
    pub fn new(server: &'a Server, request: VerifyRequest) -> Self {
        Self { server, request, asked: Cell::new(0) }
    }
}

/// All sides, each a process of its own, turn by turn. Each has been asked about every secret before, so that nothing
/// is new to it. Its CPU time is that of the other's turns, too: what it writes down a little later is its own.
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

/// As fast as it is answered.
pub async fn closed(side: &Side<'_>, time: Duration) -> Figures {
    let begin = Instant::now();
    let more = move |_| (begin.elapsed() < time).then(Instant::now);
    run(side, begin, more).await
}

/// Every secret once.
pub async fn each_once(side: &Side<'_>) -> Figures {
    let count = side.request.count();
    run(side, Instant::now(), move |n| (n < count).then(Instant::now)).await
}

/// So many a second. How long an answer took is counted from when it should have been asked for, so that a server
/// that stalls is not spared the questions that came meanwhile.
pub async fn open(side: &Side<'_>, rate: f64, time: Duration) -> Figures {
    let begin = Instant::now();
    let due = move |n: usize| {
        let due = Duration::from_secs_f64(n as f64 / rate);
        (due < time).then(|| begin + due)
    };
    run(side, begin, due).await
}

/// Asks the n-th question when it is due, until none is.
async fn run(
    side: &Side<'_>,
    begin: Instant,
    due: impl Fn(usize) -> Option<Instant> + Copy + 'static,
) -> Figures {
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS {
        lines.push(Line::open(side.server.address, &side.request).await);
    }
    // The load never sleeps: the server would pay for waking it, and the more the slower it is.
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
                // A timer would be a thousand times too coarse. The core is ours.
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
