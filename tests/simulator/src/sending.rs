//! How is a PIN sent, and sent again?

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Millis;
use crate::destination::{self, Channel};
use crate::errors::ApiError;
use crate::fields::Fields;
use crate::operation::{Operation, Target};
use crate::outbox::Message;
use crate::pin::Pin;
use crate::render::render;
use crate::reply::Reply;
use crate::request::Request;
use crate::scenario::Scenario;
use crate::state::{World, new_id, unknown};
use crate::switches::{Disabled, LookupNotNeeded};
use crate::template::{Content, Template};

/// The sender shown where neither the call nor the template names one: the shared one of trial accounts.
const SHARED_SENDER: &str = "InfoSMS";

/// What a send or resend says about this one message.
#[derive(Default)]
struct Wishes {
    placeholders: BTreeMap<String, String>,
    track_delivery: bool,
    /// `ncNeeded`: whether the number is looked up before anything is sent.
    looks_up: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    pin_id: &'a str,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nc_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_status: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_message_id: Option<String>,
}

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
        let wishes = read_wishes(&mut fields, request)?;
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
        let wishes = read_wishes(&mut fields, request)?;
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
            self.pins.remove(&pin.pin_id);
            pin.pin_id = new_id();
        }
        if self.switches().resend_restarts_lifetime {
            pin.made_at = now;
        }
        pin.sent_at = now;
        self.dispatch(pin, channel, &wishes, scenario, now)
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

    /// Delivers the message unless the number cannot be reached, keeps the PIN, and tells what was done.
    fn dispatch(
        &mut self,
        mut pin: Pin,
        channel: Channel,
        wishes: &Wishes,
        scenario: Option<&Scenario>,
        now: Millis,
    ) -> Result<Reply, ApiError> {
        let template = self.template(&pin.application_id, &pin.message_id)?;
        let message = Message {
            id: 0,
            channel,
            to: pin.to.clone(),
            from: sender(&pin, template),
            text: text(&pin, template, wishes, self)?,
            pin: pin.code.clone(),
            sent_at: now,
        };
        let is_unreachable = matches!(scenario, Some(Scenario::Unreachable));
        let has_lookup = self.switches().number_lookup
            && !matches!(scenario, Some(Scenario::LookupNotConfigured));
        // Without a lookup nobody knows that the number cannot be reached: the SMS is sent, and lost.
        let is_held_back = is_unreachable && wishes.looks_up && has_lookup;
        let nc_status = if !wishes.looks_up {
            match self.switches().lookup_not_needed {
                LookupNotNeeded::NotConfigured => Some("NC_NOT_CONFIGURED"),
                LookupNotNeeded::LeftOut => None,
            }
        } else if !has_lookup {
            Some("NC_NOT_CONFIGURED")
        } else if is_unreachable {
            Some("NC_DESTINATION_NOT_REACHABLE")
        } else {
            Some("NC_DESTINATION_REACHABLE")
        };
        let sms_status = if is_held_back {
            "MESSAGE_NOT_SENT"
        } else {
            "MESSAGE_SENT"
        };
        let email_status = json!({
            "name": "PENDING_ACCEPTED",
            "description": "Message accepted, pending for delivery.",
        });
        pin.was_sent = !is_held_back;
        if !is_unreachable {
            self.outbox.deliver(message);
        }
        let reply = Reply::ok(Sent {
            pin_id: &pin.pin_id,
            to: &pin.to,
            nc_status: nc_status.filter(|_| channel == Channel::Sms),
            sms_status: (channel == Channel::Sms).then_some(sms_status),
            call_status: (channel == Channel::Voice).then_some("PENDING_ACCEPTED"),
            email_status: (channel == Channel::Email).then_some(email_status),
            external_message_id: wishes.track_delivery.then(|| Uuid::new_v4().to_string()),
        });
        self.pins.insert(pin.pin_id.clone(), pin);
        Ok(reply)
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

fn read_wishes(fields: &mut Fields<'_>, request: &Request) -> Result<Wishes, ApiError> {
    fields.placeholders("landingPagePlaceholders");
    Ok(Wishes {
        placeholders: fields.placeholders("placeholders"),
        track_delivery: fields.boolean("trackDelivery").unwrap_or(false),
        looks_up: request.flag("ncNeeded")?.unwrap_or(true),
    })
}

fn sender(pin: &Pin, template: &Template) -> String {
    let of_template = match &template.content {
        Content::Phone(content) => &content.sender_id,
        Content::Email(content) => &content.from,
    };
    let named = pin.from.as_ref().or(of_template.as_ref());
    named.map_or(SHARED_SENDER, String::as_str).to_owned()
}

fn text(
    pin: &Pin,
    template: &Template,
    wishes: &Wishes,
    world: &World,
) -> Result<String, ApiError> {
    match &template.content {
        Content::Phone(content) => render(
            &content.message_text,
            &pin.code,
            &wishes.placeholders,
            world.switches(),
        ),
        // The text of an e-mail is kept in another product.
        Content::Email(content) => Ok(format!(
            "E-mail template {}: {}",
            content.email_template_id, pin.code
        )),
    }
}
