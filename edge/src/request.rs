//! Is this HTTP request one that we answer, and what does it ask?
//!
//! Everything here happens before any side effect: no record is touched and no text is sent for a request that is refused. Not
//! here: what is done with what was asked ([`crate::routes`]).

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use http::{Method, Uri};
use http_body::Body;
use http_body_util::BodyExt as _;
use login::network::Network;
use protocol::{EmailAddress, PhoneNumber, ProblemCode, messages, step_up};
use serde::de::DeserializeOwned;

use crate::reply::Denial;
use crate::settings::Settings;

/// The largest body that is read, in bytes. The largest that means anything has about 120.
const LARGEST_BODY: usize = 4096;

/// Whether the request may go on to its route.
///
/// 1. It came over HTTPS, or the worker is on this machine (R01).
/// 2. If it changes something, it comes from a page of an allowed origin (R04): the browser says so in `Origin`, which must
///    be one of the list, and in `Sec-Fetch-Site`, which must not say `cross-site`, unless the page is one of those that are
///    expected to be of another site ([`is_embedded`]). A request that says neither comes from no browser that could have
///    asked a person, and is refused.
/// 3. It has no query: everything is in the body, once (R13).
///
/// # Errors
///
/// The refusal.
pub(crate) fn guard(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    settings: &Settings,
) -> Result<(), Denial> {
    is_ours(method, uri, headers, settings)?;
    without_query(uri)
}

/// The same of a plain page, and of a form that is posted to one. A page may be asked for with a query: links have nothing else. And
/// no form of another site gets in, listed or not: it leads the person away from that site, to where its cookies are not.
///
/// # Errors
///
/// The refusal.
pub(crate) fn guard_page(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    settings: &Settings,
) -> Result<(), Denial> {
    is_ours(method, uri, headers, settings)?;
    if method.is_safe() {
        return Ok(());
    }
    if is_embedded(headers, settings) {
        return Err(ProblemCode::CrossSite.into());
    }
    without_query(uri)
}

fn is_ours(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    settings: &Settings,
) -> Result<(), Denial> {
    if uri.scheme_str() == Some("http") && !settings.issuer.is_plain_http() {
        return Err(ProblemCode::HttpsRequired.into());
    }
    if !(method.is_safe() || from_an_allowed_page(headers, settings)) {
        return Err(ProblemCode::CrossSite.into());
    }
    Ok(())
}

fn without_query(uri: &Uri) -> Result<(), Denial> {
    match uri.query() {
        None => Ok(()),
        Some(_) => Err(Denial::detail(
            ProblemCode::InvalidRequest,
            "no route takes a query",
        )),
    }
}

fn from_an_allowed_page(headers: &HeaderMap, settings: &Settings) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let only_one = headers.get_all(ORIGIN).iter().nth(1).is_none();
    match (site, origin) {
        (Some(b"same-origin"), None) => true,
        (Some(b"same-origin" | b"same-site") | None, Some(origin)) => {
            only_one && settings.allows_origin(origin)
        }
        (Some(b"cross-site"), Some(_)) => only_one && is_embedded(headers, settings),
        _ => false,
    }
}

/// Whether a page on another site asks, one of those that have cookies of their own (R44).
pub(crate) fn is_embedded(headers: &HeaderMap, settings: &Settings) -> bool {
    let says = |name: HeaderName| headers.get(name).map_or(&b""[..], HeaderValue::as_bytes);
    says(HeaderName::from_static("sec-fetch-site")) == b"cross-site"
        && settings.embeds(says(ORIGIN))
}

/// The network that a request comes from.
pub(crate) fn network(headers: &HeaderMap, settings: &Settings) -> Network {
    Network::of(address(headers, settings))
}

/// The address that a request comes from, by the one header that is believed, if it is there once (R07).
pub(crate) fn address<'a>(headers: &'a HeaderMap, settings: &Settings) -> Option<&'a str> {
    let mut addresses = headers.get_all(&settings.client_address_header).into_iter();
    let address = addresses.next().filter(|_| addresses.next().is_none());
    address.and_then(|address| address.to_str().ok())
}

/// The body of a request that must have one: JSON by its type, and not too large.
///
/// # Errors
///
/// The refusal.
pub(crate) async fn read<B: Body<Data = Bytes>>(
    headers: &HeaderMap,
    body: B,
) -> Result<Bytes, Denial> {
    // To the letter: what forms can send, in any spelling, is not JSON (R03).
    read_as("application/json", headers, body).await
}

/// The same of a form.
///
/// # Errors
///
/// The refusal.
pub(crate) async fn read_form<B: Body<Data = Bytes>>(
    headers: &HeaderMap,
    body: B,
) -> Result<Bytes, Denial> {
    read_as("application/x-www-form-urlencoded", headers, body).await
}

async fn read_as<B: Body<Data = Bytes>>(
    content_type: &str,
    headers: &HeaderMap,
    body: B,
) -> Result<Bytes, Denial> {
    if headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(content_type.as_bytes()) {
        return Err(ProblemCode::UnsupportedMediaType.into());
    }
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > LARGEST_BODY) {
        return Err(ProblemCode::PayloadTooLarge.into());
    }
    let mut read = Vec::new();
    let mut body = std::pin::pin!(body);
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| Denial::detail(ProblemCode::InvalidRequest, "the body broke off"))?;
        read.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        if read.len() > LARGEST_BODY {
            return Err(ProblemCode::PayloadTooLarge.into());
        }
    }
    Ok(read.into())
}

/// What a body asks.
///
/// # Errors
///
/// The refusal, which says what is wrong with it.
pub(crate) fn parse<T: Explain>(body: &[u8]) -> Result<T, Denial> {
    let invalid = |detail: String| Denial::detail(ProblemCode::InvalidRequest, detail);
    let text =
        std::str::from_utf8(body).map_err(|_| invalid("the body is not UTF-8".to_owned()))?;
    // A struct could also be read from an array; nobody would mean that.
    if !text.trim_start().starts_with('{') {
        return Err(invalid("the body is not a JSON object".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| {
        T::explain(text).unwrap_or_else(|| match error.classify() {
            serde_json::error::Category::Data => invalid(error.to_string()),
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof => invalid(format!(
                "the body is not JSON: line {}, column {}",
                error.line(),
                error.column()
            )),
        })
    })
}

/// A request that may have more to say about why it could not be read.
pub(crate) trait Explain: DeserializeOwned {
    /// The refusal of a body that is JSON but not this request, if a better one than `invalid_request` fits.
    fn explain(_: &str) -> Option<Denial> {
        None
    }
}

impl Explain for messages::ResendRequest {}
impl Explain for messages::EndSessions {}
impl Explain for messages::SessionRequest {}
impl Explain for protocol::admin::Order {}
impl Explain for messages::VerifyRequest {}

impl Explain for messages::VerifyChangeRequest {}
impl Explain for step_up::StepUpSend {}
impl Explain for step_up::StepUpVerify {}

impl Explain for step_up::StepUpRequest {
    fn explain(text: &str) -> Option<Denial> {
        explain_number(text)
    }
}

impl Explain for messages::SendRequest {
    fn explain(text: &str) -> Option<Denial> {
        explain_number(text).or_else(|| explain_address(text))
    }
}

impl Explain for messages::EmailRequest {
    fn explain(text: &str) -> Option<Denial> {
        explain_address(text)
    }
}

impl Explain for messages::NumberRequest {
    fn explain(text: &str) -> Option<Denial> {
        explain_number(text)
    }
}

fn explain_number(text: &str) -> Option<Denial> {
    #[derive(serde::Deserialize)]
    struct Number {
        phone: String,
    }
    let Number { phone } = serde_json::from_slice(text.as_bytes()).ok()?;
    let invalid = PhoneNumber::try_from(phone).err()?;
    Some(Denial::detail(
        ProblemCode::InvalidPhone,
        invalid.to_string(),
    ))
}

fn explain_address(text: &str) -> Option<Denial> {
    #[derive(serde::Deserialize)]
    struct Address {
        email: String,
    }
    let Address { email } = serde_json::from_slice(text.as_bytes()).ok()?;
    let invalid = EmailAddress::try_from(email).err()?;
    Some(Denial::detail(
        ProblemCode::InvalidEmail,
        invalid.to_string(),
    ))
}

#[cfg(test)]
mod tests;
