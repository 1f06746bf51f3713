//! What must exist at the provider before it sends a code, and how is it made?
//!
//! A 2FA application and the templates of its text, its call and its e-mail. Not here: their wire format (`infobip`).

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use infobip::setup::{
    Application, Configuration, EmailTemplate, PinType, Template, read_application_id,
    read_message_id, spoken,
};
use infobip::{ApiKey, BaseUrl, Request, request};

use crate::wire::{Ask, carry};

/// By language; the first is for everybody else. None needs a letter outside of GSM 03.38, of which a message has room for 160;
/// with any other letter it would be 70.
const MESSAGES: [(&str, &str); 4] = [
    (
        "en",
        "{{pin}} is your code to sign in. We will never ask you for it.",
    ),
    (
        "de",
        "{{pin}} ist Ihr Code zum Anmelden. Wir fragen Sie nie danach.",
    ),
    (
        "fr",
        "{{pin}} est votre code de connexion. Nous ne vous le demanderons jamais.",
    ),
    (
        "hr",
        "{{pin}} je kod za prijavu. Nikada vas ne pitamo za njega.",
    ),
];

/// What a voice reads out, by language; the first is for everybody else.
const CALLS: [(&str, &str); 4] = [
    (
        "en",
        "Hello. Your code to sign in is {{pin}}. Once more: {{pin}}.",
    ),
    (
        "de",
        "Guten Tag. Ihr Code zum Anmelden ist {{pin}}. Noch einmal: {{pin}}.",
    ),
    (
        "fr",
        "Bonjour. Votre code de connexion est {{pin}}. Je répète : {{pin}}.",
    ),
    (
        "hr",
        "Dobar dan. Vaš kod za prijavu je {{pin}}. Još jednom: {{pin}}.",
    ),
];

/// The broadcast template that the e-mails are made of: the simulator takes any.
const BROADCAST: i64 = 1;

/// The last line is how a browser knows that the code is for this site, and offers to fill it in (WICG, origin-bound one-time codes).
const LAST_LINE: &str = "\n\n@localhost #{{pin}}";

/// Makes them, with the same requests as on a real account, and returns the settings that name them. The worker must be
/// given another key than this one, which may do more than send.
pub(crate) fn create(
    base_url: &BaseUrl,
    managing_key: &str,
    settings: &BTreeMap<String, String>,
) -> Result<[(&'static str, String); 5]> {
    let key = ApiKey::parse(managing_key)?;
    let application = Application {
        name: "sms-login demo".to_owned(),
        enabled: true,
        configuration: Configuration {
            pin_time_to_live: format!("{}s", number(settings, "CODE_TTL_S", 300)?),
            ..Configuration::default()
        },
    };
    let (status, body) = send(&request::create_application(base_url, &key, &application))?;
    let application_id = read_application_id(status, &body)?;

    let pin_length = u8::try_from(number(settings, "CODE_LENGTH", 6)?)
        .context("CODE_LENGTH is longer than any code")?;
    let make = |(language, message_text)| -> Result<String> {
        let template = Template {
            message_text,
            pin_length,
            pin_type: PinType::Numeric,
            sender_id: Some("SignIn".to_owned()),
            language: spoken(language),
            speech_rate: Some(0.8),
        };
        let ask = request::create_template(base_url, &key, &application_id, &template);
        let (status, body) = send(&ask)?;
        let id = read_message_id(status, &body)?;
        Ok(match language {
            "en" => id,
            _ => format!("{language}={id}"),
        })
    };
    let email = EmailTemplate {
        email_template_id: BROADCAST,
        from: Some("Kite shop <login@kite-shop.example>".to_owned()),
        pin_length,
        pin_type: PinType::Numeric,
    };
    let ask = request::create_email_template(base_url, &key, &application_id, &email);
    let (status, body) = send(&ask)?;
    let email = read_message_id(status, &body)?;
    let texts = MESSAGES.map(|(language, text)| (language, [text, LAST_LINE].concat()));
    let calls = CALLS.map(|(language, words)| (language, words.to_owned()));
    let texts: Result<Vec<String>> = texts.into_iter().map(make).collect();
    let calls: Result<Vec<String>> = calls.into_iter().map(make).collect();
    Ok([
        ("INFOBIP_BASE_URL", base_url.as_str().to_owned()),
        ("INFOBIP_MESSAGE_ID", texts?.join(",")),
        ("INFOBIP_VOICE_MESSAGE_ID", calls?.join(",")),
        ("INFOBIP_EMAIL_MESSAGE_ID", email),
        ("INFOBIP_APPLICATION_ID", application_id),
    ])
}

fn number(settings: &BTreeMap<String, String>, name: &str, default: u32) -> Result<u32> {
    settings.get(name).map_or(Ok(default), |text| {
        text.parse()
            .with_context(|| format!("{name} is not a number"))
    })
}

/// Carries out what is asked of the provider.
pub(crate) fn send(request: &Request) -> Result<(u16, Vec<u8>)> {
    carry(&Ask {
        method: request.method.as_str(),
        url: &request.url,
        authorization: &request.key.reveal_authorization(),
        body: &request.body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r42_every_text_ends_with_the_host_and_the_code_and_fits_one_message() {
        for (language, text) in MESSAGES {
            let text = [text, LAST_LINE].concat().replace("{{pin}}", "12345678");
            let last = text.lines().last().unwrap();
            let (host, code) = last
                .strip_prefix('@')
                .and_then(|line| line.split_once(" #"))
                .unwrap();
            assert_eq!((host, code), ("localhost", "12345678"), "{language}");
            // Letters, digits and these signs take one septet each in GSM 03.38; a message has 160.
            let one_septet = |c: char| c.is_ascii_alphanumeric() || " .,#@\n".contains(c);
            assert!(text.chars().all(one_septet), "{language}: {text}");
            assert!(text.len() <= 160, "{language}: {}", text.len());
        }
    }
}
