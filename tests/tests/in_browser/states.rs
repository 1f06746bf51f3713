//! Which states does a person see the element in, and how does a page get into each?
//!
//! All of them, one after the other, on a real worker: an answer is held back in the page, time is put forward there, and what fails
//! fails at the provider. The element's clock stands otherwise, so nothing counts down while somebody looks. Not here: what is asked
//! of each state (`access`, `senses`), and its picture (`pictures`).

use fantoccini::key::Key;
use serde_json::json;
use tests::numbers;

use crate::languages::direction;
use crate::line;
use crate::page::Page;

/// What a person can see of a login, in the order in which they are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The worker was asked for its settings.
    Loading,
    /// It gave no answer.
    NotReached,
    Number,
    Email,
    /// What was typed is no address.
    NoEmail,
    /// The code is on its way to the address.
    Mailed,
    Countries,
    NoCountry,
    /// What was typed is no number.
    NoNumber,
    NotServed,
    Offline,
    BackOnline,
    Sending,
    ProviderDown,
    /// The bot check runs.
    BotCheck,
    /// The code is on its way.
    Sent,
    HalfTyped,
    Checking,
    /// With tries left.
    Wrong,
    /// The same number again, before it may have another text.
    TooSoon,
    Expired,
    /// No try is left, and another text may not be had yet.
    Locked,
    /// They are in, and may have a passkey.
    Offer,
    SignedIn,
    SigningOut,
    SignedOut,
}

impl State {
    pub(crate) const ALL: [Self; 26] = [
        Self::Loading,
        Self::NotReached,
        Self::Number,
        Self::Email,
        Self::NoEmail,
        Self::Mailed,
        Self::Countries,
        Self::NoCountry,
        Self::NoNumber,
        Self::NotServed,
        Self::Offline,
        Self::BackOnline,
        Self::Sending,
        Self::ProviderDown,
        Self::BotCheck,
        Self::Sent,
        Self::HalfTyped,
        Self::Checking,
        Self::Wrong,
        Self::TooSoon,
        Self::Expired,
        Self::Locked,
        Self::Offer,
        Self::SignedIn,
        Self::SigningOut,
        Self::SignedOut,
    ];

    /// Whether the person waits for an answer.
    pub(crate) fn waits(self) -> bool {
        matches!(
            self,
            Self::Sending | Self::BotCheck | Self::Checking | Self::SigningOut
        )
    }
}

/// The pages that hold the element, each in a dress of its own.
pub(crate) const PLACES: [&str; 3] = ["/", "/themed.html", "/depot.html"];

/// The button that leads from the number to the address and back.
const OTHER_WAY: &str = ".links > :nth-child(3)";

/// What the page is made to do: hold back what is asked at a path, and stop the clock.
const DESK: &str = r#"
    const ask = fetch;
    const desk = { holds: "/v1/config", now: performance.now() };
    globalThis.desk = desk;
    globalThis.fetch = async (url, options) => {
        if (new URL(url, location).pathname !== desk.holds) return ask(url, options);
        const answer = await new Promise((goes) => { desk.goes = goes; }).finally(() => { desk.goes = undefined; });
        return answer ?? ask(url, options);
    };
    performance.now = () => desk.now;
    addEventListener("sms-login:proof", (event) => event.preventDefault());
"#;

/// The worker wants a proof, which the page has taken on and does not make.
const DEMAND: &str = r#"Response.json({
    type: "", title: "", status: 428, code: "proof_required",
    proof: { turnstile: { site_key: "key", action: "sms-login" } },
}, { status: 428 })"#;

/// Somebody on their way through all states.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    page: &'a Page,
    phone: String,
}

impl<'a> Walk<'a> {
    /// Begins on one of the pages, which is then in this language. The window must be a new one.
    pub(crate) async fn begins(page: &'a Page, place: &str, language: &str) -> Self {
        page.runs_first(DESK).await;
        page.runs_first(&format!(
            "document.addEventListener('readystatechange', () => Object.assign(document.documentElement, {}), {{ once: true }});",
            json!({ "lang": language, "dir": direction(language) })
        ))
        .await;
        page.goes_to(&format!("{}{place}", line().origin())).await;
        Self {
            page,
            phone: numbers::fresh(),
        }
    }

    /// Goes on to the next state, which must be the one after the last.
    pub(crate) async fn goes_on_to(&mut self, state: State) {
        let page = self.page;
        match state {
            State::Loading => {
                page.until("desk.goes && element.shadowRoot.querySelector('form')")
                    .await;
            }
            State::NotReached => {
                self.is_answered("Promise.reject(new TypeError())").await;
                page.until("element.matches(':state(problem)')").await;
                page.runs("desk.holds = '';").await;
            }
            State::Number => {
                page.tabs_to("[type=submit]").await;
                page.enters().await;
                page.until("find('#number') && find('[part=country]')")
                    .await;
                // It knows how numbers from there look.
                page.until("/\\d/.test(text('#number-hint'))").await;
            }
            State::Email => {
                page.tabs_to(OTHER_WAY).await;
                page.enters().await;
                page.until("focused()?.id === 'email'").await;
            }
            State::NoEmail => {
                page.types("ana@").await;
                page.enters().await;
                page.until("find('[aria-invalid]')").await;
            }
            State::Mailed => {
                let address = numbers::fresh_email();
                page.clears().await;
                page.types(&address).await;
                page.enters().await;
                page.sees("bdi", &address).await;
                page.until("!find('[data-busy]')").await;
            }
            State::Countries => {
                page.tabs_to(".links > :last-child").await;
                page.enters().await;
                page.until("focused()?.id === 'email'").await;
                page.tabs_to(OTHER_WAY).await;
                page.enters().await;
                page.until("focused()?.id === 'number'").await;
                page.tabs_back_to("[part=country]").await;
                page.enters().await;
                page.until("find('[role=option][aria-selected=true]')")
                    .await;
            }
            State::NoCountry => {
                page.types("atlantis").await;
                page.until("text('#countries [role=status]') !== ''").await;
            }
            State::NoNumber => {
                page.hits(Key::Escape).await;
                page.asks_for_a_code("+385 91 12").await;
                page.until("find('[aria-invalid]')").await;
            }
            State::NotServed => {
                page.asks_for_a_code("01 4567 890").await;
                page.until("find('[aria-invalid]') && !find('[data-busy]')")
                    .await;
            }
            State::Offline => {
                page.goes_offline(true).await;
                page.until("!navigator.onLine && element.matches(':state(problem)')")
                    .await;
            }
            State::BackOnline => {
                page.goes_offline(false).await;
                page.until("navigator.onLine && text('form > [role=status]') !== ''")
                    .await;
            }
            State::Sending => {
                self.asks_and_is_held("/v1/challenges").await;
            }
            State::ProviderDown => {
                let down = json!({ "answer": { "status": { "code": 503 } } });
                line().telephone().breaks("send", &self.phone, &down);
                self.is_answered("undefined").await;
                page.until("element.matches(':state(problem)')").await;
                line().telephone().is_mended(&self.phone);
            }
            State::BotCheck => {
                self.phone = numbers::fresh();
                self.asks_and_is_held("/v1/challenges").await;
                self.is_answered(DEMAND).await;
                self.passes(1).await;
                page.until("!find('form > [role=status][data-heard]') && text('form > [role=status]') !== ''")
                    .await;
            }
            State::Sent => {
                page.runs("desk.holds = '';").await;
                self.asks().await;
            }
            State::HalfTyped => {
                let code = line().telephone().code(&self.phone);
                let wrong = numbers::wrong(&code);
                page.types_the_code(wrong.get(..3).expect("it is longer"))
                    .await;
            }
            State::Checking => {
                page.runs("desk.holds = '/v1/challenges/verify';").await;
                let code = line().telephone().code(&self.phone);
                let wrong = numbers::wrong(&code);
                page.types(wrong.get(3..).expect("it is longer")).await;
                page.until("desk.goes").await;
            }
            State::Wrong => {
                page.runs("desk.holds = '';").await;
                self.is_answered("undefined").await;
                page.until("find('[aria-invalid]')").await;
            }
            State::TooSoon => {
                self.takes_another_number().await;
                page.asks_for_a_code(&self.phone).await;
                page.until("element.matches(':state(problem)')").await;
            }
            State::Expired => {
                self.asks().await;
                self.passes(3600).await;
                page.until("!find('#code')").await;
            }
            State::Locked => {
                self.takes_another_number().await;
                self.asks().await;
                let code = line().telephone().code(&self.phone);
                for _ in 0..5 {
                    page.types_the_code(&numbers::wrong(&code)).await;
                    page.until(
                        "!find('#code') || find('#code').value === '' && find('[aria-invalid]')",
                    )
                    .await;
                }
                page.until("!find('#code')").await;
            }
            State::Offer => {
                self.takes_another_number().await;
                self.asks().await;
                page.types_the_code(&line().telephone().code(&self.phone))
                    .await;
                page.until("find('form > div > [part=button]')").await;
            }
            State::SignedIn => {
                page.tabs_to("form > div:not(.links) > [part=link]").await;
                page.enters().await;
                page.until("!find('form > div > [part=button]')").await;
            }
            State::SigningOut => {
                page.runs("desk.holds = '/v1/session/logout';").await;
                page.tabs_to("form > [part=link]").await;
                page.enters().await;
                page.until("desk.goes").await;
            }
            State::SignedOut => {
                page.runs("desk.holds = '';").await;
                self.is_answered("undefined").await;
                page.until("find('#number')").await;
            }
        }
    }

    /// Asks for a code for a number that has none, and gets it.
    async fn asks(&mut self) {
        self.phone = numbers::fresh();
        self.page.asks_for_a_code(&self.phone).await;
        self.page.sees("bdi", &self.phone).await;
        self.page.until("!find('[data-busy]')").await;
    }

    async fn asks_and_is_held(&self, path: &str) {
        self.page
            .runs(&format!("desk.holds = {};", json!(path)))
            .await;
        self.page.asks_for_a_code(&self.phone).await;
        self.page.until("desk.goes").await;
    }

    /// What was held back is answered so; `undefined` is what the worker says.
    async fn is_answered(&self, answer: &str) {
        self.page.runs(&format!("desk.goes({answer});")).await;
        self.page.until("!desk.goes").await;
    }

    async fn takes_another_number(&self) {
        self.page.tabs_to(".links > :last-child").await;
        self.page.enters().await;
        self.page.until("find('#number')").await;
    }

    /// So many seconds go by for the element.
    async fn passes(&self, seconds: u32) {
        self.page
            .runs(&format!("desk.now += {seconds} * 1000;"))
            .await;
    }
}
