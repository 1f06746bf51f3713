//! What is kept, and what does it all cost?
//!
//! Not here: what the texts of the worst day can cost (docs/costs.md).

use super::LOADS;
use super::format::{Table, gigabytes, number};
use crate::scale::books::Kind;
use crate::scale::cohort::Cohort;
use crate::scale::platform::{BYTES_ON_DISK, MONTH, price};
use crate::scale::{Options, bill, limits};

pub(super) fn storage(options: &Options, cohort: &Cohort) -> String {
    let title = format!(
        "Storage: after the first day of {} logins, and with {} numbers",
        number(options.logins_per_day),
        number(options.numbers)
    );
    let header = [
        "objects",
        "row, bytes",
        "on the disk, bytes",
        "after a day",
        "with all numbers",
        "a month, USD",
    ];
    let mut table = Table::of_numbers(&title, &header.map(str::to_owned));
    let (mut of_a_day, mut of_all) = (0.0, 0.0);
    for kind in [Kind::Number, Kind::User, Kind::Network] {
        let each = cohort.touched[&kind] as f64 / cohort.logins as f64;
        let day = bill::gigabytes(options.logins_per_day * each);
        let all = match kind {
            Kind::Number | Kind::User => bill::gigabytes(options.numbers),
            // They forget after a day or two, and are gone then.
            Kind::Network
            | Kind::Prefix
            | Kind::Country
            | Kind::CountryShard
            | Kind::Site
            | Kind::SiteShard => day,
        };
        of_a_day += day;
        of_all += all;
        let row = match cohort.lengths[&kind] {
            0 => "gone".to_owned(),
            bytes => bytes.to_string(),
        };
        table.row(vec![
            kind.as_str().to_owned(),
            row,
            number(BYTES_ON_DISK as f64),
            gigabytes(day),
            gigabytes(all),
            number(all * price::STORAGE),
        ]);
    }
    table.row(vec![
        "together".to_owned(),
        String::new(),
        String::new(),
        gigabytes(of_a_day),
        gigabytes(of_all),
        number(of_all * price::STORAGE),
    ]);
    table.text
}

pub(super) fn bill(options: &Options, cohort: &Cohort) -> String {
    let header = ["for one login", "amount", "a million logins, USD"].map(str::to_owned);
    let mut table = Table::of_numbers(
        "What one login costs at Cloudflare, beside its text",
        &header,
    );
    let lines = bill::of_a_login(options, cohort);
    let mut all = 0.0;
    for line in &lines {
        all += line.dollars;
        table.row(vec![
            line.what.to_owned(),
            number(line.amount),
            number(line.dollars * 1e6),
        ]);
    }
    table.row(vec![
        "together".to_owned(),
        String::new(),
        number(all * 1e6),
    ]);
    let texts = limits::texts(cohort);
    let dollars = texts * options.text;
    table.row(vec![
        "texts".to_owned(),
        number(texts),
        number(dollars * 1e6),
    ]);
    table.text += &format!(
        "\nA login's texts cost {} times what all the rest of it does.\n",
        number(dollars / all)
    );
    table.text
}

pub(super) fn months(options: &Options, cohort: &Cohort) -> String {
    let header = ["logins a day", "logins, USD", "storage, USD", "texts, USD"].map(str::to_owned);
    let title = format!(
        "A month of {MONTH} days with {} numbers",
        number(options.numbers)
    );
    let mut table = Table::of_numbers(&title, &header);
    for load in LOADS {
        let options = Options {
            logins_per_day: load,
            ..options.clone()
        };
        let each: f64 = bill::of_a_login(&options, cohort)
            .iter()
            .map(|line| line.dollars)
            .sum();
        let logins = load * MONTH;
        table.row(vec![
            number(load),
            number(each * logins),
            number(bill::gigabytes(2.0 * options.numbers) * price::STORAGE),
            number(limits::texts(cohort) * options.text * logins),
        ]);
    }
    table.text
}
