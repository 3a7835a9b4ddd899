//! What only PostgreSQL can do, or do wrong: several nodes on one database, and a server that is not as it should be.

mod clocks;
mod connections;
mod endings;
mod faults;
mod migrating;
mod moving;
mod opening;
mod order;

use app::{
    domain::{Error, Verdict},
    service::{Service, VerifyRequest},
};
use std::time::{Duration, Instant};

async fn verdict(service: &Service, secret: &str) -> Result<Verdict, Error> {
    let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
    service.verify(&request).await.map(|verification| verification.verdict)
}

/// Waits until the answer is this one, and returns how long that took. Until then, there may be no answer, but none
/// that is wrong.
async fn until(
    service: &Service,
    secret: &str,
    wanted: &Result<Verdict, Error>,
    or: &[Result<Verdict, Error>],
) -> Duration {
    let began = Instant::now();
    loop {
        let now = verdict(service, secret).await;
        if now == *wanted {
            return began.elapsed();
        }
        assert!(or.contains(&now), "{now:?} while {wanted:?} was waited for");
        assert!(began.elapsed() < Duration::from_secs(20), "{now:?} for ever");
        tokio::task::yield_now().await;
    }
}
