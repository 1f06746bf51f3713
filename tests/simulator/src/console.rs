//! How do tests and the demo page see what was sent, and pull the strings?
//!
//! Everything under `/simulator`. The real API has none of it.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::Operation;
use crate::outbox::Message;
use crate::routes::Shared;
use crate::script::Rule;
use crate::switches::Switches;

#[derive(Deserialize)]
struct Narrowed {
    /// A number or an address; without it, all of them.
    to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_s: u64,
}

type BadRequest = (StatusCode, String);

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/messages", get(messages))
        .route("/stream", get(message_stream))
        .route("/calls", get(calls))
        .route("/clock", post(advance_clock))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/switches", get(switches).post(set_switches))
}

async fn messages(State(shared): State<Shared>, Query(it): Query<Narrowed>) -> Json<Vec<Message>> {
    let world = shared.lock();
    Json(world.outbox.after(0, it.to.as_deref()).cloned().collect())
}

/// The messages so far, or those after `Last-Event-ID`, and then each as it arrives.
async fn message_stream(
    State(shared): State<Shared>,
    Query(it): Query<Narrowed>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let last_id = headers.get("last-event-id");
    let last_id = last_id.and_then(|id| id.to_str().ok()?.parse().ok());
    let arrivals = shared.lock().outbox.arrivals();
    let start = (last_id.unwrap_or(0), arrivals);
    let messages = stream::unfold(start, move |(seen, mut arrivals)| {
        let (shared, to) = (shared.clone(), it.to.clone());
        async move {
            loop {
                arrivals.mark_unchanged();
                let next = shared
                    .lock()
                    .outbox
                    .after(seen, to.as_deref())
                    .next()
                    .cloned();
                if let Some(message) = next {
                    let event = Event::default()
                        .id(message.id.to_string())
                        .data(json!(message).to_string());
                    return Some((Ok(event), (message.id, arrivals)));
                }
                arrivals.changed().await.ok()?;
            }
        }
    });
    Sse::new(messages).keep_alive(KeepAlive::default())
}

async fn calls(
    State(shared): State<Shared>,
    Query(it): Query<Narrowed>,
) -> Json<BTreeMap<Operation, u64>> {
    Json(shared.lock().calls.counters(it.to.as_deref()))
}

async fn advance_clock(State(shared): State<Shared>, Json(it): Json<Advance>) -> Json<Value> {
    let mut world = shared.lock();
    world.clock.advance_s(it.advance_s);
    Json(json!({"now_ms": world.clock.now()}))
}

async fn add_fault(
    State(shared): State<Shared>,
    Json(rule): Json<Rule>,
) -> Result<StatusCode, BadRequest> {
    let added = shared.lock().script.add(rule);
    added
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|wrong| (StatusCode::BAD_REQUEST, wrong.to_owned()))
}

async fn clear_faults(State(shared): State<Shared>, Query(it): Query<Narrowed>) -> StatusCode {
    shared.lock().script.clear(it.to.as_deref());
    StatusCode::NO_CONTENT
}

async fn switches(State(shared): State<Shared>) -> Json<Switches> {
    Json(shared.lock().switches().clone())
}

async fn set_switches(
    State(shared): State<Shared>,
    Json(patch): Json<Value>,
) -> Result<Json<Switches>, BadRequest> {
    let mut world = shared.lock();
    let switches = world
        .switches()
        .patched(&patch)
        .map_err(|wrong| (StatusCode::BAD_REQUEST, wrong))?;
    world.options.switches = switches.clone();
    Ok(Json(switches))
}
