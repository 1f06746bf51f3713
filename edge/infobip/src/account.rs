//! Whose account is it, and where does it live?
//!
//! Not here: what is asked of it ([`crate::request`]).

use std::fmt;

/// Everything a worker needs to send and check codes.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where the account's API answers.
    pub base_url: BaseUrl,
    /// The key. Scope `2fa:pin:send` is enough.
    pub key: ApiKey,
    /// The 2FA application's id.
    pub application_id: String,
    /// The message templates' ids.
    pub messages: Messages,
    /// Those of what is said in a call, if there are calls.
    pub calls: Option<Messages>,
    /// Those of e-mails, if there are e-mails.
    pub emails: Option<Messages>,
}

/// The templates of one message: one for everybody, and others for readers of certain languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    default: String,
    /// By language, in lower case.
    translated: Vec<(String, String)>,
}

/// Why a text names no templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessages {
    /// There is no template for those whose language has none, or there are two.
    #[error(
        "it names one message id, and after commas others by language, such as 7654321, de=7654322, pt-PT=7654323"
    )]
    Default,
    /// What stands before an equals sign is no language, or stands there twice.
    #[error(
        "what stands before each = is a language, such as de or pt-PT, and none stands there twice"
    )]
    Language,
    /// An id holds something that no id does.
    #[error("a message id holds letters, digits, - and _ only")]
    Id,
}

impl Messages {
    /// Reads `ID` or `ID, de=ID, pt-PT=ID`.
    ///
    /// # Errors
    ///
    /// When it is not written like that.
    pub fn parse(text: &str) -> Result<Self, InvalidMessages> {
        let mut default = None;
        let mut translated: Vec<(String, String)> = Vec::new();
        for part in text.split(',') {
            let (language, id) = match part.split_once('=') {
                Some((language, id)) => (Some(language.trim().to_ascii_lowercase()), id.trim()),
                None => (None, part.trim()),
            };
            match language {
                Some(language) => {
                    let twice = translated.iter().any(|(known, _)| *known == language);
                    if twice || !is_word(&language) {
                        return Err(InvalidMessages::Language);
                    }
                    translated.push((language, id.to_owned()));
                }
                None if default.is_none() && !id.is_empty() => default = Some(id.to_owned()),
                None => return Err(InvalidMessages::Default),
            }
            if !is_word(id) {
                return Err(InvalidMessages::Id);
            }
        }
        let default = default.ok_or(InvalidMessages::Default)?;
        Ok(Self {
            default,
            translated,
        })
    }

    /// The template for somebody who reads these languages, the best first (RFC 4647, section 3.4: `de-AT` is content with `de`).
    pub fn for_reader(&self, languages: &[String]) -> &str {
        let known = |language: &str| {
            let found = self
                .translated
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(language));
            found.map(|(_, id)| id)
        };
        let nearest = |language: &String| {
            let mut language = language.as_str();
            loop {
                match (known(language), language.rsplit_once('-')) {
                    (Some(id), _) => return Some(id),
                    (None, Some((shorter, _))) => language = shorter,
                    (None, None) => return None,
                }
            }
        };
        languages.iter().find_map(nearest).unwrap_or(&self.default)
    }

    /// Every template: for which language, if not for everybody, and its id.
    pub fn all(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let translated = self
            .translated
            .iter()
            .map(|(language, id)| (Some(language.as_str()), id.as_str()));
        [(None, self.default.as_str())]
            .into_iter()
            .chain(translated)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// `https://` and a host, such as `https://abc123.api.infobip.com`. Plain `http://` is accepted on loopback only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why a text is not the base URL of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// No host is named.
    #[error("it names no host; copy it from the Infobip dashboard, such as abc123.api.infobip.com")]
    NoHost,
    /// The key would travel readable by everyone on the way.
    #[error("plain http is accepted on localhost only; use https")]
    NotHttps,
    /// A character that no host name has.
    #[error("it holds a character that no host name has")]
    NotAHost,
}

impl BaseUrl {
    /// Reads what people paste: the bare host that the dashboard shows, or a whole URL, whose path is dropped.
    ///
    /// ```
    /// use infobip::BaseUrl;
    ///
    /// for pasted in ["abc123.api.infobip.com", "https://abc123.api.infobip.com/", "https://abc123.api.infobip.com/2fa/2/pin"] {
    ///     assert_eq!(BaseUrl::parse(pasted).unwrap().as_str(), "https://abc123.api.infobip.com");
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// When no host can be read from the text, or the scheme is `http` and the host is not this machine.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let (scheme, rest) = match text.trim().split_once("://") {
            None => ("https", text.trim()),
            Some((scheme, rest)) => (scheme, rest),
        };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() {
            return Err(InvalidBaseUrl::NoHost);
        }
        if !host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
        {
            return Err(InvalidBaseUrl::NotAHost);
        }
        let name = host.split(':').next().unwrap_or_default();
        match scheme {
            "https" => {}
            "http" if matches!(name, "localhost" | "127.0.0.1") => {}
            _ => return Err(InvalidBaseUrl::NotHttps),
        }
        Ok(Self(format!("{scheme}://{}", host.to_ascii_lowercase())))
    }

    /// Scheme and host, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An API key, or what else Infobip lets in: a user and password, a session, a token. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    scheme: &'static str,
    secret: String,
}

/// The text is empty or holds something other than visible ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not an API key: one run of visible ASCII characters is expected")]
pub struct InvalidApiKey;

impl ApiKey {
    /// Reads a key, with or without the word `App` that belongs before it in the header.
    ///
    /// # Errors
    ///
    /// When nothing is left, or the rest could not stand in a header.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        Self::read(text, &["App"])
    }

    /// Reads a key, or `Basic`, `IBSSO` or `Bearer` and what belongs after them: what a person at a set-up tool may have. Never for a
    /// worker: these may do everything that the person may, or are over within the hour (R51).
    ///
    /// # Errors
    ///
    /// As [`ApiKey::parse`].
    pub fn parse_any(text: &str) -> Result<Self, InvalidApiKey> {
        Self::read(text, &["App", "Basic", "IBSSO", "Bearer"])
    }

    fn read(text: &str, schemes: &[&'static str]) -> Result<Self, InvalidApiKey> {
        let text = text.trim();
        let (scheme, secret) = text
            .split_once(' ')
            .and_then(|(word, secret)| {
                let mut known = schemes.iter();
                let known = known.find(|scheme| scheme.eq_ignore_ascii_case(word));
                known.map(|scheme| (*scheme, secret.trim()))
            })
            .unwrap_or(("App", text));
        if !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic()) {
            let secret = secret.to_owned();
            Ok(Self { scheme, secret })
        } else {
            Err(InvalidApiKey)
        }
    }

    /// The value of the `Authorization` header.
    pub fn reveal_authorization(&self) -> String {
        format!("{} {}", self.scheme, self.secret)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// Infobip's name for one code that was sent. Opaque; whoever has it can try codes, so it never prints and never leaves the
/// worker.
#[derive(Clone, PartialEq, Eq)]
pub struct PinId(String);

impl PinId {
    /// Longer ones are not believed: those seen have 7 to 32 characters.
    const MAX_LEN: usize = 256;

    /// Takes any text that is not empty and not absurdly long.
    pub fn new(text: String) -> Option<Self> {
        (1..=Self::MAX_LEN)
            .contains(&text.len())
            .then_some(Self(text))
    }

    /// The id itself, to be stored or put in a path.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_read_in_every_form_people_paste() {
        let cases = [
            (
                "abc123.api.infobip.com",
                Ok("https://abc123.api.infobip.com"),
            ),
            (
                "  https://ABC123.api.infobip.com/ ",
                Ok("https://abc123.api.infobip.com"),
            ),
            (
                "https://abc123.api.infobip.com//2fa/2",
                Ok("https://abc123.api.infobip.com"),
            ),
            ("http://localhost:8090", Ok("http://localhost:8090")),
            ("http://127.0.0.1:8090/", Ok("http://127.0.0.1:8090")),
            (
                "http://abc123.api.infobip.com",
                Err(InvalidBaseUrl::NotHttps),
            ),
            (
                "http://localhost.evil.example",
                Err(InvalidBaseUrl::NotHttps),
            ),
            (
                "ftp://abc123.api.infobip.com",
                Err(InvalidBaseUrl::NotHttps),
            ),
            ("", Err(InvalidBaseUrl::NoHost)),
            ("https:///2fa", Err(InvalidBaseUrl::NoHost)),
            (
                "https://key@abc123.api.infobip.com",
                Err(InvalidBaseUrl::NotAHost),
            ),
            ("abc 123", Err(InvalidBaseUrl::NotAHost)),
        ];
        for (text, expected) in cases {
            let read = BaseUrl::parse(text);
            assert_eq!(
                read.as_ref().map(BaseUrl::as_str).map_err(|e| *e),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_message_is_chosen_by_what_its_reader_reads() {
        let messages = Messages::parse("100, de=101 ,pt-PT=102,zh-hant=103").unwrap();
        let cases: [(&[&str], &str); 9] = [
            (&[], "100"),
            (&["de"], "101"),
            (&["de-AT"], "101"),
            (&["fr", "DE-ch"], "101"),
            (&["pt"], "100"),
            (&["pt-PT"], "102"),
            (&["zh-Hant-TW"], "103"),
            (&["zh"], "100"),
            (&["", "-", "d"], "100"),
        ];
        for (languages, id) in cases {
            let languages: Vec<String> = languages.iter().copied().map(String::from).collect();
            assert_eq!(messages.for_reader(&languages), id, "{languages:?}");
        }
    }

    #[test]
    fn messages_are_one_for_everybody_and_one_for_each_language() {
        let cases = [
            ("7654321", Ok(1)),
            (" ABC-1_2 , de=2 ", Ok(2)),
            ("de=2,1", Ok(2)),
            ("", Err(InvalidMessages::Default)),
            ("de=2", Err(InvalidMessages::Default)),
            ("1,2", Err(InvalidMessages::Default)),
            ("1,", Err(InvalidMessages::Default)),
            ("1,de=2,DE=3", Err(InvalidMessages::Language)),
            ("1,=2", Err(InvalidMessages::Language)),
            ("1,d e=2", Err(InvalidMessages::Language)),
            ("1,de=", Err(InvalidMessages::Id)),
            ("1,de=2=3", Err(InvalidMessages::Id)),
            ("1/2", Err(InvalidMessages::Id)),
        ];
        for (text, expected) in cases {
            let read = Messages::parse(text).map(|messages| messages.all().count());
            assert_eq!(read, expected, "{text:?}");
        }
    }

    #[test]
    fn a_key_is_read_with_or_without_its_prefix_and_never_prints() {
        for text in ["k-1", " App k-1", "app  k-1", "k-1\n"] {
            let key = ApiKey::parse(text).unwrap();
            assert_eq!(key.reveal_authorization(), "App k-1", "{text:?}");
            assert_eq!(format!("{key:?}"), "ApiKey(…)");
        }
        for text in ["", "two words", "Digest dXNlcg==", "k\u{e9}y"] {
            assert!(ApiKey::parse(text).is_err(), "{text:?}");
            assert!(ApiKey::parse_any(text).is_err(), "{text:?}");
        }
        // The word alone could be a key; Infobip will say that it is not.
        assert!(ApiKey::parse("App ").is_ok());
    }

    #[test]
    fn r51_a_user_a_session_and_a_token_are_for_tools_alone() {
        for (text, header) in [
            ("Basic dXNlcjpwYXNz", "Basic dXNlcjpwYXNz"),
            ("ibsso  token-1", "IBSSO token-1"),
            ("bearer a.b.c", "Bearer a.b.c"),
        ] {
            let key = ApiKey::parse_any(text).unwrap();
            assert_eq!(key.reveal_authorization(), header);
            assert!(ApiKey::parse(text).is_err(), "{text}");
        }
    }
}
