//! The rules, free of frameworks: types, parsers and sentences that the server and the browser share.
//!
//! Pure on purpose: no Leptos, no HTTP, no SQL, no clock, no randomness, no hashing. A value that has been
//! parsed here is trusted everywhere else; every sentence a person reads about a rule stands beside the rule.

mod activity;
mod address_range;
mod aftermath;
mod api_reference;
mod attention;
mod audit_form;
mod audit_words;
mod bulk;
mod bulk_prompt;
mod bulk_result;
mod calendar;
mod caller;
mod catalogue;
mod catalogue_changes;
mod concern;
mod consent_boxes;
mod consents;
mod deleted;
mod done;
mod ended_by;
mod error;
mod event;
mod family;
mod holders;
mod id;
mod if_match;
mod json;
mod limits;
mod overview;
mod own_permissions;
mod page;
mod password;
mod people;
mod permission;
mod person;
mod person_prompt;
mod power;
mod pulse;
mod recent_use;
mod resource_form;
mod role;
mod rotation;
mod secret;
mod session;
mod span;
mod standing;
mod text;
mod time;
mod token;
mod token_changes;
mod token_cursor;
mod token_data;
mod token_filter;
mod token_forms;
mod token_import;
mod token_limits;
mod token_list_form;
mod token_patch;
mod token_prompts;
mod token_record;
mod token_sort;
mod token_status;
mod usage;
mod usage_words;
mod verdict;
mod view;
mod workspace;
mod workspace_changes;

pub use activity::{Activity, Denial, Exercise, LastExercise, OTHER_USE, Presenter, Top};
pub use aftermath::Aftermath;
pub use api_reference::{ApiBlock, ApiExample, ApiFact, ApiOperation, ApiReference, ApiSection, ApiTable};
pub use attention::{Attention, attention_in_words};
pub use audit_form::{AuditData, AuditForm, LogLine, LogPage};
pub use bulk::{BulkAction, Selection, TokenVersion};
pub use bulk_prompt::{BulkPrompt, SelectedToken, missing_in_words};
pub use bulk_result::{BulkLine, BulkResult, Outcome};
pub use caller::{Caller, Credential, Scope, SessionRow, Target, Visit};
pub use catalogue::{
    Action, CATALOGUE_OF_A_FILE, Catalogue, CatalogueError, Resource, WHEN_REMOVED, is_reserved, label_of,
};
pub use catalogue_changes::{
    HoldersData, PermissionsData, Removal, ResourceEdit, ResourceRemoval, ResourceToEdit,
};
pub use concern::Concern;
pub use consent_boxes::{ConsentBox, ConsentBoxes, ConsentKind, keep_hint, names_listed, to_keep, to_work};
pub use consents::{Consents, Ticked};
pub use deleted::{DeletedPage, DeletedRow, DeletedToken, RestorePrompt, Undo, undo_in_words};
pub use done::{Done, NewLink, NewSecret};
pub use ended_by::EndedBy;
pub use error::{Error, Field, FieldError};
pub use event::{AuditFilter, AuditLine, Event, EventKind};
pub use family::{Parent, Relative, also_in_words};
pub use holders::{Held, Holder, Holders, tokens_in_words};
pub use id::{PersonId, SessionId, TokenId};
pub use if_match::IfMatch;
pub use json::from_json;
pub use limits::*;
pub use overview::OverviewData;
pub use own_permissions::{
    READ_AUDIT, READ_PEOPLE, READ_TOKENS, VERIFY_TOKENS, WRITE_ALL_TOKENS, WRITE_TOKENS, own_catalogue,
};
pub use page::{Cursor, CursorError, Direction, Page};
pub use password::{Password, PasswordError};
pub use people::{
    AboutPerson, NameForm, NoFields, PasswordForm, PeopleData, PeoplePage, PersonEnabling, PersonHandOver,
    ProfileData, RoleForm, SessionEnd, ThemeForm,
};
pub use permission::{Permission, PermissionError, PermissionSet};
pub use person::{LinkNews, Person, PersonDetails, PersonForm, PersonRow, PersonStatus, Theme};
pub use person_prompt::{PersonPrompt, PersonPromptData};
pub use power::{Beyond, Power};
pub use pulse::{PULSE_HOURS, Pulse};
pub use recent_use::{RecentUse, grouped};
pub use resource_form::{ResourceForm, actions_in_lines};
pub use role::{Right, Role, may};
pub use rotation::{OVERLAP_USUAL, OVERLAPS, OldSecret, Overlap, Presented, QUIETS, retiring_in_words};
pub use secret::{RevealedSecret, Secret, SecretHint, SecretHintError, SecretPrefix, SecretPrefixError};
pub use session::Session;
pub use span::{SpanError, span_ms};
pub use standing::{Consent, Effect, OwnedToken, Standing, Transition, listed};
pub use text::{Description, Email, PersonName, TextError, TokenName, WorkspaceName, without_joiners};
pub use time::Timestamp;
pub use token::{Created, LastUse, Owner, PromptData, Token, TokenDetails, TokenForm};
pub use token_changes::{TokenChanges, TokenDeletion, TokenEdit};
pub use token_cursor::{SortValue, TokenCursor, TokenCursorError};
pub use token_data::{HandedOver, HistoryLine, PermissionUse, TokenData};
pub use token_filter::{
    TokenChoices, TokenFilter, TokenList, TokenPage, TokenQuery, TokensData, count_in_words,
};
pub use token_forms::{
    BulkForm, DisableForm, EnableForm, HandOverForm, OldSecretForm, RestoreForm, RotateForm,
};
pub use token_import::{ImportFault, ImportRow, ParsedImport};
pub use token_limits::{AllowedAddresses, RateLimit};
pub use token_list_form::TokenListForm;
pub use token_patch::TokenPatch;
pub use token_prompts::{ToDisable, ToHandOver, ToRotate};
pub use token_record::{KeptSecret, SecretState, SecretUse, TokenRecord};
pub use token_sort::{SortBy, SortError, TokenSort};
pub use token_status::TokenStatus;
pub use usage::{ActivityRange, Tally, Usage, UseTotals};
pub use verdict::Verdict;
pub use view::view_of;
pub use workspace::{NO_EXPIRY_RULE, Policy, Workspace, WorkspaceForm, days_in_words};
pub use workspace_changes::{GeneralData, Stricter, WorkspaceEdit};
