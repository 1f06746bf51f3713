//! What does the person's telephone hand over by itself (WebOTP)?

use std::{cell::RefCell, rc::Rc};

use js_sys::{JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::AbortSignal;

/// Stands in for `navigator.credentials.get` until it is dropped. Only browsers that know one-time codes ask it.
pub(crate) struct Telephone {
    signals: Rc<RefCell<Vec<AbortSignal>>>,
    credentials: JsValue,
    _get: Closure<dyn FnMut(JsValue) -> Promise>,
}

impl Telephone {
    /// It has received this, as JSON.
    pub(crate) fn with_text(received: &'static str) -> Self {
        let signals = Rc::new(RefCell::new(vec![]));
        let seen = signals.clone();
        let get = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |options: JsValue| {
            let signal = Reflect::get(&options, &"signal".into()).expect("options are an object");
            seen.borrow_mut().push(signal.unchecked_into());
            Promise::resolve(&JSON::parse(received).expect("it is JSON"))
        });
        let window = web_sys::window().expect("a browser has a window");
        let navigator = window.navigator();
        let credentials = Reflect::get(&navigator, &"credentials".into());
        let credentials = credentials.expect("a secure page has credentials");
        // An own property goes before the prototype's, and goes away again.
        Reflect::set(&credentials, &"get".into(), get.as_ref()).expect("it can be replaced");
        Self {
            signals,
            credentials,
            _get: get,
        }
    }

    /// Whether every wait for a code is over.
    pub(crate) fn nobody_listens(&self) -> bool {
        let signals = self.signals.borrow();
        !signals.is_empty() && signals.iter().all(AbortSignal::aborted)
    }
}

impl Drop for Telephone {
    fn drop(&mut self) {
        let credentials: &Object = self.credentials.unchecked_ref();
        Reflect::delete_property(credentials, &"get".into()).expect("it can be taken back");
    }
}
