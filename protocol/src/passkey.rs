//! How does somebody sign in with a passkey, and how do they get one?
//!
//! The options go to the browser's `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` as they are, and what its credential's
//! `toJSON` says comes back as it is (Web Authentication, level 3, sections 5.1.8 to 5.1.10). Texts of bytes are base64url without padding.
//!
//! Not here: whether a passkey is accepted (`login`).

use serde::{Deserialize, Serialize};

/// The paths of its routes.
pub mod path {
    /// `POST` [`crate::messages::SessionRequest`] → 200 [`super::Creation`] and a cookie: what the browser needs to make one.
    pub const CREATION: &str = "/v1/passkeys/options";
    /// `GET` → 200 [`super::Passkeys`]: all of the account's. `POST` [`super::NewPasskey`] → 201 [`super::Passkey`]: the account has it.
    /// `DELETE` [`super::RemovePasskey`] → 204.
    pub const PASSKEYS: &str = "/v1/passkeys";
    /// `POST` [`super::Begin`] → 200 [`super::Request`] and a cookie: what the browser needs to use one.
    pub const REQUEST: &str = "/v1/passkeys/login/options";
    /// `POST` [`super::PasskeyLogin`] → 200 [`crate::messages::Session`] and the session cookie.
    pub const LOGIN: &str = "/v1/passkeys/login";
}

/// What the browser needs to make a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyCreation))]
pub struct Creation {
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`. A page may write another `user.name`: it is only shown, by the browser.
    #[serde(rename = "publicKey")]
    pub public_key: CreationOptions,
}

/// Web Authentication, level 3, section 5.1.9.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyCreationOptions))]
pub struct CreationOptions {
    /// Whose passkey it is: the site's.
    pub rp: RelyingParty,
    /// Who it is for.
    pub user: User,
    /// 32 random bytes, good once.
    pub challenge: String,
    /// With which algorithms it may sign, the best first.
    pub pub_key_cred_params: Vec<Algorithm>,
    /// For how many milliseconds.
    pub timeout: u32,
    /// Those that the account has: a device that holds one of them makes no other.
    pub exclude_credentials: Vec<Descriptor>,
    /// Which devices will do.
    pub authenticator_selection: Selection,
    /// `none`: who made the device is nobody's business here.
    pub attestation: String,
}

/// The site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelyingParty {
    /// Its domain.
    pub id: String,
    /// What people are shown: the same.
    pub name: String,
}

/// The account, as a passkey knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyUser))]
pub struct User {
    /// Its id's random bytes, in base64url: `usr_` and this is the subject.
    pub id: String,
    /// What people are shown where they choose among passkeys.
    pub name: String,
    /// The same.
    pub display_name: String,
}

/// A kind of key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyAlgorithm))]
pub struct Algorithm {
    /// `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its COSE number (RFC 9053).
    pub alg: i32,
}

/// A passkey, as a browser is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyDescriptor))]
pub struct Descriptor {
    /// `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// Which devices will do: those that keep the passkey themselves and see that it is their owner who uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeySelection))]
pub struct Selection {
    /// `required`.
    pub resident_key: String,
    /// The same for older browsers.
    pub require_resident_key: bool,
    /// `required`.
    pub user_verification: String,
}

/// A passkey that the browser has made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPasskey {
    /// What [`crate::messages::Session::anti_forgery`] said.
    pub anti_forgery: String,
    /// What the new credential's `toJSON` says. What is not named here is not read.
    pub credential: Registration,
}

/// Web Authentication, level 3, section 5.1.8 (`RegistrationResponseJSON`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyRegistration))]
pub struct Registration {
    /// Its id.
    pub id: String,
    /// `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the device said.
    pub response: Attestation,
}

/// What a device says of a new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyAttestation))]
pub struct Attestation {
    /// What the browser saw: for which challenge, on which page.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The device's own words (section 6.1), the key among them.
    pub authenticator_data: String,
}

/// A passkey of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// Its id. A name: it opens nothing.
    pub id: String,
    /// Where it was made: "Firefox on Android".
    #[cfg_attr(feature = "openapi", schema(example = "Firefox on Android"))]
    pub label: String,
    /// When, in seconds since 1970-01-01T00:00:00Z.
    pub created: u64,
    /// When somebody last signed in with it, in seconds since 1970-01-01T00:00:00Z.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<u64>,
    /// Whether it may be on several devices of its owner.
    pub synced: bool,
}

/// The passkeys of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkeys {
    /// Oldest first.
    pub passkeys: Vec<Passkey>,
}

/// Takes a passkey from the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemovePasskey {
    /// What [`crate::messages::Session::anti_forgery`] said.
    pub anti_forgery: String,
    /// Which one. That there is none of that id is no error.
    pub id: String,
}

/// Asks for what the browser needs to use a passkey: `{}`. A body is demanded in any case, because JSON is what a cross-site form cannot
/// send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyBegin))]
pub struct Begin {}

/// What the browser needs to use a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyRequest))]
pub struct Request {
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON`.
    #[serde(rename = "publicKey")]
    pub public_key: RequestOptions,
}

/// Web Authentication, level 3, section 5.1.10. It names no passkey: nobody has said who they are yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyRequestOptions))]
pub struct RequestOptions {
    /// 32 random bytes, good once.
    pub challenge: String,
    /// The site's domain.
    pub rp_id: String,
    /// For how many milliseconds.
    pub timeout: u32,
    /// `required`.
    pub user_verification: String,
}

/// A passkey was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasskeyLogin {
    /// What the credential's `toJSON` says. What is not named here is not read.
    pub credential: Authentication,
}

/// Web Authentication, level 3, section 5.1.8 (`AuthenticationResponseJSON`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyAuthentication))]
pub struct Authentication {
    /// Its id.
    pub id: String,
    /// `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the device said.
    pub response: Assertion,
}

/// What a device says when a key of it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PasskeyAssertion))]
pub struct Assertion {
    /// What the browser saw: for which challenge, on which page.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The device's own words (section 6.1).
    pub authenticator_data: String,
    /// Over both.
    pub signature: String,
    /// Whose it is: [`User::id`].
    pub user_handle: String,
}
