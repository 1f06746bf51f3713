//! Does Turnstile say that it let somebody pass, here, for this, just now?
//!
//! Its word comes as the answer to a question that only the site can ask, and it gives it once. Not here: the asking (`edge`).

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{ProofId, Proven};
use crate::Timestamp;
use crate::policy::Proofs;

/// What a token must be for. Pages hand it to Turnstile, which hands it back.
pub const ACTION: &str = "sms-login";

/// Why a token is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoProof {
    /// It is not good: made up, used before, too old, or for another page.
    Refused,
    /// Turnstile did not say anything that can be believed.
    Unavailable,
    /// Turnstile does not know our secret.
    Misconfigured,
}

/// What Turnstile says, as far as it matters (Cloudflare, "Validate the token").
#[derive(Deserialize)]
struct Answer {
    success: bool,
    hostname: Option<String>,
    action: Option<String>,
    challenge_ts: Option<String>,
}

/// What a token is worth, from what Turnstile answered to it.
///
/// # Errors
///
/// Why it is worth nothing.
pub fn read(
    answer: &[u8],
    token: &str,
    is_ours: impl Fn(&str) -> bool,
    now: Timestamp,
    proofs: &Proofs,
) -> Result<Proven, NoProof> {
    // Why it is a no is looked for in the text: nothing that a token could say comes back in it.
    let text = answer;
    let answer: Answer = serde_json::from_slice(text).map_err(|_| NoProof::Unavailable)?;
    if !answer.success {
        let says = |error: &str| text.windows(error.len()).any(|it| it == error.as_bytes());
        return Err(if says("-input-secret") {
            NoProof::Misconfigured
        } else if says("internal-error") {
            NoProof::Unavailable
        } else {
            NoProof::Refused
        });
    }
    let at = answer.challenge_ts.as_deref().and_then(moment);
    let at = at.ok_or(NoProof::Refused)?;
    // A little in the future is a matter of clocks.
    let fresh = now.since(at).max(now.until(at)) <= proofs.life;
    let here = answer.hostname.as_deref().is_some_and(is_ours);
    if fresh && here && answer.action.as_deref() == Some(ACTION) {
        let hash = Sha256::new().chain_update("turnstile ").chain_update(token);
        Ok(Proven {
            id: ProofId::of(&hash.finalize(), at.plus(proofs.life)),
            work: u32::MAX,
        })
    } else {
        Err(NoProof::Refused)
    }
}

/// Reads `2026-11-24T10:53:40.096Z` (RFC 3339), to the second.
fn moment(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let time = time.split_once('.').map_or(time, |(seconds, _)| seconds);
    let three = |text: &str, separator| {
        let mut numbers = text
            .split(separator)
            .map(|number| number.parse::<u64>().ok());
        let all = (numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(all)
    };
    let (year, month, day) = three(date, '-')?;
    let (hour, minute, second) = three(time, ':')?;
    let real = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !real {
        return None;
    }
    // Years that begin in March end with the day that some of them have not.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = 365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - MARCH_0000_TO_1970;
    Some(Timestamp::from_secs(
        days * 86_400 + hour * 3600 + minute * 60 + second,
    ))
}

/// Days between the first of March of the year 0 and 1970-01-01.
const MARCH_0000_TO_1970: u64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-24T10:53:40.096Z";

    fn answer(changes: &[(&str, serde_json::Value)]) -> Vec<u8> {
        let mut answer = serde_json::json!({
            "success": true,
            "challenge_ts": "2026-11-24T10:52:00.000Z",
            "hostname": "shop.example.com",
            "error-codes": [],
            "action": ACTION,
            "cdata": "",
            "metadata": { "interactive": false },
        });
        for (name, value) in changes {
            answer[*name] = value.clone();
        }
        answer.to_string().into_bytes()
    }

    fn judged(answer: &[u8]) -> Result<u32, NoProof> {
        let ours = |host: &str| host == "shop.example.com";
        let (now, proofs) = (moment(NOW).unwrap(), Proofs::default());
        read(answer, "token", ours, now, &proofs).map(|proven| proven.work)
    }

    #[test]
    fn a_moment_is_read_if_a_clock_and_a_calendar_can_show_it() {
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-11-24T23:59:59.999Z", Some(1_795_564_799)),
            ("2026-11-24T24:00:00Z", None),
            ("2026-11-24T23:60:00Z", None),
            ("2026-11-24T23:59:61Z", None),
            ("2026-13-24T23:59:59Z", None),
            ("2026-11-32T23:59:59Z", None),
            ("2026-00-24T23:59:59Z", None),
            ("2026-11-00T23:59:59Z", None),
            ("1969-12-31T23:59:59Z", None),
        ];
        for (text, secs) in cases {
            assert_eq!(moment(text).map(Timestamp::as_secs), secs, "{text}");
        }
    }

    #[test]
    fn r21_only_a_clear_yes_for_this_site_and_this_action_just_now_is_a_proof() {
        use NoProof::{Misconfigured, Refused, Unavailable};
        let no = |error| [("success", false.into()), ("error-codes", [error].into())];
        let cases = [
            (answer(&[]), Ok(u32::MAX)),
            (answer(&[("hostname", "evil.example".into())]), Err(Refused)),
            (
                answer(&[("hostname", "SHOP.example.com".into())]),
                Err(Refused),
            ),
            (answer(&[("hostname", ().into())]), Err(Refused)),
            (answer(&[("action", "checkout".into())]), Err(Refused)),
            (answer(&[("action", ().into())]), Err(Refused)),
            (
                answer(&[("challenge_ts", "2026-11-24T10:48:39Z".into())]),
                Err(Refused),
            ),
            (
                answer(&[("challenge_ts", "2026-11-24T10:48:40Z".into())]),
                Ok(u32::MAX),
            ),
            (
                answer(&[("challenge_ts", "2026-11-24T11:53:40Z".into())]),
                Err(Refused),
            ),
            (
                answer(&[("challenge_ts", "yesterday".into())]),
                Err(Refused),
            ),
            (answer(&[("challenge_ts", ().into())]), Err(Refused)),
            (answer(&no("timeout-or-duplicate")), Err(Refused)),
            (answer(&no("invalid-input-response")), Err(Refused)),
            (answer(&no("internal-error")), Err(Unavailable)),
            (answer(&no("invalid-input-secret")), Err(Misconfigured)),
            (answer(&[("success", "true".into())]), Err(Unavailable)),
            (b"{}".to_vec(), Err(Unavailable)),
            (b"<!doctype html>".to_vec(), Err(Unavailable)),
        ];
        for (answer, expected) in cases {
            let text = String::from_utf8_lossy(&answer).into_owned();
            assert_eq!(judged(&answer), expected, "{text}");
        }
    }

    #[test]
    fn r21_each_token_is_a_proof_of_its_own_and_its_name_does_not_tell_it() {
        let ours = |_: &str| true;
        let (now, proofs) = (moment(NOW).unwrap(), Proofs::default());
        let id = |token| read(&answer(&[]), token, ours, now, &proofs).unwrap().id;
        assert_eq!(id("canary-1"), id("canary-1"));
        assert_ne!(id("canary-1"), id("canary-2"));
        assert!(!format!("{:?}", id("canary-1")).contains("canary"));
    }

    #[test]
    fn moments_are_read_as_rfc_3339_writes_them() {
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1972-02-29T00:00:00Z", Some(68_169_600)),
            ("2000-03-01T12:30:01.5Z", Some(951_913_801)),
            ("2026-11-24T10:53:40.096Z", Some(1_795_517_620)),
            ("2026-11-24 10:53:40Z", None),
            ("2026-11-24T10:53:40", None),
            ("2026-11-24T10:53:40+01:00", None),
            ("2026-13-24T10:53:40Z", None),
            ("2026-11-24T24:53:40Z", None),
            ("1969-11-24T10:53:40Z", None),
            ("2026-11-24T10:53Z", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(moment(text).map(Timestamp::as_secs), expected, "{text}");
        }
    }
}
