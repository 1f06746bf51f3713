//! How far does it go on Cloudflare, and what gives first?
//!
//! A model, not a measurement: nothing of this ran on Cloudflare. docs/scale.md says in words what is assumed, and holds the tables.

mod bill;
mod books;
mod cohort;
mod distance;
mod limits;
mod person;
mod platform;
mod rush;
mod store;
mod tables;
mod world;

use std::fs;

use anyhow::{Context, Result};
use clap::Args;

use crate::place::root;
use crate::step::Progress;

/// What is assumed.
#[derive(Args, Clone)]
pub(crate) struct Options {
    /// How many people sign in in a day.
    #[arg(long, default_value_t = 1e6)]
    logins_per_day: f64,
    /// How many numbers have ever signed in.
    #[arg(long, default_value_t = 1e9)]
    numbers: f64,
    /// Countries and their shares, such as `IN=17,HR=1` [default: twenty all over the world].
    #[arg(long)]
    countries: Option<String>,
    /// What BUDGET_SHARDS is set to.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    shards: u32,
    /// What the luck begins with: the same seed gives the same tables.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many people sign in for the tables of one login.
    #[arg(long, default_value_t = 300)]
    sample: u32,
    /// How many days people stay away between two logins.
    #[arg(long, default_value_t = 30)]
    days_between: u32,
    /// How many of a hundred people mistype a code.
    #[arg(long, default_value_t = 10)]
    wrong: u32,
    /// How many of a hundred ask for the text once more.
    #[arg(long, default_value_t = 8)]
    resend: u32,
    /// For how many minutes a page stays open and in view after a login, on average.
    #[arg(long, default_value_t = 30)]
    minutes: u32,
    /// How often a backend asks after the session, on average.
    #[arg(long, default_value_t = 3.0)]
    checks: f64,
    /// How many of a hundred sign out.
    #[arg(long, default_value_t = 10)]
    logout: u32,
    /// How many times as many people as usual come in the busiest minute: a film, a sale.
    #[arg(long, default_value_t = 1.0)]
    burst: f64,
    /// Where the site's budget was first asked for, and lives.
    #[arg(long, default_value = "Frankfurt")]
    home: String,
    /// How long a step keeps its object at work, in milliseconds, until its row is safe.
    #[arg(long, default_value_t = 10.0)]
    step_ms: f64,
    /// Processor time of a request for a text or about a code, in milliseconds.
    #[arg(long, default_value_t = platform::CPU_OF_CODES)]
    cpu_ms: f64,
    /// Processor time of any other request, in milliseconds.
    #[arg(long, default_value_t = 2.0)]
    cpu_other_ms: f64,
    /// How many instances of the worker are busy.
    #[arg(long, default_value_t = 1000.0)]
    instances: f64,
    /// How many requests a second one object bears.
    #[arg(long, default_value_t = platform::OBJECT_PER_SECOND)]
    object_per_second: f64,
    /// What a text costs, in US dollars.
    #[arg(long, default_value_t = 0.05)]
    text: f64,
    /// Write the tables into docs/scale.md.
    #[arg(long)]
    update: bool,
}

/// The page that holds the tables, between these lines.
const PAGE: &str = "docs/scale.md";
const BEGIN: &str = "<!-- cargo xtask scale --update -->\n";
const END: &str = "<!-- end -->\n";

/// Prints the tables, or writes them into the page.
pub(crate) fn run(progress: &Progress, options: &Options) -> Result<()> {
    let mend = "take other assumptions: `cargo xtask scale --help` names them.";
    let tables = progress.step("work the model out", mend, |_| tables::all(options))?;
    if !options.update {
        print!("{tables}");
        return Ok(());
    }
    let page = fs::read_to_string(root(PAGE)).with_context(|| format!("reading {PAGE}"))?;
    let (before, _, after) = parts(&page)?;
    let page = [before, BEGIN, "\n", &tables, "\n", END, after].concat();
    fs::write(root(PAGE), page).with_context(|| format!("writing {PAGE}"))
}

/// What is before the tables in the page, the tables, and what is after them.
fn parts(page: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = page
        .split_once(BEGIN)
        .with_context(|| format!("{PAGE} has no line {BEGIN:?}"))?;
    let (tables, after) = rest
        .split_once(END)
        .with_context(|| format!("{PAGE} has no line {END:?}"))?;
    Ok((before, tables, after))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        options: Options,
    }

    pub(super) fn options() -> Options {
        Command::parse_from(["scale"]).options
    }

    /// Whoever makes a login ask one object more is told here, and writes the tables anew with `cargo xtask scale --update`.
    #[test]
    fn the_tables_in_the_documentation_are_those_of_the_model() {
        let options = options();
        let page = fs::read_to_string(root(PAGE)).unwrap();
        let (_, tables, _) = parts(&page).unwrap();
        assert_eq!(tables.trim(), tables::all(&options).unwrap().trim());
    }
}
