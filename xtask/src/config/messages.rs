//! Which texts and e-mails does a deployment send, what is said in its calls, and in which languages?
//!
//! Each is a template at the provider. Not here: how they get there (`provision`).

use std::collections::BTreeMap;
use std::ops::Range;

use infobip::setup::{AnyTemplate, EmailTemplate, PinType, Template, spoken};
use infobip::{Messages, text};
use protocol::messages::Channel;
use serde::Deserialize;
use toml::Spanned;

use super::Deployment;

/// The text message.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sms {
    /// The site's name, which stands in every text.
    site: String,
    /// Whom texts are from, where a country allows a name.
    sender: Option<String>,
    /// The language for those whose own has no text.
    default: Spanned<String>,
    /// How many parts a text may have; each costs once.
    #[serde(default = "one")]
    parts: usize,
    /// The words by language.
    text: Words,
}

fn one() -> usize {
    1
}

/// What is said in calls. Without it, there are none.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Voice {
    /// How fast, from 0.5 to 2; 1 is as people speak.
    rate: Option<Spanned<f64>>,
    /// The words by language.
    text: Words,
}

/// The e-mail. Without it, nobody signs in by one.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Email {
    /// Whom e-mails are from, if not as their templates say.
    from: Option<String>,
    /// By language, the id of the broadcast template that holds the words.
    broadcast_template: BTreeMap<String, Spanned<i64>>,
}

type Words = BTreeMap<String, Spanned<String>>;

/// Where in the file, and what is wrong.
type Fault = (Range<usize>, String);

/// What one template should be.
pub(crate) struct Message {
    pub(crate) channel: Channel,
    pub(crate) language: String,
    pub(crate) template: AnyTemplate,
    /// The id that it is known by, if it is.
    pub(crate) id: Option<String>,
}

impl Message {
    /// As it is called when people are told of it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.channel {
            Channel::Sms => "text",
            Channel::Voice => "call",
            Channel::Email => "e-mail",
        }
    }
}

/// The setting that holds the ids of a channel's templates.
pub(crate) fn setting(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "INFOBIP_MESSAGE_ID",
        Channel::Voice => "INFOBIP_VOICE_MESSAGE_ID",
        Channel::Email => "INFOBIP_EMAIL_MESSAGE_ID",
    }
}

impl Deployment {
    /// The application's id, if it is known.
    pub(crate) fn application_id(&self) -> Option<String> {
        let id = self.environment.get("INFOBIP_APPLICATION_ID");
        id.map(str::to_owned)
    }

    /// The ids that are known of a channel's templates, by language.
    fn ids(&self, channel: Channel) -> BTreeMap<String, String> {
        let messages = self.environment.get(setting(channel));
        let messages = messages.and_then(|text| Messages::parse(text).ok());
        let by_language = messages.iter().flat_map(Messages::all);
        let default = self.sms.default.get_ref();
        by_language
            .map(|(language, id)| {
                (
                    language.unwrap_or(default).to_ascii_lowercase(),
                    id.to_owned(),
                )
            })
            .collect()
    }

    /// Every template: the texts, then the calls, then the e-mails; of each the default language first, so that the setting is whole from then on.
    pub(crate) fn messages(&self) -> Vec<Message> {
        let texts = self.of(Channel::Sms, &self.sms.text, |language, words| {
            AnyTemplate::Phone(Template {
                message_text: text::bound(words, &self.host()),
                pin_length: self.digits(),
                pin_type: PinType::Numeric,
                sender_id: self.sms.sender.clone(),
                // A text's code may be asked for once more by a call, which reads out what the text says.
                language: self.voice.as_ref().and_then(|_| spoken(language)),
                speech_rate: self.rate(),
            })
        });
        let calls = self.voice.iter().flat_map(|voice| {
            self.of(Channel::Voice, &voice.text, |language, words| {
                AnyTemplate::Phone(Template {
                    message_text: words.clone(),
                    pin_length: self.digits(),
                    pin_type: PinType::Numeric,
                    sender_id: None,
                    language: spoken(language),
                    speech_rate: self.rate(),
                })
            })
        });
        let emails = self.email.iter().flat_map(|email| {
            self.of(Channel::Email, &email.broadcast_template, |_, id| {
                AnyTemplate::Email(EmailTemplate {
                    email_template_id: *id,
                    from: email.from.clone(),
                    pin_length: self.digits(),
                    pin_type: PinType::Numeric,
                })
            })
        });
        texts.into_iter().chain(calls).chain(emails).collect()
    }

    fn of<T>(
        &self,
        channel: Channel,
        all: &BTreeMap<String, Spanned<T>>,
        template: impl Fn(&str, &T) -> AnyTemplate,
    ) -> Vec<Message> {
        let default = self.sms.default.get_ref();
        let mut ids = self.ids(channel);
        let (first, others): (Vec<_>, Vec<_>) =
            all.iter().partition(|(language, _)| *language == default);
        first
            .into_iter()
            .chain(others)
            .map(|(language, words)| Message {
                channel,
                language: language.clone(),
                template: template(language, words.get_ref()),
                id: ids.remove(&language.to_ascii_lowercase()),
            })
            .collect()
    }

    fn rate(&self) -> Option<f64> {
        let rate = self.voice.as_ref()?.rate.as_ref()?;
        Some(*rate.get_ref())
    }

    /// R42: says whom it is from, fits, and ends as browsers read it.
    pub(super) fn check_texts(&self) -> Result<(), Fault> {
        let sms = &self.sms;
        self.check_default(&sms.text, "text", "[sms.text]")?;
        for (language, words) in &sms.text {
            let fault = |why: String| Err((words.span(), about("text", language, &why)));
            self.check_words("text", language, words, text::fault(words.get_ref()))?;
            let whole = text::bound(words.get_ref(), &self.host());
            let length = text::measure(&whole, self.digits());
            if length.parts > sms.parts {
                let mut why = format!(
                    "it takes {} places and has {}, so it is sent in {} parts and costs so often: make it shorter, or set `parts`",
                    length.places, length.room, length.parts
                );
                if !length.foreign.is_empty() {
                    let foreign = String::from_iter(&length.foreign);
                    why.push_str(&format!(
                        ". Without the letters `{foreign}` it would have 160"
                    ));
                }
                return fault(why);
            }
        }
        self.check_calls()?;
        self.check_emails()
    }

    fn check_emails(&self) -> Result<(), Fault> {
        let Some(email) = &self.email else {
            return Ok(());
        };
        self.check_default(
            &email.broadcast_template,
            "e-mail",
            "[email.broadcast_template]",
        )?;
        for (language, id) in &email.broadcast_template {
            let why = if !is_tag(language) {
                NO_LANGUAGE
            } else if *id.get_ref() <= 0 {
                "its number is none of a broadcast template"
            } else {
                continue;
            };
            return Err((id.span(), about("e-mail", language, why)));
        }
        Ok(())
    }

    fn check_calls(&self) -> Result<(), Fault> {
        let Some(voice) = &self.voice else {
            return Ok(());
        };
        self.check_default(&voice.text, "call", "[voice.text]")?;
        for (language, words) in &voice.text {
            self.check_words("call", language, words, text::spoken_fault(words.get_ref()))?;
            if spoken(language).is_none() {
                let why = "no voice speaks it; leave it out, and the default is read out";
                return Err((words.span(), about("call", language, why)));
            }
        }
        match &voice.rate {
            Some(rate) if !(0.5..=2.0).contains(rate.get_ref()) => {
                let why = "a voice speaks at a rate from 0.5 to 2; 1 is as people do".to_owned();
                Err((rate.span(), why))
            }
            _ => Ok(()),
        }
    }

    fn check_default<T>(
        &self,
        words: &BTreeMap<String, Spanned<T>>,
        kind: &str,
        table: &str,
    ) -> Result<(), Fault> {
        let default = &self.sms.default;
        if words.contains_key(default.get_ref()) {
            return Ok(());
        }
        let language = default.get_ref();
        let why =
            format!("there is no {kind} for the default language: add `{language}` to {table}");
        Err((default.span(), why))
    }

    fn check_words(
        &self,
        kind: &str,
        language: &str,
        words: &Spanned<String>,
        fault: Option<&'static str>,
    ) -> Result<(), Fault> {
        let site = &self.sms.site;
        let why = if !is_tag(language) {
            NO_LANGUAGE.to_owned()
        } else if let Some(why) = fault {
            format!("it is not right; {why}")
        } else if !words.get_ref().contains(site) {
            format!("it does not say whom it is from: have it hold `{site}`")
        } else {
            return Ok(());
        };
        Err((words.span(), about(kind, language, &why)))
    }
}

const NO_LANGUAGE: &str = "its name is no language, such as de or pt-PT";

fn is_tag(language: &str) -> bool {
    let in_tag = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    language.bytes().all(in_tag)
}

fn about(kind: &str, language: &str, why: &str) -> String {
    format!("the {kind} for {language}: {why}")
}
