//! Is the container what its file says, and does the worker run in it?
//!
//! On a base of this machine's own C library and certificates, because the one that is named is in a registry. Not here: that one, and
//! what an engine adds when it runs containers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tests::guard::{Guarded, fresh_folder};
use tests::numbers;

use crate::client::Client;
use crate::worker::{Machine, packed, packed_text, runs};

const ISSUER: &str = "https://login.example.com";
const PATIENCE: Duration = Duration::from_secs(30);
/// What the base that is named has of what a program may be linked with.
const C_LIBRARY: [&str; 3] = ["libc.so", "libm.so", "ld-linux-"];

/// Images and containers, in a folder of their own.
struct Store(PathBuf);

#[test]
fn the_image_is_built_from_its_file_and_the_worker_in_it_signs_people_in() {
    let folder = fresh_folder();
    let store = Store(folder.clone());
    let (guard, _) = Guarded::start("sleep".as_ref(), ["infinity"], folder.clone());
    let base = store.says(&["from", "scratch"]);
    for file in linked_with() {
        let folder = file.parent().unwrap().to_str().unwrap();
        store.says(&["copy", &base, file.to_str().unwrap(), &format!("{folder}/")]);
    }
    let authorities = "/etc/ssl/certs/ca-certificates.crt";
    store.says(&["copy", &base, authorities, "/etc/ssl/certs/"]);
    store.says(&["commit", "--quiet", "--rm", &base, "localhost/base"]);
    let context = packed().to_str().unwrap();
    let build = [
        "bud",
        "--isolation=chroot",
        "--pull-never",
        "--build-arg=BASE=localhost/base",
        "--tag=sms-login",
    ];
    store.says(&[&build[..], &[context]].concat());
    let container = store.says(&["from", "--pull-never", "localhost/sms-login"]);

    // A machine for its settings, its provider and a port that nobody else has; the worker in the container takes the place of its own.
    let mut machine = Machine::start(ISSUER, &[]);
    machine.stops();
    let address = machine.hands_its_address_over();
    let file = packed_text("Containerfile");
    let words = file
        .lines()
        .find_map(|line| line.strip_prefix("ENTRYPOINT "));
    let words: Vec<String> = serde_json::from_str(words.unwrap()).unwrap();
    let mut run = store.words(&["run", "--isolation=chroot", "--user=65532:65532"]);
    for settings in ["worker.env", "secrets.env"] {
        let text = fs::read_to_string(machine.settings().join(settings)).unwrap();
        run.extend(text.lines().map(|line| format!("--env={line}")));
    }
    run.extend([container, "--".to_owned()]);
    run.extend(
        words
            .iter()
            .map(|word| word.replace("0.0.0.0:8787", &address)),
    );
    let (running, _) = Guarded::start("buildah".as_ref(), run, fresh_folder());
    let door = format!("http://{address}");
    let client = || Client::new(&door, ISSUER);
    let since = Instant::now();
    while client().get("/healthz").status != 200 {
        assert!(since.elapsed() < PATIENCE, "{}", running.errors());
    }
    client().sign_in(&numbers::fresh(), &machine.provider);
    assert_eq!(client().get("/sms-login.js").status, 200);
    drop(running);
    drop(guard);
}

impl Store {
    fn words(&self, words: &[&str]) -> Vec<String> {
        let place = |name: &str| self.0.join(name).display().to_string();
        let ours = [
            "--storage-driver=vfs".to_owned(),
            format!("--root={}", place("images")),
            format!("--runroot={}", place("run")),
        ];
        let words = words.iter().map(|word| (*word).to_owned());
        ours.into_iter().chain(words).collect()
    }

    /// The last line that buildah says.
    fn says(&self, words: &[&str]) -> String {
        let mut buildah = Command::new("buildah");
        let said = runs(buildah.args(self.words(words)));
        said.trim().lines().last().unwrap_or_default().to_owned()
    }
}

/// The files that workerd is linked with, which are the base's.
fn linked_with() -> Vec<PathBuf> {
    let said = runs(Command::new("ldd").arg(packed().join("workerd")));
    let files = said.split_whitespace().filter(|word| word.starts_with('/'));
    let files: Vec<_> = files.map(PathBuf::from).collect();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        let known = C_LIBRARY.iter().any(|known| name.starts_with(known));
        assert!(known, "{name} is in no base that has a C library only");
    }
    assert!(files.len() >= C_LIBRARY.len(), "{said}");
    files
}
