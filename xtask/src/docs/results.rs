//! What did the benches find?
//!
//! Tables and curves of what is kept in `docs/results/`. Not here: how it is found (`bench`), how a curve is drawn (`plots`).

use std::collections::BTreeMap;

use anyhow::Result;

use super::plots::{Curve, Picture};
use crate::bench::cost::KINDS;
use crate::bench::peers::Peer;
use crate::bench::results::{AfterNumbers, AtRate, Found, Load};
use crate::bench::tally::Quantiles;
use crate::bench::timing::Pair;
use crate::bench::worker::{AT_ONCE, OfTheWorker};

/// How it can be found again, and where it was found.
fn origin<T>(found: &Found<T>) -> String {
    format!("`{}`, {}.\n\n", found.command, found.machine.described())
}

/// What a login costs the worker.
pub(super) fn worker() -> Result<String> {
    let kept: Found<OfTheWorker> = Found::read("worker")?;
    Ok(origin(&kept) + &worker_of(&kept.found))
}

/// The same as a table.
pub(crate) fn worker_of(found: &OfTheWorker) -> String {
    let mut text = "| | processor | wall, median | wall, 95 % |\n|---|---|---|---|\n".to_owned();
    for (kinds, at_once) in found.costs.iter().zip(AT_ONCE) {
        for (cost, kind) in kinds.iter().zip(KINDS) {
            text += &format!(
                "| {kind}, {at_once} at once | {:.2} ms | {:.2} ms | {:.2} ms |\n",
                cost.cpu, cost.wall, cost.slow
            );
        }
    }
    let [[send, verify, session], _] = &found.costs;
    text += &format!(
        "\nOne at a time, a verify costs {:.2} times the processor time of a send, and a session {:.2} times. The worker is well {:.0} ms \
         after its start, and took {:.0} MiB at most.\n",
        verify.cpu / send.cpu,
        session.cpu / send.cpu,
        found.start_up,
        found.peak
    );
    text
}

/// What a login costs beside what it costs others.
pub(super) fn peers() -> Result<String> {
    let kept: Found<Vec<Peer>> = Found::read("peers")?;
    Ok(origin(&kept) + &peers_of(&kept.found))
}

/// The same as tables.
pub(crate) fn peers_of(found: &[Peer]) -> String {
    let mut text = String::new();
    for (nth, at_once) in AT_ONCE.into_iter().enumerate() {
        text += &format!(
            "| ms of processor, {at_once} at once | {} | all three | ours is |\n|---|---|---|---|---|---|\n",
            KINDS.join(" | ")
        );
        let ours = found.first().map_or(0.0, |ours| ours.login(nth));
        for peer in found {
            let costs = peer.costs.get(nth).into_iter().flatten();
            let costs = costs.map(|cost| format!("{:.2}", cost.cpu));
            let login = peer.login(nth);
            text += &format!(
                "| {} | {} | {login:.2} | {:.2} times it |\n",
                peer.name,
                Vec::from_iter(costs).join(" | "),
                ours / login
            );
        }
        text.push('\n');
    }
    text
}

/// What the worker bears.
pub(super) fn load() -> Result<String> {
    let kept: Found<Load> = Found::read("load")?;
    Ok(origin(&kept) + &curves_of(&kept.found, true)?)
}

/// What the worker bears, in tables; and as curves, where there is somewhere to draw them.
pub(crate) fn curves_of(found: &Load, drawn: bool) -> Result<String> {
    let mut text = rates(&found.rates, drawn)?;

    text += "\n### People at once\n\n| at once | logins a second | failed | send, p50 | send, p99 | verify, p50 | verify, p99 | processor |\n|---|---|---|---|---|---|---|---|\n";
    for run in &found.at_once {
        text += &format!(
            "| {} | {:.0} | {} | {} | {:.1} |\n",
            run.at_once,
            run.done,
            run.failed,
            some(&run.times, &["send", "verify"], &[P50, P99]),
            run.cpu
        );
    }

    let soak = &found.soak;
    text += &format!(
        "\n### Time\n\n{} people a second for {:.0} seconds: {} logins, {} requests failed. Over the second half, memory changed by {:+.1} MiB a minute.\n\n",
        soak.rate,
        soak.memory.last().map_or(0.0, |(second, _)| *second),
        soak.done,
        soak.failed,
        soak.slope
    );
    if drawn {
        let curve = Curve {
            name: "memory".to_owned(),
            points: soak.memory.clone(),
        };
        let picture = Picture {
            title: "Memory of the worker over time",
            x: "seconds",
            y: "MiB",
            curves: &[curve],
            steep: false,
        };
        text += &picture.svg()?;
    }

    text += "\n\n### Beside something hot\n\n| beside the crowd | of the crowd: send, p50 | send, p99 | verify, p50 | verify, p99 | failed | the hot requests were answered |\n|---|---|---|---|---|---|---|\n";
    for run in &found.hot {
        let answers = run.answers.iter();
        let answers = answers.map(|(status, times)| format!("{times} × {status}"));
        text += &format!(
            "| {} | {} | {} | {} |\n",
            run.what,
            some(&run.times, &["send", "verify"], &[P50, P99]),
            run.failed,
            Vec::from_iter(answers).join(", ")
        );
    }
    Ok(text)
}

fn rates(rates: &[AtRate], drawn: bool) -> Result<String> {
    let mut text = "### People in a second\n\nTimes are in milliseconds: what 500, 990 and 999 of a thousand requests do not exceed.\n\n".to_owned();
    text += "| begun | done | failed | send | verify | session | renew | processor for all four |\n|---|---|---|---|---|---|---|---|\n";
    for run in rates {
        let kinds = ["send", "verify", "session", "renew"].map(|kind| {
            let times = run.times.get(kind).copied().unwrap_or_default();
            format!("{:.0} / {:.0} / {:.0}", times.p50, times.p99, times.p999)
        });
        text += &format!(
            "| {} | {:.1} | {} | {} | {:.1} |\n",
            run.offered,
            run.done,
            run.failed,
            kinds.join(" | "),
            run.cpu
        );
    }
    if !drawn {
        return Ok(text);
    }
    let curve = |kind: &str, name: &str, of: Of| Curve {
        name: format!("{kind}, {name}"),
        points: rates
            .iter()
            .filter_map(|run| Some((run.offered.into(), of(run.times.get(kind)?))))
            .collect(),
    };
    text += "\n";
    text += &Picture {
        title: "Times of a send and a verify by logins begun in a second",
        x: "logins begun in a second",
        y: "ms",
        curves: &[
            curve("send", "p50", P50),
            curve("send", "p99", P99),
            curve("verify", "p50", P50),
            curve("verify", "p99", P99),
        ],
        steep: true,
    }
    .svg()?;
    text += "\n";
    Ok(text)
}

/// What the worker takes as it knows more numbers.
pub(super) fn growth() -> Result<String> {
    let kept: Found<Vec<AfterNumbers>> = Found::read("growth")?;
    Ok(origin(&kept) + &growth_of(&kept.found))
}

/// The same as a table.
pub(crate) fn growth_of(found: &[AfterNumbers]) -> String {
    let mut text = "| numbers | logins a second | processor | send, p99 | verify, p99 | memory | disk | disk for each | files |\n|---|---|---|---|---|---|---|---|---|\n".to_owned();
    for run in found {
        text += &format!(
            "| {} | {:.0} | {:.1} | {} | {:.0} MiB | {:.0} MiB | {:.1} KiB | {} |\n",
            run.numbers,
            run.done,
            run.cpu,
            some(&run.times, &["send", "verify"], &[P99]),
            run.memory,
            run.disk as f64 / 1024.0 / 1024.0,
            run.disk as f64 / 1024.0 / f64::from(run.numbers),
            run.files
        );
    }
    text
}

/// Whether time tells anything.
pub(super) fn timing() -> Result<String> {
    let kept: Found<Vec<Pair>> = Found::read("timing")?;
    Ok(origin(&kept) + &timing_of(&kept.found))
}

/// The same as a table.
pub(crate) fn timing_of(found: &[Pair]) -> String {
    let mut text = "| | one | median | the other | median | apart | one takes longer | p |\n|---|---|---|---|---|---|---|---|\n".to_owned();
    for pair in found {
        let [one, other] = pair.medians;
        text += &format!(
            "| {} | {} | {one:.3} ms | {} | {other:.3} ms | {:+.3} ms | in {:.1} of 100 pairs | {:.3} |\n",
            pair.what,
            pair.one,
            pair.other,
            one - other,
            pair.longer * 100.0,
            pair.p
        );
    }
    text
}

type Of = fn(&Quantiles) -> f64;
const P50: Of = |times| times.p50;
const P99: Of = |times| times.p99;

/// These quantiles of these kinds of request, as cells.
fn some(times: &BTreeMap<String, Quantiles>, kinds: &[&str], of: &[Of]) -> String {
    let mut cells = Vec::new();
    for kind in kinds {
        let times = times.get(*kind).copied().unwrap_or_default();
        cells.extend(of.iter().map(|of| format!("{:.0}", of(&times))));
    }
    cells.join(" | ")
}
