//! Does a page let the element work, and does it run the build that it names?
//!
//! The page is read as far as that needs: its tags, not its meaning. A page that makes its tags by script shows none here.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use url::Url;

use super::Row;
use crate::pinned::integrity;
use crate::wire::{Answer, look as ask};

const WHAT: &str = "page";

/// Looks at the page at this address, and at the script that it names.
pub(super) fn look(page: &str, settings: &BTreeMap<String, String>) -> Vec<Row> {
    let rows = || -> Result<Vec<Row>> {
        let url = Url::parse(page).context("that is no address of a page")?;
        let answer = ask(page, None)?;
        let mut rows = judge(&url, &answer, settings);
        if let Some((script, attributes)) = script(&url, &String::from_utf8_lossy(&answer.body)) {
            let found = ask(script.as_str(), None)?;
            rows.push(pin(
                &script,
                attribute(&attributes, "integrity").as_deref(),
                &found,
            ));
        }
        Ok(rows)
    };
    rows().unwrap_or_else(|why| vec![Row::fail(WHAT, format!("{why:#}"))])
}

/// All that the page itself says.
fn judge(url: &Url, answer: &Answer, settings: &BTreeMap<String, String>) -> Vec<Row> {
    let get = |name: &str| settings.get(name).map_or("", |text| text.trim());
    let origin = url.origin().ascii_serialization();
    if answer.status != 200 {
        return vec![Row::fail(WHAT, format!("{url} answers {}", answer.status))];
    }
    let mut rows = Vec::new();
    let listed = [
        get("ISSUER"),
        get("ALLOWED_ORIGINS"),
        get("EMBEDDING_ORIGINS"),
    ]
    .join(",");
    let is_listed = listed
        .split(',')
        .any(|one| one.trim().trim_end_matches('/') == origin);
    if !is_listed {
        let words =
            format!("the worker does not know pages of {origin}: add it to ALLOWED_ORIGINS");
        rows.push(Row::fail(WHAT, words));
    }
    let html = String::from_utf8_lossy(&answer.body);
    if !html.contains("<sms-login") {
        rows.push(Row::warn(
            WHAT,
            "there is no <sms-login> in it, unless a script makes one",
        ));
    }
    let Some((script, _)) = script(url, &html) else {
        rows.push(Row::warn(
            WHAT,
            "there is no script tag of the element in it, unless it is in a bundle",
        ));
        return rows;
    };
    if let Some(policy) = answer.header("content-security-policy") {
        rows.extend(allowed(&policy, url, &script, get("ISSUER")));
    } else {
        rows.push(Row::pass(
            WHAT,
            "it has no content security policy, so none is in the way",
        ));
    }
    if let Some(policy) = answer.header("referrer-policy")
        && (policy == "no-referrer" || (policy == "same-origin" && origin != get("ISSUER")))
    {
        let words = format!(
            "its referrer policy {policy} makes forms without scripts come from nowhere: use strict-origin"
        );
        rows.push(Row::warn(WHAT, words));
    }
    rows
}

/// Whether a policy lets the element in (CSP level 3): its script, its Wasm, its requests.
fn allowed(policy: &str, page: &Url, script: &Url, issuer: &str) -> Vec<Row> {
    const CSP: &str = "page's CSP";
    let directive = |name: &str| {
        let mut all = policy.split([';', ',']).map(str::trim);
        all.find_map(|it| {
            let (known, sources) = it.split_once(char::is_whitespace).unwrap_or((it, ""));
            known
                .eq_ignore_ascii_case(name)
                .then(|| sources.to_ascii_lowercase())
        })
    };
    let or_default = |name: &str| directive(name).or_else(|| directive("default-src"));
    let lets = |sources: &str, url: &Url| {
        let origin = url.origin().ascii_serialization();
        sources.split_whitespace().any(|source| match source {
            "*" => true,
            "'self'" => origin == page.origin().ascii_serialization(),
            "https:" => url.scheme() == "https",
            host => {
                // With or without a scheme; a path narrows a source down, and is taken to be right.
                let (scheme, rest) = host.split_once("://").unwrap_or((url.scheme(), host));
                let host = rest.split('/').next().unwrap_or_default();
                let own = origin.split_once("://").map_or("", |(_, own)| own);
                scheme == url.scheme()
                    && (own == host
                        || host
                            .strip_prefix('*')
                            .is_some_and(|rest| own.ends_with(rest)))
            }
        })
    };
    let mut rows = Vec::new();
    if let Some(sources) = or_default("script-src") {
        let by_word = [
            "'nonce-",
            "'sha256-",
            "'sha384-",
            "'sha512-",
            "'strict-dynamic'",
        ];
        let named = by_word.iter().any(|word| sources.contains(word));
        if !named && !lets(&sources, script) {
            let origin = script.origin().ascii_serialization();
            rows.push(Row::fail(
                CSP,
                format!("script-src does not let the script in: add {origin}"),
            ));
        }
        if !sources.contains("wasm-unsafe-eval'") && !sources.contains("'unsafe-eval'") {
            let words = "script-src does not let WebAssembly run: add 'wasm-unsafe-eval'";
            rows.push(Row::fail(CSP, words));
        }
    }
    let worker = Url::parse(issuer).ok();
    for url in [Some(script.clone()), worker].into_iter().flatten() {
        let origin = url.origin().ascii_serialization();
        if or_default("connect-src").is_some_and(|sources| !lets(&sources, &url)) {
            let row = Row::fail(
                CSP,
                format!("connect-src does not let requests to {origin} out: add it"),
            );
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    if let Some(sources) = directive("form-action")
        && let Ok(issuer) = Url::parse(issuer)
        && !lets(&sources, &issuer)
    {
        rows.push(Row::warn(
            CSP,
            format!("form-action keeps the form without scripts in: add {issuer}"),
        ));
    }
    if rows.is_empty() {
        rows.push(Row::pass(CSP, "it lets the element in"));
    }
    rows
}

/// Whether the script is the one that the page pins.
fn pin(url: &Url, pinned: Option<&str>, found: &Answer) -> Row {
    const WHAT: &str = "page's script";
    let mend = "take the lines that cargo xtask build prints";
    match pinned {
        _ if found.status != 200 => {
            Row::fail(WHAT, format!("{url} answers {}: {mend}", found.status))
        }
        None => Row::warn(
            WHAT,
            format!("{url} is not pinned by integrity, so whatever lies there runs: {mend}"),
        ),
        Some(pinned)
            if pinned
                .split_whitespace()
                .any(|one| one == integrity(&found.body)) =>
        {
            Row::pass(WHAT, "it is the one that the page pins")
        }
        Some(_) => Row::fail(
            WHAT,
            format!("{url} is not what the page pins, so browsers do not run it: {mend}"),
        ),
    }
}

/// The address and the tag of the element's script.
fn script(page: &Url, html: &str) -> Option<(Url, String)> {
    html.split("<script").skip(1).find_map(|rest| {
        let tag = rest.split('>').next()?;
        let source = attribute(tag, "src")?;
        let file = source.rsplit('/').next()?;
        let is_ours = ["sms-login.js", "sms-login.classic.js"].contains(&file);
        is_ours.then(|| Some((page.join(&source).ok()?, tag.to_owned())))?
    })
}

/// The value of an attribute, in quotes or without.
fn attribute(tag: &str, name: &str) -> Option<String> {
    tag.match_indices(name).find_map(|(at, _)| {
        let (before, rest) = (tag.get(..at)?, tag.get(at + name.len()..)?);
        let value = rest.trim_start().strip_prefix('=')?.trim_start();
        if !before.ends_with(char::is_whitespace) {
            return None;
        }
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
            _ => value.split(char::is_whitespace).next()?,
        };
        Some(value.to_owned())
    })
}

#[cfg(test)]
mod tests;
