//! Who may ask, from where, and in which form?

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
        (r#"{"email":"ana"}"#, ProblemCode::InvalidEmail),
        (r#"{"email":""}"#, ProblemCode::InvalidEmail),
        (
            r#"{"email":"ana@example.com","channel":"sms"}"#,
            ProblemCode::InvalidRequest,
        ),
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
