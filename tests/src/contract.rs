//! Is this answer one that the worker has promised?
//!
//! The promises are the served OpenAPI document and the headers that every answer carries. Not here: whether it was the right
//! one of them for the request, which is what tests are about.

use std::collections::BTreeMap;

use jsonschema::Validator;
use protocol::messages::path;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::agent;

/// All that a problem document may hold (R14).
const PROBLEM: [&str; 9] = [
    "type",
    "title",
    "status",
    "code",
    "detail",
    "retry_after",
    "tries_left",
    "anti_forgery",
    "proof",
];

/// The document, and its schemas ready for use.
#[derive(Debug)]
pub struct Contract {
    document: Value,
    schemas: BTreeMap<String, Validator>,
}

impl Contract {
    pub(crate) fn served_at(origin: &str) -> Self {
        let mut answer = agent()
            .get(format!("{origin}/openapi.json"))
            .call()
            .expect("the worker serves its contract");
        let text = answer
            .body_mut()
            .read_to_string()
            .expect("with a whole body");
        let document: Value = serde_json::from_str(&text).expect("of JSON");
        let components = &document["components"];
        let names = components["schemas"]
            .as_object()
            .expect("the contract has schemas");
        let schema = |name: &String| {
            let schema = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$ref": format!("#/components/schemas/{name}"),
                "components": components,
            });
            let validator = jsonschema::validator_for(&schema)
                .unwrap_or_else(|error| panic!("the schema {name}: {error}"));
            (format!("#/components/schemas/{name}"), validator)
        };
        let schemas = names.keys().map(schema).collect();
        Self { document, schemas }
    }

    /// Whether a path is part of the API, and not a file.
    pub fn has(&self, path: &str) -> bool {
        self.document["paths"].get(template(path)).is_some()
    }

    /// Every path and method of the API that is there for browsers: what is for the operator is not.
    ///
    /// # Panics
    ///
    /// When the document has no paths.
    pub fn operations(&self) -> Vec<(String, String)> {
        let paths = self.document["paths"]
            .as_object()
            .expect("the contract has paths");
        let of = |(path, operations): (&String, &Value)| {
            let methods = operations.as_object().expect("a path has methods");
            let for_browsers = methods.iter().filter(|(_, it)| it["tags"].is_null());
            let path = path.replace("{iso}", "HR");
            let method = |(method, _): (&String, _)| (method.to_uppercase(), path.clone());
            for_browsers.map(method).collect::<Vec<_>>()
        };
        paths.iter().flat_map(of).collect()
    }

    /// Holds an answer against the document.
    ///
    /// 1. A no is a problem document that agrees with itself, whatever was asked.
    /// 2. The answer of a documented operation is one of those that it names, of that type and that form.
    /// 3. Anything else that the API is asked is refused.
    ///
    /// # Panics
    ///
    /// When it is none.
    pub fn hold(&self, method: &str, path: &str, answer: &Answer) {
        let what = format!("{method} {path} → {answer:?}");
        if answer.content_type() == Some("application/problem+json") {
            self.hold_problem(answer, &what);
        }
        let operation = &self.document["paths"][template(path)][method.to_lowercase()];
        if operation.is_object() {
            let promise = &operation["responses"][answer.status.to_string()];
            assert!(promise.is_object(), "not in the contract: {what}");
            self.hold_body(promise, answer, &what);
            if let Some(code) = answer.problem_code() {
                let named = promise["description"].as_str().unwrap_or_default();
                assert!(
                    named.contains(&format!("`{code}`")),
                    "not in the contract: {what}"
                );
            }
        } else if self.has(path) && !matches!(method, "HEAD" | "OPTIONS") {
            assert!(answer.problem_code().is_some(), "no refusal: {what}");
        }
    }

    fn hold_body(&self, promise: &Value, answer: &Answer, what: &str) {
        let Some(content) = promise["content"].as_object() else {
            assert!(answer.body.is_empty(), "a body where none is due: {what}");
            return;
        };
        let media_type = answer
            .content_type()
            .unwrap_or_else(|| panic!("no content type: {what}"));
        let promised = content.get(media_type).map(|content| &content["schema"]);
        // A text, which has a reader of its own.
        if promised.is_some_and(|schema| schema["type"] == "string") {
            return;
        }
        let schema = promised
            .and_then(|schema| schema["$ref"].as_str())
            .unwrap_or_else(|| panic!("not in the contract: {what}"));
        self.hold_form(schema, &answer.json(), what);
    }

    fn hold_problem(&self, answer: &Answer, what: &str) {
        let problem = answer.json();
        self.hold_form("#/components/schemas/Problem", &problem, what);
        let fields = problem.as_object().expect("a problem is an object");
        for field in fields.keys() {
            assert!(PROBLEM.contains(&field.as_str()), "R14: {field}: {what}");
        }
        // What is wrong on our side is for the log.
        assert!(
            answer.status < 500 || problem["detail"].is_null(),
            "R14: {what}"
        );
        let code = problem["code"].as_str().unwrap_or_default();
        assert_eq!(problem["status"], answer.status, "{what}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{what}");
        let header = answer.header("retry-after").map(str::to_owned);
        let in_body = problem["retry_after"].as_u64().map(|n| n.to_string());
        assert_eq!(header, in_body, "{what}");
    }

    fn hold_form(&self, schema: &str, body: &Value, what: &str) {
        let validator = self
            .schemas
            .get(schema)
            .unwrap_or_else(|| panic!("the contract has no {schema}"));
        let faults: Vec<_> = validator
            .iter_errors(body)
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:?}: {what}");
    }
}

/// The path as the document has it.
fn template(path: &str) -> &str {
    match path.strip_prefix(path::COUNTRY) {
        Some(_) => "/v1/countries/{iso}",
        None => path,
    }
}
