//! The API reference: the OpenAPI document of this very server as a page. It loads nothing from elsewhere, and its
//! examples begin with this installation's own address.

mod api;

use super::{Frame, example::example};
use crate::{
    domain::Verdict,
    shell::{Life, Place},
};
use api::{Answer, Api, Body, Failure, Group, Member, Operation, Parameter, anchor};
use leptos::prelude::*;
use serde_json::Value;

/// The place of the document itself.
const DOCUMENT: &str = "/v1/openapi.json";

pub fn reference(frame: &Frame, document: &Value, origin: &str) -> String {
    frame.write(Life::Document, Place::Reference, "API reference · Tokenry", false, || {
        let api = Api(document);
        let groups = api.groups();
        view! {
            <div class="reference">
                <h1 class="page-title">"API reference"</h1>
                <p class="section-hint">
                    "Version "{text_of(&document["info"]["version"])}" of this installation, at "<code>{origin.to_owned()}</code>". "
                    <a href=DOCUMENT rel="external">"OpenAPI document"</a>
                </p>
                {contents(&groups)}
                <div class="reference-text">
                    {basics()}
                    {groups.iter().map(|group| section(group, origin)).collect_view()}
                    {verdicts()}
                    {failures(api.failures())}
                </div>
            </div>
        }
        .into_any()
    })
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Text in which `code` stands between backticks.
fn prose(text: &str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    });
    parts.collect_view().into_any()
}

fn contents(groups: &[Group<'_>]) -> AnyView {
    let group = |group: &Group<'_>| {
        let operations = group.operations.iter().map(|operation| {
            let (href, summary) = (format!("#{}", operation.id), operation.summary.to_owned());
            view! { <li><a href=href rel="external">{summary}</a></li> }
        });
        view! {
            <li>
                <a href=format!("#{}", anchor(group.name)) rel="external">{group.name.to_owned()}</a>
                <ul>{operations.collect_view()}</ul>
            </li>
        }
    };
    view! {
        <nav class="contents" aria-label="Contents">
            <ul>
                <li><a href="#before-you-begin" rel="external">"Before you begin"</a></li>
                {groups.iter().map(group).collect_view()}
                <li><a href="#verdicts" rel="external">"Verdicts"</a></li>
                <li><a href="#errors" rel="external">"Errors"</a></li>
            </ul>
        </nav>
    }
    .into_any()
}

const BASICS: [(&str, &str); 6] = [
    (
        "Authentication",
        "Send the secret of a token as `Authorization: Bearer tkr_…`, and no other way: never in an address, once in a \
         request. The permissions that it needs begin with `tokenry.`; only admins can give them, and they count while \
         the token’s owner is an admin.",
    ),
    (
        "Requests",
        "JSON in UTF-8, up to 64 KiB. Members and parameters that nobody knows are refused, so that no misspelt one is \
         passed over. Times are RFC 3339, ids are UUIDs.",
    ),
    (
        "Pages",
        "Lists answer with `items` and `next_cursor`. Send that as `cursor`, with everything else as it was, until it is \
         null. Nothing is missed or shown twice while others create and delete.",
    ),
    (
        "Versions",
        "A token’s `version` is also its `ETag`. A change names the one that it begins from in `If-Match`; when somebody \
         else was first, it is refused with 409 and nothing is overwritten.",
    ),
    (
        "Asking twice",
        "Create with an `Idempotency-Key` of your own. When no answer came, ask again with the same: for 24 hours, \
         nothing more is made.",
    ),
    (
        "Limits",
        "A token that has a rate limit is told where it stands in `RateLimit` and `RateLimit-Policy`. With 429 and 503 \
         comes `Retry-After`, in seconds.",
    ),
];

fn basics() -> AnyView {
    let basic = |(name, about): (&'static str, &'static str)| {
        view! { <div><dt>{name}</dt><dd>{prose(about)}</dd></div> }
    };
    view! {
        <section class="reference-part" aria-labelledby="before-you-begin">
            <h2 class="reference-title" id="before-you-begin">"Before you begin"</h2>
            <dl class="card basics">{BASICS.map(basic).collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn section(group: &Group<'_>, origin: &str) -> AnyView {
    let (id, labelled_by) = (anchor(group.name), anchor(group.name));
    view! {
        <section class="reference-part" aria-labelledby=labelled_by>
            <h2 class="reference-title" id=id>{group.name.to_owned()}</h2>
            <p class="section-hint">{prose(group.about)}</p>
            {group.operations.iter().map(|one| operation(one, origin)).collect_view()}
        </section>
    }
    .into_any()
}

fn operation(operation: &Operation<'_>, origin: &str) -> AnyView {
    let (id, method) = (operation.id, operation.method.as_str());
    let (title, labelled_by) = (format!("{id}-title"), format!("{id}-title"));
    let needs = match (operation.permission, operation.is_open) {
        (Some(permission), _) => {
            view! { "Needs "<code class="tag">{permission.to_owned()}</code> }.into_any()
        }
        (None, false) => "Any valid token may ask.".into_any(),
        (None, true) => "Nobody has to show a token.".into_any(),
    };
    let about = (!operation.about.is_empty()).then(|| view! { <p>{prose(operation.about)}</p> });
    view! {
        <article class="card operation" id=id.to_owned() aria-labelledby=labelled_by>
            <h3 class="operation-title" id=title>
                <a href=format!("#{id}") rel="external">{operation.summary.to_owned()}</a>
            </h3>
            <p class="operation-line">
                <span class="method" data-method=method.to_owned()>{method.to_owned()}</span>
                <code class="path">{operation.path.to_owned()}</code>
            </p>
            <p class="operation-needs">{needs}</p>
            {about}
            {parameters(&operation.parameters)}
            {operation.body.as_ref().map(body)}
            {example(&format!("{id}-curl"), "Ask", &operation.curl(origin))}
            {operation.answers.iter().map(|one| answer(id, one)).collect_view()}
        </article>
    }
    .into_any()
}

fn parameters(parameters: &[Parameter<'_>]) -> Option<AnyView> {
    let row = |parameter: &Parameter<'_>| {
        let kind = match parameter.place {
            "path" => "in the path",
            "header" => "a header",
            _ => "in the query",
        };
        fact(parameter.name, kind, parameter.is_required, parameter.about)
    };
    (!parameters.is_empty()).then(|| {
        view! {
            <h4 class="operation-part">"Parameters"</h4>
            <dl class="facts">{parameters.iter().map(row).collect_view()}</dl>
        }
        .into_any()
    })
}

fn body(body: &Body<'_>) -> AnyView {
    let title = if body.is_required { "Body: " } else { "Body, if any: " };
    view! {
        <h4 class="operation-part">{title}<code>{body.kind.to_owned()}</code></h4>
        <dl class="facts">{body.members.iter().map(member).collect_view()}</dl>
    }
    .into_any()
}

fn member(member: &Member<'_>) -> AnyView {
    fact(member.name, &member.kind, member.is_required, member.about)
}

fn fact(name: &str, kind: &str, is_required: bool, about: &str) -> AnyView {
    let kind = if is_required { format!("{kind}, required") } else { kind.to_owned() };
    view! {
        <div>
            <dt><code>{name.to_owned()}</code>" "<span class="fact-kind">{kind}</span></dt>
            <dd>{prose(about)}</dd>
        </div>
    }
    .into_any()
}

fn answer(operation: &str, answer: &Answer<'_>) -> AnyView {
    let (status, about) = (answer.status.to_owned(), answer.about.to_owned());
    let members = (!answer.members.is_empty()).then(|| {
        view! {
            <details class="answer-members">
                <summary>"What it holds"</summary>
                <dl class="facts">{answer.members.iter().map(member).collect_view()}</dl>
            </details>
        }
    });
    let examples = answer.examples.iter().enumerate().map(|(at, (name, value))| {
        let label =
            name.map_or_else(|| format!("Answer {status}"), |name| format!("Answer {status}, {name}"));
        example(&format!("{operation}-{status}-{at}"), &label, &format!("{value:#}"))
    });
    let examples = examples.collect_view();
    view! {
        <h4 class="operation-part"><span class="answer-status">{status}</span>" "{prose(&about)}</h4>
        {examples}
        {members}
    }
    .into_any()
}

/// What a verdict means to whoever asked.
const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "The secret may do what was asked, here and now.",
        Verdict::Malformed => "It cannot be a secret: its shape or its checksum is wrong.",
        Verdict::Unknown => "It was never issued here.",
        Verdict::Revoked => "Its token was deleted, or it was ended itself.",
        Verdict::Expired => "Its token has come to its end, or the overlap of a rotation has.",
        Verdict::Disabled => "Its token is paused.",
        Verdict::OwnerDisabled => "The person who answers for its token may not sign in any more.",
        Verdict::AddressNotAllowed => {
            "Its token is limited to addresses, and this is none of them or none was given."
        }
        Verdict::PermissionMissing => "Its token lacks some of what was asked for; `missing` names it.",
        Verdict::RateLimited => "Its token has been used too often just now.",
    }
}

fn verdicts() -> AnyView {
    let row = |verdict: Verdict| {
        view! {
            <tr>
                <th scope="row"><code>{verdict.as_str()}</code></th>
                <td data-label="Means">{prose(meaning(verdict))}</td>
            </tr>
        }
    };
    view! {
        <section class="reference-part" aria-labelledby="verdicts">
            <h2 class="reference-title" id="verdicts">"Verdicts"</h2>
            <p class="section-hint">"The first that applies is the answer. They are never renamed."</p>
            <div class="card">
                <table class="table">
                    <caption class="visually-hidden">"Verdicts"</caption>
                    <thead><tr><th scope="col">"Verdict"</th><th scope="col">"Means"</th></tr></thead>
                    <tbody>{Verdict::ALL.map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn failures(failures: Vec<Failure<'_>>) -> AnyView {
    let row = |failure: Failure<'_>| {
        view! {
            <tr>
                <th scope="row"><code>{failure.code.to_owned()}</code></th>
                <td data-label="Status" class="number">{failure.status}</td>
                <td data-label="Means">{failure.about.to_owned()}</td>
            </tr>
        }
    };
    view! {
        <section class="reference-part" aria-labelledby="errors">
            <h2 class="reference-title" id="errors">"Errors"</h2>
            <p class="section-hint">
                {prose(
                    "`application/problem+json` (RFC 9457): `code` is for scripts and stays, `detail` is for people. With \
                     422, `errors` points at each wrong place; with 403, `missing` names permissions; with 409, `version` is \
                     the one that is stored. Quote the `request_id` to whoever looks after this installation.",
                )}
            </p>
            <div class="card">
                <table class="table">
                    <caption class="visually-hidden">"Error codes"</caption>
                    <thead>
                        <tr><th scope="col">"Code"</th><th scope="col">"Status"</th><th scope="col">"Means"</th></tr>
                    </thead>
                    <tbody>{failures.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
