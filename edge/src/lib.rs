//! The worker: HTTP in, HTTP out, records in between.
//!
//! # In scope
//!
//! - `routes`: which path does what. `site`: what a request finds around it. `request` and `reply`: HTTP to values and back. `cookie`: the cookies.
//! - `page`: the pages for those who have no script. `form`: what they send. `way_back`: where they lead.
//! - `metrics`: what is counted, and how it reads.
//! - `platform`: its requests and answers to ours and back.
//! - `event`: what the log says of each request, and `trace`: by what it is found again. `label`: what a session is called.
//! - `settings`: bindings and secrets, all or nothing.
//! - `objects`: the Durable Objects, and the worker's end of them. `assets`: files.
//! - `outbound`: how others are asked. `infobip`: the provider. `breaker`: who is kept from asking it. `turnstile`: who vouches for people. `alerts`: word to the operator. `webcrypto`: who tells a signature.
//! - `fuzzing`: a door for `fuzz/`, shut in what ships.
//!
//! # Out of scope
//!
//! Decisions. Who may ask, try or stay signed in is the `login` crate's; what the provider's bytes mean is `infobip`'s.
//!
//! This file is where the outside comes in: the one place that reads the clock, the random source and the environment. Everything
//! below is handed what it needs, so that it also runs natively, under tests.

mod alerts;
mod assets;
mod breaker;
mod cookie;
mod event;
mod form;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod infobip;
mod label;
mod languages;
mod max_age;
mod metrics;
mod objects;
mod outbound;
mod page;
mod platform;
mod reply;
mod request;
mod routes;
mod settings;
mod site;
mod trace;
mod turnstile;
mod way_back;
mod webcrypto;

use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use login::Timestamp;
use login::breaker::Breaker;
use login::ledger::LedgerDown;
use login::metrics::{HAND_IN_AFTER, Metrics, Tally};
use login::passkey::Verifier;
use login::step::Step;
use login::switches::Copy;
use worker::{AnalyticsEngineDataPointBuilder, Context, Delay, Env, event, web_sys};

use crate::breaker::{Breakers, Guarded};
use crate::event::{Event, Fault};
use crate::infobip::Infobip;
use crate::metrics::provider::Counted;
use crate::objects::Objects;
use crate::settings::{Settings, Turnstile};
use crate::site::{Site, World};
use crate::trace::Trace;
use crate::webcrypto::WebCrypto;

/// How long a request may ask records and the provider in all: the person has an answer within eight seconds (R80).
const PATIENCE: Duration = Duration::from_secs(7);

/// Reads the settings once and the clock once, and routes.
#[event(fetch)]
async fn fetch(
    request: web_sys::Request,
    env: Env,
    context: Context,
) -> worker::Result<web_sys::Response> {
    let request = platform::request(request)?;
    let Some(settings) = settings(&env) else {
        return platform::response(reply::misconfigured()).await;
    };
    let trace = Rc::new(Trace::of(request.headers(), random()));
    let now = now();
    let site = Site {
        world: Cloudflare {
            env,
            settings: settings.clone(),
            trace: trace.clone(),
            until: now.plus(PATIENCE),
        },
        settings,
        trace,
        now,
        told: Default::default(),
        busy: Default::default(),
    };
    let response = platform::response(routes::answer(&site, request).await).await;
    if site.must_hand_in() {
        // After the answer, which does not wait for it.
        context.wait_until(async move {
            Delay::from(HAND_IN_AFTER).await;
            site.hand_in().await;
        });
    }
    response
}

/// What this instance has counted.
static TALLY: Mutex<Tally> = Mutex::new(Tally::new());

/// What this instance knows of how the provider is.
static BREAKERS: Mutex<Breakers> = Mutex::new([Breaker::new(); 4]);

/// The settings of this deployment; none if they are not whole, which the log explains once.
///
/// They cannot change while an instance lives: a change of a binding or a secret is a new deployment.
fn settings(env: &Env) -> Option<Arc<Settings>> {
    static SETTINGS: OnceLock<Option<Arc<Settings>>> = OnceLock::new();
    SETTINGS
        .get_or_init(|| {
            let read = |name: &str| js_sys::Reflect::get(env, &name.into()).ok()?.as_string();
            match Settings::read(read) {
                Ok(settings) => Some(Arc::new(settings)),
                Err(faults) => {
                    for fault in faults {
                        worker::console_error!("setting {}: {}", fault.name, fault.why);
                    }
                    None
                }
            }
        })
        .clone()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
fn now() -> Timestamp {
    Timestamp::from_millis(worker::Date::now().as_millis())
}

/// The real world: Durable Objects, Infobip, the platform's random source.
struct Cloudflare {
    env: Env,
    settings: Arc<Settings>,
    trace: Rc<Trace>,
    /// Until when whoever asked waits.
    until: Timestamp,
}

impl Cloudflare {
    fn objects(&self, until: Timestamp) -> Objects {
        let (env, settings) = (self.env.clone(), self.settings.clone());
        Objects::new(env, settings, self.trace.clone(), until)
    }
}

/// Tells the operator, in a line of the log.
fn report(what: &str, trace: &Trace) {
    worker::console_error!("{}", Fault::of(what, trace).line());
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that draws random bytes"
)]
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("the platform's crypto.getRandomValues never fails for a few bytes");
    bytes
}

impl World for Cloudflare {
    type Ledger = Objects;
    type Provider = Guarded<Counted<Infobip>>;

    fn ledger(&self) -> Objects {
        self.objects(self.until)
    }

    fn provider_for(&self, languages: Vec<String>) -> Self::Provider {
        Guarded {
            provider: Counted {
                provider: Infobip::new(
                    self.settings.clone(),
                    languages,
                    self.trace.onward(),
                    self.until,
                ),
                settings: self.settings.clone(),
                tally: &TALLY,
                clock: now,
            },
            breaking: self.settings.policy.breaking,
            until: self.until,
            breakers: &BREAKERS,
            clock: now,
            trace: self.trace.clone(),
        }
    }

    fn verifier(&self) -> impl Verifier {
        WebCrypto
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        random()
    }

    async fn asset(&self, path: &str) -> Option<Vec<u8>> {
        assets::fetch(&self.env, path).await
    }

    fn switches(&self) -> &Mutex<Copy> {
        static SWITCHES: Mutex<Copy> = Mutex::new(Copy::new());
        &SWITCHES
    }

    async fn turnstile(
        &self,
        turnstile: &Turnstile,
        token: &str,
        address: Option<&str>,
    ) -> Option<Vec<u8>> {
        turnstile::ask(turnstile, token, address).await
    }

    fn report(&self, what: &str) {
        report(what, &self.trace);
    }

    fn record(&self, event: &Event<'_>) {
        worker::console_log!("{}", event.line());
        // Not bound, it is off. What does not get there is in the log nevertheless.
        if let Ok(dataset) = self.env.analytics_engine("ANALYTICS") {
            let point = AnalyticsEngineDataPointBuilder::new()
                .indexes([event.name()])
                .blobs(event.blobs())
                .add_double(1);
            let _ = point.write_to(&dataset);
        }
    }

    fn tally(&self) -> &Mutex<Tally> {
        &TALLY
    }

    async fn metrics<S: Step<Record = Metrics>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        // Nobody waits for what is handed in after the answer.
        self.objects(now().plus(PATIENCE)).metrics(step).await
    }

    fn clock(&self) -> Timestamp {
        now()
    }
}
