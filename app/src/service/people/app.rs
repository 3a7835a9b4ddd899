//! Authenticator apps: codes of six digits that change every 30 seconds (TOTP, RFC 6238, with SHA-1, which is what all
//! apps read).

use crate::domain::{NewApp, Timestamp};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;
use totp_rs::{Builder, Secret, Totp};

/// The length of a step, in milliseconds.
const STEP_MS: i64 = 30_000;
/// White around the picture, in squares (ISO/IEC 18004, 5.3.8).
const MARGIN: i32 = 4;

/// The step whose code this is: the present one, or the one before or after it, as clocks differ. Compared in constant
/// time.
pub fn step_of(seed: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
    totp(seed)?.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The last step whose code is accepted at this moment.
pub const fn last_step(now: Timestamp) -> i64 {
    now.as_millis() / STEP_MS + 1
}

fn totp(seed: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(seed.to_vec()).build().ok()
}

/// The seed as its owner's app reads it, as text and as a picture.
pub fn shown(seed: &[u8], issuer: &str, email: &str) -> NewApp {
    let key = Secret::from(seed).to_base32();
    let label = format!("{}:{}", escaped(issuer), escaped(email));
    let address = format!("otpauth://totp/{label}?secret={key}&issuer={}", escaped(issuer));
    let (path, side) = QrCode::encode_text(&address, QrCodeEcc::Medium).map_or_else(
        |_| (String::new(), 0),
        |code| (path(&code), u32::try_from(code.size() + 2 * MARGIN).unwrap_or_default()),
    );
    let groups: Vec<&str> = key.as_bytes().chunks(4).filter_map(|group| str::from_utf8(group).ok()).collect();
    NewApp { key: groups.join(" "), path, side }
}

/// The dark squares of a picture.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    path
}

/// Percent-encoded, also the colon that separates the two parts of a label.
fn escaped(text: &str) -> String {
    crate::paths::escaped(text).replace('/', "%2F")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    /// RFC 6238, appendix B, with the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(step_of(SEED, code, at(seconds)), Some(seconds / 30), "{seconds}");
        }
        assert_eq!(step_of(SEED, " 287 082 ", at(59)), Some(1), "spaces are how apps write it");
    }

    #[test]
    fn a_clock_may_be_one_step_away_and_no_more() {
        for (seconds, step) in [(0, Some(1)), (30, Some(1)), (89, Some(1)), (90, None)] {
            assert_eq!(step_of(SEED, "287082", at(seconds)), step, "{seconds}");
        }
        for wrong in ["", "28708", "2870822", "287083", "٢٨٧٠٨٢", "abcdef"] {
            assert_eq!(step_of(SEED, wrong, at(59)), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_app_reads_the_key_as_text_and_as_a_picture() {
        let app = shown(SEED, "Acme: tools", "ada@example.com");
        assert_eq!(app.key, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(app.path.starts_with("M4 4h1v1h-1z") && app.side > 40, "{} {}", app.side, app.path);
        assert_eq!(escaped("Acme: a/b"), "Acme%3A%20a%2Fb");
    }
}
