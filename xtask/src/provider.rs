//! How is the account at the provider reached, and what does a worker rely on there?
//!
//! The key that may manage the account is asked for by set-up tools, and never deployed: the worker's own may send and nothing
//! else (R51). Not here: what is done to the account (`provision`), and what is looked at (`doctor`).

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use infobip::fault::{self, Fault};
use infobip::inspect::Demands;
use infobip::{ApiKey, Request};
use login::Policy;
use login::policy::Limits;
use serde::de::DeserializeOwned;

use crate::account::send;

/// Where the key is that may manage the account.
#[derive(clap::Args)]
pub(crate) struct ManagingKey {
    /// The key that may manage the account; without this, INFOBIP_ADMIN_KEY holds it.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl ManagingKey {
    /// The key, in whichever form it was pasted.
    pub(crate) fn read(&self) -> Result<ApiKey> {
        let (text, from) = match &self.key_file {
            Some(file) => {
                let path = file.display().to_string();
                (fs::read_to_string(file).with_context(|| format!("reading {path}"))?, path)
            }
            None => (
                env::var("INFOBIP_ADMIN_KEY").context(
                    "INFOBIP_ADMIN_KEY is not set: make a key with the scope 2fa:manage in Infobip's dashboard, and set it",
                )?,
                "INFOBIP_ADMIN_KEY".to_owned(),
            ),
        };
        pasted_key(&text).with_context(|| format!("{from} holds no key"))
    }
}

/// Reads a key with what people copy along with it: quotes, the header's name, a user and password that are not encoded yet.
fn pasted_key(text: &str) -> Result<ApiKey> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let text = match text.split_once(':') {
        Some((name, value)) if name.eq_ignore_ascii_case("authorization") => value.trim(),
        _ => text,
    };
    if let Some((scheme, pair)) = text.split_once(' ')
        && scheme.eq_ignore_ascii_case("basic")
        && pair.contains(':')
    {
        return Ok(ApiKey::parse_any(&format!(
            "Basic {}",
            BASE64_STANDARD.encode(pair.trim())
        ))?);
    }
    Ok(ApiKey::parse_any(text)?)
}

/// The settings of a file, overridden by those of the environment.
pub(crate) fn read_settings(file: Option<&Path>) -> Result<BTreeMap<String, String>> {
    let mut settings = BTreeMap::new();
    if let Some(file) = file {
        let text =
            fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        settings.extend(pairs(&text));
    }
    let known = |name: &str| {
        name.starts_with("INFOBIP_")
            || name.ends_with("_KEYS")
            || [
                "ISSUER",
                "ALLOWED_ORIGINS",
                "CODE_LENGTH",
                "CODE_TTL_S",
                "SENDS_PER_SITE",
                "EMAILS_PER_SITE",
            ]
            .contains(&name)
    };
    settings.extend(env::vars().filter(|(name, _)| known(name)));
    Ok(settings)
}

/// The lines `NAME=value` of a text.
pub(crate) fn pairs(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// What a worker with these settings relies on.
pub(crate) fn demands(settings: &BTreeMap<String, String>, emails: bool) -> Result<Demands> {
    let get = |name: &str| settings.get(name).map_or("", |text| text.trim());
    let number = |name: &str, default: u64| match get(name) {
        "" => Ok(default),
        text => text.parse().with_context(|| format!("{name} is no number")),
    };
    let policy = Policy::default();
    let limits = |name: &str, default: Limits| -> Result<(u64, u64)> {
        match get(name) {
            "" => Some((default.per_hour.into(), default.per_day.into())),
            text => text.split_once('/').and_then(|(hour, day)| {
                Some((hour.trim().parse().ok()?, day.trim().parse().ok()?))
            }),
        }
        .with_context(|| format!("{name} is not written like 1000/10000"))
    };
    let (mut hour, mut day) = limits("SENDS_PER_SITE", policy.budgets.site)?;
    if emails {
        // The provider may count them together.
        let (more, more_a_day) = limits("EMAILS_PER_SITE", policy.budgets.email)?;
        (hour, day) = (hour + more, day + more_a_day);
    }
    let origins = format!("{},{}", get("ISSUER"), get("ALLOWED_ORIGINS"));
    Ok(Demands {
        tries: policy.tries.into(),
        code_life: Duration::from_secs(number("CODE_TTL_S", policy.code_life.as_secs())?),
        code_length: u8::try_from(number("CODE_LENGTH", policy.code_length.into())?)
            .context("CODE_LENGTH is longer than any code")?,
        texts_per_hour: u64::try_from(policy.sends_per_hour)?,
        texts_per_day: u64::try_from(policy.sends_per_day)?,
        texts_of_site: (hour, day),
        hosts: origins.split(',').filter_map(host).collect(),
    })
}

/// The host of an origin, as the last line of a text names it.
pub(crate) fn host(origin: &str) -> Option<String> {
    let (_, rest) = origin.trim().split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

/// The body of an answer that is a success; otherwise what the provider says, and what mends it.
pub(crate) fn carry(ask: &Request) -> Result<Vec<u8>> {
    let (status, body) = send(ask)?;
    if matches!(status, 200 | 201) {
        return Ok(body);
    }
    bail!(
        "Infobip answered {status} to {} {}: {}\n  what to do: {}",
        ask.method.as_str(),
        ask.url,
        Fault::read(&body),
        fault::mend(status)
    )
}

/// What the provider answers, read.
pub(crate) fn read<T: DeserializeOwned>(ask: &Request) -> Result<T> {
    serde_json::from_slice(&carry(ask)?).with_context(|| {
        format!(
            "the answer to {} is not Infobip's: see that base_url names its API",
            ask.url
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_in_every_form_people_paste() {
        let cases = [
            ("0123-key", "App 0123-key"),
            ("App 0123-key\n", "App 0123-key"),
            ("APP 0123-key", "App 0123-key"),
            ("\"0123-key\"", "App 0123-key"),
            ("Authorization: App 0123-key", "App 0123-key"),
            ("Basic dXNlcjpwYXNz", "Basic dXNlcjpwYXNz"),
            ("Basic user:pass", "Basic dXNlcjpwYXNz"),
            ("IBSSO token", "IBSSO token"),
            ("Bearer token", "Bearer token"),
        ];
        for (text, header) in cases {
            assert_eq!(
                pasted_key(text).unwrap().reveal_authorization(),
                header,
                "{text}"
            );
        }
        assert!(pasted_key("two words").is_err());
    }

    #[test]
    fn a_host_is_read_as_texts_name_it() {
        let cases = [
            ("https://login.example.com", Some("login.example.com")),
            (" https://shop.example.com:8443/", Some("shop.example.com")),
            ("http://localhost:8787", Some("localhost")),
            ("", None),
        ];
        for (origin, expected) in cases {
            assert_eq!(host(origin).as_deref(), expected, "{origin}");
        }
    }
}
