//! Which screens, events and effects are there?
//!
//! The flow is one function, [`Flow::step`]: an event goes in, the flow changes, effects come out. No DOM, no network, no
//! clock and no luck in here; `now` and random ids are handed in. What a person's and the browser's doings lead to is in
//! `step`; what an answer of the worker means is in [`replies`]; what is shown before a text is sent is in `proving`; what a passkey
//! is for is in [`passkeys`]; what the person is told is in `notice`; what keeps a session open is in `renewal`.
//!
//! Invariant: at most one request is in flight, because there is one place to keep it: [`Flow::busy`].

mod notice;
pub mod passkeys;
mod proving;
mod renewal;
pub mod replies;
mod step;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use protocol::{
    AttemptId, Destination, Numbering, Proof, ProofOffer,
    messages::{Channel, ResendRequest, SendRequest, Session, VerifyRequest},
};

pub use notice::Notice;
use passkeys::{Able, NoPasskey, Passkeys};
use replies::Reply;

/// Milliseconds on a clock that only goes forward. The page's own: only differences mean anything.
pub type Millis = u64;

/// Seconds since 1970-01-01T00:00:00Z, as far as the visitor's clock is right.
pub type Seconds = u64;

/// How long a request may take before it counts as lost. Longer than the worker's own patience with its provider.
pub const PATIENCE: Millis = 20_000;

/// Everything that is known about the sign-in under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// What the person is asked.
    pub screen: Screen,
    /// What they are told about their last step.
    pub notice: Option<Notice>,
    /// The one request in flight.
    pub busy: Option<Busy>,
    /// The button does nothing before.
    pub wait_until: Millis,
    /// Whether the browser believes that there is a network.
    pub online: bool,
    /// Whether the page is in view.
    pub visible: bool,
    /// What the visitor's clock shows. Only the renewal of a session goes by it.
    clock: Seconds,
    /// When an open session is to be renewed.
    renew_at: Seconds,
    /// How many proofs were asked for since the person last asked for a text.
    proofs: u8,
    /// Where a number without a calling code is taken to be from, once that is known.
    pub home: Option<Rc<Numbering>>,
    /// Whether there are others.
    pub chooses_country: bool,
    /// Whether codes are read out in calls.
    pub calls: bool,
    /// The number that somebody is to prove, masked, where the site has given a ticket for it.
    pub ticket: Option<Rc<str>>,
    /// How long ago an open session may have begun to count here.
    max_age: Option<Seconds>,
    /// Whether no text gets through to the number that was given last.
    untextable: bool,
    /// Whether codes go to an e-mail address, and the first screen asks for one. Before the settings are there: whether the page wants it.
    pub by_email: bool,
    /// Whether the person may choose between that and their number.
    pub both_ways: bool,
    /// The address that a code was last asked for to, as the person wrote it.
    pub address: Rc<str>,
    /// What is known of passkeys.
    passkeys: Passkeys,
    /// What this step leads to. Empty between steps.
    effects: Vec<Effect>,
}

/// What the person is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// Nothing yet. With no request in flight: the worker could not be asked, and the person may try again.
    Loading,
    /// Their number or, [`Flow::by_email`], their address.
    Phone,
    /// The code.
    Code(Sent),
    /// Nothing more: they are signed in.
    Done(Rc<Session>),
    /// Nothing more: they have proved the number, and this says so.
    Proved(Rc<str>),
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Where to. Kept until the person is in, so that a dead code can be replaced by a new one. None is the ticket's number.
    pub to: Option<Destination>,
    /// How it last travelled.
    pub channel: Channel,
    /// Whether it was asked for again.
    pub again: bool,
    /// How many digits it has.
    pub code_length: u8,
    /// When it is worth nothing.
    pub expires_at: Millis,
    /// When another text may be asked for.
    pub resend_at: Millis,
    /// Whether it is past use: expired, used up, or forgotten by the worker.
    pub dead: bool,
    /// The try whose answer was lost. The same code again is the same try again.
    pub unanswered: Option<Attempt>,
}

/// A try that the worker may or may not have seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// What was asked.
    pub request: VerifyRequest,
    /// Whether it was asked twice already.
    pub repeated: bool,
}

/// The request in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// What was asked.
    pub ask: Rc<Ask>,
    /// When.
    pub since: Millis,
    /// What the worker wants to see before it does it. While that is being made, nothing is in flight.
    pub demand: Option<Demand>,
}

/// A proof that is being made.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Which ones do.
    pub offer: Rc<ProofOffer>,
    /// Whether it is the page that makes one, with Turnstile.
    pub by_page: bool,
}

/// What the worker can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Its settings.
    Config,
    /// Who is signed in.
    Session,
    /// A fresh token for the session.
    Renew,
    /// To send a code.
    Send(SendRequest),
    /// To send the same code once more.
    Resend(ResendRequest),
    /// To send the code of the ticket, or the same code once more.
    StepUp(ResendRequest),
    /// Whether this is the code.
    Verify(Attempt),
    /// To forget the code it sent.
    Forget,
    /// To end the session.
    SignOut,
    /// For what the browser needs to use a passkey.
    UsePasskey,
    /// Who is signed in by this one.
    PasskeyLogin(Rc<str>),
    /// For what the browser needs to make a passkey.
    MakePasskey,
    /// To keep this one.
    KeepPasskey(Rc<str>),
}

/// How the element starts.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The number that the page's ticket is about, masked.
    pub ticket: Option<Rc<str>>,
    /// The most seconds that a login may be ago.
    pub max_age: Option<Seconds>,
    /// Whether the page would rather have codes go by e-mail.
    pub by_email: bool,
    /// What the browser can do with passkeys, if the page wants any.
    pub able: Able,
}

/// What can happen.
pub enum Event {
    /// The element came into the page, or is to start over.
    Start(Start),
    /// The person gave this as their number or, where one is asked for, as their address.
    Number(String),
    /// The person gave this as the code. The id is fresh.
    Code(String, AttemptId),
    /// The person chose a country, or began a number of it; of its numbers no more is known yet than the calling code. Or more is
    /// known of the country that it is about.
    Country(Numbering),
    /// The person types: what was wrong is being mended.
    Typing,
    /// The person asks for another text.
    AnotherCode,
    /// The person wants to be called instead, at this number where none was given yet.
    Call(String),
    /// The person wants to give another number, or another address.
    ChangeNumber,
    /// The person would rather have the code by e-mail, or not by e-mail.
    OtherWay,
    /// The person wants to sign in with a passkey.
    UsePasskey,
    /// The person wants one for the next time.
    MakePasskey,
    /// The person does not.
    DeclinePasskey,
    /// A ceremony of the browser ended: with a credential, or without.
    Held(Result<Rc<str>, NoPasskey>),
    /// The person, or the page, signs out.
    SignOut,
    /// The network went or came.
    Online(bool),
    /// The page came into view or went out of it.
    Visible(bool),
    /// The time that [`Flow::wakes_in`] named went by.
    Tick,
    /// The request in flight has an answer.
    Reply(Reply),
    /// The proof that is wanted is made.
    Proof(Proof),
    /// It is not.
    NoProof {
        /// Whether it is the page that does not make one.
        by_page: bool,
    },
}

/// What the element must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send this request; drop the one before.
    Ask(Rc<Ask>),
    /// Stop waiting for the request in flight, or making a proof.
    Abandon,
    /// Make a proof, by work.
    Work(Rc<ProofOffer>),
    /// Leave it to the page to make one, if it takes it on.
    AskPage(Rc<ProofOffer>),
    /// Empty the field of the code.
    ClearCode,
    /// Tell the page.
    Tell(News),
}

/// What the page is told. Never the number or the address, never the code.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// Somebody is signed in.
    SignedIn(Rc<Session>),
    /// Somebody has proved the ticket's number. The assertion.
    Proved(Rc<str>),
    /// Nobody is signed in any more.
    SignedOut,
    /// Whoever is signed in has a passkey from now on.
    PasskeyCreated,
    /// A code is on its way.
    CodeSent,
    /// The worker said no, or nothing. `code` is the problem's, or `no_answer`.
    Problem {
        /// The kind of problem.
        code: &'static str,
        /// Seconds to wait.
        retry_after: Option<u32>,
    },
}
