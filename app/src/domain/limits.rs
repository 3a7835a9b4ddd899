//! Every limit, in one place. Lengths of text are counted in Unicode scalar values.

/// Longest name of a token, in characters.
pub const TOKEN_NAME_CHARS_MAX: usize = 80;
/// Longest description of a token, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 300;
/// Most permissions one token can hold.
pub const PERMISSIONS_MAX: usize = 500;
/// Longest name of a resource or an action, in characters.
pub const PERMISSION_WORD_CHARS_MAX: usize = 64;
/// Most resources a catalogue can have.
pub const RESOURCES_MAX: usize = 200;
/// Most actions a resource can have.
pub const ACTIONS_MAX: usize = 20;
/// Longest label or description inside the catalogue, in characters.
pub const LABEL_CHARS_MAX: usize = 120;
/// Rows of one page of the console's table.
pub const PAGE_ROWS: u32 = 50;
/// The table counts up to this many tokens; beyond it says "more than".
pub const COUNT_MAX: u64 = 1_000;
/// Largest request body that any route reads, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
