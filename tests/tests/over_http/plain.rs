//! Does somebody get in who has no script at all?
//!
//! With nothing but a cookie jar, forms, and the way that each answer names. Not here: every refusal (`edge`), and a real browser
//! (`in_browser`).

use tests::answer::Answer;
use tests::cookies::{CHALLENGE, SESSION};
use tests::numbers;
use ureq::http::{HeaderName, HeaderValue, Method};

use crate::line;
use crate::origins::{LINE, SHOP};

#[test]
fn r69_somebody_signs_in_with_forms_alone_and_out_again() {
    let phone = numbers::fresh();
    let browser = line().browser();
    let front = browser.get("/login?return=/account");
    let way_back = front.field("return").unwrap();
    assert_eq!(way_back, format!("{}/account", line().origin()));

    // As people of that country write it.
    let national = phone.replacen("+385", "0", 1);
    let sent = browser.fills_in("/login", &[("phone", &national), ("return", &way_back)]);
    let page = browser.get(sent.place().unwrap());
    assert_eq!(page.status, 200);
    assert!(!page.text().contains(&phone), "it is masked");
    assert_eq!(line().telephone().texts(&phone).len(), 1);

    let code = line().telephone().code(&phone);
    let attempt = page.field("attempt_id").unwrap();
    let try_code = |code: &str| {
        let fields = [
            ("code", code),
            ("attempt_id", &*attempt),
            ("return", &*way_back),
        ];
        browser.fills_in("/login/code", &fields)
    };
    let wrong = try_code(&numbers::wrong(&code));
    assert_eq!(wrong.page_outcome(), "422 wrong_code");
    assert!(wrong.text().contains("You have 4 tries left."), "{wrong:?}");
    // Pressed twice, the button is one try.
    assert!(
        try_code(&numbers::wrong(&code))
            .text()
            .contains("You have 4 tries left.")
    );
    assert_eq!(line().telephone().asked("verify", &phone), 1);

    let challenge = browser.jar().get(CHALLENGE).unwrap().to_owned();
    assert_eq!(try_code(&code).place(), Some(way_back.as_str()));
    let session = browser.session_id();
    browser.jar().put(CHALLENGE, &challenge);
    assert_eq!(try_code(&code).place(), Some(way_back.as_str()));
    assert_eq!(browser.session_id(), session);
    assert_eq!(line().telephone().asked("verify", &phone), 2);

    // It is the session that the API has, too.
    let subject = browser.session().json()["subject"]
        .as_str()
        .unwrap()
        .to_owned();
    let front = browser.get("/login");
    assert!(front.text().contains(&subject), "{front:?}");
    let thief = browser.clone();
    let anti_forgery = front.field("anti_forgery").unwrap();
    let out = browser.fills_in("/login/sign-out", &[("anti_forgery", &anti_forgery)]);
    assert_eq!(out.place(), Some("/login?notice=signed-out"));
    assert_eq!(browser.jar().get(SESSION), None);
    assert_eq!(thief.session().outcome(), "401 session_ended");

    let log = line().log();
    let lines = log.lines().filter(|line| line.contains(&subject));
    let events: Vec<_> = lines
        .filter_map(|line| Some(line.split_once("\"event\":\"")?.1.split_once('"')?.0))
        .collect();
    assert_eq!(events, ["check", "login", "check", "login", "logout"]);
}

#[test]
fn r22_a_page_that_asks_too_soon_says_when_to_try_again() {
    let phone = numbers::fresh();
    let browser = line().browser();
    assert_eq!(
        browser.fills_in("/login", &[("phone", &phone)]).place(),
        Some("/login/code")
    );
    for (path, fields) in [
        ("/login", &[("phone", &*phone)][..]),
        ("/login/resend", &[]),
    ] {
        let early = browser.fills_in(path, fields);
        assert_eq!(early.page_outcome(), "429 send_too_soon");
        let wait = early.retry_after().unwrap().as_secs();
        let sentence = format!("Try again in {wait} second");
        assert!(early.text().contains(&sentence), "{early:?}");
    }
    assert_eq!(line().telephone().asked("send", &phone), 1);
}

#[test]
fn a_backend_that_wants_a_fresh_login_gets_one() {
    let phone = numbers::fresh();
    let browser = line().browser();
    browser.sign_in(&phone);
    let first = browser.session_id();
    let way_back = format!("{}/pay-out", line().origin());
    let sent_with = |max_age| {
        let address = format!("/login/renew?return=/pay-out&max_age={max_age}");
        let sent = browser.get(&address);
        sent.place().unwrap().to_owned()
    };
    assert_eq!(sent_with("3600"), way_back);
    assert_eq!(browser.ask_code(&phone).status, 202);
    let asked = browser.patiently(|it| it.ask_code(&phone));
    assert_eq!(asked.status, 202, "{asked:?}");
    // Half a minute has gone by.
    for max_age in ["10", "soon"] {
        let front = browser.get(&sent_with(max_age));
        let seconds = front.field("max_age").unwrap();
        assert_eq!(seconds, if max_age == "10" { "10" } else { "0" });
        assert!(front.text().contains("Sign in again to go on."));
        assert_eq!(front.field("return").as_ref(), Some(&way_back));
    }
    let code = line().telephone().code(&phone);
    let fields = [
        ("code", code.as_str()),
        ("attempt_id", "0123456789abcdef0123456789abcdef"),
        ("return", &way_back),
        ("max_age", "10"),
    ];
    let signed_in = browser.fills_in("/login/code", &fields);
    assert_eq!(signed_in.place(), Some(way_back.as_str()));
    assert_ne!(browser.session_id(), first);
    assert_eq!(sent_with("10"), way_back);
}

#[test]
fn r04_only_a_form_of_the_site_sends_a_text() {
    let own = LINE.origin();
    let cases: [(&[(&str, &str)], bool); 10] = [
        (&[("sec-fetch-site", "same-origin"), ("origin", own)], true),
        (&[("sec-fetch-site", "same-site"), ("origin", SHOP)], true),
        (&[("origin", SHOP)], true),
        (
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
            false,
        ),
        (&[("sec-fetch-site", "cross-site"), ("origin", SHOP)], false),
        (
            &[
                ("sec-fetch-site", "same-site"),
                ("origin", "https://other.example.com"),
            ],
            false,
        ),
        (
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            false,
        ),
        (&[("origin", "null")], false),
        (&[("referer", own)], false),
        (&[], false),
    ];
    for (headers, allowed) in cases {
        let phone = numbers::fresh();
        let answer = form_with(headers, &phone);
        let expected = if allowed { "303" } else { "403 cross_site" };
        assert_eq!(answer.page_outcome(), expected, "{headers:?}");
        let asked = LINE.telephone().asked("send", &phone);
        assert_eq!(asked, u64::from(allowed), "{headers:?}");
        assert_eq!(
            answer.header("set-cookie").is_some(),
            allowed,
            "{headers:?}"
        );
        let shared = answer.header("access-control-allow-origin");
        assert_eq!(shared, None, "nobody reads a page: {headers:?}");
    }
}

#[test]
fn r68_a_login_leads_to_no_other_site() {
    let places = [
        ("/account", Some("/account")),
        (
            "https://shop.example.com/basket",
            Some("https://shop.example.com/basket"),
        ),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://shop.example.com.evil.example", None),
        ("https://shop.example.com@evil.example", None),
        ("javascript:alert(1)", None),
        ("/\r\nset-cookie: __Host-sms-login=x", None),
    ];
    for (wanted, place) in places {
        let phone = numbers::fresh();
        let browser = LINE.browser();
        browser.fills_in("/login", &[("phone", &phone), ("return", wanted)]);
        let code = LINE.telephone().code(&phone);
        let attempt = numbers::fresh_attempt();
        let fields = [
            ("code", &*code),
            ("attempt_id", &*attempt),
            ("return", wanted),
        ];
        let led = browser.fills_in("/login/code", &fields);
        let own = |path: &str| format!("{}{path}", LINE.origin());
        let expected = match place {
            Some(path) if path.starts_with('/') => own(path),
            Some(address) => address.to_owned(),
            None => "/login".to_owned(),
        };
        assert_eq!(led.place(), Some(expected.as_str()), "{wanted:?}");
    }
}

#[test]
fn the_pages_have_a_style_and_headers_that_let_it_in() {
    let browser = line().browser();
    let front = browser.get("/login");
    let policy = front.header("content-security-policy").unwrap();
    for demand in [
        "default-src 'none'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(demand), "{policy}");
    }
    assert_eq!(front.header("cache-control"), Some("no-store"));
    assert_eq!(front.content_type(), Some("text/html; charset=utf-8"));
    let style = browser.get("/login.css");
    assert_eq!(style.content_type(), Some("text/css; charset=utf-8"));
    let head = browser.send(browser.request(Method::HEAD, "/login", None));
    assert_eq!((head.status, head.body.len()), (200, 0));
}

fn form_with(headers: &[(&str, &str)], phone: &str) -> Answer {
    let browser = LINE.browser();
    let mut request = browser.request(Method::POST, "/login", None);
    for name in ["origin", "sec-fetch-site"] {
        request.headers_mut().remove(name);
    }
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers.iter().chain([&form]) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request
            .headers_mut()
            .append(name, HeaderValue::from_str(value).unwrap());
    }
    *request.body_mut() = format!("phone=%2B{}", phone.trim_start_matches('+')).into_bytes();
    browser.send(request)
}
