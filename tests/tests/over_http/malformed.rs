//! What is told to those who do not keep to the form, and does anything come of it?
//!
//! Everything here is sent by a browser that is signed in and has a code on its way, to a worker that nobody else speaks to, so
//! that an effect would show. Not here: pages of other sites (`origins`).

use protocol::messages::path;
use serde_json::json;
use tests::browser::Browser;
use tests::cookies::CHALLENGE;
use tests::line::Line;
use tests::numbers;
use ureq::http::{HeaderValue, Method, Request};

/// The most that is read of a body.
const LARGEST_BODY: usize = 4096;

#[test]
fn r03_r12_r13_what_is_not_in_the_form_is_refused_and_nothing_comes_of_it() {
    let line = Line::start();
    let browser = line.browser();
    browser.sign_in(&numbers::fresh());
    let phone = numbers::fresh();
    browser.ask_code(&phone);
    let cookies = browser.jar().clone();

    for path in [
        path::CHALLENGES,
        path::RESEND,
        path::VERIFY,
        path::NUMBER,
        path::VERIFY_NUMBER,
        path::RENEW,
        path::LOGOUT,
    ] {
        content_types(&browser, path);
        bodies(&browser, path);
        sizes(&browser, path);
    }
    codes(&browser);
    queries(&browser, &line);
    methods(&browser, &line);

    assert_eq!(*browser.jar(), cookies, "no cookie came or went");
    assert_eq!(line.telephone().asked_by_anybody("send"), 2);
    assert_eq!(line.telephone().asked_by_anybody("resend"), 0);
    assert_eq!(line.telephone().asked_by_anybody("verify"), 1);
    let code = line.telephone().code(&phone);
    let wrong = browser.verify(&numbers::wrong(&code));
    assert_eq!(wrong.json()["tries_left"], 4, "no try was used up");
    assert_eq!(browser.session().status, 200, "the session lives");
    assert_eq!(browser.verify(&code).status, 200);
}

fn content_types(browser: &Browser<'_>, path: &str) {
    let cases: [Option<&str>; 12] = [
        None,
        Some(""),
        Some("text/plain"),
        Some("text/plain;application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/JSON"),
        Some("application/json; charset=utf-8"),
        Some("application/json;"),
        Some("application/json, text/plain"),
        Some("application/ld+json"),
        Some("text/json"),
    ];
    for content_type in cases {
        let mut request = valid(browser, path);
        request.headers_mut().remove("content-type");
        if let Some(content_type) = content_type {
            let value = HeaderValue::from_str(content_type).unwrap();
            request.headers_mut().insert("content-type", value);
        }
        let outcome = browser.send(request).outcome();
        assert_eq!(
            outcome, "415 unsupported_media_type",
            "{path}, {content_type:?}"
        );
    }
}

fn bodies(browser: &Browser<'_>, path: &str) {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(1500), "]".repeat(1500));
    let cases: [&[u8]; 15] = [
        b"",
        b" ",
        b"null",
        b"true",
        b"0",
        b"\"{}\"",
        b"[]",
        b"[{}]",
        b"{",
        b"{}}",
        b"{\"unknown\":1}",
        b"{'phone':'+385911234567'}",
        b"{\"phone\":\"\xff\xfe\"}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
    ];
    for body in cases {
        let mut request = valid(browser, path);
        *request.body_mut() = body.to_vec();
        let outcome = browser.send(request).outcome();
        let body = String::from_utf8_lossy(body);
        assert_eq!(outcome, "400 invalid_request", "{path}, {body}");
    }
    // Every field is there once, and no other.
    let whole = String::from_utf8(valid(browser, path).into_body()).unwrap();
    let twice = whole.replacen('}', ",\"phone\":\"+385911234567\",\"code\":\"000000\"}", 1);
    let mut request = valid(browser, path);
    *request.body_mut() = twice.replace("{,", "{").into_bytes();
    assert_eq!(
        browser.send(request).outcome(),
        "400 invalid_request",
        "{path}"
    );
}

fn sizes(browser: &Browser<'_>, path: &str) {
    for size in [LARGEST_BODY + 1, 100_000] {
        let mut request = valid(browser, path);
        request.body_mut().resize(size, b' ');
        let outcome = browser.send(request).outcome();
        assert_eq!(outcome, "413 payload_too_large", "{path}, {size} bytes");
    }
}

/// What could be mistaken for a code.
fn codes(browser: &Browser<'_>) {
    let cases = [
        json!(""),
        json!(null),
        json!(123_456),
        json!(123_456.0),
        json!(true),
        json!(["123456"]),
        json!({ "code": "123456" }),
        json!("12345"),
        json!("1234567"),
        json!("12345678"),
        json!("123456789"),
        json!(" 123456"),
        json!("123456 "),
        json!("123 456"),
        json!("12345\n"),
        json!("+12345"),
        json!("1e5000"),
        json!("0x1234"),
        json!("١٢٣٤٥٦"),
        json!("123456\u{0}"),
    ];
    for code in cases {
        let ask = json!({ "code": code, "attempt_id": numbers::fresh_attempt() });
        let outcome = browser.post(path::VERIFY, &ask).outcome();
        assert_eq!(outcome, "400 invalid_request", "R12: {code}");
    }
    for attempt in [
        json!(null),
        json!(""),
        json!("short"),
        json!("a b".repeat(9)),
    ] {
        let ask = json!({ "code": "123456", "attempt_id": attempt });
        let outcome = browser.post(path::VERIFY, &ask).outcome();
        assert_eq!(outcome, "400 invalid_request", "{attempt}");
    }
}

fn queries(browser: &Browser<'_>, line: &Line) {
    for (method, path) in line.contract().operations() {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = browser.request(method, &format!("{path}?phone=%2B385911234567"), None);
        *request.body_mut() = valid(browser, &path).into_body();
        let outcome = browser.send(request).outcome();
        assert_eq!(outcome, "400 invalid_request", "{path}");
    }
}

fn methods(browser: &Browser<'_>, line: &Line) {
    let operations = line.contract().operations();
    for (_, path) in &operations {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if operations.contains(&(method.to_owned(), path.clone())) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = browser.send(browser.request(method.clone(), path, None));
            assert_eq!(
                answer.outcome(),
                "405 method_not_allowed",
                "{method} {path}"
            );
            let allowed = answer.header("allow").unwrap_or_default();
            for (method, _) in operations.iter().filter(|(_, other)| other == path) {
                assert!(allowed.contains(method), "{path} allows {allowed}");
            }
        }
    }
}

/// A request that would have an effect.
fn valid(browser: &Browser<'_>, path: &str) -> Request<Vec<u8>> {
    assert!(browser.jar().get(CHALLENGE).is_some());
    let body = match path {
        path::CHALLENGES => json!({ "phone": numbers::fresh() }),
        path::VERIFY => json!({ "code": "123456", "attempt_id": numbers::fresh_attempt() }),
        path::NUMBER => json!({ "phone": numbers::fresh(), "anti_forgery": "" }),
        path::VERIFY_NUMBER => {
            json!({ "code": "123456", "attempt_id": numbers::fresh_attempt(), "anti_forgery": "" })
        }
        _ => json!({}),
    };
    browser.request(Method::POST, path, Some(&body))
}
