//! What would a device with passkeys, and the browser in front of it, say to a site?
//!
//! Honest ones, and any others: [`Says`] is all that they could say otherwise. Signatures are real (`ring`). Not here: what a site makes of
//! it.

mod keys;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::passkey::{
    Assertion, Attestation, Authentication, CreationOptions, Registration, RequestOptions,
};
use ring::digest::{SHA256, digest};

pub use keys::{Algorithm, Key, ed25519, es256, rs256};

/// Somebody was there (`UP`).
pub const PRESENT: u8 = 1;
/// It was the owner (`UV`).
pub const VERIFIED: u8 = 4;
/// The passkey may be on several devices (`BE`).
pub const MAY_SYNC: u8 = 8;
/// It is (`BS`).
pub const SYNCED: u8 = 16;
/// A passkey was made (`AT`).
pub const MADE: u8 = 64;
/// Extensions say something (`ED`).
pub const EXTENSIONS: u8 = 128;

/// A passkey in a device.
pub struct Passkey {
    /// Its id.
    pub id: Vec<u8>,
    /// Whose it is.
    pub user_handle: String,
    key: Key,
}

/// What a device and a browser say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    /// What was done.
    pub kind: String,
    /// For which challenge.
    pub challenge: String,
    /// On which page.
    pub origin: String,
    /// What the browser says beside, as members of its JSON.
    pub more: String,
    /// For which domain.
    pub party: String,
    /// What the device saw.
    pub flags: u8,
    /// How often the passkey was used.
    pub counter: u32,
    /// What stands after all else.
    pub after: Vec<u8>,
}

impl Says {
    /// What is true when a passkey is made that may be on several devices.
    pub fn of_creation(options: &CreationOptions, origin: &str) -> Self {
        let flags = PRESENT | VERIFIED | MAY_SYNC | SYNCED | MADE;
        Self::honestly(
            "webauthn.create",
            &options.challenge,
            origin,
            &options.rp.id,
            flags,
        )
    }

    /// What is true when it is used.
    pub fn of_request(options: &RequestOptions, origin: &str) -> Self {
        let flags = PRESENT | VERIFIED | MAY_SYNC | SYNCED;
        Self::honestly(
            "webauthn.get",
            &options.challenge,
            origin,
            &options.rp_id,
            flags,
        )
    }

    fn honestly(kind: &str, challenge: &str, origin: &str, party: &str, flags: u8) -> Self {
        Self {
            kind: kind.to_owned(),
            challenge: challenge.to_owned(),
            origin: origin.to_owned(),
            more: r#","crossOrigin":false,"later":{"more":"than is known today"}"#.to_owned(),
            party: party.to_owned(),
            flags,
            counter: 0,
            after: Vec::new(),
        }
    }

    fn client_data(&self) -> String {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let (kind, challenge) = (text(&self.kind), text(&self.challenge));
        let (origin, more) = (text(&self.origin), &self.more);
        format!(r#"{{"type":{kind},"challenge":{challenge},"origin":{origin}{more}}}"#)
    }

    fn authenticator_data(&self, made: &[u8]) -> Vec<u8> {
        let mut data = digest(&SHA256, self.party.as_bytes()).as_ref().to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(made);
        data.extend(&self.after);
        data
    }
}

impl Passkey {
    /// Makes a passkey, which nobody knows of yet.
    pub fn of(algorithm: Algorithm, options: &CreationOptions) -> Self {
        let key = Key::of(algorithm);
        let mut id = digest(&SHA256, &key.cose()).as_ref().to_vec();
        id.extend(options.challenge.bytes().take(8));
        Self {
            id,
            user_handle: options.user.id.clone(),
            key,
        }
    }

    /// Its id, as it is written.
    pub fn name(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.id)
    }

    /// Tells a site of it, which has its key from then on.
    pub fn registers(&self, says: &Says) -> Registration {
        let length = u16::try_from(self.id.len()).expect("the id is short");
        let mut made = vec![0; 16];
        made.extend(length.to_be_bytes());
        made.extend(&self.id);
        made.extend(self.key.cose());
        self.registers_as(says, &made)
    }

    /// The same with whatever is said of the new key.
    pub fn registers_as(&self, says: &Says, made: &[u8]) -> Registration {
        Registration {
            id: self.name(),
            kind: "public-key".to_owned(),
            response: Attestation {
                client_data_json: URL_SAFE_NO_PAD.encode(says.client_data()),
                authenticator_data: URL_SAFE_NO_PAD.encode(says.authenticator_data(made)),
            },
        }
    }

    /// Signs somebody in.
    pub fn asserts(&self, says: &Says) -> Authentication {
        let (client_data, data) = (says.client_data(), says.authenticator_data(&[]));
        let mut message = data.clone();
        message.extend(digest(&SHA256, client_data.as_bytes()).as_ref());
        Authentication {
            id: self.name(),
            kind: "public-key".to_owned(),
            response: Assertion {
                client_data_json: URL_SAFE_NO_PAD.encode(client_data),
                authenticator_data: URL_SAFE_NO_PAD.encode(data),
                signature: URL_SAFE_NO_PAD.encode(self.key.sign(&message)),
                user_handle: self.user_handle.clone(),
            },
        }
    }
}
