//! Texts of the API reference that are not about one operation.

use app::domain::Verdict;

/// Facts that hold for all operations, each as a name and a text.
pub const BASICS: [(&str, &str); 6] = [
    (
        "Authentication",
        "Send the secret of a token as `Authorization: Bearer tkr_…`, and no other way: never in an address, once in a \
         request. The permissions that it needs begin with `tokenry.`; only admins can give them, and they count while \
         the token’s owner is an admin.",
    ),
    (
        "Requests",
        "JSON in UTF-8, up to 64 KiB. Unknown members and parameters are refused, so that a misspelt one is not \
         ignored. Times are RFC 3339, ids are UUIDs.",
    ),
    (
        "Pages",
        "Lists answer with `items` and `next_cursor`. Send that as `cursor`, with everything else as it was, until it is \
         null. Nothing is missed or shown twice while others create and delete.",
    ),
    (
        "Versions",
        "A token’s `version` is also its `ETag`. A change names the version that it begins from in `If-Match`; if \
         somebody else was first, it is refused with 409 and nothing is overwritten.",
    ),
    (
        "Idempotency",
        "Create with an `Idempotency-Key` of your own. If no response arrives, send the request again with the same key: \
         for 24 hours, nothing is created twice.",
    ),
    (
        "Limits",
        "A token with a rate limit is told where it stands in `RateLimit` and `RateLimit-Policy`. 429 and 503 come \
         with `Retry-After`, in seconds.",
    ),
];

pub const ABOUT_VERDICTS: &str = "The first that applies is the answer. Their names never change.";

pub const ABOUT_ERRORS: &str = "`application/problem+json` (RFC 9457): `code` is for scripts and does not change, `detail` is for \
    people. With 422, `errors` points at each wrong place; with 403, `missing` names permissions; with 409, `version` is \
    the one that is stored. Quote the `request_id` to whoever looks after this installation.";

/// The meaning of a verdict, as a sentence for the caller that asked for it.
pub const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "The secret may do what was asked, here and now.",
        Verdict::Malformed => "It cannot be a secret: its shape or its checksum is wrong.",
        Verdict::Unknown => "It was never issued here.",
        Verdict::Revoked => "Its token was deleted, or the secret itself was revoked.",
        Verdict::Expired => "Its token has expired, or the overlap of a rotation has ended.",
        Verdict::Disabled => "Its token is disabled.",
        Verdict::OwnerDisabled => "The owner of its token is disabled.",
        Verdict::AddressNotAllowed => {
            "Its token is limited to addresses, and the one that was given is not among them, or none was given."
        }
        Verdict::PermissionMissing => "Its token lacks a permission that was asked for; `missing` names it.",
        Verdict::RateLimited => "Its token has been used too often just now.",
    }
}
