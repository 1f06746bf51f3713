//! Is every count kept, added up once, and forgotten in time?

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_000_000 * 3600);

fn after(secs: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(secs))
}

fn counts(n: u64) -> Counts {
    let mut counts = Counts::default();
    counts.total("a_total", n);
    counts.lately("HR texts", n);
    counts
}

fn hand_in(record: &mut Metrics, counts: Counts, now: Timestamp) {
    HandIn(counts).apply(record, now, &Policy::default());
}

fn read(record: &mut Metrics, now: Timestamp) -> Metrics {
    ReadMetrics::default().apply(record, now, &Policy::default())
}

#[test]
fn counts_of_several_instances_are_added_up_for_good_and_for_a_day() {
    let mut record = Metrics::default();
    for (at, n) in [(0, 1), (10, 2), (3600, 4), (24 * 3600, 8), (25 * 3600, 16)] {
        hand_in(&mut record, counts(n), after(at));
    }
    let reading = read(&mut record, after(25 * 3600));
    assert_eq!(
        (reading.since, reading.totals.get("a_total")),
        (NOW, Some(31))
    );
    let lately: Vec<_> = reading.lately().collect();
    let expected = [(1, 4), (24, 8), (25, 16)].map(|(hour, n)| (1_000_000 + hour, "HR texts", n));
    assert_eq!(lately, expected, "this hour and 24 more");
}

/// Counters survive a deploy.
#[test]
fn the_stored_metrics_are_pinned() {
    let stored = r#"{"since":1000,"last":2000,"totals":[["a_total",3],["key signing/s1",1000]],"lately":[["7 +38591123 HR texts",12],["7 HR texts",3],["7 guessed aB",1]]}"#;
    let record: Metrics = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), stored);
    let blank: Metrics = serde_json::from_str("{}").unwrap();
    assert!(blank.is_blank());
}

#[test]
fn r64_nothing_but_totals_is_kept_for_longer_than_a_day() {
    let mut record = Metrics::default();
    let mut all = counts(1);
    all.lately("guessed aB", 1);
    all.lately("+38591123 HR texts", 12);
    hand_in(&mut record, all, NOW);
    assert!(record.has_something_to_forget());
    let kept = |record: &Metrics, name: &str| record.lately().any(|(_, it, _)| it.contains(name));
    record.prune(after(2 * 3600), &Policy::default());
    assert!(!kept(&record, "aB") && kept(&record, "+38591123"));
    // Late and twice.
    for secs in [26 * 3600, 50 * 3600] {
        record.prune(after(secs), &Policy::default());
        assert!(!record.has_something_to_forget());
        assert!(!record.is_blank(), "totals go on");
    }
}

#[test]
fn what_is_counted_is_bounded() {
    let mut record = Metrics::default();
    for n in 0..300 {
        let mut all = Counts::default();
        for i in 0..50 {
            all.total(&format!("{n}/{i}"), 1);
            all.lately(&format!("{n}/{i}"), 1);
        }
        hand_in(&mut record, all, NOW);
    }
    assert_eq!(
        (record.totals.len(), record.lately.len()),
        (MOST_TOTALS, MOST_LATELY)
    );
    // What has a place goes on being counted.
    let mut more = Counts::default();
    more.total("0/0", 5);
    hand_in(&mut record, more, NOW);
    assert_eq!(record.totals.get("0/0"), Some(6));
}

#[test]
fn how_a_prefix_stands_is_not_added_up() {
    let mut record = Metrics::default();
    for texts in [10, 11, 12] {
        let mut all = Counts::default();
        all.lately("+38591123 HR texts", texts);
        hand_in(&mut record, all, NOW);
    }
    let stands: Vec<_> = record.lately().map(|(_, _, n)| n).collect();
    assert_eq!(stands, [12]);
}

#[test]
fn r90_a_key_is_as_old_as_the_record_knows() {
    let mut record = Metrics::default();
    let mut keys = |now, names: &[&str]| {
        let keys = names.iter().map(|name| (*name).to_owned()).collect();
        let read = ReadMetrics { keys }.apply(&mut record, now, &Policy::default());
        read.totals
            .iter()
            .map(|(name, at)| (name.to_owned(), at))
            .collect::<Vec<_>>()
    };
    let named = |name: &str, at: Timestamp| (format!("key {name}"), at.as_secs());
    assert_eq!(keys(NOW, &["s1"]), [named("s1", NOW)]);
    let both = [named("s1", NOW), named("s2", after(60))];
    assert_eq!(keys(after(60), &["s2", "s1"]), both);
    assert_eq!(keys(after(90), &["s2"]), [named("s2", after(60))]);
}

#[test]
fn r90_a_clock_that_jumps_is_noticed_either_way() {
    // When the instance was to hand in five seconds later, and what its clock shows then.
    for (began, shows, jumped) in [
        (0, 5, false),
        (0, 6, false),
        (0, 35, false),
        (0, 36, true),
        (0, 3600, true),
        (3600, 0, true),
        (3600, 3575, false),
        (3600, 3574, true),
    ] {
        let mut tally = Tally::new();
        tally.counts().total("a_total", 1);
        assert!(tally.must_hand_in(after(began)));
        let taken = tally.take(after(shows));
        assert_eq!(taken.totals.get(JUMPS).is_some(), jumped, "{began} {shows}");
    }
    // What the record's clock shows after the last hand-in.
    for (shows, jumps) in [(3600, None), (3590, None), (3589, Some(1)), (0, Some(1))] {
        let mut record = Metrics::default();
        hand_in(&mut record, counts(1), after(3600));
        hand_in(&mut record, counts(1), after(shows));
        assert_eq!(record.totals.get(JUMPS), jumps, "{shows}");
    }
}

#[test]
fn one_request_hands_in_for_all_and_nothing_is_lost_that_was_not_taken() {
    let mut tally = Tally::new();
    assert!(!tally.must_hand_in(NOW), "there is nothing");
    *tally.counts() = counts(1);
    assert!(tally.must_hand_in(NOW));
    assert!(!tally.must_hand_in(after(1)), "somebody is about to");
    assert!(tally.must_hand_in(after(66)), "they never did");
    let taken = tally.take(after(71));
    *tally.counts() = counts(2);
    tally.put_back(taken);
    assert_eq!(tally.take(after(76)), counts(3));
    assert!(!tally.must_hand_in(after(80)));
}

/// Dashboards ask for these.
#[test]
fn the_names_of_what_is_counted_are_pinned() {
    let names = Column::ALL.map(Column::as_str);
    let expected = [
        "texts",
        "logins",
        "wrong_codes",
        "failures",
        "refusals",
        "spend",
    ];
    assert_eq!(names, expected);
}

#[test]
fn r63_of_a_number_that_stands_out_the_operator_reads_all_but_its_last_four_digits() {
    let number = PhoneNumber::try_from("+385911234567").unwrap();
    assert_eq!(prefix(&number), "+38591123");
}

#[test]
fn the_record_takes_its_own_steps_by_name_and_says_no_to_every_other() {
    let (policy, mut record) = (Policy::default(), Metrics::default());
    let json = serde_json::to_string(&HandIn(counts(3))).unwrap();
    record
        .apply_json(HandIn::NAME, &json, NOW, &policy)
        .unwrap();
    let read = serde_json::to_string(&ReadMetrics::default()).unwrap();
    let told = record.apply_json(ReadMetrics::NAME, &read, NOW, &policy);
    let told: Metrics = serde_json::from_str(&told.unwrap()).unwrap();
    assert_eq!(told.totals.get("a_total"), Some(3));
    assert!(Metrics::takes(HandIn::NAME) && Metrics::takes(ReadMetrics::NAME));
    assert!(!Metrics::takes("spend"));
    assert!(record.apply_json("spend", "{}", NOW, &policy).is_err());
}

#[test]
fn a_list_of_numbers_takes_as_many_names_as_it_has_places() {
    let mut numbers = Numbers::default();
    for (n, name) in ["b", "a", "c"].into_iter().enumerate() {
        assert_eq!((numbers.len(), numbers.is_empty()), (n.min(2), n == 0));
        numbers.add(name, 1, 2);
    }
    let all: Vec<_> = numbers.iter().collect();
    assert_eq!(all, [("a", 1), ("b", 1)]);
}
