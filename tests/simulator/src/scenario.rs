//! Which numbers play a scenario by themselves?
//!
//! For a person at the demo page, who has no script of faults. Tests had better use the script.

use crate::faults::{Answer, Fault};

/// What sending to a number comes to.
#[derive(Clone, Debug)]
pub(crate) enum Scenario {
    /// The lookup says that the number cannot be reached.
    Unreachable,
    /// The account has no Number Lookup.
    LookupNotConfigured,
    /// The answer is spoilt.
    Faulty(Fault),
}

impl Scenario {
    /// The scenario of a number, by its last six digits.
    pub(crate) fn of(to: &str) -> Option<Self> {
        let number = (1..=6).find(|number| to.ends_with(&format!("99000{number}")))?;
        Some(match number {
            1 => Self::Unreachable,
            2 => Self::LookupNotConfigured,
            3 => Self::Faulty(Fault::of(Answer::Status {
                code: 500,
                body: None,
                retry_after_s: None,
            })),
            4 => Self::Faulty(Fault::of(Answer::Html502)),
            5 => Self::Faulty(Fault::slow(30_000)),
            _ => Self::Faulty(Fault::of(Answer::Drop)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_scenario_by_its_end() {
        let cases = [
            ("41793990001", "Unreachable"),
            ("385911990002", "LookupNotConfigured"),
            ("41793990003", "code: 500"),
            ("41793990004", "Html502"),
            ("41793990005", "30000"),
            ("41793990006", "Drop"),
        ];
        for (to, expected) in cases {
            let scenario = format!("{:?}", Scenario::of(to));
            assert!(scenario.contains(expected), "{to}: {scenario}");
        }
        for to in ["41793990007", "41793990000", "41790000001", "990001x"] {
            assert!(Scenario::of(to).is_none(), "{to}");
        }
    }
}
