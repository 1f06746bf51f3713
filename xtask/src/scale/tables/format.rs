//! How are tables and numbers written?
//!
//! As Markdown. Not here: which tables there are ([`super`]).

/// A table under its title.
pub(super) struct Table {
    pub(super) text: String,
}

impl Table {
    /// Its first column is of words, and the others of numbers.
    pub(super) fn of_numbers(title: &str, header: &[String]) -> Self {
        Self::new(title, header, 0)
    }

    /// So are the last ones, as many as that.
    pub(super) fn new(title: &str, header: &[String], words: usize) -> Self {
        let mut table = Self {
            text: format!("**{title}**\n\n"),
        };
        table.row(header.to_vec());
        let is_of_words = |column: usize| column == 0 || column + words >= header.len();
        let rule = (0..header.len()).map(|column| match is_of_words(column) {
            true => "---".to_owned(),
            false => "---:".to_owned(),
        });
        table.row(rule.collect());
        table
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.text += &format!("| {} |\n", cells.join(" | "));
    }
}

pub(super) fn gigabytes(gigabytes: f64) -> String {
    match gigabytes {
        many if many >= 1000.0 => format!("{} TB", number(many / 1000.0)),
        few => format!("{} GB", number(few)),
    }
}

/// Two digits of it, and zeros.
pub(super) fn rough(n: f64) -> String {
    let unit = 10f64.powf((n.max(1.0).log10() - 1.0).floor());
    number((n / unit).round() * unit)
}

/// Three digits of it, or all that are before the point.
pub(super) fn number(n: f64) -> String {
    let text = match n {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n if n >= 0.1 || n == 0.0 => format!("{n:.2}"),
        n => format!("{n:.4}"),
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match part.trim_end_matches('0') {
        "" => grouped,
        part => format!("{grouped}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_their_thousands_are_told_apart() {
        for (n, expected) in [
            (0.0, "0"),
            (0.00123, "0.0012"),
            (0.5, "0.5"),
            (1.0, "1"),
            (12.34, "12.3"),
            (999.4, "999"),
            (12_345.6, "12,346"),
            (1e9, "1,000,000,000"),
        ] {
            assert_eq!(number(n), expected);
        }
    }
}
