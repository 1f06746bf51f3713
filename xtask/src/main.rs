//! Which commands does a person need to build, try and check `sms-login`?
//!
//! This file reads the command line and hands over. Not here: what each command does (a file of the same name), which
//! version of which tool (`versions`), where things lie (`place`).

mod account;
mod admin;
mod advisories;
mod apt;
mod bench;
mod browser;
mod build;
mod children;
mod config;
mod countries;
mod coverage;
mod crates;
mod demo;
mod dependencies;
mod deploy;
mod docs;
mod doctor;
mod doors;
mod engines;
mod examples;
mod faults;
mod fuzz;
mod host;
mod instance;
mod keys;
mod measure;
mod mutants;
mod pack;
mod package;
mod pinned;
mod place;
mod provider;
mod provision;
mod release;
mod reproduce;
mod requirements;
mod scale;
mod setup;
mod sizes;
mod states;
mod step;
mod summary;
mod test;
mod tidy;
mod toolchain;
mod versions;
mod wire;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::step::Progress;

/// Build, try and check sms-login. Every command first sets up what it needs and skips what is there.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install the tools that are missing: Wasm target, wasm-bindgen, wasm-pack, worker-build, npm packages, Chromium.
    Setup,
    /// Build the worker into edge/build/, the site with the element into dist/ and its npm package into target/npm/, and weigh them.
    Build,
    /// Weigh what was built, file by file, and the element crate by crate.
    Sizes,
    /// Write protocol/countries.json anew, after a new version of rlibphonenumber.
    Countries,
    /// Run the whole thing on this machine: a worker, a simulated SMS provider, and a page with a telephone on it.
    Demo(demo::Options),
    /// Measure what a login costs the worker, and what the element costs a visitor beside what others offer.
    Bench(bench::Options),
    /// Work out how many logins Cloudflare would bear, what they would cost, and what gives first: docs/scale.md.
    Scale(scale::Options),
    /// Run every check there is, and end with `N passed, N failed`.
    Test(test::Options),
    /// Take pictures of every state that a person sees, in both schemes, narrow and wide, and lay them out in target/states/.
    States(states::Options),
    /// Let everything fail that a login needs, at each point by itself, and print what people were told as tables.
    Faults(faults::Options),
    /// Search for inputs that break what must hold of whatever comes in, with libFuzzer.
    Fuzz(fuzz::Options),
    /// Change one thing in the rules at a time, and say which change no test notices.
    Mutants(mutants::Options),
    /// Run the tests of the rules, and say how many of their lines ran.
    Coverage,
    /// Make the documentation into target/docs/, a small site.
    Docs(docs::Options),
    /// Look whether anything is known against what is in the lock files, by two feeds of advisories.
    Advisories(advisories::Options),
    /// Print each security requirement with the tests that prove it.
    Requirements,
    /// Look a number up, block it, stop all texts, end all sessions: what the operator of a worker does.
    Admin(admin::Options),
    /// Set up the account at the SMS provider as `sms-login.toml` says: show what is to be done, and do it when told to.
    Provision(provision::Options),
    /// Bring the worker to Cloudflare as `sms-login.toml` says, or back to the version before.
    Deploy(deploy::Options),
    /// Pack the worker for a machine of one's own: workerd, the worker, systemd units, a Containerfile, backup and restore.
    Pack(pack::Options),
    /// Lay a release out: what ships, what is in it, how it was built, and the hashes of all of it, signed.
    Release(release::Options),
    /// Build what ships once more in another folder, and compare every byte.
    Reproduce,
    /// Look at everything that a login goes through, from the account to the page, and say what is wrong and what mends it.
    Doctor(doctor::Options),
    /// Make the worker's keys.
    #[command(subcommand)]
    Keys(keys::Command),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let progress = Progress::new();
    let outcome = match arguments.command {
        Command::Setup => setup::ensure(&progress, &setup::Tool::ALL).map(succeed),
        Command::Build => build::build(&progress).map(succeed),
        Command::Sizes => sizes::sizes(&progress).map(succeed),
        Command::Countries => countries::update().map(succeed),
        Command::Demo(options) => demo::demo(&progress, &options).map(succeed),
        Command::Bench(options) => bench::bench(&progress, &options).map(succeed),
        Command::Scale(options) => scale::run(&progress, &options).map(succeed),
        Command::Test(options) => test::test(&progress, &options),
        Command::States(options) => states::states(&progress, &options).map(succeed),
        Command::Faults(options) => faults::run(&progress, &options).map(succeed),
        Command::Fuzz(options) => fuzz::run(&progress, &options).map(succeed),
        Command::Mutants(options) => mutants::run(&progress, &options),
        Command::Coverage => coverage::run(&progress).map(succeed),
        Command::Docs(options) => docs::docs(&progress, &options).map(succeed),
        Command::Provision(options) => provision::run(&options),
        Command::Deploy(options) => deploy::run(&progress, &options).map(succeed),
        Command::Pack(options) => pack::run(&progress, &options).map(succeed),
        Command::Release(options) => release::run(&progress, &options).map(succeed),
        Command::Reproduce => reproduce::run(&progress).map(succeed),
        Command::Doctor(options) => doctor::run(&options),
        Command::Advisories(options) => advisories::run(&options).map(succeed),
        Command::Requirements => requirements::print().map(succeed),
        Command::Admin(options) => admin::run(&options).map(succeed),
        Command::Keys(command) => keys::run(&command),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn succeed((): ()) -> ExitCode {
    ExitCode::SUCCESS
}
