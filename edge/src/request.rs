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
use protocol::{PhoneNumber, ProblemCode, messages};
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
    if uri.scheme_str() == Some("http") && !settings.issuer.is_plain_http() {
        return Err(ProblemCode::HttpsRequired.into());
    }
    if !(method.is_safe() || from_an_allowed_page(headers, settings)) {
        return Err(ProblemCode::CrossSite.into());
    }
    if uri.query().is_some() {
        return Err(Denial::detail(
            ProblemCode::InvalidRequest,
            "no route takes a query",
        ));
    }
    Ok(())
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
    if headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(b"application/json") {
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

impl Explain for messages::VerifyNumberRequest {}

impl Explain for messages::SendRequest {
    fn explain(text: &str) -> Option<Denial> {
        explain_phone(text)
    }
}

impl Explain for messages::NumberRequest {
    fn explain(text: &str) -> Option<Denial> {
        explain_phone(text)
    }
}

fn explain_phone(text: &str) -> Option<Denial> {
    #[derive(serde::Deserialize)]
    struct Phone {
        phone: String,
    }
    let Phone { phone } = serde_json::from_slice(text.as_bytes()).ok()?;
    let invalid = PhoneNumber::try_from(phone).err()?;
    Some(Denial::detail(
        ProblemCode::InvalidPhone,
        invalid.to_string(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings;

    type Pairs = &'static [(&'static str, &'static str)];

    fn headers(pairs: Pairs) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn r44_a_page_of_another_site_gets_in_if_it_is_listed_as_one() {
        const THEIRS: &str = "https://shop.example.org";
        let settings = [("EMBEDDING_ORIGINS", THEIRS)];
        let settings = settings::tests::with(&settings).unwrap();
        let cases: [(Pairs, bool); 7] = [
            (
                &[("sec-fetch-site", "cross-site"), ("origin", THEIRS)],
                true,
            ),
            // Of the worker's own site, and yet not there.
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://shop.example.com"),
                ],
                false,
            ),
            (
                &[("sec-fetch-site", "same-site"), ("origin", THEIRS)],
                false,
            ),
            (&[("sec-fetch-site", "none"), ("origin", THEIRS)], false),
            // A browser that does not say so knows no cookies for one pair of sites either.
            (&[("origin", THEIRS)], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", THEIRS),
                    ("origin", THEIRS),
                ],
                false,
            ),
        ];
        for (pairs, allowed) in cases {
            let headers = headers(pairs);
            let uri = Uri::from_static("https://login.example.com/v1/challenges");
            let guarded = guard(&Method::POST, &uri, &headers, &settings);
            assert_eq!(guarded.is_ok(), allowed, "{pairs:?}");
        }
    }

    #[test]
    fn r04_only_a_page_of_an_allowed_origin_changes_anything() {
        let settings = settings::tests::with(&[]).unwrap();
        const OWN: &str = "https://login.example.com";
        const SIBLING: &str = "https://shop.example.com";
        let cases: [(Pairs, bool); 16] = [
            (&[("sec-fetch-site", "same-origin"), ("origin", OWN)], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (
                &[("sec-fetch-site", "same-site"), ("origin", SIBLING)],
                true,
            ),
            (&[("origin", OWN)], true),
            (&[("origin", SIBLING)], true),
            (
                &[
                    ("sec-fetch-site", "same-site"),
                    ("origin", "https://other.example.com"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", OWN)], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://evil.example"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "none"), ("origin", OWN)], false),
            (&[("sec-fetch-site", "none")], false),
            (
                &[("sec-fetch-site", "same-origin"), ("origin", "null")],
                false,
            ),
            (&[("origin", "null")], false),
            (
                &[("origin", OWN), ("origin", "https://evil.example")],
                false,
            ),
            (&[("referer", "https://login.example.com/")], false),
            (&[], false),
        ];
        for (pairs, allowed) in cases {
            let answer = guard(
                &Method::POST,
                &Uri::from_static("https://login.example.com/v1/challenges"),
                &headers(pairs),
                &settings,
            );
            assert_eq!(answer.is_ok(), allowed, "{pairs:?}");
        }
    }

    #[test]
    fn r01_plain_http_is_refused_unless_the_worker_is_on_this_machine() {
        const LOCAL: Pairs = &[("ISSUER", "http://localhost:8787"), ("ALLOWED_ORIGINS", "")];
        let cases: [(Pairs, &'static str, Option<ProblemCode>); 4] = [
            (
                &[],
                "http://login.example.com/v1/config",
                Some(ProblemCode::HttpsRequired),
            ),
            (&[], "https://login.example.com/v1/config", None),
            (LOCAL, "http://localhost:8787/v1/config", None),
            (
                &[],
                "https://login.example.com/v1/config?phone=1",
                Some(ProblemCode::InvalidRequest),
            ),
        ];
        for (changes, uri, refusal) in cases {
            let settings = settings::tests::with(changes).unwrap();
            let answer = guard(
                &Method::GET,
                &Uri::from_static(uri),
                &HeaderMap::new(),
                &settings,
            );
            assert_eq!(answer.err().map(|denial| denial.code), refusal, "{uri}");
        }
    }

    #[test]
    fn r07_only_the_named_header_says_where_a_request_comes_from_and_only_once() {
        let settings = settings::tests::with(&[]).unwrap();
        let known = || Network::of(Some("192.0.2.7"));
        let cases: [(Pairs, Network); 6] = [
            (&[("cf-connecting-ip", "192.0.2.7")], known()),
            (
                &[
                    ("cf-connecting-ip", "192.0.2.7"),
                    ("x-forwarded-for", "198.51.100.1"),
                ],
                known(),
            ),
            (
                &[
                    ("x-forwarded-for", "192.0.2.7"),
                    ("forwarded", "for=192.0.2.7"),
                ],
                Network::Unknown,
            ),
            (
                &[("true-client-ip", "192.0.2.7"), ("x-real-ip", "192.0.2.7")],
                Network::Unknown,
            ),
            (
                &[
                    ("cf-connecting-ip", "192.0.2.7"),
                    ("cf-connecting-ip", "192.0.2.8"),
                ],
                Network::Unknown,
            ),
            (&[], Network::Unknown),
        ];
        for (pairs, expected) in cases {
            assert_eq!(network(&headers(pairs), &settings), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_body_that_cannot_be_read_is_told_why() {
        let cases = [
            (r#"{"phone":"0911234567"}"#, ProblemCode::InvalidPhone),
            (r#"{"phone":"+385 91 1234567"}"#, ProblemCode::InvalidPhone),
            (r#"{"phone":""}"#, ProblemCode::InvalidPhone),
            (r#"{"phone":385911234567}"#, ProblemCode::InvalidRequest),
            (
                r#"{"phone":"+385911234567","x":1}"#,
                ProblemCode::InvalidRequest,
            ),
            (
                r#"{"phone":"+385911234567","phone":"+385911234568"}"#,
                ProblemCode::InvalidRequest,
            ),
            (r#"["+385911234567","sms"]"#, ProblemCode::InvalidRequest),
            (r#"{"phone":"+385911234567""#, ProblemCode::InvalidRequest),
            (r#"{"phone":"+385911234567"}}"#, ProblemCode::InvalidRequest),
            ("", ProblemCode::InvalidRequest),
            ("null", ProblemCode::InvalidRequest),
        ];
        for (body, code) in cases {
            let answer = parse::<messages::SendRequest>(body.as_bytes());
            assert_eq!(answer.unwrap_err().code, code, "{body}");
        }
        let answer = parse::<messages::SendRequest>(b"{\"phone\":\"\xff\"}");
        assert_eq!(answer.unwrap_err().code, ProblemCode::InvalidRequest);
    }
}
