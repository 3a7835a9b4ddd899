//! The table of tokens: one page of it, the bar of actions on the selected tokens, the links to the neighbouring pages,
//! and the empty state.

use crate::{
    client,
    components::{PermissionTags, QueryForm, Shell, Sparkline, Time},
    domain::{
        HourlyUsage, Right, SortBy, Timestamp, Token, TokenCursor, TokenId, TokenList, TokenListForm,
        TokenPage, TokenSort, TokenStatus,
    },
    paths,
    ui::{Empty, Menu, MenuItem, NoMenu, effect, html},
};
use leptos::{ev, prelude::*};
use std::collections::HashMap;

#[component]
pub fn Table(form: TokenListForm, page: TokenPage) -> impl IntoView {
    let TokenPage { list: TokenList { tokens, .. }, hourly, old_uses, now, .. } = page;
    let shell = Shell::here();
    let why_not = shell.role().why_not(Right::ManageOwnTokens);
    let (everybody, may_choose) = (shell.may(Right::SeeAllTokens), why_not.is_none());
    let head = |by: SortBy, name: &'static str| html! { <SortedBy form=form.clone() by name /> };
    let all = may_choose.then(|| {
        html! {
            <th scope="col" class="cell-choice">
                <label class="choice-box needs-script">
                    <input type="checkbox" id="choose-all" aria-label="Select all on this page" />
                </label>
            </th>
        }
    });
    // In the default order, expired tokens stay in the table and sink below the others.
    let sinks = |token: &Token| form.sort.is_empty() && token.status(now) == TokenStatus::Expired;
    let (over, tokens): (Vec<_>, Vec<_>) = tokens.into_iter().partition(sinks);
    let (list, selected) = (search_of_list(), selected_at_first());
    let chosen = selection(&selected);
    let hands_over = shell.may(Right::ManageAllTokens);
    let rows = Rows { search: list.clone(), selected, hourly, old_uses, now, why_not, everybody, hands_over };
    let found = list.clone();
    let clicked = move |event: ev::MouseEvent| {
        if let Some(token) = client::row_clicked(&event) {
            shell.go_to(paths::with_search(&paths::glance(&token), &found));
        }
    };
    let table = html! {
        <div
            class="card"
            on:pointerdown={move |_| client::begin_press()}
            on:click=clicked
        >
            <table class="table token-table">
                <caption class="visually-hidden">{order_in_words(&form)}</caption>
                <thead>
                    <tr>
                        {all}
                        {head(SortBy::Name, "Name")}
                        <th scope="col" class="cell-secret">"Secret"</th>
                        {head(SortBy::Permissions, "Permissions")}
                        {head(SortBy::LastUsedAt, "Last used")}
                        {head(SortBy::ExpiresAt, "Expires")}
                        {everybody.then(|| head(SortBy::Owner, "Owner"))}
                        {head(SortBy::Status, "Status")}
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{tokens.into_iter().chain(over).map(|token| rows.row(token)).collect_view()}</tbody>
            </table>
        </div>
    };
    if !may_choose {
        return table;
    }
    html! {
        <div
            on:change={move |event| chosen.set(client::count_chosen(&event))}
            on:click={move |event| client::choose_between(&event)}
            on:keydown={move |event| {
                if event.key() == "Escape" && client::is_choice(&event) {
                    choose(chosen, &[]);
                }
            }}
        >
            <QueryForm action=paths::TOKENS_BULK class="token-choice" at_once=false>
                {(!list.is_empty()).then(|| html! { <input type="hidden" name="list" value=list /> })}
                {table}
                <Bar chosen />
            </QueryForm>
        </div>
    }
}

/// The search part of the list's URL, as the browser has it. Prompts carry it along, and lead back to exactly that
/// list.
fn search_of_list() -> String {
    let list = Shell::here().back();
    list.split_once('?').map(|(_, search)| search.to_owned()).unwrap_or_default()
}

/// The tokens that are selected when the page loads: those that the prompt over it is about.
fn selected_at_first() -> Vec<String> {
    let shell = Shell::here();
    let here = shell.url().get_untracked();
    let (path, search) = here.split_once('?').unwrap_or((&here, ""));
    let is_first = untrack(|| shell.generation()) == 0;
    if is_first && path == paths::TOKENS_BULK { paths::named_ids(search) } else { Vec::new() }
}

/// The number of selected tokens. A table that is drawn again has kept its boxes, perhaps for other tokens, so they are
/// set again.
fn selection(first: &[String]) -> RwSignal<usize> {
    let chosen = RwSignal::new(first.len());
    let first = first.to_owned();
    effect(move || {
        let first = first.clone();
        request_animation_frame(move || choose(chosen, &first));
    });
    chosen
}

fn choose(chosen: RwSignal<usize>, ids: &[String]) {
    let _ = chosen.try_set(client::choose(ids));
}

fn may_choose() -> bool {
    Shell::here().may(Right::ManageOwnTokens)
}

fn order_in_words(form: &TokenListForm) -> String {
    let sort: TokenSort = form.sort.parse().unwrap_or_default();
    let words = match (sort.by, sort.is_descending) {
        (SortBy::CreatedAt, true) => "newest first",
        (SortBy::CreatedAt, false) => "oldest first",
        (SortBy::Name, _) => "by name",
        (SortBy::Permissions, _) => "by how many permissions they hold",
        (SortBy::LastUsedAt, _) => "by their last use",
        (SortBy::ExpiresAt, _) => "by when they expire",
        (SortBy::Owner, _) => "by owner",
        (SortBy::Status, _) => "by status",
    };
    format!("Existing tokens, {words}")
}

/// A column that the table can be sorted by.
#[component]
fn SortedBy(form: TokenListForm, by: SortBy, name: &'static str) -> impl IntoView {
    let class = match by {
        SortBy::Permissions => Some("cell-permissions"),
        SortBy::LastUsedAt => Some("cell-used"),
        SortBy::ExpiresAt => Some("cell-expires"),
        SortBy::Owner => Some("cell-owner"),
        SortBy::CreatedAt | SortBy::Name | SortBy::Status => None,
    };
    let sort: TokenSort = form.sort.parse().unwrap_or_default();
    let order = (sort.by == by).then_some(if sort.is_descending { "descending" } else { "ascending" });
    let href = paths::tokens(&form.sorted_by(by));
    html! { <th scope="col" class=class aria-sort=order><a class="sort" href=href data-noscroll="">{name}</a></th> }
}

/// The actions on the selected tokens. The bar appears as soon as a token is selected.
#[component]
fn Bar(chosen: RwSignal<usize>) -> impl IntoView {
    let hands_over = Shell::here().may(Right::ManageAllTokens);
    let button = |action: &'static str, label: &'static str, class: &'static str| {
        html! { <button class=class type="submit" name="action" value=action>{label}</button> }
    };
    html! {
        <div class="choice-bar" role="group" aria-label="Selected tokens">
            <span class="choice-count" role="status">{move || format!("{} selected", chosen.get())}</span>
            {button("disable", "Disable", "button")}
            {button("enable", "Enable", "button")}
            {hands_over.then(|| button("hand-over", "Transfer", "button"))}
            {button("delete", "Delete", "button button-danger")}
        </div>
    }
}

struct Rows {
    /// The state of the list, which its prompts come back to.
    search: String,
    selected: Vec<String>,
    hourly: HashMap<TokenId, HourlyUsage>,
    old_uses: HashMap<TokenId, Option<Timestamp>>,
    now: Timestamp,
    /// The reason why the current person may not change tokens, if any.
    why_not: Option<&'static str>,
    everybody: bool,
    hands_over: bool,
}

impl Rows {
    fn items(&self, id: TokenId, is_disabled: bool) -> Vec<MenuItem> {
        // The word of a prompt is also the name of its icon.
        let item = |label, word| {
            let href = paths::with_search(&paths::token_prompt(id, word), &self.search);
            MenuItem { label, icon: word, href, copies: None }
        };
        let to = |label, icon, href| MenuItem { label, icon, href, copies: None };
        let (label, word) = if is_disabled { ("Enable", "enable") } else { ("Disable", "disable") };
        let copy = paths::with_search(&paths::token_duplicate(id), &self.search);
        let mut items = vec![item("Edit", "edit"), item("Rotate", "rotate"), to("Duplicate", "copy", copy)];
        if self.hands_over {
            items.push(item("Transfer", "hand-over"));
        }
        items.extend([
            item(label, word),
            MenuItem { copies: Some(id.to_string()), ..to("Copy ID", "copy", paths::token(id)) },
            to("View activity", "activity", paths::token(id)),
            item("Delete", "delete"),
        ]);
        items
    }

    fn row(&self, token: Token) -> AnyView {
        let status = token.status(self.now);
        let dots = paths::dots_id(&token.id.to_string());
        let is_disabled = token.disabled_at.is_some();
        let held = token.held_in_words().map(|held| html! { <span class="token-description">{held}</span> });
        let id = token.id;
        let checked = self.selected.contains(&id.to_string());
        let name = String::from(token.name);
        let title = name.clone();
        let (label, choose) = (format!("Actions for {name}"), format!("Select {name}"));
        let old = self.old_uses.get(&id).map(|used| html! { <OldUse used=*used /> });
        let usage = self.hourly.get(&id).map(|usage| html! { <Sparkline usage=*usage /> });
        html! {
            <tr data-status=status.in_words()>
                {self.why_not.is_none().then(|| html! {
                    <td class="cell-choice">
                        <label class="choice-box">
                            <input type="checkbox" name="id" value=id.to_string() checked=checked aria-label=choose />
                        </label>
                    </td>
                })}
                <th scope="row" class="cell-name">
                    <a class="token-name" href=paths::token(id) title=title>{name}</a>
                    <span class="token-description">{String::from(token.description)}</span>
                </th>
                <td data-label="Secret" class="cell-secret"><code>{token.secret_hint.to_string()}</code></td>
                <td data-label="Permissions" class="cell-permissions">
                    <PermissionTags token=id permissions=token.permissions out_of_reach=token.out_of_reach />
                </td>
                <td data-label="Last used" class="cell-used">
                    <span class="used">
                        {match token.last_used {
                            Some(used) => html! { <Time at=used.at /> },
                            None => {
                                let created = format!("Created {}", token.created_at.date_time());
                                html! { <span class="quiet" title=created>"Never used"</span> }
                            }
                        }}
                        {usage}
                    </span>
                </td>
                <td data-label="Expires" class="cell-expires">
                    {match token.expires_at {
                        Some(at) => html! { <time datetime=at.to_string() title=at.end_in_words()>{at.last_before().date()}</time> },
                        None => html! { <span class="quiet">"Never"</span> },
                    }}
                </td>
                {self.everybody.then(|| html! { <td data-label="Owner" class="cell-owner">{String::from(token.owner.name)}</td> })}
                <td data-label="Status" class="cell-status">
                    <span class="status" data-status=status.in_words() title=status.advice()>{status.in_words()}</span>
                    {held}
                    {old}
                </td>
                <td class="cell-actions">
                    {match self.why_not {
                        None => html! { <Menu id=dots label items=self.items(id, is_disabled) /> },
                        Some(why) => html! { <NoMenu id=dots label=format!("{label}: {why}") why /> },
                    }}
                </td>
            </tr>
        }
    }
}

/// The last use of the secret that retires.
#[component]
fn OldUse(used: Option<Timestamp>) -> impl IntoView {
    let when = match used {
        Some(at) => html! { <Time at /> },
        None => "never used".into_any(),
    };
    html! { <span class="token-description old-use">"Old secret: "{when}</span> }
}

/// Shown below the table, or in its place: links to the neighbouring pages, and other ways to look at tokens.
#[component]
pub fn Foot(
    form: TokenListForm,
    next: Option<TokenCursor>,
    previous: Option<TokenCursor>,
    /// Without any token there is nothing to export.
    #[prop(default = true)]
    exports: bool,
) -> impl IntoView {
    // The default order has words of its own.
    let (before, after) = if form.sort.is_empty() { ("Newer", "Older") } else { ("Previous", "Next") };
    let link = |cursor: Option<TokenCursor>, text: &'static str| {
        cursor.map(|cursor| {
            let href = paths::tokens(&form.at(Some(&cursor)));
            html! { <a class="button" href=href>{text}</a> }
        })
    };
    let export = paths::with_search(paths::TOKENS_EXPORT, &paths::query(&form.at(None).pairs()));
    html! {
        <div class="table-foot">
            <p class="token-ways">
                {exports.then(|| html! { <a href=export rel="external" download="">"Export CSV"</a> })}
                <a href=paths::TOKENS_DELETED>"Deleted tokens"</a>
            </p>
            {(next.is_some() || previous.is_some()).then(|| html! {
                <nav class="pager" aria-label="Pages">
                    {link(previous, before)}
                    {link(next, after)}
                </nav>
            })}
        </div>
    }
}

/// Shown instead of rows: there are no tokens at all, none that match, or this page has been emptied.
#[component]
pub fn NoTokens(exist: bool, narrowed: bool) -> impl IntoView {
    match (exist, narrowed) {
        (true, true) => html! {
            <Empty icon="key" title="No matching tokens">
                <p>"Try a shorter search or fewer filters."</p>
                <a class="button" href=paths::TOKENS>"Show all tokens"</a>
            </Empty>
        },
        (true, false) => html! {
            <Empty icon="key" title="Nothing is left on this page">
                <p>"Its tokens have been deleted."</p>
                <a class="button" href=paths::TOKENS>"Back to the first page"</a>
            </Empty>
        },
        (false, _) => html! {
            <Empty icon="key" title="No tokens yet">
                <p>"A token lets a program call your API: a nightly job, a deploy, a colleague’s script. Give each its own, with only what it needs, and you can always tell who called, and end one without breaking the rest."</p>
                {may_choose().then(|| html! { <a class="button" data-noscroll="" href=paths::TOKEN_NEW>"Create your first token"</a> })}
            </Empty>
        },
    }
}
