//! Which door leads where?
//!
//! The simulated API is everything that is not under `/simulator`; its own routing is in `operation.rs`, since it forgives
//! what a router would not. Not here: what any call does.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_http::cors::CorsLayer;

use crate::console;
use crate::delivery::deliver;
use crate::line::Scissors;
use crate::state::World;

/// The longest request body that is read.
const LONGEST_BODY: usize = 1 << 20;

/// The one lock around the one state.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0
            .lock()
            .expect("no call panics while it holds the lock")
    }
}

pub(crate) fn router(shared: Shared) -> Router {
    // The demo page is of another origin, and its telephone listens to the stream.
    let console = console::router().layer(CorsLayer::permissive());
    Router::new()
        .nest("/simulator", console)
        .fallback(infobip)
        .with_state(shared)
}

async fn infobip(
    State(shared): State<Shared>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request = crate::request::Request::read(&parts, &body);
    let outcome = shared.lock().logged_answer(&request);
    deliver(outcome, &scissors).await
}
