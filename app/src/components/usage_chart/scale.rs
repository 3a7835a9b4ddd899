//! The heights of bars, in whole numbers: writing fractions would cost the WASM kilobytes.

/// The full width or height, in hundredths of a percent.
pub const WHOLE: u64 = 10_000;
/// The least height of what is not zero, so that it can be seen.
const LEAST: u64 = 150;

/// The heights of the parts of one bar, from the ground up: the valid uses, and each kind of denial. The denials as a
/// whole are always visible, and their kinds share that height.
pub fn heights(counts: [u64; 4], top: u64) -> [u64; 4] {
    let [valid, kinds @ ..] = counts;
    let denied = kinds.iter().fold(0, |sum: u64, kind| sum.saturating_add(*kind));
    let real = |uses: u64| (uses.saturating_mul(WHOLE) / top.max(1)).min(WHOLE);
    let seen = |uses: u64, height: u64| if uses == 0 { 0 } else { height.max(LEAST) };
    let roof = seen(denied, real(denied));
    let ground = seen(valid, real(valid.saturating_add(denied)).saturating_sub(roof));
    // No bar is higher than the scale.
    let roof = roof.min(WHOLE - ground);
    let mut parts = [ground, 0, 0, 0];
    let (mut below, mut height) = (0_u64, 0);
    for (part, kind) in parts.iter_mut().skip(1).zip(kinds) {
        below = below.saturating_add(kind);
        let upto = roof.saturating_mul(below) / denied.max(1);
        *part = upto - height;
        height = upto;
    }
    parts
}

/// The end of the scale: a round number that is not far above `most`, and whose half is a whole number unless it is 1.
pub fn round_above(most: u64) -> u64 {
    const ROUND: [u64; 11] = [10, 12, 14, 16, 20, 24, 30, 40, 50, 60, 80];
    if let Some(end) = [1, 2, 4, 6, 8].into_iter().find(|end| *end >= most) {
        return end;
    }
    let mut tens: u64 = 1;
    loop {
        if let Some(end) = ROUND.map(|n| tens.saturating_mul(n)).into_iter().find(|end| *end >= most) {
            return end;
        }
        tens = tens.saturating_mul(10);
    }
}

/// `12.34%`.
pub fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_at_a_round_number_above_everything() {
        let ends = [0, 1, 3, 5, 8, 9, 41, 99, 120, 1_001].map(round_above);
        assert_eq!(ends, [1, 1, 4, 6, 8, 10, 50, 100, 120, 1_200]);
        assert_eq!(round_above(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_bar_is_as_high_as_what_it_stands_for() {
        assert_eq!(heights([50, 25, 0, 25], 100), [5_000, 2_500, 0, 2_500]);
        assert_eq!(heights([0; 4], 100), [0; 4]);
        // 47 of 2,863 are not rounded up once for each of their kinds.
        assert_eq!(heights([2_816, 22, 20, 5], 3_000), [9_387, 73, 66, 17]);
    }

    #[test]
    fn what_is_little_is_seen_and_no_bar_leaves_the_chart() {
        assert_eq!(heights([1, 0, 0, 0], 1_000_000), [150, 0, 0, 0]);
        assert_eq!(heights([0, 1, 1, 0], 1_000_000), [0, 75, 75, 0]);
        assert_eq!(heights([999_999, 1, 0, 0], 1_000_000), [9_850, 150, 0, 0]);
        assert_eq!(heights([1, 0, 0, 999_999], 1_000_000), [150, 0, 0, 9_850]);
        let sum: u64 = heights([u64::MAX / 2; 4], u64::MAX).iter().sum();
        assert!(sum <= WHOLE, "{sum}");
    }

    #[test]
    fn a_share_is_written_with_two_digits() {
        assert_eq!([0, 5, 150, 9_850, WHOLE].map(percent), ["0.00%", "0.05%", "1.50%", "98.50%", "100.00%"]);
    }
}
