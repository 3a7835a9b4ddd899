//! Tokens that were made elsewhere: all of them in one transaction, or none.

use super::{Db, Engine, audit::events, failed, record, row::check_room};
use app::{
    domain::Event,
    service::{ImportClash, ImportStore, NewToken, StoreError},
};
use async_trait::async_trait;
use sqlx::Transaction;

#[async_trait]
impl ImportStore for Engine {
    async fn import_tokens(
        &self,
        new: &[(NewToken, Event)],
        is_rehearsal: bool,
    ) -> Result<Vec<(usize, ImportClash)>, StoreError> {
        let mut tx = self.begin().await?;
        let mut clashes = Vec::new();
        for (place, (token, _)) in new.iter().enumerate() {
            clashes.extend(clashes_of(&mut tx, token).await?.into_iter().map(|clash| (place, clash)));
        }
        // They are all of one owner.
        if let Some((token, _)) = new.last() {
            check_room(&mut tx, token.owner, new.len(), token.most).await?;
        }
        if is_rehearsal || !clashes.is_empty() {
            return Ok(clashes);
        }
        for (token, event) in new {
            record::insert(&mut tx, token).await?;
            events::append(&mut tx, event).await?;
        }
        self.commit(tx).await?;
        Ok(clashes)
    }
}

async fn clashes_of(tx: &mut Transaction<'_, Db>, new: &NewToken) -> Result<Vec<ImportClash>, StoreError> {
    let (name, digest): (bool, bool) = sqlx::query_as(
        "select exists (select 1 from token where owner_id = $1 and name_key = $2 and deleted_at is null),
                exists (select 1 from secret where digest = $3)",
    )
    .bind(new.owner.as_uuid())
    .bind(&new.name_key)
    .bind(new.digest.as_bytes().as_slice())
    .fetch_one(&mut **tx)
    .await
    .map_err(failed)?;
    Ok([(name, ImportClash::Name), (digest, ImportClash::Digest)]
        .into_iter()
        .filter_map(|(is_so, clash)| is_so.then_some(clash))
        .collect())
}
