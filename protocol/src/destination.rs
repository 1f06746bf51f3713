//! Where can a code go?
//!
//! Not here: how it travels there ([`Channel`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::messages::Channel;
use crate::{EmailAddress, PhoneNumber};

/// A number or an address. Both are personal data, and neither prints.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// A telephone.
    Phone(PhoneNumber),
    /// A mailbox.
    Email(EmailAddress),
}

impl Destination {
    /// How a code travels there if nobody says how.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Phone(_) => Channel::Sms,
            Self::Email(_) => Channel::Email,
        }
    }

    /// Whether a code can travel there like that.
    pub fn takes(&self, channel: Channel) -> bool {
        match self {
            Self::Phone(_) => matches!(channel, Channel::Sms | Channel::Voice),
            Self::Email(_) => matches!(channel, Channel::Email),
        }
    }

    /// The number, with its plus, or the address; none is both. Whoever calls this is responsible for where it goes next.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Phone(number) => number.reveal(),
            Self::Email(address) => address.reveal(),
        }
    }

    /// The number, if it is one.
    pub fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(number) => Some(number),
            Self::Email(_) => None,
        }
    }
}

impl From<PhoneNumber> for Destination {
    fn from(number: PhoneNumber) -> Self {
        Self::Phone(number)
    }
}

impl From<EmailAddress> for Destination {
    fn from(address: EmailAddress) -> Self {
        Self::Email(address)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(number) => number.fmt(f),
            Self::Email(address) => address.fmt(f),
        }
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_travels_only_where_it_can() {
        let number = Destination::from(PhoneNumber::try_from("+385911234567").unwrap());
        let address = Destination::from(EmailAddress::try_from("ana@example.com").unwrap());
        for (channel, to_number, to_address) in [
            (Channel::Sms, true, false),
            (Channel::Voice, true, false),
            (Channel::Email, false, true),
        ] {
            assert_eq!(number.takes(channel), to_number, "{channel:?}");
            assert_eq!(address.takes(channel), to_address, "{channel:?}");
        }
        for destination in [number, address] {
            assert!(destination.takes(destination.channel()), "{destination}");
            let json = serde_json::to_string(&destination).unwrap();
            assert_eq!(
                serde_json::from_str::<Destination>(&json).unwrap(),
                destination
            );
        }
    }
}
