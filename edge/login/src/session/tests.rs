//! Which tokens open, and which do not?

mod assertion;
mod library;

use std::time::Duration;

use ed25519_dalek::Signer as _;

use super::*;
use crate::account::Living;
use crate::keys::tests::{ring, secret};
use crate::{SessionId, UserId};

const ISSUER: &str = "https://login.example.com";
const AUDIENCE: &str = "https://shop.example.com";

fn tokens(ring: KeyRing) -> Tokens {
    Tokens::new(ring, ISSUER.to_owned(), AUDIENCE.to_owned())
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn signed_in() -> SignedIn {
    SignedIn {
        user: UserId::from_random([1; 16]),
        session: SessionId::from_random([2; 16]),
        new_account: true,
        living: Living {
            generation: 1,
            opened: at(1000),
            way: Way::Sms,
            first_login: at(500),
            last_login: at(1000),
            passkeys: 2,
        },
        browser: None,
    }
}

fn token() -> String {
    tokens(ring("t1", 1))
        .sign(&signed_in(), at(1000), &Policy::default())
        .0
}

/// Browsers hold tokens of this form across a deploy.
#[test]
fn a_token_of_an_older_version_opens() {
    let token = "eyJ0eXAiOiJzZXNzaW9uK2p3dCIsImFsZyI6IkVkRFNBIiwia2lkIjoidDEifQ.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9zaG9wLmV4YW1wbGUuY29tIiwic3ViIjoidXNyX0FRRUJBUUVCQVFFQkFRRUJBUUVCQVEiLCJzaWQiOiJzZXNfQWdJQ0FnSUNBZ0lDQWdJQ0FnSUNBZyIsImdlbiI6MSwiaWF0IjoxMDAwLCJuYmYiOjEwMDAsImV4cCI6MTkwMCwiYXV0aF90aW1lIjoxMDAwLCJhbXIiOlsib3RwIiwic21zIl0sIm5ldyI6dHJ1ZX0.xfls_y7KZ4Pd0vKYkhRgpz6iP7aru2qs9VYu551uX2pjl9aqd-gtLdjrZJaZhQ7cU2Mx4oL26HBf5CrUqxL6AA";
    let claims = tokens(ring("t1", 1)).open(token, at(1000)).unwrap();
    assert_eq!((claims.auth_time, claims.first_seen), (1000, 0));
    assert_eq!(claims.acr, "aal1/sms");
}

/// Backends verify tokens of this form with other libraries.
#[test]
fn r59_the_token_is_pinned_and_says_how_sure_the_login_is() {
    assert_eq!(
        token(),
        "eyJ0eXAiOiJzZXNzaW9uK2p3dCIsImFsZyI6IkVkRFNBIiwia2lkIjoidDEifQ.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9zaG9wLmV4YW1wbGUuY29tIiwic3ViIjoidXNyX0FRRUJBUUVCQVFFQkFRRUJBUUVCQVEiLCJzaWQiOiJzZXNfQWdJQ0FnSUNBZ0lDQWdJQ0FnSUNBZyIsImdlbiI6MSwiaWF0IjoxMDAwLCJuYmYiOjEwMDAsImV4cCI6MTkwMCwiYXV0aF90aW1lIjoxMDAwLCJhbXIiOlsib3RwIiwic21zIl0sImFjciI6ImFhbDEvc21zIiwiZmlyc3Rfc2VlbiI6NTAwLCJsYXN0X2xvZ2luIjoxMDAwLCJuZXciOnRydWV9.w22JhKquVbauxcq8O5Fwto6qur0GJ2d529MaH95ajmhCSdFv2yQDQE7BEILD5qLeGbBZM-BY_qbkAOwwlboWAg"
    );
}

#[test]
fn r59_a_token_says_how_somebody_signed_in_and_how_sure_that_is() {
    for (way, amr, acr) in [
        (Way::Sms, ["otp", "sms"], "aal1/sms"),
        (Way::Voice, ["otp", "tel"], "aal1/voice"),
        (Way::Email, ["otp", "email"], "aal0/email"),
        (Way::SyncedPasskey, ["swk", "mfa"], "aal2/passkey"),
        (Way::BoundPasskey, ["hwk", "mfa"], "aal2/passkey"),
    ] {
        let mut who = signed_in();
        who.living.way = way;
        let (_, claims) = tokens(ring("t1", 1)).sign(&who, at(1000), &Policy::default());
        assert_eq!(claims.amr, amr);
        assert_eq!(claims.acr, acr);
        let told = claims.reply(String::new(), Some(2), &Policy::default());
        assert_eq!(told.auth_level, acr);
    }
}

#[test]
fn r47_a_token_is_good_for_a_quarter_of_an_hour_and_no_second_longer() {
    let tokens = tokens(ring("t1", 1));
    let cases = [
        (999, Err(Refusal::NotSignedIn)),
        (1000, Ok(())),
        (1899, Ok(())),
        (1900, Err(Refusal::SessionExpired)),
        (9_999_999, Err(Refusal::SessionExpired)),
    ];
    for (now, expected) in cases {
        assert_eq!(
            tokens.open(&token(), at(now)).map(|_| ()),
            expected,
            "at {now}"
        );
    }
    assert!(tokens.open_expired(&token(), at(9_999_999)).is_ok());
}

#[test]
fn no_token_is_older_than_the_login_that_it_speaks_of() {
    let claims = tokens(ring("t1", 1))
        .sign(&signed_in(), at(999), &Policy::default())
        .1;
    assert_eq!(
        (claims.iat, claims.nbf, claims.auth_time),
        (1000, 1000, 1000)
    );
}

#[test]
fn r47_no_token_outlives_its_session() {
    let policy = Policy::default();
    let ends = at(1000).plus(policy.session_life).as_secs();
    let claims = tokens(ring("t1", 1))
        .sign(&signed_in(), at(ends - 10), &policy)
        .1;
    assert_eq!(claims.exp, ends);
}

#[test]
fn r46_only_an_untouched_token_of_this_site_opens() {
    let good = token();
    let now = at(1000);
    assert!(tokens(ring("t1", 1)).open(&good, now).is_ok());
    let others = [
        ("another key of the same name", tokens(ring("t1", 2))),
        ("the same key by another name", tokens(ring("t2", 1))),
        (
            "another issuer",
            Tokens::new(ring("t1", 1), AUDIENCE.to_owned(), AUDIENCE.to_owned()),
        ),
        (
            "another audience",
            Tokens::new(ring("t1", 1), ISSUER.to_owned(), ISSUER.to_owned()),
        ),
    ];
    for (what, tokens) in others {
        assert_eq!(tokens.open(&good, now), Err(Refusal::NotSignedIn), "{what}");
    }
    let tokens = tokens(ring("t1", 1));
    for i in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
        let touched = String::from_utf8(bytes).unwrap();
        assert_eq!(
            tokens.open(&touched, now),
            Err(Refusal::NotSignedIn),
            "byte {i}"
        );
        assert_eq!(
            tokens.open(good.get(..i).unwrap(), now),
            Err(Refusal::NotSignedIn),
            "cut at {i}"
        );
    }
    let long = format!("{good}{}", "A".repeat(LONGEST));
    assert_eq!(tokens.open(&long, now), Err(Refusal::NotSignedIn));
}

#[test]
fn r46_a_text_that_is_not_three_parts_in_strict_base64url_is_no_token() {
    let tokens = tokens(ring("t1", 1));
    let good = token();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{good}");
    };
    let cases = [
        String::new(),
        "..".to_owned(),
        header.to_owned(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!(".{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!("{header}.{claims}.{claims}.{signature}"),
        format!("{good}=="),
        format!("{good}\n"),
        format!(" {good}"),
        // The last letter holds four bits that say nothing; only zeros are canonical (RFC 4648, section 3.5).
        good.strip_suffix('g')
            .map(|start| format!("{start}h"))
            .unwrap(),
    ];
    for text in cases {
        assert_eq!(
            tokens.open(&text, at(1000)),
            Err(Refusal::NotSignedIn),
            "{text:?}"
        );
    }
}

#[test]
fn r46_a_jwt_library_writes_and_reads_the_same_tokens() {
    let tokens = tokens(ring("t1", 1));
    let (ours, claims) = tokens.sign(&signed_in(), at(1000), &Policy::default());
    let key = tokens.ring.current();
    assert_eq!(library::sign(&claims, key.id(), key.reveal()), ours);
    let read = |issuer, audience| library::open(&ours, key.reveal(), issuer, audience);
    assert_eq!(read(ISSUER, AUDIENCE), Some(claims));
    assert_eq!(read(AUDIENCE, AUDIENCE), None);
}

#[test]
fn r46_a_token_with_another_header_or_a_missing_or_mistyped_claim_is_refused() {
    let tokens = tokens(ring("t1", 1));
    let header = json!({ "typ": TYPE, "alg": "EdDSA", "kid": "t1" });
    let claims =
        serde_json::to_value(tokens.sign(&signed_in(), at(1000), &Policy::default()).1).unwrap();
    let mut cases = vec![("untouched".to_owned(), header.clone(), claims.clone(), true)];
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", json!(null)),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("kid", json!("t9")),
        ("kid", json!(null)),
        ("crit", json!(["exp"])),
        ("zip", json!("DEF")),
        ("jku", json!("https://evil.example/keys")),
    ] {
        let mut header = header.clone();
        header[name] = value;
        cases.push((format!("header {header}"), header, claims.clone(), false));
    }
    for name in [
        "iss",
        "aud",
        "sub",
        "sid",
        "gen",
        "iat",
        "nbf",
        "exp",
        "auth_time",
        "amr",
        "new",
    ] {
        for value in [json!(null), json!([1]), json!({}), json!(-1.5)] {
            let mut claims = claims.clone();
            claims[name] = value;
            cases.push((format!("claims {claims}"), header.clone(), claims, false));
        }
        let mut missing = claims.clone();
        missing.as_object_mut().unwrap().remove(name);
        cases.push((format!("without {name}"), header.clone(), missing, false));
    }
    cases.push((
        "exp as text".to_owned(),
        header.clone(),
        {
            let mut c = claims.clone();
            c["exp"] = json!("1900");
            c
        },
        false,
    ));
    for (what, header, claims, opens) in cases {
        let message = [header, claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
            .join(".");
        let signature = jws::signing_key(tokens.ring.current()).sign(message.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        let token = format!("{message}.{signature}");
        assert_eq!(tokens.open(&token, at(1000)).is_ok(), opens, "{what}");
    }
}

#[test]
fn r52_a_token_of_the_key_before_the_current_one_still_opens() {
    let rotated = KeyRing::parse(&format!("t2:{},t1:{}", secret(2), secret(1))).unwrap();
    let tokens = tokens(rotated);
    assert!(tokens.open(&token(), at(1000)).is_ok());
    let kids: Vec<_> = tokens.key_set()["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].clone())
        .collect();
    assert_eq!(kids, ["t2", "t1"]);
}

#[test]
fn r50_the_key_set_holds_no_secret() {
    let set = tokens(ring("t1", 1)).key_set().to_string();
    assert!(!set.contains(&secret(1)) && !set.contains("\"d\""), "{set}");
}

#[test]
fn r43_a_token_tells_nothing_about_the_number_and_fits_a_cookie() {
    let token = token();
    assert!(token.len() < 1000, "{}", token.len());
    let claims = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1).unwrap())
        .unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        [
            "acr",
            "amr",
            "aud",
            "auth_time",
            "exp",
            "first_seen",
            "gen",
            "iat",
            "iss",
            "last_login",
            "nbf",
            "new",
            "sid",
            "sub"
        ]
    );
}

/// Signed by us, and yet refused: what is long costs time to verify, and no token that we make is.
#[test]
fn r46_a_token_is_refused_for_its_length_from_the_first_letter_too_many() {
    let signed = |letters: usize| {
        let issuer = "i".repeat(letters);
        let tokens = Tokens::new(ring("t1", 1), issuer, AUDIENCE.to_owned());
        let (token, _) = tokens.sign(&signed_in(), at(1000), &Policy::default());
        (token.len(), tokens.open(&token, at(1000)).is_ok())
    };
    let all: Vec<_> = (1000..1400).map(signed).collect();
    assert!(all.iter().any(|(length, _)| *length == LONGEST));
    assert!(all.iter().any(|(length, _)| *length > LONGEST));
    for (length, opens) in all {
        assert_eq!(opens, length <= LONGEST, "{length}");
    }
}

#[test]
fn r47_a_token_that_was_never_good_is_none_not_even_for_renewal() {
    let policy = Policy {
        token_life: Duration::ZERO,
        ..Policy::default()
    };
    let tokens = tokens(ring("t1", 1));
    let (token, _) = tokens.sign(&signed_in(), at(1000), &policy);
    let opened = tokens.open_expired(&token, at(1000));
    assert_eq!(opened, Err(Refusal::NotSignedIn));
}

#[test]
fn r51_the_name_of_the_key_that_signs_is_told() {
    let both = KeyRing::parse(&format!("t2:{},t1:{}", secret(2), secret(1))).unwrap();
    assert_eq!(tokens(both).key_id(), "t2");
}
