//! How does a site see who is signed in?
//!
//! By a compact JWS (RFC 7515) signed with Ed25519 (`EdDSA`, RFC 8037), which any JWT library verifies from the public key set.
//! One algorithm, one `typ`, every claim demanded (RFC 8725). Not here: whether the session still lives; only
//! [`crate::account`] knows that.

mod jws;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::attempt::Approved;
use crate::journey::SignedIn;
use crate::keys::KeyRing;
use crate::seal::StepUpSeal;
use crate::{Policy, Refusal, Timestamp, Way};

/// The `typ` of the token's header: a token of another kind can never pass for a session (RFC 8725, section 3.11).
pub const TYPE: &str = "session+jwt";

/// What tokens meant that were signed before they said so.
fn by_text() -> String {
    Way::Sms.auth_level().to_owned()
}

/// Longer texts are not looked at.
const LONGEST: usize = 2048;

/// What the token says. All times are in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The worker that signed in the person.
    pub iss: String,
    /// The site that the session is for.
    pub aud: String,
    /// The account: random, stable, never derived from the number.
    pub sub: String,
    /// The session, over all its renewals.
    pub sid: String,
    /// How often the session was renewed, counted from 1.
    #[serde(rename = "gen")]
    pub generation: u32,
    /// When this token was made.
    pub iat: u64,
    /// Not good before.
    pub nbf: u64,
    /// Not good from then on. At most fifteen minutes after `iat`.
    pub exp: u64,
    /// When the person signed in.
    pub auth_time: u64,
    /// How (RFC 8176): `otp`, and `sms` or `tel`; or `swk` or `hwk`, and `mfa`.
    pub amr: Vec<String>,
    /// How sure that is (OpenID Connect Core, section 2): `aal1/sms`, `aal1/voice`, `aal2/passkey`.
    #[serde(default = "by_text")]
    pub acr: String,
    /// When somebody first signed in to the account.
    #[serde(default)]
    pub first_seen: u64,
    /// When somebody last signed in to the account, in whichever browser.
    #[serde(default)]
    pub last_login: u64,
    /// Whether that login created the account.
    pub new: bool,
}

/// The `typ` of an assertion, which is no session and can never pass for one.
pub const ASSERTION_TYPE: &str = "step-up+jwt";

/// What an assertion says.
#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    aud: &'a str,
    /// As the site named the person.
    sub: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    nonce: &'a str,
    /// The challenge: a backend that keeps those of two minutes takes each assertion once.
    jti: &'a str,
    iat: u64,
    exp: u64,
    auth_time: u64,
    amr: [&'a str; 2],
    acr: &'a str,
}

/// Signs and opens tokens of one site.
#[derive(Clone, Debug)]
pub struct Tokens {
    ring: KeyRing,
    issuer: String,
    audience: String,
}

impl Tokens {
    /// For the worker and the site that are named.
    pub fn new(ring: KeyRing, issuer: String, audience: String) -> Self {
        Self {
            ring,
            issuer,
            audience,
        }
    }

    /// The token of somebody who is signed in, and what it says.
    pub fn sign(&self, who: &SignedIn, now: Timestamp, policy: &Policy) -> (String, Claims) {
        // A request is as old as its arrival, the session as its opening, which comes a moment later: no token is older than
        // what it speaks of.
        let now = now.max(who.living.opened);
        let ends = who.living.opened.plus(policy.session_life);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: who.user.to_string(),
            sid: who.session.to_string(),
            generation: who.living.generation,
            iat: now.as_secs(),
            nbf: now.as_secs(),
            exp: now.plus(policy.token_life).min(ends).as_secs(),
            auth_time: who.living.opened.as_secs(),
            amr: who.living.way.methods().map(str::to_owned).into(),
            acr: who.living.way.auth_level().to_owned(),
            first_seen: who.living.first_login.as_secs(),
            last_login: who.living.last_login.as_secs(),
            new: who.new_account,
        };
        let token = jws::sign(TYPE, &claims, self.ring.current());
        (token, claims)
    }

    /// The assertion that somebody has proved a number, for the site that asked for it.
    pub fn assert(&self, held: &StepUpSeal, approved: &Approved, policy: &Policy) -> String {
        let (at, way) = (approved.at, Way::from(approved.channel));
        let claims = Assertion {
            iss: &self.issuer,
            aud: &self.audience,
            sub: &held.subject,
            nonce: &held.nonce,
            jti: held.challenge.challenge.as_str(),
            iat: at.as_secs(),
            exp: at.plus(policy.assertion_life).as_secs(),
            auth_time: at.as_secs(),
            amr: way.methods(),
            acr: way.auth_level(),
        };
        jws::sign(ASSERTION_TYPE, &claims, self.ring.current())
    }

    /// What a token says, if it is one of ours and its time has come and not gone.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotSignedIn`] for anything that does not verify; [`Refusal::SessionExpired`] when that is all that is wrong.
    pub fn open(&self, token: &str, now: Timestamp) -> Result<Claims, Refusal> {
        let claims = self.open_expired(token, now)?;
        if now.as_secs() < claims.exp {
            Ok(claims)
        } else {
            Err(Refusal::SessionExpired)
        }
    }

    /// What a token says, even if its time is over: for renewal and logout, which ask the session's record next.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotSignedIn`] for anything that does not verify.
    pub fn open_expired(&self, token: &str, now: Timestamp) -> Result<Claims, Refusal> {
        self.verify(token)
            .filter(|claims| now.as_secs() >= claims.nbf && claims.iat < claims.exp)
            .ok_or(Refusal::NotSignedIn)
    }

    fn verify(&self, token: &str) -> Option<Claims> {
        if token.len() > LONGEST {
            return None;
        }
        jws::open(token, &self.ring)
            .filter(|claims: &Claims| claims.iss == self.issuer && claims.aud == self.audience)
    }

    /// The name of the key that makes tokens.
    pub fn key_id(&self) -> &str {
        self.ring.current().id()
    }

    /// The public keys (RFC 7517, RFC 8037), the current one first.
    pub fn key_set(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .ring
            .iter()
            .map(|key| {
                json!({
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": URL_SAFE_NO_PAD.encode(jws::signing_key(key).verifying_key().as_bytes()),
                    "kid": key.id(),
                    "use": "sig",
                    "alg": jws::ALGORITHM,
                })
            })
            .collect();
        json!({ "keys": keys })
    }
}

impl Claims {
    /// What the browser is told.
    pub fn reply(
        &self,
        anti_forgery: String,
        passkeys: Option<u32>,
        policy: &Policy,
    ) -> protocol::messages::Session {
        protocol::messages::Session {
            subject: self.sub.clone(),
            new_account: self.new,
            authenticated_at: self.auth_time,
            auth_level: self.acr.clone(),
            first_seen: self.first_seen,
            last_login: self.last_login,
            passkeys,
            renew_by: self.exp,
            ends_at: Timestamp::from_secs(self.auth_time)
                .plus(policy.session_life)
                .as_secs(),
            anti_forgery,
        }
    }
}

#[cfg(test)]
mod tests;
