//! What does the contract say of the operator's routes?
//!
//! Not here: their bodies ([`crate::admin`]).

use serde_json::{Map, Value, json};

use super::{content, refusals};
use crate::ProblemCode;
use crate::admin;

const TAG: &str = "administration";
const BACKEND: &str = "backend";

/// What the operator does: the path, a summary, and the schema of a yes.
const ACTS: &[(&str, &str, Option<&str>)] = &[
    (
        admin::path::LOOK_UP,
        "How a number or an address stands, and whose it is",
        Some("AdminNumber"),
    ),
    (
        admin::path::USER,
        "Which sessions of an account live",
        Some("OpenSessions"),
    ),
    (admin::path::REVOKE, "End one session of an account", None),
    (
        admin::path::REVOKE_ALL,
        "End all sessions of an account",
        None,
    ),
    (
        admin::path::BLOCK,
        "No more texts to a number, or e-mails to an address; its open codes are worth nothing",
        None,
    ),
    (
        admin::path::UNBLOCK,
        "Texts to a number again, or e-mails to an address",
        None,
    ),
    (
        admin::path::ERASE,
        "Erase an account, by its id or by the number or address that opens it",
        None,
    ),
    (
        admin::path::STOP_SENDS,
        "No more texts to anybody, within a minute",
        Some("AdminSwitches"),
    ),
    (
        admin::path::RESUME_SENDS,
        "Texts again",
        Some("AdminSwitches"),
    ),
    (
        admin::path::END_ALL_SESSIONS,
        "End every session and every login under way, within a minute",
        Some("AdminSwitches"),
    ),
    (
        admin::path::BUDGETS,
        "How much is used up of the site, of its e-mails, and of a number's prefix and country, a country, or a network",
        Some("AdminBudgets"),
    ),
];

/// What whoever shows a key may be told. To others, everything is `not_found`.
const NO: &[ProblemCode] = &[
    ProblemCode::NotFound,
    ProblemCode::InvalidRequest,
    ProblemCode::InvalidPhone,
    ProblemCode::PhoneNotServed,
    ProblemCode::MethodNotAllowed,
    ProblemCode::UnsupportedMediaType,
    ProblemCode::PayloadTooLarge,
    ProblemCode::Unavailable,
    ProblemCode::Misconfigured,
];

/// To whoever has no key, everything is `not_found`; the operator learns what is wrong.
fn act(summary: &str, gives: Option<&str>) -> Value {
    let mut responses = refusals(NO);
    let mut yes = json!({ "description": "Done." });
    if let Some(schema) = gives {
        yes["content"] = content("application/json", schema);
    }
    responses.insert(if gives.is_some() { "200" } else { "204" }.to_owned(), yes);
    json!({
        "tags": [TAG],
        "summary": summary,
        "security": [{ "admin": [] }],
        "requestBody": { "required": true, "content": content("application/json", "AdminOrder") },
        "responses": responses,
    })
}

/// The one that is looked at by a program, again and again.
fn metrics() -> Value {
    let mut responses = refusals(&[
        ProblemCode::NotFound,
        ProblemCode::InvalidRequest,
        ProblemCode::Unavailable,
        ProblemCode::Misconfigured,
    ]);
    let yes = json!({
        "description": "What has happened so far, as the text of OpenMetrics 1.0.",
        "content": { "application/openmetrics-text; version=1.0.0; charset=utf-8": { "schema": { "type": "string" } } },
    });
    responses.insert("200".to_owned(), yes);
    json!({
        "tags": [TAG],
        "summary": "What has happened so far, for whoever collects numbers",
        "security": [{ "admin": [] }],
        "responses": responses,
    })
}

/// What a site's own backend asks, with a key of its own.
pub(super) fn step_up() -> Value {
    let mut responses = refusals(NO);
    let yes = json!({ "description": "Done.", "content": content("application/json", "StepUp") });
    responses.insert("201".to_owned(), yes);
    json!({
        "tags": [BACKEND],
        "summary": "A ticket with which somebody proves a number that the site knows",
        "description": "For the site's own backend, which presents the secret of one of `STEP_UP_KEYS`. To everybody else, to browsers, and where that setting is missing, this path does not exist.",
        "security": [{ "admin": [] }],
        "requestBody": { "required": true, "content": content("application/json", "StepUpRequest") },
        "responses": responses,
    })
}

/// Each path with its one operation.
pub(super) fn paths() -> Map<String, Value> {
    let operation = |(path, summary, gives): &(&str, &str, Option<&str>)| {
        ((*path).to_owned(), json!({ "post": act(summary, *gives) }))
    };
    let mut paths: Map<String, Value> = ACTS.iter().map(operation).collect();
    paths.insert(admin::path::METRICS.to_owned(), json!({ "get": metrics() }));
    paths
}

/// What all of them have in common.
pub(super) fn tag() -> Value {
    json!({
        "name": TAG,
        "description": "For the operator, who presents the secret of one of `ADMIN_KEYS`. To everybody else, to browsers, and where that setting is missing, these paths do not exist.",
    })
}

/// How the operator is told from everybody else.
pub(super) fn security() -> Value {
    json!({ "admin": { "type": "http", "scheme": "bearer" } })
}
