//! What do the numbers say of a worker, to whoever collects them and to whoever looks?
//!
//! A worker of its own, whose counts are then exact. Not here: when each number is counted (`edge`, `login`).

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use protocol::admin::path;
use serde_json::Value;
use tests::answer::Answer;
use tests::line::Line;
use tests::numbers;
use ureq::http::Request;

/// The file of the repository.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn secret(line: &Line) -> String {
    line.secret("ADMIN_KEYS")
}

fn ask(line: &Line, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", line.origin()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    line.browser()
        .send(request.body(body.as_bytes().to_vec()).unwrap())
}

fn scrape(line: &Line) -> String {
    let bearer = format!("Bearer {}", secret(line));
    let headers = [("authorization", bearer.as_str())];
    let answer = ask(line, "GET", path::METRICS, &headers, "");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text()
}

/// What Prometheus's own reader of OpenMetrics makes of it: samples by name and labels, and nothing that it would not take.
fn read(text: &str) -> Value {
    const READ: &str = "import sys, json
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read
samples = [s for f in read(sys.stdin.read()) for s in f.samples]
print(json.dumps({s.name + ''.join(f' {k}={v}' for k, v in sorted(s.labels.items())): float(s.value) for s in samples}))";
    let mut python = Command::new(file("target/examples/python/bin/python"))
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cargo xtask setup makes it");
    python
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{text}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn r90_what_happened_is_in_the_numbers_and_survives_a_restart() {
    let line = Line::with(&[("PRICES", "*=0.05,*/voice=0.2"), ("SPEND_CAP", "100/200")]);
    line.browser().sign_in(&numbers::fresh());
    let phone = numbers::fresh();
    let waiting = line.browser();
    waiting.ask_code(&phone);
    waiting.verify(&numbers::wrong(&line.telephone().code(&phone)));
    line.browser().ask_code(&phone);
    let expected = [
        ("sms_login_texts_total country=HR", 2.0),
        ("sms_login_logins_total country=HR", 1.0),
        ("sms_login_wrong_codes_total country=HR", 1.0),
        ("sms_login_refusals_total country=HR", 1.0),
        ("sms_login_spend_total country=HR", 0.1),
        ("sms_login_guessed_numbers", 1.0),
        (
            "sms_login_provider_answers_total kind=taken operation=send",
            2.0,
        ),
        (
            "sms_login_provider_answers_total kind=right operation=check",
            1.0,
        ),
        (
            "sms_login_provider_answers_total kind=wrong operation=check",
            1.0,
        ),
        ("sms_login_provider_seconds_count operation=send", 2.0),
        ("sms_login_request_seconds_bucket event=check le=+Inf", 2.0),
        (
            "sms_login_events_total country=HR event=send outcome=refused reason=send_too_soon",
            1.0,
        ),
        ("sms_login_budget_used unit=EUR window=hour", 0.1),
        ("sms_login_budget_limit unit=EUR window=day", 200.0),
        ("sms_login_limiter_enabled limiter=spend_cap", 1.0),
        ("sms_login_limiter_enabled limiter=pumping", 0.0),
        ("sms_login_under_attack", 0.0),
        ("sms_login_texts_stopped", 0.0),
        ("sms_login_clock_jumps_total", 0.0),
        ("sms_login_build_info version=0.1.0", 1.0),
    ];
    let check = |samples: &Value| {
        for (name, value) in expected {
            let found = samples[name].as_f64().unwrap_or_default();
            assert!((found - value).abs() < 1e-9, "{name}: {found}\n{samples:#}");
        }
    };
    let text = scrape(&line);
    check(&read(&text));
    let digits = phone.trim_start_matches('+');
    assert!(!text.contains(digits), "R62: no number is in them");
    let line = line.restarted(&[("PRICES", "*=0.05,*/voice=0.2"), ("SPEND_CAP", "100/200")]);
    check(&read(&scrape(&line)));
}

/// Else the texts for them would look like those of somebody who pumps.
#[test]
fn r90_a_step_up_is_in_the_numbers_as_a_login_is() {
    let line = Line::start();
    let phone = numbers::fresh();
    let ticket = line.ticket(&phone);
    let browser = line.browser();
    browser.sends_for(&ticket);
    let code = line.telephone().code(&phone);
    browser.verifies_for(&ticket, &numbers::wrong(&code));
    browser.verifies_for(&ticket, &code);
    let samples = read(&scrape(&line));
    for (name, value) in [
        ("sms_login_texts_total country=HR", 1.0),
        ("sms_login_logins_total country=HR", 1.0),
        ("sms_login_wrong_codes_total country=HR", 1.0),
        ("sms_login_guessed_numbers", 1.0),
        ("sms_login_request_seconds_count event=check_step_up", 2.0),
    ] {
        assert_eq!(samples[name], value, "{name}\n{samples:#}");
    }
    let of_ring = |ring: &str| {
        let name = format!("sms_login_key_first_seen_seconds key=k1 ring={ring}");
        samples[&name].is_number()
    };
    let rings = ["signing", "sealing", "index", "admin", "step_up"];
    assert_eq!(rings.map(of_ring), [true; 5], "{samples:#}");
}

#[test]
fn r90_what_e_mails_use_up_is_told_beside_what_texts_do() {
    let line = Line::with(&[("EMAILS_PER_SITE", "20/50")]);
    line.browser().ask_code_to(&numbers::fresh_email());
    for _ in 0..2 {
        line.browser().ask_code(&numbers::fresh());
    }
    let samples = read(&scrape(&line));
    for (name, value) in [
        ("sms_login_texts_total country=email", 1.0),
        ("sms_login_budget_used unit=emails window=day", 1.0),
        ("sms_login_budget_limit unit=emails window=hour", 20.0),
        ("sms_login_budget_used unit=texts window=hour", 2.0),
    ] {
        assert_eq!(samples[name], value, "{name}\n{samples:#}");
    }
}

#[test]
fn a_prefix_stands_out_once_ten_texts_went_there() {
    let line = Line::start();
    let number = numbers::fresh();
    let (prefix, _) = number.split_at(number.len() - 4);
    for last in 0..11 {
        let sent = line
            .browser()
            .ask_code(&format!("{prefix}{:04}", 7100 + last));
        assert_eq!(sent.status, 202, "{sent:?}");
    }
    let samples = read(&scrape(&line));
    let name = format!("sms_login_prefix_texts country=HR prefix={prefix}");
    assert_eq!(samples[&name], 11.0, "{samples:#}");
}

#[test]
fn every_alert_and_every_chart_is_of_a_number_that_there_is() {
    let line = Line::start();
    let text = scrape(&line);
    let families: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let mut charts = 0;
    for path in ["rules.yml", "grafana.json"] {
        let text = fs::read_to_string(file("examples/operations").join(path)).unwrap();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        for word in words.filter(|word| word.starts_with("sms_login_")) {
            let family = ["_total", "_bucket", "_count", "_sum", "_info"]
                .iter()
                .find_map(|end| word.strip_suffix(end))
                .unwrap_or(word);
            assert!(families.contains(&family), "{path}: {word}\n{families:?}");
            charts += 1;
        }
    }
    assert!(charts > 30, "{charts}");
    let dashboard = fs::read(file("examples/operations/grafana.json")).unwrap();
    let dashboard: Value = serde_json::from_slice(&dashboard).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(panel["targets"][0]["expr"].is_string(), "{panel}");
    }
}

/// The tests of the rules fire each alert.
#[test]
fn r90_each_alert_fires_within_five_minutes_of_what_it_is_for() {
    let folder = file("examples/operations");
    for arguments in [
        ["check", "rules", "rules.yml"],
        ["test", "rules", "rules_test.yml"],
    ] {
        let output = Command::new("promtool")
            .args(arguments)
            .current_dir(&folder)
            .output()
            .expect("cargo xtask setup installs it");
        let said = String::from_utf8_lossy(&output.stdout);
        let more = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{more}");
    }
    let read = |name| fs::read_to_string(folder.join(name)).unwrap();
    let (rules, tests) = (read("rules.yml"), read("rules_test.yml"));
    let names = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "));
    for name in names {
        let fired = format!("alertname: {name}\n        exp_alerts:");
        assert!(tests.contains(&fired), "no test fires {name}");
    }
}

#[test]
fn r89_a_trace_goes_on_to_the_provider_and_the_request_has_an_id_of_its_own() {
    let line = Line::start();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let body = serde_json::json!({ "phone": numbers::fresh() }).to_string();
    let origin = line.issuer().to_owned();
    let headers = [
        ("origin", origin.as_str()),
        ("content-type", "application/json"),
        ("traceparent", parent.as_str()),
        ("x-request-id", "mine"),
    ];
    let sent = ask(&line, "POST", "/v1/challenges", &headers, &body);
    assert_eq!(sent.status, 202, "{sent:?}");
    let id = sent.header("x-request-id").unwrap().to_owned();
    assert!(id.len() == 32 && id != "mine", "{id}");
    let told = line.log();
    let told = told.lines().find(|it| it.contains(&id)).unwrap();
    let event: Value = serde_json::from_str(told).unwrap();
    assert_eq!(
        (&event["event"], &event["trace"]),
        (&"send".into(), &trace.into())
    );
    let asked = fs::read_to_string(line.folder().join("simulator.log")).unwrap();
    assert!(
        asked.contains(&format!("00-{trace}-{}-01", id.split_at(16).0)),
        "{asked}"
    );
}

#[test]
fn the_operators_page_opens_with_a_key_and_for_nobody_else() {
    let line = Line::start();
    line.browser().sign_in(&numbers::fresh());
    let origin = line.issuer().to_owned();
    let form = |from: &str, key: &str| {
        let headers = [
            ("origin", from),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        ask(&line, "POST", "/admin", &headers, &format!("key={key}"))
    };
    let look = |cookie: &str| ask(&line, "GET", "/admin", &[("cookie", cookie)], "").text();
    assert!(look("").contains("Operator key"));
    assert_eq!(form(&origin, "wrong").status, 404);
    assert_eq!(form("https://evil.example", &secret(&line)).status, 403);
    let opened = form(&origin, &secret(&line));
    assert_eq!(opened.status, 303, "{opened:?}");
    let cookie = opened.header("set-cookie").unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-sms-login-operator=v1."),
        "{cookie}"
    );
    assert!(
        cookie.contains("; HttpOnly; SameSite=Strict; Secure; Path=/;"),
        "{cookie}"
    );
    assert!(
        !cookie.contains(&secret(&line)),
        "the key itself is not kept"
    );
    let pair = cookie.split(';').next().unwrap();
    let page = look(pair);
    assert!(page.contains("<dt>Logins</dt><dd>1</dd>"), "{page}");
    assert!(look(&format!("{pair}x")).contains("Operator key"));
    // It opens the page, and no act.
    let bearer = format!("Bearer {}", pair.split_once('=').unwrap().1);
    let headers = [("authorization", bearer.as_str()), ("cookie", pair)];
    assert_eq!(ask(&line, "GET", path::METRICS, &headers, "").status, 404);
}
