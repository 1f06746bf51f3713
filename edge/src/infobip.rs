//! How are requests carried to Infobip and answers back?
//!
//! One `fetch` each, with a deadline over everything and a cap on the answer. No redirect is followed, because the key is in the
//! request (R79), and nothing is ever repeated, because a send costs money and may have succeeded (R81).
//!
//! Not here: what the bytes mean (the `infobip` crate).

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use infobip::answer::{read_check, read_send};
use infobip::{Check, PinId, request};
use login::provider::{CheckFailure, CodeProvider, Handle, SendFailure, Verdict};
use protocol::messages::Channel;
use protocol::{Code, PhoneNumber};
use worker::{AbortController, AbortSignal, Delay, Fetch, web_sys};

use crate::settings::Settings;

/// How long a send may take in all. The person waits for an answer within eight seconds.
const SEND_DEADLINE: Duration = Duration::from_secs(5);
/// How long a check may take in all. Well within the lease, so that two checks are never under way at once.
const CHECK_DEADLINE: Duration = Duration::from_secs(4);
/// The largest answer that is read, in bytes. Real ones have about 150.
const LARGEST_ANSWER: usize = 16 * 1024;

/// The provider.
#[derive(Debug)]
pub(crate) struct Infobip {
    settings: Arc<Settings>,
}

/// An answer, as far as it could be received.
struct Received {
    status: u16,
    /// Seconds, where the header holds some.
    retry_after: Option<u32>,
    body: Vec<u8>,
}

impl Infobip {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    async fn sent(
        &self,
        request: &infobip::Request,
        to: &PhoneNumber,
    ) -> Result<Handle, SendFailure> {
        let answer = ask(request, SEND_DEADLINE)
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

impl CodeProvider for Infobip {
    async fn send(&self, to: &PhoneNumber, channel: Channel) -> Result<Handle, SendFailure> {
        let request = match channel {
            Channel::Sms => request::send_sms(&self.settings.infobip, to),
        };
        self.sent(&request, to).await
    }

    async fn resend(
        &self,
        handle: &Handle,
        to: &PhoneNumber,
        channel: Channel,
    ) -> Result<Handle, SendFailure> {
        let pin = pin_id(handle).ok_or(SendFailure::Unknown)?;
        let request = match channel {
            Channel::Sms => request::resend_sms(&self.settings.infobip, &pin),
        };
        self.sent(&request, to).await
    }

    async fn check(
        &self,
        handle: &Handle,
        to: &PhoneNumber,
        code: &Code,
    ) -> Result<Verdict, CheckFailure> {
        let pin = pin_id(handle).ok_or(CheckFailure::Unavailable)?;
        let request = request::verify(&self.settings.infobip, &pin, code);
        let answer = ask(&request, CHECK_DEADLINE)
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

/// Carries a request out. None if no whole answer came in time, or it was too large. When the time is up the connection is
/// dropped.
async fn ask(request: &infobip::Request, deadline: Duration) -> Option<Received> {
    let abort = AbortController::default();
    let signal = abort.signal();
    let answer = std::pin::pin!(receive(request, &signal));
    match select(answer, Delay::from(deadline)).await {
        Either::Left((received, _)) => received.ok().flatten(),
        Either::Right(((), _)) => {
            abort.abort();
            None
        }
    }
}

async fn receive(
    request: &infobip::Request,
    signal: &AbortSignal,
) -> worker::Result<Option<Received>> {
    let headers = web_sys::Headers::new()?;
    headers.set("authorization", &request.key.reveal_authorization())?;
    headers.set("content-type", "application/json")?;
    headers.set("accept", "application/json")?;
    // Not `worker::RequestInit`: it would link everything that Cloudflare can do to images and caches.
    let init = web_sys::RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_body(&request.body.as_str().into());
    let request = web_sys::Request::new_with_str_and_init(&request.url, &init)?;
    let mut response = Fetch::Request(request.into())
        .send_with_signal(signal)
        .await?;
    let mut body = Vec::new();
    let mut chunks = response.stream()?;
    while let Some(chunk) = chunks.next().await {
        body.extend(chunk?);
        if body.len() > LARGEST_ANSWER {
            return Ok(None);
        }
    }
    let retry_after = response
        .headers()
        .get("retry-after")?
        .and_then(|seconds| seconds.trim().parse().ok());
    Ok(Some(Received {
        status: response.status_code(),
        retry_after,
        body,
    }))
}
