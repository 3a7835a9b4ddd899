//! A database that cannot be used is refused with a sentence that says what to do, and left as it is. Nothing that is
//! said has a password in it.

use crate::{engine::Place, support::TestApp};
use server::store::{DatabaseUrl, DatabaseUrlError, OpenError, PostgresOpenError, open, open_existing};
use sqlx::Executor;

const HIDDEN: &str = "quite-a-secret-9";

async fn refusal(url: &DatabaseUrl) -> PostgresOpenError {
    let refused = open(url).await.map(drop).expect_err("it must not open");
    assert!(!format!("{refused} {refused:?} {url} {url:?}").contains(HIDDEN));
    let OpenError::Postgres(refused) = refused else { panic!("{refused}") };
    refused
}

fn with_password(url: &str) -> DatabaseUrl {
    url.replace("postgres@", &format!("nobody:{HIDDEN}@")).parse().unwrap()
}

#[tokio::test]
async fn whoever_may_not_sign_in_is_told_so() {
    let place = Place::empty().await;
    let refused = refusal(&with_password(&place.address())).await;
    assert!(matches!(refused, PostgresOpenError::Refused { .. }), "{refused:?}");
    assert!(refused.to_string().contains("Correct the user name or the password"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let url = format!("postgres://nobody:{HIDDEN}@127.0.0.1:9/tokenry").parse().unwrap();
    let refused = refusal(&url).await;
    assert!(matches!(refused, PostgresOpenError::Unreachable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("postgres://nobody@127.0.0.1:9/tokenry"), "{refused}");
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_not_made() {
    let place = Place::empty().await;
    let refused = refusal(&place.address().replace("/test_", "/absent_").parse().unwrap()).await;
    assert!(matches!(refused, PostgresOpenError::NoDatabase { .. }), "{refused:?}");
    assert!(refused.to_string().contains("createdb"), "{refused}");
}

#[tokio::test]
async fn another_programs_tables_are_left_as_they_are() {
    let place = Place::empty().await;
    place.raw().await.execute("create table token (id integer)").await.unwrap();
    assert!(matches!(refusal(&place.url()).await, PostgresOpenError::Foreign(_)));
    let tables = "select count(*) from pg_tables where schemaname = 'public'";
    let count: i64 = sqlx::query_scalar(tables).fetch_one(&mut place.raw().await).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_database_that_cannot_keep_every_text_is_refused() {
    let place =
        Place::made("template template0 encoding SQL_ASCII lc_collate 'C' lc_ctype 'C' locale_provider libc")
            .await;
    let refused = refusal(&place.url()).await;
    assert!(
        matches!(&refused, PostgresOpenError::Encoding { found, .. } if found == "SQL_ASCII"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn newer_tables_are_refused_and_commands_make_none() {
    let empty = Place::empty().await;
    let missing = open_existing(&empty.url()).await.map(drop).unwrap_err();
    assert!(matches!(missing, OpenError::Postgres(PostgresOpenError::Missing(_))), "{missing:?}");
    let app = TestApp::new().await;
    open_existing(&app.database()).await.map(drop).unwrap();
    app.run(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'later', true, '', 0);
         update compatibility set oldest = 9999",
    )
    .await;
    let refused = refusal(&app.database()).await;
    assert!(matches!(refused, PostgresOpenError::Newer { found: 9999, .. }), "{refused:?}");
    let refused = open_existing(&app.database()).await.map(drop).unwrap_err();
    assert!(refused.to_string().contains("newer Tokenry"), "{refused}");
}

#[tokio::test]
async fn of_several_servers_the_first_that_answers_is_used() {
    let place = Place::new().await;
    let socket = place.address();
    let both =
        socket.replace("@localhost/", "@%2Fnowhere,localhost/").replace('?', "?application_name=both&");
    // A socket in the query would stand for every server: only one of these may have it.
    let folder = socket.split("host=").nth(1).unwrap().replace('/', "%2F");
    let both = both.split("&host=").next().unwrap().replace("localhost", &folder);
    open(&both.parse().unwrap()).await.map(drop).unwrap();
}

#[test]
fn a_url_that_says_something_unknown_is_refused_without_its_password() {
    for (url, said) in [
        (format!("postgres://a:{HIDDEN}@db/x?sslmodus=require"), "a parameter sslmodus"),
        (format!("postgres://a:{HIDDEN}@db:port/x"), "port"),
        (format!("postgres:{HIDDEN}"), "it has no ://"),
    ] {
        let refused = url.parse::<DatabaseUrl>().unwrap_err();
        assert!(matches!(refused, DatabaseUrlError::Postgres(_)), "{refused:?}");
        let shown = format!("{refused} {refused:?}");
        assert!(shown.contains(said) && !shown.contains(HIDDEN), "{shown}");
    }
}
