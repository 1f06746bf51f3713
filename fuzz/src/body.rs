//! What must hold of the bodies that the element and the worker send each other?
//!
//! Not here: what is in them ([`crate::number`], [`crate::code`]).

use std::fmt::Debug;

use protocol::{Numbering, Problem, Proof, ProofOffer, admin, messages, passkey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A body that is read is written so that it reads the same, and what is written is the last word on it. A request has no field that
/// its type does not name. No number, code or proof prints with its request.
pub(crate) fn holds(data: &[u8]) {
    replies(data);
    let Ok(json) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    request::<messages::EmailRequest>(data, &json);
    request::<messages::EndSessions>(data, &json);
    request::<messages::NumberRequest>(data, &json);
    request::<messages::ResendRequest>(data, &json);
    request::<messages::SendRequest>(data, &json);
    request::<messages::SessionRequest>(data, &json);
    request::<messages::VerifyChangeRequest>(data, &json);
    request::<messages::VerifyRequest>(data, &json);
    request::<passkey::Begin>(data, &json);
    request::<passkey::RemovePasskey>(data, &json);
    request::<admin::Order>(data, &json);
    request::<Proof>(data, &json);
}

fn replies(data: &[u8]) {
    same::<messages::Account>(data);
    same::<messages::Challenge>(data);
    same::<messages::Config>(data);
    same::<messages::Country>(data);
    same::<messages::Health>(data);
    same::<messages::OpenSessions>(data);
    same::<messages::Session>(data);
    same::<admin::Budgets>(data);
    same::<admin::Number>(data);
    same::<admin::Switches>(data);
    same::<passkey::Creation>(data);
    same::<passkey::Passkeys>(data);
    same::<passkey::Request>(data);
    // Browsers say more than is read.
    same::<passkey::NewPasskey>(data);
    same::<passkey::PasskeyLogin>(data);
    same::<Numbering>(data);
    same::<Problem>(data);
    same::<ProofOffer>(data);
}

fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(data).ok()?;
    let written = serde_json::to_vec(&read).expect("messages are JSON");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, read);
    let twice = serde_json::to_vec(&again).expect("messages are JSON");
    assert_eq!(twice, written);
    Some(read)
}

fn request<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8], json: &Value) {
    let Some(read) = same::<T>(data) else {
        return;
    };
    let printed = format!("{read:?}");
    let secrets = [
        "/phone",
        "/email",
        "/code",
        "/proof/token",
        "/proof/signature",
        "/token",
        "/signature",
    ];
    for secret in secrets.iter().filter_map(|path| json.pointer(path)) {
        // Shorter ones may be part of a name.
        let secret = secret
            .as_str()
            .filter(|secret| secret.len() > 16 || is_digits(secret));
        assert!(secret.is_none_or(|secret| !printed.contains(secret)));
    }
    let written = serde_json::to_value(&read).expect("messages are JSON");
    // What says nothing is left out, and what was left out is written where it says something.
    for (name, value) in json.as_object().into_iter().flatten() {
        if let Some(written) = written.get(name) {
            let same = if name == "email" {
                // The one that is folded.
                value.as_str().map(str::to_ascii_lowercase).as_deref() == written.as_str()
            } else {
                written == value
            };
            assert!(same, "{name}");
        } else {
            assert!(value.is_null() || value == "sms", "{name}");
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.len() > 5 && text.bytes().all(|b| b.is_ascii_digit() || b == b'+')
}
