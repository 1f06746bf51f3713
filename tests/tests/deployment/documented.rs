//! Is what the documentation tells a person to type so?
//!
//! Each command is run here, or by the test that is named beside it, or it stands beside it why it is not; and each is understood by the
//! program that it is for. Not here: where links lead (`xtask/src/docs/links.rs`).

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::guard::fresh_folder;
use tests::line::xtask;

/// What becomes of a command.
enum Run {
    /// Run here, one after the other, in a folder of its own.
    Here,
    /// A test of that name does what it does.
    By(&'static str),
    /// Not run, and this is why.
    Not(&'static str),
}

const BY_UNPACKING: Run = Run::By("what_is_packed_is_listed_with_its_hash_and_holds_no_secret");
const BY_RESTORING: Run = Run::By(
    "r54_r85_after_a_restore_accounts_are_those_of_the_backup_and_nothing_that_was_over_lives_again",
);
const SYSTEMD: Run =
    Run::Not("it takes a machine on which systemd runs; `machine` starts what the unit says");
const BY_NUMBER: Run =
    Run::By("r56_an_account_gets_another_number_and_the_one_before_takes_it_back");
const HOURS: Run = Run::Not("it runs the tests once for each mutant, or with each line counted");

/// Every command that stands in a block of its own, and what becomes of it. Those that are run here are run in this order.
const COMMANDS: [(&str, Run); 38] = [
    (
        "cargo xtask demo",
        Run::By("the_first_login_creates_an_account_and_the_next_one_opens_it"),
    ),
    (
        "cargo xtask demo --second-factor",
        Run::By(
            "somebody_signs_in_with_a_password_and_a_code_and_is_asked_again_before_they_pay_out",
        ),
    ),
    ("cargo xtask test", Run::Not("it is what runs this")),
    ("cargo xtask mutants", HOURS),
    ("cargo xtask mutants protocol", HOURS),
    (
        "cargo xtask mutants login --file 'edge/login/src/budget/**'",
        HOURS,
    ),
    ("cargo xtask mutants --shard 0/8", HOURS),
    ("cargo xtask coverage", HOURS),
    ("api=https://login.example.com", BY_NUMBER),
    (
        r#"page() { curl --fail-with-body -b jar -c jar -H "origin: $api" -H "content-type: application/json" "$@"; }"#,
        BY_NUMBER,
    ),
    (
        "token=$(page $api/v1/session | jq -r .anti_forgery)",
        BY_NUMBER,
    ),
    (
        r#"page $api/v1/number -d '{"phone":"+385911234567","anti_forgery":"'$token'"}'"#,
        BY_NUMBER,
    ),
    (
        r#"page $api/v1/number/verify -d '{"code":"123456","attempt_id":"pZ5q1Xw0S8mO3kT7bYd9Ug","anti_forgery":"'$token'","end_others":true}'"#,
        BY_NUMBER,
    ),
    (
        r#"curl --fail-with-body -H "authorization: Bearer $KEY" -H "content-type: application/json" https://login.example.com/v1/step-ups -d '{"phone":"+385911234567","subject":"customer-4711","nonce":"b2f0"}'"#,
        Run::By("a_backend_hears_in_signed_words_that_its_customer_has_the_number"),
    ),
    (
        "cargo xtask admin --url https://login.example.com --key-file admin.key look-up +385911234567",
        Run::By("a_number_and_its_budgets_are_looked_up"),
    ),
    ("cp sms-login.example.toml sms-login.toml", Run::Here),
    (
        "(umask 077; cargo xtask keys new > production.env)",
        Run::Here,
    ),
    ("export INFOBIP_ADMIN_KEY=…", Run::Here),
    (
        "cargo xtask provision --environment production",
        Run::By("r24_an_empty_account_is_set_up_and_the_second_time_there_is_nothing_to_do"),
    ),
    (
        "cargo xtask doctor --environment production --before-deployment",
        Run::By("r50_missing_short_and_equal_keys_fail"),
    ),
    (
        "cargo xtask deploy --environment production --dry-run",
        Run::By("r50_r51_a_dry_run_is_whole_and_leaves_no_secret_behind"),
    ),
    (
        "CLOUDFLARE_API_TOKEN=… cargo xtask deploy --environment production",
        Run::Not("it brings a worker to somebody's account at Cloudflare"),
    ),
    (
        "cargo xtask doctor --environment production --page https://www.example.com/sign-in --send-to +385911234567",
        Run::By("a_deployment_is_well_from_the_account_to_the_page_and_sends_a_text"),
    ),
    (
        "cargo xtask pack --environment production",
        Run::By("r50_a_packed_environment_has_its_settings_and_no_secret"),
    ),
    ("mkdir -p /opt/sms-login /etc/sms-login", BY_UNPACKING),
    (
        "tar --extract --strip-components=1 --directory /opt/sms-login --file sms-login-*.tar.gz",
        BY_UNPACKING,
    ),
    (
        "(cd /opt/sms-login && sha256sum --check --quiet SHA256SUMS)",
        BY_UNPACKING,
    ),
    ("cp /opt/sms-login/worker.env /etc/sms-login/", SYSTEMD),
    (
        "(umask 077; cp production.env /etc/sms-login/secrets.env)",
        SYSTEMD,
    ),
    (
        "cp /opt/sms-login/sms-login.service /opt/sms-login/sms-login.socket /etc/systemd/system/",
        SYSTEMD,
    ),
    ("systemctl daemon-reload", SYSTEMD),
    (
        "systemctl enable --now sms-login.socket sms-login.service",
        SYSTEMD,
    ),
    (
        "/opt/sms-login/backup.sh /var/backups/sms-login.tar",
        BY_RESTORING,
    ),
    ("systemctl stop sms-login.socket sms-login.service", SYSTEMD),
    (
        "/opt/sms-login/restore.sh /var/backups/sms-login.tar",
        BY_RESTORING,
    ),
    (
        "systemctl start sms-login.socket sms-login.service",
        SYSTEMD,
    ),
    ("cargo xtask keys check --settings worker.env", Run::Here),
    (
        "cargo xtask keys rotate --settings worker.env --id k2 --only SIGNING_KEYS",
        Run::Here,
    ),
];

#[test]
fn every_command_in_a_block_is_run_or_it_is_said_why_not() {
    let written: BTreeSet<String> = documents()
        .iter()
        .flat_map(|(_, text)| in_blocks(text))
        .collect();
    let known: BTreeSet<String> = COMMANDS.iter().map(|(it, _)| (*it).to_owned()).collect();
    assert_eq!(written, known, "COMMANDS lists what the documents have");

    let mut sources = String::new();
    collect(&root("tests/tests"), &mut sources);
    let person = Person::new();
    for (command, run) in COMMANDS {
        match run {
            Run::Here => person.types(command),
            Run::By(test) => {
                assert!(
                    sources.contains(&format!("fn {test}(")),
                    "{command}: {test}"
                );
            }
            Run::Not(why) => assert!(!why.is_empty(), "{command}"),
        }
    }
}

#[test]
fn every_command_of_ours_is_understood() {
    let mut all = BTreeSet::new();
    for (path, text) in documents() {
        let (blocks, prose) = (in_blocks(&text), in_prose(&text));
        assert!(path != "README.md" || prose.len() > 3, "{prose:?}");
        all.extend(blocks.into_iter().chain(prose));
    }
    let mends = fs::read_to_string(root("xtask/src/docs/problems.rs")).unwrap();
    all.extend(in_prose(&mends));
    let mut understood = 0;
    for command in all {
        let Some((_, arguments)) = command.split_once("cargo xtask") else {
            continue;
        };
        let arguments = arguments.split([')', '>', ';']).next().unwrap();
        let output = xtask()
            .args(arguments.split_whitespace())
            // What stands before it is read, and nothing is done.
            .arg("--help")
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {words}");
        understood += 1;
    }
    assert!(understood > 10, "{understood}");
}

/// Somebody in a folder that has what the documents take to be there.
struct Person {
    folder: PathBuf,
}

impl Person {
    fn new() -> Self {
        let folder = fresh_folder();
        fs::create_dir_all(folder.join("bin")).unwrap();
        let example = "sms-login.example.toml";
        fs::copy(root(example), folder.join(example)).unwrap();
        let keys = xtask().args(["keys", "new"]).output().unwrap();
        fs::write(folder.join("worker.env"), keys.stdout).unwrap();
        // `cargo xtask` from any folder, and the program that is being tested.
        let ours = xtask();
        let mut words = vec![ours.get_program().to_str().unwrap()];
        words.extend(ours.get_args().map(|word| word.to_str().unwrap()));
        if words.get(1) == Some(&"run") {
            let manifest = concat!(
                "--manifest-path=",
                env!("CARGO_MANIFEST_DIR"),
                "/../Cargo.toml"
            );
            words.insert(2, manifest);
        }
        let cargo = folder.join("bin/cargo");
        let script = format!("#!/bin/sh\nshift\nexec '{}' \"$@\"\n", words.join("' '"));
        fs::write(&cargo, script).unwrap();
        fs::set_permissions(cargo, Permissions::from_mode(0o700)).unwrap();
        Self { folder }
    }

    fn types(&self, command: &str) {
        let bin = self.folder.join("bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-ec", command])
            .current_dir(&self.folder)
            .env("PATH", path)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {words}");
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        // Whoever cannot be cleaned up after has failed already, or is in nobody's way.
        fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// What people read, by its path.
fn documents() -> Vec<(String, String)> {
    let mut paths: Vec<String> = [
        "README.md",
        "edge/README.md",
        "widget/README.md",
        ".github/CONTRIBUTING.md",
    ]
    .map(str::to_owned)
    .into();
    for entry in fs::read_dir(root("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            paths.push(format!("docs/{name}"));
        }
    }
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(root(&path)).unwrap();
            (path, text)
        })
        .collect()
}

/// The commands of the blocks of `sh`, without what is remarked after them.
fn in_blocks(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let (mut inside, mut goes_on) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
            continue;
        }
        let line = line.split("  #").next().unwrap().trim();
        if !inside || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (words, more) = match line.strip_suffix('\\') {
            Some(words) => (words, true),
            None => (line, false),
        };
        match commands.last_mut().filter(|_| goes_on) {
            Some(last) => *last += words,
            None => commands.push(words.to_owned()),
        }
        goes_on = more;
    }
    commands
}

/// The commands of ours that are named in a sentence.
fn in_prose(text: &str) -> Vec<String> {
    let pieces = text.split('`');
    let pieces = pieces.filter(|piece| piece.starts_with("cargo xtask ") && !piece.contains('\n'));
    pieces.map(str::to_owned).collect()
}

fn collect(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, text);
        } else {
            *text += &fs::read_to_string(path).unwrap();
        }
    }
}
