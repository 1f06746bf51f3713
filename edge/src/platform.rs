//! How do the platform's requests and answers become ours?
//!
//! Its objects live in JavaScript, and each look at one is a call out of the Wasm. So headers cross all at once, as JSON, and bodies as bytes
//! and not as streams: a stream for each body takes a sixth of the processor time of a login. Not here: what they mean.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Request};
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use worker::js_sys::{Array, JSON, Uint8Array};
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Error, Result, web_sys};

use crate::reply::Response;

/// The body of a request.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// Of a length that was announced, and that the platform holds the sender to. What is too long is refused before it is read.
    Announced(web_sys::Request),
    /// The same, on its way.
    Coming(JsFuture),
    /// Of any length: read piece by piece, so that whoever reads can stop.
    Endless(worker::Body),
    /// None, or read.
    Over,
}

/// A request of the platform's.
pub(crate) fn request(raw: web_sys::Request) -> Result<Request<Incoming>> {
    let mut request = Request::builder()
        .method(raw.method().as_str())
        .uri(raw.url());
    if let Some(headers) = request.headers_mut() {
        let pairs = JSON::stringify(&Array::from(&raw.headers()))?;
        let pairs: Vec<(String, String)> = serde_json::from_str(&String::from(pairs))?;
        for (name, value) in pairs {
            headers.append(
                HeaderName::from_bytes(name.as_bytes())?,
                HeaderValue::from_str(&value)?,
            );
        }
    }
    let is_announced = request
        .headers_ref()
        .is_some_and(|headers| headers.contains_key(CONTENT_LENGTH));
    let body = if is_announced {
        Incoming::Announced(raw)
    } else {
        // To ask for it is to have the platform make a stream.
        raw.body().map_or(Incoming::Over, |stream| {
            Incoming::Endless(worker::Body::new(stream))
        })
    };
    Ok(request.body(body)?)
}

/// An answer of ours, for the platform.
pub(crate) async fn response(response: Response) -> Result<web_sys::Response> {
    let (head, body) = response.into_parts();
    let mut pairs = Vec::with_capacity(head.headers.len());
    for (name, value) in &head.headers {
        let value = std::str::from_utf8(value.as_bytes());
        pairs.push((name.as_str(), value.map_err(|error| error.to_string())?));
    }
    let init = web_sys::ResponseInit::new();
    init.set_status(head.status.as_u16());
    init.set_headers(&JSON::parse(&serde_json::to_string(&pairs)?)?);
    let Ok(body) = body.collect().await;
    let body = body.to_bytes();
    let body = (!body.is_empty()).then(|| Uint8Array::from(&*body));
    let body = body.as_ref().map(AsRef::as_ref);
    Ok(web_sys::Response::new_with_opt_buffer_source_and_init(
        body, &init,
    )?)
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>>>> {
        if let Self::Announced(request) = &*self {
            *self = Self::Coming(JsFuture::from(request.array_buffer()?));
        }
        match &mut *self {
            Self::Endless(body) => Pin::new(body).poll_frame(context),
            Self::Coming(buffer) => {
                let buffer: std::result::Result<JsValue, JsValue> =
                    ready!(Pin::new(buffer).poll(context));
                *self = Self::Over;
                let bytes = Bytes::from(Uint8Array::new(&buffer?).to_vec());
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Self::Announced(_) | Self::Over => Poll::Ready(None),
        }
    }
}
