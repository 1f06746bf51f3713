//! For whom does something go wrong, and how often?
//!
//! The script that tests write, and the matching of calls against it. Not here: what goes wrong (`faults.rs`).

use serde::Deserialize;

use crate::destination::normalized;
use crate::faults::{Answer, Fault, When};
use crate::operation::Operation;

const MOST_MEGABYTES: usize = 1024;

/// One line of the script: the first that matches a call is played.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Which calls; without it, all.
    #[serde(default, rename = "match")]
    matching: Match,
    /// How often; without it, until the script is cleared.
    times: Option<u64>,
    fault: Fault,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Match {
    operation: Option<Operation>,
    /// The number that the call sends to, or that its PIN was sent to.
    to: Option<String>,
}

/// The script.
#[derive(Debug, Default)]
pub(crate) struct Script {
    rules: Vec<Rule>,
}

impl Script {
    /// Appends a line; says what is wrong with one that could never be played as written.
    pub(crate) fn add(&mut self, mut rule: Rule) -> Result<(), &'static str> {
        let fault = &rule.fault;
        if fault.when() == When::Before && !fault.answer.is_independent() {
            return Err("before its effect a call has no answer that could be changed");
        }
        if let Answer::Status { code, .. } = &fault.answer
            && !(200..=599).contains(code)
        {
            return Err("a status is between 200 and 599");
        }
        if let Answer::HugeMb(megabytes) = &fault.answer
            && *megabytes > MOST_MEGABYTES
        {
            return Err("an answer has at most 1024 megabytes");
        }
        rule.matching.to = rule.matching.to.as_deref().map(normalized);
        self.rules.push(rule);
        Ok(())
    }

    /// Removes the lines about one number, or all.
    pub(crate) fn clear(&mut self, to: Option<&str>) {
        let to = to.map(normalized);
        self.rules
            .retain(|rule| to.is_some() && rule.matching.to != to);
    }

    /// The fault to play for a call, used up by one.
    pub(crate) fn take(&mut self, operation: Operation, to: Option<&str>) -> Option<Fault> {
        let to = to.map(normalized);
        let rule = self.rules.iter_mut().find(|rule| {
            let Match {
                operation: of,
                to: at,
            } = &rule.matching;
            of.is_none_or(|of| of == operation)
                && (at.is_none() || *at == to)
                && rule.times != Some(0)
        })?;
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(json: Value) -> Rule {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_line_is_played_for_the_calls_it_matches_and_as_often_as_it_says() {
        let mut script = Script::default();
        let line = json!({
            "match": {"operation": "verify", "to": "+41790000021"},
            "times": 2,
            "fault": {"answer": "drop"},
        });
        script.add(rule(line)).unwrap();
        let cases = [
            (Operation::Send, Some("41790000021"), false),
            (Operation::Verify, Some("41790000022"), false),
            (Operation::Verify, None, false),
            (Operation::Verify, Some("41790000021"), true),
            (Operation::Verify, Some("41790000021"), true),
            (Operation::Verify, Some("41790000021"), false),
        ];
        for (operation, to, is_played) in cases {
            let fault = script.take(operation, to);
            assert_eq!(fault.is_some(), is_played, "{operation:?} {to:?}");
        }
    }

    #[test]
    fn clearing_one_number_leaves_the_others() {
        let mut script = Script::default();
        for to in ["41790000023", "41790000024"] {
            let line = json!({"match": {"to": to}, "fault": {"answer": "empty"}});
            script.add(rule(line)).unwrap();
        }
        script.clear(Some("41790000023"));
        assert!(script.take(Operation::Send, Some("41790000023")).is_none());
        assert!(script.take(Operation::Send, Some("41790000024")).is_some());
        script.clear(None);
        assert!(script.take(Operation::Send, Some("41790000024")).is_none());
    }

    #[test]
    fn a_misspelt_line_is_refused() {
        let cases = [
            json!({"fault": {"anwser": "drop"}}),
            json!({"fault": {"answer": "dropp"}}),
            json!({"fault": {"answer": {"status": {"code": 500, "boddy": 1}}}}),
            json!({"match": {"operation": "sends"}, "fault": {}}),
            json!({"match": {"operation": "send"}}),
        ];
        for line in cases {
            assert!(
                serde_json::from_value::<Rule>(line.clone()).is_err(),
                "{line}"
            );
        }
    }

    #[test]
    fn only_an_independent_answer_can_come_before_the_effect() {
        let cases = [
            (
                json!({"answer": {"status": {"code": 503}}}),
                Ok(When::Before),
            ),
            (json!({"answer": "drop", "when": "after"}), Ok(When::After)),
            (json!({"delay_ms": 5}), Ok(When::After)),
            (json!({"answer": {"patch": {}}}), Ok(When::After)),
            (json!({"answer": {"patch": {}}, "when": "before"}), Err(())),
            (json!({"answer": {"status": {"code": 99}}}), Err(())),
        ];
        for (fault, expected) in cases {
            let rule = rule(json!({"fault": fault}));
            let when = rule.fault.when();
            let added = Script::default().add(rule);
            assert_eq!(added.map(|()| when).map_err(drop), expected, "{fault}");
        }
    }
}
