//! Every limit, in one place. Lengths of text are counted in Unicode scalar values.

/// Longest name of a token, in characters.
pub const TOKEN_NAME_CHARS_MAX: usize = 80;
/// Longest description of a token, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 300;
/// Most permissions one token can hold.
pub const PERMISSIONS_MAX: usize = 500;
/// Longest key of metadata, in characters.
pub const METADATA_KEY_CHARS_MAX: usize = 40;
/// Longest value of metadata, in characters.
pub const METADATA_VALUE_CHARS_MAX: usize = 200;
/// Most entries of metadata.
pub const METADATA_MAX: usize = 20;
/// Longest place that an exposed secret was found at, in characters.
pub const EXPOSURE_URL_CHARS_MAX: usize = 2_000;
/// Longest name of whoever found an exposed secret, in characters.
pub const EXPOSURE_SOURCE_CHARS_MAX: usize = 100;
/// Most ranges of addresses that a token can be limited to.
pub const ALLOWED_ADDRESSES_MAX: usize = 50;
/// Most verifications that a rate limit can allow at once.
pub const RATE_REQUESTS_MAX: u32 = 1_000_000;
/// Longest period of a rate limit: a day, in seconds.
pub const RATE_SECONDS_MAX: u32 = 24 * 60 * 60;
/// Longest time for which the old secret of a rotated token can keep working: 30 days, in seconds.
pub const OVERLAP_SECONDS_MAX: i64 = 30 * 24 * 60 * 60;
/// Shortest time without use after which an old secret can end early: an hour, in seconds. Uses are kept by the hour.
pub const QUIET_SECONDS_MIN: i64 = 60 * 60;
/// Most unused old secrets ended in one batch.
pub const QUIET_BATCH: u32 = 100;
/// Age up to which a use of a token counts as recent: 24 hours, in milliseconds.
pub const RECENT_MS: i64 = 24 * 60 * 60 * 1_000;
/// Most places named as still presenting an old secret.
pub const PRESENTED_SHOWN: usize = 20;
/// A token that ends within this time counts as expiring soon: 7 days, in milliseconds.
pub const EXPIRING_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// Longest lifetime of tokens that a workspace can choose, in days.
pub const LIFETIME_DAYS_MAX: u32 = 3_650;
/// Longest time without use that a workspace can choose before tokens count as idle, in days.
pub const IDLE_DAYS_MAX: u32 = 365;
/// Longest time that a workspace can choose for restoring deleted tokens, in days.
pub const UNDO_DAYS_MAX: u32 = 365;
/// Most webhooks.
pub const WEBHOOKS_MAX: u32 = 50;
/// Time after which a webhook that fails is given up: three days, in milliseconds.
pub const WEBHOOK_PATIENCE_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// Time for which messages are signed with an old key, too: a day, in milliseconds.
pub const SIGNED_TWICE_MS: i64 = 24 * 60 * 60 * 1_000;
/// Longest name of a workspace, in characters.
pub const WORKSPACE_NAME_CHARS_MAX: usize = 100;
/// Most live tokens of one person, unless the operator sets another limit.
pub const TOKENS_PER_PERSON: u32 = 500;
/// Default number of rows on a page of a list over HTTP.
pub const LIST_ROWS: u32 = 50;
/// Most rows on a page of a list over HTTP.
pub const LIST_ROWS_MAX: u32 = 200;
/// Longest search text, in characters.
pub const SEARCH_CHARS_MAX: usize = 100;
/// Longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 255;
/// Time for which a change made with an `Idempotency-Key` is remembered: 24 hours, in milliseconds.
pub const IDEMPOTENCY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Longest secret, in bytes, including secrets that were made elsewhere.
pub const SECRET_BYTES_MAX: usize = 512;
/// Most secrets that one request can ask about.
pub const BATCH_MAX: usize = 100;
/// Most tokens in one bulk change.
pub const BULK_MAX: usize = 100;
/// Tokens read at a time for an export.
pub const EXPORT_ROWS: u32 = 500;
/// Most tokens in one import.
pub const IMPORT_ROWS_MAX: usize = 10_000;
/// Most kinds of use (permissions, address, client) told apart for one secret in one hour.
pub const USE_KINDS_MAX: usize = 200;
/// [`USE_KINDS_MAX`] for all secrets of one person together, not counting the first kind of each.
pub const USE_KINDS_OF_OWNER_MAX: u32 = 5_000;
/// Most kinds of use in memory, at some 200 bytes each, and most rows of secrets with several kinds of use.
pub const USE_ROWS_MAX: usize = 200_000;
/// Longest text of wanted permissions kept with a use, in bytes.
pub const USE_PERMISSIONS_BYTES_MAX: usize = 1_000;
/// Counts of uses written or deleted in one transaction. It bounds the wait of other writers.
pub const USES_BATCH: usize = 1_000;
/// Fewest counts of uses written per second while more are waiting.
pub const USES_A_SECOND: usize = 200;
/// Time for which uses are kept: 400 days, in milliseconds.
pub const USES_KEPT_MS: i64 = 400 * 24 * 60 * 60 * 1_000;
/// Longest name of a resource or an action, in characters.
pub const PERMISSION_WORD_CHARS_MAX: usize = 64;
/// Most resources in a catalogue.
pub const RESOURCES_MAX: usize = 200;
/// Most actions of a resource.
pub const ACTIONS_MAX: usize = 20;
/// Longest label or description inside the catalogue, in characters.
pub const LABEL_CHARS_MAX: usize = 120;
/// Rows on a page of the console's table.
pub const PAGE_ROWS: u32 = 50;
/// Highest count of tokens that the table shows exactly; beyond it, the table says "more than".
pub const COUNT_MAX: u64 = 1_000;
/// Largest request body that any route reads, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Longest name of a person, in characters.
pub const PERSON_NAME_CHARS_MAX: usize = 80;
/// Longest e-mail address, in characters (RFC 5321, 4.5.3.1.3).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Shortest password, in characters (NIST SP 800-63B-4: 15 where a password is the only factor).
pub const PASSWORD_CHARS_MIN: usize = 15;
/// Longest password, in characters: far more than anybody types, yet short enough to hash.
pub const PASSWORD_CHARS_MAX: usize = 1_000;
/// A session ends when it has not been used for this long: 24 hours, in milliseconds.
pub const SESSION_IDLE_MS: i64 = 24 * 60 * 60 * 1_000;
/// A session ends this long after it began, used or not: 14 days, in milliseconds.
pub const SESSION_MS: i64 = 14 * 24 * 60 * 60 * 1_000;
/// Resolution of "last seen": one minute, in milliseconds. It saves a write on every request.
pub const SEEN_EVERY_MS: i64 = 60 * 1_000;
/// Most sessions of one person; beyond it, the one used longest ago ends.
pub const SESSIONS_MAX: u32 = 50;
/// Lifetime of the set-up link: one hour, in milliseconds.
pub const SETUP_LINK_MS: i64 = 60 * 60 * 1_000;
/// Time to sign in at an identity provider and come back: ten minutes, in milliseconds.
pub const PROVIDED_SIGN_IN_MS: i64 = 10 * 60 * 1_000;
/// Lifetime of an invitation or a password link: three days, in milliseconds.
pub const LINK_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// [`LINK_MS`] for an admin, whose account can do most: one day, in milliseconds.
pub const ADMIN_LINK_MS: i64 = 24 * 60 * 60 * 1_000;
/// Time for which a profile reports that somebody made a password link for its owner: 30 days, in milliseconds.
pub const LINK_TOLD_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Time for a second factor after the password, for an authenticator app to be set up, and for the answer of a passkey: ten
/// minutes, in milliseconds.
pub const CEREMONY_MS: i64 = 10 * 60 * 1_000;
/// Recovery codes made at once.
pub const RECOVERY_CODES: u32 = 10;
/// Most passkeys of one person.
pub const PASSKEYS_MAX: usize = 20;
/// Longest name of a passkey, in characters.
pub const PASSKEY_NAME_CHARS_MAX: usize = 80;
/// Time for which a browser is remembered after somebody signs in with it: 180 days, in milliseconds.
pub const KNOWN_BROWSER_MS: i64 = 180 * 24 * 60 * 60 * 1_000;
/// Longest description of a browser kept, in characters.
pub const CLIENT_CHARS_MAX: usize = 200;
/// Lines of the audit log read at a time for an export or a check.
pub const AUDIT_BATCH: u32 = 500;
/// Greatest age of a sign-in for the most harmful actions: one hour, in milliseconds.
pub const FRESH_SIGN_IN_MS: i64 = 60 * 60 * 1_000;
/// Tokens named before a permission is removed from the catalogue.
pub const HOLDERS_SHOWN: usize = 20;
/// Tokens named in the list of all that hold a permission.
pub const HOLDERS_LISTED: usize = 200;
/// Addresses and clients named on the page of a token.
pub const PRESENTERS_SHOWN: u32 = 20;
/// Kinds of denials told apart on the page of a token.
pub const DENIALS_SHOWN: u32 = 20;
/// Secrets listed on the page of a token, the latest ones.
pub const SECRETS_SHOWN: u32 = 10;
/// Tokens named on the page of the token that made them.
pub const CHILDREN_SHOWN: u32 = 20;
/// Tokens counted when a prompt asks whether to end them with the token that made them.
pub const MADE_COUNTED: u32 = 100;
/// Tokens read at a time when they are ended with the token that made them.
pub const MADE_AT_ONCE: u32 = 1_000;
/// Lines of the audit log on the page of a token.
pub const TOKEN_EVENTS_SHOWN: u32 = 10;
/// A permission that has not been exercised for this long counts as unused: 30 days, in milliseconds.
pub const UNUSED_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Most combinations of wanted permissions searched for the last exercise of each permission.
pub const EXERCISES_READ: u32 = 2_000;
/// Most people that a filter offers.
pub const RECIPIENTS_MAX: u32 = 500;
/// Most people and accounts offered when tokens are handed over, or when somebody is put into a group.
pub const CANDIDATES_MAX: u32 = 5_000;
/// Most tokens that one box of a prompt can make work again.
pub const CONSENTS_MAX: usize = 1_000;
/// Most groups, and most service accounts: one list has all of them.
pub const ACCOUNTS_MAX: u32 = 1_000;
/// Most open requests of one person.
pub const OPEN_REQUESTS_MAX: u32 = 20;
/// Requests on the screen, of those that wait and of those that were answered.
pub const REQUESTS_SHOWN: u32 = 200;
/// Most grants of one account.
pub const GRANTS_MAX: usize = 500;
/// Tokens named before a grant or a membership is taken away.
pub const LOSSES_SHOWN: usize = 20;
