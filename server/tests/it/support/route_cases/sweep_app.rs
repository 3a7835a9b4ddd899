//! The installation that is swept, and its visitors.

use super::{MACHINE, RouteCase, STEWARD, Sends, UNGRANTED};
use crate::support::{Answer, App, TestApp, TestUser, Visitor};
use app::{
    domain::{Caller, Overlap, PersonId, Role, TokenForm, TokenId},
    service::Key,
};
use axum::{body::Body, http::header};

/// An installation with people of every kind, and something for each route to act on.
pub struct SweepApp {
    pub app: TestApp,
    pub viewer: TestUser,
    pub member: TestUser,
    pub owner: TestUser,
    pub steward: TestUser,
    /// A member who may give nothing: *Everyone* may not either.
    pub ungranted: TestUser,
    /// The person that things are done to.
    pub subject: TestUser,
    pub token: TokenId,
    /// Another token of the owner's: rotated, then disabled; its version is 3.
    pub disabled: TokenId,
    /// A deleted token of the owner's.
    pub gone: TokenId,
    /// A service account of the steward's.
    pub account: PersonId,
    /// The same three tokens of the account's.
    of_account: [TokenId; 3],
    /// The secret of one more token of the account's.
    machine: String,
    /// A code with which the subject can choose a password.
    pub code: Key,
    /// A second session of the owner's.
    pub session: String,
    /// The version of the resource `billing`.
    pub billing: String,
    /// A webhook, to which the line 1 was sent.
    pub webhook: String,
    /// A group, of which the subject is a member.
    pub group: PersonId,
    /// A service account that is disabled.
    pub asleep: PersonId,
    /// What the subject asked for.
    pub request: String,
}

impl SweepApp {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let viewer = app.user("Vera Lindqvist", Role::Viewer).await;
        let member = app.user("Otto Brandt", Role::Member).await;
        let owner = app.user("Ines Okafor", Role::Member).await;
        let steward = app.user("Wanda Novak", Role::Member).await;
        let ungranted = app.user("Uma Costa", Role::Member).await;
        let subject = app.user("Sami Haddad", Role::Member).await;
        app.clock.forward(1);
        let [token, disabled, gone] = three_tokens(&app, &owner.caller, None).await;
        let team = app.group("Release").await;
        app.join(team, steward.id(), true).await;
        let account = app.service_account("Deploys", Some(team)).await;
        let of_account = three_tokens(&app, &steward.caller, Some(account)).await;
        let machine = app.service.create_token(&steward.caller, &form("Ships", Some(account))).await.unwrap();
        let machine = machine.secret.as_str().to_owned();
        let code = app.service.make_link(&app.admin.caller, subject.id()).await.unwrap().code;
        let session = app.another_session(&owner).await.caller.session().unwrap().to_string();
        App::set_up(&app, &owner).await;
        let billing = app.service.resource_to_edit(&app.admin.caller, "billing").await.unwrap().version;
        let group = app.group("Platform").await;
        app.join(group, steward.id(), true).await;
        app.join(group, subject.id(), false).await;
        let asleep = app.service_account("Nightly builds", None).await;
        app.service.set_account_disabled(&app.admin.caller, asleep, true).await.unwrap();
        // What one may give no more is asked for.
        app.tighten().await;
        for account in [viewer.id(), member.id(), owner.id(), steward.id()] {
            app.grant(account, "projects:* billing:read").await;
        }
        for account in [subject.id(), account] {
            app.grant(account, "projects:*").await;
        }
        let request = app.asked(&subject, "billing:read").await;
        let webhook = app.webhook().await;
        Self {
            app,
            viewer,
            member,
            owner,
            steward,
            ungranted,
            subject,
            token,
            disabled,
            gone,
            account,
            of_account,
            machine,
            code,
            session,
            billing,
            group,
            asleep,
            request,
            webhook,
        }
    }

    /// Lifts the bounds, for a sweep that tries more than anybody would.
    pub fn without_bounds(self) -> Self {
        Self { app: self.app.without_bounds(), ..self }
    }

    /// In the order of [`WHO`].
    pub fn visitor(&self, who: usize) -> Visitor {
        match who {
            0 => self.app.stranger(),
            1 => self.app.visitor_as(&self.viewer),
            2 => self.app.visitor_as(&self.member),
            3 => self.app.visitor_as(&self.owner),
            STEWARD => self.app.visitor_as(&self.steward),
            UNGRANTED => self.app.visitor_as(&self.ungranted),
            MACHINE => self.app.stranger().with_secret(&self.machine),
            _ => self.app.visitor(),
        }
    }

    /// The address that a case calls, without placeholders.
    pub fn at(&self, case: &RouteCase) -> String {
        self.fill(case.path)
    }

    fn fill(&self, text: &str) -> String {
        let [of_account, disabled_of_account, gone_of_account] = self.of_account;
        text.replace("{token}", &self.token.to_string())
            .replace("{disabled}", &self.disabled.to_string())
            .replace("{gone}", &self.gone.to_string())
            .replace("{token of account}", &of_account.to_string())
            .replace("{disabled of account}", &disabled_of_account.to_string())
            .replace("{gone of account}", &gone_of_account.to_string())
            .replace("{account}", &self.account.to_string())
            .replace("{member}", &self.member.id().to_string())
            .replace("{person}", &self.subject.id().to_string())
            .replace("{session}", &self.session)
            .replace("{webhook}", &self.webhook)
            .replace("{group}", &self.group.to_string())
            .replace("{asleep}", &self.asleep.to_string())
            .replace("{request}", &self.request)
            .replace("{code}", self.code.expose())
            .replace("{billing}", &self.billing)
    }

    /// Sends a case's request as this site's own page does, unless other headers are given.
    pub async fn case(&self, visitor: &Visitor, case: &RouteCase, headers: &[(&str, &str)]) -> Answer {
        let mut request = Visitor::request(case.method, &self.at(case));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (kind, body) = self.body(&case.sends);
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        visitor.send(request.body(Body::from(body)).unwrap()).await
    }

    pub fn body(&self, sends: &Sends) -> (&'static str, String) {
        match sends {
            Sends::Nothing => ("", String::new()),
            Sends::Form(text) => ("application/x-www-form-urlencoded", self.fill(text)),
            Sends::Json(value) => ("application/json", self.fill(&value.to_string())),
        }
    }
}

fn form(name: &str, owner: Option<PersonId>) -> TokenForm {
    TokenForm {
        owner: owner.map(|owner| owner.to_string()),
        ..crate::support::form(name, &["projects:read"])
    }
}

/// One that works, one that is rotated and then disabled, and one that is deleted.
async fn three_tokens(app: &TestApp, caller: &Caller, owner: Option<PersonId>) -> [TokenId; 3] {
    let make = async |name| app.service.create_token(caller, &form(name, owner)).await.unwrap().token.id;
    let [token, disabled, gone] = [make("Kept").await, make("Paused").await, make("Gone").await];
    app.service.rotate_token(caller, disabled, None, Overlap::of_seconds(3_600)).await.unwrap();
    app.service.set_disabled(caller, disabled, None, true).await.unwrap();
    app.service.delete_token(caller, gone).await.unwrap();
    [token, disabled, gone]
}
