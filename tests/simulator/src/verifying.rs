//! What does a guess come to, and which numbers have been verified?

use serde::Serialize;
use serde_json::json;

use crate::clock::Millis;
use crate::destination::normalized;
use crate::errors::ApiError;
use crate::fields::Fields;
use crate::operation::Target;
use crate::pin::Verdict;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::{World, unknown};
use crate::switches::{DeadPin, TimeUnit, VerifiedPin};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verification<'a> {
    pin_id: &'a str,
    msisdn: &'a str,
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_remaining: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin_error: Option<&'static str>,
}

impl World {
    /// Judges a guess. The order is our reading: unknown id, verify limit, expired, exhausted, already verified, compare.
    pub(crate) fn verify(
        &mut self,
        target: &Target,
        request: &Request,
        now: Millis,
    ) -> Result<Reply, ApiError> {
        let mut fields = Fields::of(request.body()?)?;
        let guess = fields.required_text("pin");
        fields.finish()?;
        let switches = self.switches().clone();
        let unknown_pin = unknown(switches.unknown_pin);
        let pin = self.pins.get(&target.pin_id).ok_or(unknown_pin.clone())?;
        let configuration = self.application(&pin.application_id)?.configuration.clone();

        let number = (pin.application_id.clone(), pin.to.clone());
        let window = self.windows.verifies_by_number.entry(number).or_default();
        window
            .room(&configuration.verify_pin_limit, now)
            .map_err(ApiError::TooManyRequests)?;
        window.count(now);

        let pin = self
            .pins
            .get_mut(&target.pin_id)
            .ok_or(unknown_pin.clone())?;
        let verdict = pin.check(&guess, &configuration, switches.pin_ignores_case, now);
        let told = |verified, attempts_remaining, pin_error| {
            Ok(Reply::ok(Verification {
                pin_id: &pin.pin_id,
                msisdn: &pin.to,
                verified,
                attempts_remaining,
                pin_error,
            }))
        };
        let dead = |attempts_remaining, pin_error| match switches.dead_pin {
            DeadPin::Verdict => told(false, attempts_remaining, Some(pin_error)),
            DeadPin::BadRequest => Err(ApiError::bad_request()),
        };
        match verdict {
            Verdict::Verified => told(true, Some(0), None),
            Verdict::Wrong { remaining } => told(false, Some(remaining), Some("WRONG_PIN")),
            Verdict::Expired => dead(None, "TTL_EXPIRED"),
            Verdict::Exhausted => dead(Some(0), "NO_MORE_PIN_ATTEMPTS"),
            Verdict::AlreadyVerified => match switches.verified_pin {
                VerifiedPin::NoMorePinAttempts => dead(Some(0), "NO_MORE_PIN_ATTEMPTS"),
                VerifiedPin::WrongPin => told(false, Some(0), Some("WRONG_PIN")),
                VerifiedPin::UnknownPin => Err(unknown_pin),
            },
        }
    }

    /// The PINs that an application sent to a number, oldest first.
    pub(crate) fn verification_status(
        &self,
        target: &Target,
        request: &Request,
    ) -> Result<Reply, ApiError> {
        let application = self.application(&target.application_id)?;
        let msisdn = request.query("msisdn").filter(|it| !it.trim().is_empty());
        let msisdn = msisdn
            .map(normalized)
            .ok_or_else(|| ApiError::violation("msisdn", "must not be blank"))?;
        let (verified, sent) = (request.flag("verified")?, request.flag("sent")?);
        let mut pins: Vec<_> = self
            .pins
            .values()
            .filter(|pin| pin.application_id == application.application_id && pin.to == msisdn)
            .filter(|pin| verified.is_none_or(|it| it == pin.verified_at.is_some()))
            .filter(|pin| sent.is_none_or(|it| it == pin.was_sent))
            .collect();
        pins.sort_by_key(|pin| (pin.sent_at, &pin.pin_id));
        let unit = match self.switches().verification_times {
            TimeUnit::Milliseconds => 1,
            TimeUnit::Seconds => 1000,
        };
        let verifications = pins.iter().map(|pin| {
            json!({
                "msisdn": pin.to,
                "verified": pin.verified_at.is_some(),
                // 0 while it is unverified.
                "verifiedAt": pin.verified_at.unwrap_or(0) / unit,
                "sentAt": pin.sent_at / unit,
            })
        });
        let verifications: Vec<_> = verifications.collect();
        Ok(Reply::ok(json!({"verifications": verifications})))
    }
}
