//! What does a tool find that knows nothing of the worker but its contract?
//!
//! Schemathesis reads `/openapi.json`, makes requests up that fit it and requests that do not, and holds every answer against it: that
//! there is no 5xx, and that status, content type, headers and body are as they are promised. Not here: whether an answer is the right
//! one (all other tests).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::line::Line;
use tests::numbers;

/// What is asked of every answer. Not: that whatever fits the contract is taken, because a number may fit and not exist; nor that what
/// does not fit is refused for that, because who asks is looked at before what; nor that a method that there is none of is a 405 where a
/// stranger is told of no route at all.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

/// For each operation and phase, so many requests.
const MOST: &str = "--max-examples=10";

/// Statuses that are promised, and that no request by itself brings about; and which tests do.
const NOT_BY_A_REQUEST: [(&str, &str); 4] = [
    (
        "409",
        "two checks at once, or a number of another account: challenges.rs, number.rs",
    ),
    ("413", "a body of more than 4096 bytes: malformed.rs"),
    ("428", "a site that asks for proofs: tests/abuse"),
    (
        "503",
        "a provider, a storage or settings that fail: tests/faults",
    ),
];

#[derive(Clone, Copy)]
enum Who {
    Stranger,
    Person,
    Backend,
    Operator,
    AnotherSite,
}

#[test]
fn whatever_a_tool_makes_up_from_the_contract_is_answered_by_it() {
    let line = Line::start();
    let mut reached = BTreeMap::new();
    // The operator comes last, and ends the sessions.
    let all = [
        Who::Stranger,
        Who::AnotherSite,
        Who::Person,
        Who::Backend,
        Who::Operator,
    ];
    for who in all {
        for (operation, statuses) in run(&line, who) {
            let of_it: &mut BTreeSet<String> = reached.entry(operation).or_default();
            of_it.extend(statuses);
        }
    }
    let asked: BTreeSet<String> = reached.keys().cloned().collect();
    let promised = promised(&line);
    let operations: BTreeSet<String> = promised.keys().cloned().collect();
    assert_eq!(asked, operations, "every operation is asked");

    let of_any: BTreeSet<&String> = reached.values().flatten().collect();
    let silent: BTreeSet<&str> = promised
        .values()
        .flatten()
        .filter(|status| !of_any.contains(status))
        .map(String::as_str)
        .collect();
    let expected = BTreeMap::from(NOT_BY_A_REQUEST);
    assert!(
        silent.iter().eq(expected.keys()),
        "{silent:?} of {reached:?}"
    );
}

/// Which statuses each operation answered with.
fn run(line: &Line, who: Who) -> BTreeMap<String, BTreeSet<String>> {
    let folder = line.folder().join("strangers");
    fs::create_dir_all(&folder).unwrap();
    let report = folder.join("report.ndjson");
    let origin = line.origin();
    let mut tool = Command::new(file("target/examples/python/bin/st"));
    tool.current_dir(&folder)
        .args(["run", &format!("{origin}/openapi.json"), "--checks", CHECKS])
        .args([MOST, "--seed=1"])
        .args(["--generation-database=none", "--suppress-health-check=all"])
        .args([
            "--continue-on-failure",
            "--warnings=off",
            "--no-color",
            "--request-timeout=60",
        ])
        .args(["--report=ndjson", "--report-ndjson-path"])
        .arg(&report);
    let header = |tool: &mut Command, name: &str, value: &str| {
        tool.arg("--header").arg(format!("{name}: {value}"));
    };
    header(&mut tool, "CF-Connecting-IP", &numbers::fresh_address());
    // Neither an operator's program nor a backend is a page.
    match who {
        Who::AnotherSite => header(&mut tool, "Origin", "https://shop.example.org"),
        Who::Stranger | Who::Person => header(&mut tool, "Origin", origin),
        Who::Backend | Who::Operator => {}
    }
    let phases = match who {
        // Nothing but its origin is of interest.
        Who::AnotherSite => "examples",
        Who::Stranger | Who::Person | Who::Backend | Who::Operator => "examples,coverage,fuzzing",
    };
    tool.args(["--phases", phases]);
    match who {
        Who::Stranger | Who::AnotherSite => {}
        Who::Person => {
            let browser = line.browser();
            browser.sign_in(&numbers::fresh());
            let cookies = browser.jar().header();
            header(
                &mut tool,
                "Cookie",
                &cookies.expect("somebody is signed in"),
            );
            tool.arg("--exclude-path-regex=^/v1/admin/");
        }
        Who::Backend => {
            let secret = line.secret("STEP_UP_KEYS");
            header(&mut tool, "Authorization", &format!("Bearer {secret}"));
            tool.arg("--include-path-regex=^/v1/step-ups$");
        }
        Who::Operator => {
            let secret = line.secret("ADMIN_KEYS");
            header(&mut tool, "Authorization", &format!("Bearer {secret}"));
            tool.arg("--include-path-regex=^/v1/admin/");
        }
    }
    let output = tool.output().expect("cargo xtask setup installs it");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    read(&fs::read_to_string(report).unwrap())
}

/// What the tool wrote down of the requests that it made, a line for each that happened.
fn read(report: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut reached: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in report.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let recorder = &event["ScenarioFinished"]["recorder"];
        let Some(operation) = recorder["label"].as_str() else {
            continue;
        };
        let interactions = recorder["interactions"].as_object();
        for interaction in interactions.into_iter().flat_map(|it| it.values()) {
            let statuses = reached.entry(operation.to_owned()).or_default();
            if let Some(status) = interaction["response"]["status_code"].as_u64() {
                statuses.insert(status.to_string());
            }
        }
    }
    reached
}

/// The statuses that each operation promises.
fn promised(line: &Line) -> BTreeMap<String, BTreeSet<String>> {
    let document = line.browser().get("/openapi.json").json();
    let mut promised = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if let Some(responses) = operation["responses"].as_object() {
                let operation = format!("{} {path}", method.to_uppercase());
                promised.insert(operation, responses.keys().cloned().collect());
            }
        }
    }
    promised
}

/// The file of the repository.
fn file(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
