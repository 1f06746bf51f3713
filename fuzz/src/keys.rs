//! What must hold of a ring of keys as a site's settings hold it?
//!
//! Not here: what is made with keys ([`crate::cookie`], [`crate::token`]).

use login::keys::KeyRing;

/// Every key of a ring has a name and a secret of its own and is found by both; a ring shares secrets with itself; no text that is not
/// the secret is let in; and neither a ring nor what is wrong with one shows a secret.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let written: Vec<&str> = text
        .split(',')
        .filter_map(|key| Some(key.split_once(':')?.1.trim()))
        // What else is in a message, a fuzzer writes in the secret's place before long.
        .filter(|secret| secret.len() >= 16 && !secret.contains(' '))
        .collect();
    let ring = match KeyRing::parse(text) {
        Ok(ring) => ring,
        Err(why) => {
            let said = format!("{why} {why:?}");
            assert!(written.iter().all(|secret| !said.contains(secret)));
            return;
        }
    };
    let printed = format!("{ring:?}");
    assert_eq!(written.len(), ring.iter().count());
    assert!(written.iter().all(|secret| !printed.contains(secret)));
    for secret in written {
        let admitted = ring
            .admits(secret, &[7; 32])
            .expect("it is the secret of one");
        assert_eq!(ring.find(admitted.id()), Some(admitted));
        assert!(
            ring.admits(secret.get(1..).unwrap_or_default(), &[7; 32])
                .is_none()
        );
    }
    assert!(ring.admits("", &[7; 32]).is_none());
    let all: Vec<_> = ring.iter().collect();
    for (n, key) in all.iter().enumerate() {
        assert_eq!(ring.find(key.id()), Some(*key));
        let mut others = all.iter().take(n);
        assert!(others.all(|other| other.id() != key.id() && other.reveal() != key.reveal()));
    }
    assert!(ring.shares_a_secret_with(&ring));
    assert_eq!(
        all.len(),
        1 + ring.previous().len() + ring.announced().len()
    );
}
