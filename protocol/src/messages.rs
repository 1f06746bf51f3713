//! What does each route take and give?
//!
//! Not here: status codes and headers (`edge`), refusals ([`crate::problem`]).
//!
//! Requests refuse unknown fields, so that a misspelt one is an error and not a default. Replies may grow: a reader of
//! replies must ignore what it does not know.

pub mod path;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::passkey::Passkey;
use crate::{AttemptId, Code, Destination, EmailAddress, PhoneNumber, Proof};

/// How the code travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Channel {
    /// A text message.
    #[default]
    Sms,
    /// A telephone call, in which a voice reads the code out.
    Voice,
    /// An e-mail.
    Email,
}

impl Channel {
    /// Whether it is what goes without saying.
    pub fn is_sms(&self) -> bool {
        matches!(self, Self::Sms)
    }
}

/// The body of a `POST` for the session of this browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRequest {
    /// What [`Session::anti_forgery`] said. Whoever does not know it sends an empty text, is refused, and told it with the
    /// refusal if they are a page of the site.
    pub anti_forgery: String,
}

/// Asks for a code to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenSend", into = "WrittenSend")]
pub struct SendRequest {
    /// Where to.
    pub to: Destination,
    /// How: one that [`Destination::takes`].
    pub channel: Channel,
    /// What the worker asked for when it refused this with `proof_required`.
    pub proof: Option<Proof>,
}

/// [`SendRequest`] on the wire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = SendRequest))]
pub(crate) struct WrittenSend {
    /// Where to. Either this or `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    /// Where to. Either this or `phone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    /// How. Left out: by text message to a number, by e-mail to an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<Channel>,
    /// What the worker asked for when it refused this with `proof_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
}

impl TryFrom<WrittenSend> for SendRequest {
    type Error = &'static str;

    fn try_from(written: WrittenSend) -> Result<Self, Self::Error> {
        let to = match (written.phone, written.email) {
            (Some(number), None) => Destination::Phone(number),
            (None, Some(address)) => Destination::Email(address),
            _ => return Err("a code goes either to a phone or to an email"),
        };
        let channel = written.channel.unwrap_or(to.channel());
        if !to.takes(channel) {
            return Err("no code travels there by this channel");
        }
        Ok(Self {
            to,
            channel,
            proof: written.proof,
        })
    }
}

impl From<SendRequest> for WrittenSend {
    fn from(ask: SendRequest) -> Self {
        let (phone, email) = match ask.to {
            Destination::Phone(number) => (Some(number), None),
            Destination::Email(address) => (None, Some(address)),
        };
        Self {
            phone,
            email,
            channel: Some(ask.channel),
            proof: ask.proof,
        }
    }
}

/// Asks for the same code to be sent once more: `{}`, unless it is to travel by another channel or a proof was asked for. A body is demanded in any case, because
/// JSON is what a cross-site form cannot send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResendRequest {
    /// How. Left out: by text message to a number, however it travelled before; by e-mail to an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What the worker asked for when it refused this with `proof_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// A code is on its way. The same body whoever the number belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// How many digits the code has.
    pub code_length: u8,
    /// Seconds until the code is worth nothing.
    pub expires_in: u32,
    /// Seconds until another text may be asked for.
    pub resend_in: u32,
    /// How many codes may still be tried.
    pub tries_left: u8,
}

/// Presents the code that the person received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyRequest {
    /// What was typed.
    pub code: Code,
    /// Which press of the button this is. The same id within a minute gets the same answer.
    pub attempt_id: AttemptId,
}

/// Somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The account's id: random, stable, never derived from the number.
    #[cfg_attr(feature = "openapi", schema(example = "usr_3Jf0Zk6oQ1yVb8nXw2TtRg"))]
    pub subject: String,
    /// Whether this login created the account.
    pub new_account: bool,
    /// When the person proved the number, in seconds since 1970-01-01T00:00:00Z.
    pub authenticated_at: u64,
    /// How sure that is. Authenticator assurance level 2 by a passkey (`aal2/passkey`); level 1 by text message (`aal1/sms`) or by telephone
    /// call (`aal1/voice`), which is not enough for what would hurt (NIST SP 800-63B-4, section 3.2.9); none by e-mail (`aal0/email`,
    /// section 3.1.3.1).
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "aal1/sms"))]
    pub auth_level: String,
    /// When somebody first signed in to the account, in seconds since 1970-01-01T00:00:00Z.
    #[serde(default)]
    pub first_seen: u64,
    /// When somebody last signed in to it, in whichever browser.
    #[serde(default)]
    pub last_login: u64,
    /// How many passkeys the account has, where the site has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkeys: Option<u32>,
    /// When the signed token must be renewed, in seconds since 1970-01-01T00:00:00Z.
    pub renew_by: u64,
    /// When the session ends however often it is renewed, in seconds since 1970-01-01T00:00:00Z.
    pub ends_at: u64,
    /// To be sent along with whatever is asked of this session. Pages of other sites cannot read it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "q0mBq2yH8mKqkYx4c1kTz5m7w8Zs0V3bXo9nE2rJt6A")
    )]
    pub anti_forgery: String,
}

/// The sessions of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSessions {
    /// Those that live, oldest first.
    pub sessions: Vec<OpenSession>,
}

/// One session, among others of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSession {
    /// The claim `sid` of its tokens. A name: it opens nothing.
    #[cfg_attr(feature = "openapi", schema(example = "ses_3Jf0Zk6oQ1yVb8nXw2TtRg"))]
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The make of the browser and its system, as far as they were known at login.
    #[cfg_attr(feature = "openapi", schema(example = "Firefox on Android"))]
    pub label: String,
    /// When the person proved the number, in seconds since 1970-01-01T00:00:00Z.
    pub authenticated_at: u64,
    /// When it was last renewed, in seconds since 1970-01-01T00:00:00Z.
    pub renewed_at: u64,
}

/// Ends sessions of the account. Exactly one of the three says which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndSessions {
    /// What [`Session::anti_forgery`] said.
    pub anti_forgery: String,
    /// The one with this id. That it is over, or never was, is no error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// All but the one that asks.
    #[serde(default)]
    pub others: bool,
    /// All.
    #[serde(default)]
    pub all: bool,
}

/// Asks for a code to the number that the account is to have from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NumberRequest {
    /// Where to.
    pub phone: PhoneNumber,
    /// How. Left out: by text message.
    #[serde(default)]
    pub channel: Channel,
    /// What the worker asked for when it refused this with `proof_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// What [`Session::anti_forgery`] said.
    pub anti_forgery: String,
}

/// Asks for a code to the address that the account is to have from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailRequest {
    /// Where to.
    pub email: EmailAddress,
    /// What the worker asked for when it refused this with `proof_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// What [`Session::anti_forgery`] said.
    pub anti_forgery: String,
}

/// Presents the code that was received there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyChangeRequest {
    /// What was typed.
    pub code: Code,
    /// Which press of the button this is. The same id within a minute gets the same answer.
    pub attempt_id: AttemptId,
    /// What [`Session::anti_forgery`] said.
    pub anti_forgery: String,
    /// Whether all other sessions of the account end.
    #[serde(default)]
    pub end_others: bool,
}

/// All that is kept of a person, in a form that they can take with them. Their number is not in it: nobody keeps that. All moments are
/// in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The account's id.
    pub subject: String,
    /// When somebody first signed in to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_login: Option<u64>,
    /// When somebody last signed in to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login: Option<u64>,
    /// The sessions that live, oldest first.
    pub sessions: Vec<OpenSession>,
    /// What happened to it lately, oldest first.
    pub events: Vec<AccountEvent>,
    /// How many browsers are known to have signed in with its number.
    pub known_browsers: u32,
    /// What opens it beside its number, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passkeys: Vec<Passkey>,
}

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountEvent {
    /// When, in seconds since 1970-01-01T00:00:00Z.
    pub at: u64,
    /// What was done, or tried.
    #[cfg_attr(feature = "openapi", schema(example = "login"))]
    pub what: String,
    /// What came of it: `done` or `refused`.
    #[cfg_attr(feature = "openapi", schema(example = "done"))]
    pub outcome: String,
    /// The session it was done in or to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// What the element needs to know before it can ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Config {
    /// Where a number without a country code is taken to be from.
    pub default_country: Country,
    /// Where numbers may be from (ISO 3166-1 alpha-2, upper case, sorted).
    pub countries: Vec<String>,
    /// How a code may travel.
    pub channels: Vec<Channel>,
    /// How many digits a code has.
    pub code_length: u8,
    /// Whether people sign in with passkeys, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passkeys: bool,
    /// Whether this request carried a session cookie. It saves signed-out visitors a request that would be refused.
    pub has_session: bool,
}

/// What is needed to turn a national number into an international one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Country {
    /// ISO 3166-1 alpha-2, upper case.
    #[cfg_attr(feature = "openapi", schema(example = "HR"))]
    pub iso: String,
    /// The digits after the `+`.
    #[cfg_attr(feature = "openapi", schema(example = "385"))]
    pub calling_code: String,
    /// What people dial before a national number and must be dropped after the calling code. May be empty.
    #[cfg_attr(feature = "openapi", schema(example = "0"))]
    pub trunk_prefix: String,
    /// A mobile number as people of that country write it.
    #[cfg_attr(feature = "openapi", schema(example = "092 123 4567"))]
    pub example: String,
}

/// The worker runs and its settings are whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`; a worker that is not answers with a problem.
    #[cfg_attr(feature = "openapi", schema(example = "ok"))]
    pub status: String,
}
