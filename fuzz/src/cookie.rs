//! What must hold of a cookie that comes back from a browser?
//!
//! An input is taken twice: as the text of a cookie, and as what is sealed in one, which shows what happens to an old form of it. Not
//! here: the cookie of a session ([`crate::token`]); how cookies stand in a header (`edge`).

use login::Timestamp;
use login::seal::{BrowserSeal, ChallengeSeal, ChangeSeal, OperatorSeal, Sealable, seal, unseal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ISSUER, ring};

/// No cookie opens that was not sealed here, to the letter; and what was sealed for one purpose, one site and one time opens for no
/// other.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let opened = [
        opens::<BrowserSeal>(text),
        opens::<ChallengeSeal>(text),
        opens::<ChangeSeal>(text),
        opens::<OperatorSeal>(text),
    ];
    if opened.contains(&true) {
        assert!(SEALED.contains(&text), "{text}");
        assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    }
    if let Ok(content) = serde_json::from_str(text) {
        contains::<BrowserSeal, AsBrowser>(&content, AsBrowser);
        contains::<ChallengeSeal, AsChallenge>(&content, AsChallenge);
        contains::<ChangeSeal, AsNumber>(&content, AsNumber);
        contains::<OperatorSeal, AsOperator>(&content, AsOperator);
    }
}

/// All that were ever made with the key: those of the tests of `login`, which are in the corpus.
const SEALED: [&str; 2] = [
    "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJznpI5vcncP7xiiYdXRcY_zYIXkSxKByMPiy28sWU82OdtCvDvqEutcXodVGTlfLfcetVLkBe8_oeA4wggM43k71W7pL4H4weJNc8O4RaDMghWfEnXcuREF3vLifFtfaYsGRde8aJE6tA6Pqcnb-xy9FI-wNT",
    "v1.s1.CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJznpI5vcncP7xiiYdXRcY_zYIXkSxKByMPiy28sWU82OdtCvDvqEutcXodVGTlfLfcetVLkBe8_oeA4wggM43k71W7pL4H4weJNc8O4RaDMghWfEnDCsh-n87LdB5w2yk0QzfgK8",
];

fn opens<T: Sealable>(text: &str) -> bool {
    unseal::<T>(text, &ring("s1"), ISSUER, Timestamp::default()).is_some()
}

fn contains<T: Sealable, S: Sealable>(content: &Value, made: impl Fn(Value) -> S) {
    let sealed = seal(&made(content.clone()), &ring("s1"), ISSUER, [9; 24]);
    let expected: Option<T> = serde_json::from_value(content.clone()).ok();
    let read: Option<T> = unseal(&sealed, &ring("s1"), ISSUER, Timestamp::default());
    let Some(read) = read else {
        assert!(expected.is_none_or(|it| it.expires() == Timestamp::default()));
        return;
    };
    assert!(expected.is_some());
    let opened = [
        opens::<BrowserSeal>(&sealed),
        opens::<ChallengeSeal>(&sealed),
        opens::<ChangeSeal>(&sealed),
        opens::<OperatorSeal>(&sealed),
    ];
    assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    let late = unseal::<T>(&sealed, &ring("s1"), ISSUER, read.expires());
    assert!(late.is_none(), "its time is over");
    let elsewhere = unseal::<T>(
        &sealed,
        &ring("s1"),
        "https://other.example.com",
        Timestamp::default(),
    );
    assert!(elsewhere.is_none(), "it is another site's");
    let written = seal(&read, &ring("s1"), ISSUER, [9; 24]);
    let again = unseal::<T>(&written, &ring("s1"), ISSUER, Timestamp::default());
    let json = |it: &T| serde_json::to_value(it).expect("it was JSON");
    assert_eq!(again.as_ref().map(json), Some(json(&read)));
}

/// A seal of that purpose with anything in it.
macro_rules! anything {
    ($name:ident, $of:ty) => {
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        struct $name(Value);

        impl Sealable for $name {
            const PURPOSE: &'static str = <$of as Sealable>::PURPOSE;

            fn expires(&self) -> Timestamp {
                Timestamp::from_millis(u64::MAX)
            }
        }
    };
}

anything! { AsBrowser, BrowserSeal }
anything! { AsChallenge, ChallengeSeal }
anything! { AsNumber, ChangeSeal }
anything! { AsOperator, OperatorSeal }
