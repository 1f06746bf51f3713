//! What do many numbers come to?
//!
//! Tables of a few rows, so lists do: each kind of map, and each sort, is kilobytes of the worker. Not here: what is shown ([`super`]).

use login::metrics::Column;

/// One number for each column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums([u64; Column::ALL.len()]);

impl Sums {
    pub(super) fn get(&self, column: Column) -> u64 {
        self.0[column as usize]
    }

    pub(super) fn add(&mut self, column: Column, n: u64) {
        let sum = &mut self.0[column as usize];
        *sum = sum.saturating_add(n);
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        for column in Column::ALL {
            self.add(column, other.get(column));
        }
    }
}

/// Adds to the row of that name, by the name of the column. What is no column is not counted here.
pub(super) fn add_up(rows: &mut Vec<(String, Sums)>, row: &str, column: &str, n: u64) {
    let Some(column) = Column::ALL.into_iter().find(|it| it.as_str() == column) else {
        return;
    };
    if let Some((_, sums)) = rows.iter_mut().find(|(name, _)| name == row) {
        sums.add(column, n);
    } else {
        let mut sums = Sums::default();
        sums.add(column, n);
        rows.push((row.to_owned(), sums));
    }
}

/// The rows with the most texts first.
pub(super) fn most_first(rows: &mut [(String, Sums)]) {
    let texts = |row: &(String, Sums)| row.1.get(Column::Texts);
    for sorted in 1..rows.len() {
        let mut n = sorted;
        while n > 0 && texts(&rows[n - 1]) < texts(&rows[n]) {
            rows.swap(n - 1, n);
            n -= 1;
        }
    }
}
