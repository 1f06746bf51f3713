//! How is a packed worker started?
//!
//! As systemd starts it: by the command line of its unit, with the files of settings that the unit names, and with the socket open
//! already. Not here: what is asked of it (`client`).

use std::collections::BTreeMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tests::guard::{Guarded, fresh_folder};
use tests::line::xtask;

use crate::client::Client;
use crate::provider::Provider;

/// How long the worker may take until it answers, and until it has ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was packed, unpacked. A shell that waits for the end of these tests keeps the folder from staying.
static PACKED: LazyLock<(PathBuf, Guarded)> = LazyLock::new(|| {
    let out = fresh_folder();
    let (guard, _) = Guarded::start("sleep".as_ref(), ["infinity"], out.clone());
    let packed = xtask()
        .args(["pack", "--no-build", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&packed.stderr);
    assert!(packed.status.success(), "{said}");
    let unpacked = out.join("opt");
    fs::create_dir(&unpacked).unwrap();
    let archive = out.join(concat!("sms-login-", env!("CARGO_PKG_VERSION"), ".tar.gz"));
    runs(
        Command::new("tar")
            .args(["--extract", "--strip-components=1", "--file"])
            .arg(archive)
            .arg("--directory")
            .arg(&unpacked),
    );
    (unpacked, guard)
});

/// Where it was unpacked.
pub(crate) fn packed() -> &'static Path {
    &PACKED.0
}

/// A text file that was packed.
pub(crate) fn packed_text(file: &str) -> String {
    fs::read_to_string(packed().join(file)).unwrap()
}

/// Runs a command that has to succeed. What it said.
pub(crate) fn runs(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// A machine with the worker on it. All of it goes with this value.
pub(crate) struct Machine {
    pub(crate) issuer: String,
    pub(crate) provider: Provider,
    folder: PathBuf,
    socket: TcpListener,
    worker: Option<Child>,
}

impl Machine {
    /// Installs it under that origin and starts it.
    pub(crate) fn start(issuer: &str, settings: &[(&str, &str)]) -> Self {
        let provider = Provider::start();
        let folder = fresh_folder();
        fs::create_dir_all(folder.join("state/objects")).unwrap();
        fs::create_dir_all(folder.join("etc")).unwrap();
        let keys = xtask().args(["keys", "new"]).output().unwrap();
        fs::write(folder.join("etc/secrets.env"), keys.stdout).unwrap();
        let own = [
            ("ISSUER", issuer),
            ("COUNTRIES", "HR"),
            ("DEFAULT_COUNTRY", "HR"),
            ("CLIENT_ADDRESS_HEADER", "x-real-ip"),
            ("BOT_CHECK", "off"),
        ];
        let all = own.into_iter().chain(provider.settings());
        let all: BTreeMap<_, _> = all.chain(settings.iter().copied()).collect();
        let lines: String = all
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        fs::write(folder.join("etc/worker.env"), lines).unwrap();
        let mut machine = Self {
            issuer: issuer.to_owned(),
            provider,
            folder,
            socket: TcpListener::bind("127.0.0.1:0").unwrap(),
            worker: None,
        };
        machine.starts();
        machine
    }

    /// Starts the worker.
    pub(crate) fn starts(&mut self) {
        self.begins_to_start();
        let since = Instant::now();
        while self.client().get("/healthz").status != 200 {
            assert!(since.elapsed() < PATIENCE, "{}", self.log());
        }
    }

    /// The same, without waiting for it.
    pub(crate) fn begins_to_start(&mut self) {
        let unit = packed_text("sms-login.service");
        let value = |line: &str| {
            let line = line.replace("/opt/sms-login", packed().to_str().unwrap());
            let line = line.replace("%S/sms-login", self.state().to_str().unwrap());
            line.replace("/etc/sms-login", self.settings().to_str().unwrap())
        };
        let values = |name: &str| {
            let lines = unit
                .lines()
                .filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            lines.map(value).collect::<Vec<_>>()
        };
        let mut environment = BTreeMap::new();
        for file in values("EnvironmentFile") {
            let text = match file.strip_prefix('-') {
                Some(file) => fs::read_to_string(file).unwrap_or_default(),
                None => fs::read_to_string(&file).unwrap(),
            };
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            let pairs = lines.filter_map(|line| line.split_once('='));
            environment.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        for before in values("ExecStartPre") {
            runs(Command::new("sh").args(["-c", &before]));
        }
        let start = values("ExecStart");
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        // The third descriptor is where systemd hands a socket over. The worker ends with this thread, whatever happens to it.
        let script = format!(
            "exec 3<&0 0</dev/null; exec setpriv --pdeathsig KILL -- {}",
            start[0]
        );
        let worker = Command::new("/bin/sh")
            .args(["-c", &script])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(environment)
            .stdin(Stdio::from(OwnedFd::from(self.socket.try_clone().unwrap())))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        self.worker = Some(worker.unwrap());
    }

    /// Sends it a signal.
    pub(crate) fn signals(&self, signal: &str) {
        let pid = self.pid().to_string();
        runs(Command::new("kill").args([signal, &pid]));
    }

    /// How it ended, once it has.
    pub(crate) fn ends(&mut self) -> ExitStatus {
        let mut worker = self.worker.take().unwrap();
        let since = Instant::now();
        loop {
            if let Some(status) = worker.try_wait().unwrap() {
                return status;
            }
            assert!(
                since.elapsed() < PATIENCE,
                "it does not end: {}",
                self.log()
            );
            std::thread::yield_now();
        }
    }

    /// Stops it in good order.
    pub(crate) fn stops(&mut self) {
        self.signals("-TERM");
        assert!(self.ends().success(), "{}", self.log());
    }

    pub(crate) fn pid(&self) -> u32 {
        self.worker.as_ref().unwrap().id()
    }

    /// Somebody who speaks to the worker itself, as a proxy on this machine does.
    pub(crate) fn client(&self) -> Client {
        Client::new(&format!("http://{}", self.address()), &self.issuer)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// Somebody else listens there from now on.
    pub(crate) fn hands_its_address_over(&mut self) -> String {
        let address = self.address().to_string();
        self.socket = TcpListener::bind("127.0.0.1:0").unwrap();
        address
    }

    /// Where its records are, in `objects`.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// Where its settings are.
    pub(crate) fn settings(&self) -> PathBuf {
        self.folder.join("etc")
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(mut worker) = self.worker.take() {
            // It may have ended already.
            worker.kill().ok();
            worker.wait().ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}
