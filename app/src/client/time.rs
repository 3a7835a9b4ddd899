//! The current time, and local times.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit into 53 bits"
)]

use super::*;

/// The current time, by the clock of the machine that this runs on.
pub fn now() -> Timestamp {
    #[cfg(feature = "ssr")]
    let millis = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as i64);
    #[cfg(not(feature = "ssr"))]
    let millis = js_sys::Date::now() as i64;
    Timestamp::from_millis(millis)
}

/// A moment in local time, `25 Dec 2026, 01:00`; `None` where local time is UTC.
pub fn local(at: Timestamp) -> Option<String> {
    let behind = js_sys::Date::new(&JsValue::from_f64(at.as_millis() as f64)).get_timezone_offset();
    let here = Timestamp::from_millis(at.as_millis() - behind as i64 * 60_000);
    (behind != 0.0).then(|| here.date() + ", " + &here.clock())
}
