//! Keeps open screens up to date: a stream (server-sent events, WHATWG HTML 9.2) on which a browser is told that
//! something has changed. The event does not say what: the browser reads its screen again, with the rights of its
//! user.
//!
//! A stream ends with its session, with the server, or by itself after some minutes; browsers then open another one.

use super::streams::Place;
use crate::{http::cookies, state::AppState};
use app::{
    domain::{Caller, Error},
    service::{Key, Service},
};
use axum::{
    extract::{Extension, State},
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream::unfold;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, Interval, interval, sleep},
};

/// Interval of the checks that the session is still valid, and of the keep-alive messages.
const LOOKED_AFTER: Duration = Duration::from_secs(10);
const LIFE: Duration = Duration::from_secs(5 * 60);
/// Minimum time between two events, however much changes.
const APART: Duration = Duration::from_secs(1);

struct Open {
    service: Arc<Service>,
    session: Key,
    revision: watch::Receiver<i64>,
    end: watch::Receiver<()>,
    look: Interval,
    until: Instant,
    _place: Place,
}

/// `GET /changes`, for a browser that is signed in.
pub async fn stream(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    let Some(session) = cookies::read(&headers, state.network.secure).session else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let Some(place) = state.streams.enter(caller.id) else {
        let seconds = LIFE.as_secs();
        let error = Error::TooMany { seconds };
        return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)], error.to_string())
            .into_response();
    };
    let mut revision = state.service.changes();
    revision.mark_unchanged();
    let open = Open {
        service: state.service.clone(),
        session,
        revision,
        end: state.streams.end.subscribe(),
        look: interval(LOOKED_AFTER),
        until: Instant::now() + LIFE,
        _place: place,
    };
    Sse::new(unfold(open, next)).keep_alive(KeepAlive::new().interval(LOOKED_AFTER)).into_response()
}

/// The next event; `None` when the stream is over.
async fn next(mut open: Open) -> Option<(Result<Event, Infallible>, Open)> {
    loop {
        tokio::select! {
            changed = open.revision.changed() => {
                changed.ok()?;
                sleep(APART).await;
                open.revision.mark_unchanged();
                // Browsers ignore an event without data.
                return Some((Ok(Event::default().event("change").data("changed")), open));
            }
            _ = open.end.changed() => return None,
            _ = open.look.tick() => {
                if Instant::now() > open.until || !open.service.is_signed_in(&open.session).await {
                    return None;
                }
            }
        }
    }
}
