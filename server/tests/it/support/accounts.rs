//! Groups, service accounts and grants for tests.

use super::{TestApp, TestUser};
use app::{
    domain::{AccountForm, AccountKind, AskForm, EVERYONE, Grants, Permission, PersonId, Verdict},
    service::{Service, VerifyRequest},
};

/// Grants from a line: `projects:* billing:read`.
pub fn grants(line: &str) -> Grants {
    Grants::parse([line]).unwrap()
}

/// Asks for a permission.
pub fn ask(permission: &str) -> AskForm {
    AskForm { permission: permission.into(), reason: "For the invoices".into(), ..AskForm::default() }
}

impl TestApp {
    pub async fn group(&self, name: &str) -> PersonId {
        self.account(AccountKind::Group, name, None).await
    }

    /// A service account whose stewards are those of this group.
    pub async fn service_account(&self, name: &str, stewards: Option<PersonId>) -> PersonId {
        self.account(AccountKind::Service, name, stewards).await
    }

    async fn account(&self, kind: AccountKind, name: &str, stewards: Option<PersonId>) -> PersonId {
        self.clock.forward(1);
        let stewards = stewards.map(|id| id.to_string()).unwrap_or_default();
        let purpose = "For a test".into();
        let form = AccountForm { name: name.into(), purpose, stewards, ..AccountForm::default() };
        self.service.create_account(&self.admin.caller, kind, &form).await.unwrap().account.id
    }

    /// From now on, this account has these grants and no others of its own.
    pub async fn grant(&self, account: PersonId, line: &str) {
        self.service.change_grants(&self.admin.caller, account, None, &grants(line), true).await.unwrap();
    }

    /// From now on, nobody may give more than they are granted.
    pub async fn tighten(&self) {
        self.grant(EVERYONE, "").await;
    }

    pub async fn join(&self, group: PersonId, member: PersonId, is_steward: bool) {
        self.service.put_member(&self.admin.caller, group, member, is_steward).await.unwrap();
    }

    /// The id of a new request of this person, for themselves.
    pub async fn asked(&self, who: &TestUser, permission: &str) -> String {
        self.clock.forward(1);
        self.service.ask(&who.caller, &ask(permission)).await.unwrap().id.to_string()
    }

    pub async fn leave(&self, group: PersonId, member: PersonId) {
        self.service.remove_member(&self.admin.caller, group, member).await.unwrap();
    }
}

/// May this secret do that?
pub async fn verdict_on(service: &Service, secret: &str, permission: &str) -> Verdict {
    let permissions: Vec<Permission> = vec![permission.parse().unwrap()];
    let request = VerifyRequest { secret, permissions: &permissions, address: None, client: "" };
    service.verify(&request).await.unwrap().verdict
}
