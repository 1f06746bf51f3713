//! How often was each operation called?
//!
//! Every call that names an operation counts when it arrives: let in or not, spoilt or not. So a test sees a call that
//! should not have been made even when nothing came of it.

use std::collections::{BTreeMap, HashMap};

use crate::destination::normalized;
use crate::operation::Operation;

/// The counters, over all numbers and for each.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    all: BTreeMap<Operation, u64>,
    by_number: HashMap<String, BTreeMap<Operation, u64>>,
}

impl Calls {
    pub(crate) fn count(&mut self, operation: Operation, to: Option<&str>) {
        *self.all.entry(operation).or_default() += 1;
        if let Some(to) = to {
            let counters = self.by_number.entry(normalized(to)).or_default();
            *counters.entry(operation).or_default() += 1;
        }
    }

    /// One counter for each operation, also for those that were never called.
    pub(crate) fn counters(&self, to: Option<&str>) -> BTreeMap<Operation, u64> {
        let counted = match to {
            None => Some(&self.all),
            Some(to) => self.by_number.get(&normalized(to)),
        };
        let count = |operation| counted.and_then(|it| it.get(&operation)).copied();
        Operation::ALL
            .map(|operation| (operation, count(operation).unwrap_or_default()))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_counters_of_its_own() {
        let mut calls = Calls::default();
        calls.count(Operation::Send, Some("+41790000031"));
        calls.count(Operation::Send, Some("41790000032"));
        calls.count(Operation::ListApplications, None);
        let cases = [
            (None, 2),
            (Some("41790000031"), 1),
            (Some("41790000033"), 0),
        ];
        for (to, expected) in cases {
            assert_eq!(calls.counters(to)[&Operation::Send], expected, "{to:?}");
        }
        assert_eq!(calls.counters(None).len(), 18);
    }
}
