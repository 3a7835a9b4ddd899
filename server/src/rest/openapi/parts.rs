//! What several operations share: the path of a token, the headers of a change, and the errors.

use crate::rest::problem::named_by_status;
use std::collections::BTreeMap;
use utoipa::{
    IntoParams, IntoResponses,
    openapi::{
        KnownFormat, Ref, RefOr, Required, Response, SchemaFormat, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::ObjectBuilder,
    },
};

fn text(name: &str, place: ParameterIn, is_required: bool, about: &str) -> ParameterBuilder {
    let required = if is_required { Required::True } else { Required::False };
    let schema = ObjectBuilder::new().schema_type(Type::String);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(about))
        .schema(Some(schema))
}

/// The path of one token.
pub struct TokenPath;

impl IntoParams for TokenPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id("id", "The token’s id")]
    }
}

fn id(name: &str, about: &str) -> Parameter {
    let id = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    text(name, ParameterIn::Path, true, about).schema(Some(id)).build()
}

/// The path of one account.
pub struct AccountPath;

impl IntoParams for AccountPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id("id", "The account’s id")]
    }
}

/// The path of a member of a group.
pub struct MemberPath;

impl IntoParams for MemberPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id("id", "The group’s id"), id("member", "The id of a person or a service account")]
    }
}

/// The path of one request.
pub struct RequestPath;

impl IntoParams for RequestPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id("id", "The request’s id")]
    }
}

/// The path of one webhook.
pub struct WebhookPath;

impl IntoParams for WebhookPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id("id", "The webhook’s id")]
    }
}

fn idempotency_key() -> Parameter {
    let about = "1 to 255 visible ASCII characters of your choice. For 24 hours, repeating the request with the same \
        key changes nothing more: the response has the token as it is now, without the secret. A different request \
        with the same key is refused (422).";
    text("Idempotency-Key", ParameterIn::Header, false, about)
        .example(Some("8e03978e-40d5-43dd-bc93-6894a57f9324".into()))
        .build()
}

fn if_match(is_required: bool) -> Parameter {
    let about = "The `ETag` of the version that you have read, or several. If the stored version differs, the request \
        is refused (409, with the current `version`). Weak tags and tags changed by a compressing proxy are \
        accepted; `*` matches any version.";
    text("If-Match", ParameterIn::Header, is_required, about).example(Some("\"1\"".into())).build()
}

/// The headers of a request that creates something.
pub struct CreateHeaders;

impl IntoParams for CreateHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![idempotency_key()]
    }
}

/// The headers of a change of a token.
pub struct ChangeHeaders;

impl IntoParams for ChangeHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![if_match(false), idempotency_key()]
    }
}

/// The headers of a change that has to name the version it is based on.
pub struct EditHeaders;

impl IntoParams for EditHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![if_match(true), idempotency_key()]
    }
}

/// Types whose responses are the shared ones with these statuses.
macro_rules! errors {
    ($($(#[$about:meta])* $name:ident: $($status:literal)+;)+) => {$(
        $(#[$about])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let shared = |status: u16| {
                    let (code, _) = named_by_status(status);
                    (status.to_string(), RefOr::Ref(Ref::from_response_name(code)))
                };
                [$($status),+].map(shared).into()
            }
        }
    )+};
}

errors! {
    /// Every request that is made with a token.
    Unserved: 400 401 429 503;
    /// A request of anybody.
    Open: 400 429 503;
    /// A request that another party signs.
    Unsigned: 403 404 413;
    /// A request that the calling token lacks the permission for, or is made from an address that it does not allow.
    Forbidden: 403;
    /// A request about one thing.
    NoSuchToken: 404;
    /// A request about one account.
    NoSuchAccount: 404;
    /// A request about one request for a permission.
    NoSuchRequest: 404;
    /// A change of an account that is needed as it is.
    InUse: 409;
    /// A request with a query.
    QueryFaults: 422;
    /// A request with a body.
    BodyFaults: 413 415 422;
    /// A change: its version, its idempotency key, or the limit of tokens.
    TermsFailed: 409 422;
    /// A change that has to name a version.
    VersionMissing: 428;
}
