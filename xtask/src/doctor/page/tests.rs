//! Is each thing that would keep the element out of a page named?

use super::super::Level;
use super::*;

const TAG: &str = r#"<script type="module" src="https://login.example.com/sms-login.js" integrity='sha384-a' crossorigin></script>"#;
const POLICY: &str = "script-src https://login.example.com 'wasm-unsafe-eval'; connect-src https://login.example.com";

fn settings() -> BTreeMap<String, String> {
    [
        ("ISSUER", "https://login.example.com"),
        ("ALLOWED_ORIGINS", "https://www.example.com"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn answer(headers: &str, html: &str) -> Answer {
    Answer::read(format!("HTTP/1.1 200 OK\r\nX: y{headers}\r\n\r\n{html}").as_bytes()).unwrap()
}

fn faults(page: &str, answer: &Answer) -> String {
    let rows = judge(&Url::parse(page).unwrap(), answer, &settings());
    let faults = rows.into_iter().filter(|row| row.level != Level::Pass);
    Vec::from_iter(faults.map(|row| row.words)).join("\n")
}

#[test]
fn a_policy_that_keeps_the_element_out_is_named_with_what_to_add() {
    let cases = [
        (POLICY, ""),
        ("default-src 'none'", "add https://login.example.com"),
        ("default-src 'none'", "add 'wasm-unsafe-eval'"),
        ("default-src https: 'unsafe-eval'", ""),
        ("script-src 'nonce-abc' 'wasm-unsafe-eval'", ""),
        ("script-src *.example.com 'wasm-unsafe-eval'", ""),
        (
            "script-src *.example.org 'wasm-unsafe-eval'",
            "script-src does not",
        ),
        (
            "script-src 'self' 'wasm-unsafe-eval'",
            "script-src does not",
        ),
        (
            "script-src https://login.example.com",
            "add 'wasm-unsafe-eval'",
        ),
        ("connect-src 'self'", "connect-src does not"),
        ("connect-src login.example.com", ""),
        ("form-action 'self'", "form-action keeps"),
        ("img-src 'none'", ""),
    ];
    for (policy, named) in cases {
        let headers = format!("\r\nContent-Security-Policy: {policy}");
        let page = answer(&headers, &format!("<sms-login></sms-login>{TAG}"));
        let faults = faults("https://www.example.com/sign-in", &page);
        assert!(faults.contains(named), "{policy}: {faults}");
        assert_eq!(faults.is_empty(), named.is_empty(), "{policy}: {faults}");
    }
}

#[test]
fn a_page_that_cannot_hold_a_login_is_named() {
    let whole = format!("<sms-login></sms-login>{TAG}");
    let cases = [
        ("https://www.example.com/", "", &*whole, ""),
        (
            "https://shop.example.com/",
            "",
            &whole,
            "add it to ALLOWED_ORIGINS",
        ),
        ("https://www.example.com/", "", TAG, "no <sms-login>"),
        (
            "https://www.example.com/",
            "",
            "<sms-login>",
            "no script tag",
        ),
        (
            "https://www.example.com/",
            "\r\nReferrer-Policy: no-referrer",
            &whole,
            "use strict-origin",
        ),
    ];
    for (page, headers, html, named) in cases {
        let faults = faults(page, &answer(headers, html));
        assert!(faults.contains(named), "{page}: {faults}");
        assert_eq!(faults.is_empty(), named.is_empty(), "{page}: {faults}");
    }
}

#[test]
fn a_pinned_script_that_is_another_is_named() {
    let page = Url::parse("https://www.example.com/").unwrap();
    let (url, tag) = script(&page, &format!("<script>1</script>{TAG}")).unwrap();
    assert_eq!(attribute(&tag, "integrity").as_deref(), Some("sha384-a"));
    let found = answer("", "script");
    let right = integrity(b"script");
    let cases = [
        (Some(&*right), Level::Pass),
        (Some("sha384-a"), Level::Fail),
        (None, Level::Warn),
    ];
    for (pinned, level) in cases {
        assert_eq!(pin(&url, pinned, &found).level, level, "{pinned:?}");
    }
    let gone = Answer::read(b"HTTP/2 404\r\n\r\n").unwrap_or_default();
    assert_eq!(pin(&url, Some(&right), &gone).level, Level::Fail);
}
