//! May a PIN be sent, or sent again?
//!
//! Reading the call, finding what it names, and the limits. Not here: the sending itself (`dispatch.rs`).

use crate::clock::Millis;
use crate::destination::{self, Channel};
use crate::dispatch::Wishes;
use crate::errors::ApiError;
use crate::fields::Fields;
use crate::operation::{Operation, Target};
use crate::pin::Pin;
use crate::reply::Reply;
use crate::request::Request;
use crate::scenario::Scenario;
use crate::state::{World, new_id, unknown};
use crate::switches::Disabled;
use crate::template::Content;

impl World {
    /// Sends a new PIN:
    ///
    /// 1. The request is read; every violation is named at once.
    /// 2. The application and its template exist and may be used.
    /// 3. There is room within the limits of the application and of the number.
    /// 4. The PIN is made, rendered and delivered.
    pub(crate) fn send(
        &mut self,
        operation: Operation,
        request: &Request,
        scenario: Option<&Scenario>,
        now: Millis,
    ) -> Result<Reply, ApiError> {
        // (1)
        let channel = channel(operation);
        let mut fields = Fields::of(request.body()?)?;
        let application_id = fields.required_text("applicationId");
        let message_id = fields.required_text("messageId");
        let to = fields.required_text("to");
        let from = fields.text("from");
        let wishes = Wishes::read(&mut fields, request)?;
        let parsed = destination::parse(&to, channel, self.switches());
        if let (Err(violation), false) = (&parsed, to.trim().is_empty()) {
            fields.violate("to", *violation);
        }
        fields.finish()?;
        let to = parsed.map_err(|violation| ApiError::violation("to", violation))?;

        // (2)
        self.can_send(&application_id, &message_id, channel)?;

        // (3)
        self.take_send(&application_id, &to, now)?;

        // (4)
        let template = self.template(&application_id, &message_id)?;
        let pin = Pin {
            pin_id: new_id(),
            code: template
                .pin_type
                .draw(template.pin_length, &mut rand::rng()),
            application_id,
            message_id,
            to,
            from,
            made_at: now,
            sent_at: now,
            was_sent: false,
            wrong_attempts: 0,
            verified_at: None,
        };
        self.dispatch(pin, channel, &wishes, scenario, now)
    }

    /// Sends a PIN again. Whether it is the same PIN, under the same id, with the same end, is left open by the contract.
    pub(crate) fn resend(
        &mut self,
        target: &Target,
        request: &Request,
        scenario: Option<&Scenario>,
        now: Millis,
    ) -> Result<Reply, ApiError> {
        let channel = channel(target.operation);
        let mut fields = Fields::of(request.body()?)?;
        let wishes = Wishes::read(&mut fields, request)?;
        fields.finish()?;

        let unknown_pin = unknown(self.switches().unknown_pin);
        let pin = self.pins.get(&target.pin_id).cloned();
        let mut pin = pin.ok_or(unknown_pin.clone())?;
        let application = self.application(&pin.application_id)?;
        if pin.is_expired(&application.configuration, now) {
            return Err(unknown_pin);
        }
        self.can_send(&pin.application_id, &pin.message_id, channel)?;
        if self.switches().resend_counts {
            self.take_send(&pin.application_id, &pin.to, now)?;
        }

        if self.switches().resend_new_pin {
            let template = self.template(&pin.application_id, &pin.message_id)?;
            pin.code = template
                .pin_type
                .draw(template.pin_length, &mut rand::rng());
            pin.wrong_attempts = 0;
        }
        if self.switches().resend_new_id {
            pin.pin_id = new_id();
        }
        if self.switches().resend_restarts_lifetime {
            pin.made_at = now;
        }
        pin.sent_at = now;
        let moves = pin.pin_id != target.pin_id;
        let reply = self.dispatch(pin, channel, &wishes, scenario, now)?;
        // Only now: a resend that was refused leaves the PIN where it was.
        if moves {
            self.pins.remove(&target.pin_id);
        }
        Ok(reply)
    }

    fn can_send(
        &self,
        application_id: &str,
        message_id: &str,
        channel: Channel,
    ) -> Result<(), ApiError> {
        let missing = |_| unknown(self.switches().unknown_application);
        let application = self.application(application_id).map_err(missing)?;
        let template = self.template(application_id, message_id).map_err(missing)?;
        if !application.enabled {
            return Err(match self.switches().disabled_application {
                Disabled::BadRequest => ApiError::bad_request(),
                Disabled::Forbidden => ApiError::Forbidden,
            });
        }
        let is_for_email = match &template.content {
            Content::Phone(_) => false,
            Content::Email(_) => true,
        };
        if is_for_email == (channel == Channel::Email) {
            Ok(())
        } else {
            Err(missing(ApiError::NotFound))
        }
    }

    /// Counts a send against both limits, if there is room in both.
    fn take_send(&mut self, application_id: &str, to: &str, now: Millis) -> Result<(), ApiError> {
        let configuration = self.application(application_id)?.configuration.clone();
        let windows = &mut self.windows;
        let application = application_id.to_owned();
        let number = (application.clone(), to.to_owned());
        let by_application = windows.sends_by_application.entry(application).or_default();
        let by_number = windows.sends_by_number.entry(number).or_default();
        by_application
            .room(&configuration.send_pin_per_application_limit, now)
            .and_then(|()| by_number.room(&configuration.send_pin_per_phone_number_limit, now))
            .map_err(ApiError::TooManyRequests)?;
        by_application.count(now);
        by_number.count(now);
        Ok(())
    }
}

fn channel(operation: Operation) -> Channel {
    if matches!(operation, Operation::SendVoice | Operation::ResendVoice) {
        Channel::Voice
    } else if matches!(operation, Operation::SendEmail | Operation::ResendEmail) {
        Channel::Email
    } else {
        Channel::Sms
    }
}
