//! Is the contract whole?

use super::*;
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
    assert!(found > ROUTES.len());
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
        json!([Channel::Sms, Channel::Voice])
    );
}

/// The races over wrong and right codes are run on these (`tests/tests/abuse`, `guessing` and `changes`). Whoever lets another
/// route take a code has to run them there as well.
#[test]
fn r30_three_routes_take_codes_and_they_are_those_that_are_raced() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let takes_a_code = |name: &&str| schemas[*name]["properties"].get("code").is_some();
    let routes: Vec<_> = ROUTES
        .iter()
        .filter(|route| route.takes.as_ref().is_some_and(takes_a_code))
        .map(|route| (route.method, route.path))
        .collect();
    let raced = [path::VERIFY, path::VERIFY_NUMBER, step_up::path::VERIFY];
    let raced = raced.map(|path| ("post", path));
    assert_eq!(routes, raced);
}

#[test]
fn every_problem_can_be_met_on_some_route() {
    let documented = document();
    for code in ProblemCode::ALL {
        let met = documented.contains(&format!("`{}`", code.as_str()));
        assert!(met, "{}", code.as_str());
    }
}
