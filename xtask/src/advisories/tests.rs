//! Is what is planted found, and is a feed that knows nothing refused?
//!
//! With records in the form that feeds have, whose facts are those of the published ones.

use serde_json::{Value, json};

use super::*;

/// 2026-11-28T12:00:00Z.
const NOW: Duration = Duration::from_secs(1_795_867_200);

struct Feeds(PathBuf);

impl Drop for Feeds {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn record(id: &str, (ecosystem, name): (&str, &str), events: &Value) -> Value {
    json!({
        "id": id,
        "modified": "2026-11-27T08:00:00.123456Z",
        "affected": [{
            "package": { "ecosystem": ecosystem, "name": name },
            "ranges": [{ "type": "SEMVER", "events": events }],
        }],
    })
}

/// Two feeds, of which each has a gap.
fn planted() -> Vec<(&'static str, Value)> {
    let range = |from: &str, to: &str| json!([{ "introduced": from }, { "fixed": to }]);
    vec![
        (
            "rustsec",
            record(
                "RUSTSEC-2024-0369",
                (CRATES, "phonenumber"),
                &range("0.3.3", "0.3.6"),
            ),
        ),
        (
            "osv",
            record(
                "CVE-2026-25537",
                (CRATES, "jsonwebtoken"),
                &range("0", "10.3.0"),
            ),
        ),
        (
            "osv",
            record("GHSA-test", (NPM, "left-pad"), &range("1.0.0", "1.0.2")),
        ),
    ]
}

fn feeds(name: &str, records: &[(&str, Value)]) -> (Feeds, Vec<PathBuf>) {
    let name = format!("sms-login-feeds-{name}-{}", std::process::id());
    let feeds = Feeds(std::env::temp_dir().join(name));
    for (number, (feed, record)) in records.iter().enumerate() {
        let folder = feeds.0.join(feed).join("all");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{number}.json")), record.to_string()).unwrap();
        fs::write(folder.join("package.json"), "{}").unwrap();
    }
    let folders = ["rustsec", "osv"].map(|feed| feeds.0.join(feed)).into();
    (feeds, folders)
}

fn looked(feeds: &[PathBuf], ours: &[Package]) -> String {
    let ours = ours.iter().cloned().collect();
    look(feeds, &ours, &["RUSTSEC-0000-0001".to_owned()], NOW)
        .unwrap_or_else(|error| format!("{error:#}"))
}

#[test]
fn r77_what_is_planted_is_caught_each_by_the_feed_that_has_it() {
    let (_feeds, folders) = feeds("planted", &planted());
    let cases = [
        (CRATES, "jsonwebtoken", "10.2.0", Some("CVE-2026-25537")),
        (CRATES, "phonenumber", "0.3.5", Some("RUSTSEC-2024-0369")),
        (CRATES, "jsonwebtoken", "10.3.0", None),
        (CRATES, "phonenumber", "0.3.6", None),
        (NPM, "left-pad", "1.0.1", Some("GHSA-test")),
        (NPM, "left-pad", "1.0.2", None),
        (NPM, "left-pad", "0.9.9", None),
        (CRATES, "left-pad", "1.0.1", None),
    ];
    for (ecosystem, name, version, expected) in cases {
        let said = looked(&folders, &[package(ecosystem, name, version)]);
        match expected {
            Some(id) => assert!(
                said.contains(id) && said.contains("known against"),
                "{said}"
            ),
            None => assert!(
                said.contains("nothing against them"),
                "{name} {version}: {said}"
            ),
        }
    }
}

#[test]
fn r77_a_stale_feed_one_alone_and_blind_ones_fail() {
    let ours = [package(CRATES, "serde", "1.0.0")];
    let (_feeds, folders) = feeds("whole", &planted());
    assert!(looked(&folders, &ours).contains("nothing against them"));
    assert!(looked(&folders[..1], &ours).contains("name two"));
    assert!(looked(&[folders[0].clone(), folders[0].join("none")], &ours).contains("reading"));

    let mut stale = planted();
    stale[0].1["modified"] = json!("2026-11-21T11:59:59Z");
    let (_feeds, folders) = feeds("stale", &stale);
    let said = looked(&folders, &ours);
    assert!(said.contains("7 days old, and 7 are the most"), "{said}");

    for (gap, name) in [(0, "phonenumber"), (1, "jsonwebtoken")] {
        let mut blind = planted();
        blind[gap].1["affected"] = json!([]);
        let (_feeds, folders) = feeds("blind", &blind);
        let said = looked(&folders, &ours);
        assert!(said.contains(&format!("do not know {name}")), "{said}");
    }
}

#[test]
fn r77_withdrawn_and_ignored_ones_count_no_more_and_news_is_told() {
    let all = json!([{ "introduced": "0" }]);
    let of = |id| record(id, (CRATES, "old"), &all);
    let mut alias = of("A-2");
    alias["aliases"] = json!(["RUSTSEC-0000-0001"]);
    let (mut withdrawn, ignored, mut news) = (of("A-1"), of("RUSTSEC-0000-0001"), of("N-1"));
    withdrawn["withdrawn"] = json!("2026-11-01T00:00:00Z");
    news["affected"][0]["database_specific"] = json!({ "informational": "unmaintained" });
    let mut records = planted();
    records.extend([withdrawn, ignored, alias, news].map(|it| ("osv", it)));
    let (_feeds, folders) = feeds("news", &records);
    let said = looked(&folders, &[package(CRATES, "old", "1.0.0")]);
    assert!(
        said.contains("nothing against them\n  N-1: old 1.0.0"),
        "{said}"
    );
    assert!(
        !said.contains("A-") && !said.contains("0000-0001"),
        "{said}"
    );
}

#[test]
fn a_range_says_which_versions_are_in_it() {
    let cases = [
        (json!([{ "introduced": "0" }]), "0.0.1", true),
        (
            json!([{ "introduced": "0" }, { "fixed": "1.2.0" }]),
            "1.2.0-rc.1",
            true,
        ),
        (
            json!([{ "introduced": "0" }, { "fixed": "1.2.0" }]),
            "1.2.0",
            false,
        ),
        (
            json!([{ "introduced": "1.0.0" }, { "last_affected": "1.2.0" }]),
            "1.2.0",
            true,
        ),
        (
            json!([{ "introduced": "1.0.0" }, { "last_affected": "1.2.0" }]),
            "1.2.1",
            false,
        ),
        (
            json!([{ "fixed": "1.1.0" }, { "introduced": "1.0.0" }, { "introduced": "2.0.0" }]),
            "1.5.0",
            false,
        ),
        (
            json!([{ "fixed": "1.1.0" }, { "introduced": "1.0.0" }, { "introduced": "2.0.0" }]),
            "2.0.0",
            true,
        ),
        (json!([{ "introduced": "not a version" }]), "1.0.0", true),
    ];
    for (events, version, expected) in cases {
        let range: Range = serde_json::from_value(json!({ "events": events })).unwrap();
        let version = Version::parse(version).unwrap();
        assert_eq!(range.has(&version), expected, "{events} {version}");
    }
}

#[test]
fn every_lock_file_is_read() {
    let packages = locked().unwrap();
    for (ecosystem, name) in [
        (CRATES, "worker"),
        (CRATES, "wasm-bindgen-cli"),
        (NPM, "workerd"),
        (NPM, "wrangler"),
    ] {
        let found = packages
            .iter()
            .any(|it| it.ecosystem == ecosystem && it.name == name);
        assert!(found, "{name}");
    }
    assert!(!packages.iter().any(|it| it.name == "login"), "it is ours");
    assert_eq!(
        ignored("[advisories]\nignore = [\"A\", { id = \"B\", reason = \"so\" }]").unwrap(),
        ["A", "B"]
    );
}
