//! Settings > General: what the workspace is called, and the rules that its tokens keep. Admins have a form; everybody
//! else reads what binds them.

use super::{
    Done, Frame,
    forms::{begins, wrong},
    permission_prompts::HolderList,
};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{
        Error, Field, Holders, Policy, SecretPrefix, Workspace, WorkspaceForm, days_in_words, tokens_in_words,
    },
    paths,
    service::{GeneralPage, Stricter},
    ui::{FieldMessages, Notice, TextField, Tone},
};
use leptos::prelude::*;

/// A form that was sent and led to no change, with what was typed.
#[derive(Clone, Debug)]
pub enum GeneralForm {
    Refused {
        version: i64,
        form: WorkspaceForm,
        error: Error,
    },
    /// Tokens that it would touch; sent again, it is meant.
    Asks {
        version: i64,
        form: WorkspaceForm,
        stricter: Box<Stricter>,
    },
    /// Somebody else was first. The next attempt begins from what is stored now, and what people then see.
    Meanwhile {
        form: WorkspaceForm,
        stored: Box<Workspace>,
    },
}

/// `done` is the word for what has just been done, or nothing.
pub fn general(frame: &Frame, page: &GeneralPage, form: Option<GeneralForm>, done: &str) -> String {
    let (page, done) = (page.clone(), done.to_owned());
    frame.settings("General · Tokenry", false, move || {
        let GeneralPage { workspace, started_prefix, why_not } = page;
        view! {
            <SettingsHeader tab=paths::GENERAL />
            <Done done />
            <div class="head">
                <div>
                    <h2 class="section-title">"General"</h2>
                    <p class="section-hint">"What this workspace is called, and the rules that its tokens keep."</p>
                </div>
                {why_not.map(|why| view! { <p class="section-hint head-action head-why">{why}</p> })}
            </div>
            {match why_not {
                Some(_) => view! { <Rules workspace started_prefix /> }.into_any(),
                None => view! { <Settings workspace started_prefix form /> }.into_any(),
            }}
        }
        .into_any()
    })
}

/// For those who cannot change it.
#[component]
fn Rules(workspace: Workspace, started_prefix: SecretPrefix) -> impl IntoView {
    let Workspace { name, prefix, policy, idle_days, undo_days, .. } = workspace;
    let name = Some(String::from(name)).filter(|name| !name.is_empty()).unwrap_or_else(|| "Tokenry".into());
    let lifetime = policy.lifetime_days.map_or_else(|| "As long as you like".to_owned(), days_in_words);
    let never = if policy.requires_end() { "Every token has to expire" } else { "Tokens may live for ever" };
    let prefix = prefix.unwrap_or(started_prefix);
    let undo =
        if undo_days == 0 { "Not at all".to_owned() } else { format!("For {}", days_in_words(undo_days)) };
    view! {
        <dl class="card rules">
            <div><dt>"Name"</dt><dd>{name}</dd></div>
            <div><dt>"New secrets begin with"</dt><dd><code>{format!("{}_", prefix.as_str())}</code></dd></div>
            <div><dt>"Longest lifetime of a token"</dt><dd>{lifetime}</dd></div>
            <div><dt>"Expiry"</dt><dd>{never}</dd></div>
            <div><dt>"Deleted tokens can be brought back"</dt><dd>{undo}</dd></div>
            <div><dt>"Idle after"</dt><dd>{days_in_words(idle_days)}" without use"</dd></div>
        </dl>
    }
}

#[component]
fn Settings(workspace: Workspace, started_prefix: SecretPrefix, form: Option<GeneralForm>) -> impl IntoView {
    let (mut error, mut asks, mut stored) = (None, None, None);
    let (version, form) = match form {
        None => (workspace.version, WorkspaceForm::of(&workspace)),
        Some(GeneralForm::Refused { version, form, error: refused }) => {
            error = Some(refused);
            (version, form)
        }
        Some(GeneralForm::Asks { version, form, stricter }) => {
            asks = Some(*stricter);
            (version, form)
        }
        Some(GeneralForm::Meanwhile { form, stored: now }) => {
            let version = now.version;
            stored = Some(WorkspaceForm::of(&now));
            (version, form)
        }
    };
    let (is_asking, is_late) = (asks.is_some(), stored.is_some());
    let theirs = |of: fn(&WorkspaceForm) -> String| {
        let now = stored.as_ref().map(of).filter(|now| *now != of(&form));
        Signal::stored(now.map(saved_meanwhile).unwrap_or_default())
    };
    let (name_theirs, prefix_theirs) = (theirs(|f| f.name.clone()), theirs(|f| f.prefix.clone()));
    let (lifetime_theirs, idle_theirs) =
        (theirs(|f| f.lifetime_days.clone()), theirs(|f| f.idle_days.clone()));
    let undo_theirs = theirs(|f| f.undo_days.clone());
    let required_theirs = theirs(|f| if f.expiry_required { "required" } else { "not required" }.to_owned());
    let (error_in, first) = (
        |field| wrong(error.as_ref(), field),
        |field| error.is_some() && begins(error.as_ref(), field, field),
    );
    let prefix_hint = format!(
        "New secrets begin with it; those that are out there stay valid. Empty: {}, which this server was started with.",
        started_prefix.as_str()
    );
    let (name_error, prefix_error) = (error_in(Field::Name), error_in(Field::Prefix));
    view! {
        <form class="general-form" method="post" action=paths::GENERAL>
            <input type="hidden" name="version" value=version.to_string() />
            {is_late.then(|| view! { <div role="alert"><Notice tone=Tone::Warning text=MEANWHILE /></div> })}
            {asks.map(|stricter| view! { <Question stricter /> })}
            <div class="sections">
                <div class="card section">
                    <h3 class="section-title">"Workspace"</h3>
                    <TextField name="name" id="name" label="Name" hint="Shown in the navigation, where the product’s name stands. Empty: Tokenry." value=form.name first=first(Field::Name) error=name_error theirs=name_theirs />
                    <TextField name="prefix" id="prefix" label="Prefix of secrets" hint=prefix_hint value=form.prefix first=first(Field::Prefix) error=prefix_error theirs=prefix_theirs />
                </div>
                <div class="card section">
                    <h3 class="section-title">"Tokens"</h3>
                    <Days name="lifetime_days" label="Longest lifetime" hint="Counted from the day on which an end is chosen. Empty: no limit." value=form.lifetime_days first=first(Field::LifetimeDays) error=error_in(Field::LifetimeDays) theirs=lifetime_theirs />
                    <div class="field">
                        <label class="radio">
                            <input type="checkbox" name="expiry_required" id="expiry-required" checked=form.expiry_required aria-describedby="expiry-required-hint expiry-required-theirs" />
                            <span class="radio-name">"Every token has to expire"</span>
                        </label>
                        <p class="field-hint" id="expiry-required-hint">"Nobody can choose never. A longest lifetime means that, too."</p>
                        <FieldMessages id="expiry-required" error=Signal::stored(String::new()) theirs=required_theirs />
                    </div>
                    <Days name="idle_days" label="Idle after" hint="A token that nobody has used for so long is shown as idle." value=form.idle_days first=first(Field::IdleDays) error=error_in(Field::IdleDays) theirs=idle_theirs />
                    <Days name="undo_days" label="Deleted tokens can be brought back for" hint="Their secrets stay dead: one that is brought back gets a new one. 0: not at all." value=form.undo_days first=first(Field::UndoDays) error=error_in(Field::UndoDays) theirs=undo_theirs />
                </div>
            </div>
            {(!is_asking).then(|| view! {
                <div class="general-actions">
                    <button class="button button-primary" type="submit">"Save"</button>
                    {is_late.then(|| view! { <a class="button" href=paths::GENERAL>"Cancel"</a> })}
                </div>
            })}
        </form>
    }
}

const MEANWHILE: &str = "Somebody else saved these settings while you were looking at them. Their values stand below \
    yours; Save again to replace them, or Cancel to keep them.";

fn saved_meanwhile(text: String) -> String {
    format!("Saved meanwhile: {}", if text.is_empty() { "nothing" } else { &text })
}

/// The tokens that the change would touch, and what becomes of them.
#[component]
fn Question(stricter: Stricter) -> impl IntoView {
    let Stricter { code, policy, outlasting, undo_days, lost } = stricter;
    view! {
        <div class="card section question" role="alert">
            {(outlasting.count > 0).then(|| view! { <Outlasting policy outlasting /> })}
            {(lost.count > 0).then(|| view! { <Lost undo_days lost /> })}
            <p>"Nothing has been saved yet."</p>
            <div class="general-actions">
                <button class="button button-primary" type="submit" name="confirmed" value=code autofocus>"Confirm"</button>
                <a class="button" href=paths::GENERAL>"Cancel"</a>
            </div>
        </div>
    }
}

/// Deleted tokens that could no longer be brought back.
#[component]
fn Lost(undo_days: u32, lost: Holders) -> impl IntoView {
    let (many, is_one) = (tokens_in_words(lost.count), lost.count == 1);
    let was = if is_one { "was" } else { "were" };
    let lead = match undo_days {
        0 => format!("{many} that {was} deleted can no longer be brought back:"),
        days => format!(
            "{many} that {was} deleted more than {} ago can no longer be brought back:",
            days_in_words(days)
        ),
    };
    view! {
        <p><strong>{lead}</strong></p>
        <HolderList holders=lost can_edit=false />
    }
}

/// Live tokens that the policy would not allow to be made as they are.
#[component]
fn Outlasting(policy: Policy, outlasting: Holders) -> impl IntoView {
    let is_one = outlasting.count == 1;
    let many = tokens_in_words(outlasting.count);
    let lead = match (policy.lifetime_days.map(days_in_words), is_one) {
        (Some(days), true) => format!("{many} lives longer than {days} from now, or never ends:"),
        (Some(days), false) => format!("{many} live longer than {days} from now, or never end:"),
        (None, true) => format!("{many} never ends:"),
        (None, false) => format!("{many} never end:"),
    };
    let (fate, rule) = if is_one {
        ("It keeps working as it is.", "Whoever changes its end has to keep to the new rule.")
    } else {
        ("They keep working as they are.", "Whoever changes the end of one has to keep to the new rule.")
    };
    view! {
        <p><strong>{lead}</strong></p>
        <HolderList holders=outlasting can_edit=true target="_blank" />
        <p>{fate}" "{rule}</p>
    }
}

/// A number of days. As text: what is no number is told beside the field in the same words as everything else.
#[component]
fn Days(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
    first: bool,
    error: Signal<String>,
    theirs: Signal<String>,
) -> impl IntoView {
    let invalid = (!error.read_untracked().is_empty()).then_some("true");
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <p class="field-hint" id=format!("{name}-hint")>{hint}</p>
            <div class="days">
                <input
                    class="input days-number"
                    type="text"
                    inputmode="numeric"
                    id=name
                    name=name
                    value=value
                    autocomplete="off"
                    autofocus=first
                    aria-describedby=format!("{name}-unit {name}-hint {name}-error {name}-theirs")
                    aria-invalid=invalid
                />
                <span id=format!("{name}-unit")>"days"</span>
            </div>
            <FieldMessages id=name error theirs />
        </div>
    }
}
