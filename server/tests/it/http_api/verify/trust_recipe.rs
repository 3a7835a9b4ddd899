//! The trust rules of `tests/recipes/trust.toml`, against an issuer on this machine that signs what GitHub, GitLab and
//! Kubernetes do.

use crate::support::{TestApp, Visitor, provider::FakeProvider};
use app::domain::{AccountForm, AccountKind, TrustRule};
use serde_json::{Value, json};
use server::{AppState, Network, ServeArgs, oidc::trust::TrustRules};
use std::path::Path;

fn rules() -> Vec<TrustRule> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recipes/trust.toml");
    ServeArgs { config: Some(file), ..ServeArgs::default() }.resolve().unwrap().trust
}

/// A run that the rule means, and one claim of a run that it does not mean.
fn runs(rule: &str) -> (Value, (&'static str, &'static str)) {
    match rule {
        "github" => (
            json!({
                "sub": "repo:acme/shop:ref:refs/heads/main", "repository": "acme/shop", "ref": "refs/heads/main",
                "repository_owner": "acme", "workflow": "Deploy", "run_id": "7012345", "run_attempt": "1",
                "event_name": "push", "actor": "ada", "job_workflow_ref": "acme/shop/.github/workflows/x.yml@main",
            }),
            ("ref", "refs/pull/7/merge"),
        ),
        "gitlab" => (
            json!({
                "sub": "project_path:acme/shop:ref_type:branch:ref:main", "project_path": "acme/shop",
                "namespace_path": "acme", "ref": "main", "ref_type": "branch", "ref_protected": "true",
                "pipeline_id": "9", "job_id": "42", "user_login": "ada",
            }),
            ("project_path", "acme/shop/fork"),
        ),
        "cluster" => (
            json!({
                "sub": "system:serviceaccount:shop:deployer", "nbf": 1_000_000_000,
                "kubernetes.io": { "namespace": "shop", "pod": { "name": "deploy-1", "uid": "1" },
                    "serviceaccount": { "name": "deployer", "uid": "2" } },
            }),
            ("sub", "system:serviceaccount:shop:default"),
        ),
        other => panic!("no run is known for the recipe {other}"),
    }
}

#[tokio::test]
async fn every_rule_of_the_recipe_trusts_the_runs_that_it_means_and_no_others() {
    let app = TestApp::new().await;
    let form = AccountForm { name: "Deploys".into(), ..AccountForm::default() };
    app.service.create_account(&app.admin.caller, AccountKind::Service, &form).await.unwrap();
    let issuer = FakeProvider::new(app.clock.clone()).await;
    assert_eq!(rules().len(), 3);
    for rule in rules() {
        let (run, (claim, other)) = runs(&rule.name);
        let audience = rule.audience.clone();
        let here = TrustRule { issuer: issuer.issuer.clone(), ..rule };
        let name = here.name.clone();
        let state = AppState::new(app.service.clone(), Network::default());
        let visitor = Visitor::new(server::build_with(state.exchanging(TrustRules::new(vec![here]))));
        let exchange = async |claims: &Value| {
            let mut all = claims.clone();
            all["aud"] = json!([audience]);
            let fields = [
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
                ("subject_token", &issuer.sign(&all)),
            ];
            visitor.post_form("/oauth/token", &fields).await
        };
        let made = exchange(&run).await;
        assert_eq!(made.status, 200, "{name}: {}", made.text);
        let mut elsewhere = run;
        elsewhere[claim] = json!(other);
        assert_eq!(exchange(&elsewhere).await.status, 400, "{name}");
    }
}
