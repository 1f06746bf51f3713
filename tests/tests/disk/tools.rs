//! How is a worker's machine made to fail?
//!
//! Not here: what must hold then (`failing`).

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::guard::fresh_folder;

/// How long a tool may take until it has begun.
const PATIENCE: Duration = Duration::from_secs(15);

/// A disk without room for another byte, for one process. There is room again when this value goes.
pub(crate) struct Full(u32);

impl Full {
    pub(crate) fn of(process: u32) -> Self {
        limit(process, "0");
        Self(process)
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        limit(self.0, "unlimited");
    }
}

fn limit(process: u32, bytes: &str) {
    let limited = Command::new("prlimit")
        .args(["--pid", &process.to_string()])
        .arg(format!("--fsize={bytes}:unlimited"))
        .output()
        .expect("prlimit is there (on Debian: util-linux)");
    let said = String::from_utf8_lossy(&limited.stderr);
    assert!(
        limited.status.success(),
        "prlimit is not allowed here: {said}"
    );
}

/// A process whose system calls are tampered with. They are as they should be when this value goes.
pub(crate) struct Tampered {
    strace: Child,
    folder: PathBuf,
}

impl Tampered {
    /// With these calls, this happens to that process: `fsync,fdatasync:error=EIO`.
    pub(crate) fn with(process: u32, what: &str) -> Self {
        let folder = fresh_folder();
        fs::create_dir_all(&folder).unwrap();
        let said = fs::File::create(folder.join("stderr")).unwrap();
        let calls = what.split(':').next().unwrap();
        let strace = Command::new("strace")
            .args(["-f", "-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={what}")])
            .arg("-o")
            .arg(folder.join("calls"))
            .args(["-p", &process.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .expect("strace is there (on Debian: strace)");
        let mut tampered = Self { strace, folder };
        let since = Instant::now();
        while !tampered.said().contains("attached") {
            let ended = tampered.strace.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "ptrace is not allowed here, so a disk cannot be made to fail: run the tests as root, or with \
                 kernel.yama.ptrace_scope=0: {}",
                tampered.said()
            );
            assert!(since.elapsed() < PATIENCE, "strace does not begin");
        }
        tampered
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.join("stderr")).unwrap_or_default()
    }

    /// How many calls were tampered with so far.
    pub(crate) fn calls(&self) -> usize {
        let calls = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
        calls
            .lines()
            .filter(|line| line.contains("(INJECTED)") || line.contains("(DELAYED)"))
            .count()
    }
}

impl Drop for Tampered {
    fn drop(&mut self) {
        // It lets go of the process at this signal, and leaves it as it is.
        let pid = self.strace.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().ok();
        self.strace.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}
