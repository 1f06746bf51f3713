//! What does a visitor wait for, and what does it take of their telephone?
//!
//! The element beside what others put onto a page for the same purpose, all of them on one slow network and one slow processor, as
//! Chromium simulates them. Not here: their pages (`xtask/peers`), who serves them (`front`), using the browser (`chrome`).

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::chrome::{Driver, Window};
use super::front::{Count, Front};
use crate::browser::Engine;
use crate::instance::{Instance, Plan};
use crate::measure::median;
use crate::place::command;
use crate::setup::{self, Tool};
use crate::step::Progress;

/// Each by the name of its page, ours first, and what a visitor of a real site of theirs would load beyond what is measured.
const PAGES: [(&str, &str); 4] = [
    (
        "sms-login",
        "nothing; its worker answers as well, on this machine",
    ),
    (
        "auth0",
        "Lock, passwordless, with a stub for its tenant's settings. Not here: its words and its captcha from Auth0's network",
    ),
    (
        "supabase",
        "Auth UI's view that has a telephone number, supabase-js, React. Not here: a view to ask for the text, which Auth UI lacks",
    ),
    (
        "firebase",
        "the client and the page's own field. Not here: reCAPTCHA from Google's network, which sending needs; any look of its own",
    ),
];

/// Lighthouse's slow 4G as it asks the developer tools for it: 150 ms times 3.75, 1.6 Mbit/s down and 750 kbit/s up times 0.9
/// (`core/config/constants.js`, `mobileSlow4G`), and its processor, four times as slow.
const LATENCY_MS: f64 = 150.0 * 3.75;
const DOWN_BYTES_S: f64 = 1.6 * 1024.0 * 1024.0 / 8.0 * 0.9;
const UP_BYTES_S: f64 = 750.0 * 1024.0 / 8.0 * 0.9;
const SLOWER: u32 = 4;

/// After the last answer: the longest that a page takes to ask for more because of it.
const QUIET: Duration = Duration::from_secs(2);

/// On every page before all else: notes when a person can type a number, into a field that is shown and enabled; and which memories
/// of WebAssembly there are, which Chromium leaves out of what it says a page takes.
const WATCH: &str = "
    window.benchField = () => {
        const all = (root) => [...root.querySelectorAll('*')].flatMap((node) =>
            [node, ...(node.shadowRoot ? all(node.shadowRoot) : [])]);
        return all(document).find((node) => node.matches('input:is([type=tel], [type=text], :not([type]))')
            && !node.matches(':disabled') && !node.readOnly
            && node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && node.getBoundingClientRect().width > 0);
    };
    window.benchMemories = new Set();
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const original = WebAssembly[name];
        WebAssembly[name] = async (...from) => {
            const made = await original.apply(WebAssembly, from);
            for (const it of Object.values((made.instance ?? made).exports))
                if (it instanceof WebAssembly.Memory) benchMemories.add(it);
            return made;
        };
    }
    window.benchUsable = new Promise((usable) => {
        const look = () => document.body && benchField() ? usable(performance.now()) : setTimeout(look, 16);
        look();
    });
";
/// What is typed. That many of its digits must be in the field: pages put blanks between them.
const NUMBER: &str = "0912345678";

/// What is measured of a page, in this order.
const FIGURES: [&str; 6] = [
    "field usable",
    "sent",
    "requests",
    "main thread",
    "of it scripts",
    "memory",
];
/// In microseconds, bytes or pieces: see [`shown`].
type Figures = [u64; FIGURES.len()];

/// Measures every page in every round, each time in a Chromium that has never been anywhere, and prints the medians.
pub(super) fn bench(progress: &Progress, rounds: u32, dir: &Path) -> Result<()> {
    setup::ensure(progress, &[Tool::Peers, Tool::Browser(Engine::Chromium)])?;
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
    }
    let pages = dir.join("pages");
    fs::create_dir_all(&pages)?;
    progress.step(
        "build the pages",
        "`cargo xtask build` makes what they need.",
        |step| {
            let mut build = command("node", &["xtask/peers/build.mjs"]);
            build.arg(&pages);
            step.run(build)
        },
    )?;

    let front = Front::bind()?;
    let origin = front.origin.clone();
    let instance = Instance::start(&Plan {
        port: 0,
        simulator_port: 0,
        worker: None,
        dir: &dir.join("instance"),
        settings: &[("ISSUER".to_owned(), origin.clone())],
    })?;
    let count = front.serve(&pages, &instance.origin)?;
    let driver = Driver::start(dir)?;

    let mut measured: [Vec<Figures>; PAGES.len()] = Default::default();
    let mut version = String::new();
    for round in 1..=rounds {
        for ((page, _), measured) in PAGES.iter().zip(&mut measured) {
            progress.say(&format!("  … round {round} of {rounds}: {page}"));
            let window = driver.open()?;
            let url = format!("{origin}/{page}.html");
            measured
                .push(visit(&window, &url, &count).with_context(|| format!("visiting {page}"))?);
            version.clone_from(&window.version);
        }
    }
    println!("{}", report(&measured.map(|of| medians(&of))));
    println!(
        "  medians of {rounds} rounds in Chromium {version}, each with an empty profile; {LATENCY_MS} ms, {:.2} Mbit/s down, a processor \
         {SLOWER} times as slow; brotli 11 for all, one server on this machine, no TLS\n",
        DOWN_BYTES_S * 8.0 / 1024.0 / 1024.0
    );
    for (page, what) in PAGES {
        println!("  {page}: {what}");
    }
    drop((driver, instance));
    fs::remove_dir_all(dir).with_context(|| format!("removing {}", dir.display()))
}

/// One visit:
///
/// 1. Make network and processor slow.
/// 2. Load the page, and wait for its field; what the main thread did until then counts.
/// 3. Wait until the page asks for nothing more; what was sent until then counts.
/// 4. Type a number, to see that the field is one.
/// 5. Measure what memory is in use.
fn visit(window: &Window<'_>, url: &str, count: &Count) -> Result<Figures> {
    // (1)
    window.devtools("Network.enable", json!({}))?;
    window.devtools(
        "Network.emulateNetworkConditions",
        json!({
            "offline": false,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BYTES_S,
            "uploadThroughput": UP_BYTES_S,
        }),
    )?;
    window.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }))?;
    window.devtools("Performance.enable", json!({}))?;
    window.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": WATCH }),
    )?;

    // (2)
    count.reset();
    window.go(url)?;
    let usable = number(&window.awaits("benchUsable")?)? * 1e3;
    let metrics = window.devtools("Performance.getMetrics", json!({}))?;
    let metric = |name: &str| {
        let metrics = metrics["metrics"].as_array();
        let found = metrics.and_then(|all| all.iter().find(|metric| metric["name"] == name));
        number(&found.context(name.to_owned())?["value"])
    };

    // (3)
    let sent = count.when_quiet_for(QUIET);

    // (4)
    window.awaits("benchField().focus()")?;
    window.types(NUMBER)?;
    let typed = window.awaits("benchField().value")?;
    let digits = typed.as_str().unwrap_or_default();
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    if !digits.ends_with(NUMBER.trim_start_matches('0')) {
        bail!("{NUMBER} was typed, and its field says {typed}");
    }

    // (5)
    window.devtools("HeapProfiler.collectGarbage", json!({}))?;
    let memory = window.awaits(
        "performance.measureUserAgentSpecificMemory().then(({ bytes }) =>
             [...benchMemories].reduce((sum, { buffer }) => sum + buffer.byteLength, bytes))",
    )?;

    Ok([
        usable.round() as u64,
        sent.bytes,
        sent.requests,
        (metric("TaskDuration")? * 1e6).round() as u64,
        (metric("ScriptDuration")? * 1e6).round() as u64,
        number(&memory)?.round() as u64,
    ])
}

fn number(value: &Value) -> Result<f64> {
    value
        .as_f64()
        .with_context(|| format!("not a number: {value}"))
}

fn medians(visits: &[Figures]) -> Figures {
    std::array::from_fn(|figure| {
        let values: Vec<u64> = visits.iter().map(|visit| visit[figure]).collect();
        median(&values)
    })
}

/// A line for each page; in brackets how many times ours it is.
fn report(pages: &[Figures; PAGES.len()]) -> String {
    let mut table = format!("\n  {:<10}", "");
    for name in FIGURES {
        table += &format!("{name:>20}");
    }
    let [ours, ..] = pages;
    for ((page, _), figures) in PAGES.iter().zip(pages) {
        table += &format!("\n  {page:<10}");
        for (figure, (value, ours)) in figures.iter().zip(ours).enumerate() {
            let ratio = *value as f64 / *ours as f64;
            table += &format!("{:>20}", format!("{} ({ratio:.2})", shown(figure, *value)));
        }
    }
    table
}

fn shown(figure: usize, value: u64) -> String {
    match FIGURES[figure] {
        "sent" | "requests" => value.to_string(),
        "memory" => format!("{:.1} MB", value as f64 / 1e6),
        _ => format!("{} ms", value / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_has_its_own_median_and_is_compared_with_ours() {
        let ours = medians(&[
            [3_000_000, 10, 1, 900_000, 1_000, 1_000_000],
            [1_000_000, 30, 1, 800_000, 3_000, 3_000_000],
            [2_000_000, 20, 4, 700_000, 2_000, 2_000_000],
        ]);
        assert_eq!(ours, [2_000_000, 20, 1, 800_000, 2_000, 2_000_000]);
        let table = report(&[ours, ours.map(|value| value * 3 / 2), ours, ours]);
        for expected in [
            "2000 ms (1.00)",
            "3000 ms (1.50)",
            "30 (1.50)",
            "3.0 MB (1.50)",
        ] {
            assert!(table.contains(expected), "{expected}: {table}");
        }
    }
}
