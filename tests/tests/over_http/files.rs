//! Which files are served beside the API, and what is there where nothing is?
//!
//! Not here: what the pages do (`in_browser`).

use ureq::http::Method;

use crate::line;

#[test]
fn the_site_is_served_with_its_types() {
    let cases = [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/account", "text/html; charset=utf-8"),
        ("/account.js", "text/javascript; charset=utf-8"),
        ("/bura.css", "text/css; charset=utf-8"),
        ("/kite.svg", "image/svg+xml"),
        ("/sms-login.js", "text/javascript; charset=utf-8"),
        ("/sms-login.wasm", "application/wasm"),
        ("/openapi.json", "application/json"),
    ];
    for (path, content_type) in cases {
        let answer = line().browser().get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.content_type(), Some(content_type), "{path}");
        assert!(answer.body.len() > 100, "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        for demand in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(demand), "{path}: {policy}");
        }
        assert!(!policy.contains("'unsafe-inline'"), "{path}");
        assert!(!policy.contains("'unsafe-eval'"), "{path}");
    }
}

#[test]
fn where_nothing_is_a_problem_says_so() {
    let paths = [
        "/nothing",
        "/v1",
        "/v1/",
        "/v1/challenge",
        "/v1/challenges/",
        "/v2/challenges",
        "/.env",
        "/.well-known/",
        "/.well-known/openid-configuration",
        "/keys.env",
        "/index.php",
        "/sms-login.wasm/",
        "/a/../v1/nothing",
        "/%2e%2e/keys.env",
        "/..%2fkeys.env",
        "/....//keys.env",
        "/v1/config%00.js",
    ];
    for path in paths {
        let browser = line().browser();
        let answer = browser.get(path);
        assert_eq!(answer.outcome(), "404 not_found", "{path}");
        let posted = browser.post(path, &serde_json::json!({}));
        assert_eq!(posted.outcome(), "404 not_found", "POST {path}");
    }
}

#[test]
fn a_file_is_only_ever_read() {
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let browser = line().browser();
        let answer = browser.send(browser.request(method.clone(), "/index.html", None));
        assert_eq!(answer.outcome(), "404 not_found", "{method}");
    }
}
