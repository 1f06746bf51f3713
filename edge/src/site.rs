//! What does a request find around it?
//!
//! The world, the settings and the moment, handed to every handler; and what several handlers do with them: open the browser's
//! cookies, and write a reply that signs somebody in.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, StatusCode};
use login::account::Living;
use login::attempt::Live;
use login::forgery;
use login::journey::SignedIn;
use login::ledger::{Ledger, LedgerDown};
use login::metrics::{Busy, HandIn, Metrics, Tally};
use login::passkey::Verifier;
use login::provider::CodeProvider;
use login::seal::{BrowserSeal, ChallengeSeal, ChangeSeal, PasskeySeal, Sealable, seal, unseal};
use login::session::Claims;
use login::step::Step;
use login::switches::{self, ReadSwitches, Switches};
use login::time::whole_secs;
use login::{BrowserId, Login, Refusal, SessionId, Timestamp};
use protocol::messages::{Challenge, Session};
use protocol::{Destination, ProblemCode};

use crate::cookie::Kind;
use crate::event::{self, Event, Told};
use crate::metrics;
use crate::reply::{Denial, Response, json, with_cookies};
use crate::settings::{Settings, Turnstile};
use crate::trace::Trace;

/// What the routes need from outside.
#[allow(
    async_fn_in_trait,
    reason = "used inside this crate only, on one thread"
)]
pub(crate) trait World {
    type Ledger: Ledger;
    type Provider: CodeProvider;

    /// Where records are kept.
    fn ledger(&self) -> Self::Ledger;
    /// Who sends codes, to somebody who reads these languages, the best first.
    fn provider_for(&self, languages: Vec<String>) -> Self::Provider;
    /// Who sends codes, where no text is about to begin.
    fn provider(&self) -> Self::Provider {
        self.provider_for(Vec::new())
    }
    /// Who can tell the signature of a passkey.
    fn verifier(&self) -> impl Verifier;
    /// Bytes from a cryptographically secure source.
    fn random<const N: usize>(&self) -> [u8; N];
    /// The bytes of a static file, if there is one.
    async fn asset(&self, path: &str) -> Option<Vec<u8>>;
    /// What this instance of the worker knows of the operator's switches, from one request to the next.
    fn switches(&self) -> &Mutex<switches::Copy>;
    /// What Turnstile answers about a token that was shown from that address; none if it does not in time.
    async fn turnstile(
        &self,
        turnstile: &Turnstile,
        token: &str,
        address: Option<&str>,
    ) -> Option<Vec<u8>>;
    /// Tells the operator that something is wrong with the deployment.
    fn report(&self, what: &str);
    /// Writes an event into the log.
    fn record(&self, event: &Event<'_>);
    /// What this instance of the worker has counted, from one request to the next.
    fn tally(&self) -> &Mutex<Tally>;
    /// Applies a step to the metrics of the site.
    async fn metrics<S: Step<Record = Metrics>>(&self, step: S) -> Result<S::Reply, LedgerDown>;
    /// What the clock shows by now: for how long something took. What a request decides, it decides by the one moment that it has.
    fn clock(&self) -> Timestamp;
}

/// One request's surroundings: the world, the settings, and the moment it is now.
pub(crate) struct Site<W> {
    pub(crate) world: W,
    pub(crate) settings: Arc<Settings>,
    /// What the request is called.
    pub(crate) trace: Rc<Trace>,
    pub(crate) now: Timestamp,
    /// What handlers found out about the request that its event should tell.
    pub(crate) told: RefCell<Told>,
    /// That a text went to a prefix that stands out.
    pub(crate) busy: RefCell<Option<Busy>>,
}

impl<W: World> Site<W> {
    pub(crate) fn login<'a>(
        &'a self,
        ledger: &'a W::Ledger,
        provider: &'a W::Provider,
    ) -> Login<'a, W::Ledger, W::Provider> {
        Login {
            ledger,
            provider,
            served: &self.settings.served,
            index: &self.settings.index_keys,
            policy: &self.settings.policy,
            orders: self.orders(),
            busy: &self.busy,
        }
    }

    /// Asks how the operator's switches stand, if it is time to. When their record does not answer, the copy ages.
    pub(crate) async fn ask_switches(&self) {
        let must_ask = self.copy(|copy| copy.must_ask(self.now));
        if must_ask && let Ok(switches) = self.world.ledger().switches(ReadSwitches {}).await {
            self.learn(switches);
        }
    }

    /// This instance knows from now on how the switches stand.
    pub(crate) fn learn(&self, switches: Switches) {
        self.copy(|copy| copy.learn(switches, self.now));
    }

    pub(crate) fn orders(&self) -> switches::Orders {
        self.copy(|copy| copy.orders(self.now))
            .since_restored(self.settings.restored, self.now)
    }

    fn copy<T>(&self, of: impl FnOnce(&mut switches::Copy) -> T) -> T {
        let held = self.world.switches().lock();
        of(&mut held.unwrap_or_else(PoisonError::into_inner))
    }

    /// The log may know which country's number the request is about, or that it is about an address.
    pub(crate) fn tell_where(&self, to: &Destination) {
        let mut told = self.told.borrow_mut();
        told.country = to
            .phone()
            .and_then(|number| self.settings.served.country_of(number).ok());
        told.to = Some(to.clone());
    }

    /// Tells the log of a request that is called so and was answered so.
    pub(crate) fn record(&self, name: &'static str, response: &Response) {
        let refusal = response.extensions().get().copied();
        for event in event::of(name, refusal, &self.told.borrow(), &self.trace, self.now) {
            self.world.record(&event);
        }
        let millis = self.now.until(self.world.clock()).as_millis();
        self.tally(|tally| {
            let (told, busy) = (self.told.borrow(), self.busy.take());
            let counts = tally.counts();
            let index = &self.settings.index_keys;
            metrics::answered(counts, name, refusal, &told, busy, index);
            if metrics::ABOUT_CODES.contains(&name) {
                let millis = u64::try_from(millis).unwrap_or(u64::MAX);
                metrics::took(counts, metrics::REQUEST_SECONDS, ("event", name), millis);
            }
        });
    }

    fn tally<T>(&self, of: impl FnOnce(&mut Tally) -> T) -> T {
        let held = self.world.tally().lock();
        of(&mut held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether this request is to hand in what was counted, a little later.
    pub(crate) fn must_hand_in(&self) -> bool {
        self.tally(|tally| tally.must_hand_in(self.world.clock()))
    }

    /// Hands in what this instance has counted.
    pub(crate) async fn hand_in(&self) {
        let counts = self.tally(|tally| tally.take(self.world.clock()));
        if counts.is_empty() {
            return;
        }
        let step = HandIn(counts.clone());
        if self.world.metrics(step).await.is_err() {
            self.tally(|tally| tally.put_back(counts));
        }
    }

    /// The log may know whose request it is.
    pub(crate) fn tell_subject(&self, subject: &str) {
        self.told.borrow_mut().subject = Some(subject.to_owned());
    }

    /// The challenge that this browser holds, if its seal is ours, its time is not over, and the operator has not ended it.
    pub(crate) fn challenge(&self, headers: &HeaderMap) -> Option<ChallengeSeal> {
        self.unless_void(self.unseal(Kind::Challenge, headers)?)
    }

    /// The same of a change of number.
    pub(crate) fn change(&self, headers: &HeaderMap) -> Option<ChallengeSeal> {
        let ChangeSeal(held) = self.unseal(Kind::Number, headers)?;
        self.unless_void(held)
    }

    fn unless_void(&self, held: ChallengeSeal) -> Option<ChallengeSeal> {
        (!self.is_void(&held)).then_some(held)
    }

    /// Whether the operator has ended what this is part of.
    pub(crate) fn is_void(&self, held: &ChallengeSeal) -> bool {
        self.tell_where(&held.to);
        self.orders().void(held.sealed)
    }

    /// The challenge of a passkey that this browser holds, under the same conditions.
    pub(crate) fn passkey(&self, headers: &HeaderMap) -> Option<PasskeySeal> {
        let held: PasskeySeal = self.unseal(Kind::Passkey, headers)?;
        (!self.orders().void(held.sealed)).then_some(held)
    }

    /// Who this browser is, if it has signed in before.
    pub(crate) fn browser(&self, headers: &HeaderMap) -> Option<BrowserId> {
        let seal: BrowserSeal = self.unseal(Kind::Browser, headers)?;
        Some(seal.browser)
    }

    fn unseal<T: Sealable>(&self, kind: Kind, headers: &HeaderMap) -> Option<T> {
        unseal(
            kind.read(headers)?,
            &self.settings.sealing_keys,
            self.settings.issuer.as_str(),
            self.now,
        )
    }

    /// The cookie of that kind, with something in it that no browser can read or change.
    pub(crate) fn sealed(&self, kind: Kind, content: &impl Sealable) -> HeaderValue {
        let sealed = seal(
            content,
            &self.settings.sealing_keys,
            self.settings.issuer.as_str(),
            self.world.random(),
        );
        let life = self.now.until(content.expires());
        kind.set(&sealed, u64::from(whole_secs(life)))
    }

    /// What the token of this browser says, even if its time is over: for renewal and logout.
    pub(crate) fn claims_even_expired(&self, headers: &HeaderMap) -> Result<Claims, Denial> {
        let token = Kind::Session
            .read(headers)
            .ok_or(ProblemCode::NotSignedIn)?;
        let claims = self.settings.tokens.open_expired(token, self.now)?;
        self.tell_subject(&claims.sub);
        Ok(claims)
    }

    /// What the token of this browser says, if its time is not over.
    pub(crate) fn claims(&self, headers: &HeaderMap) -> Result<Claims, Denial> {
        let claims = self.claims_even_expired(headers)?;
        if self.now.as_secs() < claims.exp {
            Ok(claims)
        } else {
            Err(Denial::with_anti_forgery(
                ProblemCode::SessionExpired,
                self.anti_forgery(&claims),
            ))
        }
    }

    /// That the request knows which session it is for (R04).
    pub(crate) fn not_forged(&self, claims: &Claims, presented: &str) -> Result<(), Denial> {
        let session = SessionId::from(claims.sid.clone());
        if forgery::is_value_of(&session, presented, &self.settings.sealing_keys) {
            Ok(())
        } else {
            Err(Denial::with_anti_forgery(
                ProblemCode::CrossSite,
                self.anti_forgery(claims),
            ))
        }
    }

    fn anti_forgery(&self, claims: &Claims) -> String {
        forgery::value_of(&claims.sid.clone().into(), &self.settings.sealing_keys)
    }

    pub(crate) fn challenge_reply(&self, live: &Live) -> Challenge {
        Challenge {
            code_length: self.settings.policy.code_length,
            expires_in: whole_secs(live.expires_in),
            resend_in: whole_secs(live.resend_in),
            tries_left: live.tries_left,
        }
    }

    pub(crate) fn session_reply(&self, claims: &Claims, living: Option<&Living>) -> Session {
        let passkeys = living.filter(|_| self.settings.passkeys.is_some());
        claims.reply(
            self.anti_forgery(claims),
            passkeys.map(|living| living.passkeys),
            &self.settings.policy,
        )
    }

    /// The session and its cookie, which lives as long as the session may: the token inside says when it must be renewed. After a
    /// login, also the cookie by which the browser is known from then on.
    pub(crate) fn signed_in(
        &self,
        who: &SignedIn,
        cookies: impl IntoIterator<Item = HeaderValue>,
    ) -> Response {
        let (token, claims) = self
            .settings
            .tokens
            .sign(who, self.now, &self.settings.policy);
        self.tell_subject(&claims.sub);
        let session = self.session_reply(&claims, Some(&who.living));
        let cookie = Kind::Session.set(&token, session.ends_at.saturating_sub(claims.iat));
        let known = who.browser.clone().map(|browser| self.known(browser));
        with_cookies(
            json(StatusCode::OK, &session),
            std::iter::once(cookie).chain(known).chain(cookies),
        )
    }

    /// The cookie by which the browser is known from now on.
    pub(crate) fn known(&self, browser: BrowserId) -> HeaderValue {
        let expires = self.now.plus(self.settings.policy.browser_life);
        self.sealed(Kind::Browser, &BrowserSeal { browser, expires })
    }

    /// Tells the operator when it is our own set-up that the provider refused.
    pub(crate) fn settled<T>(&self, outcome: Result<T, Refusal>) -> Result<T, Denial> {
        if matches!(outcome, Err(Refusal::Misconfigured)) {
            self.world.report("Infobip refused the request: check INFOBIP_API_KEY, its scopes, the application and the template");
        }
        Ok(outcome?)
    }
}
