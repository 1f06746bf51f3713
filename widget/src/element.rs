//! What connects the element in the page with the flow?
//!
//! This is where JavaScript ends. One struct owns every listener, the timer and the request in flight; all of it goes with
//! it. Not here: what happens next (`flow`), how it looks (`view`), the time and random ids (`world`).

mod countries;
mod listening;

use std::{
    cell::{Cell, RefCell},
    ops::ControlFlow,
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use protocol::Proof;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, HtmlElement, Window, console};

use crate::{
    age,
    api::{self, Endpoint, InFlight},
    events::{self, Class},
    flow::{Ask, Effect, Event, Flow, Millis, Screen, Start, passkeys::Able},
    proof::Work,
    texts::Texts,
    view::{View, Wishes},
    web_otp, world,
};

/// What stands behind one `<sms-login>`, for as long as it is in the page.
#[wasm_bindgen]
pub struct SmsLogin(Rc<Element>);

struct Element {
    me: Weak<Element>,
    host: HtmlElement,
    class: Class,
    window: Window,
    page: Document,
    /// Where the script came from: the worker is there too, unless the page says otherwise.
    script: String,
    flow: RefCell<Flow>,
    view: View,
    listeners: RefCell<Vec<EventListener>>,
    /// The one timer, and when it is over.
    waking: Cell<Option<(Millis, Timeout)>>,
    in_flight: Cell<Option<InFlight>>,
    /// The next slice of the work that is a proof.
    working: Cell<Option<Timeout>>,
    /// The wait for a code that the telephone hands over by itself.
    listening: Cell<Option<InFlight>>,
}

#[wasm_bindgen]
impl SmsLogin {
    /// The element came into the page.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: HtmlElement,
        script: String,
        class: Class,
        texts: String,
    ) -> Result<SmsLogin, JsValue> {
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        let page = window.document().ok_or(JsValue::UNDEFINED)?;
        let view = View::new(&host, Texts(texts))?;
        let flow = RefCell::new(Flow::new(window.navigator().on_line(), !page.hidden()));
        let element = Rc::new_cyclic(|me| Element {
            me: me.clone(),
            host,
            class,
            window,
            page,
            script,
            flow,
            view,
            listeners: RefCell::default(),
            waking: Cell::default(),
            in_flight: Cell::default(),
            working: Cell::default(),
            listening: Cell::default(),
        });
        element.listen();
        let start = element.start();
        element.happen(start);
        Ok(Self(element))
    }

    /// The page changed an attribute.
    #[wasm_bindgen(js_name = attributeChanged)]
    pub fn attribute_changed(&self, name: &str) {
        match name {
            "endpoint" | "ticket" | "max-age" | "email" | "no-passkeys" => self.reset(),
            _ => self.0.show(),
        }
    }

    /// The page wants it said otherwise, or in another language.
    pub fn speak(&self, texts: String) {
        self.0.view.speak(Texts(texts));
        self.0.show();
    }

    /// The page signs the person out.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) {
        self.0.happen(Event::SignOut);
    }

    /// The page has what Turnstile gave it, or has not, and leaves it to the element.
    pub fn prove(&self, token: Option<String>) {
        self.0.happen(match token {
            Some(token) => Event::Proof(Proof::Turnstile { token }),
            None => Event::NoProof { by_page: true },
        });
    }

    /// The ceremony that was asked for is over: with a credential, or with the reason why there is none.
    pub fn held(&self, credential: Option<String>, reason: &str) {
        let ended = match credential {
            Some(credential) => Ok(credential.into()),
            None => Err(events::no_passkey(reason)),
        };
        self.0.happen(Event::Held(ended));
    }

    /// Who is signed in.
    pub fn session(&self) -> Option<JsValue> {
        match &self.0.flow.borrow().screen {
            Screen::Done(session) => Some(events::session(session)),
            Screen::Loading | Screen::Phone | Screen::Code(_) | Screen::Proved(_) => None,
        }
    }

    /// The page starts over.
    pub fn reset(&self) {
        let start = self.0.start();
        self.0.happen(start);
    }
}

impl Element {
    /// Takes an event all the way: flow, requests, screen, page. No borrow is held while anything else may run.
    fn happen(&self, event: Event) {
        let now = world::now(&self.window);
        // Before anything is done: a page that objects, or starts over when it is asked, finds nothing half done.
        let texts = self.flow.borrow().would_ask_for_text(&event, now);
        if texts && self.class.keeps_the_text() {
            return;
        }
        let effects = self.flow.borrow_mut().step(event, now, world::clock());
        let (mut news, mut asked) = (vec![], None);
        for effect in effects {
            match effect {
                Effect::Ask(ask) => self.ask(ask),
                Effect::Abandon => self.abandon(),
                Effect::Work(offer) => self.work(Work::new(offer)),
                Effect::AskPage(offer) => asked = Some(offer),
                Effect::ClearCode => self.view.clear_code(),
                Effect::Tell(told) => news.push(told),
            }
        }
        self.show();
        for told in news {
            self.class.hears(told);
        }
        if let Some(offer) = asked
            && !self.class.proves(&offer)
        {
            self.happen(Event::NoProof { by_page: true });
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
        let now = world::now(&self.window);
        let has = |name| self.host.has_attribute(name);
        let wishes = Wishes {
            name: self.attribute("name"),
            autofocus: has("autofocus"),
            no_sign_out: has("no-sign-out"),
            calls: has("calls"),
        };
        if let (Screen::Phone, Some(home), None) = (&flow.screen, &flow.home, &flow.ticket) {
            self.class.stands(&flow, home);
        }
        self.view.show(&flow, now, &wishes);
        self.class.sees(&flow);
        self.class.holds(&flow);
        self.wake(flow.wakes_in(now), now);
        self.listen_for_code(matches!(&flow.screen, Screen::Code(sent) if !sent.dead));
    }

    /// Asks the worker; the answer is an event, unless nobody waits for it any more.
    fn ask(&self, ask: Rc<Ask>) {
        self.abandon();
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

    /// Does the work that is a proof, a slice at a time; that it is done is an event.
    fn work(&self, mut work: Work) {
        let me = self.me.clone();
        let slice = move || {
            if let Some(element) = me.upgrade() {
                match work.slice(&element.window) {
                    ControlFlow::Continue(()) => element.work(work),
                    ControlFlow::Break(Some(proof)) => element.happen(Event::Proof(proof)),
                    ControlFlow::Break(None) => element.happen(Event::NoProof { by_page: false }),
                }
            }
        };
        self.working.set(Some(Timeout::new(0, slice)));
    }

    /// Drops what is in flight and what is being made.
    fn abandon(&self) {
        drop(self.in_flight.take());
        drop(self.working.take());
    }

    fn endpoint(&self) -> Option<Endpoint> {
        let address = self.attribute("endpoint");
        let endpoint = Endpoint::parse(
            address.as_deref().unwrap_or(&self.script),
            self.view.language(),
            self.attribute("ticket"),
        );
        if endpoint.is_none() {
            console::error_1(&JsValue::from_str(
                "sms-login: the attribute endpoint must be an https:// address",
            ));
        }
        endpoint
    }

    /// What the page says there, if anything.
    fn attribute(&self, name: &str) -> Option<String> {
        let text = self.host.get_attribute(name);
        text.filter(|text| !text.is_empty())
    }

    /// With a ticket, it is about the number that stands masked before it: `385-67`.
    fn start(&self) -> Event {
        let masked = self.attribute("ticket").map(|ticket| {
            let masked = ticket.split(is_tilde).next().unwrap_or_default();
            let mut parts = masked.split(is_hyphen);
            let mut part = || parts.next().unwrap_or_default();
            Rc::from(["+", part(), " … ", part()].concat())
        });
        let has = |name| self.host.has_attribute(name);
        let able = match has("no-passkeys") {
            true => Able::No,
            false => self.class.able(),
        };
        Event::Start(Start {
            ticket: masked,
            max_age: self.attribute("max-age").as_deref().map(age::read),
            by_email: has("email"),
            able,
        })
    }

    fn submitted(&self) {
        let flow = self.flow.borrow();
        let event = match &flow.screen {
            Screen::Loading => self.start(),
            Screen::Phone if flow.by_email => Event::Number(self.view.email()),
            Screen::Phone => Event::Number(self.view.number()),
            Screen::Code(sent) if sent.dead => Event::AnotherCode,
            Screen::Code(_) => match world::attempt_id(&self.window) {
                Some(id) => Event::Code(self.view.code(), id),
                None => return,
            },
            Screen::Done(_) | Screen::Proved(_) => return,
        };
        drop(flow);
        self.happen(event);
    }

    /// A full code is sent without a press of the button.
    fn typed(&self) {
        let length = match &self.flow.borrow().screen {
            Screen::Code(sent) => usize::from(sent.code_length),
            Screen::Loading | Screen::Phone | Screen::Done(_) | Screen::Proved(_) => 0,
        };
        let full = length > 0 && self.view.tidy_code(length);
        self.happen(Event::Typing);
        if full {
            self.submitted();
        }
    }

    /// Comes back after that long, or earlier where that is arranged already: then it asks again how long.
    fn wake(&self, wait: Option<Millis>, now: Millis) {
        let waking = self.waking.take();
        let Some(wait) = wait else {
            return;
        };
        let at = now + wait;
        let waking = waking.filter(|(earlier, _)| *earlier <= at);
        self.waking.set(Some(waking.unwrap_or_else(|| {
            let me = self.me.clone();
            let tick = move || {
                if let Some(element) = me.upgrade() {
                    drop(element.waking.take());
                    element.happen(Event::Tick);
                }
            };
            (
                at,
                Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), tick),
            )
        })));
    }
}

// As functions: what std searches a char with is 250 bytes of brotli, which every visitor would download.
fn is_tilde(letter: char) -> bool {
    letter == '~'
}

fn is_hyphen(letter: char) -> bool {
    letter == '-'
}
