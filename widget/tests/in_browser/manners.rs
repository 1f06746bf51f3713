//! How does the element behave as a guest in somebody's page?

use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    network::{Answer, CONFIG},
    stage::Stage,
};

#[wasm_bindgen_test]
async fn removal_aborts_what_is_in_flight_and_nothing_happens_after() {
    let mut stage = Stage::at_phone(vec![Answer::Silence]).await;
    stage.types("#number", "+385911234640");
    stage.press("[type=submit]");
    stage.until(|stage| stage.network.requests() == 2).await;
    drop(stage.element.take());
    assert!(stage.network.seen(|seen| seen[1].signal.aborted()));
    let before = stage.text("form");
    stage.press("[type=submit]");
    let window = web_sys::window().expect("a browser has a window");
    let offline = web_sys::Event::new("offline").expect("the name is valid");
    window.dispatch_event(&offline).expect("the event is fresh");
    stage.settled().await;
    assert_eq!(stage.text("form"), before);
    assert_eq!(stage.network.requests(), 2);
}

#[wasm_bindgen_test]
async fn coming_back_into_the_page_starts_afresh_in_the_same_shadow() {
    let mut stage = Stage::at_code("+385911234641", vec![Answer::ok(CONFIG)]).await;
    drop(stage.element.take());
    let class = super::stage::class(&stage.host);
    let again = crate::SmsLogin::new(
        stage.host.clone(),
        super::stage::SCRIPT.to_owned(),
        class,
        super::stage::english(),
    );
    stage.element = Some(Rc::new(again.expect("it can be built")));
    stage.until(|stage| stage.shows("#number")).await;
    assert_eq!(stage.input("#number").value(), "");
}

#[wasm_bindgen_test]
async fn the_focus_is_taken_only_when_the_page_asks() {
    let stage = Stage::at_phone(vec![]).await;
    assert_eq!(stage.focus(), "");
    drop(stage);
    let stage = Stage::set(&[("autofocus", "")], vec![Answer::ok(CONFIG)]);
    stage.until(|stage| stage.shows("#number")).await;
    assert_eq!(stage.focus(), "number");
}

#[wasm_bindgen_test]
async fn what_the_page_shows_before_stays_until_there_is_something_to_ask() {
    let stage = Stage::set(&[], vec![Answer::Silence]);
    assert!(stage.shows("slot:not([name])"));
    assert!(!stage.shows("#number"));
}

#[wasm_bindgen_test]
async fn everything_has_a_name() {
    let stage = Stage::at_code("+385911234642", vec![]).await;
    for (label, field) in [("Mobile number", "#number"), ("Code", "#code")] {
        let labels = stage.input(field).labels().expect("an input has labels");
        let label_node = labels.get(0).expect("there is a label");
        assert_eq!(label_node.text_content().as_deref(), Some(label));
        let described = stage
            .attribute(field, "aria-describedby")
            .unwrap_or_default();
        for id in described.split(' ') {
            stage.node(&format!("#{id}"));
        }
    }
    assert_eq!(stage.text("[role=status]"), "A code is on its way.");
}

#[wasm_bindgen_test]
async fn text_is_text() {
    let name = "<img src=x onerror=alert(1)>";
    let config = CONFIG.replace("092 123 4567", "<i>092</i>");
    let stage = Stage::set(&[("name", name)], vec![Answer::ok(&config)]);
    stage.until(|stage| stage.shows("#number")).await;
    assert_eq!(stage.text("h2"), format!("Sign in to {name}"));
    assert!(stage.text("#number-hint").contains("<i>092</i>"));
    let root = stage.host.shadow_root().expect("the element has a shadow");
    assert_eq!(
        root.query_selector("img, i")
            .expect("the selector is valid"),
        None
    );
}

#[wasm_bindgen_test]
async fn only_a_secure_address_is_asked() {
    for endpoint in [
        "http://login.example.com",
        "javascript:alert(1)",
        "nonsense",
    ] {
        let stage = Stage::set(&[("endpoint", endpoint)], vec![]);
        stage
            .until(|stage| stage.shows("[role=alert]") && !stage.text("[role=alert]").is_empty())
            .await;
        assert_eq!(stage.network.requests(), 0, "{endpoint}");
    }
}

#[wasm_bindgen_test]
async fn another_endpoint_starts_over_there() {
    let stage = Stage::at_phone(vec![Answer::ok(CONFIG)]).await;
    let there = "https://other.example.com/ignored";
    stage
        .host
        .set_attribute("endpoint", there)
        .expect("the name is valid");
    stage
        .element
        .iter()
        .for_each(|element| element.attribute_changed("endpoint"));
    stage.until(|stage| stage.network.requests() == 2).await;
    stage
        .network
        .seen(|seen| assert_eq!(seen[1].line, "GET https://other.example.com/v1/config"));
}

#[wasm_bindgen_test]
async fn a_page_that_resets_the_element_from_a_listener_gets_what_it_asked_for() {
    let refusal = Answer::problem(422, "phone_not_served", "");
    let stage = Stage::at_phone(vec![refusal, Answer::ok(CONFIG)]).await;
    stage.types("#number", "+385911234643");
    let element = stage.element.as_ref().map(Rc::downgrade);
    // It runs inside the element's own event, while the element is at work.
    let _reset = EventListener::new(&stage.host, "sms-login:problem", move |_| {
        let element = element.as_ref().and_then(Weak::upgrade);
        element.expect("it is in the page").reset();
    });
    stage.press("[type=submit]");
    stage.until(|stage| stage.network.requests() == 3).await;
    stage
        .until(|stage| stage.attribute("form", "data-busy").is_none())
        .await;
    assert_eq!(stage.input("#number").value(), "");
    assert_eq!(stage.text("[role=alert]"), "");
    assert!(stage.shows("#number"));
}

#[wasm_bindgen_test]
async fn a_polluted_prototype_changes_nothing_of_what_is_asked() {
    let prototype = Object::get_prototype_of(&Object::new());
    let key = JsValue::from_str("code");
    Reflect::set(&prototype, &key, &"polluted".into()).expect("it can be polluted");
    let stage = Stage::at_code("+385911234644", vec![]).await;
    stage.network.seen(|seen| {
        assert_eq!(seen[1].body, r#"{"phone":"+385911234644","channel":"sms"}"#);
    });
    Reflect::delete_property(&prototype, &key).expect("it can be mended");
}
