//! Floods of unknown secrets cost those who send them, and nobody who has a real one.

use crate::support::TestApp;
use app::{
    domain::{Secret, SecretPrefix, Verdict},
    service::VerifyRequest,
};
use std::time::{Duration, Instant};

/// Well formed, but never issued.
fn made_up(number: u16) -> String {
    let [high, low] = number.to_be_bytes();
    let random: Vec<u8> = (0..64).map(|at| [high, low % 200, at, 7][usize::from(at) % 4]).collect();
    Secret::from_random(&SecretPrefix::default(), &random).unwrap().reveal().as_str().to_owned()
}

#[tokio::test]
async fn a_real_secret_is_known_behind_the_address_of_a_flood_also_when_it_is_not_in_memory() {
    let app = TestApp::new().await;
    let secret = app.secret_with(&["projects:read"]).await;
    let nat = || app.stranger().coming_from([203, 0, 113, 7].into());
    let mut refused = 0;
    // The budget refills over time, so a slow machine needs more of them.
    for number in 0..3_000 {
        let answer = nat().forward_auth("?permission=projects:read", Some(&made_up(number)), &[]).await;
        refused += usize::from(answer.header("x-auth-verdict".parse().unwrap()) == "rate_limited");
        if refused > 20 {
            break;
        }
    }
    assert!(refused > 20, "{refused}");
    // This secret was never presented before, so it has to be read from the data.
    let answer = nat().forward_auth("?permission=projects:read", Some(&secret), &[]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_service_that_is_shown_made_up_secrets_is_told_so_for_each() {
    let app = TestApp::new().await;
    let (asker, secret) = (app.asker().await, app.secret_with(&["projects:read"]).await);
    for number in 0..150 {
        assert_eq!(asker.verdict(&made_up(number)).await, "unknown");
    }
    assert_eq!(asker.verdict(&secret).await, "valid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn among_many_made_up_secrets_at_once_a_real_one_is_found() {
    let app = TestApp::new().await;
    let address = Some([203, 0, 113, 7].into());
    let flood: Vec<_> = (0..2_000)
        .map(|number| {
            let (service, secret) = (app.service.clone(), made_up(number));
            tokio::spawn(async move {
                let request = VerifyRequest { secret: &secret, permissions: &[], address, client: "" };
                let _ = service.verify_from(&request).await;
            })
        })
        .collect();
    let secret = app.secret_with(&["projects:read"]).await;
    let began = Instant::now();
    loop {
        let request = VerifyRequest { secret: &secret, permissions: &[], address, client: "" };
        match app.service.verify_from(&request).await {
            Ok(verification) => break assert_eq!(verification.verdict, Verdict::Valid),
            Err(error) => assert_eq!(error.status(), 429),
        }
        assert!(began.elapsed() < Duration::from_secs(10), "it is not found");
        tokio::task::yield_now().await;
    }
    for one in flood {
        one.await.unwrap();
    }
}
