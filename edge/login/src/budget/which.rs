//! Which budgets does a code weigh on?
//!
//! Not here: whether they have room for it ([`super::Spend`]).

use protocol::{Destination, PhoneNumber};

use super::{Budget, Scope};
use crate::network::Network;

/// The budget of all texts of the site.
pub const SITE: Budget = Budget {
    scope: Scope::Site,
    key: String::new(),
};

/// The budget of all its e-mails. A domain has none: half of the world has its mail with one.
pub const EMAILS: Budget = Budget {
    scope: Scope::Email,
    key: String::new(),
};

/// All budgets that a code which goes there, asked for from this network, must fit into.
pub fn of(to: &Destination, country: &str, network: &Network) -> Vec<Budget> {
    let mut budgets = match to {
        Destination::Phone(number) => vec![
            prefix_of(number),
            Budget {
                scope: Scope::Country,
                key: country.to_owned(),
            },
            SITE,
        ],
        Destination::Email(_) => vec![EMAILS],
    };
    budgets.extend(of_network(network));
    budgets
}

/// The budget of the number and its neighbours.
pub fn prefix_of(number: &PhoneNumber) -> Budget {
    let digits = number.reveal_digits();
    let prefix = digits
        .get(..digits.len().saturating_sub(4))
        .unwrap_or_default();
    Budget {
        scope: Scope::Prefix,
        key: prefix.to_owned(),
    }
}

/// Those of them that are the network's.
pub fn of_network(network: &Network) -> Vec<Budget> {
    match network {
        Network::Known { narrow, wide } => {
            let mut budgets = vec![Budget {
                scope: Scope::Network,
                key: narrow.clone(),
            }];
            budgets.extend(wide.clone().map(|key| Budget {
                scope: Scope::WideNetwork,
                key,
            }));
            budgets
        }
        Network::Unknown => vec![Budget {
            scope: Scope::UnknownNetwork,
            key: String::new(),
        }],
    }
}
