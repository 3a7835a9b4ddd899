//! The prompts over the catalogue: adding, editing and removing a resource, and who holds a permission.

use super::{
    PermissionsPrompt,
    forms::{General, PromptActions, begins, wrong},
};
use crate::{
    domain::{
        COUNT_MAX, Error, Field, Holder, Holders, Permission, ResourceForm, WHEN_REMOVED, tokens_in_words,
    },
    paths,
    service::{Removal, ResourceToEdit},
    ui::{Dialog, FieldMessages, Notice, TextField, Tone},
};
use leptos::prelude::*;

#[component]
pub fn Prompt(
    prompt: PermissionsPrompt,
    /// Does the person see everybody's tokens?
    everybodys: bool,
    /// May they change those that they see?
    can_edit: bool,
) -> impl IntoView {
    match prompt {
        PermissionsPrompt::Add { form, error } => view! { <AddPrompt form error /> }.into_any(),
        PermissionsPrompt::Edit { name, version, form, asks, error } => {
            view! { <EditPrompt name version form asks error /> }.into_any()
        }
        PermissionsPrompt::Remove { about, removal, error } => {
            view! { <RemovePrompt about removal error /> }.into_any()
        }
        PermissionsPrompt::Holders { permission, holders } => {
            view! { <HoldersPrompt permission holders everybodys can_edit /> }.into_any()
        }
    }
}

#[component]
fn AddPrompt(form: ResourceForm, error: Option<Error>) -> impl IntoView {
    let (name, name_error) = (form.name.clone(), wrong(error.as_ref(), Field::Name));
    let first = begins(error.as_ref(), Field::Name, Field::Name);
    view! {
        <Dialog id="resource-prompt" title="Add resource">
            <form class="prompt-form" method="post" action=paths::RESOURCE_NEW>
                <div class="dialog-body">
                    <General error=error.clone() />
                    <TextField
                        name="name"
                        id="name"
                        label="Name"
                        hint="Services ask for it by this name, as in projects: a-z, 0-9, _, - and . with a letter first. It never changes later."
                        value=name
                        first
                        error=name_error
                    />
                    <Details form error actions_hint="One on each line, as in read = Read: the name that services ask for, then what people read. Names never change later; people see them in this order." />
                </div>
                <PromptActions back=paths::PERMISSIONS.to_owned() submit="Add" />
            </form>
        </Dialog>
    }
}

#[component]
fn EditPrompt(
    name: String,
    version: String,
    form: ResourceForm,
    asks: Option<Removal>,
    error: Option<Error>,
) -> impl IntoView {
    let asking = asks.is_some();
    let removing = asks.as_ref().map(|removal| {
        let names: Vec<&str> = removal.permissions.iter().map(Permission::action).collect();
        view! { <input type="hidden" name="removing" value=names.join(" ") /> }
    });
    let action = paths::resource_edit(&name);
    let submit = if asking { "Remove and save" } else { "Save" };
    view! {
        <Dialog id="resource-prompt" title="Edit resource">
            <form class="prompt-form" method="post" action=action>
                <input type="hidden" name="version" value=version />
                {removing}
                <div class="dialog-body">
                    <General error=error.clone() />
                    {asks.map(|removal| view! {
                        <div class="removal" role="alert">
                            <Leaving lead="Saving takes this out of the catalogue:".to_owned() removal />
                        </div>
                    })}
                    <p class="resource-fixed">
                        <span class="field-label">"Name"</span>
                        " "
                        <code class="tag">{name}</code>
                        " "
                        <span class="field-hint">"Services ask for it by this name, so it never changes."</span>
                    </p>
                    <Details form error begin=!asking actions_hint="One on each line, as in read = Read. People see them in this order. Names never change: a line that you take away removes its action, and you are asked first." />
                </div>
                <PromptActions back=paths::PERMISSIONS.to_owned() submit danger=asking careful=asking />
            </form>
        </Dialog>
    }
}

/// What can be said of a resource at any time. After a conflict, what is stored now stands below.
#[component]
fn Details(
    form: ResourceForm,
    error: Option<Error>,
    actions_hint: &'static str,
    /// Typing begins here, if nowhere before.
    #[prop(optional)]
    begin: bool,
) -> impl IntoView {
    let first = |field| match &error {
        Some(Error::Invalid { .. }) => begins(error.as_ref(), field, Field::Name),
        _ => begin && field == Field::Label,
    };
    let stored = match &error {
        Some(Error::ResourceChanged { current }) => Some(ResourceForm::of(current)),
        _ => None,
    };
    let theirs = |of: fn(&ResourceForm) -> &String| {
        // Browsers end lines in their own way.
        let other = stored.as_ref().map(of).filter(|stored| stored.lines().ne(of(&form).lines()));
        Signal::stored(other.map(|text| saved_meanwhile(text)).unwrap_or_default())
    };
    let (label_theirs, description_theirs) = (theirs(|f| &f.label), theirs(|f| &f.description));
    let actions_theirs = theirs(|f| &f.actions);
    let error_in = |field| wrong(error.as_ref(), field);
    let actions_error = error_in(Field::Actions);
    let invalid = (!actions_error.read_untracked().is_empty()).then_some("true");
    // As many lines as there are, and room for one more.
    let rows = form.actions.lines().count().clamp(3, 11) + 1;
    view! {
        <TextField name="label" id="label" label="Label" hint="What people read. Without one, the name." value=form.label.clone() first=first(Field::Label) error=error_in(Field::Label) theirs=label_theirs />
        <TextField name="description" id="description" label="Description" value=form.description.clone() first=first(Field::Description) error=error_in(Field::Description) theirs=description_theirs />
        <div class="field">
            <label class="field-label" for="actions">"Actions"</label>
            <p class="field-hint" id="actions-hint">{actions_hint}</p>
            <textarea
                class="input input-lines"
                id="actions"
                name="actions"
                rows=rows.to_string()
                spellcheck="false"
                autocapitalize="none"
                autofocus=first(Field::Actions)
                aria-describedby="actions-hint actions-error actions-theirs"
                aria-invalid=invalid
                inner_html=as_html(&form.actions)
            ></textarea>
            <FieldMessages id="actions" error=actions_error theirs=actions_theirs />
        </div>
    }
}

/// The renderer escapes text everywhere but inside of a `<textarea>`, `<script>` or `<style>`.
fn as_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn saved_meanwhile(text: &str) -> String {
    if text.is_empty() {
        "Saved meanwhile: nothing".to_owned()
    } else {
        format!("Saved meanwhile: {}", text.replace('\n', ", "))
    }
}

#[component]
fn RemovePrompt(about: ResourceToEdit, removal: Removal, error: Option<Error>) -> impl IntoView {
    let ResourceToEdit { resource, version } = about;
    let lead = format!(
        "This takes “{}” out of the catalogue, with everything that can be done to it:",
        resource.label
    );
    view! {
        <Dialog id="remove-prompt" title="Remove resource" alert=true>
            <form class="prompt-form" method="post" action=paths::resource_remove(&resource.name)>
                <input type="hidden" name="version" value=version />
                <div class="dialog-body">
                    <General error />
                    <Leaving lead removal />
                </div>
                <PromptActions back=paths::PERMISSIONS.to_owned() submit="Remove" danger=true careful=true />
            </form>
        </Dialog>
    }
}

/// What leaves the catalogue, what becomes of it, and who holds it. The question stays open while one looks.
#[component]
fn Leaving(lead: String, removal: Removal) -> impl IntoView {
    let Removal { permissions, holders } = removal;
    let what = if permissions.len() == 1 { "it" } else { "some of it" };
    let names = permissions.into_iter().map(|permission| {
        let href = paths::permission_holders(&permission);
        view! { <li><a class="tag" href=href target="_blank"><code>{permission.to_string()}</code></a></li> }
    });
    let names = names.collect_view();
    let held = match holders.count {
        0 => format!("No token holds {what}."),
        1 => format!("1 token holds {what}. Links open in a new tab."),
        many => format!("{} hold {what}. Links open in a new tab.", tokens_in_words(many)),
    };
    view! {
        <p>{lead}</p>
        <ul class="tags leaving">{names}</ul>
        <Notice tone=Tone::Warning text=WHEN_REMOVED />
        <p>{held}</p>
        <HolderList holders can_edit=true target="_blank" />
    }
}

#[component]
fn HoldersPrompt(
    permission: Permission,
    holders: Holders,
    everybodys: bool,
    can_edit: bool,
) -> impl IntoView {
    let whose = if everybodys { "" } else { " of yours" };
    let sentence = match holders.count {
        0 => format!("No token{whose} holds it."),
        1 => format!("1 token{whose} holds it:"),
        many => format!("{}{whose} hold it, the newest first:", tokens_in_words(many)),
    };
    view! {
        <Dialog id="holders-prompt" title=format!("Tokens with {permission}")>
            <div class="dialog-body">
                <p>{sentence}</p>
                <HolderList holders can_edit />
            </div>
            <div class="dialog-actions">
                <a class="button button-primary" href=paths::PERMISSIONS data-dismiss="" autofocus>"Done"</a>
            </div>
        </Dialog>
    }
}

/// Tokens by name and owner, each a way to where it is edited.
#[component]
pub fn HolderList(holders: Holders, can_edit: bool, #[prop(optional)] target: &'static str) -> impl IntoView {
    let shown = u64::try_from(holders.first.len()).unwrap_or(u64::MAX);
    let rest = match holders.count.saturating_sub(shown) {
        0 => None,
        _ if holders.count > COUNT_MAX => Some("And many more.".to_owned()),
        more => Some(format!("And {more} more.")),
    };
    let target = Some(target).filter(|target| !target.is_empty());
    let lines = holders.first.into_iter().map(|Holder { id, name, owner }| {
        let name = String::from(name);
        let name = if can_edit {
            view! { <a href=paths::token_edit(id) target=target>{name}</a> }.into_any()
        } else {
            view! { <span>{name}</span> }.into_any()
        };
        view! { <li>{name}" "<span class="holder-owner">{String::from(owner.name)}</span></li> }
    });
    let lines = lines.collect_view();
    view! {
        {(shown > 0).then(|| view! { <ul class="holders">{lines}</ul> })}
        {rest.map(|rest| view! { <p class="section-hint">{rest}</p> })}
    }
}
