//! The built front end: WASM, JavaScript, styles and icons. Embedded in a release; read from the folder that
//! the build tool names while developing.

use axum::Router;
use memory_serve::CacheControl;
use std::env;
use tower_http::services::ServeDir;

/// A second path to the same files. A second start of the application on the same page loads them from here: under
/// the same URLs, a browser would give it the modules of the first, and with them the memory of the first.
const ANEW: &str = "/anew";

/// File names do not change with their content, so browsers revalidate their copies (ETag, 304).
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    match env::var("LEPTOS_SITE_ROOT") {
        Ok(root) => Router::new()
            .nest_service("/pkg", ServeDir::new(format!("{root}/pkg")))
            .nest_service(ANEW, ServeDir::new(&root))
            .route_service("/favicon.svg", ServeDir::new(&root))
            .route_service("/icons.svg", ServeDir::new(&root))
            .route_service("/passkeys.js", ServeDir::new(&root))
            .route_service("/show-passwords.js", ServeDir::new(&root)),
        Err(_) => {
            let site =
                memory_serve::load!().index_file(None).cache_control(CacheControl::NoCache).into_router();
            site.clone().nest(ANEW, site)
        }
    }
}
