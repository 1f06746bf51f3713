//! How does a person, or a test, try the whole thing?
//!
//! Not here: building (`build`), putting it together (`instance`).

mod second_factor;

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use clap::Args;

use crate::build;
use crate::instance::{Instance, Plan};
use crate::place::{cargo, root};
use crate::setup::{self, Tool};
use crate::step::Progress;

/// How often the children are looked at.
const LOOK: Duration = Duration::from_millis(50);

const MEND: &str = "when a port is taken, name another with --port or --simulator-port (0 takes a free one), or after --second-factor; when a setting \
     is refused, give it another value with --set NAME=VALUE; when nothing is built, leave --no-build out";

const SECOND_FACTOR: &str = "  Sign in there as \"ana\" with \"a kite in the wind\". The text arrives on the telephone of the other page.";

/// How the demo is run.
#[derive(Args)]
pub(crate) struct Options {
    /// Where the site answers; 0 takes a free port.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Where the simulated provider answers; 0 takes a free port.
    #[arg(long, default_value_t = 8788)]
    simulator_port: u16,
    /// Where keys, accounts and logs are kept from one run to the next [default: target/demo].
    #[arg(long, value_name = "DIR")]
    persist: Option<PathBuf>,
    /// One more setting of the worker, or another value for one (may be repeated).
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// Also run the example of a password login with a code as its second step, on this port or 3000.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "3000", value_parser = clap::value_parser!(u16).range(1..))]
    second_factor: Option<u16>,
    /// The folder of another worker: it holds a workerd.capnp that takes the same settings.
    #[arg(long, value_name = "DIR", requires = "no_build")]
    worker: Option<PathBuf>,
    /// Run what was built before.
    #[arg(long)]
    no_build: bool,
}

/// Runs until it is told to stop, or until the worker ends by itself, which is an error. What a program needs to know
/// stands on standard output, one thing a line.
pub(crate) fn demo(progress: &Progress, options: &Options) -> Result<()> {
    if options.no_build {
        setup::ensure(progress, &[Tool::NodePackages])?;
    } else {
        build::make(progress)?;
        build_simulator(progress)?;
    }
    let mut settings = options.settings.clone();
    if let Some(port) = options.second_factor {
        setup::ensure(progress, &[Tool::ExamplesPackages])?;
        settings = second_factor::allowed(&settings, port);
    }
    let stop = stop_signal()?;
    let dir = options
        .persist
        .clone()
        .unwrap_or_else(|| root("target/demo"));
    let mut instance = Instance::start(&Plan {
        port: options.port,
        simulator_port: options.simulator_port,
        dir: &dir,
        worker: options.worker.as_deref(),
        settings: &settings,
    })
    .map_err(|error| anyhow!("{error:#}\n  what to do: {MEND}"))?;
    let _example = options
        .second_factor
        .map(|port| second_factor::start(&instance, port, &dir))
        .transpose()
        .map_err(|error| anyhow!("{error:#}\n  what to do: {MEND}"))?;
    println!("simulator {}", instance.simulator_origin);
    println!(
        "pids workerd={} simulator={}",
        instance.worker.pid(),
        instance.simulator.pid()
    );
    println!("ready {}", instance.origin);
    if let Some(port) = options.second_factor {
        println!("second-factor {}", second_factor::origin(port));
        progress.say(SECOND_FACTOR);
    }
    progress.say("  Ctrl-C ends it.");
    watch(&mut instance, &stop, progress)
}

/// Builds the simulator, beside this program.
pub(crate) fn build_simulator(progress: &Progress) -> Result<()> {
    build_simulator_of("--package=simulator", progress)
}

/// Builds it out of what this compiles as well, for which cargo settles features together.
pub(crate) fn build_simulator_of(packages: &str, progress: &Progress) -> Result<()> {
    progress.step("build the simulator", "mend what rustc says.", |step| {
        step.run(cargo(&["build", packages, "--bin", "simulator"]))
    })
}

fn watch(instance: &mut Instance, stop: &Receiver<()>, progress: &Progress) -> Result<()> {
    let mut has_provider = true;
    loop {
        match stop.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(status) = instance.worker.ended()? {
            bail!(
                instance
                    .worker
                    .epitaph(&format!("ended by itself ({status})"))
            );
        }
        // A provider that is down is no reason to stop: it is worth seeing what the page makes of it.
        if has_provider && instance.simulator.ended()?.is_some() {
            has_provider = false;
            let words = "ended; the worker goes on without a provider";
            progress.say(&instance.simulator.epitaph(words));
        }
    }
}

fn stop_signal() -> Result<Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    // Nobody listens to a second signal: the first one is being obeyed.
    ctrlc::set_handler(move || sender.send(()).unwrap_or_default())?;
    Ok(receiver)
}

pub(crate) fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_split_at_its_first_equals_sign() {
        let cases = [
            ("COUNTRIES=HR,DE", Some(("COUNTRIES", "HR,DE"))),
            ("ALLOWED_ORIGINS=", Some(("ALLOWED_ORIGINS", ""))),
            ("SIGNING_KEYS=k1:a=", Some(("SIGNING_KEYS", "k1:a="))),
            ("=HR", None),
            ("COUNTRIES", None),
        ];
        for (text, expected) in cases {
            let read = setting(text).ok();
            let read = read
                .as_ref()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            assert_eq!(read, expected, "{text:?}");
        }
    }
}
