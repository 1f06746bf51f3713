//! How are requests carried to Infobip and answers back?
//!
//! Each is asked once ([`crate::outbound`]) and never again, because a send costs money and may have succeeded (R81).
//!
//! Not here: what the bytes mean (the `infobip` crate).

use std::sync::Arc;
use std::time::Duration;

use infobip::answer::{read_check, read_send};
use infobip::{Check, PinId, request};
use login::Timestamp;
use login::provider::{CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use protocol::messages::Channel;
use protocol::{Code, Destination};

use crate::outbound::{self, Question};
use crate::settings::Settings;

/// How long a send may take in all. The person waits for an answer within eight seconds.
const SEND_DEADLINE: Duration = Duration::from_secs(5);
/// How long a check may take in all. Well within the lease, so that two checks are never under way at once.
const CHECK_DEADLINE: Duration = Duration::from_secs(4);

/// The provider, as far as it writes to one person.
#[derive(Debug)]
pub(crate) struct Infobip {
    settings: Arc<Settings>,
    /// What they read, the best first.
    languages: Vec<String>,
    /// The trace that the requests to it belong to.
    traceparent: Option<String>,
    /// Until when the person waits.
    until: Timestamp,
}

/// A whole answer.
struct Answered {
    status: u16,
    retry_after: Option<u32>,
    body: Vec<u8>,
}

impl Infobip {
    pub(crate) fn new(
        settings: Arc<Settings>,
        languages: Vec<String>,
        traceparent: Option<String>,
        until: Timestamp,
    ) -> Self {
        Self {
            settings,
            languages,
            traceparent,
            until,
        }
    }

    async fn sent(
        &self,
        request: &infobip::Request,
        to: &Destination,
    ) -> Result<Handle, SendFailure> {
        let answer = self
            .ask(request, SEND_DEADLINE)
            .await
            .ok_or(SendFailure::Unknown)?;
        match read_send(answer.status, answer.retry_after, &answer.body, to) {
            Ok(pin) => Ok(Handle::new(pin.reveal().to_owned())),
            Err(failure) => Err(match failure {
                infobip::SendFailure::NotSent => SendFailure::NotSent,
                infobip::SendFailure::Throttled(wait) => SendFailure::Throttled(wait.map(seconds)),
                infobip::SendFailure::Refused => SendFailure::Misconfigured,
                infobip::SendFailure::Failed => SendFailure::Failed,
                infobip::SendFailure::Unknown => SendFailure::Unknown,
            }),
        }
    }
}

impl Infobip {
    /// Asks Infobip. None if no whole answer came in time, or it was too large.
    async fn ask(&self, request: &infobip::Request, deadline: Duration) -> Option<Answered> {
        let question = Question {
            method: request.method.as_str(),
            url: &request.url,
            authorization: Some(&request.key.reveal_authorization()),
            traceparent: self.traceparent.as_deref(),
            body: &request.body,
        };
        let deadline = deadline.min(crate::now().until(self.until));
        let received = outbound::ask(&question, deadline).await?;
        Some(Answered {
            status: received.status,
            retry_after: received.retry_after,
            body: received.body?,
        })
    }
}

impl CodeProvider for Infobip {
    async fn send(&self, to: &Destination, channel: Channel) -> Result<Handle, SendFailure> {
        // That none are made is said before it comes to this.
        let request = request::send(&self.settings.infobip, channel, to, &self.languages)
            .ok_or(SendFailure::Misconfigured)?;
        self.sent(&request, to).await
    }

    async fn resend(
        &self,
        handle: &Handle,
        to: &Destination,
        channel: Channel,
    ) -> Result<Handle, SendFailure> {
        let pin = pin_id(handle).ok_or(SendFailure::Unknown)?;
        let request = request::resend(&self.settings.infobip, channel, &pin);
        self.sent(&request, to).await
    }

    async fn check(
        &self,
        handle: &Handle,
        to: &Destination,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        let pin = pin_id(handle).ok_or(CheckFailure::Unavailable)?;
        let request = request::verify(&self.settings.infobip, &pin, code);
        let answer = self
            .ask(&request, CHECK_DEADLINE)
            .await
            .ok_or(CheckFailure::Unavailable)?;
        match read_check(answer.status, answer.retry_after, &answer.body, &pin, to) {
            Ok(check) => Ok(match check {
                Check::Approved => Verdict::Approved,
                Check::Wrong(left) => {
                    Verdict::Wrong(left.map(|left| u8::try_from(left).unwrap_or(u8::MAX)))
                }
                Check::Expired => Verdict::Expired,
                Check::Exhausted => Verdict::Exhausted,
                Check::Gone => Verdict::Unknown,
            }),
            Err(failure) => Err(match failure {
                infobip::CheckFailure::Throttled(wait) => {
                    CheckFailure::Throttled(wait.map(seconds))
                }
                infobip::CheckFailure::Refused => CheckFailure::Misconfigured,
                infobip::CheckFailure::Unavailable => CheckFailure::Unavailable,
            }),
        }
    }
}

fn pin_id(handle: &Handle) -> Option<PinId> {
    PinId::new(handle.reveal().to_owned())
}

fn seconds(n: u32) -> Duration {
    Duration::from_secs(n.into())
}
