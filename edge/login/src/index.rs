//! How is a number or an address named where it must not be readable?
//!
//! By HMAC-SHA256 under a key of its own. A plain hash would not do: all numbers of a country can be hashed in minutes (R62).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use protocol::Destination;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::budget::{Budget, Scope};
use crate::keys::Key;

/// What the name of an address begins with, and no hash does.
const OF_AN_ADDRESS: &str = "@";

/// The name of a number's record: 43 characters of base64url. That of an address has another character before them. Whoever has it
/// knows of which kind it is and whether two records are of one, and nothing else without the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DestinationName(String);

impl DestinationName {
    /// The name under this key: the same for the same number and key, whoever asks from wherever (R66).
    pub fn of(to: &Destination, key: &Key) -> Self {
        Self(match to {
            Destination::Phone(number) => keyed_hash(number.reveal(), key),
            // What is hashed is no number, so that no number shares its hash.
            Destination::Email(address) => {
                let hash = keyed_hash(&["mailto:", address.reveal()].concat(), key);
                [OF_AN_ADDRESS, &hash].concat()
            }
        })
    }

    /// Whether it is an address that is named.
    pub fn is_of_an_address(&self) -> bool {
        self.0.starts_with(OF_AN_ADDRESS)
    }

    /// The hash in it.
    pub fn hash(&self) -> &str {
        self.0.trim_start_matches(OF_AN_ADDRESS)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a budget's record. Networks and prefixes are personal too, and no number or address begins as these do.
pub fn name_of_budget(budget: &Budget, key: &Key) -> String {
    let scope = match budget.scope {
        Scope::Network => "network",
        Scope::WideNetwork => "wide-network",
        Scope::UnknownNetwork => "unknown-network",
        Scope::Prefix => "prefix",
        Scope::Country => "country",
        Scope::Site => "site",
        Scope::Email => "email",
        Scope::AdminTries => "admin-tries",
    };
    keyed_hash(&format!("{scope} {}", budget.key), key)
}

fn keyed_hash(text: &str, key: &Key) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.reveal()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::ring;

    fn destination(text: &str) -> Destination {
        match protocol::PhoneNumber::try_from(text) {
            Ok(number) => number.into(),
            Err(_) => protocol::EmailAddress::try_from(text).unwrap().into(),
        }
    }

    /// Storage is found under these names; a change would make everybody a new user.
    #[test]
    fn the_name_of_a_number_is_pinned() {
        let number = destination("+385911234567");
        assert_eq!(
            DestinationName::of(&number, ring("i1", 1).current()).as_str(),
            "UIssnn_uCl9LXd_PkJEDgia0enCt_h1X7yXgQF6qz5Y"
        );
        let address = DestinationName::of(&destination("ana@example.com"), ring("i1", 1).current());
        assert_eq!(
            address.as_str(),
            "@jmbYVCjto4JHNyBXlYVXnbIUzN768bBGL3Acx3yQc3c"
        );
    }

    #[test]
    fn another_number_or_another_key_is_another_name() {
        let (a, b) = (ring("i1", 1), ring("i2", 2));
        let name = DestinationName::of(&destination("+385911234567"), a.current());
        assert_ne!(
            name,
            DestinationName::of(&destination("+385911234568"), a.current())
        );
        assert_ne!(
            name,
            DestinationName::of(&destination("+385911234567"), b.current())
        );
        assert!(!name.as_str().contains("911234567"));
        let address = DestinationName::of(&destination("ana@example.com"), a.current());
        let other = DestinationName::of(&destination("anna@example.com"), a.current());
        assert_ne!(address, other);
        for (name, is_address) in [(&name, false), (&address, true), (&other, true)] {
            assert_eq!(name.is_of_an_address(), is_address, "{name:?}");
            assert_eq!(name.hash().len(), 43, "{name:?}");
            assert!(!name.as_str().contains("example"), "{name:?}");
        }
    }

    /// Budgets are on disk under these names; under another, all of them would be unspent again.
    #[test]
    fn the_names_of_budgets_are_pinned_and_no_two_share_a_record() {
        let key = ring("i1", 1);
        let name = |scope, text: &str| {
            let budget = Budget {
                scope,
                key: text.to_owned(),
            };
            name_of_budget(&budget, key.current())
        };
        assert_eq!(
            name(Scope::Country, "HR"),
            "X5gGiBz0dBFNEVS0FU76OCvMEtegM9M6v303NXvxmPI"
        );
        let scopes = [
            Scope::Network,
            Scope::WideNetwork,
            Scope::UnknownNetwork,
            Scope::Prefix,
            Scope::Country,
            Scope::Site,
            Scope::Email,
            Scope::AdminTries,
        ];
        let mut names: Vec<_> = scopes
            .into_iter()
            .flat_map(|scope| [name(scope, "HR"), name(scope, "DE")])
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 2 * scopes.len());
    }
}
