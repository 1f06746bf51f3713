//! Does the built worker, with the platform's cryptography, let in whoever has a passkey, and nobody else?
//!
//! Not here: everything that may be said wrongly (`login`); how the element asks for one (`in_browser`).

use authenticator::{Algorithm, Says};
use protocol::passkey::path as at;
use serde_json::{Value, json};
use tests::browser::claims;
use tests::cookies::{BROWSER, PASSKEY, SESSION};
use tests::line::Line;
use tests::numbers;
use tests::site::Site;

use crate::line;

#[test]
fn r59_a_passkey_of_any_kind_signs_in_without_a_text() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let phone = numbers::fresh();
        let browser = line().browser();
        let session = browser.sign_in(&phone);
        assert_eq!(session["passkeys"], 0);
        let passkey = browser.has_passkey(algorithm);
        let sent = line().telephone().texts(&phone).len();
        let other = line().browser();
        let signed_in = other.signs_in_with(&passkey);
        assert_eq!(signed_in.status, 200, "{algorithm:?}: {signed_in:?}");
        let opened = signed_in.json();
        assert_eq!(opened["subject"], session["subject"]);
        assert_eq!(
            (&opened["auth_level"], &opened["passkeys"]),
            (&json!("aal2/passkey"), &json!(1))
        );
        let token = claims(other.jar().get(SESSION).unwrap());
        assert_eq!(token["acr"], "aal2/passkey");
        assert_eq!(token["amr"], json!(["swk", "mfa"]));
        assert_eq!(other.jar().get(BROWSER), None);
        assert_eq!(other.jar().get(PASSKEY), None);
        assert_eq!(other.session().json()["passkeys"], 1);
        assert_eq!(line().telephone().texts(&phone).len(), sent);
        let listed = other.passkeys().json();
        assert_eq!(listed["passkeys"][0]["id"], passkey.name());
        assert!(listed["passkeys"][0]["last_used"].is_u64());
        assert_eq!(other.account().json()["passkeys"], listed["passkeys"]);
        assert_eq!(other.removes_passkey(&passkey.name()).outcome(), "204");
        let refused = line().browser().signs_in_with(&passkey);
        assert_eq!(refused.outcome(), "422 passkey_refused");
    }
}

/// What the platform verifies, and not the rules: that the signature is the key's, of exactly this.
#[test]
fn r59_a_signature_that_is_not_the_keys_signs_nobody_in() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let browser = line().browser();
        browser.sign_in(&numbers::fresh());
        let passkey = browser.has_passkey(algorithm);
        let stranger = line().browser();
        let options = stranger.is_asked_for_passkey();
        let says = Says::of_request(&options, line().origin());
        let right = json!({ "credential": passkey.asserts(&says) });
        let earlier = passkey.asserts(&Says {
            counter: 1,
            ..says.clone()
        });
        let mut wrong = right.clone();
        wrong["credential"]["response"]["signature"] = json!(earlier.response.signature);
        assert_eq!(
            stranger.shows(&wrong).outcome(),
            "422 passkey_refused",
            "{algorithm:?}"
        );
        // It was no guess that used anything up.
        assert_eq!(stranger.shows(&right).outcome(), "200", "{algorithm:?}");
    }
}

/// A device may tell of a key that is none: a point that is not on the curve.
#[test]
fn a_key_that_the_platform_does_not_take_signs_nobody_in() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let options = browser.is_offered_passkey();
    let passkey = authenticator::Passkey::of(Algorithm::Es256, &options);
    let mut made = vec![0; 16];
    made.extend(u16::try_from(passkey.id.len()).unwrap().to_be_bytes());
    made.extend(&passkey.id);
    made.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
    made.extend([1; 32]);
    made.extend([0x22, 0x58, 32]);
    made.extend([1; 32]);
    let says = Says::of_creation(&options, line().origin());
    let told = json!({ "credential": passkey.registers_as(&says, &made) });
    assert_eq!(browser.tells_of_passkey(told).outcome(), "201");
    let refused = line().browser().signs_in_with(&passkey);
    assert_eq!(refused.outcome(), "422 passkey_refused");
}

#[test]
fn r34_whoever_is_unknown_is_told_what_is_told_of_a_wrong_signature() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let passkey = browser.has_passkey(Algorithm::Es256);
    let options = browser.is_offered_passkey();
    let mut told = Vec::new();
    let mut unknown_passkey = authenticator::Passkey::of(Algorithm::Es256, &options);
    let mut wrong_key = authenticator::Passkey::of(Algorithm::Es256, &options);
    wrong_key.id.clone_from(&passkey.id);
    let refuse = |shown: &authenticator::Passkey| {
        let answer = line().browser().signs_in_with(shown);
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers.remove("date");
        (answer.outcome(), answer.text(), format!("{headers:?}"))
    };
    told.push(refuse(&unknown_passkey));
    told.push(refuse(&wrong_key));
    unknown_passkey.user_handle = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    told.push(refuse(&unknown_passkey));
    assert_eq!(told[0].0, "422 passkey_refused");
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

#[test]
fn r59_an_answer_is_taken_once_however_many_send_it_at_once() {
    let browser = line().browser();
    browser.sign_in(&numbers::fresh());
    let passkey = browser.has_passkey(Algorithm::Es256);
    let first = line().browser();
    let options = first.is_asked_for_passkey();
    let says = Says::of_request(&options, line().origin());
    let shown = json!({ "credential": passkey.asserts(&says) });
    let copies: Vec<_> = (0..8).map(|_| first.clone()).collect();
    let outcomes: Vec<String> = std::thread::scope(|scope| {
        let tries: Vec<_> = copies
            .iter()
            .map(|copy| scope.spawn(|| copy.shows(&shown).outcome()))
            .collect();
        tries.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let done = outcomes.iter().filter(|it| *it == "200").count();
    assert_eq!(done, 1, "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|it| it == "200" || it == "422 passkey_refused"),
        "{outcomes:?}"
    );
}

#[test]
fn the_operator_hears_of_passkeys_and_takes_them_with_all_sessions() {
    let operator = Site::showing("");
    let webhook = format!("{}/alerts", operator.foreign_origin());
    let line = Line::with(&[("ALERT_WEBHOOK", &webhook)]);
    let browser = line.browser();
    let session = browser.sign_in(&numbers::fresh());
    let told = |added: bool| {
        let mut notice: Value = serde_json::from_str(&operator.next_body()).unwrap();
        let at = notice.as_object_mut().unwrap().remove("at");
        assert!(at.is_some_and(|at| at.is_u64()), "{notice}");
        let subject = &session["subject"];
        assert_eq!(
            notice,
            json!({ "event": "passkeys_changed", "subject": subject, "added": added })
        );
    };
    let first = browser.has_passkey(Algorithm::EdDsa);
    told(true);
    let second = browser.has_passkey(Algorithm::Es256);
    told(true);
    assert_eq!(browser.removes_passkey(&first.name()).outcome(), "204");
    told(false);
    let key = line.secret("ADMIN_KEYS");
    let body = json!({ "user": session["subject"] });
    let revoked = line
        .browser()
        .post_as_backend("/v1/admin/revoke-all", &key, &body);
    assert_eq!(revoked.outcome(), "204");
    assert_eq!(browser.session().outcome(), "401 session_ended");
    let refused = line.browser().signs_in_with(&second);
    assert_eq!(refused.outcome(), "422 passkey_refused");
    let log = line.log();
    assert!(!log.contains(&first.name()) && !log.contains(&second.name()));
}

#[test]
fn where_passkeys_are_not_set_there_are_none() {
    let line = Line::with(&[("PASSKEYS", "")]);
    let browser = line.browser();
    let session = browser.sign_in(&numbers::fresh());
    assert_eq!(session.get("passkeys"), None);
    for path in [at::CREATION, at::PASSKEYS, at::REQUEST, at::LOGIN] {
        assert_eq!(
            browser.post(path, &json!({})).outcome(),
            "404 not_found",
            "{path}"
        );
    }
    assert_eq!(browser.get("/v1/config").json().get("passkeys"), None);
}
