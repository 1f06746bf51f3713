//! What does an account keep of its passkeys, and when is one believed?
//!
//! They open the account beside its number, and hold when that opens another account. Whoever comes back by the number before
//! ([`super::number`]) had the account in other hands, and nobody can tell which passkeys are theirs: all go.
//!
//! Not here: what a device said ([`crate::passkey`]); who may ask for what ([`super::manage`]).

use protocol::passkey::Passkeys;
use serde::{Deserialize, Serialize};

use super::UserRecord;
use super::audit::{Act, Outcome};
use crate::alert::PasskeysChanged;
use crate::passkey::Passkey;
use crate::step::write;
use crate::{Policy, Refusal, SessionId, Timestamp, UserId};

/// A challenge that was used, for as long as it would be good otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spent {
    challenge: String,
    at: Timestamp,
}

/// A passkey that was made or used for a challenge, as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What the device said of it.
    pub passkey: Passkey,
    /// The challenge.
    pub challenge: String,
}

impl UserRecord {
    /// Those that the account has, as browsers are told of them (section 5.1.9, `excludeCredentials`), if there is room for another.
    pub(super) fn excluded(&self, policy: &Policy) -> Result<String, Refusal> {
        self.has_room(policy)?;
        // An id is base64url: nothing in it could end the text.
        let each = self.passkeys.iter();
        let each = each.map(|it| [r#"{"type":"public-key","id":""#, &it.id, r#""}"#].concat());
        Ok(["[", &each.collect::<Vec<_>>().join(","), "]"].concat())
    }

    /// Adds a passkey, and shows it as JSON. The same one again, because a reply was lost, changes nothing.
    pub(super) fn add_passkey(
        &mut self,
        Answered { passkey, challenge }: Answered,
        (user, by): (&UserId, Option<&SessionId>),
        now: Timestamp,
        policy: &Policy,
    ) -> Result<String, Refusal> {
        if let Some(there) = self.passkey(&passkey.id) {
            return if there.key == passkey.key {
                Ok(write(&shown(there)))
            } else {
                Err(Refusal::PasskeyRefused)
            };
        }
        self.has_room(policy)?;
        self.spend_challenge(challenge, now, policy)?;
        let passkey = Passkey {
            created: now,
            ..passkey
        };
        let text = write(&shown(&passkey));
        self.passkeys.push(passkey);
        self.note_passkeys(Act::PasskeyAdded, user, by, now);
        Ok(text)
    }

    /// Removes a passkey. That there is none of that id is no error.
    pub(super) fn remove_passkey(
        &mut self,
        id: &str,
        (user, by): (&UserId, Option<&SessionId>),
        now: Timestamp,
    ) {
        let before = self.passkeys.len();
        self.passkeys.retain(|passkey| passkey.id != id);
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
            passkeys: self.passkeys.iter().map(shown).collect(),
        }
    }

    /// The key of a passkey, or nothing.
    pub(super) fn key_of(&self, id: &str) -> String {
        self.passkey(id)
            .map_or_else(String::new, |passkey| passkey.key.clone())
    }

    /// Believes a passkey whose signature was right, or not (section 7.2, steps 19 to 22): it is the account's, its challenge is used for
    /// the first time, what cannot change has not, and the device has counted on. If it has not, there may be a copy in other hands.
    pub(super) fn believe(
        &mut self,
        Answered { passkey, challenge }: &Answered,
        session: &SessionId,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<(), Refusal> {
        let known = self.passkey(&passkey.id).ok_or(Refusal::PasskeyRefused)?;
        let counts = known.counter != 0 || passkey.counter != 0;
        let has_counted_on = !counts || passkey.counter > known.counter;
        let is_the_same = known.may_sync == passkey.may_sync && has_counted_on;
        self.spend_challenge(challenge.clone(), now, policy)?;
        if !is_the_same {
            self.note(Act::PasskeyRefused, Outcome::Refused, Some(session), now);
            return Err(Refusal::PasskeyRefused);
        }
        let mut passkeys = self.passkeys.iter_mut();
        if let Some(known) = passkeys.find(|it| it.id == passkey.id) {
            known.counter = passkey.counter;
            known.synced = passkey.synced;
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
        self.passkeys.iter().find(|passkey| passkey.id == id)
    }

    fn has_room(&self, policy: &Policy) -> Result<(), Refusal> {
        if self.passkeys.len() < policy.passkeys {
            Ok(())
        } else {
            Err(Refusal::TooManyPasskeys)
        }
    }
}

fn shown(passkey: &Passkey) -> protocol::passkey::Passkey {
    protocol::passkey::Passkey {
        id: passkey.id.clone(),
        label: passkey.label.clone(),
        created: passkey.created.as_secs(),
        last_used: passkey.last_used.map(Timestamp::as_secs),
        synced: passkey.synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::Keeper;

    /// Anybody may name an account of theirs.
    #[test]
    fn r34_looking_for_a_passkey_of_nobody_leaves_no_record_and_sets_no_alarm() {
        let (keeper, policy) = (Keeper::of::<UserRecord>(), Policy::default());
        let find =
            r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","by":null,"what":{"find_passkey":"AAAA"}}"#;
        let show = r#"{"session":"ses_AAAAAAAAAAAAAAAAAAAAAA","at":1000,"passkey":{"passkey":{"id":"AAAA","counter":0,"may_sync":true,"synced":true,"created":0},"challenge":"AAAD"}}"#;
        for (name, step, reply) in [
            ("manage", find, r#"{"Ok":{"numbers":[],"text":""}}"#),
            ("open-session", show, r#"{"Err":"passkey_refused"}"#),
        ] {
            let now = Timestamp::from_secs(1);
            let applied = (keeper.apply)(None, name, step, now, &policy).unwrap();
            assert_eq!(applied.reply, reply);
            assert_eq!((applied.changed, applied.wake_later), (None, false));
        }
    }
}
