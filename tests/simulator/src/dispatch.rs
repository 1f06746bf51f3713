//! How does a PIN reach its telephone or mailbox, and what is the caller told?
//!
//! Not here: whether it may be sent (`sending.rs`).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Millis;
use crate::destination::Channel;
use crate::errors::ApiError;
use crate::fields::Fields;
use crate::outbox::Message;
use crate::pin::Pin;
use crate::render::render;
use crate::reply::Reply;
use crate::request::Request;
use crate::scenario::Scenario;
use crate::state::World;
use crate::switches::{LookupNotNeeded, Switches};
use crate::template::{Content, Template};

/// The sender shown where neither the call nor the template names one: the shared one of trial accounts.
const SHARED_SENDER: &str = "InfoSMS";

/// What a send or resend says about this one message.
pub(crate) struct Wishes {
    placeholders: BTreeMap<String, String>,
    track_delivery: bool,
    /// `ncNeeded`: whether the number is looked up before anything is sent.
    looks_up: bool,
}

/// What was done, in Infobip's words.
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

impl Wishes {
    pub(crate) fn read(fields: &mut Fields<'_>, request: &Request) -> Result<Self, ApiError> {
        fields.placeholders("landingPagePlaceholders");
        Ok(Self {
            placeholders: fields.placeholders("placeholders"),
            track_delivery: fields.boolean("trackDelivery").unwrap_or(false),
            looks_up: request.flag("ncNeeded")?.unwrap_or(true),
        })
    }
}

impl World {
    /// Delivers the message unless the number cannot be reached, keeps the PIN, and tells what was done.
    pub(crate) fn dispatch(
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
            subject: subject(&pin, template),
            text: text(&pin, template, wishes, self.switches())?,
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
    switches: &Switches,
) -> Result<String, ApiError> {
    match &template.content {
        Content::Phone(content) => render(
            &content.message_text,
            &pin.code,
            &wishes.placeholders,
            switches,
        ),
        Content::Email(_) => Ok(format!(
            "Your code to sign in is {}.\nIf you did not ask for it, there is nothing to do.",
            pin.code
        )),
    }
}

/// What an e-mail says, and in which language, is kept in another product, and its template is but a number here. So its words are made up.
fn subject(pin: &Pin, template: &Template) -> Option<String> {
    match &template.content {
        Content::Phone(_) => None,
        Content::Email(_) => Some(format!("{} is your code", pin.code)),
    }
}
