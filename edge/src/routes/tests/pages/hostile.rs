//! What can be done to the plain pages that nobody at a browser would do?
//!
//! Not here: what somebody at a browser does ([`super`]).

use super::*;

#[tokio::test]
async fn r04_what_is_asked_of_a_session_must_name_its_value() {
    let world = Up::default();
    let browser = Browser::new(&world);
    browser.sign_in("+385912345672").await;
    let cookies = browser.cookies.borrow().clone();
    for path in [RENEW, SIGN_OUT] {
        for value in ["", "AAAA"] {
            let refused = browser.submit(path, &[("anti_forgery", value)]).await;
            assert_eq!(
                (refused.status, refused.complaint().unwrap().1.as_str()),
                (403, "cross_site")
            );
            assert_eq!(refused.heading(), "You are signed in", "{path}");
        }
    }
    assert_eq!(*browser.cookies.borrow(), cookies);
}

#[tokio::test]
async fn r21_without_a_script_there_is_no_proof_and_no_text_where_one_is_wanted() {
    let world = Up::with(&[("BOT_CHECK", "always")]);
    let browser = Browser::new(&world);
    let page = browser.submit(FRONT, &[("phone", "+385912345673")]).await;
    let (status, code, sentence) = page.complaint().unwrap();
    assert_eq!((status, code.as_str()), (428, "proof_required"));
    assert!(sentence.contains("Allow JavaScript") && sentence.contains("try again later"));
    assert_eq!(page.field("phone").as_deref(), Some("+385912345673"));
    assert_eq!(*world.sent.borrow(), 0);
}

#[tokio::test]
async fn r68_whatever_is_sent_stands_in_the_page_as_text() {
    const PAYLOADS: [&str; 9] = [
        "\"><script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "\" autofocus onfocus=\"alert(1)",
        "</title><svg onload=alert(1)>",
        "</p><meta http-equiv=refresh content=0;url=//evil.example>",
        "<!--",
        "&lt;script&gt;&#34;",
        "javascript:alert(1)",
        "\u{0}<\r\nset-cookie: a=b\u{2028}>",
    ];
    for payload in PAYLOADS {
        let browser = Browser::new(&Up::default());
        let code_page = browser.asks_for_a_code("+385912345674").await;
        let mut pages = vec![
            browser
                .look(&format!(
                    "{FRONT}?{}",
                    form(&[("return", payload), ("notice", payload)])
                ))
                .await,
            browser
                .look(&format!(
                    "{CODE}?{}",
                    form(&[("return", payload), ("notice", payload)])
                ))
                .await,
            browser
                .submit(FRONT, &[("phone", payload), ("return", payload)])
                .await,
            browser
                .submit(FRONT, &[("phone", "1"), (payload, payload)])
                .await,
            browser.submit(RESEND, &[("return", payload)]).await,
            browser.type_code(&code_page, payload).await,
            browser
                .submit(CODE, &[("code", "654321"), ("attempt_id", payload)])
                .await,
            browser
                .submit(SIGN_OUT, &[("anti_forgery", payload), ("return", payload)])
                .await,
            browser.send("POST", FRONT, FORM, payload.to_owned()).await,
        ];
        pages.push(browser.submit(FORGET, &[("return", payload)]).await);
        for page in pages {
            // All there is of markup is ours: no more tags and attributes than the pages have anyway.
            let inside = page.body.replace("<!doctype html>", "");
            for tag in inside.split('<').skip(1) {
                let name = tag
                    .trim_start_matches('/')
                    .split([' ', '>'])
                    .next()
                    .unwrap();
                let ours = [
                    "html", "head", "meta", "title", "link", "body", "main", "p", "h1", "form",
                    "label", "input", "button", "div", "bdi", "code", "a",
                ];
                assert!(ours.contains(&name), "{payload}: {tag}");
                // Every other piece between quotes is a value.
                let attributes: String = tag
                    .split_once('>')
                    .unwrap()
                    .0
                    .split('"')
                    .step_by(2)
                    .collect();
                assert!(!attributes.contains(" on"), "{payload}: {tag}");
                assert!(!attributes.contains("http-equiv"), "{payload}: {tag}");
            }
            assert!(!inside.contains("href=\"javascript:"), "{payload}");
            assert_eq!(page.field("return"), None, "{payload}");
            for (name, value) in &page.headers {
                let value = value.to_str().unwrap();
                assert!(
                    !value.contains("evil") && !value.contains("alert"),
                    "{name}: {value}"
                );
            }
        }
    }
}

/// Headers that say where a request comes from, and whether it gets in.
const ORIGINS: [(Pairs<'static>, bool); 12] = [
    (&[("origin", OWN), ("sec-fetch-site", "same-origin")], true),
    (&[("sec-fetch-site", "same-origin")], true),
    (
        &[("origin", SIBLING), ("sec-fetch-site", "same-site")],
        true,
    ),
    (&[("origin", SIBLING)], true),
    (
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        false,
    ),
    (&[("origin", "https://evil.example")], false),
    (
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        false,
    ),
    (&[("origin", OWN), ("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "none")], false),
    (&[("referer", OWN)], false),
    (&[], false),
    // Listed, but of another site.
    (
        &[
            ("origin", "https://shop.example.org"),
            ("sec-fetch-site", "cross-site"),
        ],
        false,
    ),
];

#[tokio::test]
async fn r03_r04_a_form_of_another_site_does_nothing_on_any_page() {
    let cookies = cookies();
    let settings = [("EMBEDDING_ORIGINS", "https://shop.example.org")];
    let site = || Site {
        settings: Arc::new(with(&settings).unwrap()),
        ..site()
    };
    for path in [FRONT, CODE, RESEND, FORGET, RENEW, SIGN_OUT] {
        for (pairs, allowed) in ORIGINS {
            let mut request = Request::post(format!("{OWN}{path}"))
                .header("content-type", FORM)
                .header("cookie", &cookies);
            for (name, value) in pairs {
                request = request.header(*name, *value);
            }
            // Storage is down here: what gets as far as that is told so, or that its fields are not those of the page.
            let body = Full::from(form(&[("x", "")]));
            let page = answered(&site(), request.body(body).unwrap()).await;
            let (_, code, _) = page.complaint().unwrap();
            let expected = if allowed {
                "invalid_request"
            } else {
                "cross_site"
            };
            assert_eq!(code, expected, "{path} {pairs:?}");
            assert_eq!(
                page.headers.get(header::SET_COOKIE),
                None,
                "{path} {pairs:?}"
            );
            assert_eq!(
                page.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN),
                None,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn r13_what_is_no_form_of_the_page_is_refused() {
    let cases: [(&str, &str, &str, &str, u16); 9] = [
        ("POST", FRONT, FORM, "phone=%2B385912345675&phone=1", 400),
        ("POST", FRONT, FORM, "phone=%2B385912345675&Return=/", 400),
        (
            "POST",
            "/login?return=/",
            FORM,
            "phone=%2B385912345675",
            400,
        ),
        (
            "POST",
            FRONT,
            "application/json",
            r#"{"phone":"+385912345675"}"#,
            415,
        ),
        (
            "POST",
            FRONT,
            "multipart/form-data",
            "phone=%2B385912345675",
            415,
        ),
        (
            "POST",
            FRONT,
            "application/x-www-form-urlencoded; charset=utf-8",
            "phone=1",
            415,
        ),
        ("PUT", FRONT, FORM, "phone=1", 405),
        ("GET", RESEND, FORM, "", 405),
        ("OPTIONS", FRONT, FORM, "", 405),
    ];
    for (method, path, content_type, body, status) in cases {
        let browser = Browser::new(&Up::default());
        let page = browser
            .send(method, path, content_type, body.to_owned())
            .await;
        assert_eq!(page.status, status, "{method} {path} {body}: {}", page.body);
        assert_eq!(page.headers.contains_key(header::ALLOW), status == 405);
        // Whoever came with it can sign in all the same.
        assert_eq!(page.heading(), "Sign in");
    }
    let large = form(&[("phone", &"1".repeat(5000))]);
    let browser = Browser::new(&Up::default());
    assert_eq!(browser.send("POST", FRONT, FORM, large).await.status, 413);
}

#[tokio::test]
async fn r02_r72_every_page_carries_its_headers_and_is_framed_by_nobody() {
    let browser = Browser::new(&Up::default());
    let code_page = browser.asks_for_a_code("+385912345676").await;
    let pages = [
        browser.look(FRONT).await,
        code_page,
        browser.look(RESEND).await,
        browser.submit(FRONT, &[("phone", "1")]).await,
        browser.submit(FORGET, &[]).await,
        browser.look(CODE).await,
    ];
    for page in pages {
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                 form-action 'self' https://login.example.com https://shop.example.com https://www.example.com:8443",
            ),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(page.headers[name], value, "{}: {name}", page.status);
        }
        assert!(!page.body.contains("<script") && !page.body.contains("style="));
    }
}

#[tokio::test]
async fn r60_r83_when_no_record_answers_nobody_gets_in_and_whoever_leaves_loses_the_cookie() {
    let cookies = cookies();
    let value = login::forgery::value_of(
        &SessionId::from_random([2; 16]),
        &site().settings.sealing_keys,
    );
    let headers = [
        ("origin", OWN),
        ("content-type", FORM),
        ("cookie", &cookies),
    ];
    let attempt = "A".repeat(22);
    let cases = [
        ("GET", FRONT, String::new(), "Sign in"),
        (
            "POST",
            FRONT,
            form(&[("phone", "+385912345677")]),
            "Sign in",
        ),
        (
            "POST",
            CODE,
            form(&[("code", RIGHT), ("attempt_id", &attempt)]),
            "Enter your code",
        ),
        ("POST", RESEND, String::new(), "Enter your code"),
        ("POST", RENEW, form(&[("anti_forgery", &value)]), "Sign in"),
        (
            "POST",
            SIGN_OUT,
            form(&[("anti_forgery", &value)]),
            "Sign in",
        ),
    ];
    for (method, path, body, heading) in cases {
        let page = ask(method, path, &headers, &body).await;
        let complaint = page.complaint().unwrap();
        assert_eq!(
            (complaint.0, complaint.1.as_str()),
            (503, "unavailable"),
            "{path}"
        );
        assert_eq!(page.heading(), heading, "{path}");
        let set = page
            .headers
            .get(header::SET_COOKIE)
            .map(|set| set.to_str().unwrap());
        let cleared = "__Host-sms-login=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0";
        assert_eq!(set, (path == SIGN_OUT).then_some(cleared), "{path}");
    }
}
