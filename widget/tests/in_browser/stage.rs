//! How does a test put the element into a page, use it as a person would, and see what there is to see?

use std::{cell::RefCell, rc::Rc};

use crate::{SmsLogin, events::Class};
use gloo_events::EventListener;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CustomEvent, Element, Event, EventInit, HtmlElement, HtmlInputElement, ShadowRootInit,
    ShadowRootMode,
};

use super::network::{Answer, CHALLENGE, CONFIG, Network};
use super::telephone;

/// Where the script came from in these tests.
pub(crate) const SCRIPT: &str = "https://login.example.com/sms-login.js";

/// More turns of the event loop than anything here takes.
const TURNS: usize = 500;

/// One element in the page.
pub(crate) struct Stage {
    pub(crate) host: HtmlElement,
    pub(crate) element: Option<Rc<SmsLogin>>,
    pub(crate) network: Network,
    heard: Rc<RefCell<Vec<String>>>,
    _listeners: Vec<EventListener>,
}

impl Stage {
    /// Puts an element with these attributes into the page.
    pub(crate) fn set(attributes: &[(&str, &str)], answers: Vec<Answer>) -> Self {
        telephone::is_there();
        let page = web_sys::window().and_then(|window| window.document());
        let page = page.expect("a browser has a page");
        let host = page.create_element("sms-login").expect("the name is valid");
        for (name, value) in attributes {
            host.set_attribute(name, value).expect("the name is valid");
        }
        let body = page.body().expect("a page has a body");
        body.append_child(&host).expect("a body takes elements");
        let heard = Rc::new(RefCell::new(vec![]));
        let kinds = [
            "signed-in",
            "signed-out",
            "passkey-created",
            "code-sent",
            "problem",
            "proof",
        ];
        let class = class(&host);
        let listeners = kinds.map(|kind| {
            let heard = heard.clone();
            // Heard on the body: the events bubble.
            EventListener::new(&body, format!("sms-login:{kind}"), move |event| {
                let detail = event.unchecked_ref::<CustomEvent>().detail();
                let detail = JSON::stringify(&detail).map(String::from);
                let line = format!("{kind} {}", detail.unwrap_or_default());
                heard.borrow_mut().push(line);
            })
        });
        let network = Network::scripted(answers);
        let host: HtmlElement = host.unchecked_into();
        let root = ShadowRootInit::new(ShadowRootMode::Open);
        host.attach_shadow(&root).expect("it has none yet");
        let element = SmsLogin::new(host.clone(), SCRIPT.to_owned(), class, english());
        let element = element.expect("it can be built");
        Self {
            host,
            element: Some(Rc::new(element)),
            network,
            heard,
            _listeners: listeners.into(),
        }
    }

    /// An element that asks for the number.
    pub(crate) async fn at_phone(mut answers: Vec<Answer>) -> Self {
        answers.insert(0, Answer::ok(CONFIG));
        let stage = Self::set(&[], answers);
        stage.until(|stage| stage.shows("#number")).await;
        stage
    }

    /// An element that asks for the code sent to `number`.
    pub(crate) async fn at_code(number: &str, mut answers: Vec<Answer>) -> Self {
        answers.insert(0, Answer::Reply(202, CHALLENGE.to_owned()));
        let stage = Self::at_phone(answers).await;
        stage.types("#number", number);
        stage.press("[type=submit]");
        stage.until(|stage| stage.shows("#code")).await;
        stage
    }

    /// Waits until it is so, turn by turn of the event loop.
    pub(crate) async fn until(&self, so: impl Fn(&Self) -> bool) {
        for _ in 0..TURNS {
            if so(self) {
                return;
            }
            turn().await;
        }
        panic!("it never became so; the screen says: {}", self.text("form"));
    }

    /// Lets everything happen that is going to.
    pub(crate) async fn settled(&self) {
        for _ in 0..20 {
            turn().await;
        }
    }

    pub(crate) fn node(&self, selector: &str) -> Element {
        let root = self.host.shadow_root().expect("the element has a shadow");
        let found = root
            .query_selector(selector)
            .expect("the selector is valid");
        found.unwrap_or_else(|| panic!("there is no {selector}"))
    }

    pub(crate) fn input(&self, selector: &str) -> HtmlInputElement {
        self.node(selector).unchecked_into()
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        self.node(selector).text_content().unwrap_or_default()
    }

    /// Whether a person sees it.
    pub(crate) fn shows(&self, selector: &str) -> bool {
        self.node(selector).closest("[hidden]") == Ok(None)
    }

    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.node(selector).get_attribute(name)
    }

    /// The id, or the tag, of what has the focus in the shadow.
    pub(crate) fn focus(&self) -> String {
        let root = self.host.shadow_root().expect("the element has a shadow");
        let focused = root.active_element();
        focused.map_or_else(String::new, |node| match node.id() {
            id if id.is_empty() => node.tag_name(),
            id => id,
        })
    }

    /// The field holds this now, by keyboard or by paste.
    pub(crate) fn types(&self, selector: &str, text: &str) {
        let input = self.input(selector);
        input.set_value(text);
        let bubbles = EventInit::new();
        bubbles.set_bubbles(true);
        let event = Event::new_with_event_init_dict("input", &bubbles).expect("the name is valid");
        input.dispatch_event(&event).expect("the event is fresh");
    }

    pub(crate) fn press(&self, selector: &str) {
        self.node(selector).unchecked_into::<HtmlElement>().click();
    }

    /// The ceremony that the browser is to hold, and what for.
    pub(crate) fn ceremony(&self) -> String {
        let ceremony = self.host.get_attribute("data-ceremony");
        ceremony.unwrap_or_default().trim().to_owned()
    }

    /// It ended so.
    pub(crate) fn holds(&self, credential: Option<&str>, reason: &str) {
        let element = self.element.as_ref().expect("it is in the page");
        element.held(credential.map(str::to_owned), reason);
    }

    /// What the page heard so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.borrow().clone()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.host.remove();
    }
}

/// What the class in `element.js` does for the element, as far as these tests look.
pub(crate) fn class(host: &Element) -> Class {
    let class = Function::new_with_args(
        "host",
        "return {
            at() {},
            dialled(digits) {
                host.dialled = digits;
            },
            able: Number(host.dataset.able ?? 0),
            ceremony(which, options) {
                host.dataset.ceremony = `${which} ${options}`;
            },
            shows() {},
            tell(kind, detail, cancelable) {
                const init = { bubbles: true, composed: true, cancelable, detail };
                return !host.dispatchEvent(new CustomEvent(`sms-login:${kind}`, init));
            },
        };",
    );
    let class = class.call1(&JsValue::NULL, host);
    class.expect("it throws nothing").unchecked_into()
}

/// The sentences of the file, in its order. The tries are counted in one way only.
pub(crate) fn english() -> String {
    let file = JSON::parse(include_str!("../../languages/en.json")).expect("the file is JSON");
    let texts = Object::values(&file.unchecked_into());
    let form = texts.pop();
    let form = Reflect::get(&form, &"other".into()).expect("English counts");
    let form = form.as_string().expect("a form is text");
    let tries = (1..=9).map(|tries| form.replace("{tries}", &tries.to_string()));
    let texts = texts
        .iter()
        .map(|text| text.as_string().expect("a text is text"));
    texts.chain(tries).collect::<Vec<_>>().join("\0")
}

/// The page is out of view until this is dropped.
pub(crate) struct Hidden(());

impl Hidden {
    pub(crate) fn page() -> Self {
        Self::say(true);
        Self(())
    }

    fn say(hidden: bool) {
        let page = web_sys::window().and_then(|window| window.document());
        let page = page.expect("a browser has a page");
        let property = Object::new();
        let set = |name: &str, value: bool| {
            Reflect::set(&property, &name.into(), &value.into()).expect("the object is ours");
        };
        set("value", hidden);
        set("configurable", true);
        Object::define_property(&page, &"hidden".into(), &property);
        let event = Event::new("visibilitychange").expect("the name is valid");
        page.dispatch_event(&event).expect("the event is fresh");
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        Self::say(false);
    }
}

/// One turn of the event loop: a task, not a microtask, so that fetches and timers have their say.
async fn turn() {
    let window = web_sys::window().expect("a browser has a window");
    let promise = Promise::new(&mut |resolve, _| {
        window
            .set_timeout_with_callback(&resolve)
            .map(drop)
            .expect("a browser has timers");
    });
    let done: Result<JsValue, JsValue> = JsFuture::from(promise).await;
    done.expect("a timer does not fail");
}
