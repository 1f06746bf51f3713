//! What happens to the number's field and its country?
//!
//! Not here: how a number looks (`as_you_type`), what was done to it (`editing`), and how its country is chosen (`countries.js`).

use protocol::Numbering;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use super::{Element, SmsLogin};
use crate::{
    editing::Edit,
    flow::{Event, Screen},
    phone_input::international_digits,
};

#[wasm_bindgen]
extern "C" {
    /// Whoever fills in fields makes plain events, which have none of these.
    type Edited;
    #[wasm_bindgen(method, getter, js_name = isComposing)]
    fn is_composing(this: &Edited) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = inputType)]
    fn input_type(this: &Edited) -> Option<String>;
}

#[wasm_bindgen]
impl SmsLogin {
    /// The person chose a country, or began a number of it; or how its numbers are written, all in lines.
    pub fn country(&self, lines: String) {
        self.0.happen(Event::Country(Numbering::read(&lines)));
        self.0.tidy_number(Edit::Keys);
    }
}

impl Element {
    /// What was done to the field of the number, in groups again. A calling code says where it is from.
    pub(super) fn number_edited(&self, event: &web_sys::Event) {
        let event: &Edited = event.unchecked_ref();
        let flow = self.flow.borrow();
        let asked = matches!(flow.screen, Screen::Phone) && !flow.by_email;
        drop(flow);
        if event.is_composing().is_truthy() || !asked {
            return;
        }
        let kind = event.input_type().unwrap_or_default();
        if let Some(edit) = Edit::of(&kind) {
            self.tidy_number(edit);
        }
        if let Some(home) = &self.flow.borrow().home {
            let digits = international_digits(&self.view.number(), home);
            self.class.dialled(&digits.unwrap_or_default());
        }
    }

    fn tidy_number(&self, edit: Edit) {
        let flow = self.flow.borrow();
        if let (Screen::Phone, Some(home)) = (&flow.screen, &flow.home) {
            self.view.tidy_number(home, edit);
        }
    }
}
