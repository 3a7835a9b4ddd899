//! 256 descriptors, and a crowd that wants more. Connections already inside are answered, writes included. Once the
//! crowd has left, everything works again.

use crate::{
    line::{Line, connect},
    machine::Machine,
};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

const DESCRIPTORS: usize = 256;
const CROWD: usize = 400;
const SOON: Duration = Duration::from_secs(15);

pub async fn run() {
    let machine = Machine::new();
    let mut server = machine.serve(&format!("ulimit -n {DESCRIPTORS};"));
    let mut line = Line::open(server.address, 4, &machine.secret).await.unwrap();
    let known = line.create("CachedSecret").await.unwrap().body["secret"].as_str().unwrap().to_owned();
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        if let Ok(Ok(stream)) = timeout(Duration::from_millis(100), connect(server.address, 2)).await {
            crowd.push(stream);
        }
    }
    let mut answered = 0;
    for number in 0..50 {
        let answer = line.verdict(&known).await.expect("whoever is inside is answered");
        assert_eq!((answer.status, answer.body["verdict"].as_str()), (200, Some("valid")), "{}", answer.body);
        let written =
            line.create(&format!("In the crowd {number}")).await.expect("whoever is inside is answered");
        assert_eq!(written.status, 201, "{}", written.body);
        answered += 2;
        sleep(Duration::from_millis(20)).await;
    }
    let held = crowd.len();
    drop(crowd);
    let left = Instant::now();
    loop {
        let works = async {
            let mut line = Line::open(server.address, 5, &machine.secret).await.ok()?;
            let verdict = line.verdict(&known).await.ok()?.status;
            Some((
                verdict,
                line.create(&format!("Afterwards {}", left.elapsed().as_nanos())).await.ok()?.status,
            ))
        };
        if works.await == Some((200, 201)) {
            break;
        }
        assert!(left.elapsed() < SOON, "the crowd has left, and nobody gets in");
        sleep(Duration::from_millis(50)).await;
    }
    server.assert_runs();
    let lines = machine.assert_audit_is_whole();
    println!(
        "descriptors: {DESCRIPTORS} of them, {held} of {CROWD} connections held; {answered} questions from inside answered; the next one got in {:.0?} after they had left; audit log whole, {lines} lines",
        left.elapsed()
    );
}
