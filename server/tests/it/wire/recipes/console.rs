//! The console behind a proxy that keeps its name, port included, and passes on the address of the visitor.

use super::{HERE, THERE, is_shown, place::Place, programs};
use crate::support::wire::status;
use std::net::Ipv4Addr;

#[tokio::test]
async fn nginx_serves_the_console_under_its_name_and_port() {
    let place = Place::new().await;
    let _nginx = programs::nginx_for_the_console(&place);
    is_at_home(&place).await;
}

#[tokio::test]
async fn caddy_serves_the_console_under_its_name_and_port() {
    let place = Place::new().await;
    let _caddy = programs::caddy_for_the_console(&place);
    is_at_home(&place).await;
}

#[test]
fn the_page_of_the_recipes_shows_these_as_they_are_tested() {
    for name in ["console.nginx.conf", "console.Caddyfile"] {
        is_shown(name, "README.md");
    }
}

async fn is_at_home(place: &Place) {
    let page = place.ask(HERE, "GET /sign-in", "", "").await;
    assert_eq!(status(&page), 200, "{page}");
    // A form of the console's own pages, from a browser that sends only its origin.
    let origin = format!("Origin: http://{}\r\n", place.front);
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    let send = async |from: Ipv4Addr, headers: &str| {
        let form = "email=nobody%40example.com&password=mistyped";
        place.send(from, "POST /sign-in", &format!("{kind}{headers}"), form).await
    };
    let own = send(HERE, &origin).await;
    assert_eq!(status(&own), 401, "{own}");
    assert_eq!(
        status(&send(HERE, "Origin: http://127.1.0.1\r\n").await),
        403,
        "another port is another site"
    );
    // The proxy names the visitor's address; the visitor's own word does not count.
    for (from, lie) in [(HERE, ""), (THERE, ""), (THERE, "X-Forwarded-For: 9.9.9.9\r\n")] {
        send(from, &format!("{origin}{lie}")).await;
        let sql = "select address from event order by id desc limit 1";
        let noted: String = sqlx::query_scalar(sql).fetch_one(&mut place.app.raw().await).await.unwrap();
        assert_eq!(noted, from.to_string(), "{lie}");
    }
}
