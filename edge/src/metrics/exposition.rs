//! How do the numbers read for whoever collects them?
//!
//! As the text of OpenMetrics 1.0. Not here: what is counted ([`super`]).

use login::Timestamp;
use login::metrics::{Column, GUESSED, JUMPS, KEY, Metrics, hour_of};
use login::money::Amount;
use login::policy::Demand;

use super::{
    ABOUT_CODES, ANSWERS, BOUNDS, EVENTS, OPERATIONS, PROVIDER_SECONDS, REQUEST_SECONDS, series,
};
use crate::settings::Settings;

/// How it is told what it is.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What holds at this moment, beside what was counted.
pub(crate) struct Standing {
    pub(crate) now: Timestamp,
    /// Whether texts are stopped, or nobody knows.
    pub(crate) stopped: bool,
    /// Whether codes are being guessed all over the site.
    pub(crate) attacked: bool,
    /// What is used up of the site's limits.
    pub(crate) budgets: Vec<Row>,
}

/// What is used up of a limit, and what it is: window, unit, used, limit.
pub(crate) type Row = (&'static str, String, String, String);

const SPEND: &str = "sms_login_spend";

fn read(reading: &Metrics, name: &str) -> u64 {
    reading.totals.get(name).unwrap_or_default()
}

/// How many marks there are, each once.
fn guessed(reading: &Metrics, now: u64) -> usize {
    let mark = |(_, name, _): (u64, &str, u64)| name.starts_with(GUESSED);
    let again = |(hour, name, _): &(u64, &str, u64)| {
        let now_too = [&now.to_string(), " ", name].concat();
        *hour < now && reading.lately.get(&now_too).is_some()
    };
    reading
        .lately()
        .filter(|it| mark(*it) && !again(it))
        .count()
}

/// The text in the making.
#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        for piece in [
            "# TYPE ",
            name,
            " ",
            kind,
            "\n# HELP ",
            name,
            " ",
            help,
            "\n",
        ] {
            self.0.push_str(piece);
        }
    }

    fn sample(&mut self, name: &str, value: &str) {
        for piece in [name, " ", value, "\n"] {
            self.0.push_str(piece);
        }
    }

    fn gauge(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        self.sample(&series(name, "", labels), value);
    }
}

/// All of it.
pub(crate) fn text(reading: &Metrics, standing: &Standing, settings: &Settings) -> String {
    let mut text = Text::default();
    counters(&mut text, reading);
    gauges(&mut text, reading, standing, settings);
    text.0.push_str("# EOF\n");
    text.0
}

fn counters(text: &mut Text, reading: &Metrics) {
    let of_country = Column::ALL.map(|column| match column {
        Column::Texts => ("sms_login_texts", "Texts that the provider took, by the number's country."),
        Column::Logins => ("sms_login_logins", "Codes that were right."),
        Column::Wrong => ("sms_login_wrong_codes", "Codes that were wrong."),
        Column::Failed => ("sms_login_failures", "Requests for a text or about a code that the provider or the worker failed."),
        Column::Refused => ("sms_login_refusals", "Requests for a text or about a code that were refused, by a limit mostly."),
        Column::Cost => (SPEND, "What the texts cost by PRICES, in units of CURRENCY; those may be among them whose answer was lost."),
    });
    let others = [
        (
            EVENTS,
            "Requests that leave a line in the log, by what came of them and why.",
        ),
        (
            ANSWERS,
            "What the provider answered: kind is taken, right, wrong, expired, exhausted or gone, or how it failed.",
        ),
    ];
    for (name, help) in of_country.into_iter().chain(others) {
        text.family(name, "counter", help);
        let of_family = |(it, _): &(&str, u64)| it.starts_with(name);
        for (series, count) in reading.totals.iter().filter(of_family) {
            if name == SPEND {
                let amount = Amount::from_ten_thousandths(count);
                text.sample(series, &amount.to_string());
            } else {
                text.sample(series, &count.to_string());
            }
        }
    }
    for (name, label, values, help) in [
        (
            PROVIDER_SECONDS,
            "operation",
            &OPERATIONS[..],
            "How long the provider took to answer.",
        ),
        (
            REQUEST_SECONDS,
            "event",
            &ABOUT_CODES[..],
            "How long requests for a text or about a code took, the provider included.",
        ),
    ] {
        text.family(name, "histogram", help);
        for value in values {
            histogram(text, reading, name, (label, value));
        }
    }
    text.family(
        "sms_login_clock_jumps",
        "counter",
        "How often a clock was seen to jump by more than half a minute, or back by ten seconds.",
    );
    text.sample(
        "sms_login_clock_jumps_total",
        &read(reading, JUMPS).to_string(),
    );
}

fn histogram(text: &mut Text, reading: &Metrics, name: &str, label: (&str, &str)) {
    let read = |series: &str| read(reading, series);
    let count = series(name, "_count", &[label]);
    if read(&count) == 0 {
        return;
    }
    for (_, le) in BOUNDS {
        let bucket = series(name, "_bucket", &[label, ("le", le)]);
        text.sample(&bucket, &read(&bucket).to_string());
    }
    let all = series(name, "_bucket", &[label, ("le", "+Inf")]);
    text.sample(&all, &read(&count).to_string());
    text.sample(&count, &read(&count).to_string());
    let sum = series(name, "_sum", &[label]);
    let seconds = Amount::from_ten_thousandths(read(&sum).saturating_mul(10));
    text.sample(&sum, &seconds.to_string());
}

fn gauges(text: &mut Text, reading: &Metrics, standing: &Standing, settings: &Settings) {
    let flag = |on: bool| if on { "1" } else { "0" };
    text.family("sms_login_build", "info", "Which version answers.");
    text.gauge(
        "sms_login_build_info",
        &[("version", env!("CARGO_PKG_VERSION"))],
        "1",
    );
    let mut plain = |name, help, value: String| {
        text.family(name, "gauge", help);
        text.gauge(name, &[], &value);
    };
    plain(
        "sms_login_clock_seconds",
        "What the worker's clock shows, in seconds since 1970.",
        standing.now.as_secs().to_string(),
    );
    plain(
        "sms_login_counting_since_seconds",
        "When counting began, in seconds since 1970.",
        reading.since.as_secs().to_string(),
    );
    plain(
        "sms_login_texts_stopped",
        "Whether the operator has stopped texts, or the worker does not know.",
        flag(standing.stopped).to_owned(),
    );
    plain(
        "sms_login_under_attack",
        "Whether so many codes of the last hour were wrong that they are being guessed.",
        flag(standing.attacked).to_owned(),
    );
    plain(
        "sms_login_guessed_numbers",
        "At least for how many numbers wrong codes were tried, in this hour and the one before.",
        guessed(reading, hour_of(standing.now)).to_string(),
    );

    let policy = &settings.policy;
    text.family(
        "sms_login_limiter_enabled",
        "gauge",
        "Whether a guard that the settings can switch off is on.",
    );
    for (limiter, on) in [
        ("bot_check", policy.proofs.demand != Demand::Off),
        ("pumping", policy.pumping.percent > 0),
        ("spend_cap", policy.spend_cap.is_some()),
    ] {
        text.gauge(
            "sms_login_limiter_enabled",
            &[("limiter", limiter)],
            flag(on),
        );
    }
    for (n, name, help) in [
        (
            0,
            "sms_login_budget_used",
            "What is used up of the site's limits, in texts, in money and in e-mails.",
        ),
        (
            1,
            "sms_login_budget_limit",
            "The site's limits, in texts, in money and in e-mails.",
        ),
    ] {
        text.family(name, "gauge", help);
        for (window, unit, used, limit) in &standing.budgets {
            let labels = [("window", *window), ("unit", unit.as_str())];
            text.gauge(name, &labels, if n == 0 { used } else { limit });
        }
    }
    text.family("sms_login_key_first_seen_seconds", "gauge", "When the key that a ring makes things with was first seen by these metrics, in seconds since 1970. It may be older.");
    for (name, seen) in reading.totals.iter() {
        let key = name.strip_prefix(KEY).and_then(|key| key.split_once('/'));
        if let Some((ring, id)) = key {
            let labels = [("ring", ring), ("key", id)];
            text.gauge(
                "sms_login_key_first_seen_seconds",
                &labels,
                &seen.to_string(),
            );
        }
    }
    let this_hour = hour_of(standing.now);
    for (what, name, help) in [
        (
            "texts",
            "sms_login_prefix_texts",
            "Texts of an hour to a prefix that stands out with ten or more, as of its last one in this hour.",
        ),
        (
            "logins",
            "sms_login_prefix_logins",
            "Logins of the same hour.",
        ),
    ] {
        text.family(name, "gauge", help);
        for (hour, key, n) in reading.lately() {
            let mut parts = key.split(' ');
            if let (true, Some(prefix), Some(country), Some(it)) =
                (hour == this_hour, parts.next(), parts.next(), parts.next())
                && it == what
            {
                let labels = [("prefix", prefix), ("country", country)];
                text.gauge(name, &labels, &n.to_string());
            }
        }
    }
}
