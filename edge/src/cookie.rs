//! What is written into cookies, and how is it read back?
//!
//! All cookies carry the prefix `__Host-`: the browser itself then insists on `Secure`, `Path=/` and no `Domain`, so that no
//! sibling host can plant one (RFC 6265bis, section 4.1.3). Reading and writing stand side by side.
//!
//! Not here: what a value means (`login::seal`, `login::session`).

use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

/// One of our cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The signed token of who is signed in. `Lax`, so that a link from a mail finds the person signed in.
    Session,
    /// The sealed challenge of a login under way. `Strict`: no other site begins or ends a login.
    Challenge,
    /// The sealed challenge of a change of number under way. `Strict`, too.
    Number,
    /// The sealed challenge of a passkey that is being made or used. `Strict`, too.
    Passkey,
    /// The sealed id of a browser that has signed in. `Strict`: only a login brings it.
    Browser,
    /// The sealed word that an operator has shown their key. `Strict`, and for the operator's page alone.
    Operator,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "__Host-sms-login",
            Self::Challenge => "__Host-sms-login-challenge",
            Self::Number => "__Host-sms-login-number",
            Self::Passkey => "__Host-sms-login-passkey",
            Self::Browser => "__Host-sms-login-browser",
            Self::Operator => "__Host-sms-login-operator",
        }
    }

    fn same_site(self) -> &'static str {
        match self {
            Self::Session => "Lax",
            Self::Challenge | Self::Number | Self::Passkey | Self::Browser | Self::Operator => {
                "Strict"
            }
        }
    }

    /// The value of this cookie in a request. Names are compared to the letter; two of one name are none, since one of them
    /// was planted (R43).
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        let mut found = headers
            .get_all(COOKIE)
            .into_iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name())
            .map(|(_, value)| value);
        let value = found.next()?;
        found.next().is_none().then_some(value)
    }

    /// `Set-Cookie` with a value that lasts for so many seconds.
    pub(crate) fn set(self, value: &str, seconds: u64) -> HeaderValue {
        let (name, same_site) = (self.name(), self.same_site());
        HeaderValue::try_from(format!(
            "{name}={value}; HttpOnly; SameSite={same_site}; Secure; Path=/; Max-Age={seconds}"
        ))
        .expect("tokens and seals are base64url and dots, which a header can hold")
    }

    /// `Set-Cookie` that removes it, with the attributes it was set with.
    pub(crate) fn clear(self) -> HeaderValue {
        self.set("", 0)
    }
}

/// Makes the cookies of an answer such as a page on another site can have: sent along from there, and kept apart for every site
/// whose pages hold the element (CHIPS). A browser that does not know `Partitioned` mostly refuses them (R44).
pub(crate) fn partition(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let cookie = cookie.to_str().expect("our cookies are visible text");
        let open = cookie
            .replace("SameSite=Lax", "SameSite=None")
            .replace("SameSite=Strict", "SameSite=None");
        let partitioned = HeaderValue::try_from(format!("{open}; Partitioned"));
        headers.append(SET_COOKIE, partitioned.expect("it was one before"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r43_the_attributes_of_all_cookies_are_pinned() {
        assert_eq!(
            Kind::Session.set("a.b.c", 2_592_000),
            "__Host-sms-login=a.b.c; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000"
        );
        assert_eq!(
            Kind::Challenge.set("v1.s1.x", 300),
            "__Host-sms-login-challenge=v1.s1.x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=300"
        );
        assert_eq!(
            Kind::Number.set("v1.s1.x", 300),
            "__Host-sms-login-number=v1.s1.x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=300"
        );
        assert_eq!(
            Kind::Passkey.set("v1.s1.x", 300),
            "__Host-sms-login-passkey=v1.s1.x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=300"
        );
        assert_eq!(
            Kind::Browser.set("v1.s1.x", 34_560_000),
            "__Host-sms-login-browser=v1.s1.x; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=34560000"
        );
        assert_eq!(
            Kind::Session.clear(),
            "__Host-sms-login=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn r44_the_cookies_of_a_page_on_another_site_are_for_that_site_alone() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, Kind::Session.set("a.b.c", 60));
        headers.append(SET_COOKIE, Kind::Challenge.clear());
        partition(&mut headers);
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(
            cookies,
            [
                "__Host-sms-login=a.b.c; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=60; Partitioned",
                "__Host-sms-login-challenge=; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=0; Partitioned",
            ]
        );
    }

    #[test]
    fn r43_a_cookie_is_read_by_its_exact_name_and_never_when_there_are_two() {
        let cases: [(&[&str], Option<&str>); 9] = [
            (&["__Host-sms-login=a.b.c"], Some("a.b.c")),
            (
                &["theme=dark; __Host-sms-login=a.b.c; lang=hr"],
                Some("a.b.c"),
            ),
            (&["theme=dark", "__Host-sms-login=a.b.c"], Some("a.b.c")),
            (&["__Host-sms-login=a; __Host-sms-login=b"], None),
            (&["__Host-sms-login=a", "__Host-sms-login=a"], None),
            (&["__host-sms-login=a"], None),
            (&["__Host-sms-login-challenge=a"], None),
            (&["sms-login=a"], None),
            (&[], None),
        ];
        for (lines, expected) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(COOKIE, HeaderValue::from_static(line));
            }
            assert_eq!(Kind::Session.read(&headers), expected, "{lines:?}");
        }
    }
}
