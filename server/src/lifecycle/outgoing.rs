//! What leaves this server by itself: the audit log as it is written, webhooks and mail.

use crate::{
    config::{AuditStream, Config, ConfigError},
    error::StartError,
    outbox::{Mailer, Post, StreamFile},
};
use app::service::{FollowerKind, Service};
use std::sync::Arc;
use tokio::sync::Notify;

#[derive(Default)]
pub struct Outgoing {
    /// The file that the audit log is written to.
    pub(super) file: Option<StreamFile>,
    /// Told when that file was moved away.
    pub(super) asked: Arc<Notify>,
    pub(super) post: Post,
}

impl Outgoing {
    pub(super) async fn of(config: &Config, service: &Service, origin: String) -> Result<Self, StartError> {
        let mut outgoing = Self::default();
        outgoing.post.origin = origin;
        if let Some(settings) = &config.mail {
            outgoing.post.mailer = Some(Mailer::new(settings).map_err(ConfigError::from)?);
            service.begin_to_follow(FollowerKind::Mail).await?;
        }
        outgoing.post.private_webhooks = config.private_webhooks;
        match config.audit_stream.clone() {
            Some(AuditStream::File(path)) => outgoing.file = Some(StreamFile::open(path, service).await?),
            Some(AuditStream::Output) => {
                service.begin_to_follow(FollowerKind::Output).await?;
                outgoing.post.prints = true;
            }
            None => {}
        }
        Ok(outgoing)
    }
}
