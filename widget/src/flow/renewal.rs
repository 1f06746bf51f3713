//! When is a session renewed that is open in the page?
//!
//! Shortly before its token's time is over, as long as the page is in view and online; nobody is asked or told. When the
//! worker does not answer, once a minute at most. Not here: the renewal that finds out whether a visitor is in (`replies`).
//!
//! The session's times are seconds since 1970, so this one thing goes by the visitor's clock. A clock that is wrong makes
//! renewals too early or too late, never more frequent than [`PAUSE`]. It also goes on while the machine sleeps, which
//! the page's own does not everywhere.

use std::rc::Rc;

use protocol::messages::Session;

use super::{Ask, Flow, Millis, News, Notice, Screen, Seconds};

/// How long before the token's time is over.
const LEAD: Seconds = 60;
/// How long after a renewal, or a vain attempt, at the least.
const PAUSE: Seconds = 60;

impl Flow {
    /// The request in flight, where the person waits for it.
    pub fn at_work(&self) -> Option<&Ask> {
        let ask = self.busy.as_ref().map(|busy| &*busy.ask)?;
        (!self.renews_quietly(ask) && !self.awaits_quietly(ask)).then_some(ask)
    }

    /// How long until the session is to be looked at. Never far away: a machine that slept finds out soon.
    pub(super) fn renews_in(&self) -> Option<Millis> {
        let shown = matches!(self.screen, Screen::Done(_)) && self.visible;
        // A request would end the making of a passkey.
        let open = shown && self.online && self.ceremony().is_none();
        open.then(|| self.renew_at.saturating_sub(self.clock).min(PAUSE) * 1000)
    }

    /// Renews what is due.
    pub(super) fn renew(&mut self, now: Millis) {
        if self.busy.is_none() && self.renews_in() == Some(0) {
            // What was said about the person's last step still holds.
            let notice = self.notice;
            self.ask(Ask::Renew, now);
            self.notice = notice;
        }
    }

    pub(super) fn renews_quietly(&self, ask: &Ask) -> bool {
        matches!((ask, &self.screen), (Ask::Renew, Screen::Done(_)))
    }

    /// Somebody is in, or still in, says the answer to `ask`.
    pub(super) fn plan_renewal(&mut self, ask: &Ask, session: &Session) {
        let last = session.renew_by >= session.ends_at;
        let due = match last {
            // There is nothing to gain, but the person is to know that it is over.
            true => session.renew_by + 1,
            false => session.renew_by.saturating_sub(LEAD),
        };
        self.renew_at = match ask {
            // By the worker's clock it is `authenticated_at` now, whatever the visitor's shows.
            Ask::Verify(_) | Ask::PasskeyLogin(_) => {
                self.clock + due.saturating_sub(session.authenticated_at).max(PAUSE)
            }
            Ask::Renew => due.max(self.clock + PAUSE),
            Ask::Config
            | Ask::Session
            | Ask::Send(_)
            | Ask::Resend(_)
            | Ask::StepUp(_)
            | Ask::Forget
            | Ask::SignOut
            | Ask::UsePasskey
            | Ask::MakePasskey
            | Ask::KeepPasskey(_) => due,
        };
    }

    /// Whether the session that was open already does not count, by the visitor's clock: the backend's is the one to go by.
    pub(super) fn too_old(&self, session: &Session) -> bool {
        let before = |most: Seconds| session.authenticated_at.saturating_add(most) < self.clock;
        matches!(self.screen, Screen::Loading) && self.max_age.is_some_and(before)
    }

    /// The token is fresh. The page is told when it is another person's: they signed in beside it.
    pub(super) fn renewed(&mut self, session: Rc<Session>) {
        let before = std::mem::replace(&mut self.screen, Screen::Done(Rc::clone(&session)));
        if !matches!(before, Screen::Done(before) if before.subject == session.subject) {
            self.tell(News::SignedIn(session));
        }
    }

    /// The worker did not say. It is asked again later.
    pub(super) fn not_renewed(&mut self, retry_after: Option<u32>) {
        self.renew_at = self.clock + PAUSE.max(retry_after.unwrap_or(0).into());
    }

    /// The session is over, here or in another page.
    pub(super) fn ended(&mut self, now: Millis) {
        if let Screen::Done(_) = self.screen {
            self.tell(News::SignedOut);
        }
        self.notice = Some(Notice::SESSION_ENDED);
        self.begin(now);
    }
}
