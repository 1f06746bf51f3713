//! How is a number typed? Not here: how somebody chooses where it is from (the end-to-end tests).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

use js_sys::Reflect;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{InputEvent, InputEventInit};

use super::{
    network::{Answer, CHALLENGE},
    stage::Stage,
};

const CROATIA: &str = "HR\n385\n092 123 4567\n00\n0\n\n\n8 9\n## ### ###0\tit\t9";
const GERMANY: &str = "DE\n49\n01512 3456789\n00\n0\n\n\n10 11\n#### #######0\tit\t15";

impl Stage {
    /// The field holds this now, with the caret at `|`, by what the browser calls so.
    fn edits(&self, text: &str, kind: &str, composing: bool) -> String {
        let input = self.input("#number");
        let caret = u32::try_from(text.find('|').unwrap()).unwrap();
        input.set_value(&text.replace('|', ""));
        input.set_selection_range(caret, caret).unwrap();
        let init = InputEventInit::new();
        init.set_bubbles(true);
        init.set_input_type(kind);
        init.set_is_composing(composing);
        let event = InputEvent::new_with_event_init_dict("input", &init).unwrap();
        input.dispatch_event(&event).unwrap();
        self.number()
    }

    /// What stands in the field, with its caret.
    fn number(&self) -> String {
        let input = self.input("#number");
        let mut text = input.value();
        let caret = input.selection_start().unwrap().unwrap();
        text.insert(caret as usize, '|');
        text
    }

    fn told(&self, country: &str) {
        let element = self.element.as_ref().unwrap();
        element.country(country.to_owned());
    }

    fn dialled(&self) -> Option<String> {
        let dialled = Reflect::get(&self.host, &"dialled".into());
        dialled.unwrap().as_string()
    }
}

#[wasm_bindgen_test]
async fn a_number_is_put_into_groups_while_it_is_typed_and_the_caret_stays() {
    let stage = Stage::at_phone(vec![]).await;
    stage.told(CROATIA);
    let cases = [
        ("09|", "insertText", "09|"),
        ("0911|", "insertText", "091 1|"),
        ("091 1234|", "insertText", "091 123 4|"),
        ("091 9|1 2345", "insertText", "091 9|12 345"),
        ("091 123 45|", "insertText", "091 123 45|"),
        // The space was deleted: the digit beyond it is meant.
        ("091|123 45", "deleteContentBackward", "09|1 234 5"),
        ("091 |234 5", "deleteContentBackward", "091 |234 5"),
        ("091|234 5", "deleteContentForward", "091| 345"),
        (
            "call me: +385 91 123 4567 (mobile)|",
            "insertFromPaste",
            "+385 91 123 4567|",
        ),
        // As a browser fills it in.
        ("+385911234567|", "", "+385 91 123 4567|"),
        // What is taken back is as it was, and words are left for the person to see.
        ("+38591|1234567", "historyUndo", "+38591|1234567"),
        ("091 CALL| ME", "insertText", "091 CALL| ME"),
    ];
    for (typed, kind, expected) in cases {
        let shown = stage.edits(typed, kind, false);
        assert_eq!(shown, expected, "{kind}: {typed}");
    }
}

#[wasm_bindgen_test]
async fn what_is_being_composed_is_left_alone_until_it_is_whole() {
    let stage = Stage::at_phone(vec![]).await;
    stage.told(CROATIA);
    let typed = "09112|";
    assert_eq!(stage.edits(typed, "insertCompositionText", true), typed);
    let event = web_sys::CompositionEvent::new("compositionend").unwrap();
    stage.node("form").dispatch_event(&event).unwrap();
    assert_eq!(stage.number(), "091 12|");
}

#[wasm_bindgen_test]
async fn what_was_typed_before_anything_is_known_is_put_into_groups_then() {
    let stage = Stage::at_phone(vec![]).await;
    assert_eq!(stage.edits("091123|4", "insertText", false), "091123|4");
    stage.told(CROATIA);
    assert_eq!(stage.number(), "091 123| 4");
}

#[wasm_bindgen_test]
async fn a_calling_code_is_told_and_a_country_is_followed() {
    let answer = Answer::Reply(202, CHALLENGE.to_owned());
    let stage = Stage::at_phone(vec![answer]).await;
    stage.told(CROATIA);
    stage.edits("091|", "insertText", false);
    assert_eq!(stage.dialled().as_deref(), Some(""));
    stage.edits("+49 151|", "insertText", false);
    assert_eq!(stage.dialled().as_deref(), Some("49151"));
    let element = stage.element.as_ref().unwrap();
    element.country("DE\n49".to_owned());
    stage.told(GERMANY);
    assert_eq!(stage.number(), "+49 151|");
    let hint = stage.text("#number-hint");
    assert!(hint.contains("01512 3456789"), "{hint}");
    stage.edits("015123456789|", "insertText", false);
    stage.press("[type=submit]");
    stage.until(|stage| stage.shows("#code")).await;
    assert_eq!(stage.text("bdi"), "+4915123456789");
}
