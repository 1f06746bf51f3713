//! Whose pages may speak to the worker?
//!
//! Not here: what a real browser sends from such pages (`in_browser`).

use std::sync::LazyLock;

use protocol::messages::path;
use serde_json::json;
use tests::line::Line;
use tests::numbers;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Method};

pub(crate) const SHOP: &str = "https://shop.example.com";
const LOCAL_SHOP: &str = "http://localhost:4000";

/// A worker that serves pages of two more origins.
pub(crate) static LINE: LazyLock<Line> =
    LazyLock::new(|| Line::with(&[("ALLOWED_ORIGINS", &format!("{SHOP},{LOCAL_SHOP}"))]));

#[test]
fn r04_only_a_page_of_an_allowed_origin_changes_anything() {
    let own = LINE.origin();
    let cases: [(&[(&str, &str)], bool); 20] = [
        (&[("sec-fetch-site", "same-origin"), ("origin", own)], true),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "same-site"), ("origin", SHOP)], true),
        (&[("origin", own)], true),
        (&[("origin", SHOP)], true),
        (&[("origin", LOCAL_SHOP)], true),
        (&[("sec-fetch-site", "cross-site"), ("origin", own)], false),
        (&[("sec-fetch-site", "cross-site"), ("origin", SHOP)], false),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("sec-fetch-site", "none"), ("origin", own)], false),
        (&[("sec-fetch-site", "none")], false),
        (&[("sec-fetch-site", "Same-Origin")], false),
        (
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            false,
        ),
        (
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://evil.example"),
            ],
            false,
        ),
        (&[("origin", "null")], false),
        (
            &[("origin", own), ("origin", "https://evil.example")],
            false,
        ),
        (&[("referer", own)], false),
        (&[("origin", ""), ("referer", own)], false),
        (&[], false),
    ];
    for (headers, allowed) in cases {
        let phone = numbers::fresh();
        let answer = with_headers(Method::POST, path::CHALLENGES, headers, &phone);
        let expected = if allowed { "202" } else { "403 cross_site" };
        assert_eq!(answer.outcome(), expected, "{headers:?}");
        let asked = LINE.telephone().asked("send", &phone);
        assert_eq!(asked, u64::from(allowed), "{headers:?}");
        if !allowed {
            assert_eq!(answer.header("set-cookie"), None, "{headers:?}");
        }
    }
}

#[test]
fn r05_no_origin_is_echoed_that_is_not_on_the_list() {
    let strangers = [
        "null",
        "*",
        "https://evil.example",
        "https://shop.example.com.evil.example",
        "https://evilshop.example.com",
        "https://sub.shop.example.com",
        "https://shop.example.com:443",
        "https://shop.example.com:8443",
        "https://shop.example.com.",
        "https://shop.example.com/",
        "https://SHOP.example.com",
        "https://user@shop.example.com",
        "https://xn--shp-0na.example.com",
        "http://shop.example.com",
        "http://localhost",
        "http://localhost:40000",
        "http://127.0.0.1:4000",
        "https://shop.example.com https://evil.example",
    ];
    for origin in strangers {
        let answer = with_headers(Method::GET, path::CONFIG, &[("origin", origin)], "");
        assert_eq!(answer.status, 200);
        assert_shares_with(&answer.headers, None);
        let preflight = preflight(origin);
        assert_eq!(preflight.outcome(), "403 cross_site", "{origin}");
        assert_shares_with(&preflight.headers, None);
    }
    for origin in [LINE.origin(), SHOP, LOCAL_SHOP] {
        let answer = with_headers(Method::GET, path::CONFIG, &[("origin", origin)], "");
        assert_shares_with(&answer.headers, Some(origin));
        let refused = with_headers(Method::GET, path::SESSION, &[("origin", origin)], "");
        assert_shares_with(&refused.headers, Some(origin));
        let preflight = preflight(origin);
        assert_eq!(preflight.status, 204, "{origin}");
        assert_shares_with(&preflight.headers, Some(origin));
        let methods = preflight.header("access-control-allow-methods");
        assert_eq!(methods, Some("GET, POST, DELETE"));
        let headers = preflight.header("access-control-allow-headers");
        assert_eq!(headers, Some("content-type"));
    }
}

#[test]
fn r15_nothing_in_a_request_finds_its_way_into_the_text() {
    let phone = numbers::fresh();
    let headers = [
        ("origin", LOCAL_SHOP),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example;for=192.0.2.1"),
        ("x-forwarded-for", "192.0.2.1"),
        ("cf-connecting-ip", "192.0.2.1"),
        ("accept-language", "xx-evil"),
        ("user-agent", "evil"),
    ];
    let answer = with_headers(Method::POST, path::CHALLENGES, &headers, &phone);
    assert_eq!(answer.status, 202);
    let plain = numbers::fresh();
    LINE.browser().ask_code(&plain);
    let template = |phone: &str| {
        let text = LINE.telephone().texts(phone).remove(0);
        text.text.replace(&text.code, "CODE")
    };
    assert_eq!(template(&phone), template(&plain));
    assert!(template(&phone).ends_with("@localhost #CODE"));
}

fn with_headers(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    phone: &str,
) -> tests::answer::Answer {
    let browser = LINE.browser();
    let body = json!({ "phone": phone });
    let body = (method == Method::POST).then_some(&body);
    let mut request = browser.request(method, path, body);
    request.headers_mut().remove("origin");
    request.headers_mut().remove("sec-fetch-site");
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = HeaderValue::from_str(value).unwrap();
        request.headers_mut().append(name, value);
    }
    browser.send(request)
}

fn preflight(origin: &str) -> tests::answer::Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    with_headers(Method::OPTIONS, path::CHALLENGES, &headers, "")
}

fn assert_shares_with(headers: &HeaderMap, origin: Option<&str>) {
    let read = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(read("access-control-allow-origin"), origin);
    let credentials = read("access-control-allow-credentials");
    assert_eq!(credentials, origin.map(|_| "true"));
    let vary = read("vary").unwrap_or_default();
    assert!(vary.contains("origin") && vary.contains("sec-fetch-site"));
    if origin.is_none() {
        let shared = headers
            .keys()
            .any(|name| name.as_str().starts_with("access-control-"));
        assert!(!shared, "{headers:?}");
    }
}
