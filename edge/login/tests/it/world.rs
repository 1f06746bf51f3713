//! A world that fits into a test: records in memory, a provider that really draws and compares codes, and a clock that moves
//! when it is told to. The rules are the real ones.

pub(crate) mod changes;
pub(crate) mod passkeys;
mod provider;
mod records;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use login::account::UserRecord;
use login::attempt::DestinationRecord;
use login::budget::{Budget, BudgetRecord};
use login::index::DestinationName;
use login::journey::{Asker, FreshIds, Login, SignedIn};
use login::keys::KeyRing;
use login::ledger::{Ledger, LedgerDown};
use login::metrics::Busy;
use login::network::Network;
use login::policy::{Demand, Proofs};
use login::proof::Proven;
use login::provider::{CheckFailure, SendFailure, Verdict};
use login::served::Served;
use login::step::{Record as _, Step};
use login::switches::{Orders, Switches};
use login::{BrowserId, ChallengeId, Policy, Refusal, SessionId, Timestamp, UserId};
use protocol::messages::Channel;
use protocol::{AttemptId, Code, Destination, EmailAddress, PhoneNumber};

/// The provider's memory of one code.
struct Sent {
    code: String,
    to: Destination,
}

/// Everything a login needs, and what a test wants to know about it.
pub(crate) struct World {
    pub(crate) now: Cell<Timestamp>,
    pub(crate) policy: Policy,
    pub(crate) served: Served,
    pub(crate) index: KeyRing,
    phones: RefCell<HashMap<DestinationName, DestinationRecord>>,
    users: RefCell<HashMap<String, UserRecord>>,
    budgets: RefCell<HashMap<String, BudgetRecord>>,
    pub(crate) switches: RefCell<Switches>,
    /// What the operator was told, as it is logged.
    pub(crate) alerts: RefCell<Vec<String>>,
    /// Where requests come from.
    pub(crate) network: Network,
    sent: RefCell<Vec<Sent>>,
    ids: Cell<u64>,
    /// How each code was sent, and sent again.
    pub(crate) channels: RefCell<Vec<Channel>>,
    /// How often the provider was asked.
    pub(crate) sends: Cell<u32>,
    pub(crate) checks: Cell<u32>,
    /// What the provider does instead of its work.
    pub(crate) send_fails: Cell<Option<SendFailure>>,
    pub(crate) check_fails: Cell<Option<CheckFailure>>,
    pub(crate) verdict: Cell<Option<Verdict>>,
    pub(crate) phones_are_down: Cell<bool>,
    pub(crate) users_are_down: Cell<bool>,
    /// How many more steps the records of users take.
    pub(crate) user_steps_left: Cell<Option<u32>>,
    pub(crate) budgets_are_down: Cell<bool>,
    /// Whether others may go first before and after every step.
    pub(crate) takes_turns: Cell<bool>,
    /// What whoever counts was left.
    pub(crate) busy: RefCell<Option<Busy>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            now: Cell::new(Timestamp::from_secs(1_000_000)),
            policy: without_proofs(),
            served: Served::parse("HR", "HR").unwrap(),
            index: KeyRing::parse("i1:_cMuyQnbAD-yCSrKDycJmqEYQ83PHjEy2UmVVzpJGc4").unwrap(),
            phones: RefCell::default(),
            users: RefCell::default(),
            budgets: RefCell::default(),
            switches: RefCell::default(),
            alerts: RefCell::default(),
            network: Network::of(Some("192.0.2.7")),
            sent: RefCell::default(),
            channels: RefCell::default(),
            ids: Cell::new(0),
            sends: Cell::new(0),
            checks: Cell::new(0),
            send_fails: Cell::new(None),
            check_fails: Cell::new(None),
            verdict: Cell::new(None),
            phones_are_down: Cell::new(false),
            users_are_down: Cell::new(false),
            user_steps_left: Cell::new(None),
            budgets_are_down: Cell::new(false),
            takes_turns: Cell::new(false),
            busy: RefCell::default(),
        }
    }

    pub(crate) fn login(&self) -> Login<'_, Self, Self> {
        Login {
            ledger: self,
            provider: self,
            served: &self.served,
            index: &self.index,
            policy: &self.policy,
            orders: self.orders(),
            busy: &self.busy,
        }
    }

    /// What the operator has switched off, as a worker knows it that has just asked.
    fn orders(&self) -> Orders {
        self.switches.borrow().orders(self.now.get())
    }

    /// All that is kept of users.
    pub(crate) fn user_records(&self) -> String {
        let users = self.users.borrow();
        let kept = users.iter().filter(|(_, record)| !record.is_blank());
        let kept: std::collections::BTreeMap<_, _> = kept.collect();
        serde_json::to_string(&kept).unwrap()
    }

    pub(crate) fn wait(&self, secs: u64) {
        self.now.set(self.now.get().plus(Duration::from_secs(secs)));
    }

    /// Bytes that nobody else gets.
    pub(crate) fn fresh_bytes(&self) -> [u8; 16] {
        self.ids.set(self.ids.get() + 1);
        u128::from(self.ids.get()).to_be_bytes()
    }

    pub(crate) fn fresh_challenge(&self) -> ChallengeId {
        ChallengeId::from_random(self.fresh_bytes())
    }

    pub(crate) fn fresh_ids(&self) -> FreshIds {
        FreshIds {
            user: UserId::from_random(self.fresh_bytes()),
            session: SessionId::from_random(self.fresh_bytes()),
            browser: BrowserId::from_random(self.fresh_bytes()),
            label: "Firefox on Android".to_owned(),
        }
    }

    pub(crate) fn fresh_attempt(&self) -> AttemptId {
        AttemptId::try_from(format!("{:022}", u128::from_be_bytes(self.fresh_bytes()))).unwrap()
    }

    /// The code in the last text to the number.
    pub(crate) fn code(&self, number: &Destination) -> Code {
        let sent = self.sent.borrow();
        let last = sent.iter().rev().find(|sent| sent.to == *number).unwrap();
        Code::try_from(last.code.as_str()).unwrap()
    }

    /// Somebody in a browser that says it is this one.
    pub(crate) fn asker(&self, browser: Option<&BrowserId>) -> Asker {
        Asker {
            network: self.network.clone(),
            browser: browser.cloned(),
            change: None,
            step_up: false,
        }
    }

    /// Calls, and a voice reads a code out.
    pub(crate) async fn call(&self, number: &Destination) -> Result<ChallengeId, Refusal> {
        let (challenge, asker) = (self.fresh_challenge(), self.asker(None));
        let fresh = challenge.clone();
        self.login()
            .send(number, Channel::Voice, &asker, fresh, None, None)
            .await?;
        Ok(challenge)
    }

    /// Sends the same code once more.
    pub(crate) async fn again(
        &self,
        number: &Destination,
        challenge: &ChallengeId,
        channel: Channel,
    ) -> Result<(), Refusal> {
        let (challenge, network) = (challenge.clone(), &self.network);
        self.login()
            .resend(number, channel, network, challenge, None)
            .await
            .map(drop)
    }

    /// Sends a code from a browser that nobody knows.
    pub(crate) async fn send(&self, number: &Destination) -> Result<ChallengeId, Refusal> {
        self.send_from(None, number).await
    }

    /// Sends a code from a browser that says it is this one.
    pub(crate) async fn send_from(
        &self,
        browser: Option<&BrowserId>,
        number: &Destination,
    ) -> Result<ChallengeId, Refusal> {
        self.send_as(browser, None, number).await
    }

    /// Sends a code from a browser that nobody knows, with this proof.
    pub(crate) async fn send_with(
        &self,
        proof: Option<&Proven>,
        number: &Destination,
    ) -> Result<ChallengeId, Refusal> {
        self.send_as(None, proof, number).await
    }

    async fn send_as(
        &self,
        browser: Option<&BrowserId>,
        proof: Option<&Proven>,
        number: &Destination,
    ) -> Result<ChallengeId, Refusal> {
        let (challenge, proof) = (self.fresh_challenge(), proof.cloned());
        let (asker, fresh) = (self.asker(browser), challenge.clone());
        self.login()
            .send(number, number.channel(), &asker, fresh, None, proof)
            .await?;
        Ok(challenge)
    }

    /// Tries a code with a press of the button of its own.
    pub(crate) async fn verify(
        &self,
        number: &Destination,
        challenge: &ChallengeId,
        code: &Code,
    ) -> Result<SignedIn, Refusal> {
        let attempt = self.fresh_attempt();
        self.verify_as(&attempt, number, challenge, code).await
    }

    /// Tries a code with this press of the button, perhaps again.
    pub(crate) async fn verify_as(
        &self,
        attempt: &AttemptId,
        number: &Destination,
        challenge: &ChallengeId,
        code: &Code,
    ) -> Result<SignedIn, Refusal> {
        let fresh = self.fresh_ids();
        let login = self.login();
        login
            .verify(number, challenge.clone(), code, attempt.clone(), fresh)
            .await
    }

    /// Lets others go first, if the test says so: what is on its way to an object, to the provider or back.
    async fn on_its_way(&self) {
        if self.takes_turns.get() {
            let mut yielded = false;
            poll_fn(|context| {
                if std::mem::replace(&mut yielded, true) {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        }
    }

    /// Through JSON and back, as between a worker and an object.
    fn apply<S: Step>(&self, record: &mut S::Record, step: &S) -> Result<S::Reply, LedgerDown> {
        let json = serde_json::to_string(step).unwrap();
        let reply = record
            .apply_json(S::NAME, &json, self.now.get(), &self.policy)
            .map_err(|_| LedgerDown)?;
        record.take_scrub();
        Ok(serde_json::from_str(&reply).unwrap())
    }
}

impl Ledger for World {
    async fn destination<S: Step<Record = DestinationRecord>>(
        &self,
        name: &DestinationName,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        if self.phones_are_down.get() {
            return Err(LedgerDown);
        }
        self.on_its_way().await;
        let reply = {
            let mut phones = self.phones.borrow_mut();
            let record = phones.entry(name.clone()).or_default();
            self.apply(record, &step)
        };
        self.on_its_way().await;
        reply
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        if self.budgets_are_down.get() {
            return Err(LedgerDown);
        }
        self.on_its_way().await;
        let (reply, alerts) = {
            let mut budgets = self.budgets.borrow_mut();
            let record = budgets.entry(format!("{budget:?}")).or_default();
            (self.apply(record, &step), record.take_alerts())
        };
        self.alerts.borrow_mut().extend(alerts);
        self.on_its_way().await;
        reply
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        let left = self.user_steps_left.get();
        if self.users_are_down.get() || left == Some(0) {
            return Err(LedgerDown);
        }
        self.user_steps_left.set(left.map(|left| left - 1));
        self.on_its_way().await;
        let (reply, alerts) = {
            let mut users = self.users.borrow_mut();
            let record = users.entry(user.to_string()).or_default();
            (self.apply(record, &step), record.take_alerts())
        };
        self.alerts.borrow_mut().extend(alerts);
        self.on_its_way().await;
        reply
    }

    async fn switches<S: Step<Record = Switches>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        self.apply(&mut *self.switches.borrow_mut(), &step)
    }
}

/// Tests about proofs ask for some.
fn without_proofs() -> Policy {
    let policy = Policy::default();
    Policy {
        proofs: Proofs {
            demand: Demand::Off,
            ..policy.proofs
        },
        ..policy
    }
}

/// A mobile number of a country that is served; each test takes its own.
pub(crate) fn number(last: u32) -> Destination {
    PhoneNumber::try_from(format!("+38591{last:07}"))
        .unwrap()
        .into()
}

/// The same in Germany, where a text costs more.
pub(crate) fn german(last: u32) -> Destination {
    PhoneNumber::try_from(format!("+49151{last:08}"))
        .unwrap()
        .into()
}

/// An address; each test takes its own.
pub(crate) fn address(last: u32) -> Destination {
    EmailAddress::try_from(format!("ana.{last}@example.com"))
        .unwrap()
        .into()
}

pub(crate) fn wrong() -> Code {
    Code::try_from("999999").unwrap()
}
