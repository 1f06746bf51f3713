//! What may be asked about passkeys?
//!
//! Not here: what is in the bodies ([`crate::passkey`]).

use super::{Route, SIGNED_IN};
use crate::{ProblemCode, passkey};

/// What whoever asks for passkeys is told where the site has none.
const NO_PASSKEYS: &[ProblemCode] = &[ProblemCode::NotFound];

/// What a request may be told that gives the account another.
const MORE_PASSKEYS: &[ProblemCode] = &[ProblemCode::LoginTooOld, ProblemCode::TooManyPasskeys];

/// What a request may be told that shows one.
const SHOWN: &[ProblemCode] = &[ProblemCode::NoChallenge, ProblemCode::PasskeyRefused];

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "get",
        path: passkey::path::PASSKEYS,
        summary: "The passkeys of the account",
        takes: None,
        gives: (200, Some("Passkeys")),
        refusals: &[SIGNED_IN, NO_PASSKEYS],
    },
    Route {
        method: "post",
        path: passkey::path::CREATION,
        summary: "What the browser needs to make a passkey; a cookie says for which session",
        takes: Some("SessionRequest"),
        gives: (200, Some("PasskeyCreation")),
        refusals: &[SIGNED_IN, NO_PASSKEYS, MORE_PASSKEYS],
    },
    Route {
        method: "post",
        path: passkey::path::PASSKEYS,
        summary: "The account has the passkey that the browser has made",
        takes: Some("NewPasskey"),
        gives: (201, Some("Passkey")),
        refusals: &[SIGNED_IN, NO_PASSKEYS, MORE_PASSKEYS, SHOWN],
    },
    Route {
        method: "delete",
        path: passkey::path::PASSKEYS,
        summary: "Take a passkey from the account",
        takes: Some("RemovePasskey"),
        gives: (204, None),
        refusals: &[SIGNED_IN, NO_PASSKEYS, &[ProblemCode::LoginTooOld]],
    },
    Route {
        method: "post",
        path: passkey::path::REQUEST,
        summary: "What the browser needs to use a passkey; a cookie says which browser",
        takes: Some("PasskeyBegin"),
        gives: (200, Some("PasskeyRequest")),
        refusals: &[NO_PASSKEYS],
    },
    Route {
        method: "post",
        path: passkey::path::LOGIN,
        summary: "Show the passkey; the session cookie says who is signed in",
        takes: Some("PasskeyLogin"),
        gives: (200, Some("Session")),
        refusals: &[NO_PASSKEYS, SHOWN, &[ProblemCode::SessionEnded]],
    },
];
