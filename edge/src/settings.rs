//! What has the site owner set?
//!
//! Everything is read and checked at once, before the first request is answered. One wrong setting stops the whole worker,
//! because half a configuration is how limits get lost; and the log names every wrong one, with its mend.
//!
//! Not here: where the text of a setting comes from; a function is handed in. What texts may cost, and who is told: `spending`.
//! Who vouches for people: `turnstile`. Whose passkeys are: `passkeys`.

mod passkeys;
mod spending;
mod turnstile;

use std::time::Duration;

use http::HeaderName;
use login::keys::KeyRing;
use login::passkey::RelyingParty;
use login::policy::{Breaking, DAY, Demand, Proofs, Pumping};
use login::served::{NumberTypes, RefusedPrefixes, Served};
use login::session::Tokens;
use login::{Policy, Timestamp};
use protocol::Code;
use protocol::messages::Channel;

pub(crate) use spending::Webhook;
pub(crate) use turnstile::Turnstile;

/// All settings, each of a type that cannot hold a wrong one.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where the worker answers: `https://login.example.com`. Also the `iss` of its tokens.
    pub(crate) issuer: Origin,
    /// Further origins whose pages may call the worker.
    pub(crate) allowed_origins: Vec<Origin>,
    /// Origins of other sites, whose pages hold the element and have cookies of their own (R44).
    pub(crate) embedding_origins: Vec<Origin>,
    /// The header that holds the client's address, set by whoever is in front of the worker.
    pub(crate) client_address_header: HeaderName,
    pub(crate) served: Served,
    pub(crate) policy: Policy,
    pub(crate) tokens: Tokens,
    pub(crate) sealing_keys: KeyRing,
    pub(crate) index_keys: KeyRing,
    /// Of the operator; without any there are no acts of theirs.
    pub(crate) admin_keys: Option<KeyRing>,
    /// Those of backends that may ask for step-ups.
    pub(crate) step_up_keys: Option<KeyRing>,
    /// When the records were last restored from a backup; 1970 if they never were.
    pub(crate) restored: Timestamp,
    pub(crate) infobip: infobip::Account,
    /// Whose the passkeys are, if people may have any.
    pub(crate) passkeys: Option<RelyingParty>,
    /// Who vouches for people, if anybody does.
    pub(crate) turnstile: Option<Turnstile>,
    /// Where alerts are posted, if anywhere but to the log.
    pub(crate) alert_webhook: Option<Webhook>,
}

/// What is wrong with a setting. Never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) why: String,
}

/// Scheme, host and port, as browsers write them in `Origin` (RFC 6454, section 6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Reads `https://host[:port]`; plain `http://` on loopback only.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, host) = text.split_once("://").ok_or(
            "it is not an origin; write the scheme too, such as https://login.example.com",
        )?;
        let in_host = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':');
        if host.is_empty() || !host.bytes().all(in_host) || host.ends_with(['.', ':']) {
            return Err(
                "it is not an origin; write scheme, host in lower case (punycode) and port only"
                    .to_owned(),
            );
        }
        let name = host.split(':').next().unwrap_or_default();
        let loopback = matches!(name, "localhost" | "127.0.0.1") || name.ends_with(".localhost");
        let default_port = match scheme {
            "https" => ":443",
            "http" if loopback => ":80",
            _ => return Err("only https is accepted, and http on localhost".to_owned()),
        };
        if host.ends_with(default_port) {
            return Err("browsers leave the default port out; so must it".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Without scheme and port.
    pub(crate) fn host(&self) -> &str {
        let host = self.0.split_once("://").map_or("", |(_, host)| host);
        host.split(':').next().unwrap_or_default()
    }

    /// Whether browsers reach it without TLS, because it is this machine.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl Settings {
    /// Reads every setting with `get`, which gives the text of a name.
    ///
    /// # Errors
    ///
    /// Every fault there is, not just the first.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut read = Reader {
            get,
            faults: Vec::new(),
        };
        let issuer = read.demand("ISSUER", Origin::parse);
        let audience = read.optional("AUDIENCE", |text| match text.trim() {
            "" => Err("it is empty; leave it out, or name the site the sessions are for"),
            text => Ok(text.to_owned()),
        });
        let allowed_origins = read.origins("ALLOWED_ORIGINS");
        let embedding_origins = read.origins("EMBEDDING_ORIGINS");
        read.refuse_shared_origins(&allowed_origins, &embedding_origins);
        let passkeys = read.passkeys(issuer.as_ref(), &allowed_origins);
        let default_country =
            read.demand("DEFAULT_COUNTRY", |text| Ok::<_, String>(text.to_owned()));
        let served = read.demand("COUNTRIES", |text| {
            Served::parse(text, default_country.as_deref().unwrap_or_default())
        });
        let types = read.optional("NUMBER_TYPES", NumberTypes::parse);
        let refused_prefixes = read.optional("REFUSED_PREFIXES", RefusedPrefixes::parse);
        let code_length = read.optional("CODE_LENGTH", |text| {
            text.parse::<u8>()
                .ok()
                .filter(|digits| {
                    (Code::MIN_DIGITS..=Code::MAX_DIGITS).contains(&usize::from(*digits))
                })
                .ok_or("a code has 6, 7 or 8 digits")
        });
        let code_life = read.optional("CODE_TTL_S", |text| {
            text.parse()
                .ok()
                .map(Duration::from_secs)
                .filter(|life| (Duration::from_secs(1)..=Policy::LONGEST_CODE_LIFE).contains(life))
                .ok_or("a code lives between 1 and 600 seconds")
        });
        let client_address_header = read.optional("CLIENT_ADDRESS_HEADER", |text| {
            text.trim()
                .parse::<HeaderName>()
                .map_err(|_| "it is not the name of a header, such as X-Real-IP")
        });
        let budgets = read.budgets(Policy::default().budgets);
        let sharding = read.sharding(Policy::default().sharding);
        let pumping_percent = read.optional("PUMPING_FLOOR_PERCENT", |text| {
            text.parse()
                .ok()
                .filter(|percent| *percent <= 50)
                .ok_or("it is a percentage between 0, which is off, and 50")
        });
        let breaker_percent = read.optional("PROVIDER_BREAKER_PERCENT", |text| {
            text.parse()
                .ok()
                .filter(|percent| *percent == 0 || (20..=100).contains(percent))
                .ok_or("it is a percentage between 20 and 100, or 0, which is off")
        });
        let bot_check = read.optional("BOT_CHECK", |text| match text.trim() {
            "off" => Ok(Demand::Off),
            "risk" => Ok(Demand::Risk),
            "always" => Ok(Demand::Always),
            _ => Err("it is `off`, `risk` or `always`"),
        });
        let strict_nist = read.optional("STRICT_NIST", |text| match text.trim() {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err("it is `on` or `off`"),
        });
        let recycled_after = read.optional("RECYCLED_AFTER_DAYS", |text| {
            text.parse()
                .ok()
                .filter(|days: &u32| (31..=3650).contains(days))
                .map(|days| DAY * days)
                .ok_or("it is a number of days between 31 and 3650")
        });
        let calls = read.optional("INFOBIP_VOICE_MESSAGE_ID", infobip::Messages::parse);
        let emails = read.optional("INFOBIP_EMAIL_MESSAGE_ID", infobip::Messages::parse);
        let spend_cap = read.spend_cap(served.as_ref(), calls.is_some());
        let alert_webhook = read.optional("ALERT_WEBHOOK", Webhook::parse);
        let turnstile = read.turnstile();
        let signing_keys = read.demand("SIGNING_KEYS", KeyRing::parse);
        let sealing_keys = read.demand("SEALING_KEYS", KeyRing::parse);
        let index_keys = read.demand("INDEX_KEYS", KeyRing::parse);
        let admin_keys = read.optional("ADMIN_KEYS", KeyRing::parse);
        let step_up_keys = read.optional("STEP_UP_KEYS", KeyRing::parse);
        let restored = read.optional("RESTORED_AT", |text| {
            text.trim()
                .parse()
                .ok()
                // In milliseconds it would be dated thousands of years ahead, and nobody could sign in until then.
                .filter(|secs| (1..10_000_000_000).contains(secs))
                .map(Timestamp::from_secs)
                .ok_or("it is no moment in seconds since 1970, as `date +%s` prints it")
        });
        let base_url = read.demand("INFOBIP_BASE_URL", infobip::BaseUrl::parse);
        let key = read.demand("INFOBIP_API_KEY", infobip::ApiKey::parse);
        let application_id = read.demand("INFOBIP_APPLICATION_ID", identifier);
        let messages = read.demand("INFOBIP_MESSAGE_ID", infobip::Messages::parse);
        read.refuse_shared_secrets(&[
            ("SIGNING_KEYS", &signing_keys),
            ("SEALING_KEYS", &sealing_keys),
            ("INDEX_KEYS", &index_keys),
            ("ADMIN_KEYS", &admin_keys),
            ("STEP_UP_KEYS", &step_up_keys),
        ]);
        let faults = read.faults;
        // Every value that is missing here has left its fault there.
        let whole = || {
            let issuer = issuer?;
            let defaults = Policy::default();
            Some(Self {
                allowed_origins,
                embedding_origins,
                client_address_header: client_address_header
                    .unwrap_or(HeaderName::from_static("cf-connecting-ip")),
                served: served?.narrowed(
                    types.unwrap_or_default(),
                    refused_prefixes.unwrap_or_default(),
                ),
                policy: Policy {
                    code_length: code_length.unwrap_or(defaults.code_length),
                    code_life: code_life.unwrap_or(defaults.code_life),
                    budgets,
                    sharding,
                    breaking: Breaking {
                        percent: breaker_percent.unwrap_or(defaults.breaking.percent),
                        ..defaults.breaking
                    },
                    pumping: Pumping {
                        percent: pumping_percent.unwrap_or(defaults.pumping.percent),
                        ..defaults.pumping
                    },
                    proofs: Proofs {
                        demand: bot_check.unwrap_or(defaults.proofs.demand),
                        ..defaults.proofs
                    },
                    strict_nist: strict_nist.unwrap_or(defaults.strict_nist),
                    recycled_after: recycled_after.unwrap_or(defaults.recycled_after),
                    spend_cap,
                    ..defaults
                },
                tokens: Tokens::new(
                    signing_keys?,
                    issuer.as_str().to_owned(),
                    audience.unwrap_or_else(|| issuer.as_str().to_owned()),
                ),
                sealing_keys: sealing_keys?,
                index_keys: index_keys?,
                admin_keys,
                step_up_keys,
                restored: restored.unwrap_or_default(),
                infobip: infobip::Account {
                    base_url: base_url?,
                    key: key?,
                    application_id: application_id?,
                    messages: messages?,
                    calls,
                    emails,
                },
                passkeys,
                turnstile,
                alert_webhook,
                issuer,
            })
        };
        if faults.is_empty() {
            whole().ok_or(faults)
        } else {
            Err(faults)
        }
    }

    /// How a code may travel.
    pub(crate) fn channels(&self) -> impl Iterator<Item = Channel> {
        let calls = self.infobip.calls.as_ref().map(|_| Channel::Voice);
        let emails = self.infobip.emails.as_ref().map(|_| Channel::Email);
        std::iter::once(Channel::Sms).chain(calls).chain(emails)
    }

    /// Whether pages of that origin may call the worker. Compared whole and exactly, never by a part (R05).
    pub(crate) fn allows_origin(&self, origin: &[u8]) -> bool {
        self.origins()
            .any(|allowed| allowed.as_str().as_bytes() == origin)
    }

    /// Whether pages of that origin, on another site, may call the worker. Compared as in [`Settings::allows_origin`].
    pub(crate) fn embeds(&self, origin: &[u8]) -> bool {
        self.embedding_origins
            .iter()
            .any(|embedding| embedding.as_str().as_bytes() == origin)
    }

    /// The worker's own origin and those allowed beside it.
    pub(crate) fn origins(&self) -> impl Iterator<Item = &Origin> {
        std::iter::once(&self.issuer).chain(&self.allowed_origins)
    }
}

/// An id that Infobip gave: it is put into JSON and compared by Infobip, so anything but emptiness is its business.
fn identifier(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("it is empty; `cargo xtask demo` or the Infobip dashboard names it"),
        text => Ok(text.to_owned()),
    }
}

struct Reader<G> {
    get: G,
    faults: Vec<Fault>,
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    fn optional<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        // Some runtimes give an empty text for what is not set.
        let text = (self.get)(name).filter(|text| !text.is_empty())?;
        parse(&text)
            .map_err(|why| {
                self.faults.push(Fault {
                    name,
                    why: why.to_string(),
                })
            })
            .ok()
    }

    fn demand<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if (self.get)(name).is_none_or(|text| text.is_empty()) {
            self.faults.push(Fault {
                name,
                why: "it is not set".to_owned(),
            });
            return None;
        }
        self.optional(name, parse)
    }

    fn origins(&mut self, name: &'static str) -> Vec<Origin> {
        let parse =
            |origin: &str| Origin::parse(origin).map_err(|why| format!("{}: {why}", origin.trim()));
        let list = self.optional(name, |text| {
            let origins = text.split(',').filter(|origin| !origin.trim().is_empty());
            origins.map(parse).collect::<Result<Vec<_>, _>>()
        });
        list.unwrap_or_default()
    }

    /// A page has either the site's own cookies or some of its own.
    fn refuse_shared_origins(&mut self, allowed: &[Origin], embedding: &[Origin]) {
        if let Some(both) = embedding.iter().find(|origin| allowed.contains(origin)) {
            self.faults.push(Fault {
                name: "EMBEDDING_ORIGINS",
                why: format!(
                    "{} stands in ALLOWED_ORIGINS too; it is there if it is of the worker's own site, and here if not",
                    both.as_str()
                ),
            });
        }
    }

    fn refuse_shared_secrets(&mut self, rings: &[(&'static str, &Option<KeyRing>)]) {
        for (i, (name, ring)) in rings.iter().enumerate() {
            for (other, theirs) in rings.iter().take(i) {
                if let (Some(ring), Some(theirs)) = (ring, theirs)
                    && ring.shares_a_secret_with(theirs)
                {
                    let why = format!("it shares a secret with {other}; each needs its own");
                    self.faults.push(Fault { name, why });
                }
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
