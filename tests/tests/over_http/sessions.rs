//! What is a session good for, and when is it over?
//!
//! Not here: what is in its token (`tokens`).

use protocol::messages::path;
use serde_json::json;
use tests::cookies::SESSION;
use tests::crowd::in_a_crowd;
use tests::numbers;

use crate::line;

#[test]
fn whoever_is_signed_in_is_told_so_until_the_session_ends() {
    let browser = line().browser();
    assert_eq!(browser.session().outcome(), "401 not_signed_in");
    let session = browser.sign_in(&numbers::fresh());
    assert_eq!(browser.session().json(), session);
    let seconds = |field: &str| session[field].as_u64().unwrap();
    let since_login = |field| seconds(field) - seconds("authenticated_at");
    assert!(since_login("renew_by") <= 15 * 60, "R47");
    assert_eq!(since_login("ends_at"), 30 * 86_400, "R47");
    assert_eq!(browser.logout().status, 204);
    assert_eq!(browser.jar().get(SESSION), None);
    assert_eq!(browser.session().outcome(), "401 not_signed_in");
    assert_eq!(browser.logout().status, 204, "once more does no harm");
}

#[test]
fn renewing_gives_another_token_for_the_same_session() {
    let browser = line().browser();
    let session = browser.sign_in(&numbers::fresh());
    let first = browser.jar().get(SESSION).unwrap().to_owned();
    let renewed = browser.renew();
    assert_eq!(renewed.status, 200);
    assert_ne!(browser.jar().get(SESSION), Some(first.as_str()));
    for field in ["subject", "authenticated_at", "ends_at"] {
        assert_eq!(renewed.json()[field], session[field], "{field}");
    }
    assert_eq!(browser.session().status, 200);
}

#[test]
fn r60_a_token_that_was_copied_before_signing_out_is_refused_everywhere_at_once() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let (copy, renewed_copy) = (browser.clone(), browser.clone());
    assert_eq!(renewed_copy.renew().status, 200);
    assert_eq!(browser.logout().status, 204);
    for thief in [copy, renewed_copy] {
        assert_eq!(thief.clone().session().outcome(), "401 session_ended");
        assert_eq!(thief.clone().renew().outcome(), "401 session_ended");
        assert_eq!(thief.clone().logout().status, 204);
        // And it stays so.
        assert_eq!(thief.session().outcome(), "401 session_ended");
    }
}

#[test]
fn r48_renewing_many_times_at_once_makes_one_lineage() {
    for round in 0..3 {
        let browser = line().browser();
        browser.sign_in(&numbers::fresh());
        let tabs: Vec<_> = (0..50).map(|_| browser.clone()).collect();
        let outcomes = in_a_crowd(tabs.len(), |n| tabs[n].renew().outcome());
        assert!(
            outcomes.iter().all(|outcome| outcome == "200"),
            "round {round}: {outcomes:?}"
        );
        // All of them hold the next generation, so any of them goes on, and with it all of the others.
        assert_eq!(tabs[7].renew().status, 200);
        assert_eq!(tabs[23].renew().status, 200);
        // Two generations back is a copy in other hands: the session ends for both.
        tabs[7].renew();
        assert_eq!(browser.renew().outcome(), "401 session_ended");
        assert_eq!(tabs[7].session().outcome(), "401 session_ended");
    }
}

#[test]
fn r43_a_session_cookie_is_read_by_its_exact_name_and_never_when_there_are_two() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let stranger = line().browser();
    let cases = [
        (format!("{SESSION}={token}"), "200"),
        (format!("theme=dark; {SESSION}={token}; lang=hr"), "200"),
        (format!("__host-sms-login={token}"), "401 not_signed_in"),
        (format!("__HOST-SMS-LOGIN={token}"), "401 not_signed_in"),
        (format!("sms-login={token}"), "401 not_signed_in"),
        (
            format!("{SESSION}={token}; {SESSION}={token}"),
            "401 not_signed_in",
        ),
        (
            format!("{SESSION}=planted; {SESSION}={token}"),
            "401 not_signed_in",
        ),
        (format!("{SESSION}-challenge={token}"), "401 not_signed_in"),
    ];
    for (cookies, outcome) in cases {
        let mut request = stranger.request(ureq::http::Method::GET, path::SESSION, None);
        request
            .headers_mut()
            .insert("cookie", cookies.parse().unwrap());
        assert_eq!(stranger.send(request).outcome(), outcome, "{cookies}");
    }
}

#[test]
fn r46_a_token_that_was_touched_opens_nothing() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("R46: the token is a compact JWS: {token}");
    };
    let unsigned = base64(&json!({ "alg": "none", "typ": "JWT" }));
    let mut flipped = signature.to_owned();
    let last = if flipped.starts_with('A') { "B" } else { "A" };
    flipped.replace_range(0..1, last);
    let cases = [
        format!("{header}.{claims}.{flipped}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{unsigned}.{claims}."),
        format!("{unsigned}.{claims}.{signature}"),
        format!(
            "{header}.{}.{signature}",
            base64(&json!({ "sub": "usr_me" }))
        ),
        format!("{token}.{signature}"),
        "a.b.c".to_owned(),
        "A".repeat(3000),
    ];
    for touched in cases {
        let thief = line().browser();
        thief.jar().put(SESSION, &touched);
        assert_eq!(thief.clone().session().outcome(), "401 not_signed_in");
        assert_eq!(thief.renew().outcome(), "401 not_signed_in", "{touched}");
    }
    assert_eq!(browser.session().status, 200);
}

fn base64(value: &serde_json::Value) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
}
