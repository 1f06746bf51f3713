//! How does somebody sign in, as far as objects are asked?
//!
//! By the real journeys of the crate `login`, with a provider that sends every text and takes one code for the right one. Not here: how
//! often people mistype, and how many there are (`cohort`, `rush`).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::FutureExt as _;
use login::journey::{Asker, FreshIds, SignedIn};
use login::keys::KeyRing;
use login::ledger::Ledger;
use login::metrics::Busy;
use login::network::Network;
use login::policy::{Budgets, Demand, Limits, Proofs, Pumping, Sharding};
use login::provider::{CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use login::served::Served;
use login::switches::Orders;
use login::{BrowserId, ChallengeId, Login, Policy, Refusal, SessionId, Timestamp, UserId};
use protocol::messages::Channel;
use protocol::{AttemptId, Code, Destination, PhoneNumber};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

use super::cohort::Act;
use super::world::Country;

const RIGHT: &str = "123456";
const WRONG: &str = "654321";

/// What all journeys have in common.
pub(crate) struct Site {
    pub(crate) policy: Policy,
    served: Served,
    index: KeyRing,
    busy: RefCell<Option<Busy>>,
    /// Whether numbers begin so.
    prefixes: RefCell<BTreeMap<String, bool>>,
    /// Numbers that somebody has.
    taken: RefCell<BTreeSet<String>>,
}

impl Site {
    /// A site in these countries whose limits are so high that nobody is refused: the question is what the objects bear.
    pub(crate) fn new(countries: &[Country], shards: u32, luck: &mut StdRng) -> Result<Self> {
        let isos: Vec<&str> = countries.iter().map(|country| country.iso).collect();
        let first = isos.first().context("there is no country")?;
        let key: [u8; 32] = luck.random();
        let key = BASE64_URL_SAFE_NO_PAD.encode(key);
        let none = Limits {
            per_hour: u32::MAX,
            per_day: u32::MAX,
        };
        let defaults = Policy::default();
        Ok(Self {
            served: Served::parse(&isos.join(","), first)?,
            index: KeyRing::parse(&format!("i1:{key}"))?,
            busy: RefCell::default(),
            prefixes: RefCell::default(),
            taken: RefCell::default(),
            policy: Policy {
                budgets: Budgets {
                    network: none,
                    wide_network: none,
                    unknown_network: none,
                    prefix: none,
                    country: none,
                    site: none,
                    email: none,
                },
                // Judged by what was before, and the model begins with nothing.
                pumping: Pumping {
                    percent: 0,
                    ..defaults.pumping
                },
                proofs: Proofs {
                    demand: Demand::Off,
                    ..defaults.proofs
                },
                sharding: Sharding {
                    shards,
                    ..defaults.sharding
                },
                ..defaults
            },
        })
    }

    pub(crate) fn login<'a, L: Ledger>(
        &'a self,
        ledger: &'a L,
        orders: Orders,
    ) -> Login<'a, L, Provider> {
        Login {
            ledger,
            provider: &Provider,
            served: &self.served,
            index: &self.index,
            policy: &self.policy,
            orders,
            busy: &self.busy,
        }
    }

    /// A mobile number of that country that nobody has yet: its example, with other digits at the end.
    fn number(&self, country: &Country, luck: &mut StdRng) -> Result<Destination> {
        let region =
            Region::try_from(country.iso).map_err(|_| anyhow!("{} is no region", country.iso))?;
        let example = PHONE_NUMBER_UTIL
            .get_example_number_for_type_and_region(region, PhoneNumberType::Mobile)
            .with_context(|| format!("no mobile number of {} is known", country.iso))?;
        let example = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164);
        let (begin, _) = example
            .split_at_checked(example.len().saturating_sub(6))
            .context("an example is too short")?;
        for _ in 0..1000 {
            let prefix = format!("{begin}{:02}", luck.random_range(0..100));
            let text = format!("{prefix}{:04}", luck.random_range(0..10_000));
            let number = PhoneNumber::try_from(text.as_str())?;
            // Libphonenumber takes its time, and numbers of one prefix are all valid or all not.
            let mut prefixes = self.prefixes.borrow_mut();
            let is_valid = *prefixes.entry(prefix).or_insert_with(|| {
                let found = self.served.country_of(&number);
                found.is_ok_and(|iso| iso == country.iso)
            });
            if is_valid && self.taken.borrow_mut().insert(text) {
                return Ok(number.into());
            }
        }
        bail!("no number of {} is free near {example}", country.iso)
    }
}

/// Sends every text.
#[derive(Debug)]
pub(crate) struct Provider;

impl CodeProvider for Provider {
    async fn send(&self, _: &Destination, _: Channel) -> Result<Handle, SendFailure> {
        // As long as Infobip's.
        Ok(Handle::new("0123456789ABCDEF0123456789ABCDEF".to_owned()))
    }

    async fn resend(
        &self,
        handle: &Handle,
        _: &Destination,
        _: Channel,
    ) -> Result<Handle, SendFailure> {
        Ok(handle.clone())
    }

    async fn check(
        &self,
        _: &Handle,
        _: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        let right = code.reveal() == RIGHT;
        Ok(if right {
            Verdict::Approved
        } else {
            Verdict::Wrong(None)
        })
    }
}

/// Somebody with a telephone and a browser.
pub(crate) struct Person {
    number: Destination,
    network: Network,
    browser: Option<BrowserId>,
    challenge: Option<ChallengeId>,
    session: Option<SignedIn>,
}

impl Person {
    pub(crate) fn new(site: &Site, country: &Country, luck: &mut StdRng) -> Result<Self> {
        // Half of all people have IPv6, roughly; a network of one's own is the dearest case, because its object has no other use.
        let address = if luck.random() {
            let [a, b, c]: [u16; 3] = luck.random();
            format!("2001:db8:{a:x}:{b:x}::{c:x}")
        } else {
            let [a, b, c]: [u8; 3] = luck.random();
            format!("10.{a}.{b}.{c}")
        };
        Ok(Self {
            number: site.number(country, luck)?,
            network: Network::of(Some(&address)),
            browser: None,
            challenge: None,
            session: None,
        })
    }

    /// Does one thing, which nobody refuses but for the code that is wrong.
    pub(crate) fn act<L: Ledger>(
        &mut self,
        act: Act,
        login: &Login<'_, L, Provider>,
        luck: &mut StdRng,
    ) -> Result<()> {
        let done = match act {
            Act::Open | Act::Forget => Ok(()),
            Act::Send => self.send(login, luck),
            Act::Resend => self.resend(login),
            Act::Wrong => match self.verify(login, WRONG, luck) {
                Err(Refusal::WrongCode(_)) => Ok(()),
                other => other,
            },
            Act::Right => self.verify(login, RIGHT, luck),
            Act::Check => self.with_session(|session| {
                at_once(login.check(&session.user, session.session.clone())).map(drop)
            }),
            Act::Renew => self.with_session(|session| {
                let (id, generation) = (session.session.clone(), session.living.generation);
                session.living = at_once(login.renew(&session.user, id, generation))?;
                Ok(())
            }),
            Act::Logout => self
                .with_session(|session| at_once(login.end(&session.user, session.session.clone()))),
        };
        done.with_context(|| format!("{act:?} was refused"))
    }

    fn send<L: Ledger>(
        &mut self,
        login: &Login<'_, L, Provider>,
        luck: &mut StdRng,
    ) -> Result<(), Refusal> {
        let asker = Asker {
            network: self.network.clone(),
            browser: self.browser.clone(),
            change: None,
            step_up: false,
        };
        let challenge = ChallengeId::from_random(luck.random());
        let replaces = self.challenge.replace(challenge.clone());
        let send = login.send(
            &self.number,
            Channel::Sms,
            &asker,
            challenge,
            replaces,
            None,
        );
        at_once(send).map(drop)
    }

    fn resend<L: Ledger>(&self, login: &Login<'_, L, Provider>) -> Result<(), Refusal> {
        let challenge = self.challenge.clone().ok_or(Refusal::NoChallenge)?;
        let resend = login.resend(&self.number, Channel::Sms, &self.network, challenge, None);
        at_once(resend).map(drop)
    }

    fn verify<L: Ledger>(
        &mut self,
        login: &Login<'_, L, Provider>,
        code: &str,
        luck: &mut StdRng,
    ) -> Result<(), Refusal> {
        let challenge = self.challenge.clone().ok_or(Refusal::NoChallenge)?;
        let attempt: [u8; 16] = luck.random();
        let attempt = AttemptId::try_from(BASE64_URL_SAFE_NO_PAD.encode(attempt))
            .expect("sixteen bytes are an attempt's");
        let code = Code::try_from(code).expect("six digits are a code");
        let fresh = FreshIds {
            user: UserId::from_random(luck.random()),
            session: SessionId::from_random(luck.random()),
            browser: BrowserId::from_random(luck.random()),
            label: "Firefox on Android".to_owned(),
        };
        let signed_in = at_once(login.verify(&self.number, challenge, &code, attempt, fresh))?;
        self.browser.clone_from(&signed_in.browser);
        self.challenge = None;
        self.session = Some(signed_in);
        Ok(())
    }

    fn with_session(
        &mut self,
        what: impl FnOnce(&mut SignedIn) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        what(self.session.as_mut().ok_or(Refusal::SessionEnded)?)
    }
}

/// Nothing in the model takes time but the model's own clock.
fn at_once<T>(journey: impl Future<Output = T>) -> T {
    journey
        .now_or_never()
        .expect("the model's objects answer at once")
}

/// When the model begins: a midnight, at which a slot of the budgets begins too.
pub(crate) const MIDNIGHT: Timestamp = Timestamp::from_secs(1_790_035_200);
