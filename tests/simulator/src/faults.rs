//! What goes wrong?
//!
//! The kinds of fault, and what they do to the content of an answer. Not here: whom they hit (`script.rs`), and what they do
//! to the bytes (`delivery.rs`).

use serde::Deserialize;
use serde_json::Value;

use crate::errors::refusal;
use crate::reply::Reply;
use crate::switches::Switches;

/// A fault. The one by default is none: an answer as it should be, at once.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
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
    pub(crate) fn is_independent(&self) -> bool {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::options::Options;

    #[test]
    fn a_patch_changes_and_removes_fields() {
        let fault = Fault::of(Answer::Patch(json!({"msisdn": "1", "verified": null})));
        let normal = Reply::ok(json!({"msisdn": "2", "verified": true, "pinId": "P"}));
        let reply = fault.applied(normal, &Options::default().switches);
        assert_eq!(reply.body, json!({"msisdn": "1", "pinId": "P"}));
    }
}
