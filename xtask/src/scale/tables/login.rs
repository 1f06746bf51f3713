//! What does one request, and what does one login ask of which objects?
//!
//! Not here: what that costs (`cost`), and how it adds up when many sign in at once (`load`).

use super::format::{Table, number};
use crate::scale::Options;
use crate::scale::books::{Book, Kind};
use crate::scale::cohort::{Act, Cohort};

/// What each request asks.
pub(super) fn requests(cohort: &Cohort) -> String {
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| cohort.touched[kind] > 0)
        .collect();
    let mut header = ["one request", "worker"].map(str::to_owned).to_vec();
    header.extend(kinds.iter().map(|kind| kind.as_str().to_owned()));
    header.extend(["rows read", "rows written"].map(str::to_owned));
    let mut table = Table::of_numbers(
        "Objects that each kind of request asks, on average",
        &header,
    );
    for act in Act::ALL {
        let times = cohort.acts.get(&act).copied().unwrap_or_default();
        if times == 0 || act == Act::Forget {
            continue;
        }
        let each = |n: u64| number(n as f64 / times as f64);
        let book = |kind| cohort.books.get(&(act, kind)).copied().unwrap_or_default();
        let mut all = Book::default();
        let mut row = vec![act.as_str().to_owned(), act.requests().to_string()];
        for kind in &kinds {
            all.add(book(*kind));
            row.push(each(book(*kind).asks));
        }
        row.extend([each(all.rows_read), each(all.rows_written)]);
        table.row(row);
    }
    table.text
}

/// What a whole login comes to.
pub(super) fn whole(options: &Options, cohort: &Cohort) -> String {
    let title = format!(
        "One login, and all until the next one after {} days: what each kind of object has to do",
        options.days_between
    );
    let header = [
        "kind",
        "objects",
        "asked",
        "alarms",
        "rows written",
        "of them by alarms",
    ];
    let mut table = Table::of_numbers(&title, &header.map(str::to_owned));
    let each = |n: u64| number(n as f64 / cohort.logins as f64);
    let (mut journeys, mut alarms, mut touched) = (Book::default(), Book::default(), 0);
    for kind in Kind::ALL {
        if cohort.touched[&kind] == 0 {
            continue;
        }
        let (mut of_journeys, mut of_alarms) = (Book::default(), Book::default());
        for ((act, of), book) in &cohort.books {
            if of == &kind && *act == Act::Forget {
                of_alarms.add(*book);
            } else if of == &kind {
                of_journeys.add(*book);
            }
        }
        journeys.add(of_journeys);
        alarms.add(of_alarms);
        touched += cohort.touched[&kind];
        let written = of_journeys.rows_written + of_alarms.rows_written;
        table.row(vec![
            kind.as_str().to_owned(),
            each(cohort.touched[&kind]),
            each(of_journeys.asks),
            each(of_alarms.alarms),
            each(written),
            each(of_alarms.rows_written),
        ]);
    }
    table.row(vec![
        "together".to_owned(),
        each(touched),
        each(journeys.asks),
        each(alarms.alarms),
        each(journeys.rows_written + alarms.rows_written),
        each(alarms.rows_written),
    ]);
    table.text
}
