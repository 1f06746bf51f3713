//! How is the example of a second factor run beside the demo?
//!
//! Not here: what it does (`examples/node/second-factor`).

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::children::Running;
use crate::examples;
use crate::instance::Instance;
use crate::place::root;

/// The example's own address, which the worker has to know before either is started.
pub(super) fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// What the worker is told, beside what the person told it: that the example's pages may ask it.
pub(super) fn allowed(settings: &[(String, String)], port: u16) -> Vec<(String, String)> {
    const NAME: &str = "ALLOWED_ORIGINS";
    let mut settings = settings.to_vec();
    let mut origins = origin(port);
    if let Some(at) = settings.iter().rposition(|(name, _)| name == NAME) {
        let (_, own) = settings.remove(at);
        if !own.is_empty() {
            origins = format!("{own},{origins}");
        }
    }
    settings.push((NAME.to_owned(), origins));
    settings
}

/// Starts it. It says where it listens when it does.
pub(super) fn start(instance: &Instance, port: u16, dir: &Path) -> Result<Running> {
    let keys = instance.settings.get("STEP_UP_KEYS");
    let key = keys
        .and_then(|keys| keys.split(',').next()?.rsplit_once(':'))
        .map(|(_, secret)| secret)
        .context("the example needs one of STEP_UP_KEYS, and the worker was given none")?;
    let mut node = Command::new("node");
    node.arg("second-factor/server.mjs")
        .current_dir(root(examples::NODE))
        .env("ISSUER", &instance.settings["ISSUER"])
        .env("WORKER", &instance.origin)
        .env("STEP_UP_KEY", key)
        .env("ORIGIN", origin(port))
        .env("PORT", port.to_string());
    let log = dir.join("second-factor.log");
    let (running, _) = Running::start_until_ready("the example", &node, "http", &log)?;
    Ok(running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_added_to_the_origins_that_the_person_named() {
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let country = setting("COUNTRIES", "HR");
        let cases = [
            (vec![], "http://localhost:3000"),
            (vec![""], "http://localhost:3000"),
            (vec!["http://a"], "http://a,http://localhost:3000"),
            (
                vec!["http://a", "http://b"],
                "http://b,http://localhost:3000",
            ),
        ];
        for (named, expected) in cases {
            let mut settings = vec![country.clone()];
            settings.extend(named.iter().map(|it| setting("ALLOWED_ORIGINS", it)));
            let settings = allowed(&settings, 3000);
            assert_eq!(settings[0], country);
            let last = settings.last();
            assert_eq!(
                last,
                Some(&setting("ALLOWED_ORIGINS", expected)),
                "{named:?}"
            );
        }
    }
}
