//! What is the contract, in a form that other tools read?
//!
//! An OpenAPI 3.1 document, made from the very types that both sides compile: the schemas are derived, and the table below says
//! which route takes and gives which, and in which ways it may say no. End-to-end tests hold every answer against it.
//!
//! Not here: the plain pages (`/login`), which are for people and not for programs; anything that ships. The feature `openapi` is for
//! native tools.

mod administration;
mod by_hand;
mod passkeys;
mod schemas;

use serde_json::{Map, Value, json};

use crate::messages::path;
use crate::{ProblemCode, step_up};

struct Route {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    /// The schema of the body.
    takes: Option<&'static str>,
    /// The status and the schema of a yes.
    gives: (u16, Option<&'static str>),
    /// The ways to say no that are this route's own, in groups; those that every route has are added.
    refusals: &'static [&'static [ProblemCode]],
}

/// [`path::COUNTRY`] and what stands after it.
const COUNTRY: &str = "/v1/countries/{iso}";

/// What any request may be told.
const EVERYWHERE: &[ProblemCode] = &[
    ProblemCode::InvalidRequest,
    ProblemCode::HttpsRequired,
    ProblemCode::MethodNotAllowed,
    ProblemCode::Misconfigured,
];

/// What a request that changes something may be told as well.
const CHANGING: &[ProblemCode] = &[ProblemCode::CrossSite, ProblemCode::Unavailable];

/// What a request with a body may be told as well.
const WITH_BODY: &[ProblemCode] = &[
    ProblemCode::UnsupportedMediaType,
    ProblemCode::PayloadTooLarge,
];

/// What a request may be told that demands a living session.
const SIGNED_IN: &[ProblemCode] = &[
    ProblemCode::NotSignedIn,
    ProblemCode::SessionExpired,
    ProblemCode::SessionEnded,
    ProblemCode::Unavailable,
];

/// What a request may be told that costs a text.
const SENDING: &[ProblemCode] = &[
    ProblemCode::NotDelivered,
    ProblemCode::ProofRequired,
    ProblemCode::SendTooSoon,
    ProblemCode::TooManySends,
    ProblemCode::TooManyFromNetwork,
    ProblemCode::SendsPaused,
    ProblemCode::ProviderUnavailable,
];

/// What a request may be told that names an address.
const ADDRESSING: &[ProblemCode] = &[ProblemCode::InvalidEmail];

/// What a request may be told that names the number.
const NAMING: &[ProblemCode] = &[ProblemCode::InvalidPhone, ProblemCode::PhoneNotServed];

/// What a request may be told about a challenge that was.
const CHALLENGED: &[ProblemCode] = &[
    ProblemCode::NoChallenge,
    ProblemCode::ChallengeExpired,
    ProblemCode::ChallengeExhausted,
];

/// What a request may be told that costs a try.
const CHECKING: &[ProblemCode] = &[
    ProblemCode::WrongCode,
    ProblemCode::CheckInProgress,
    ProblemCode::TooManyChecks,
    ProblemCode::ProviderUnavailable,
];

const ROUTES: &[Route] = &[
    Route {
        method: "get",
        path: path::CONFIG,
        summary: "What the element needs to know before it can ask",
        takes: None,
        gives: (200, Some("Config")),
        refusals: &[],
    },
    Route {
        method: "get",
        path: path::COUNTRIES,
        summary: "Where numbers may be from",
        takes: None,
        gives: (200, Some("Countries")),
        refusals: &[&[ProblemCode::Unavailable]],
    },
    Route {
        method: "get",
        path: COUNTRY,
        summary: "How numbers of a country are dialled and written",
        takes: None,
        gives: (200, Some("Numbering")),
        refusals: &[&[ProblemCode::NotFound, ProblemCode::Unavailable]],
    },
    Route {
        method: "post",
        path: path::CHALLENGES,
        summary: "Send a code; the challenge cookie says to which browser",
        takes: Some("SendRequest"),
        gives: (202, Some("Challenge")),
        refusals: &[NAMING, ADDRESSING, SENDING],
    },
    Route {
        method: "delete",
        path: path::CHALLENGES,
        summary: "Forget the challenge: another number or address is wanted",
        takes: None,
        gives: (204, None),
        refusals: &[],
    },
    Route {
        method: "post",
        path: path::RESEND,
        summary: "Send the same code once more",
        takes: Some("ResendRequest"),
        gives: (202, Some("Challenge")),
        refusals: &[CHALLENGED, SENDING],
    },
    Route {
        method: "post",
        path: path::VERIFY,
        summary: "Present the code; the session cookie says who is signed in",
        takes: Some("VerifyRequest"),
        gives: (200, Some("Session")),
        refusals: &[CHALLENGED, CHECKING, &[ProblemCode::SessionEnded]],
    },
    Route {
        method: "get",
        path: path::SESSION,
        summary: "Who is signed in, asked of the session's own record",
        takes: None,
        gives: (200, Some("Session")),
        refusals: &[SIGNED_IN],
    },
    Route {
        method: "post",
        path: path::RENEW,
        summary: "Renew the session's token",
        takes: Some("SessionRequest"),
        gives: (200, Some("Session")),
        refusals: &[&[ProblemCode::NotSignedIn, ProblemCode::SessionEnded]],
    },
    Route {
        method: "post",
        path: path::LOGOUT,
        summary: "End the session",
        takes: Some("SessionRequest"),
        gives: (204, None),
        refusals: &[],
    },
    Route {
        method: "get",
        path: path::SESSIONS,
        summary: "The sessions of the account",
        takes: None,
        gives: (200, Some("OpenSessions")),
        refusals: &[SIGNED_IN],
    },
    Route {
        method: "post",
        path: path::END_SESSIONS,
        summary: "End one of the account's sessions, the others, or all",
        takes: Some("EndSessions"),
        gives: (204, None),
        refusals: &[SIGNED_IN],
    },
    Route {
        method: "post",
        path: path::NUMBER,
        summary: "Send a code to the number that the account is to have",
        takes: Some("NumberRequest"),
        gives: (202, Some("Challenge")),
        refusals: &[
            SIGNED_IN,
            &[ProblemCode::LoginTooOld, ProblemCode::TooManyChanges],
            NAMING,
            SENDING,
        ],
    },
    Route {
        method: "post",
        path: path::VERIFY_NUMBER,
        summary: "Present that code: the account has the number",
        takes: Some("VerifyChangeRequest"),
        gives: (204, None),
        refusals: &[SIGNED_IN, &[ProblemCode::NumberTaken], CHALLENGED, CHECKING],
    },
    Route {
        method: "post",
        path: path::EMAIL,
        summary: "Send a code to the address that the account is to have",
        takes: Some("EmailRequest"),
        gives: (202, Some("Challenge")),
        refusals: &[
            SIGNED_IN,
            &[ProblemCode::LoginTooOld, ProblemCode::TooManyChanges],
            ADDRESSING,
            SENDING,
        ],
    },
    Route {
        method: "post",
        path: path::VERIFY_EMAIL,
        summary: "Present that code: the account has the address",
        takes: Some("VerifyChangeRequest"),
        gives: (204, None),
        refusals: &[SIGNED_IN, &[ProblemCode::NumberTaken], CHALLENGED, CHECKING],
    },
    Route {
        method: "post",
        path: step_up::path::SEND,
        summary: "Send the code of a step-up, or the same code once more",
        takes: Some("StepUpSend"),
        gives: (202, Some("Challenge")),
        refusals: &[CHALLENGED, SENDING],
    },
    Route {
        method: "post",
        path: step_up::path::VERIFY,
        summary: "Present that code: an assertion says that the person has the number",
        takes: Some("StepUpVerify"),
        gives: (200, Some("StepUpProof")),
        refusals: &[CHALLENGED, CHECKING],
    },
    Route {
        method: "get",
        path: path::ACCOUNT,
        summary: "All that is kept of the person",
        takes: None,
        gives: (200, Some("Account")),
        refusals: &[SIGNED_IN],
    },
    Route {
        method: "delete",
        path: path::ACCOUNT,
        summary: "Erase the account",
        takes: Some("SessionRequest"),
        gives: (204, None),
        refusals: &[SIGNED_IN, &[ProblemCode::LoginTooOld]],
    },
    Route {
        method: "get",
        path: path::JWKS,
        summary: "The public keys that verify the session cookie (RFC 7517)",
        takes: None,
        gives: (200, Some("KeySet")),
        refusals: &[],
    },
    Route {
        method: "get",
        path: path::HEALTH,
        summary: "Whether the worker runs and its settings are whole",
        takes: None,
        gives: (200, Some("Health")),
        refusals: &[],
    },
];

/// All of them.
fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().chain(passkeys::ROUTES)
}

/// The document, as indented JSON with a newline at the end.
///
/// # Panics
///
/// Never: the document is made of constants.
pub fn document() -> String {
    let mut paths = Map::new();
    for route in routes() {
        let operations = paths.entry(route.path).or_insert_with(|| json!({}));
        operations[route.method] = operation(route);
    }
    paths.extend(administration::paths());
    paths.insert(
        step_up::path::STEP_UPS.to_owned(),
        json!({ "post": administration::step_up() }),
    );
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "sms-login",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Passwordless login by telephone number or e-mail address. Every refusal is a problem document (RFC 9457) with a stable `code`.",
            "description": "Passwordless login by telephone number, and by passkey. Every refusal is a problem document (RFC 9457) with a stable `code`.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "tags": [administration::tag()],
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": administration::security(),
        },
    });
    let mut text =
        serde_json::to_string_pretty(&document).expect("a JSON value can always be written");
    text.push('\n');
    text
}

fn operation(route: &Route) -> Value {
    let (status, schema) = route.gives;
    let media_type = if route.path == path::JWKS {
        "application/jwk-set+json"
    } else {
        "application/json"
    };
    let changing = if route.method == "get" { &[] } else { CHANGING };
    let with_body = if route.takes.is_some() {
        WITH_BODY
    } else {
        &[]
    };
    let general = [EVERYWHERE, changing, with_body];
    let all = general.iter().chain(route.refusals);
    let all: Vec<_> = all.copied().flatten().copied().collect();
    let mut responses = refusals(&all);
    let mut yes = json!({ "description": "Done." });
    if let Some(schema) = schema {
        yes["content"] = content(media_type, schema);
    }
    responses.insert(status.to_string(), yes);
    let mut operation = json!({ "summary": route.summary, "responses": responses });
    if route.path == COUNTRY {
        let iso = json!({ "type": "string", "pattern": "^[A-Z]{2}$", "example": "HR" });
        operation["parameters"] =
            json!([{ "name": "iso", "in": "path", "required": true, "schema": iso }]);
    }
    if let Some(takes) = route.takes {
        operation["requestBody"] =
            json!({ "required": true, "content": content("application/json", takes) });
    }
    operation
}

/// One response for each status, with the codes that it may have.
fn refusals(all: &[ProblemCode]) -> Map<String, Value> {
    let mut responses = Map::new();
    for status in all.iter().map(|code| code.status()) {
        let mut codes: Vec<_> = all
            .iter()
            .filter(|code| code.status() == status)
            .map(|code| format!("`{}`", code.as_str()))
            .collect();
        codes.dedup();
        let no = json!({ "description": codes.join(", "), "content": content("application/problem+json", "Problem") });
        responses.insert(status.to_string(), no);
    }
    responses
}

fn content(media_type: &str, schema: &str) -> Value {
    let reference = format!("#/components/schemas/{schema}");
    json!({ media_type: { "schema": { "$ref": reference } } })
}

/// The codes as they stand on the wire. By hand, because the derived schema knows the variants by their names in Rust.
pub(crate) fn problem_code() -> utoipa::openapi::schema::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .enum_values(Some(ProblemCode::ALL.iter().map(|code| code.as_str())))
        .build()
}

#[cfg(test)]
mod tests;
