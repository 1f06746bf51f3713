//! Who vouches for people beside their own work?
//!
//! Not here: how they are asked ([`crate::turnstile`]); when (`login`).

use std::fmt;

use super::spending::Webhook;
use super::{Fault, Reader};

/// Where tokens are checked, unless it is set otherwise.
const SITEVERIFY: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// The site's account with Turnstile. The secret never prints.
#[derive(Clone)]
pub(crate) struct Turnstile {
    /// Public: pages need it.
    pub(crate) site_key: String,
    secret: String,
    pub(crate) url: String,
}

impl Turnstile {
    pub(crate) fn reveal_secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Turnstile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Turnstile({}, …)", self.site_key)
    }
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// Turnstile, if there is one: the two keys are worth nothing without each other.
    pub(super) fn turnstile(&mut self) -> Option<Turnstile> {
        let visible = |text: &str| {
            let text = text.trim();
            let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
            fits.then(|| text.to_owned())
                .ok_or("it is no key of Turnstile; copy it from Cloudflare's dashboard")
        };
        let site_key = self.optional("TURNSTILE_SITE_KEY", visible);
        let secret = self.optional("TURNSTILE_SECRET", visible);
        let url = self.optional("TURNSTILE_URL", Webhook::parse);
        let is_set = |name| (self.get)(name).is_some_and(|text| !text.is_empty());
        let lonely = match (is_set("TURNSTILE_SITE_KEY"), is_set("TURNSTILE_SECRET")) {
            (false, false) | (true, true) => None,
            (true, false) => Some("TURNSTILE_SECRET"),
            (false, true) => Some("TURNSTILE_SITE_KEY"),
        };
        self.faults.extend(lonely.map(|name| Fault {
            name,
            why: "it is not set, but its other half is; Turnstile needs both keys".to_owned(),
        }));
        let (site_key, secret) = site_key.zip(secret)?;
        Some(Turnstile {
            site_key,
            secret,
            url: url.map_or(SITEVERIFY.to_owned(), |url| url.reveal().to_owned()),
        })
    }
}
