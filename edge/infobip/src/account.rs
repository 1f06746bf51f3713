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
    /// The message template's id.
    pub message_id: String,
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

/// An API key. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

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
        let text = text.trim();
        let key = match text.split_once(' ') {
            Some((prefix, key)) if prefix.eq_ignore_ascii_case("app") => key.trim(),
            _ => text,
        };
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(key.to_owned()))
        } else {
            Err(InvalidApiKey)
        }
    }

    /// The value of the `Authorization` header.
    pub fn reveal_authorization(&self) -> String {
        format!("App {}", self.0)
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
    fn a_key_is_read_with_or_without_its_prefix_and_never_prints() {
        for text in ["k-1", " App k-1", "app  k-1", "k-1\n"] {
            let key = ApiKey::parse(text).unwrap();
            assert_eq!(key.reveal_authorization(), "App k-1", "{text:?}");
            assert_eq!(format!("{key:?}"), "ApiKey(…)");
        }
        for text in ["", "App ", "App", "Basic dXNlcg==", "k\u{e9}y"] {
            let read = ApiKey::parse(text);
            // "App" alone could be a key; Infobip will say that it is not.
            assert_eq!(read.is_err(), text != "App" && text != "App ", "{text:?}");
        }
    }
}
