//! Can anybody write into the worker's log?
//!
//! A worker of its own is sent what breaks lines, closes strings and moves cursors, in every field that it reads. Not here: what the
//! log says of those who behave (`edge`).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use protocol::messages::path;
use serde_json::{Value, json};
use tests::line::Line;
use tests::numbers;
use ureq::http::{HeaderValue, Method};

/// Whoever finds this in the log has got through.
const CANARY: &str = "INJECTED";

/// Text that would be a line of its own, in every way that some reader of logs takes for one.
fn hostile() -> Vec<String> {
    let forged = format!(r#"{{"event":"login","outcome":"done","subject":"{CANARY}"}}"#);
    let escaped = forged.replace('"', "\\\"");
    let mut all: Vec<_> = [
        "\n",
        "\r\n",
        "\r",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{0}",
        "\u{1b}[2K\u{1b}[1A",
    ]
    .iter()
    .map(|end| format!("x{end}{forged}{end}"))
    .collect();
    all.push(format!("x\",\"{CANARY}\":\"{escaped}"));
    all.push(format!("{}{CANARY}", "x".repeat(3000)));
    all
}

#[test]
fn r89_whatever_is_sent_each_event_is_one_line_of_json_and_none_is_forged() {
    let line = Line::start();
    let browser = line.browser();
    browser.sign_in(&numbers::fresh());
    let admin = admin_key(&line);
    for text in hostile() {
        for (path, body) in [
            (path::CHALLENGES, json!({ "phone": text })),
            (path::VERIFY, json!({ "code": text, "attempt_id": text })),
            (path::RENEW, json!({ "anti_forgery": text })),
            (
                path::END_SESSIONS,
                json!({ "anti_forgery": text, "session": text }),
            ),
        ] {
            browser.post(path, &body);
        }
        browser.end_sessions(json!({ "session": text }));
        for body in [
            json!({ "phone": text }),
            json!({ "user": text }),
            json!({ "user": format!("usr_{}", text.chars().take(22).collect::<String>()) }),
            json!({ "country": text }),
            json!({ "network": text }),
        ] {
            for act in ["look-up", "user", "revoke-all", "erase", "budgets"] {
                let address = numbers::fresh_address();
                let path = format!("/v1/admin/{act}");
                let mut request = line.browser().request(Method::POST, &path, Some(&body));
                let headers = request.headers_mut();
                headers.remove("origin");
                headers.remove("sec-fetch-site");
                headers.insert("authorization", admin.parse().unwrap());
                headers.insert("cf-connecting-ip", address.parse().unwrap());
                line.browser().send(request);
            }
        }
        // What HTTP itself lets through in a header.
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            for name in [
                "user-agent",
                "cookie",
                "origin",
                "cf-connecting-ip",
                "traceparent",
                "x-request-id",
            ] {
                let stranger = line.browser();
                let ask = json!({ "phone": numbers::fresh() });
                let mut request = stranger.request(Method::POST, path::CHALLENGES, Some(&ask));
                request.headers_mut().insert(name, value.clone());
                stranger.send(request);
            }
        }
        raw(&line, &text);
    }
    // A browser that calls itself so signs in, and is looked at.
    let phone = numbers::fresh();
    let named = line.browser();
    named.ask_code(&phone);
    let code = line.telephone().code(&phone);
    let mut request = named.verify_request(&numbers::fresh_attempt(), &code);
    let agent = format!("\u{2028}\"}}{CANARY} Firefox/ {}", "x".repeat(3000));
    let agent = HeaderValue::from_bytes(agent.as_bytes()).unwrap();
    request.headers_mut().insert("user-agent", agent);
    assert_eq!(named.send(request).status, 200);
    let account = named.account().text();
    assert!(!account.contains(CANARY), "{account}");

    let log = line.log();
    assert!(!log.contains(CANARY), "{log}");
    assert!(!log.contains('\u{1b}') && !log.contains('\u{2028}'));
    let mut logins = 0;
    for told in log.lines().filter(|told| told.contains(r#""event""#)) {
        let event: Value = serde_json::from_str(told).unwrap_or_else(|_| panic!("{told}"));
        for (name, value) in event.as_object().unwrap() {
            let known = [
                "event", "at", "request", "trace", "what", "outcome", "reason", "country",
                "subject",
            ];
            assert!(known.contains(&name.as_str()), "{told}");
            let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_graphic());
            assert!(value.as_str().is_none_or(is_word), "{told}");
        }
        logins += u32::from(event["event"] == "login");
    }
    assert_eq!(logins, 2, "those who did sign in");
}

fn admin_key(line: &Line) -> String {
    format!("Bearer {}", line.secret("ADMIN_KEYS"))
}

/// A client that does not keep to HTTP: the text stands where it would end a header.
fn raw(line: &Line, text: &str) {
    let host = line.origin().trim_start_matches("http://");
    let mut socket = TcpStream::connect(host.replace("localhost", "127.0.0.1")).unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {text}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        path::CHALLENGES
    );
    // It may hang up in the middle, or answer; either way it goes on.
    let _ = socket.write_all(request.as_bytes());
    let _ = socket.read_to_end(&mut Vec::new());
}
