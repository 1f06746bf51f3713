//! Is the contract whole?

use super::*;
use crate::admin;
use crate::messages::Channel;

#[test]
fn every_reference_leads_somewhere() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let text = document.to_string();
    let references = text
        .split("\"#/components/schemas/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let mut found = 0;
    for name in references {
        assert!(
            document["components"]["schemas"].get(name).is_some(),
            "{name}"
        );
        found += 1;
    }
    assert!(found > routes().count());
}

#[test]
fn enumerations_are_those_of_the_wire() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let schemas = &document["components"]["schemas"];
    let codes: Vec<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(
        schemas["Problem"]["properties"]["code"]["enum"],
        json!(codes)
    );
    assert_eq!(
        schemas["Channel"]["enum"],
        json!([Channel::Sms, Channel::Voice, Channel::Email])
    );
}

/// The races over wrong and right codes are run on these (`tests/tests/abuse`, `guessing` and `changes`). Whoever lets another
/// route take a code has to run them there as well.
#[test]
fn r30_these_routes_take_codes_and_they_are_those_that_are_raced() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let takes_a_code = |name: &&str| schemas[*name]["properties"].get("code").is_some();
    let found: Vec<_> = routes()
        .filter(|route| route.takes.as_ref().is_some_and(takes_a_code))
        .map(|route| (route.method, route.path))
        .collect();
    let raced = [
        path::VERIFY,
        path::VERIFY_NUMBER,
        path::VERIFY_EMAIL,
        step_up::path::VERIFY,
    ];
    let raced = raced.map(|path| ("post", path));
    assert_eq!(found, raced);
}

#[test]
fn every_problem_can_be_met_on_some_route() {
    let documented = document();
    for code in ProblemCode::ALL {
        let met = documented.contains(&format!("`{}`", code.as_str()));
        assert!(met, "{}", code.as_str());
    }
}

fn documented() -> Value {
    serde_json::from_str(&document()).unwrap()
}

/// Each path with each of its methods and what is said of them.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap();
            methods
                .iter()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

#[test]
fn every_operation_has_one_yes_and_each_of_its_refusals_stands_under_its_own_status() {
    let document = documented();
    let statuses: Map<_, _> = ProblemCode::ALL
        .iter()
        .map(|code| {
            (
                format!("`{}`", code.as_str()),
                json!(code.status().to_string()),
            )
        })
        .collect();
    let problem = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
    for (path, method, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let (yes, no): (Vec<_>, Vec<_>) = responses
            .iter()
            .partition(|(status, _)| status.starts_with('2'));
        assert_eq!(yes.len(), 1, "{method} {path}");
        assert!(!no.is_empty(), "{method} {path}");
        for (status, refusal) in no {
            assert_eq!(refusal["content"], problem, "{method} {path}");
            for code in refusal["description"].as_str().unwrap().split(", ") {
                assert_eq!(statuses[code], json!(status), "{method} {path}: {code}");
            }
        }
    }
}

#[test]
fn what_a_yes_brings_is_described_unless_it_brings_nothing() {
    let document = documented();
    for (path, method, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let described = response["content"]
                .as_object()
                .is_some_and(|it| it.len() == 1);
            assert_eq!(described, status != "204", "{method} {path}: {status}");
        }
    }
    let keys = &document["paths"][path::JWKS]["get"]["responses"]["200"]["content"];
    assert!(keys.get("application/jwk-set+json").is_some(), "{keys}");
    let config = &document["paths"][path::CONFIG]["get"]["responses"]["200"]["content"];
    assert!(config.get("application/json").is_some(), "{config}");
}

#[test]
fn r04_what_only_looks_is_never_refused_as_cross_site_and_what_changes_something_may_be() {
    let document = documented();
    for route in routes() {
        let responses = document["paths"][route.path][route.method]["responses"].to_string();
        let refused = responses.contains("`cross_site`");
        assert_eq!(
            refused,
            route.method != "get",
            "{} {}",
            route.method,
            route.path
        );
    }
}

#[test]
fn a_part_of_a_path_that_varies_is_described_where_there_is_one() {
    let document = documented();
    for (path, method, operation) in operations(&document) {
        let described = operation.get("parameters").is_some();
        assert_eq!(described, path.contains('{'), "{method} {path}");
    }
}

#[test]
fn the_operators_paths_and_the_backends_are_there_and_want_a_key() {
    let document = documented();
    let of_the_operator = [
        admin::path::LOOK_UP,
        admin::path::USER,
        admin::path::REVOKE,
        admin::path::REVOKE_ALL,
        admin::path::BLOCK,
        admin::path::UNBLOCK,
        admin::path::ERASE,
        admin::path::STOP_SENDS,
        admin::path::RESUME_SENDS,
        admin::path::END_ALL_SESSIONS,
        admin::path::BUDGETS,
        admin::path::METRICS,
    ];
    let keyed: Vec<_> = operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| operation["security"] == json!([{ "admin": [] }]))
        .map(|(path, ..)| path)
        .collect();
    for path in of_the_operator {
        assert!(
            path.starts_with(admin::path::PREFIX) && keyed.contains(&path),
            "{path}"
        );
    }
    assert!(keyed.contains(&step_up::path::STEP_UPS));
    assert_eq!(keyed.len(), of_the_operator.len() + 1, "and nobody else");
    let scheme = &document["components"]["securitySchemes"]["admin"];
    assert_eq!(scheme["scheme"], "bearer");
    assert_eq!(document["tags"][0]["name"], "administration");
}

#[test]
fn every_schema_says_what_it_is_of() {
    let document = documented();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let said = ["type", "oneOf", "allOf", "$ref"].map(|key| schema.get(key));
        assert!(said.iter().any(Option::is_some), "{name}: {schema}");
    }
}

#[test]
fn r13_no_schema_of_a_request_takes_a_field_that_it_does_not_name() {
    let document = documented();
    let schemas = &document["components"]["schemas"];
    let taken = ROUTES.iter().filter_map(|route| route.takes);
    for name in taken.chain(["Proof"]) {
        let schema = &schemas[name];
        let kinds = schema["oneOf"].as_array().cloned();
        for kind in kinds.unwrap_or_else(|| vec![schema.clone()]) {
            assert_eq!(kind["additionalProperties"], false, "{name}: {kind}");
        }
    }
}
