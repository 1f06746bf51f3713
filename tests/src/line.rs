//! How is a whole `sms-login` started, and where does it answer?
//!
//! By the very command that a person uses, `cargo xtask demo`, with what was built before. Not here: what is said to it
//! ([`crate::browser`]).

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::json;

use crate::browser::Browser;
use crate::contract::Contract;
use crate::cookies::Jar;
use crate::guard::{Guarded, fresh_folder};
use crate::telephone::Telephone;
use crate::tls::Front;

/// A worker on workerd and its simulated provider. They end with this value, or with this process.
#[derive(Debug)]
pub struct Line {
    origin: String,
    /// Where it answers without TLS.
    door: String,
    telephone: Telephone,
    contract: Contract,
    settings: Vec<(String, String)>,
    /// The folder of the worker, if it is not the one that was built.
    worker: Option<PathBuf>,
    processes: Processes,
    demo: Guarded,
}

/// The ids of what was started.
#[derive(Clone, Copy, Debug, Default)]
struct Processes {
    worker: u32,
    simulator: u32,
}

impl Line {
    /// Starts one as it comes.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts one with these settings of the worker instead of its own.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        Self::start_in(fresh_folder(), owned(settings), None)
            .unwrap_or_else(|words| panic!("the demo did not start:\n{words}"))
    }

    /// Starts another worker, of which this folder holds a `workerd.capnp`, with these settings.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn of_worker(worker: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_in(fresh_folder(), owned(settings), Some(worker.to_owned()))
            .unwrap_or_else(|words| panic!("the demo did not start:\n{words}"))
    }

    /// The same for browsers that keep its cookies over TLS only. That is taken off in front of it, and its origin is the one of
    /// whoever does, where the telephone's page finds the simulator, too: its policy lets it ask no other.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn behind_tls(settings: &[(&str, &str)]) -> Self {
        let front = Front::bind();
        let issuer = format!("https://localhost:{}", front.port());
        let mut line = Self::with(&[settings, &[("ISSUER", &issuer)]].concat());
        let note = json!({ "simulator": issuer }).to_string();
        let site = line.folder().join("site");
        fs::write(site.join("demo.json"), note).expect("the site was laid out");
        front.serve(vec![
            ("/simulator/", port_of(line.telephone.simulator())),
            ("/", port_of(&line.origin)),
        ]);
        line.origin = issuer;
        line
    }

    /// What the command says about settings that it does not start with.
    ///
    /// # Panics
    ///
    /// When it does start.
    pub fn refusal(settings: &[(&str, &str)]) -> String {
        Self::start_in(fresh_folder(), owned(settings), None)
            .err()
            .unwrap_or_else(|| panic!("it started, with {settings:?}"))
    }

    /// Ends everything and starts it again in the same folder with these settings, as at an update. The port is another one,
    /// so the origin that the first one had is handed on as a setting.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn restarted(self, settings: &[(&str, &str)]) -> Self {
        let worker = self.worker.clone();
        self.restarted_as(worker, settings)
    }

    /// The same with the worker of this folder, or with the one that was built.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn restarted_as(self, worker: Option<PathBuf>, settings: &[(&str, &str)]) -> Self {
        self.restarted_after(|_| {}, worker, settings)
    }

    /// The same, and in between something happens to what it knows, which is in this folder.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn restarted_after(
        self,
        meanwhile: impl FnOnce(&Path),
        worker: Option<PathBuf>,
        settings: &[(&str, &str)],
    ) -> Self {
        let issuer = self.issuer().to_owned();
        let mut settings = owned(settings);
        settings.push(("ISSUER".to_owned(), issuer));
        let folder = self.demo.end_and_keep();
        meanwhile(&persist(&folder));
        Self::start_in(folder, settings, worker)
            .unwrap_or_else(|words| panic!("it did not start again:\n{words}"))
    }

    /// Where it answers.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where it answers to whoever takes TLS off in front of it.
    pub(crate) fn door(&self) -> &str {
        &self.door
    }

    /// The origin that it knows itself by, which pages must come from.
    pub fn issuer(&self) -> &str {
        self.settings
            .iter()
            .find(|(name, _)| name == "ISSUER")
            .map_or(&self.origin, |(_, issuer)| issuer)
    }

    /// The telephones that its texts arrive at.
    pub fn telephone(&self) -> &Telephone {
        &self.telephone
    }

    /// What it promises to answer.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// A browser that was never here before.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// A browser that has these cookies already.
    pub fn browser_with(&self, cookies: Jar) -> Browser<'_> {
        let browser = self.browser();
        *browser.jar() = cookies;
        browser
    }

    /// Where it keeps what it knows.
    pub fn folder(&self) -> PathBuf {
        persist(self.demo.folder())
    }

    /// The provider goes down, and stays down.
    ///
    /// # Panics
    ///
    /// When it was not up.
    pub fn loses_its_provider(&self) {
        kill(self.processes.simulator);
    }

    /// The worker is ended in the middle of whatever it does, as by a power cut.
    ///
    /// # Panics
    ///
    /// When it does not run.
    pub fn loses_its_power(&self) {
        kill(self.processes.worker);
    }

    /// The worker's process id.
    pub fn worker_pid(&self) -> u32 {
        self.processes.worker
    }

    /// What `cargo xtask admin` says when the operator gives it this order, or why it does not.
    ///
    /// # Errors
    ///
    /// What it says instead.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn admin(&self, order: &[&str]) -> Result<String, String> {
        let output = xtask()
            .args(["admin", "--url", &self.origin, "--key-file"])
            .arg(self.folder().join("keys.env"))
            .args(order)
            .output()
            .expect("the command is there");
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stderr))
        }
    }

    /// The secret of the first key that this setting holds.
    ///
    /// # Panics
    ///
    /// When it holds none.
    pub fn secret(&self, setting: &str) -> String {
        let keys = fs::read_to_string(self.folder().join("keys.env")).expect("its keys are kept");
        let ring = keys
            .lines()
            .find_map(|line| line.strip_prefix(setting)?.strip_prefix('='));
        let (_, secret) = ring
            .and_then(|ring| ring.rsplit_once(':'))
            .expect("the setting holds a key");
        secret.to_owned()
    }

    /// What the worker has written into its log.
    ///
    /// # Panics
    ///
    /// When there is no log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder().join("worker.log")).expect("the worker keeps a log")
    }

    /// What it said, if it did not start.
    fn start_in(
        folder: PathBuf,
        settings: Vec<(String, String)>,
        worker: Option<PathBuf>,
    ) -> Result<Self, String> {
        let (program, mut arguments) = command();
        arguments.extend(["demo", "--no-build", "--simulator-port=0"].map(OsString::from));
        arguments.push(format!("--port={}", fresh_port()).into());
        arguments.extend(["--persist".into(), persist(&folder).into_os_string()]);
        if let Some(worker) = &worker {
            arguments.extend(["--worker".into(), worker.into()]);
        }
        let own = settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in ROOMY.into_iter().chain(own) {
            arguments.extend(["--set".into(), format!("{name}={value}").into()]);
        }
        let (demo, stdout) = Guarded::start(&program, arguments, folder);
        let (mut simulator, mut processes) = (None, Processes::default());
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            match line.split_once(' ') {
                Some(("simulator", origin)) => simulator = Some(origin.to_owned()),
                Some(("pids", pids)) => processes = Processes::read(pids),
                Some(("ready", origin)) => {
                    let simulator = simulator.expect("the simulator is announced first");
                    return Ok(Self {
                        origin: origin.to_owned(),
                        door: origin.to_owned(),
                        telephone: Telephone::new(simulator),
                        contract: Contract::served_at(origin),
                        settings,
                        worker,
                        processes,
                        demo,
                    });
                }
                _ => {}
            }
        }
        Err(demo.errors())
    }
}

/// Budgets that hundreds of tests at once do not use up, no proofs, and no rest for a provider that fails one of them and not the next. A test about these sets its own, which then count.
const ROOMY: [(&str, &str); 8] = [
    ("SENDS_PER_UNKNOWN_NETWORK", "100000/100000"),
    ("SENDS_PER_PREFIX", "100000/100000"),
    ("SENDS_PER_COUNTRY", "100000/100000"),
    ("SENDS_PER_SITE", "100000/100000"),
    ("EMAILS_PER_SITE", "100000/100000"),
    ("PUMPING_FLOOR_PERCENT", "0"),
    ("PROVIDER_BREAKER_PERCENT", "0"),
    ("BOT_CHECK", "off"),
];

impl Processes {
    /// Reads `workerd=1 simulator=2`.
    fn read(text: &str) -> Self {
        let pid = |name: &str| {
            let mut pairs = text.split(' ').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .and_then(|(_, pid)| pid.parse().ok())
                .unwrap_or_else(|| panic!("the demo names no {name}: {text}"))
        };
        Self {
            worker: pid("workerd"),
            simulator: pid("simulator"),
        }
    }
}

fn kill(process: u32) {
    let killed = Command::new("kill")
        .args(["-KILL", &process.to_string()])
        .status();
    assert!(killed.is_ok_and(|status| status.success()), "no {process}");
}

fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    settings.iter().map(owned).collect()
}

/// The worker's part of the folder, beside what the command itself says.
fn persist(folder: &Path) -> PathBuf {
    folder.join("demo")
}

fn port_of(origin: &str) -> u16 {
    let (_, port) = origin.rsplit_once(':').expect("it names its port");
    port.parse().expect("a port is a number")
}

/// A port that nobody has, and that nobody gets who asks the kernel for any: it gives higher ones. So it is still free when the
/// worker takes it, whatever else starts meanwhile.
pub fn fresh_port() -> u16 {
    static COUNT: AtomicU16 = AtomicU16::new(0);
    // Others who run these tests on this machine begin elsewhere.
    let first = u16::try_from(std::process::id() % 10_000).unwrap_or_default();
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let port = 10_000 + first.wrapping_add(count) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// `cargo xtask`, to be told what to do.
pub fn xtask() -> Command {
    let (program, arguments) = command();
    let mut xtask = Command::new(program);
    xtask.args(arguments);
    xtask
}

/// The program that `cargo xtask` runs: the one that runs these tests, or else a fresh one.
fn command() -> (OsString, Vec<OsString>) {
    match env::var_os("SMS_LOGIN_XTASK") {
        Some(xtask) => (xtask, Vec::new()),
        None => (
            env!("CARGO").into(),
            ["run", "--quiet", "--package=xtask", "--"]
                .map(OsString::from)
                .into(),
        ),
    }
}
