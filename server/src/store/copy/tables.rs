//! The tables that are copied, as every engine has them.

use uuid::Uuid;

/// A value of a row, whichever engine it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Id(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
    Text(Option<String>),
    Number(Option<i64>),
    Flag(Option<bool>),
}

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Id,
    Bytes,
    Text,
    Number,
    Flag,
}

/// A table: its columns, and the order of its rows, in which none refers to a later one.
pub struct Table {
    pub name: &'static str,
    pub select: &'static str,
    pub insert: &'static str,
    pub delete: &'static str,
    pub kinds: &'static [Kind],
}

macro_rules! tables {
    ($($name:ident by $order:literal { $first:ident: $first_kind:ident $(, $column:ident: $kind:ident)* })+) => {
        /// Every table that is copied. What nodes tell each other belongs to the database that they share.
        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            select: concat!(
                "select ", stringify!($first), $(", ", stringify!($column),)*
                " from ", stringify!($name), " order by ", $order
            ),
            insert: concat!(
                "insert into ", stringify!($name), " (", stringify!($first), $(", ", stringify!($column),)* ") "
            ),
            delete: concat!("delete from ", stringify!($name)),
            kinds: &[Kind::$first_kind $(, Kind::$kind)*],
        }),+];
    };
}

tables! {
    person by "stewards_id is not null, id" {
        id: Id, name: Text, name_key: Text, sort_key: Bytes, email: Text, email_key: Text, role: Text, theme: Text,
        password_hash: Text, created_at: Number, disabled_at: Number, provided_at: Number, kind: Text, purpose: Text, stewards_id: Id,
        removed_at: Number, metadata: Text
    }
    membership by "group_id, person_id" { group_id: Id, person_id: Id, is_steward: Flag }
    granted by "account_id, permission" { account_id: Id, permission: Text }
    request by "id" {
        id: Id, person_id: Id, account_id: Id, permission: Text, reason: Text, at: Number, decided_at: Number,
        decided_by: Id, is_granted: Flag, answer: Text
    }
    token by "search_id" {
        id: Id, owner_id: Id, parent_id: Id, name: Text, name_key: Text, sort_key: Bytes, description: Text,
        search_text: Text, created_at: Number, updated_at: Number, version: Number, deleted_at: Number, deleted_by: Id,
        deleted_by_admin: Flag, disabled_at: Number, disabled_by: Id, disabled_by_admin: Flag, expires_at: Number,
        allowed_addresses: Text, rate_requests: Number, rate_seconds: Number, permission_count: Number,
        last_used_at: Number, last_used_address: Text, exchanged: Text
    }
    token_permission by "token_id, permission" { token_id: Id, permission: Text }
    token_metadata by "token_id, key" { token_id: Id, key: Text, value: Text }
    secret by "id" {
        id: Id, token_id: Id, digest: Bytes, prefix: Text, last_chars: Text, is_current: Flag, is_foreign: Flag,
        created_at: Number, revoked_at: Number, revoked_by: Id, ends_at: Number, quiet_ms: Number,
        last_used_at: Number, last_used_address: Text, last_used_client: Text, exposed_at: Number, exposed_url: Text,
        exposed_by: Text
    }
    resource by "name" { name: Text, label: Text, description: Text, position: Number }
    action by "resource, name" { resource: Text, name: Text, label: Text, position: Number }
    workspace by "id" {
        id: Number, name: Text, prefix: Text, lifetime_days_max: Number, expiry_required: Flag, idle_days: Number,
        undo_days: Number, second_factor: Text, version: Number
    }
    event by "id" {
        id: Number, at: Number, kind: Text, actor_id: Id, token_id: Id, person_id: Id, address: Text, request_id: Text,
        details: Text, link: Bytes
    }
    audit_head by "id" { id: Number, installation: Id, line: Number, link: Bytes, at: Number }
    kept_line by "id" {
        id: Number, at: Number, kind: Text, actor_id: Id, token_id: Id, person_id: Id, address: Text
    }
    session by "id" {
        id: Id, digest: Bytes, person_id: Id, created_at: Number, last_seen_at: Number, client: Text, address: Text,
        browser: Bytes, provider: Text, proved_at: Number
    }
    identity by "issuer, subject" {
        issuer: Text, subject: Text, person_id: Id, provider: Text, group_names: Text, created_at: Number,
        last_used_at: Number
    }
    finished_sign_in by "digest" { digest: Bytes, ends_at: Number }
    browser by "person_id, digest" { person_id: Id, digest: Bytes, last_used_at: Number }
    link by "digest" { digest: Bytes, person_id: Id, ends_at: Number }
    passkey by "id" {
        id: Id, person_id: Id, credential_id: Bytes, credential: Text, name: Text, created_at: Number,
        last_used_at: Number, copied_at: Number
    }
    totp by "person_id" { person_id: Id, seed: Bytes, last_step: Number, created_at: Number }
    recovery_code by "person_id, digest" { person_id: Id, digest: Bytes, used_at: Number }
    ceremony by "digest" { digest: Bytes, kind: Text, person_id: Id, state: Text, ends_at: Number }
    use_count by "secret_id, hour, verdict, permission, address, client" {
        secret_id: Id, hour: Number, verdict: Text, permission: Text, address: Text, client: Text, count: Number
    }
    use_total by "owner_id, hour, verdict" { owner_id: Id, hour: Number, verdict: Text, count: Number }
    idempotency by "caller_id, key" { caller_id: Id, key: Bytes, request: Bytes, token_id: Id, at: Number }
    heartbeat by "id" { id: Number, latest_at: Number }
    follower by "id" {
        id: Id, kind: Text, line: Number, failures: Number, failing_since: Number, due_at: Number, trouble: Text,
        paused_at: Number, given_up: Flag
    }
    webhook by "id" {
        id: Id, name: Text, url: Text, kinds: Text, secret: Bytes, old_secret: Bytes, old_ends_at: Number,
        created_at: Number, version: Number
    }
    delivery by "webhook_id, line" {
        webhook_id: Id, line: Number, kind: Text, attempts: Number, at: Number, duration_ms: Number, status: Number,
        trouble: Text, delivered: Flag, again_at: Number
    }
    notice by "person_id, line" { person_id: Id, line: Number, due_at: Number }
    told_how by "person_id, whose, about" { person_id: Id, whose: Text, about: Text, how: Text }
    expiry_said by "token_id, expires_at, days" { token_id: Id, expires_at: Number, days: Number }
    token_network by "token_id, network" { token_id: Id, network: Text, seen_at: Number }
}
