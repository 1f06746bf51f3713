//! Who is kept from asking the provider?
//!
//! Everybody, while it fails: texts, calls and checks each have a breaker of their own in this instance's memory. And whoever has no time
//! left to hear the answer. A wrapper around whoever is asked, so that no way of asking is left out. Not here: when a breaker
//! breaks (`login::breaker`).

use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use login::Timestamp;
use login::breaker::{Breaker, Pass};
use login::policy::Breaking;
use login::provider::{Asked, CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use protocol::messages::Channel;
use protocol::{Code, Destination};

use crate::trace::Trace;

/// With less left of the time that the person waits, the provider is not asked: a text would leave that nobody is told of.
const LEAST: Duration = Duration::from_secs(1);

/// What this instance knows of the provider: texts, calls, e-mails, checks.
pub(crate) type Breakers = [Breaker; 4];

/// A provider that is not asked in vain.
pub(crate) struct Guarded<P> {
    pub(crate) provider: P,
    pub(crate) breaking: Breaking,
    /// Until when the person waits.
    pub(crate) until: Timestamp,
    pub(crate) breakers: &'static Mutex<Breakers>,
    /// What the clock shows.
    pub(crate) clock: fn() -> Timestamp,
    pub(crate) trace: Rc<Trace>,
}

impl<P> Guarded<P> {
    fn with<T>(&self, asked: Asked, act: impl FnOnce(&mut Breaker, Timestamp) -> T) -> T {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let [texts, calls, emails, checks] = &mut *breakers;
        let breaker = match asked {
            Asked::ToSend(Channel::Sms) => texts,
            Asked::ToSend(Channel::Voice) => calls,
            Asked::ToSend(Channel::Email) => emails,
            Asked::ToCheck => checks,
        };
        act(breaker, (self.clock)())
    }

    /// Or else for how long it is not asked, where that is known.
    fn pass(&self, asked: Asked) -> Result<Pass, Option<Duration>> {
        self.with(asked, |breaker, now| {
            if now.until(self.until) < LEAST {
                return Err(None);
            }
            breaker.pass(now, &self.breaking).map_err(Some)
        })
    }

    fn heard(&self, asked: Asked, pass: &Pass, answered: bool) {
        let rest = self.with(asked, |breaker, now| {
            breaker.heard(pass, answered, now, &self.breaking)
        });
        if let Some(rest) = rest {
            let what = match asked {
                Asked::ToSend(Channel::Sms) => "texts",
                Asked::ToSend(Channel::Voice) => "calls",
                Asked::ToSend(Channel::Email) => "e-mails",
                Asked::ToCheck => "checks",
            };
            let rest = rest.as_secs();
            let what = format!("the provider fails: it is asked for no {what} in {rest} s");
            crate::report(&what, &self.trace);
        }
    }

    /// One question about a text or a call.
    async fn to_send(
        &self,
        channel: Channel,
        ask: impl Future<Output = Result<Handle, SendFailure>>,
    ) -> Result<Handle, SendFailure> {
        let asked = Asked::ToSend(channel);
        let pass = self.pass(asked).map_err(SendFailure::Throttled)?;
        let sent = ask.await;
        let failed = matches!(sent, Err(SendFailure::Failed | SendFailure::Unknown));
        self.heard(asked, &pass, !failed);
        sent
    }
}

impl<P: CodeProvider> CodeProvider for Guarded<P> {
    fn resting(&self, asked: Asked) -> Option<Duration> {
        self.with(asked, |breaker, now| breaker.resting(now, &self.breaking))
    }

    async fn send(&self, to: &Destination, channel: Channel) -> Result<Handle, SendFailure> {
        self.to_send(channel, self.provider.send(to, channel)).await
    }

    async fn resend(
        &self,
        handle: &Handle,
        to: &Destination,
        channel: Channel,
    ) -> Result<Handle, SendFailure> {
        self.to_send(channel, self.provider.resend(handle, to, channel))
            .await
    }

    async fn check(
        &self,
        handle: &Handle,
        to: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        let pass = self.pass(Asked::ToCheck);
        let pass = pass.map_err(CheckFailure::Throttled)?;
        let checked = self.provider.check(handle, to, code).await;
        let failed = matches!(checked, Err(CheckFailure::Unavailable));
        self.heard(Asked::ToCheck, &pass, !failed);
        checked
    }
}
