//! What do we ask?
//!
//! Each function builds one request as a value. Not here: sending it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::messages::Channel;
use protocol::{Code, Destination};
use serde_json::json;

use crate::account::{Account, ApiKey, BaseUrl, PinId};
use crate::setup::{Application, EmailTemplate, Template};

/// The methods that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Look at something.
    Get,
    /// Make something.
    Post,
    /// Replace something.
    Put,
}

/// One HTTP request. Carry it out with a deadline and a cap on the answer, and follow no redirect: the key is in it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Goes into `Authorization`.
    pub key: ApiKey,
    /// JSON; goes with `Content-Type: application/json` and `Accept: application/json`. Holds numbers and codes: do not log.
    pub body: String,
}

/// What stays as it is in a path segment (RFC 3986, section 2.3: unreserved characters).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Send a new code, by text message (`POST /2fa/2/pin`), telephone call (`POST /2fa/2/pin/voice`) or e-mail (`POST /2fa/2/pin/email`).
/// None for a call or an e-mail where there are none, and for what does not travel there like that.
///
/// The number goes without its plus, which is the form Infobip documents and echoes. The template is the one for somebody who reads
/// these languages, the best first.
pub fn send(
    account: &Account,
    channel: Channel,
    to: &Destination,
    languages: &[String],
) -> Option<Request> {
    let (path, messages, to) = match (channel, to) {
        (Channel::Sms, Destination::Phone(number)) => {
            ("/2fa/2/pin", &account.messages, number.reveal_digits())
        }
        (Channel::Voice, Destination::Phone(number)) => {
            let calls = account.calls.as_ref()?;
            ("/2fa/2/pin/voice", calls, number.reveal_digits())
        }
        (Channel::Email, Destination::Email(address)) => {
            let emails = account.emails.as_ref()?;
            ("/2fa/2/pin/email", emails, address.reveal())
        }
        (Channel::Sms | Channel::Voice, Destination::Email(_))
        | (Channel::Email, Destination::Phone(_)) => return None,
    };
    let mut body = json!({
        "applicationId": account.application_id,
        "messageId": messages.for_reader(languages),
        "to": to,
    });
    if channel != Channel::Email {
        body["trackDelivery"] = false.into();
    }
    Some(post(&account.base_url, &account.key, path, &body))
}

/// Send the same code again, by text message (`POST /2fa/2/pin/{pinId}/resend`), telephone call
/// (`POST /2fa/2/pin/{pinId}/resend/voice`) or e-mail (`POST /2fa/2/pin/{pinId}/resend/email`). Infobip takes no other template for it than the one that the code was first sent with.
pub fn resend(account: &Account, channel: Channel, pin: &PinId) -> Request {
    let untracked = json!({ "trackDelivery": false });
    let (last, body) = match channel {
        Channel::Sms => ("", untracked),
        Channel::Voice => ("/voice", untracked),
        Channel::Email => ("/email", json!({})),
    };
    let path = format!("/2fa/2/pin/{}/resend{last}", segment(pin.reveal()));
    post(&account.base_url, &account.key, &path, &body)
}

/// Is this the code (`POST /2fa/2/pin/{pinId}/verify`)? The code is a JSON string: a number would lose leading zeros.
pub fn verify(account: &Account, pin: &PinId, code: &Code) -> Request {
    let path = format!("/2fa/2/pin/{}/verify", segment(pin.reveal()));
    post(
        &account.base_url,
        &account.key,
        &path,
        &json!({ "pin": code.reveal() }),
    )
}

/// Create a 2FA application (`POST /2fa/2/applications`). Needs a key with scope `2fa:manage`.
pub fn create_application(base_url: &BaseUrl, key: &ApiKey, application: &Application) -> Request {
    post(base_url, key, "/2fa/2/applications", application)
}

/// Create a message template (`POST /2fa/2/applications/{appId}/messages`). Needs a key with scope `2fa:manage`.
pub fn create_template(
    base_url: &BaseUrl,
    key: &ApiKey,
    application_id: &str,
    template: &Template,
) -> Request {
    let path = format!("/2fa/2/applications/{}/messages", segment(application_id));
    post(base_url, key, &path, template)
}

/// Create an e-mail template (`POST /2fa/2/applications/{appId}/email/messages`). Needs a key with scope `2fa:manage`.
pub fn create_email_template(
    base_url: &BaseUrl,
    key: &ApiKey,
    application_id: &str,
    template: &EmailTemplate,
) -> Request {
    let path = format!(
        "/2fa/2/applications/{}/email/messages",
        segment(application_id)
    );
    post(base_url, key, &path, template)
}

/// Look at a 2FA application (`GET /2fa/2/applications/{appId}`). Needs a key with scope `2fa:manage`.
pub fn get_application(base_url: &BaseUrl, key: &ApiKey, application_id: &str) -> Request {
    get(key, application_url(base_url, application_id))
}

/// Look at a message template (`GET /2fa/2/applications/{appId}/messages/{msgId}`). Needs a key with scope `2fa:manage`.
pub fn get_template(
    base_url: &BaseUrl,
    key: &ApiKey,
    application_id: &str,
    message_id: &str,
) -> Request {
    let application = application_url(base_url, application_id);
    get(
        key,
        format!("{application}/messages/{}", segment(message_id)),
    )
}

/// Look at every 2FA application (`GET /2fa/2/applications`; the answer is a list, without pages). Needs a key with scope
/// `2fa:manage`.
pub fn list_applications(base_url: &BaseUrl, key: &ApiKey) -> Request {
    get(key, format!("{}/2fa/2/applications", base_url.as_str()))
}

/// Look at every message template of an application (`GET /2fa/2/applications/{appId}/messages`; a list, too). Needs a key with
/// scope `2fa:manage`.
pub fn list_templates(base_url: &BaseUrl, key: &ApiKey, application_id: &str) -> Request {
    let application = application_url(base_url, application_id);
    get(key, format!("{application}/messages"))
}

/// Replace a message template by this one (`PUT /2fa/2/applications/{appId}/messages/{msgId}`). Needs a key with scope `2fa:manage`.
pub fn update_template(
    base_url: &BaseUrl,
    key: &ApiKey,
    (application_id, message_id): (&str, &str),
    template: &Template,
) -> Request {
    let application = application_url(base_url, application_id);
    Request {
        method: Method::Put,
        ..create_template(base_url, key, application_id, template)
    }
    .at(format!("{application}/messages/{}", segment(message_id)))
}

/// Replace an e-mail template by this one (`PUT /2fa/2/applications/{appId}/email/messages/{msgId}`). Needs a key with scope
/// `2fa:manage`. Looked at, it is one of the templates.
pub fn update_email_template(
    base_url: &BaseUrl,
    key: &ApiKey,
    (application_id, message_id): (&str, &str),
    template: &EmailTemplate,
) -> Request {
    let application = application_url(base_url, application_id);
    Request {
        method: Method::Put,
        ..create_email_template(base_url, key, application_id, template)
    }
    .at(format!(
        "{application}/email/messages/{}",
        segment(message_id)
    ))
}

/// Replace a 2FA application by this one (`PUT /2fa/2/applications/{appId}`). Needs a key with scope `2fa:manage`.
pub fn update_application(
    base_url: &BaseUrl,
    key: &ApiKey,
    application_id: &str,
    application: &Application,
) -> Request {
    Request {
        method: Method::Put,
        ..create_application(base_url, key, application)
    }
    .at(application_url(base_url, application_id))
}

fn application_url(base_url: &BaseUrl, application_id: &str) -> String {
    let application = segment(application_id);
    format!("{}/2fa/2/applications/{application}", base_url.as_str())
}

impl Request {
    fn at(self, url: String) -> Self {
        Self { url, ..self }
    }
}

impl Method {
    /// The method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

fn get(key: &ApiKey, url: String) -> Request {
    Request {
        method: Method::Get,
        url,
        key: key.clone(),
        body: String::new(),
    }
}

fn post(base_url: &BaseUrl, key: &ApiKey, path: &str, body: &impl serde::Serialize) -> Request {
    Request {
        method: Method::Post,
        url: format!("{}{path}", base_url.as_str()),
        key: key.clone(),
        body: serde_json::to_string(body)
            .expect("these bodies are maps with string keys, which JSON can always hold"),
    }
}

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::{Configuration, PinType};

    /// Every request of the account, as Infobip documents it.
    #[test]
    fn what_is_made_is_posted_what_is_there_is_looked_at_and_replaced_at_its_own_address() {
        let base = BaseUrl::parse("abc123.api.infobip.com").unwrap();
        let key = ApiKey::parse("k-1").unwrap();
        let application = Application {
            name: "Shop".to_owned(),
            enabled: true,
            configuration: Configuration::default(),
        };
        let template = Template {
            message_text: "{{pin}}".to_owned(),
            pin_length: 6,
            pin_type: PinType::Numeric,
            sender_id: None,
            language: None,
            speech_rate: None,
        };
        let email = EmailTemplate {
            email_template_id: 1234,
            from: None,
            pin_length: 6,
            pin_type: PinType::Numeric,
        };
        let (all, of_a) = ("/2fa/2/applications", "/2fa/2/applications/a%2F1");
        let messages = "/2fa/2/applications/a%2F1/messages";
        let of_m = "/2fa/2/applications/a%2F1/messages/m%3F1";
        let ids = ("a/1", "m?1");
        let cases = [
            (create_application(&base, &key, &application), "POST", all),
            (list_applications(&base, &key), "GET", all),
            (get_application(&base, &key, ids.0), "GET", of_a),
            (
                update_application(&base, &key, ids.0, &application),
                "PUT",
                of_a,
            ),
            (
                create_template(&base, &key, ids.0, &template),
                "POST",
                messages,
            ),
            (list_templates(&base, &key, ids.0), "GET", messages),
            (get_template(&base, &key, ids.0, ids.1), "GET", of_m),
            (update_template(&base, &key, ids, &template), "PUT", of_m),
            (
                create_email_template(&base, &key, ids.0, &email),
                "POST",
                "/2fa/2/applications/a%2F1/email/messages",
            ),
            (
                update_email_template(&base, &key, ids, &email),
                "PUT",
                "/2fa/2/applications/a%2F1/email/messages/m%3F1",
            ),
        ];
        for (request, method, path) in cases {
            assert_eq!(request.method.as_str(), method, "{path}");
            assert_eq!(request.url, format!("{}{path}", base.as_str()));
            assert_eq!(request.body.is_empty(), method == "GET", "{method} {path}");
        }
    }
}
