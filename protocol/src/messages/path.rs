//! Where is each route? One constant for each.

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
/// `POST` [`super::VerifyChangeRequest`] → 204: the account has the number.
pub const VERIFY_NUMBER: &str = "/v1/number/verify";
/// `POST` [`super::EmailRequest`] → 202 [`super::Challenge`] and the cookie of a change: a code to the address that the account is
/// to have.
pub const EMAIL: &str = "/v1/email";
/// `POST` [`super::VerifyChangeRequest`] → 204: the account has the address.
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
