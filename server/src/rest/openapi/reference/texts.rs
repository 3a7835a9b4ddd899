//! Texts of the API reference that are not about one operation.

use app::domain::Verdict;

/// Facts that hold for all operations, each as a name and a text.
pub const BASICS: [(&str, &str); 7] = [
    (
        "Authentication",
        "Send the secret of a token as `Authorization: Bearer tkr_…`, once per request and never in the URL. The \
         permissions for this API begin with `tokenry.`; only admins can grant them, and they count only while the \
         token’s owner is an admin.",
    ),
    (
        "Requests",
        "Bodies are JSON in UTF-8, up to 64 KiB. Unknown members and parameters are refused, so that a typo is not \
         ignored. Times are RFC 3339; ids of tokens and people are UUIDs.",
    ),
    (
        "Pages",
        "Lists return `items` and `next_cursor`. For the next page, repeat the request with that value as `cursor`, \
         until it is null. Nothing is skipped or repeated while others create and delete.",
    ),
    (
        "Versions",
        "A token’s `version` is also its `ETag`. Send it in `If-Match` when you change the token: if somebody else \
         was first, the request is refused with 409 and nothing is overwritten.",
    ),
    (
        "Idempotency",
        "Send an `Idempotency-Key` of your own when you create. If no response arrives, repeat the request with the \
         same key: for 24 hours, nothing is created twice.",
    ),
    (
        "Several nodes",
        "A change is answered with `Tokenry-Revision`. Send that number in `Tokenry-At-Least` to a node that may not know \
         of the change yet: it catches up first, or responds with 503. Without it, every node knows of every change \
         within a second.",
    ),
    (
        "Limits",
        "`RateLimit` and `RateLimit-Policy` show the state of the calling token’s rate limit, except on the verify and \
         introspect endpoints. 429 and 503 come with `Retry-After`, in seconds.",
    ),
];

pub const ABOUT_VERDICTS: &str =
    "If several denials apply, the first in this list counts. The names never change.";

pub const ABOUT_ERRORS: &str = "Errors under `/v1` are `application/problem+json` (RFC 9457): `code` is stable and for \
    programs, `detail` is for people. With 422, `errors` points to each invalid value; with 403, `missing` names \
    permissions; with a version conflict (409), `version` is the stored one. Quote the `request_id` to the operator of \
    this installation.";

/// The meaning of a verdict, as a sentence for the caller that asked for it.
pub const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "The secret is valid and may do what was asked.",
        Verdict::Malformed => "The text cannot be a secret: its format or its checksum is wrong.",
        Verdict::Unknown => "The secret was never issued here.",
        Verdict::Revoked => "The token was deleted, or the secret itself was revoked.",
        Verdict::Expired => "The token has expired, or the overlap of a rotation has ended.",
        Verdict::Disabled => "The token is disabled.",
        Verdict::OwnerDisabled => "The token’s owner is disabled.",
        Verdict::AddressNotAllowed => {
            "The token is limited to addresses, and the given address is missing or not one of them."
        }
        Verdict::PermissionMissing => {
            "The token lacks a requested permission, which `missing` names, or has none at all."
        }
        Verdict::RateLimited => "The token has reached its rate limit.",
    }
}
