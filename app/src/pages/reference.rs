//! The API reference. The server has written all of its texts; this module draws its sections.

use crate::{
    components::{Example, screen},
    domain::{ApiBlock, ApiFact, ApiOperation, ApiReference, ApiSection, ApiTable},
    server_fns::LoadReference,
    ui::html,
};
use leptos::prelude::*;

/// The path of the OpenAPI document itself.
const DOCUMENT: &str = "/v1/openapi.json";

pub fn reference_page() -> AnyView {
    screen::<LoadReference>("API reference", reference)
}

fn reference(reference: ApiReference) -> AnyView {
    let ApiReference { version, origin, sections } = reference;
    html! {
        <div class="reference">
            <h1 class="page-title" data-heading="" tabindex="-1">"API reference"</h1>
            <p class="section-hint">
                "Version "{version}" of this installation, at "<code>{origin}</code>". "
                <a href=DOCUMENT rel="external">"OpenAPI document"</a>
            </p>
            <nav class="contents" aria-label="Contents">
                <ul>{sections.iter().map(entry).collect_view()}</ul>
            </nav>
            <div>{sections.into_iter().map(section).collect_view()}</div>
        </div>
    }
}

fn link(id: &str, text: &str) -> AnyView {
    html! { <a href=format!("#{id}") rel="external">{text.to_owned()}</a> }
}

fn entry(section: &ApiSection) -> AnyView {
    let operations = section.operations.iter().map(|one| html! { <li>{link(&one.id, &one.title)}</li> });
    let operations = operations.collect_view();
    let below = (!section.operations.is_empty()).then(|| html! { <ul>{operations}</ul> });
    html! { <li>{link(&part_id(section), &section.title)}{below}</li> }
}

/// Text with `code` between backticks.
fn prose(text: &str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.to_owned().into_any(),
        _ => html! { <code>{part.to_owned()}</code> },
    });
    parts.collect_view().into_any()
}

/// The id of a part. The prefix is needed because an operation may have the same id.
fn part_id(section: &ApiSection) -> String {
    format!("part-{}", section.id)
}

fn section(section: ApiSection) -> AnyView {
    let part = part_id(&section);
    let ApiSection { title, about, facts, operations, table, .. } = section;
    let labelled_by = part.clone();
    html! {
        <section class="reference-part" aria-labelledby=labelled_by>
            <h2 class="reference-title" id=part>{title}</h2>
            {(!about.is_empty()).then(|| html! { <p class="section-hint">{prose(&about)}</p> })}
            {list("card basics", facts)}
            {operations.into_iter().map(operation).collect_view()}
            {table.map(rows)}
        </section>
    }
}

fn operation(operation: ApiOperation) -> AnyView {
    let ApiOperation { id, title, method, path, blocks } = operation;
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    html! {
        <article class="card operation" id=id.clone() aria-labelledby=labelled_by>
            <h3 class="operation-title" id=heading>{link(&id, &title)}</h3>
            <p class="operation-line">
                <span class="method" data-method=method.clone()>{method.clone()}</span>
                <code class="path">{path}</code>
            </p>
            {blocks.into_iter().map(block).collect_view()}
        </article>
    }
}

fn block(block: ApiBlock) -> AnyView {
    let ApiBlock { title, about, examples, fold, facts } = block;
    let facts = list("facts", facts);
    let facts = match fold.is_empty() {
        true => facts,
        false => {
            html! { <details class="answer-members"><summary>{fold}</summary>{facts}</details> }
        }
    };
    html! {
        {(!title.is_empty()).then(|| html! { <h4 class="operation-part">{prose(&title)}</h4> })}
        {(!about.is_empty()).then(|| html! { <p>{prose(&about)}</p> })}
        {examples.into_iter().map(|one| html! { <Example id=one.id label=one.label text=one.text /> }).collect_view()}
        {facts}
    }
}

fn list(class: &'static str, facts: Vec<ApiFact>) -> AnyView {
    if facts.is_empty() {
        return ().into_any();
    }
    let fact = |ApiFact { name, kind, about }: ApiFact| {
        html! {
            <div>
                <dt>{prose(&name)}" "<span class="fact-kind">{kind}</span></dt>
                <dd>{prose(&about)}</dd>
            </div>
        }
    };
    html! { <dl class=class>{facts.into_iter().map(fact).collect_view()}</dl> }
}

fn rows(table: ApiTable) -> AnyView {
    let ApiTable { caption, columns, rows } = table;
    let heads = columns.iter().map(|column| html! { <th scope="col">{column.clone()}</th> }).collect_view();
    let row = |cells: Vec<String>| {
        let mut cells = cells.into_iter().zip(columns.clone());
        let code = cells.next().map(|(code, _)| code);
        let rest = cells.map(|(cell, column)| html! { <td data-label=column>{prose(&cell)}</td> });
        html! { <tr><th scope="row"><code>{code}</code></th>{rest.collect_view()}</tr> }
    };
    html! {
        <div class="card">
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
