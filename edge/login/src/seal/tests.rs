//! What does a seal hold, for how long, and who can open it?

use super::*;
use crate::keys::tests::{ring, secret};

const ISSUER: &str = "https://login.example.com";

fn content() -> ChallengeSeal {
    ChallengeSeal {
        to: PhoneNumber::try_from("+385912345678").unwrap().into(),
        challenge: ChallengeId::from_random([7; 16]),
        expires: Timestamp::from_secs(1000),
        sealed: Timestamp::from_secs(700),
    }
}

fn open(text: &str, ring: &KeyRing, issuer: &str) -> Option<ChallengeSeal> {
    unseal(text, ring, issuer, Timestamp::from_secs(999))
}

/// Browsers hold cookies of this form across a deploy.
#[test]
fn the_seal_is_pinned() {
    let sealed = seal(&content(), &ring("s1", 1), ISSUER, [9; 24]);
    assert_eq!(
        sealed,
        "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJznpI5vcncP7xiiYdXRcY_zYIXkSxKByMPiy28sWU82OdtCvDvqEutcXodVGTlfLfcetVLkBe8_oeA4wggM43k71W7pL4H4weJNc8O4RaDMghWfEnXcuREF3vLifFtfaYsGRde8aJE6tA6Pqcnb-xy9FI-wNT"
    );
    // One of before logins told when they began: older than any order to end them.
    let before = "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJznpI5vcncP7xiiYdXRcY_zYIXkSxKByMPiy28sWU82OdtCvDvqEutcXodVGTlfLfcetVLkBe8_oeA4wggM43k71W7pL4H4weJNc8O4RaDMghWfEnDCsh-n87LdB5w2yk0QzfgK8";
    let opened: ChallengeSeal = open(before, &ring("s1", 1), ISSUER).unwrap();
    assert_eq!(opened.sealed, Timestamp::default());
    assert_eq!(opened.challenge, content().challenge);
}

/// A page that was opened before the deploy and one that is opened after it hold the same.
#[test]
fn a_challenge_says_where_its_code_went_as_a_text_of_either_kind() {
    let address = protocol::EmailAddress::try_from("+385@example.com").unwrap();
    for (to, written) in [
        (content().to, r#""number":"+385912345678""#),
        (address.into(), r#""number":"+385@example.com""#),
    ] {
        let content = ChallengeSeal { to, ..content() };
        let json = serde_json::to_string(&content).unwrap();
        assert!(json.contains(written), "{json}");
        assert_eq!(
            serde_json::from_str::<ChallengeSeal>(&json).unwrap(),
            content
        );
        let sealed = seal(&content, &ring("s1", 1), ISSUER, [9; 24]);
        assert_eq!(open(&sealed, &ring("s1", 1), ISSUER), Some(content));
    }
    let neither = r#"{"number":"ana","challenge":"chl_AAAAAAAAAAAAAAAAAAAAAA","expires":1}"#;
    assert!(serde_json::from_str::<ChallengeSeal>(neither).is_err());
}

#[test]
fn r40_only_an_untouched_seal_of_this_site_and_key_opens() {
    let ring_1 = ring("s1", 1);
    let sealed = seal(&content(), &ring_1, ISSUER, [9; 24]);
    assert_eq!(open(&sealed, &ring_1, ISSUER), Some(content()));
    assert_eq!(
        open(&sealed, &ring_1, "https://other.example.com"),
        None,
        "another site"
    );
    assert_eq!(
        open(&sealed, &ring("s1", 2), ISSUER),
        None,
        "another key of the same name"
    );
    assert_eq!(
        open(&sealed, &ring("s2", 1), ISSUER),
        None,
        "the same key by another name"
    );
    let rotated = KeyRing::parse(&format!("s2:{},s1:{}", secret(2), secret(1))).unwrap();
    assert_eq!(
        open(&sealed, &rotated, ISSUER),
        Some(content()),
        "the key before the current one"
    );
    for i in 0..sealed.len() {
        let mut bytes = sealed.clone().into_bytes();
        bytes[i] ^= 1;
        if let Ok(touched) = String::from_utf8(bytes) {
            assert_eq!(open(&touched, &ring_1, ISSUER), None, "byte {i}");
        }
        assert_eq!(
            open(sealed.get(..i).unwrap(), &ring_1, ISSUER),
            None,
            "cut at {i}"
        );
    }
}

#[test]
fn r29_a_seal_is_worth_nothing_from_its_last_second_on() {
    let ring = ring("s1", 1);
    let sealed = seal(&content(), &ring, ISSUER, [9; 24]);
    for (now, opens) in [(999_999, true), (1_000_000, false), (1_000_001, false)] {
        let opened = unseal(&sealed, &ring, ISSUER, Timestamp::from_millis(now));
        assert_eq!(opened == Some(content()), opens, "at {now} ms");
    }
}

fn is_good_until_its_end<T: Sealable>(content: &T) {
    let ring = ring("s1", 1);
    let sealed = seal(content, &ring, ISSUER, [9; 24]);
    for (now, opens) in [(0, true), (999_999, true), (1_000_000, false)] {
        let opened = unseal::<T>(&sealed, &ring, ISSUER, Timestamp::from_millis(now));
        assert_eq!(opened.is_some(), opens, "{} at {now} ms", T::PURPOSE);
    }
}

#[test]
fn r29_a_seal_of_any_kind_opens_until_its_end_and_never_after() {
    let expires = Timestamp::from_secs(1000);
    is_good_until_its_end(&content());
    is_good_until_its_end(&ChangeSeal(content()));
    is_good_until_its_end(&StepUpSeal {
        challenge: content(),
        subject: "customer-7".to_owned(),
        nonce: "n".to_owned(),
    });
    is_good_until_its_end(&BrowserSeal {
        browser: BrowserId::from_random([7; 16]),
        expires,
    });
    is_good_until_its_end(&PasskeySeal {
        challenge: "c".to_owned(),
        session: None,
        expires,
        sealed: Timestamp::from_secs(700),
    });
    is_good_until_its_end(&OperatorSeal {
        expires,
        sealed: Timestamp::from_secs(700),
    });
}

#[test]
fn r40_r46_a_seal_for_one_purpose_is_worth_nothing_for_another() {
    let ring = ring("s1", 1);
    let browser = BrowserSeal {
        browser: BrowserId::from_random([7; 16]),
        expires: Timestamp::from_secs(1000),
    };
    let now = Timestamp::from_secs(1);
    let challenge = seal(&content(), &ring, ISSUER, [9; 24]);
    let browser_seal = seal(&browser, &ring, ISSUER, [9; 24]);
    assert_eq!(unseal(&browser_seal, &ring, ISSUER, now), Some(browser));
    assert_eq!(unseal::<BrowserSeal>(&challenge, &ring, ISSUER, now), None);
    assert_eq!(open(&browser_seal, &ring, ISSUER), None);
    let change = seal(&ChangeSeal(content()), &ring, ISSUER, [9; 24]);
    assert_eq!(
        unseal(&change, &ring, ISSUER, now),
        Some(ChangeSeal(content()))
    );
    assert_eq!(open(&change, &ring, ISSUER), None);
    assert_eq!(unseal::<ChangeSeal>(&challenge, &ring, ISSUER, now), None);
    let key = ring.current();
    let purposes = [
        ChallengeSeal::PURPOSE,
        BrowserSeal::PURPOSE,
        ChangeSeal::PURPOSE,
        StepUpSeal::PURPOSE,
        PasskeySeal::PURPOSE,
        OperatorSeal::PURPOSE,
    ];
    for (n, purpose) in purposes.iter().enumerate() {
        for other in purposes.iter().skip(n + 1) {
            assert_ne!(key.derive(purpose), key.derive(other));
        }
        assert_ne!(key.derive(purpose), *key.reveal());
    }
}

#[test]
fn r36_nothing_of_the_content_can_be_read() {
    let sealed = seal(&content(), &ring("s1", 1), ISSUER, [9; 24]);
    assert!(!sealed.contains("385912345678"));
    assert!(
        !String::from_utf8_lossy(
            &URL_SAFE_NO_PAD
                .decode(sealed.strip_prefix("v1.s1.").unwrap())
                .unwrap()
        )
        .contains("385")
    );
}
