//! What does each route take and give?
//!
//! Not here: status codes and headers (`edge`), refusals ([`crate::problem`]).
//!
//! Requests refuse unknown fields, so that a misspelt one is an error and not a default. Replies may grow: a reader of
//! replies must ignore what it does not know.

use serde::{Deserialize, Serialize};

use crate::passkey::Passkey;
use crate::{AttemptId, Code, Destination, EmailAddress, PhoneNumber, Proof};

/// The path of every route, one constant each.
pub mod path {
    /// `GET` → [`super::Config`].
    pub const CONFIG: &str = "/v1/config";
    /// `POST` [`super::SendRequest`] → 202 [`super::Challenge`] and the challenge cookie. `DELETE` → 204: forget the
    /// challenge (change number).
    pub const CHALLENGES: &str = "/v1/challenges";
    /// `POST` [`super::ResendRequest`] → 202 [`super::Challenge`]: the same code once more.
    pub const RESEND: &str = "/v1/challenges/resend";
    /// `POST` [`super::VerifyRequest`] → 200 [`super::Session`] and the session cookie.
    pub const VERIFY: &str = "/v1/challenges/verify";
    /// `GET` → 200 [`super::Session`]: asks the session's own object, so a revoked session is refused at once.
    pub const SESSION: &str = "/v1/session";
    /// `POST` [`super::SessionRequest`] → 200 [`super::Session`] and a fresh session cookie.
    pub const RENEW: &str = "/v1/session/renew";
    /// `POST` [`super::SessionRequest`] → 204: ends the session on the server and clears the cookie.
    pub const LOGOUT: &str = "/v1/session/logout";
    /// `GET` → 200 [`super::OpenSessions`]: all of the account's.
    pub const SESSIONS: &str = "/v1/sessions";
    /// `POST` [`super::EndSessions`] → 204: one of the account's sessions, the others, or all.
    pub const END_SESSIONS: &str = "/v1/sessions/logout";
    /// `POST` [`super::NumberRequest`] → 202 [`super::Challenge`] and a cookie of its own: a code to the number that the account is to
    /// have. Once more, for another text.
    pub const NUMBER: &str = "/v1/number";
    /// `POST` [`super::VerifyNumberRequest`] → 204: the account has the number.
    pub const VERIFY_NUMBER: &str = "/v1/number/verify";
    /// `POST` [`super::EmailRequest`] → 202 [`super::Challenge`] and the cookie of a change: a code to the address that the account is
    /// to have.
    pub const EMAIL: &str = "/v1/email";
    /// `POST` [`super::VerifyNumberRequest`] → 204: the account has the address.
    pub const VERIFY_EMAIL: &str = "/v1/email/verify";
    /// `GET` → 200 [`super::Account`]: all that is kept of the person. `DELETE` [`super::SessionRequest`] → 204: forgets it.
    pub const ACCOUNT: &str = "/v1/account";
    /// `GET` → the public keys (RFC 7517).
    pub const JWKS: &str = "/.well-known/jwks.json";
    /// `GET` → where numbers may be from.
    pub const COUNTRIES: &str = "/v1/countries";
    /// `GET`, with a country's two letters after it → 200 [`crate::Numbering`].
    pub const COUNTRY: &str = "/v1/countries/";
    /// `GET` → this contract (OpenAPI 3.1).
    pub const OPENAPI: &str = "/openapi.json";
    /// `GET` → [`super::Health`].
    pub const HEALTH: &str = "/healthz";
}

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
pub struct VerifyNumberRequest {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages in open tabs run the element of yesterday against the worker of today: renaming a field locks them out.
    #[test]
    fn the_wire_format_is_pinned() {
        let send: SendRequest = serde_json::from_str(r#"{"phone":"+385911234567"}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&send).unwrap(),
            r#"{"phone":"+385911234567","channel":"sms"}"#
        );
        let send = r#"{"email":"ana@example.com","channel":"email"}"#;
        let read: SendRequest = serde_json::from_str(send).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), send);
        let short = serde_json::from_str(r#"{"email":"Ana@Example.com"}"#);
        assert_eq!(read, short.unwrap());
        let resend: ResendRequest = serde_json::from_str("{}").unwrap();
        assert_eq!(serde_json::to_string(&resend).unwrap(), "{}");
        let call = r#"{"channel":"voice"}"#;
        let resend: ResendRequest = serde_json::from_str(call).unwrap();
        assert_eq!(serde_json::to_string(&resend).unwrap(), call);
        let verify = r#"{"code":"012345","attempt_id":"pZ5q1Xw0S8mO3kT7bYd9Ug"}"#;
        assert_eq!(
            serde_json::to_string(&serde_json::from_str::<VerifyRequest>(verify).unwrap()).unwrap(),
            verify
        );
        let challenge = r#"{"code_length":6,"expires_in":300,"resend_in":30,"tries_left":5}"#;
        assert_eq!(
            serde_json::to_string(&serde_json::from_str::<Challenge>(challenge).unwrap()).unwrap(),
            challenge
        );
        let session = r#"{"subject":"usr_3Jf0Zk6oQ1yVb8nXw2TtRg","new_account":true,"authenticated_at":1,"auth_level":"aal1/sms","first_seen":1,"last_login":1,"renew_by":2,"ends_at":3,"anti_forgery":"AA"}"#;
        assert_eq!(
            serde_json::to_string(&serde_json::from_str::<Session>(session).unwrap()).unwrap(),
            session
        );
        let config = r#"{"default_country":{"iso":"HR","calling_code":"385","trunk_prefix":"0","example":"092 123 4567"},"countries":["DE","HR"],"channels":["sms"],"code_length":6,"has_session":false}"#;
        assert_eq!(
            serde_json::to_string(&serde_json::from_str::<Config>(config).unwrap()).unwrap(),
            config
        );
    }

    #[test]
    fn r13_a_request_with_an_unknown_or_repeated_field_is_refused() {
        let cases = [
            r#"{"phone":"+385911234567","phone":"+385911234568"}"#,
            r#"{"phone":"+385911234567","chanel":"sms"}"#,
            r#"{"phone":"+385911234567","channel":"pigeon"}"#,
            r#"{"phone":null}"#,
            r#"{"phone":"+385911234567","channel":"email"}"#,
            r#"{"email":"ana@example.com","channel":"sms"}"#,
            r#"{"email":"ana@example.com","phone":"+385911234567"}"#,
            "{}",
            r#"{"phone":["+385911234567"]}"#,
            r#"["+385911234567","sms",3]"#,
        ];
        for json in cases {
            assert!(serde_json::from_str::<SendRequest>(json).is_err(), "{json}");
        }
        assert!(serde_json::from_str::<ResendRequest>(r#"{"phone":"+385911234567"}"#).is_err());
    }
}
