use crate::support::{House, catalogue, form};
use app::{domain::Catalogue, service::CatalogueStore};

#[tokio::test]
async fn a_catalogue_is_read_back_in_its_own_order() {
    let house = House::new().await;
    let mut turned = catalogue();
    turned.resources.reverse();
    turned.resources[0].actions.reverse();
    house.service.replace_catalogue(&turned).await.unwrap();
    assert_eq!(house.store.catalogue().await.unwrap(), turned);
}

#[tokio::test]
async fn replacing_a_catalogue_by_itself_leaves_no_event() {
    let house = House::new().await;
    let events = "select count(*) from event where kind = 'catalogue.replaced'";
    assert_eq!(house.number(events).await, 1);
    house.service.replace_catalogue(&catalogue()).await.unwrap();
    assert_eq!(house.number(events).await, 1);
}

#[tokio::test]
async fn tokens_keep_permissions_that_leave_the_catalogue() {
    let house = House::new().await;
    let created =
        house.service.create_token(&house.admin.caller, &form("Sync", &["billing:read"])).await.unwrap();
    let without = Catalogue { resources: catalogue().resources.into_iter().take(1).collect() };
    house.service.replace_catalogue(&without).await.unwrap();
    let token = house.service.token(&house.admin.caller, created.token.id).await.unwrap();
    assert_eq!(token.permissions, created.token.permissions);
    // It can be saved with what it holds, and not given to another.
    let renamed =
        house.service.edit_token(&house.admin.caller, token.id, 1, &form("Ledger", &["billing:read"])).await;
    assert_eq!(renamed.unwrap().permissions, created.token.permissions);
    assert!(
        house.service.create_token(&house.admin.caller, &form("Other", &["billing:read"])).await.is_err()
    );
}
