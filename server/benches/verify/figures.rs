//! The measurements, added up over the turns, and how they are printed.

use std::{ops::AddAssign, time::Duration};

#[derive(Default)]
pub struct Figures {
    /// Response times, in nanoseconds.
    pub times: Vec<u32>,
    /// Answers other than the expected one.
    pub wrong: u64,
    pub elapsed: Duration,
    /// CPU time of the server, in microseconds.
    pub cpu_us: f64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.times.extend(other.times);
        self.wrong += other.wrong;
        self.elapsed += other.elapsed;
        self.cpu_us += other.cpu_us;
    }
}

impl Figures {
    pub fn cpu_per_request(&self) -> f64 {
        self.cpu_us / self.times.len() as f64
    }

    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// In microseconds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small number")]
    pub fn quantile(&mut self, share: f64) -> f64 {
        let at = ((self.times.len() as f64 - 1.0) * share) as usize;
        f64::from(*self.times.select_nth_unstable(at).1) / 1_000.0
    }

    pub fn print(&mut self, name: &str) {
        let busy = self.cpu_us / self.elapsed.as_micros() as f64 * 100.0;
        let (p50, p99) = (self.quantile(0.50), self.quantile(0.99));
        let (cpu, rate) = (self.cpu_per_request(), self.rate());
        println!(
            "  {name:<34} {cpu:>7.2} us CPU   {rate:>8.0} req/s   p50 {p50:>6.0} us   p99 {p99:>6.0} us   (server {busy:.0} % busy)"
        );
        if self.wrong > 0 {
            println!("  {:<34} {} of {} answers were wrong", "", self.wrong, self.times.len());
        }
    }
}

pub fn title(text: &str) {
    println!("\n{text}");
}
