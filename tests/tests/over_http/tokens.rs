//! Can somebody else's backend read the session's token?
//!
//! With the published keys and a library that is none of ours: jose, on Node. Not here: tokens that were touched (`sessions`).

use std::fs;
use std::path::Path;
use std::process::Command;

use protocol::messages::path;
use serde_json::{Value, json};
use tests::cookies::SESSION;
use tests::line::Line;
use tests::numbers;

use crate::line;

#[test]
fn another_library_verifies_a_token_with_the_published_keys() {
    let browser = line().browser();
    let session = browser.sign_in(&numbers::fresh());
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let verified = verify_elsewhere(line(), &token).unwrap();
    let (header, claims) = (&verified["header"], &verified["claims"]);
    assert_eq!(header["alg"], "EdDSA");
    assert_eq!(header["typ"], "session+jwt");
    assert_eq!(claims["iss"], line().issuer());
    assert_eq!(claims["aud"], line().issuer());
    assert_eq!(claims["sub"], session["subject"]);
    assert_eq!(claims["exp"], session["renew_by"]);
    assert_eq!(claims["auth_time"], session["authenticated_at"]);
    assert_eq!(claims["amr"], json!(["otp", "sms"]));
    assert_eq!(claims["new"], true);
    assert_eq!(claims["acr"], session["auth_level"]);
    assert_eq!(claims["first_seen"], session["authenticated_at"]);
    assert_eq!(claims["last_login"], session["authenticated_at"]);
    let life = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(life, 15 * 60, "R47");
}

#[test]
fn r46_another_library_refuses_a_token_of_another_site_and_one_that_was_touched() {
    let other = Line::with(&[("AUDIENCE", "https://shop.example.com")]);
    let browser = other.browser();
    browser.sign_in(&numbers::fresh());
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let verified = verify_for(&other, "https://shop.example.com", &token).unwrap();
    assert_eq!(verified["claims"]["aud"], "https://shop.example.com");

    let cases = [
        (
            verify_elsewhere(&other, &token),
            "ERR_JWT_CLAIM_VALIDATION_FAILED",
        ),
        // The keys have the same id, not the same bytes.
        (
            verify_for(line(), "https://shop.example.com", &token),
            "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
        ),
        (
            verify_elsewhere(&other, &token.replacen('.', ".e", 1)),
            "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
        ),
    ];
    for (outcome, why) in cases {
        assert_eq!(outcome, Err(why.to_owned()));
    }
    // Nor does our own worker take it.
    let thief = line().browser();
    thief.jar().put(SESSION, &token);
    assert_eq!(thief.session().outcome(), "401 not_signed_in");
}

#[test]
fn r50_the_published_keys_are_public_and_may_be_kept_for_a_while() {
    let answer = line().browser().get(path::JWKS);
    assert_eq!(answer.content_type(), Some("application/jwk-set+json"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 1);
    assert!(keys.iter().all(|key| key.get("d").is_none()), "{keys:?}");
}

#[test]
fn r59_a_backend_tells_from_the_session_what_a_text_is_not_enough_for() {
    let browser = line().browser();
    let session = browser.sign_in(&numbers::fresh());
    assert_eq!(session["auth_level"], "aal1/sms");
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/over_http/risky.mjs");
    let output = Command::new("node")
        .arg(&script)
        .args([line().origin(), line().issuer(), &token])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let answers: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{output:?}"));
    let expected = json!({
        "see orders": true,
        "change address": false,
        "change address in an old account": true,
        "change address an hour later": false,
        "change address by e-mail": false,
        "pay out": false,
        "pay out by e-mail": false,
        "pay out with a passkey": true,
    });
    assert_eq!(answers, expected);

    // The documentation shows this very rule, and says what a deployment is.
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let [readme, script] = [readme, script].map(|file| fs::read_to_string(file).unwrap());
    let rule = script.split("function may").nth(1).unwrap();
    let rule = rule.split("\n}\n").next().unwrap();
    assert!(readme.contains(rule), "{rule}");
    for word in ["AAL1", "restricted authenticator", "3.2.9", "`aal1/sms`"] {
        assert!(readme.contains(word), "{word}");
    }
}

/// Header and claims, if a library that is none of ours takes the token for one of this worker.
pub(crate) fn verify_elsewhere(line: &Line, token: &str) -> Result<Value, String> {
    verify_for(line, line.issuer(), token)
}

fn verify_for(line: &Line, audience: &str, token: &str) -> Result<Value, String> {
    verify_as("session+jwt", line, audience, token)
}

/// What the library makes of a token of that type.
pub(crate) fn verify_as(
    kind: &str,
    line: &Line,
    audience: &str,
    token: &str,
) -> Result<Value, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/over_http/verify.mjs");
    let output = Command::new("node")
        .arg(script)
        .args([line.origin(), line.issuer(), audience, token, kind])
        .output()
        .expect("Node is there: workerd came with its package manager");
    let text = |bytes| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).expect("the script prints JSON"))
    } else {
        Err(text(&output.stderr))
    }
}
