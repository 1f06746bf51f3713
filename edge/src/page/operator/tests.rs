//! Does the page say what the numbers are?

use super::*;
use crate::settings::tests::with;

const NOW: Timestamp = Timestamp::from_secs(1_000_000 * 3600 + 5 * 60);

fn page(reading: &Metrics, priced: bool) -> String {
    let prices = [("PRICES", "*=0.05"), ("SPEND_CAP", "10/20")];
    let settings = with(if priced { &prices } else { &[] }).unwrap();
    numbers(reading, NOW, &settings).into_string()
}

fn reading() -> Metrics {
    let mut reading = Metrics::default();
    for (hour, country, numbers) in [
        (1_000_000, "HR", [8, 6, 4000]),
        (999_999, "HR", [2, 1, 1000]),
        (999_977, "DE", [30, 3, 15_000]),
        // No longer within the 24 hours that are drawn.
        (999_976, "SI", [100, 0, 50_000]),
    ] {
        for (what, n) in ["texts", "logins", "spend"].into_iter().zip(numbers) {
            let name = format!("{hour} {country} {what}");
            reading.lately.set(&name, n, usize::MAX);
        }
    }
    for (what, n) in [("texts", 30), ("logins", 3)] {
        let name = format!("1000000 +49151234 DE {what}");
        reading.lately.set(&name, n, usize::MAX);
    }
    reading.lately.set("1000000 guessed aB", 1, usize::MAX);
    reading
}

#[test]
fn what_is_shown_adds_up() {
    let shown = page(&reading(), true);
    for part in [
        "<dt>Texts</dt><dd>40</dd>",
        "<dt>Logins</dt><dd>10</dd>",
        "<dt>Spend, EUR</dt><dd>2</dd>",
        "<dt>Logins per text</dt><dd>25 %</dd>",
        // 40 is the top: thirty are three quarters of the height.
        r#"<rect class="texts" x="1" y="25" width="8" height="75"/>"#,
        r#"<rect class="logins" x="1" y="93" width="8" height="7"/>"#,
        "<tr><th>16:00<td>8<td>6<tr><th>15:00<td>2<td>1",
        "<th>+49151234…",
        "<td>10 %<td>16:00",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let (germany, croatia) = (shown.find("<th>DE"), shown.find("<th>HR"));
    assert!(
        germany.is_some() && germany < croatia,
        "the most texts first"
    );
}

#[test]
fn without_prices_there_is_no_word_of_money() {
    let shown = page(&reading(), false);
    assert!(
        !shown.contains("Spend") && !shown.contains("cost"),
        "{shown}"
    );
}

/// Nothing has happened yet: no division by it, and no bar.
#[test]
fn a_day_without_anything_is_drawn_too() {
    let shown = page(&Metrics::default(), true);
    assert!(
        shown.contains("<dt>Logins per text</dt><dd>–</dd>"),
        "{shown}"
    );
    assert!(!shown.contains("class=\"texts\" x="), "{shown}");
}

#[test]
fn every_chart_has_its_numbers_below_it() {
    let shown = page(&reading(), true);
    let count = |part: &str| shown.matches(part).count();
    assert_eq!(count("<figure>"), 3);
    assert_eq!(count("role=\"img\""), 3);
    assert_eq!(count("<summary>Table</summary>"), 3);
    assert!(
        !shown.contains("<script") && !shown.contains("style="),
        "{shown}"
    );
}

#[test]
fn the_scale_ends_at_numbers_that_people_read_easily() {
    for (most, top) in [
        (0, 2),
        (2, 2),
        (3, 4),
        (5, 6),
        (7, 10),
        (11, 20),
        (41, 60),
        (61, 100),
        (400, 400),
        (401, 600),
        (601, 1000),
    ] {
        assert_eq!(chart::round_up(most), top, "{most}");
    }
    assert_eq!(chart::round_up(u64::MAX), u64::MAX);
}
