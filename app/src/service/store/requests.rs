//! Storage of requests for permissions.

use super::StoreError;
use crate::domain::{AccessRequest, Description, Event, Grant, PersonId, RequestId, Timestamp};
use async_trait::async_trait;

/// A request about to be recorded.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub id: RequestId,
    pub asker: PersonId,
    pub account: PersonId,
    pub permission: Grant,
    pub reason: Description,
    pub at: Timestamp,
    /// Most open requests of one person.
    pub most: u32,
}

#[async_trait]
pub trait RequestStore: Send + Sync {
    /// Open requests, the oldest first, or answered ones, the last answer first; at most `limit`. With a viewer, only
    /// theirs, and those of whom and for what they are a steward.
    async fn requests(
        &self,
        are_open: bool,
        viewer: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<AccessRequest>, StoreError>;

    /// The request with this id; `NoSuchRequest` for none.
    async fn request(&self, id: RequestId) -> Result<AccessRequest, StoreError>;

    /// Records a request. `Outdated` when the same is asked for already, `AccountsFull` when its asker has `most` open
    /// ones.
    async fn insert_request(&self, new: &NewRequest, event: &Event) -> Result<(), StoreError>;

    /// May this person answer the request: as an admin, or as a steward who may give the permission themselves?
    async fn may_answer(&self, person: PersonId, id: RequestId) -> Result<bool, StoreError>;

    /// Answers an open request, if `by` may do so at that moment; when it is granted, the account gets the grant in the
    /// same transaction. `NoSuchRequest` when it was answered before or its account is gone, `AccountsFull` when the
    /// account has as many grants as there can be.
    async fn answer_request(
        &self,
        id: RequestId,
        by: PersonId,
        is_granted: bool,
        word: &Description,
        events: &[Event],
    ) -> Result<(), StoreError>;
}
