//! How are keys replaced without anybody noticing?
//!
//! In three deployments: *announce* the new key, so that every instance knows it before the first thing is made with it; *use* it,
//! and keep the old one for what was made before; *retire* the old one once nothing of it can turn up any more. Not here: reading a
//! ring (`login::keys`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use login::Policy;
use login::keys::{Key, KeyRing};
use login::policy::HOUR;

/// Each setting that holds keys, and whether the worker starts without it.
const RINGS: [(&str, bool); 5] = [
    ("SIGNING_KEYS", true),
    ("SEALING_KEYS", true),
    ("INDEX_KEYS", true),
    ("ADMIN_KEYS", false),
    ("STEP_UP_KEYS", false),
];

/// Longer than a deployment takes to reach everywhere and a public key set is kept by those who asked for it (five minutes).
const SPREAD_MINUTES: u64 = 15;

/// When the last thing that was made with a key of that setting is over, counted from the last instance that made one.
fn outlived(setting: &str) -> String {
    let policy = Policy::default();
    let days = |time: std::time::Duration| time.as_secs().div_ceil(24 * HOUR.as_secs());
    match setting {
        "SIGNING_KEYS" => format!(
            "{} days: tokens are good for {} minutes, but whoever comes back later renews the one they have (retire it at once if it has leaked, which signs them out)",
            days(policy.session_life),
            policy.token_life.as_secs() / 60
        ),
        "SEALING_KEYS" => format!(
            "{} days: browsers are known by it for so long, and logins under way end within an hour and ten minutes",
            days(policy.browser_life)
        ),
        "INDEX_KEYS" => format!(
            "{} days, or RECYCLED_AFTER_DAYS: numbers move to the new key as they turn up, and one that stays away for so long gets a new account anyway",
            days(policy.recycled_after)
        ),
        "STEP_UP_KEYS" => "as soon as every backend has the new one".to_owned(),
        _ => "as soon as every operator has the new one".to_owned(),
    }
}

/// The settings of each step, for each ring or only that one, with comments.
pub(super) fn plan(
    settings: &BTreeMap<String, String>,
    id: &str,
    only: Option<&str>,
    random: impl Fn() -> Result<String>,
) -> Result<String> {
    let mut steps = [const { String::new() }; 3];
    let mut waits = String::new();
    for (name, _) in RINGS {
        let Some(text) = settings.get(name).filter(|text| !text.is_empty()) else {
            continue;
        };
        if only.is_some_and(|only| only != name) {
            continue;
        }
        let ring = KeyRing::parse(text).with_context(|| name.to_owned())?;
        if ring.find(id).is_some() {
            bail!("{name} has a key {id} already: choose another --id");
        }
        if let Some(announced) = ring.announced().first() {
            bail!(
                "{name} has announced {} already: use it, and begin the next rotation after that",
                announced.id()
            );
        }
        let new = format!("{id}:{}", random()?);
        let old = text.trim().trim_end_matches(',');
        writeln!(steps[0], "{name}={old},+{new}")?;
        writeln!(steps[1], "{name}={new},{old}")?;
        writeln!(steps[2], "{name}={new}")?;
        writeln!(waits, "#    {name}: {}", outlived(name))?;
    }
    let [announce, using, retire] = steps;
    if announce.is_empty() {
        bail!(
            "there are no keys to replace: name the worker's settings with --settings, or set them in the environment"
        );
    }
    Ok(format!(
        "# 1. Announce the new keys, everywhere. Then wait {SPREAD_MINUTES} minutes.\n{announce}\n\
         # 2. Use them, and keep the old ones for what was made before. Then wait:\n{waits}{using}\n\
         # 3. Retire the old ones.\n{retire}"
    ))
}

/// What was found, in words.
pub(super) struct Findings {
    pub(super) text: String,
    pub(super) faults: usize,
}

/// Judges every ring by the worker's own rules, and the rings with each other.
pub(super) fn check(settings: &BTreeMap<String, String>) -> Findings {
    let mut text = String::new();
    let mut faults = 0;
    let mut rings: Vec<(&str, KeyRing)> = Vec::new();
    let mut say = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    for (name, demanded) in RINGS {
        let Some(value) = settings.get(name).filter(|value| !value.is_empty()) else {
            if demanded {
                faults += 1;
                say(format!("{name}: FAULT: it is not set"));
            } else {
                say(format!("{name}: not set, so there is no administration"));
            }
            continue;
        };
        match KeyRing::parse(value) {
            Err(why) => {
                faults += 1;
                say(format!("{name}: FAULT: {why}"));
            }
            Ok(ring) => {
                say(format!(
                    "{name}: {} of {} in use",
                    ring.current().id(),
                    ring.iter().count()
                ));
                for key in ring.announced() {
                    say(format!(
                        "  {} is announced: use it {SPREAD_MINUTES} minutes after the last deployment without it",
                        key.id()
                    ));
                }
                if !ring.previous().is_empty() {
                    let ids: Vec<_> = ring.previous().iter().map(Key::id).collect();
                    say(format!(
                        "  {} may be retired, counted from the last deployment that used it: {}",
                        ids.join(", "),
                        outlived(name)
                    ));
                }
                for (other, theirs) in &rings {
                    if ring.shares_a_secret_with(theirs) {
                        faults += 1;
                        say(format!("  FAULT: it shares a secret with {other}"));
                    }
                }
                rings.push((name, ring));
            }
        }
    }
    Findings { text, faults }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(seed: u8) -> String {
        use base64::Engine;
        let bytes: Vec<u8> = (0..32u8)
            .map(|i| i.wrapping_mul(37).wrapping_add(seed) ^ 0x5a)
            .collect();
        base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn settings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    fn whole() -> BTreeMap<String, String> {
        let [a, b, c] = [1, 2, 3].map(|seed| format!("k1:{}", secret(seed)));
        settings(&[
            ("SIGNING_KEYS", &a),
            ("SEALING_KEYS", &b),
            ("INDEX_KEYS", &c),
        ])
    }

    #[test]
    fn r52_each_step_of_a_rotation_is_a_ring_that_the_worker_takes() {
        let plan = plan(&whole(), "k2", Some("SIGNING_KEYS"), || Ok(secret(9))).unwrap();
        let rings: Vec<_> = plan
            .lines()
            .filter_map(|line| line.strip_prefix("SIGNING_KEYS="))
            .map(|text| KeyRing::parse(text).unwrap())
            .collect();
        let in_use: Vec<_> = rings.iter().map(|ring| ring.current().id()).collect();
        assert_eq!(in_use, ["k1", "k2", "k2"]);
        let known: Vec<_> = rings.iter().map(|ring| ring.iter().count()).collect();
        assert_eq!(known, [2, 2, 1]);
        assert!(!plan.contains("SEALING_KEYS"));
        for (id, only) in [("k1", None), ("k2", Some("PASSWORDS"))] {
            assert!(super::plan(&whole(), id, only, || Ok(secret(9))).is_err());
        }
        let mut announced = whole();
        let more = format!("{},+k3:{}", announced["SIGNING_KEYS"], secret(8));
        announced.insert("SIGNING_KEYS".to_owned(), more);
        assert!(super::plan(&announced, "k4", None, || Ok(secret(9))).is_err());
    }

    #[test]
    fn r52_a_check_names_every_fault_and_no_secret() {
        let judge = |name: &str, value: &str| {
            let mut settings = whole();
            settings.insert(name.to_owned(), value.to_owned());
            let findings = check(&settings);
            assert!(!findings.text.contains(&secret(1)), "{}", findings.text);
            findings
        };
        assert_eq!(check(&whole()).faults, 0);
        assert_eq!(check(&BTreeMap::new()).faults, 3);
        let (a, b) = (secret(1), secret(5));
        let cases = [
            (
                "SIGNING_KEYS",
                format!("k2:{b},k1:{a}"),
                0,
                "k1 may be retired",
            ),
            (
                "SIGNING_KEYS",
                format!("k1:{a},+k2:{b}"),
                0,
                "k2 is announced",
            ),
            ("SIGNING_KEYS", format!("+k2:{b}"), 1, "a plus before it"),
            ("SIGNING_KEYS", "k1:short".to_owned(), 1, "43 characters"),
            (
                "SEALING_KEYS",
                format!("s1:{a}"),
                1,
                "shares a secret with SIGNING_KEYS",
            ),
            (
                "ADMIN_KEYS",
                format!("a1:{a}"),
                1,
                "shares a secret with SIGNING_KEYS",
            ),
            ("ADMIN_KEYS", format!("a1:{b}"), 0, "ADMIN_KEYS: a1 of 1"),
        ];
        for (name, value, faults, words) in cases {
            let findings = judge(name, &value);
            assert_eq!(findings.faults, faults, "{}", findings.text);
            assert!(findings.text.contains(words), "{words}: {}", findings.text);
        }
    }
}
