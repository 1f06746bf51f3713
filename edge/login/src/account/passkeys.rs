//! What does an account keep of its passkeys, and when is one believed?
//!
//! They open the account beside its number, and hold when that opens another account. Whoever comes back by the number before
//! ([`super::number`]) had the account in other hands, and nobody can tell which passkeys are theirs: all go.
//!
//! Not here: what a device said ([`crate::passkey`]); who may ask for what ([`super::manage`]).

use protocol::passkey::{
    Algorithm, Creation, CreationOptions, Descriptor, Passkeys, RelyingParty, Selection, User,
};
use serde::{Deserialize, Serialize};

use super::UserRecord;
use super::audit::{Act, Outcome};
use crate::alert::PasskeysChanged;
use crate::passkey::key::PublicKey;
use crate::passkey::{Made, State};
use crate::step::write;
use crate::{Policy, Refusal, SessionId, Timestamp, UserId, Way};

/// A passkey of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passkey {
    #[serde(flatten)]
    made: Made,
    created: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used: Option<Timestamp>,
    /// Where it was made, in a few words that tell a person which one it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
}

/// A challenge that was used, for as long as it would be good otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spent {
    challenge: String,
    at: Timestamp,
}

/// What is offered to a browser that is to make a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The challenge.
    pub challenge: String,
    /// The site's domain.
    pub party: String,
}

/// A passkey that was made for a challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPasskey {
    /// What the device said.
    pub made: Made,
    /// The challenge.
    pub challenge: String,
    /// Where it was made: "Firefox on Android".
    pub label: String,
}

/// A passkey whose signature over a challenge was right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// What the device said of it.
    pub state: State,
    /// The challenge.
    pub challenge: String,
}

impl Shown {
    /// How somebody signs in with it.
    pub(crate) fn way(&self) -> Way {
        if self.state.may_sync {
            Way::SyncedPasskey
        } else {
            Way::BoundPasskey
        }
    }
}

impl UserRecord {
    /// What a browser needs to make a passkey, as JSON.
    pub(super) fn offer(
        &self,
        offer: Offer,
        user: &UserId,
        policy: &Policy,
    ) -> Result<String, Refusal> {
        self.has_room(policy)?;
        let handle = user.as_str().strip_prefix("usr_").unwrap_or_default();
        let required = || "required".to_owned();
        let algorithm = |alg| Algorithm {
            kind: public_key(),
            alg,
        };
        let descriptor = |passkey: &Passkey| Descriptor {
            kind: public_key(),
            id: passkey.made.id.clone(),
        };
        let options = CreationOptions {
            user: User {
                id: handle.to_owned(),
                name: offer.party.clone(),
                display_name: offer.party.clone(),
            },
            rp: RelyingParty {
                name: offer.party.clone(),
                id: offer.party,
            },
            challenge: offer.challenge,
            pub_key_cred_params: PublicKey::ALGORITHMS.map(algorithm).into(),
            timeout: millis(policy),
            exclude_credentials: self.passkeys.iter().map(descriptor).collect(),
            authenticator_selection: Selection {
                resident_key: required(),
                require_resident_key: true,
                user_verification: required(),
            },
            attestation: "none".to_owned(),
        };
        Ok(write(&Creation {
            public_key: options,
        }))
    }

    /// Adds a passkey, and shows it as JSON. The same one again, because a reply was lost, changes nothing.
    pub(super) fn add_passkey(
        &mut self,
        new: NewPasskey,
        (user, by): (&UserId, Option<&SessionId>),
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, Refusal> {
        if let Some(there) = self.passkey(&new.made.id) {
            return if there.made.key == new.made.key {
                Ok(write(&there.shown()))
            } else {
                Err(Refusal::PasskeyRefused)
            };
        }
        self.has_room(policy)?;
        self.spend_challenge(new.challenge, now, policy)?;
        let passkey = Passkey {
            made: new.made,
            created: now,
            last_used: None,
            label: new.label,
        };
        let shown = write(&passkey.shown());
        self.passkeys.push(passkey);
        self.note_passkeys(Act::PasskeyAdded, user, by, now);
        Ok(shown)
    }

    /// Removes a passkey. That there is none of that id is no error.
    pub(super) fn remove_passkey(
        &mut self,
        id: &str,
        (user, by): (&UserId, Option<&SessionId>),
        now: Timestamp,
    ) {
        let before = self.passkeys.len();
        self.passkeys.retain(|passkey| passkey.made.id != id);
        if self.passkeys.len() < before {
            self.note_passkeys(Act::PasskeyRemoved, user, by, now);
        }
    }

    fn note_passkeys(&mut self, act: Act, user: &UserId, by: Option<&SessionId>, now: Timestamp) {
        self.note(act, Outcome::Done, by, now);
        self.notices.push(write(&PasskeysChanged {
            subject: user,
            at: now.as_secs(),
            added: act == Act::PasskeyAdded,
        }));
    }

    /// The passkeys, oldest first, as a person is shown them.
    pub(super) fn shown_passkeys(&self) -> Passkeys {
        Passkeys {
            passkeys: self.passkeys.iter().map(Passkey::shown).collect(),
        }
    }

    /// The key of a passkey, or nothing.
    pub(super) fn key_of(&self, id: &str) -> String {
        self.passkey(id)
            .map_or_else(String::new, |passkey| passkey.made.key.clone())
    }

    /// Believes a passkey whose signature was right, or not (section 7.2, steps 19 to 22): it is the account's, its challenge is used for
    /// the first time, what cannot change has not, and the device has counted on. If it has not, there may be a copy in other hands.
    pub(super) fn believe(
        &mut self,
        shown: Shown,
        session: &SessionId,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<(), Refusal> {
        let known = self.passkey(&shown.id).ok_or(Refusal::PasskeyRefused)?;
        let (before, after) = (known.made.state, shown.state);
        let counts = before.counter != 0 || after.counter != 0;
        self.spend_challenge(shown.challenge, now, policy)?;
        if before.may_sync != after.may_sync || (counts && after.counter <= before.counter) {
            self.note(Act::PasskeyRefused, Outcome::Refused, Some(session), now);
            return Err(Refusal::PasskeyRefused);
        }
        let mut passkeys = self.passkeys.iter_mut();
        if let Some(known) = passkeys.find(|passkey| passkey.made.id == shown.id) {
            known.made.state = after;
            known.last_used = Some(now);
        }
        Ok(())
    }

    /// Uses a challenge up. Those that were are remembered for as long as any browser may hold them.
    fn spend_challenge(
        &mut self,
        challenge: String,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<(), Refusal> {
        let is_spent = self.spent.iter().any(|spent| spent.challenge == challenge);
        if is_spent || self.spent.len() >= policy.passkey_logins {
            return Err(Refusal::PasskeyRefused);
        }
        self.spent.push(Spent { challenge, at: now });
        Ok(())
    }

    pub(super) fn prune_spent(&mut self, now: Timestamp, policy: &Policy) {
        self.spent
            .retain(|spent| now.since(spent.at) < policy.passkey_challenge_life);
    }

    fn passkey(&self, id: &str) -> Option<&Passkey> {
        self.passkeys.iter().find(|passkey| passkey.made.id == id)
    }

    fn has_room(&self, policy: &Policy) -> Result<(), Refusal> {
        if self.passkeys.len() < policy.passkeys {
            Ok(())
        } else {
            Err(Refusal::TooManyPasskeys)
        }
    }
}

impl Passkey {
    fn shown(&self) -> protocol::passkey::Passkey {
        protocol::passkey::Passkey {
            id: self.made.id.clone(),
            label: self.label.clone(),
            created: self.created.as_secs(),
            last_used: self.last_used.map(Timestamp::as_secs),
            synced: self.made.state.synced,
        }
    }
}

fn public_key() -> String {
    "public-key".to_owned()
}

fn millis(policy: &Policy) -> u32 {
    u32::try_from(policy.passkey_challenge_life.as_millis()).unwrap_or(u32::MAX)
}
