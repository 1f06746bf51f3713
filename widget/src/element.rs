//! What connects the element in the page with the flow?
//!
//! This is where the clock is read, random ids are drawn and JavaScript ends. One struct owns every listener, the ticking
//! and the request in flight; all of it goes with it. Not here: what happens next (`flow`), how it looks (`view`).

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Interval;
use protocol::AttemptId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventTarget, HtmlElement, Window, console};

use crate::{
    api::{self, Endpoint, InFlight},
    events,
    flow::{Ask, Effect, Event, Flow, Millis, Screen},
    view::{Node, View, Wishes},
    web_otp,
};

/// What stands behind one `<sms-login>`, for as long as it is in the page.
#[wasm_bindgen]
pub struct SmsLogin(Rc<Element>);

struct Element {
    me: Weak<Element>,
    host: HtmlElement,
    window: Window,
    /// Where the script came from: the worker is there too, unless the page says otherwise.
    script: String,
    flow: RefCell<Flow>,
    view: View,
    listeners: RefCell<Vec<EventListener>>,
    ticking: Cell<Option<Interval>>,
    in_flight: Cell<Option<InFlight>>,
    /// The wait for a code that the telephone hands over by itself.
    listening: Cell<Option<InFlight>>,
}

#[wasm_bindgen]
impl SmsLogin {
    /// The element came into the page.
    #[wasm_bindgen(constructor)]
    pub fn new(host: HtmlElement, script: String) -> Result<SmsLogin, JsValue> {
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        let view = View::new(&host)?;
        let flow = RefCell::new(Flow::new(window.navigator().on_line()));
        let element = Rc::new_cyclic(|me| Element {
            me: me.clone(),
            host,
            window,
            script,
            flow,
            view,
            listeners: RefCell::default(),
            ticking: Cell::default(),
            in_flight: Cell::default(),
            listening: Cell::default(),
        });
        element.listen();
        element.happen(Event::Start);
        Ok(Self(element))
    }

    /// The page changed an attribute.
    #[wasm_bindgen(js_name = attributeChanged)]
    pub fn attribute_changed(&self, name: &str) {
        match name {
            "endpoint" => self.0.happen(Event::Start),
            _ => self.0.show(),
        }
    }

    /// The page signs the person out.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) {
        self.0.happen(Event::SignOut);
    }

    /// The page starts over.
    pub fn reset(&self) {
        self.0.happen(Event::Start);
    }
}

impl Element {
    /// Takes an event all the way: flow, requests, screen, page. No borrow is held while anything else may run.
    fn happen(&self, event: Event) {
        let effects = self.flow.borrow_mut().step(event, self.now());
        let mut news = vec![];
        for effect in effects {
            match effect {
                Effect::Ask(ask) => self.ask(ask),
                Effect::Abandon => drop(self.in_flight.take()),
                Effect::ClearCode => self.view.clear_code(),
                Effect::Tell(told) => news.push(told),
            }
        }
        self.show();
        for told in news {
            events::tell(&self.host, told);
        }
    }

    /// Listens for the text while a code is asked for, and no longer.
    fn listen_for_code(&self, wanted: bool) {
        let listening = self.listening.take();
        if !wanted {
            return;
        }
        if listening.is_some() {
            return self.listening.set(listening);
        }
        let Some(wait) = InFlight::new() else {
            return;
        };
        let signal = wait.signal();
        self.listening.set(Some(wait));
        let me = self.me.clone();
        spawn_local(async move {
            let code = web_otp::receive(&signal).await;
            if let (Some(code), Some(element)) = (code, me.upgrade())
                && !signal.aborted()
            {
                element.view.fill_code(&code);
                element.typed();
            }
        });
    }

    fn show(&self) {
        let flow = self.flow.borrow().clone();
        let now = self.now();
        let has = |name| self.host.has_attribute(name);
        let wishes = Wishes {
            name: self
                .host
                .get_attribute("name")
                .filter(|name| !name.is_empty()),
            autofocus: has("autofocus"),
            no_sign_out: has("no-sign-out"),
        };
        self.view.show(&flow, now, &wishes);
        self.tick(flow.ticks(now));
        self.listen_for_code(matches!(&flow.screen, Screen::Code(sent) if !sent.dead));
    }

    /// Asks the worker; the answer is an event, unless nobody waits for it any more.
    fn ask(&self, ask: Rc<Ask>) {
        let Some(request) = InFlight::new() else {
            return;
        };
        let signal = request.signal();
        // Whatever was in flight before is aborted here.
        self.in_flight.set(Some(request));
        let (endpoint, me) = (self.endpoint(), self.me.clone());
        spawn_local(async move {
            let reply = api::ask(endpoint.as_ref(), &ask, &signal).await;
            if let Some(element) = me.upgrade()
                && !signal.aborted()
            {
                element.happen(Event::Reply(reply));
            }
        });
    }

    fn endpoint(&self) -> Option<Endpoint> {
        let named = self.host.get_attribute("endpoint");
        let address = named.filter(|address| !address.is_empty());
        let endpoint = Endpoint::parse(address.as_deref().unwrap_or(&self.script));
        if endpoint.is_none() {
            console::error_1(&JsValue::from_str(
                "sms-login: the attribute endpoint must be an https:// address",
            ));
        }
        endpoint
    }

    fn listen(&self) {
        let nodes = &self.view.nodes;
        let cancellable = EventListenerOptions::enable_prevent_default();
        let me = self.me.clone();
        let submit = move |event: &web_sys::Event| {
            event.prevent_default();
            if let Some(element) = me.upgrade() {
                element.submitted();
            }
        };
        let me = self.me.clone();
        let input = move |_: &web_sys::Event| {
            if let Some(element) = me.upgrade() {
                element.typed();
            }
        };
        let listeners = vec![
            EventListener::new_with_options(&nodes[Node::Form], "submit", cancellable, submit),
            EventListener::new(&nodes[Node::Form], "input", input),
            self.on(&nodes[Node::Again], "click", Event::AnotherCode),
            self.on(&nodes[Node::Change], "click", Event::ChangeNumber),
            self.on(&nodes[Node::SignOut], "click", Event::SignOut),
            self.on(&self.window, "online", Event::Online(true)),
            self.on(&self.window, "offline", Event::Online(false)),
        ];
        self.listeners.replace(listeners);
    }

    fn on(&self, target: &EventTarget, kind: &'static str, event: Event) -> EventListener {
        let me = self.me.clone();
        EventListener::new(target, kind, move |_| {
            if let Some(element) = me.upgrade() {
                element.happen(event.clone());
            }
        })
    }

    fn submitted(&self) {
        let screen = self.flow.borrow().screen.clone();
        let event = match screen {
            Screen::Loading => Event::Start,
            Screen::Phone => Event::Number(self.view.number()),
            Screen::Code(sent) if sent.dead => Event::AnotherCode,
            Screen::Code(_) => match self.attempt_id() {
                Some(id) => Event::Code(self.view.code(), id),
                None => return,
            },
            Screen::Done(_) => return,
        };
        self.happen(event);
    }

    /// A full code is sent without a press of the button.
    fn typed(&self) {
        let length = match &self.flow.borrow().screen {
            Screen::Code(sent) => usize::from(sent.code_length),
            Screen::Loading | Screen::Phone | Screen::Done(_) => 0,
        };
        let full = length > 0 && self.view.tidy_code(length);
        self.happen(Event::Typing);
        if full {
            self.submitted();
        }
    }

    fn tick(&self, on: bool) {
        let ticking = self.ticking.take();
        let me = self.me.clone();
        self.ticking.set(on.then(|| {
            ticking.unwrap_or_else(|| {
                Interval::new(1000, move || {
                    if let Some(element) = me.upgrade() {
                        element.happen(Event::Tick);
                    }
                })
            })
        }));
    }

    fn now(&self) -> Millis {
        self.window.performance().map_or(0.0, |clock| clock.now()) as Millis
    }

    /// 132 random bits as 22 characters of base64url: every byte names a character by its low six bits.
    fn attempt_id(&self) -> Option<AttemptId> {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut luck = [0; 22];
        let crypto = self.window.crypto().ok()?;
        crypto.get_random_values_with_u8_array(&mut luck).ok()?;
        let text: String = luck
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte & 63)]))
            .collect();
        AttemptId::try_from(text).ok()
    }
}
