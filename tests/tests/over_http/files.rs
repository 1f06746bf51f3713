//! Which files are served beside the API, and what is there where nothing is?
//!
//! Not here: what the pages do (`in_browser`).

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};
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
        ("/sms-login.classic.js", "text/javascript; charset=utf-8"),
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
fn r70_the_script_is_one_file_that_names_the_hash_of_its_wasm_and_lies_where_it_never_changes() {
    let browser = line().browser();
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/element");
    let folders: Vec<_> = fs::read_dir(dist).unwrap().collect();
    assert_eq!(folders.len(), 1, "one build, one name");
    let folder = folders[0].as_ref().unwrap().file_name();
    let folder = format!("/element/{}", folder.to_str().unwrap());
    for name in ["sms-login.js", "sms-login.classic.js", "sms-login.wasm"] {
        let [moving, pinned] = ["", &folder].map(|folder| browser.get(&format!("{folder}/{name}")));
        assert_eq!(pinned.body, moving.body, "{name}");
        assert_eq!(moving.header("cache-control"), Some("no-cache"), "{name}");
        let cached = Some("public, max-age=31536000, immutable");
        assert_eq!(pinned.header("cache-control"), cached, "{name}");
        // A page of another origin compares a hash with nothing that it may not read.
        assert_eq!(pinned.header("access-control-allow-origin"), Some("*"));
    }
    let wasm = browser.get("/sms-login.wasm").body;
    let hash = format!("\"sha384-{}\"", STANDARD.encode(Sha384::digest(wasm)));
    for name in ["/sms-login.js", "/sms-login.classic.js"] {
        let script = String::from_utf8(browser.get(name).body).unwrap();
        assert!(script.contains(&hash), "{name}");
        for word in [
            "import ",
            "import\"",
            "import(",
            "import{",
            "eval(",
            "new Function",
        ] {
            assert!(!script.contains(word), "{name}: {word}");
        }
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
        "/_headers",
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
