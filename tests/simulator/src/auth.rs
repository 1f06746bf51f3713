//! Who is calling, and may they?
//!
//! The four authorization schemes, and keys that are known and scoped. Unless keys are named, any well-formed credentials
//! are let in: this is a simulator, and what it tests is that the caller sends them in the right form.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::errors::ApiError;
use crate::operation::Operation;

/// An API key that is accepted, written `KEY` or `KEY=SCOPE,SCOPE`; without scopes it may do everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    key: String,
    scopes: Option<Vec<Scope>>,
}

/// What a key may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Manage,
    PinManage,
    PinSend,
}

impl FromStr for ApiKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, scopes) = match text.split_once('=') {
            None => (text, None),
            Some((key, scopes)) => (
                key,
                Some(scopes.split(',').map(scope).collect::<Result<_, _>>()?),
            ),
        };
        if key.is_empty() {
            return Err("the key is empty".to_owned());
        }
        Ok(Self {
            key: key.to_owned(),
            scopes,
        })
    }
}

fn scope(text: &str) -> Result<Scope, String> {
    match text {
        "2fa:manage" => Ok(Scope::Manage),
        "2fa:pin:manage" => Ok(Scope::PinManage),
        "2fa:pin:send" => Ok(Scope::PinSend),
        _ => Err(format!(
            "{text:?} is none of 2fa:manage, 2fa:pin:manage, 2fa:pin:send"
        )),
    }
}

/// Lets a call in or not. A key without its scheme is a mistake that real callers make, and is refused.
pub(crate) fn authorize(
    header: Option<&str>,
    known: &[ApiKey],
    operation: Operation,
) -> Result<(), ApiError> {
    let (scheme, credentials) = header
        .and_then(|header| header.split_once(' '))
        .ok_or(ApiError::Unauthorized)?;
    let is_well_formed = match scheme {
        "App" => return authorize_key(credentials, known, operation),
        "Basic" => STANDARD
            .decode(credentials)
            .is_ok_and(|pair| pair.contains(&b':')),
        "IBSSO" | "Bearer" => !credentials.trim().is_empty(),
        _ => false,
    };
    if is_well_formed {
        Ok(())
    } else {
        Err(ApiError::Unauthorized)
    }
}

fn authorize_key(key: &str, known: &[ApiKey], operation: Operation) -> Result<(), ApiError> {
    if known.is_empty() && !key.trim().is_empty() {
        return Ok(());
    }
    let known = known
        .iter()
        .find(|known| known.key == key)
        .ok_or(ApiError::Unauthorized)?;
    match &known.scopes {
        None => Ok(()),
        Some(scopes) if scopes.iter().any(|it| operation.scopes().contains(it)) => Ok(()),
        Some(_) => Err(ApiError::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_well_formed_credentials_are_let_in() {
        let cases = [
            (Some("App 0123-key"), true),
            (Some("Basic dXNlcjpwYXNz"), true),
            (Some("IBSSO token"), true),
            (Some("Bearer token"), true),
            (None, false),
            (Some("0123-key"), false),
            (Some("App "), false),
            (Some("APP 0123-key"), false),
            (Some("Basic user:pass"), false),
            (Some("Basic dXNlcg=="), false),
            (Some("Bearer "), false),
            (Some("Digest x"), false),
        ];
        for (header, is_let_in) in cases {
            let authorized = authorize(header, &[], Operation::Send);
            assert_eq!(authorized.is_ok(), is_let_in, "{header:?}");
        }
    }

    #[test]
    fn a_scoped_key_may_do_what_its_scopes_say() {
        let known: Vec<ApiKey> = ["all", "set-up=2fa:manage", "worker=2fa:pin:send"]
            .map(|key| key.parse().unwrap())
            .to_vec();
        let (create, send) = (Operation::CreateApplication, Operation::Send);
        let cases = [
            ("App all", create, Ok(())),
            ("App set-up", create, Ok(())),
            ("App set-up", send, Ok(())),
            (
                "App set-up",
                Operation::ResendEmail,
                Err(ApiError::Forbidden),
            ),
            ("App worker", create, Err(ApiError::Forbidden)),
            ("App worker", send, Ok(())),
            ("App stranger", send, Err(ApiError::Unauthorized)),
        ];
        for (header, operation, expected) in cases {
            let authorized = authorize(Some(header), &known, operation);
            assert_eq!(authorized, expected, "{header} {operation:?}");
        }
    }

    #[test]
    fn a_scope_that_does_not_exist_is_refused_at_the_start() {
        assert!("key=2fa:everything".parse::<ApiKey>().is_err());
        assert!("=2fa:manage".parse::<ApiKey>().is_err());
    }
}
