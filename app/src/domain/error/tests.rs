//! The codes of errors.

#[test]
fn no_two_kinds_of_error_share_a_code() {
    let source = include_str!("../error.rs").split("fn code(").nth(1).unwrap_or_default();
    let mut codes: Vec<_> =
        source.lines().filter(|line| line.contains("=> \"")).map(|line| line.split('"').nth(1)).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert!(count > 30 && codes.len() == count, "{codes:?}");
}
