//! How does Infobip say no?
//!
//! The closed list of refusals and the one table of their statuses and bodies, in the older and the newer error model.
//! Not here: scripted faults, which can answer anything (`faults.rs`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::Millis;
use crate::reply::Reply;
use crate::switches::{ErrorModel, Switches};

/// Violations by property path.
pub(crate) type Violations = BTreeMap<String, Vec<String>>;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The request is malformed; the violations may be empty.
    BadRequest(Violations),
    Unauthorized,
    Forbidden,
    NotFound,
    /// A limit is used up; there is room again after so long.
    TooManyRequests(Millis),
}

impl ApiError {
    /// A bad request about one property.
    pub(crate) fn violation(property: &str, violation: &str) -> Self {
        Self::BadRequest(Violations::from([(
            property.to_owned(),
            vec![violation.to_owned()],
        )]))
    }

    /// A bad request that does not say what is wrong.
    pub(crate) fn bad_request() -> Self {
        Self::BadRequest(Violations::new())
    }

    pub(crate) fn into_reply(self, switches: &Switches) -> Reply {
        let status = match &self {
            Self::BadRequest(_) => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::TooManyRequests(_) => 429,
        };
        let mut reply = refusal(status, switches);
        if let Self::TooManyRequests(wait) = &self
            && switches.retry_after
        {
            reply.retry_after_s = Some(wait.div_ceil(1000));
        }
        if let Self::BadRequest(violations) = self
            && !violations.is_empty()
        {
            add(violations, &mut reply.body);
        }
        reply
    }
}

/// The usual answer with an error status, in the error model that is switched on.
pub(crate) fn refusal(status: u16, switches: &Switches) -> Reply {
    let (message_id, text) = match status {
        400 => ("BAD_REQUEST", "Bad request"),
        401 => ("UNAUTHORIZED", "Unauthorized"),
        403 => ("FORBIDDEN", "Forbidden"),
        404 => ("NOT_FOUND", "Not found"),
        429 => ("TOO_MANY_REQUESTS", "Too many requests"),
        _ => (
            "GENERAL_ERROR",
            "Something went wrong. Please contact support.",
        ),
    };
    let newer = match switches.error_model {
        ErrorModel::RequestError => false,
        ErrorModel::NewerWhenThrottled => status == 429,
        ErrorModel::Newer => true,
    };
    let body = if newer {
        json!({
            "errorCode": format!("E{status}"),
            "description": text,
            "action": "See the documentation of this method.",
            "violations": [],
            "resources": [],
        })
    } else {
        json!({"requestError": {"serviceException": {"messageId": message_id, "text": text}}})
    };
    Reply {
        has_content_type: switches.error_content_type,
        ..Reply::new(status, body)
    }
}

fn add(violations: Violations, body: &mut Value) {
    if let Some(exception) = body.pointer_mut("/requestError/serviceException") {
        exception["validationErrors"] = json!(violations);
        return;
    }
    let each = |(property, texts): (String, Vec<String>)| {
        texts
            .into_iter()
            .map(move |text| json!({"property": property, "violation": text}))
    };
    body["violations"] = violations.into_iter().flat_map(each).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn the_two_error_models_tell_the_same() {
        let blank = ApiError::violation("to", "must not be blank");
        let mut switches = Options::default().switches;

        let older = blank.clone().into_reply(&switches);
        assert_eq!(
            older.body,
            json!({"requestError": {"serviceException": {
                "messageId": "BAD_REQUEST",
                "text": "Bad request",
                "validationErrors": {"to": ["must not be blank"]},
            }}})
        );

        switches.error_model = ErrorModel::Newer;
        let newer = blank.into_reply(&switches);
        assert_eq!(newer.body["errorCode"], "E400");
        assert_eq!(
            newer.body["violations"],
            json!([{"property": "to", "violation": "must not be blank"}])
        );
    }

    #[test]
    fn throttling_may_speak_the_newer_model_alone() {
        let mut switches = Options::default().switches;
        switches.error_model = ErrorModel::NewerWhenThrottled;
        switches.retry_after = true;
        let throttled = ApiError::TooManyRequests(2_001).into_reply(&switches);
        assert_eq!(throttled.body["errorCode"], "E429");
        assert_eq!(throttled.retry_after_s, Some(3));
        let missing = ApiError::NotFound.into_reply(&switches);
        assert!(missing.body["requestError"].is_object());
    }
}
