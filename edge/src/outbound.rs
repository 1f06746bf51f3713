//! How is somebody else's server asked?
//!
//! By one `fetch`, with a deadline over everything and a cap on the answer. No redirect is followed, because there are secrets in the
//! requests (R79), and nothing is ever repeated.
//!
//! Not here: what is asked, and what the answer means.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use worker::js_sys::{Promise, Uint8Array};
use worker::wasm_bindgen::JsCast as _;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Delay, web_sys};

/// The largest answer that is read, in bytes. Real ones have a few hundred.
const LARGEST_ANSWER: usize = 16 * 1024;

/// One question. Its body is JSON.
pub(crate) struct Question<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) authorization: Option<&'a str>,
    /// The trace that it belongs to.
    pub(crate) traceparent: Option<&'a str>,
    pub(crate) body: &'a str,
}

/// An answer, as far as it could be received.
pub(crate) struct Received {
    pub(crate) status: u16,
    /// Seconds, where the header holds some.
    pub(crate) retry_after: Option<u32>,
    /// None if it was too large.
    pub(crate) body: Option<Vec<u8>>,
}

/// Carries a question out. None if no whole answer came in time. When the time is up the connection is dropped.
pub(crate) async fn ask(question: &Question<'_>, deadline: Duration) -> Option<Received> {
    let abort = web_sys::AbortController::new().ok()?;
    let signal = abort.signal();
    let answer = std::pin::pin!(receive(question, &signal));
    match select(answer, Delay::from(deadline)).await {
        Either::Left((received, _)) => received.ok(),
        Either::Right(((), _)) => {
            abort.abort();
            None
        }
    }
}

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    fn fetch(url: &str, init: &web_sys::RequestInit) -> Promise;
}

async fn receive(
    question: &Question<'_>,
    signal: &web_sys::AbortSignal,
) -> worker::Result<Received> {
    let headers = web_sys::Headers::new()?;
    let some = [
        ("authorization", question.authorization),
        ("traceparent", question.traceparent),
    ];
    for (name, value) in some {
        if let Some(value) = value {
            headers.set(name, value)?;
        }
    }
    headers.set("content-type", "application/json")?;
    headers.set("accept", "application/json")?;
    // Not `worker::RequestInit`: it would link everything that Cloudflare can do to images and caches.
    let init = web_sys::RequestInit::new();
    init.set_method(question.method);
    init.set_headers(&headers);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_body(&question.body.into());
    init.set_signal(Some(signal));
    let response = JsFuture::from(fetch(question.url, &init)).await?;
    let response: web_sys::Response = response.unchecked_into();
    let number = |name| {
        let value = response.headers().get(name).ok().flatten();
        value.and_then(|number| number.trim().parse().ok())
    };
    let announced: Option<u32> = number("content-length");
    let mut received = Received {
        status: response.status(),
        retry_after: number("retry-after"),
        body: None,
    };
    // The platform holds the sender to what was announced, unless it unpacks it; and a stream takes as much time as all the rest.
    let is_packed = response.headers().has("content-encoding")?;
    if !is_packed && announced.is_some_and(|length| length as usize <= LARGEST_ANSWER) {
        let body = JsFuture::from(response.array_buffer()?).await?;
        received.body = Some(Uint8Array::new(&body).to_vec());
        return Ok(received);
    }
    let mut body = Vec::new();
    let mut chunks = worker::Response::from(response).stream()?;
    while let Some(chunk) = chunks.next().await {
        body.extend(chunk?);
        if body.len() > LARGEST_ANSWER {
            return Ok(received);
        }
    }
    received.body = Some(body);
    Ok(received)
}
