//! Where may a login lead back to?
//!
//! To where pages of the site are: the worker's own origin and those of `ALLOWED_ORIGINS`. Anything else is as good as nothing, so
//! that no link to the worker leads anywhere else. Not here: when it does lead back ([`crate::routes`]).

use crate::settings::{Origin, Settings};

/// The longest address that is remembered, in bytes.
const LONGEST: usize = 1024;

/// An address of one of the site's origins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WayBack(String);

impl WayBack {
    /// Reads a path of the worker's own origin, or a whole address of one of the site's. Nothing is resolved and nothing mended: the
    /// text begins with an origin of the list, to the letter, and goes on with nothing that browsers read in two ways.
    pub(crate) fn read(text: &str, settings: &Settings) -> Option<Self> {
        if !text.bytes().all(may_be_in_an_address) {
            return None;
        }
        // Two slashes begin a host, where they begin an address. It gets an origin in front, but not everybody is as careful who
        // reads it next.
        let address = if text.starts_with('/') && !text.starts_with("//") {
            [settings.issuer.as_str(), text].concat()
        } else {
            text.to_owned()
        };
        let is_of = |origin: &Origin| {
            let rest = address.strip_prefix(origin.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        let is_ours = address.len() <= LONGEST && settings.origins().any(is_of);
        is_ours.then_some(Self(address))
    }

    /// The whole address: visible ASCII.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What RFC 3986 lets be in an address. Browsers take a backslash for a slash, and leave out tabs and the ends of lines.
fn may_be_in_an_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::with;

    #[test]
    fn r68_a_login_leads_back_to_the_sites_own_origins_and_nowhere_else() {
        const OWN: &str = "https://login.example.com";
        let embedding = [("EMBEDDING_ORIGINS", "https://elsewhere.example.org")];
        let settings = with(&embedding).unwrap();
        let led = [
            ("/", "https://login.example.com/"),
            (
                "/account?tab=1&x=%2F#top",
                "https://login.example.com/account?tab=1&x=%2F#top",
            ),
            ("/a//b/../c", "https://login.example.com/a//b/../c"),
            ("/@evil.example", "https://login.example.com/@evil.example"),
            ("/.evil.example", "https://login.example.com/.evil.example"),
            (OWN, OWN),
            ("https://shop.example.com", "https://shop.example.com"),
            (
                "https://shop.example.com/basket?to=//evil.example",
                "https://shop.example.com/basket?to=//evil.example",
            ),
            ("https://shop.example.com?a", "https://shop.example.com?a"),
            ("https://shop.example.com#a", "https://shop.example.com#a"),
        ];
        for (text, address) in led {
            let way_back = WayBack::read(text, &settings);
            assert_eq!(
                way_back.as_ref().map(WayBack::as_str),
                Some(address),
                "{text}"
            );
            // What was read once is read again, from the next form.
            assert_eq!(WayBack::read(address, &settings), way_back, "{text}");
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        let dropped = [
            "",
            "account",
            "?x",
            "#x",
            "//evil.example",
            "///evil.example",
            "//login.example.com",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            " /account",
            "/acc ount",
            "/\r\nset-cookie: a=b",
            "/\u{0}",
            "/\u{7f}",
            "/konto/š",
            "/\u{2044}evil.example",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "mailto:ana@example.com",
            "https:evil.example",
            "https:/evil.example",
            "https://evil.example",
            "https://evil.example/https://shop.example.com",
            "https://shop.example.com@evil.example",
            "https://shop.example.com:x@evil.example/",
            "https://shop.example.com:443/",
            "https://shop.example.com:8443/",
            "https://shop.example.com.evil.example",
            "https://shop.example.com.",
            "https://shop.example.com\\@evil.example",
            "https://shop.example.com%2eevil.example",
            "https://shop.example.com%00.evil.example",
            "https://shop.example.comevil.example",
            "https://user@shop.example.com/",
            "https://SHOP.example.com/",
            "HTTPS://shop.example.com/",
            "http://shop.example.com/",
            "https://other.example.com/",
            "https://elsewhere.example.org/",
            "null",
            "%2F%2Fevil.example",
            "/\"><script>alert(1)</script>",
            &long,
        ];
        for text in dropped {
            assert_eq!(WayBack::read(text, &settings), None, "{text:?}");
        }
    }
}
