//! Spans of time as operators type them: `90d`, `12h`, `30m`.

const MINUTE_MS: i64 = 60 * 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Write a number of days, hours or minutes, as in 90d, 12h or 30m.")]
pub struct SpanError;

/// Reads a span of time and returns its milliseconds.
pub fn span_ms(text: &str) -> Result<i64, SpanError> {
    let unit = match text.chars().last() {
        Some('d') => 24 * 60 * MINUTE_MS,
        Some('h') => 60 * MINUTE_MS,
        Some('m') => MINUTE_MS,
        _ => return Err(SpanError),
    };
    let digits = &text[..text.len() - 1];
    // More than nine digits make a span longer than anybody lives. A sign is not a digit.
    let is_number = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = digits.parse().ok().filter(|_| is_number).ok_or(SpanError)?;
    number.checked_mul(unit).ok_or(SpanError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_days_hours_or_minutes() {
        let in_minutes = |text| span_ms(text).map(|ms| ms / MINUTE_MS);
        assert_eq!((in_minutes("90d"), in_minutes("12h"), in_minutes("30m")), (Ok(129_600), Ok(720), Ok(30)));
        for refused in
            ["", "d", "90", "-1d", "+1d", "1.5h", "1 d", "90 days", "1w", "9999999999d", "１d", "1é"]
        {
            assert_eq!(span_ms(refused), Err(SpanError), "{refused}");
        }
    }
}
