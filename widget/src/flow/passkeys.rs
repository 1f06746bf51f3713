//! When does somebody sign in with a passkey, and when are they offered one?
//!
//! What the browser does with a passkey, a *ceremony*, is no request: it may wait for hours beside the field of the number, and ends as
//! soon as the person does something else. So the flow says at any time which one it wants, and is told how it ended. Not here: the
//! ceremony itself (`passkeys.js`), and what an answer leads to (`replies`).

use std::rc::Rc;

use protocol::{ProblemCode, messages::Session};

use super::{Ask, Flow, Millis, News, Notice, Screen, replies::Refusal};

/// For how long what the worker gave for a login is good in any case. It forgets it after five minutes, and what it has given another page of
/// this browser it gives again for half of them.
const GOOD: Millis = 2 * 60 * 1000;

/// How far the browser and the page go along.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Able {
    /// There are no passkeys here.
    #[default]
    No,
    /// They can be used and made.
    Yes,
    /// And the browser offers them beside the field (*conditional mediation*).
    AtTheField,
}

/// What is known of passkeys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passkeys {
    /// What the browser can do.
    pub(super) able: Able,
    /// Whether people sign in with them here.
    pub(super) used: bool,
    /// What the browser needs for one: those of a login on the first screen, those of a new one afterwards.
    pub(super) options: Option<Rc<str>>,
    /// Until when those of a login are good.
    pub(super) good_until: Millis,
    /// Whether the person asked for it by themselves.
    pub(super) asked_for: bool,
    /// Whether the worker had forgotten what it gave for one, and was asked for it again.
    pub(super) again: bool,
    /// Whether the person is offered one, who has just come in by a code and has none.
    pub(super) offered: bool,
    /// Whether they want none. Remembered for as long as the element is in the page.
    pub(super) declined: bool,
}

/// What the browser is to do, with what the worker gave for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ceremony<'a> {
    /// Offer passkeys beside the field, for as long as it takes.
    Await(&'a str),
    /// Let the person choose one.
    Use(&'a str),
    /// Make one.
    Make(&'a str),
}

/// Why nothing came of a ceremony.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoPasskey {
    /// The person did not want it, or the browser did not: it does not tell.
    Unwanted,
    /// The device has one of this account already.
    There,
    /// It cannot be done.
    Failed,
}

impl Flow {
    /// What the browser is to do now. With a request in flight that somebody waits for, nothing.
    pub fn ceremony(&self) -> Option<Ceremony<'_>> {
        let options = self.passkeys.options.as_deref()?;
        if !self.idle() {
            return None;
        }
        match self.screen {
            Screen::Phone if self.passkeys.asked_for => Some(Ceremony::Use(options)),
            Screen::Phone => {
                (self.passkeys.able == Able::AtTheField).then_some(Ceremony::Await(options))
            }
            Screen::Done(_) => Some(Ceremony::Make(options)),
            Screen::Loading | Screen::Code(_) | Screen::Proved(_) => None,
        }
    }

    /// Whether the person can choose to sign in with one.
    pub fn uses_passkeys(&self) -> bool {
        self.passkeys.used && matches!(self.screen, Screen::Phone)
    }

    /// Whether the browser is to offer them beside the field.
    pub fn awaits_passkeys(&self) -> bool {
        self.uses_passkeys() && self.passkeys.able == Able::AtTheField
    }

    /// Whether the person is offered one.
    pub fn offers_passkey(&self) -> bool {
        self.passkeys.offered && matches!(self.screen, Screen::Done(_))
    }

    /// Whether the request is one that nobody waits for, and that gives way to whatever a person does.
    pub(super) fn awaits_quietly(&self, ask: &Ask) -> bool {
        matches!(ask, Ask::UsePasskey) && !self.passkeys.asked_for
    }

    /// The first screen is there, or a passkey was refused. Nobody is told.
    pub(super) fn await_passkey(&mut self, now: Millis) {
        if self.awaits_passkeys() {
            let notice = self.notice;
            self.passkeys.asked_for = false;
            self.ask_how(now);
            self.notice = notice;
        }
    }

    fn ask_how(&mut self, now: Millis) {
        self.passkeys.good_until = now + GOOD;
        self.ask(Ask::UsePasskey, now);
    }

    /// How long until what the field offers passkeys with is to be replaced, as long as the page is in view.
    pub(super) fn awaits_anew_in(&self, now: Millis) -> Option<Millis> {
        let waits = matches!(self.ceremony(), Some(Ceremony::Await(_)));
        let can = waits && self.busy.is_none() && self.visible && self.online;
        can.then(|| self.passkeys.good_until.saturating_sub(now))
    }

    /// Replaces it where that is due. A passkey that is chosen would be refused once.
    pub(super) fn await_anew(&mut self, now: Millis) {
        if self.awaits_anew_in(now) == Some(0) {
            self.await_passkey(now);
        }
    }

    /// The person asks for it.
    pub(super) fn use_passkey(&mut self, now: Millis) {
        if !self.uses_passkeys() {
            return;
        }
        self.passkeys.asked_for = true;
        self.passkeys.again = false;
        self.notice = None;
        if self.passkeys.options.is_none() || self.passkeys.good_until <= now {
            self.ask_how(now);
        }
    }

    /// The worker would not have it. What it has forgotten in the meantime is asked for again, once.
    pub(super) fn passkey_refused(&mut self, refusal: &Refusal, now: Millis) {
        let mut code = refusal.code;
        if code == ProblemCode::NoChallenge {
            if self.uses_passkeys() && !self.passkeys.again {
                self.use_passkey(now);
                self.passkeys.again = true;
                return;
            }
            code = ProblemCode::PasskeyRefused;
        }
        self.say(code, None, refusal.retry_after);
        self.await_passkey(now);
    }

    /// Somebody is in, says the answer to `ask`. Whoever came by a code may want to come without one.
    pub(super) fn offer_passkey(&mut self, ask: &Ask, session: &Session) {
        let may = self.passkeys.used && !self.passkeys.declined;
        self.passkeys.offered = may && matches!(ask, Ask::Verify(_)) && session.passkeys == Some(0);
        self.passkeys.options = None;
    }

    /// The person wants none.
    pub(super) fn decline_passkey(&mut self) {
        self.passkeys.offered = false;
        self.passkeys.declined = true;
    }

    /// The person wants one.
    pub(super) fn make_passkey(&mut self, now: Millis) {
        if self.offers_passkey() {
            self.ask(Ask::MakePasskey, now);
        }
    }

    /// The ceremony is over. What came of it is one for the worker to look at.
    pub(super) fn held(&mut self, ended: Result<Rc<str>, NoPasskey>, now: Millis) {
        let used = match self.ceremony() {
            None => return,
            Some(Ceremony::Await(_) | Ceremony::Use(_)) => true,
            Some(Ceremony::Make(_)) => false,
        };
        // Of a ceremony that the person has left, the options are as good as before.
        let left = self.passkeys.asked_for && ended == Err(NoPasskey::Unwanted);
        self.passkeys.asked_for = false;
        if !left {
            self.passkeys.options = None;
        }
        match ended {
            Ok(credential) if used => self.ask(Ask::PasskeyLogin(credential), now),
            Ok(credential) => self.ask(Ask::KeepPasskey(credential), now),
            Err(NoPasskey::Unwanted) => {}
            Err(NoPasskey::There) => {
                self.passkeys.offered = false;
                self.notice = Some(Notice::PasskeyThere);
            }
            Err(NoPasskey::Failed) => self.say(ProblemCode::PasskeyRefused, None, None),
        }
    }

    /// The account has it.
    pub(super) fn passkey_kept(&mut self) {
        self.passkeys.offered = false;
        if let Screen::Done(session) = &mut self.screen
            && let Some(session) = Rc::get_mut(session)
        {
            session.passkeys = Some(1);
        }
        self.notice = Some(Notice::PasskeyCreated);
        self.tell(News::PasskeyCreated);
    }
}
