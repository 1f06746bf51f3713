//! How does a program that the tests start end with them, whatever happens?
//!
//! A shell stands between the two and reads from a pipe that only this process can write to. However this process ends, by
//! itself, by a panic or by a signal that nothing can catch, the kernel closes the pipe, and the shell ends the program and
//! removes its folder. So a program may also be kept in a `static`, which Rust never drops.
//!
//! Not here: what is started ([`crate::line`], and the browsers of `tests/in_browser`).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The shell leads a process group of its own, so Ctrl-C is for those who can tidy up, and whatever the program starts is ended
/// with it.
///
/// 1. Start the program, and hold nothing open that it alone should hold. A file that may not grow is an error to it, as a full disk is,
///    and no signal.
/// 2. Wait for a word, or for the end of the pipe.
/// 3. End everything in the group but this shell, wait until the program is gone, and remove the folder unless the word was
///    `keep`. What is still on its way out may write there once more.
const SHELL: &str = r#"
    folder=$1; shift
    trap '' XFSZ
    "$@" & program=$!
    exec >&- 2>&-
    read -r word
    trap '' TERM
    kill 0; wait "$program"
    [ "$word" = keep ] && exit
    for patience in 1 2 3 4 5; do rm -rf -- "$folder" && exit; sleep 1; done
"#;

/// A running program and the folder it works in. Both go with this value, or with this process.
#[derive(Debug)]
pub struct Guarded {
    shell: Child,
    folder: PathBuf,
}

impl Guarded {
    /// Starts a program. What it says on standard error goes into `folder/stderr`; the rest is handed back.
    pub fn start<A: AsRef<OsStr>>(
        program: &OsStr,
        arguments: impl IntoIterator<Item = A>,
        folder: PathBuf,
    ) -> (Self, ChildStdout) {
        fs::create_dir_all(&folder).expect("a folder can be made");
        let errors = File::create(folder.join("stderr")).expect("a folder of ours is writable");
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, "guard"])
            .arg(&folder)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .process_group(0)
            .spawn()
            .expect("there is a shell");
        let stdout = shell.stdout.take().expect("it was piped above");
        (Self { shell, folder }, stdout)
    }

    /// Where it works.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it has said on standard error so far.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.folder.join("stderr")).unwrap_or_default()
    }

    /// Ends the program and hands its folder over.
    pub fn end_and_keep(mut self) -> PathBuf {
        if let Some(pipe) = &mut self.shell.stdin {
            writeln!(pipe, "keep").expect("the shell is there as long as the pipe is");
        }
        self.folder.clone()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // It ends by itself now; if it was ended by somebody else, so much the better.
        self.shell.wait().ok();
    }
}

/// A folder that nobody else uses. The guard makes it and removes it.
pub fn fresh_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("sms-login-e2e-{}-{count}", std::process::id()))
}
