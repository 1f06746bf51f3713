//! Does systemd understand the units, and how much do they leave the worker?
//!
//! By systemd's own verdict, without starting it.

use std::fs;
use std::process::Command;

use tests::guard::fresh_folder;

use crate::worker::{packed, packed_text, runs};

/// From 0, all is taken away, to 10, nothing is. What is left: memory that is written and executed, which V8 needs, and the network.
const MOST_EXPOSED: &str = "15";

#[test]
fn r50_systemd_understands_the_units_and_leaves_the_worker_little() {
    let folder = fresh_folder();
    fs::create_dir_all(&folder).unwrap();
    let units = ["sms-login.service", "sms-login.socket"].map(|unit| {
        let text = packed_text(unit).replace("/opt/sms-login", packed().to_str().unwrap());
        let path = folder.join(unit);
        fs::write(&path, text).unwrap();
        path
    });
    let said = runs(Command::new("systemd-analyze").arg("verify").args(&units));
    // It speaks of every unit of this machine, too.
    let ours: Vec<_> = said
        .lines()
        .filter(|line| line.contains("sms-login"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
    let verdict = runs(
        Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--threshold", MOST_EXPOSED])
            .arg(&units[0]),
    );
    assert!(verdict.contains("Overall exposure level"), "{verdict}");
    // Whoever may read the unit learns no secret by it.
    let unit = packed_text("sms-login.service");
    assert!(!unit.lines().any(|line| line.starts_with("Environment=")));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_packed_is_listed_with_its_hash_and_holds_no_secret() {
    let check = ["--check", "--strict", "--quiet", "SHA256SUMS"];
    runs(Command::new("sha256sum").args(check).current_dir(packed()));
    let listed = packed_text("SHA256SUMS").lines().count();
    let found = runs(Command::new("find").arg(packed()).args(["-type", "f"]));
    assert_eq!(found.lines().count(), listed + 1);
    for line in packed_text("secrets.env.example").lines() {
        assert!(line.starts_with('#') || line.ends_with('='), "{line}");
    }
}
