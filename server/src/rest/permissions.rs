//! `/v1/permissions`: the catalogue that permissions are made of, with Tokenry's own at the end.

use super::{
    bearer,
    openapi::parts::{Forbidden, Unserved},
    problem::{Problem, json},
};
use crate::state::AppState;
use app::domain::Catalogue;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

/// All permissions that a token can have.
#[derive(Serialize, ToSchema)]
#[schema(as = Catalogue, example = json!(crate::rest::openapi::examples::catalogue()))]
pub struct CatalogueJson {
    resources: Vec<ResourceJson>,
}

/// A resource of your API.
#[derive(Serialize, ToSchema)]
#[schema(as = Resource)]
pub struct ResourceJson {
    name: String,
    label: String,
    description: String,
    actions: Vec<ActionJson>,
}

/// An action on a resource.
#[derive(Serialize, ToSchema)]
#[schema(as = Action)]
pub struct ActionJson {
    name: String,
    label: String,
    /// The permission, as `resource:action`.
    permission: String,
}

impl From<Catalogue> for CatalogueJson {
    fn from(catalogue: Catalogue) -> Self {
        let resources = catalogue.resources.into_iter().map(|resource| {
            let actions = resource.actions.into_iter().map(|action| ActionJson {
                permission: format!("{}:{}", resource.name, action.name),
                name: action.name,
                label: action.label,
            });
            ResourceJson {
                actions: actions.collect(),
                name: resource.name,
                label: resource.label,
                description: resource.description,
            }
        });
        Self { resources: resources.collect() }
    }
}

#[utoipa::path(
    get,
    path = "/v1/permissions",
    tag = "Permissions",
    operation_id = "list_permissions",
    summary = "Read the catalogue",
    description = "All permissions that a token can have: the resources of your API in their order, then Tokenry’s \
        own. Any valid token can read them.",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The catalogue", body = CatalogueJson, example = json!(crate::rest::openapi::examples::catalogue())),
        Unserved, Forbidden
    )
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    bearer::caller(&state, &parts).await?;
    let catalogue = state.service.catalogue().await;
    let catalogue = catalogue.map_err(|error| Problem::new(error, &parts.headers))?.with_own();
    Ok(json(StatusCode::OK, &CatalogueJson::from(catalogue)))
}
