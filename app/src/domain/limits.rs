//! Every limit, in one place. Lengths of text are counted in Unicode scalar values.

/// Longest name of a token, in characters.
pub const TOKEN_NAME_CHARS_MAX: usize = 80;
/// Longest description of a token, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 300;
/// Most permissions one token can hold.
pub const PERMISSIONS_MAX: usize = 500;
/// Most ranges of addresses that a token can be limited to.
pub const ALLOWED_ADDRESSES_MAX: usize = 50;
/// Most verifications that a rate limit can allow at once.
pub const RATE_REQUESTS_MAX: u32 = 1_000_000;
/// Longest time that a rate limit can be over: a day, in seconds.
pub const RATE_SECONDS_MAX: u32 = 24 * 60 * 60;
/// Longest time for which the old secret of a rotated token can go on working: 30 days, in seconds.
pub const OVERLAP_SECONDS_MAX: i64 = 30 * 24 * 60 * 60;
/// Shortest time without use after which an old secret can end by itself: an hour, in seconds. Uses are kept by the hour.
pub const QUIET_SECONDS_MIN: i64 = 60 * 60;
/// Most secrets that are ended at once because nobody presents them any more.
pub const QUIET_BATCH: u32 = 100;
/// What counts as lately where one asks whether a token is still used: 24 hours, in milliseconds.
pub const RECENT_MS: i64 = 24 * 60 * 60 * 1_000;
/// Who still presents an old secret: most places that are named.
pub const PRESENTED_SHOWN: usize = 20;
/// A token that ends within this time is about to: 7 days, in milliseconds.
pub const EXPIRING_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// Longest lifetime of tokens that a workspace can choose, in days.
pub const LIFETIME_DAYS_MAX: u32 = 3_650;
/// Longest time without use after which a workspace can have tokens count as idle, in days.
pub const IDLE_DAYS_MAX: u32 = 365;
/// Longest time for which a workspace can have deleted tokens brought back, in days.
pub const UNDO_DAYS_MAX: u32 = 365;
/// Longest name of a workspace, in characters.
pub const WORKSPACE_NAME_CHARS_MAX: usize = 100;
/// Most live tokens that one person has, unless the operator says something else.
pub const TOKENS_PER_PERSON: u32 = 500;
/// Rows of a page of a list over HTTP, when nothing is said.
pub const LIST_ROWS: u32 = 50;
/// Most rows of a page of a list over HTTP.
pub const LIST_ROWS_MAX: u32 = 200;
/// Longest text that is searched for, in characters.
pub const SEARCH_CHARS_MAX: usize = 100;
/// Longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;
/// How long it is remembered what was made with an `Idempotency-Key`: 24 hours, in milliseconds.
pub const IDEMPOTENCY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Longest text that can be a secret, in bytes: those that were made elsewhere included.
pub const SECRET_BYTES_MAX: usize = 512;
/// Most secrets that one request can ask about.
pub const BATCH_MAX: usize = 100;
/// Most tokens to which the same is done at once.
pub const BULK_MAX: usize = 100;
/// Tokens that are read at once for an export.
pub const EXPORT_ROWS: u32 = 500;
/// Most tokens that are imported at once.
pub const IMPORT_ROWS_MAX: usize = 10_000;
/// Most ways of use (permissions, address, client) that are told apart for one secret in one hour.
pub const USE_KINDS_MAX: usize = 200;
/// The same for all secrets of one person together, beyond the first way of each.
pub const USE_KINDS_OF_OWNER_MAX: u32 = 5_000;
/// Most ways of use in memory, at some 200 bytes each, and most rows of secrets that were used in several.
pub const USE_ROWS_MAX: usize = 200_000;
/// Longest text of wanted permissions that is kept with a use, in bytes.
pub const USE_PERMISSIONS_BYTES_MAX: usize = 1_000;
/// Counts of uses that are written, or forgotten, in one transaction: writers wait for no more than that.
pub const USES_BATCH: usize = 1_000;
/// Counts of uses that are written in every second, even where more are waiting.
pub const USES_A_SECOND: usize = 200;
/// How long uses are kept: 400 days, in milliseconds.
pub const USES_KEPT_MS: i64 = 400 * 24 * 60 * 60 * 1_000;
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
/// Longest name of a person, in characters.
pub const PERSON_NAME_CHARS_MAX: usize = 80;
/// Longest e-mail address, in characters (RFC 5321, 4.5.3.1.3).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Shortest password, in characters (NIST SP 800-63B-4: 15 where a password is the only factor).
pub const PASSWORD_CHARS_MIN: usize = 15;
/// Longest password, in characters: far more than anybody types, little enough to hash.
pub const PASSWORD_CHARS_MAX: usize = 1_000;
/// A session that has not been used for this long has ended: 24 hours, in milliseconds.
pub const SESSION_IDLE_MS: i64 = 24 * 60 * 60 * 1_000;
/// A session ends this long after it began, used or not: 14 days, in milliseconds.
pub const SESSION_MS: i64 = 14 * 24 * 60 * 60 * 1_000;
/// How exact "last seen" is: one minute, in milliseconds. It saves a write with every request.
pub const SEEN_EVERY_MS: i64 = 60 * 1_000;
/// Most sessions one person can have; beyond it the one used longest ago ends.
pub const SESSIONS_MAX: u32 = 50;
/// How long the set-up link works: one hour, in milliseconds.
pub const SETUP_LINK_MS: i64 = 60 * 60 * 1_000;
/// How long an invitation or a link to a new password works: three days, in milliseconds.
pub const LINK_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// How long it works for an admin, whose account can do most: one day, in milliseconds.
pub const ADMIN_LINK_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long people read in their profile that somebody made a password link for them: 30 days, in milliseconds.
pub const LINK_TOLD_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// How long a browser in which somebody has signed in is remembered: 180 days, in milliseconds.
pub const KNOWN_BROWSER_MS: i64 = 180 * 24 * 60 * 60 * 1_000;
/// Longest description of a browser that is kept, in characters.
pub const CLIENT_CHARS_MAX: usize = 200;
/// Lines of the audit log that are read at once for an export or a check.
pub const AUDIT_BATCH: u32 = 500;
/// How recent a sign-in must be for what could harm most: one hour, in milliseconds.
pub const FRESH_SIGN_IN_MS: i64 = 60 * 60 * 1_000;
/// Tokens that are named where a permission is about to be taken out of the catalogue.
pub const HOLDERS_SHOWN: usize = 20;
/// Tokens that are named where one looks for all that hold a permission.
pub const HOLDERS_LISTED: usize = 200;
/// Addresses and clients that are named on the page of a token.
pub const PRESENTERS_SHOWN: u32 = 20;
/// Kinds of denials that are told apart on the page of a token.
pub const DENIALS_SHOWN: u32 = 20;
/// Secrets that are listed on the page of a token, the latest ones.
pub const SECRETS_SHOWN: u32 = 10;
/// Tokens that are named on the page of the token that made them.
pub const CHILDREN_SHOWN: u32 = 20;
/// Tokens that are counted where it is asked whether to end them with the one that made them.
pub const MADE_COUNTED: u32 = 100;
/// Tokens that are read at once when they are ended with the one that made them.
pub const MADE_AT_ONCE: u32 = 1_000;
/// Lines of the audit log on the page of a token.
pub const TOKEN_EVENTS_SHOWN: u32 = 10;
/// A permission that was not exercised for so long counts as not used: thirty days.
pub const UNUSED_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Most combinations of wanted permissions that are looked through for when each of them was last exercised.
pub const EXERCISES_READ: u32 = 2_000;
/// Most people among whom to choose when tokens are handed over.
pub const RECIPIENTS_MAX: u32 = 500;
/// Most tokens that one box of a prompt lets work again.
pub const CONSENTS_MAX: usize = 1_000;
