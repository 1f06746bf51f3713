//! Are the secrets and the settings on this machine fit to be deployed?

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::Row;
use crate::config::{Deployment, SECRETS};
use crate::keys;
use crate::provider;

/// What the file of secrets holds, and how it looks.
pub(super) fn secrets(deployment: &Deployment) -> (BTreeMap<String, String>, Vec<Row>) {
    const WHAT: &str = "secrets";
    let file = &deployment.environment.secrets;
    let path = file.display();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(why) => {
            let words = format!(
                "{path} cannot be read ({why}): cargo xtask keys new > {path}, and add INFOBIP_API_KEY"
            );
            return (BTreeMap::new(), vec![Row::fail(WHAT, words)]);
        }
    };
    let secrets = provider::pairs(&text);
    let mut rows = Vec::new();
    let mode = fs::metadata(file).map_or(0, |data| data.permissions().mode());
    if mode & 0o077 != 0 {
        rows.push(Row::warn(
            WHAT,
            format!("others on this machine may read {path}: chmod 600 {path}"),
        ));
    }
    for name in secrets.keys() {
        if name == "INFOBIP_ADMIN_KEY" {
            let words = "INFOBIP_ADMIN_KEY stands in it, which may do everything to the account: keep it elsewhere";
            rows.push(Row::fail(WHAT, words));
        } else if !SECRETS.contains(&name.as_str()) {
            let words = format!("{name} in {path} is no secret of the worker, and is not deployed");
            rows.push(Row::warn(WHAT, words));
        }
    }
    if rows.is_empty() {
        rows.push(Row::pass(WHAT, format!("{path} is for its owner alone")));
    }
    (secrets, rows)
}

/// Each ring of keys: how strong, how old, whether two are one.
pub(super) fn keys(secrets: &BTreeMap<String, String>) -> Vec<Row> {
    const WHAT: &str = "keys";
    let findings = keys::findings(secrets);
    let lines = findings.lines().map(str::trim);
    let rings = secrets.iter().filter(|(name, _)| name.ends_with("_KEYS"));
    let old = rings.flat_map(|(name, ring)| {
        let old = keys::age::old(ring).into_iter();
        old.map(move |line| Row::warn(WHAT, format!("{name}: {line}")))
    });
    lines
        .map(|line| {
            if line.contains("FAULT: ") {
                let mend = "make it with cargo xtask keys new";
                Row::fail(WHAT, format!("{}: {mend}", line.replace("FAULT: ", "")))
            } else if line.contains("may be retired") {
                Row::warn(WHAT, line)
            } else {
                Row::pass(WHAT, line)
            }
        })
        .chain(old)
        .collect()
}

/// Whether cookies reach the pages that they are for.
pub(super) fn origins(settings: &BTreeMap<String, String>) -> Vec<Row> {
    const WHAT: &str = "cookies";
    let get = |name: &str| settings.get(name).map_or("", String::as_str);
    let issuer = provider::host(get("ISSUER")).unwrap_or_default();
    let mut rows = Vec::new();
    if !get("ISSUER").starts_with("https://") {
        rows.push(Row::warn(
            WHAT,
            "ISSUER is not https: this is for one machine only",
        ));
    }
    let hosts = |name| {
        get(name)
            .split(',')
            .filter_map(provider::host)
            .collect::<Vec<_>>()
    };
    for host in hosts("ALLOWED_ORIGINS") {
        if !same_site(&issuer, &host) {
            let words = format!(
                "{host} looks like another site than {issuer}, so browsers send it no cookie: give the worker a host of that site, or move its origin to EMBEDDING_ORIGINS"
            );
            rows.push(Row::warn(WHAT, words));
        }
    }
    for host in hosts("EMBEDDING_ORIGINS") {
        if same_site(&issuer, &host) {
            let words = format!(
                "{host} looks like the site of {issuer}: in ALLOWED_ORIGINS it would share the worker's cookies"
            );
            rows.push(Row::warn(WHAT, words));
        }
    }
    if rows.is_empty() {
        rows.push(Row::pass(
            WHAT,
            format!("{issuer} and its pages are of one site"),
        ));
    }
    rows
}

/// Whether two hosts look like one site: they end in the same two labels. Which suffixes are public is not known here, so this is
/// only for warnings.
fn same_site(one: &str, other: &str) -> bool {
    let site = |host: &str| {
        let labels: Vec<_> = host.rsplit('.').take(2).map(str::to_owned).collect();
        labels
    };
    site(one) == site(other)
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn r44_origins_that_get_no_cookie_are_named() {
        let cases = [
            (
                "https://login.example.com",
                "https://www.example.com",
                "",
                Level::Pass,
            ),
            (
                "https://login.example.com",
                "",
                "https://shop.example.org",
                Level::Pass,
            ),
            (
                "https://login.example.com",
                "https://shop.example.org",
                "",
                Level::Warn,
            ),
            (
                "https://login.example.com",
                "",
                "https://www.example.com",
                Level::Warn,
            ),
            ("http://localhost:8787", "", "", Level::Warn),
        ];
        for (issuer, allowed, embedding, level) in cases {
            let settings = [
                ("ISSUER", issuer),
                ("ALLOWED_ORIGINS", allowed),
                ("EMBEDDING_ORIGINS", embedding),
            ];
            let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let rows = origins(&BTreeMap::from(settings));
            assert_eq!(rows[0].level, level, "{issuer} {allowed} {embedding}");
        }
    }
}
