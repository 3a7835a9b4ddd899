//! The permissions of a token, as rows.

use super::{Db, failed, row::decode};
use app::{
    domain::{Permission, PermissionSet, TokenId},
    service::StoreError,
};
use sqlx::Transaction;

/// Removes the permissions that are not among these, and adds the missing ones. Other rows stay untouched: each row
/// that changes is a line of `change` for everybody who keeps the token in memory.
pub async fn change_permissions(
    tx: &mut Transaction<'_, Db>,
    id: TokenId,
    permissions: &PermissionSet,
) -> Result<(), StoreError> {
    let wanted: Vec<&str> = permissions.iter().map(Permission::as_str).collect();
    let wanted = serde_json::to_string(&wanted).map_err(|error| failed(decode(error)))?;
    for sql in [
        concat!(
            "delete from token_permission
              where token_id = $1 and permission not in (select text from ",
            texts!("$2"),
            ")"
        ),
        concat!(
            "insert into token_permission (token_id, permission) select $1, text from ",
            texts!("$2"),
            " where true
             on conflict (token_id, permission) do nothing"
        ),
    ] {
        sqlx::query(sql).bind(id.as_uuid()).bind(&wanted).execute(&mut **tx).await.map_err(failed)?;
    }
    Ok(())
}
