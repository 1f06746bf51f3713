//! What does an assertion say, and is it ever taken for a token?

use super::*;

/// Sites verify it with other libraries, once, and look for these claims.
#[test]
fn r46_r59_an_assertion_says_who_proved_what_for_whom_and_is_no_token() {
    let policy = Policy::default();
    let challenge = crate::ChallengeId::from_random([3; 16]);
    let held = StepUpSeal {
        challenge: crate::seal::ChallengeSeal {
            to: protocol::PhoneNumber::try_from("+385912345678")
                .unwrap()
                .into(),
            challenge: challenge.clone(),
            expires: at(1300),
            sealed: at(1000),
        },
        subject: "customer-7".to_owned(),
        nonce: "order-9".to_owned(),
    };
    let approved = Approved {
        user: UserId::from_random([1; 16]),
        session: SessionId::from_random([2; 16]),
        browser: crate::BrowserId::from_random([4; 16]),
        new_account: false,
        claim: None,
        channel: Channel::Voice,
        at: at(1100),
    };
    let tokens = tokens(ring("t1", 1));
    let assertion = tokens.assert(&held, &approved, &policy);
    assert_eq!(
        tokens.open_expired(&assertion, at(1100)),
        Err(Refusal::NotSignedIn)
    );
    let part = |n: usize| -> serde_json::Value {
        let part = assertion.split('.').nth(n).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(
        part(0),
        json!({ "typ": ASSERTION_TYPE, "alg": "EdDSA", "kid": "t1" })
    );
    let exp = 1100 + policy.assertion_life.as_secs();
    assert_eq!(
        part(1),
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "customer-7", "nonce": "order-9", "jti": challenge.as_str(),
            "iat": 1100, "exp": exp, "auth_time": 1100, "amr": ["otp", "tel"], "acr": "aal1/voice",
        })
    );
    let (message, signature) = assertion.rsplit_once('.').unwrap();
    let signed = jws::signing_key(ring("t1", 1).current()).sign(message.as_bytes());
    assert_eq!(signature, URL_SAFE_NO_PAD.encode(signed.to_bytes()));
}
