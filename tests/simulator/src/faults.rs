//! What goes wrong, for whom, and how often?
//!
//! The script that tests write, the matching of calls against it, and what it does to the content of an answer. Not here:
//! what it does to the bytes (`delivery.rs`).

use serde::Deserialize;
use serde_json::Value;

use crate::destination::normalized;
use crate::errors::refusal;
use crate::operation::Operation;
use crate::reply::Reply;
use crate::switches::Switches;

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

/// A fault. The one by default is none: an answer as it should be, at once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    when: Option<When>,
    /// How long the answer keeps waiting for its first byte.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    #[serde(default)]
    pub(crate) answer: Answer,
}

/// Whether the call has its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    /// The fault comes first, and nothing is sent, verified or counted against a limit.
    Before,
    /// The call has its effect, and then its answer is spoilt.
    After,
}

/// What the caller gets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Answer {
    /// The answer as it should be.
    #[default]
    Normal,
    /// Another status, with the usual body of that error, or a JSON body, or a text.
    Status {
        code: u16,
        body: Option<Value>,
        retry_after_s: Option<u64>,
    },
    /// A gateway's page.
    #[serde(rename = "html_502")]
    Html502,
    /// A redirect that keeps the method, to a URL.
    Redirect(String),
    /// No answer: the connection is closed.
    Drop,
    /// The usual status, and no body.
    Empty,
    /// The usual status, and this body.
    Json(Value),
    /// The usual answer, changed by a merge patch (RFC 7396): `null` removes a field.
    Patch(Value),
    /// The first half of the usual body, announced as if it were all.
    Truncated,
    /// The usual answer under another media type, or with `null` under none.
    ContentType(Option<String>),
    /// The usual answer, so many bytes at a time.
    Drip { bytes: usize, every_ms: u64 },
    /// The usual answer after so many megabytes of blanks, which JSON allows.
    HugeMb(usize),
}

impl Answer {
    /// Whether the answer owes nothing to the call, so that it can also be given before the effect.
    fn is_independent(&self) -> bool {
        match self {
            Self::Status { .. }
            | Self::Html502
            | Self::Redirect(_)
            | Self::Drop
            | Self::Empty
            | Self::Json(_) => true,
            Self::Normal
            | Self::Patch(_)
            | Self::Truncated
            | Self::ContentType(_)
            | Self::Drip { .. }
            | Self::HugeMb(_) => false,
        }
    }
}

impl Fault {
    pub(crate) fn of(answer: Answer) -> Self {
        Self {
            answer,
            ..Self::default()
        }
    }

    pub(crate) fn slow(delay_ms: u64) -> Self {
        Self {
            delay_ms,
            ..Self::default()
        }
    }

    /// Unless it is said, an answer that owes nothing to the call comes before the effect.
    pub(crate) fn when(&self) -> When {
        self.when.unwrap_or(if self.answer.is_independent() {
            When::Before
        } else {
            When::After
        })
    }

    /// The content of the answer: `normal`, or what the fault makes of it.
    pub(crate) fn applied(&self, normal: Reply, switches: &Switches) -> Reply {
        match &self.answer {
            Answer::Status {
                code,
                body,
                retry_after_s,
            } => {
                let mut reply = refusal(*code, switches);
                if let Some(body) = body {
                    reply.body = body.clone();
                }
                reply.retry_after_s = *retry_after_s;
                reply
            }
            Answer::Json(body) => Reply {
                body: body.clone(),
                ..normal
            },
            Answer::Patch(patch) => {
                let mut reply = normal;
                json_patch::merge(&mut reply.body, patch);
                reply
            }
            Answer::Normal
            | Answer::Html502
            | Answer::Redirect(_)
            | Answer::Drop
            | Answer::Empty
            | Answer::Truncated
            | Answer::ContentType(_)
            | Answer::Drip { .. }
            | Answer::HugeMb(_) => normal,
        }
    }
}

/// The script.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    /// Appends a line; says what is wrong with one that could never be played as written.
    pub(crate) fn add(&mut self, rule: Rule) -> Result<(), &'static str> {
        let fault = &rule.fault;
        if fault.when == Some(When::Before) && !fault.answer.is_independent() {
            return Err("before its effect a call has no answer that could be changed");
        }
        let code = match &fault.answer {
            Answer::Status { code, .. } => *code,
            Answer::Normal
            | Answer::Html502
            | Answer::Redirect(_)
            | Answer::Drop
            | Answer::Empty
            | Answer::Json(_)
            | Answer::Patch(_)
            | Answer::Truncated
            | Answer::ContentType(_)
            | Answer::Drip { .. }
            | Answer::HugeMb(_) => 200,
        };
        if !(200..=599).contains(&code) {
            return Err("a status is between 200 and 599");
        }
        self.rules.push(rule);
        Ok(())
    }

    /// Removes the lines about one number, or all.
    pub(crate) fn clear(&mut self, to: Option<&str>) {
        let Some(to) = to.map(normalized) else {
            self.rules.clear();
            return;
        };
        self.rules
            .retain(|rule| rule.matching.to.as_deref().map(normalized) != Some(to.clone()));
    }

    /// The fault to play for a call, used up by one.
    pub(crate) fn take(&mut self, operation: Operation, to: Option<&str>) -> Option<Fault> {
        let to = to.map(normalized);
        let is_hit = |rule: &Rule| {
            let same_operation = rule.matching.operation.is_none_or(|it| it == operation);
            let same_number =
                rule.matching.to.is_none() || rule.matching.to.as_deref().map(normalized) == to;
            same_operation && same_number && rule.times != Some(0)
        };
        let rule = self.rules.iter_mut().find(|rule| is_hit(rule))?;
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::options::Options;

    fn rule(json: Value) -> Rule {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_line_is_played_for_the_calls_it_matches_and_as_often_as_it_says() {
        let mut faults = Faults::default();
        let line = json!({
            "match": {"operation": "verify", "to": "+41790000021"},
            "times": 2,
            "fault": {"answer": "drop"},
        });
        faults.add(rule(line)).unwrap();
        let cases = [
            (Operation::Send, Some("41790000021"), false),
            (Operation::Verify, Some("41790000022"), false),
            (Operation::Verify, None, false),
            (Operation::Verify, Some("41790000021"), true),
            (Operation::Verify, Some("41790000021"), true),
            (Operation::Verify, Some("41790000021"), false),
        ];
        for (operation, to, is_played) in cases {
            let fault = faults.take(operation, to);
            assert_eq!(fault.is_some(), is_played, "{operation:?} {to:?}");
        }
    }

    #[test]
    fn clearing_one_number_leaves_the_others() {
        let mut faults = Faults::default();
        for to in ["41790000023", "41790000024"] {
            let line = json!({"match": {"to": to}, "fault": {"answer": "empty"}});
            faults.add(rule(line)).unwrap();
        }
        faults.clear(Some("41790000023"));
        assert!(faults.take(Operation::Send, Some("41790000023")).is_none());
        assert!(faults.take(Operation::Send, Some("41790000024")).is_some());
        faults.clear(None);
        assert!(faults.take(Operation::Send, Some("41790000024")).is_none());
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
            let added = Faults::default().add(rule);
            assert_eq!(added.map(|()| when).map_err(drop), expected, "{fault}");
        }
    }

    #[test]
    fn a_patch_changes_and_removes_fields() {
        let fault = Fault::of(Answer::Patch(json!({"msisdn": "1", "verified": null})));
        let normal = Reply::ok(json!({"msisdn": "2", "verified": true, "pinId": "P"}));
        let reply = fault.applied(normal, &Options::default().switches);
        assert_eq!(reply.body, json!({"msisdn": "1", "pinId": "P"}));
    }
}
