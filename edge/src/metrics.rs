//! What is counted, and how is it called?
//!
//! Names of counters are made here, of words of ours and of countries that are served: nothing that a request brought is ever part of
//! one. They are written as the text of OpenMetrics has them, so that the record which adds them up need not know what they mean.
//!
//! Not here: where they are added up (`login::metrics`); the text as a whole ([`exposition`]); how the provider is watched ([`provider`]).

pub(crate) mod exposition;
pub(crate) mod provider;

use login::index::DestinationName;
use login::keys::KeyRing;
use login::metrics::{Busy, Column, Counts, GUESSED, prefix};
use protocol::{Destination, ProblemCode};

use crate::event::{CHECK, Outcome, Told};

/// Requests, by what came of them.
pub(crate) const EVENTS: &str = "sms_login_events";
/// What the provider said.
pub(crate) const ANSWERS: &str = "sms_login_provider_answers";
/// How long the provider took.
pub(crate) const PROVIDER_SECONDS: &str = "sms_login_provider_seconds";
/// How long requests for a text or about a code took.
pub(crate) const REQUEST_SECONDS: &str = "sms_login_request_seconds";

/// The bounds of durations, in milliseconds and as they are written.
pub(crate) const BOUNDS: [(u64, &str); 8] = [
    (50, "0.05"),
    (100, "0.1"),
    (250, "0.25"),
    (500, "0.5"),
    (1000, "1.0"),
    (2500, "2.5"),
    (5000, "5.0"),
    (8000, "8.0"),
];

/// Requests for a text or about a code, by their names in the log.
pub(crate) const ABOUT_CODES: [&str; 9] = [
    "send",
    "resend",
    CHECK,
    "change_number",
    "check_number",
    "change_email",
    "check_email",
    "send_step_up",
    "check_step_up",
];
/// What the provider is asked.
pub(crate) const OPERATIONS: [&str; 7] = [
    "send",
    "send_voice",
    "send_email",
    "resend",
    "resend_voice",
    "resend_email",
    "check",
];
/// What stands in the place of a country where a code goes to an address, which has none.
pub(crate) const MAILBOX: &str = "email";

/// A request was answered.
pub(crate) fn answered(
    counts: &mut Counts,
    name: &'static str,
    refusal: Option<ProblemCode>,
    told: &Told,
    busy: Option<Busy>,
    index: &KeyRing,
) {
    let outcome = Outcome::of(refusal);
    let place = match &told.to {
        Some(Destination::Email(_)) => MAILBOX,
        Some(Destination::Phone(_)) | None => told.country.as_deref().unwrap_or_default(),
    };
    let labels = [
        ("event", name),
        ("outcome", outcome.as_str()),
        ("reason", refusal.map_or("", ProblemCode::as_str)),
        ("country", place),
    ];
    counts.total(&series(EVENTS, "_total", &labels), 1);
    if !ABOUT_CODES.contains(&name) {
        return;
    }
    let column = match outcome {
        // Texts are counted where the provider takes them.
        Outcome::Done => matches!(
            name,
            CHECK | "check_number" | "check_email" | "check_step_up"
        )
        .then_some(Column::Logins),
        Outcome::Wrong => Some(Column::Wrong),
        Outcome::Refused => Some(Column::Refused),
        Outcome::Failed => Some(Column::Failed),
    };
    if let Some(column) = column {
        happened(counts, place, column, 1);
    }
    let Some(to) = &told.to else {
        return;
    };
    if outcome == Outcome::Wrong {
        // Twelve bits of the keyed hash: enough to tell numbers apart, not enough to tell which.
        let name = DestinationName::of(to, index.current());
        let mark = name.hash().get(..2).unwrap_or_default();
        counts.lately(&[GUESSED, mark].concat(), 1);
    }
    if let (Some(busy), Some(number)) = (busy, to.phone()) {
        let of = [prefix(number).as_str(), " ", place].concat();
        counts.lately(&[&of, " texts"].concat(), busy.texts.into());
        counts.lately(&[&of, " logins"].concat(), busy.logins.into());
    }
}

/// So much of it happened with numbers of that country.
fn happened(counts: &mut Counts, country: &str, column: Column, n: u64) {
    if n > 0 {
        counts.total(&total_of(country, column), n);
        counts.lately(&[country, " ", column.as_str()].concat(), n);
    }
}

/// The counter of a country's column.
fn total_of(country: &str, column: Column) -> String {
    let family = ["sms_login_", column.as_str()].concat();
    series(&family, "_total", &[("country", country)])
}

/// The provider answered, or did not.
pub(crate) fn asked(counts: &mut Counts, operation: &'static str, kind: &'static str, millis: u64) {
    let labels = [("operation", operation), ("kind", kind)];
    counts.total(&series(ANSWERS, "_total", &labels), 1);
    took(counts, PROVIDER_SECONDS, ("operation", operation), millis);
}

/// Something took that long. Bounds count what is below them, as OpenMetrics wants it.
pub(crate) fn took(
    counts: &mut Counts,
    family: &'static str,
    label: (&'static str, &'static str),
    millis: u64,
) {
    for (bound, le) in BOUNDS {
        if millis <= bound {
            counts.total(&series(family, "_bucket", &[label, ("le", le)]), 1);
        }
    }
    counts.total(&series(family, "_count", &[label]), 1);
    counts.total(&series(family, "_sum", &[label]), millis);
}

/// The name of a counter. Labels without a value are left out, which is the same to whoever reads it.
pub(crate) fn series(family: &str, suffix: &str, labels: &[(&str, &str)]) -> String {
    let mut name = [family, suffix].concat();
    let mut before = '{';
    for (label, value) in labels {
        if !value.is_empty() {
            name.push(before);
            name.push_str(label);
            name.push_str("=\"");
            name.push_str(value);
            name.push('"');
            before = ',';
        }
    }
    if before == ',' {
        name.push('}');
    }
    name
}

#[cfg(test)]
mod tests {
    use login::metrics::Numbers;
    use protocol::PhoneNumber;

    use super::*;

    fn counted(name: &'static str, refusal: Option<ProblemCode>) -> Counts {
        let told = Told {
            country: Some("HR".to_owned()),
            to: Some(PhoneNumber::try_from("+385911234567").unwrap().into()),
            ..Told::default()
        };
        let busy = Busy {
            texts: 12,
            logins: 0,
        };
        let key = format!("i1:{}", "3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM");
        let index = KeyRing::parse(&key).unwrap();
        let mut counts = Counts::default();
        answered(&mut counts, name, refusal, &told, Some(busy), &index);
        counts
    }

    #[test]
    fn each_request_is_counted_where_it_belongs() {
        let cases = [
            ("send", None, None),
            ("check", None, Some(Column::Logins)),
            ("check_number", None, Some(Column::Logins)),
            ("check_email", None, Some(Column::Logins)),
            ("check_step_up", None, Some(Column::Logins)),
            (
                "check_step_up",
                Some(ProblemCode::WrongCode),
                Some(Column::Wrong),
            ),
            (
                "send_step_up",
                Some(ProblemCode::SendTooSoon),
                Some(Column::Refused),
            ),
            ("step_up", None, None),
            ("check", Some(ProblemCode::WrongCode), Some(Column::Wrong)),
            (
                "send",
                Some(ProblemCode::SendTooSoon),
                Some(Column::Refused),
            ),
            ("send", Some(ProblemCode::Unavailable), Some(Column::Failed)),
            (
                "resend",
                Some(ProblemCode::NotDelivered),
                Some(Column::Failed),
            ),
            ("renew", Some(ProblemCode::Unavailable), None),
            ("logout", None, None),
        ];
        for (name, refusal, column) in cases {
            let counts = counted(name, refusal);
            for it in Column::ALL {
                let expected = (Some(it) == column).then_some(1);
                let read = |numbers: &Numbers, name: &str| numbers.get(name);
                let total = read(&counts.totals, &total_of("HR", it));
                let lately = read(&counts.lately, &format!("HR {}", it.as_str()));
                assert_eq!((total, lately), (expected, expected), "{name} {it:?}");
            }
        }
    }

    #[test]
    fn r62_no_counter_has_a_number_in_its_name() {
        let counts = counted("check", Some(ProblemCode::WrongCode));
        let text = serde_json::to_string(&counts).unwrap();
        assert!(
            !text.contains("1234567") && !text.contains("4567"),
            "{text}"
        );
        let names: Vec<_> = counts.lately.iter().map(|(name, _)| name).collect();
        let expected = [
            "+38591123 HR logins",
            "+38591123 HR texts",
            "HR wrong_codes",
        ];
        assert_eq!(names[..3], expected);
        assert_eq!(names[3].len(), "guessed aB".len(), "{names:?}");
    }

    #[test]
    fn a_duration_is_in_every_bound_that_it_is_below() {
        let mut counts = Counts::default();
        asked(&mut counts, "send", "taken", 250);
        asked(&mut counts, "send", "unknown", 9000);
        let read = |name: &str| counts.totals.get(name);
        let cases = [
            (
                r#"sms_login_provider_answers_total{operation="send",kind="taken"}"#,
                Some(1),
            ),
            (
                r#"sms_login_provider_seconds_bucket{operation="send",le="0.1"}"#,
                None,
            ),
            (
                r#"sms_login_provider_seconds_bucket{operation="send",le="0.25"}"#,
                Some(1),
            ),
            (
                r#"sms_login_provider_seconds_bucket{operation="send",le="8.0"}"#,
                Some(1),
            ),
            (
                r#"sms_login_provider_seconds_count{operation="send"}"#,
                Some(2),
            ),
            (
                r#"sms_login_provider_seconds_sum{operation="send"}"#,
                Some(9250),
            ),
        ];
        for (name, expected) in cases {
            assert_eq!(read(name), expected, "{name}");
        }
        assert_eq!(series("a", "_total", &[("b", "")]), "a_total");
    }
}
