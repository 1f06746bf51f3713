//! Does the deployed worker run with these settings, and is it this build?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use login::keys::KeyRing;
use protocol::messages::{Config, path};
use serde_json::Value;

use super::Row;
use crate::config::Deployment;
use crate::place::root;
use crate::wire::{Answer, look as ask};

/// How far apart the clocks may be: codes and tokens are counted in seconds, proofs in minutes.
const SKEW_S: u64 = 5;

/// The worker at `ISSUER`.
pub(super) fn look(deployment: &Deployment, secrets: &BTreeMap<String, String>) -> Vec<Row> {
    const WHAT: &str = "worker";
    let settings = deployment.settings();
    let get = |name: &str| settings.get(name).map_or("", |text| text.trim());
    let issuer = get("ISSUER").trim_end_matches('/');
    let health = match ask(&[issuer, path::HEALTH].concat(), None) {
        Ok(health) => health,
        Err(why) => {
            let words = format!(
                "{why:#}: deploy it with cargo xtask deploy, and see that its route and its name in the DNS are there"
            );
            return vec![Row::fail(WHAT, words)];
        }
    };
    let mut rows = vec![match health.status {
        200 => Row::pass(WHAT, format!("{issuer} is well")),
        503 => Row::fail(
            WHAT,
            "its settings are not whole: its log names each (wrangler tail), and cargo xtask deploy checks them before",
        ),
        status => Row::fail(
            WHAT,
            format!(
                "{issuer} answers {status}, as no worker of ours does: see which route leads there"
            ),
        ),
    }];
    if health.status != 200 {
        return rows;
    }
    let here = SystemTime::now().duration_since(UNIX_EPOCH);
    rows.push(clock(&health, here.map_or(0, |since| since.as_secs())));
    for check in [
        config(issuer, &settings),
        ring(issuer, secrets),
        build(issuer),
    ] {
        rows.push(check.unwrap_or_else(|why| Row::fail(WHAT, format!("{why:#}"))));
    }
    let listed = [get("ALLOWED_ORIGINS"), get("EMBEDDING_ORIGINS")].join(",");
    let pages = listed
        .split(',')
        .map(str::trim)
        .filter(|page| !page.is_empty());
    for (origin, is_listed) in pages
        .map(|origin| (origin.trim_end_matches('/'), true))
        .chain([("https://not-listed.invalid", false)])
    {
        rows.push(
            shared(issuer, origin, is_listed)
                .unwrap_or_else(|why| Row::fail("origins", format!("{why:#}"))),
        );
    }
    rows
}

/// Compares the clock there with the one here.
fn clock(answer: &Answer, here: u64) -> Row {
    const WHAT: &str = "clock";
    let date = answer.header("date");
    let Some(there) = date.as_deref().and_then(http_date) else {
        return Row::warn(
            WHAT,
            "not compared: its answers carry no date, as Cloudflare's do",
        );
    };
    let skew = here.abs_diff(there);
    if skew <= SKEW_S {
        Row::pass(WHAT, format!("{skew} s apart from this machine's"))
    } else {
        let words = format!(
            "{skew} s apart from this machine's: set whichever is wrong by NTP; a backend whose clock is wrong refuses tokens"
        );
        Row::warn(WHAT, words)
    }
}

/// `Tue, 24 Nov 2026 19:41:30 GMT` in seconds since 1970 (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split([' ', ':']).collect();
    let [_, day, month, year, hour, minute, second, "GMT"] = parts[..] else {
        return None;
    };
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = u64::try_from(months.find(month)? / 3).ok()? + 1;
    let number = |text: &str| text.parse::<u64>().ok();
    // Days since 1970 of a civil date, in years that begin in March, so that the leap day is the last.
    let (year, month) = if month > 2 {
        (number(year)?, month - 3)
    } else {
        (number(year)?.checked_sub(1)?, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5;
    let days = (days + number(day)?).checked_sub(719_469)?;
    Some(((days * 24 + number(hour)?) * 60 + number(minute)?) * 60 + number(second)?)
}

/// What it tells of its settings is what the file says.
fn config(issuer: &str, settings: &BTreeMap<String, String>) -> Result<Row> {
    const WHAT: &str = "settings";
    let answer = ask(&[issuer, path::CONFIG].concat(), None)?;
    let there: Config = serde_json::from_slice(&answer.body)
        .context("the worker tells nothing of its settings that this version understands")?;
    let get = |name: &str| settings.get(name).map_or("", |text| text.trim());
    let countries = get("COUNTRIES").split(',').map(str::trim);
    let mut differs = Vec::new();
    if countries.collect::<BTreeSet<_>>() != there.countries.iter().map(String::as_str).collect() {
        differs.push("COUNTRIES");
    }
    let length = Some(get("CODE_LENGTH")).filter(|text| !text.is_empty());
    if length.unwrap_or("6") != there.code_length.to_string() {
        differs.push("CODE_LENGTH");
    }
    Ok(if differs.is_empty() {
        Row::pass(WHAT, "countries and code length are the file's")
    } else {
        let words = format!(
            "{} there is not what the file says: cargo xtask deploy",
            differs.join(", ")
        );
        Row::fail(WHAT, words)
    })
}

/// It signs with the keys that are kept here.
fn ring(issuer: &str, secrets: &BTreeMap<String, String>) -> Result<Row> {
    const WHAT: &str = "signing keys";
    let answer = ask(&[issuer, path::JWKS].concat(), None)?;
    let set: Value = serde_json::from_slice(&answer.body).context("there is no set of keys")?;
    let keys = set["keys"].as_array().map_or(&[][..], Vec::as_slice);
    let there: BTreeSet<&str> = keys.iter().filter_map(|key| key["kid"].as_str()).collect();
    let kept = secrets
        .get("SIGNING_KEYS")
        .and_then(|text| KeyRing::parse(text).ok());
    let Some(kept) = kept else {
        return Ok(Row::warn(
            WHAT,
            "not compared: SIGNING_KEYS are not among the secrets here",
        ));
    };
    Ok(if there.contains(kept.current().id()) {
        Row::pass(WHAT, format!("{} is published there", kept.current().id()))
    } else {
        let words = format!(
            "the worker does not know {}, which is the current one here: cargo xtask deploy",
            kept.current().id()
        );
        Row::fail(WHAT, words)
    })
}

/// It serves the element that was built here.
fn build(issuer: &str) -> Result<Row> {
    const WHAT: &str = "version";
    let answer = ask(&[issuer, "/sms-login.js"].concat(), None)?;
    if answer.status != 200 {
        let words = format!(
            "{issuer}/sms-login.js answers {}: its files are missing; cargo xtask deploy",
            answer.status
        );
        return Ok(Row::fail(WHAT, words));
    }
    let version = env!("CARGO_PKG_VERSION");
    Ok(match fs::read(root("dist/sms-login.js")) {
        Err(_) => Row::warn(
            WHAT,
            "not compared: nothing is built here (cargo xtask build)",
        ),
        Ok(here) if here == answer.body => Row::pass(
            WHAT,
            format!("the element there is the one that was built here ({version})"),
        ),
        Ok(_) => Row::warn(
            WHAT,
            "the element there is another build than here: cargo xtask deploy, and renew pinned lines in pages",
        ),
    })
}

/// Pages that are listed may call it, others may not.
fn shared(issuer: &str, origin: &str, is_listed: bool) -> Result<Row> {
    const WHAT: &str = "origins";
    let answer = ask(&[issuer, path::CONFIG].concat(), Some(origin))?;
    let allowed = answer.header("access-control-allow-origin");
    Ok(match (is_listed, allowed.as_deref() == Some(origin)) {
        (true, true) => Row::pass(WHAT, format!("pages of {origin} may call it")),
        (true, false) => Row::fail(
            WHAT,
            format!(
                "pages of {origin} may not call it, though the file lists it: cargo xtask deploy"
            ),
        ),
        (false, _) if allowed.is_none() => Row::pass(WHAT, "pages of others may not"),
        (false, _) => Row::fail(
            WHAT,
            "it answers pages that nobody listed: whoever is in front of the worker adds Access-Control-Allow-Origin; take that out",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn clocks_that_are_apart_are_named() {
        let answer = b"HTTP/2 200\r\nDate: Thu, 01 Jan 1970 00:01:40 GMT\r\n\r\n";
        let answer = Answer::read(answer).unwrap();
        for (here, level) in [
            (100, Level::Pass),
            (105, Level::Pass),
            (106, Level::Warn),
            (94, Level::Warn),
        ] {
            assert_eq!(clock(&answer, here).level, level, "{here}");
        }
        assert_eq!(clock(&Answer::default(), 100).level, Level::Warn);
    }

    #[test]
    fn a_date_is_read_as_http_writes_it() {
        let cases = [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199)),
            ("Tue, 24 Nov 2026 19:41:30 GMT", Some(1_795_549_290)),
            ("Tuesday", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(http_date(text), expected, "{text}");
        }
    }
}
