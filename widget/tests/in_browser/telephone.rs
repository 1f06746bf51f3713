//! What does the person's telephone hand over by itself (WebOTP)?

use std::{cell::RefCell, rc::Rc};

use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{AbortSignal, Navigator};

/// Makes any browser one that knows one-time codes, for good: the element looks once.
pub(crate) fn is_there() {
    let window = web_sys::window().expect("a browser has a window");
    let known = Reflect::has(&window, &"OTPCredential".into());
    if known != Ok(true) {
        let class = Function::new_no_args("");
        Reflect::set(&window, &"OTPCredential".into(), &class).expect("the window is ours");
    }
}

/// Stands in for `navigator.credentials` until it is dropped. Only browsers that know one-time codes ask it.
pub(crate) struct Telephone {
    signals: Rc<RefCell<Vec<AbortSignal>>>,
    navigator: Navigator,
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
        let (credentials, property) = (Object::new(), Object::new());
        for (object, name, value) in [
            (&credentials, "get", get.as_ref()),
            (&property, "value", credentials.as_ref()),
            (&property, "configurable", &JsValue::TRUE),
        ] {
            Reflect::set(object, &name.into(), value).expect("the object is ours");
        }
        // An own property goes before the prototype's, where that has one, and goes away again.
        Object::define_property(navigator.as_ref(), &"credentials".into(), &property);
        Self {
            signals,
            navigator,
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
        let navigator: &Object = self.navigator.as_ref();
        Reflect::delete_property(navigator, &"credentials".into()).expect("it can be taken back");
    }
}
