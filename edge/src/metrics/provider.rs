//! What did the provider say, how long did it take, and what did it cost?
//!
//! Counted around whoever is asked, so that no way of asking is left out. Not here: what follows from the answer (`login`).

use std::sync::{Arc, Mutex, PoisonError};

use login::Timestamp;
use login::budget::Going;
use login::metrics::{Column, Tally};
use login::provider::{CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use protocol::messages::Channel;
use protocol::{Code, Destination};

use super::{MAILBOX, asked, happened};
use crate::settings::Settings;

/// A provider whose answers are counted.
pub(crate) struct Counted<P> {
    pub(crate) provider: P,
    pub(crate) settings: Arc<Settings>,
    pub(crate) tally: &'static Mutex<Tally>,
    /// What the clock shows.
    pub(crate) clock: fn() -> Timestamp,
}

impl<P> Counted<P> {
    fn sent(
        &self,
        operation: &'static str,
        since: Timestamp,
        (to, channel): (&Destination, Channel),
        sent: &Result<Handle, SendFailure>,
    ) {
        let (kind, taken, may_cost) = match sent {
            Ok(_) => ("taken", 1, true),
            // A text may have left and may have been billed.
            Err(SendFailure::Unknown) => ("unknown", 0, true),
            Err(SendFailure::NotSent) => ("not_sent", 0, false),
            Err(SendFailure::Throttled(_)) => ("throttled", 0, false),
            Err(SendFailure::Misconfigured) => ("misconfigured", 0, false),
            Err(SendFailure::Failed) => ("failed", 0, false),
        };
        let place = match to {
            Destination::Phone(number) => self.settings.served.country_of(number).ok(),
            Destination::Email(_) => Some(MAILBOX.to_owned()),
        };
        let place = place.unwrap_or_default();
        let going = Going {
            country: &place,
            channel,
        };
        let cap = self.settings.policy.spend_cap.as_ref();
        let cost = cap
            .filter(|_| may_cost)
            .map_or(0, |cap| cap.prices.of(going).ten_thousandths());
        self.count(operation, kind, since, |tally| {
            let counts = tally.counts();
            happened(counts, &place, Column::Texts, taken);
            happened(counts, &place, Column::Cost, cost);
        });
    }

    fn count(
        &self,
        operation: &'static str,
        kind: &'static str,
        since: Timestamp,
        more: impl FnOnce(&mut Tally),
    ) {
        let millis = since.until((self.clock)()).as_millis();
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        asked(
            tally.counts(),
            operation,
            kind,
            u64::try_from(millis).unwrap_or(u64::MAX),
        );
        more(&mut tally);
    }
}

impl<P: CodeProvider> CodeProvider for Counted<P> {
    async fn send(&self, to: &Destination, channel: Channel) -> Result<Handle, SendFailure> {
        let since = (self.clock)();
        let sent = self.provider.send(to, channel).await;
        let operation = match channel {
            Channel::Sms => "send",
            Channel::Voice => "send_voice",
            Channel::Email => "send_email",
        };
        self.sent(operation, since, (to, channel), &sent);
        sent
    }

    async fn resend(
        &self,
        handle: &Handle,
        to: &Destination,
        channel: Channel,
    ) -> Result<Handle, SendFailure> {
        let since = (self.clock)();
        let sent = self.provider.resend(handle, to, channel).await;
        let operation = match channel {
            Channel::Sms => "resend",
            Channel::Voice => "resend_voice",
            Channel::Email => "resend_email",
        };
        self.sent(operation, since, (to, channel), &sent);
        sent
    }

    async fn check(
        &self,
        handle: &Handle,
        to: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        let since = (self.clock)();
        let checked = self.provider.check(handle, to, code).await;
        let kind = match &checked {
            Ok(Verdict::Approved) => "right",
            Ok(Verdict::Wrong(_)) => "wrong",
            Ok(Verdict::Expired) => "expired",
            Ok(Verdict::Exhausted) => "exhausted",
            Ok(Verdict::Unknown) => "gone",
            Err(CheckFailure::Throttled(_)) => "throttled",
            Err(CheckFailure::Misconfigured) => "misconfigured",
            Err(CheckFailure::Unavailable) => "unknown",
        };
        self.count("check", kind, since, |_| {});
        checked
    }
}
