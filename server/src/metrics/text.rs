//! Prometheus' text format, version 0.0.4.

use super::{BUCKETS_US, Endpoint, Metrics};
use app::{domain::Verdict, service::Service};
use std::{
    fmt::{Display, Write},
    fs,
    sync::{
        PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

pub fn written(metrics: &Metrics, service: &Service) -> String {
    let mut text = Text::default();
    verifications(&mut text, metrics);
    requests(&mut text, metrics);
    connections(&mut text, metrics);
    of_service(&mut text, service);
    if let Some(bytes) = resident_bytes() {
        text.gauge("process_resident_memory_bytes", "Memory of the process, in bytes.", bytes);
    }
    text.0
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "counter", help);
        self.sample(name, &[], value);
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "gauge", help);
        self.sample(name, &[], value);
    }
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

fn verifications(text: &mut Text, metrics: &Metrics) {
    let endpoints = || Endpoint::ALL.into_iter().zip(&metrics.endpoints);
    let name = "tokenry_verifications_total";
    text.family(name, "counter", "Verdicts, by where they were asked for.");
    for (endpoint, at) in endpoints() {
        for (verdict, count) in Verdict::ALL.into_iter().zip(&at.verdicts) {
            text.sample(name, &[("door", endpoint.as_str()), ("verdict", verdict.as_str())], read(count));
        }
    }
    let name = "tokenry_verifications_unanswered_total";
    text.family(name, "counter", "Questions that got no verdict: the data was away, or too many were asked.");
    for (endpoint, at) in endpoints() {
        text.sample(name, &[("door", endpoint.as_str())], read(&at.unanswered));
    }
    let name = "tokenry_verification_seconds";
    text.family(name, "histogram", "Time that a verdict took, without reading and writing HTTP.");
    for (endpoint, at) in endpoints() {
        let (endpoint, mut sum) = (("door", endpoint.as_str()), 0);
        for (count, end) in at.times.iter().zip(BUCKETS_US.iter().map(Some).chain([None])) {
            sum += read(count);
            let end = end.map_or("+Inf".to_owned(), |us| (*us as f64 / 1e6).to_string());
            text.sample(&format!("{name}_bucket"), &[endpoint, ("le", &end)], sum);
        }
        text.sample(&format!("{name}_sum"), &[endpoint], read(&at.nanos) as f64 / 1e9);
        text.sample(&format!("{name}_count"), &[endpoint], sum);
    }
}

fn requests(text: &mut Text, metrics: &Metrics) {
    let name = "tokenry_http_requests_total";
    text.family(name, "counter", "Requests, by the pattern of their route and the class of their status.");
    for (route, classes) in metrics.requests.read().unwrap_or_else(PoisonError::into_inner).iter() {
        for (class, count) in (1..).zip(classes).filter(|(_, count)| read(count) > 0) {
            text.sample(name, &[("route", route), ("status", &format!("{class}xx"))], read(count));
        }
    }
}

fn connections(text: &mut Text, metrics: &Metrics) {
    text.gauge("tokenry_connections", "Connections that are open.", read(&metrics.connections));
    let help = "Connections that were closed at once, since their source had as many as it may.";
    text.counter("tokenry_connections_refused_total", help, read(&metrics.refused_connections));
}

fn of_service(text: &mut Text, service: &Service) {
    let verify = service.verify_health();
    text.gauge("tokenry_secrets_kept", "Secrets in memory.", verify.kept);
    let name = "tokenry_secret_lookups_total";
    text.family(name, "counter", "Secrets that were found in memory, or had to be read from the data.");
    text.sample(name, &[("from", "memory")], verify.hits);
    text.sample(name, &[("from", "data")], verify.misses);
    let name = "tokenry_data_comparisons_total";
    text.family(name, "counter", "Comparisons of what is in memory with the data.");
    text.sample(name, &[("result", "done")], verify.comparisons);
    text.sample(name, &[("result", "failed")], verify.comparison_failures);
    if let Some(age) = verify.age {
        let help =
            "How long ago memory was compared with the data; beyond 0.8 nobody gets a verdict from it.";
        text.gauge("tokenry_data_age_seconds", help, age.as_secs_f64());
    }
    let help = "Whether the last time that it was tried, something could be written: 1, or 0.";
    text.gauge("tokenry_data_writable", help, u8::from(service.is_writable()));
    let uses = service.use_health();
    text.gauge("tokenry_uses_waiting", "Secrets with uses that are not written yet.", uses.waiting);
    text.counter("tokenry_uses_dropped_total", "Uses that were not counted, for want of room.", uses.dropped);
    let help = "How often uses could not be written, and were kept for the next time.";
    text.counter("tokenry_use_flush_failures_total", help, uses.failures);
}

/// The resident memory as Linux reports it (proc_pid_status(5)); `None` elsewhere.
fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}
