//! How does an answer become bytes, whole or spoilt?

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::Value;

use crate::faults::Answer;
use crate::line::Scissors;
use crate::reply::Reply;
use crate::state::Outcome;

/// Infobip's media type, without a blank before the charset.
const JSON: &str = "application/json;charset=UTF-8";

const GATEWAY_PAGE: &str = "<html><head><title>502 Bad Gateway</title></head>\
    <body><center><h1>502 Bad Gateway</h1></center></body></html>\n";

const MEGABYTE: usize = 1 << 20;
static BLANKS: [u8; MEGABYTE] = [b' '; MEGABYTE];

/// Sends an answer the way its fault wants it.
pub(crate) async fn deliver(outcome: Outcome, scissors: &Scissors) -> Response {
    let Outcome { reply, fault, .. } = outcome;
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let json = reply.body.to_string();
    match fault.answer {
        Answer::Normal | Answer::Json(_) | Answer::Patch(_) => response(&reply, json),
        Answer::Status { .. } => match &reply.body {
            Value::String(text) => typed(&reply, Some("text/plain"), text.clone()),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => response(&reply, json),
        },
        Answer::Html502 => {
            let page = [(header::CONTENT_TYPE, "text/html")];
            (StatusCode::BAD_GATEWAY, page, GATEWAY_PAGE).into_response()
        }
        Answer::Redirect(url) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, url)]).into_response()
        }
        Answer::Drop => {
            scissors.cut();
            ().into_response()
        }
        Answer::Empty => response(&reply, String::new()),
        Answer::Truncated => {
            let half = json.chars().count() / 2;
            response(&reply, json.chars().take(half).collect::<String>())
        }
        Answer::ContentType(media_type) => typed(&reply, media_type.as_deref(), json),
        Answer::Drip { bytes, every_ms } => {
            let every = Duration::from_millis(every_ms);
            let rest = Bytes::from(json);
            let length = rest.len();
            let drops = stream::unfold(rest, move |mut rest| async move {
                if rest.is_empty() {
                    return None;
                }
                tokio::time::sleep(every).await;
                let drop = rest.split_to(bytes.clamp(1, rest.len()));
                Some((Ok::<_, Infallible>(drop), rest))
            });
            streamed(&reply, Body::from_stream(drops), length)
        }
        Answer::HugeMb(megabytes) => {
            let length = megabytes * MEGABYTE + json.len();
            let blanks = (0..megabytes).map(|_| Bytes::from_static(&BLANKS));
            let chunks = blanks.chain([Bytes::from(json)]);
            let chunks = stream::iter(chunks.map(Ok::<_, Infallible>));
            streamed(&reply, Body::from_stream(chunks), length)
        }
    }
}

fn response(reply: &Reply, body: impl Into<Body>) -> Response {
    typed(reply, reply.has_content_type.then_some(JSON), body)
}

fn streamed(reply: &Reply, body: Body, length: usize) -> Response {
    let mut response = response(reply, body);
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length.into());
    response
}

fn typed(reply: &Reply, media_type: Option<&str>, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut set = |name: HeaderName, text: Option<String>| {
        if let Some(value) = text.and_then(|text| text.try_into().ok()) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, media_type.map(str::to_owned));
    let retry_after = reply.retry_after_s.map(|seconds| seconds.to_string());
    set(header::RETRY_AFTER, retry_after);
    response
}
