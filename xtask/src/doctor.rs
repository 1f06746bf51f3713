//! Does everything that a login goes through work, and if not, what mends it?
//!
//! From the file to the page, each thing is looked at by itself, and all of them are told at once: one line each. Nothing is changed,
//! and nothing is sent unless `--send-to` names a number. Not here: what is looked at on this machine ([`local`]), at the provider
//! ([`account`]), at the deployed worker ([`deployed`]) and in a page ([`page`]).

mod account;
mod deployed;
mod local;
mod page;

use std::process::ExitCode;

use anyhow::Result;
use protocol::PhoneNumber;

use crate::config::Choice;
use crate::provider::ManagingKey;

const EXAMPLES: &str = "\
Examples:
  INFOBIP_ADMIN_KEY=… cargo xtask doctor
  INFOBIP_ADMIN_KEY=… cargo xtask doctor --environment production --page https://www.example.com/sign-in
  INFOBIP_ADMIN_KEY=… cargo xtask doctor --environment production --send-to +385911234567";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    key: ManagingKey,
    /// Look at the page that holds the element, too.
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// Send a real text to this number of yours, with the worker's key.
    #[arg(long, value_name = "NUMBER", value_parser = phone)]
    send_to: Option<PhoneNumber>,
    /// Leave out what needs the worker to be deployed already.
    #[arg(long)]
    before_deployment: bool,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// As it should be.
    Pass,
    /// A login works, but look at it.
    Warn,
    /// Some login does not work, or is not safe.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    level: Level,
    what: &'static str,
    /// What was found, and the mend if there is one.
    words: String,
}

impl Row {
    fn pass(what: &'static str, words: impl Into<String>) -> Self {
        Self::new(Level::Pass, what, words)
    }

    fn warn(what: &'static str, words: impl Into<String>) -> Self {
        Self::new(Level::Warn, what, words)
    }

    fn fail(what: &'static str, words: impl Into<String>) -> Self {
        Self::new(Level::Fail, what, words)
    }

    fn new(level: Level, what: &'static str, words: impl Into<String>) -> Self {
        Self {
            level,
            what,
            words: words.into(),
        }
    }
}

/// Carries the command out.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let deployment = options.choice.read()?;
    let (secrets, mut rows) = local::secrets(&deployment);
    rows.extend(local::keys(&secrets));
    rows.extend(local::origins(&deployment.settings()));
    rows.extend(account::look(&deployment, &secrets, options.key.read()));
    if !options.before_deployment {
        rows.extend(deployed::look(&deployment, &secrets));
    }
    if let Some(url) = &options.page {
        rows.extend(page::look(url, &deployment.settings()));
    }
    if let Some(number) = &options.send_to {
        rows.extend(account::send(&deployment, &secrets, number)?);
    }
    let width = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    for row in &rows {
        let level = match row.level {
            Level::Pass => "pass",
            Level::Warn => "WARN",
            Level::Fail => "FAIL",
        };
        println!("{level}  {:width$}  {}", row.what, row.words);
    }
    let count = |level| rows.iter().filter(|row| row.level == level).count();
    let (warnings, failures) = (count(Level::Warn), count(Level::Fail));
    println!(
        "{} looked at: {warnings} to look at again, {failures} wrong",
        rows.len()
    );
    Ok(if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn phone(text: &str) -> Result<PhoneNumber, String> {
    PhoneNumber::try_from(text)
        .map_err(|why| format!("{why}; write it with + and the country's code"))
}
