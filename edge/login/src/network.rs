//! Which network does a request come from, as far as counting is concerned?
//!
//! One customer of a provider has one IPv4 address or one IPv6 /64, and may own a /48, so an IPv6 address by itself would be a
//! limit for nobody. Every spelling of an address is one network (R08). Not here: where the address is read from (`edge`).

use std::net::{IpAddr, Ipv6Addr};

/// A network, in one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// An IPv4 address, or an IPv6 /64 with the /48 around it.
    Known {
        /// The address, or the /64.
        narrow: String,
        /// The /48.
        wide: Option<String>,
    },
    /// No address came with the request, or none that is one.
    Unknown,
}

impl Network {
    /// The network of an address as text, such as a proxy's header holds it.
    pub fn of(address: Option<&str>) -> Self {
        match address.and_then(|text| text.trim().parse().ok()) {
            None => Self::Unknown,
            Some(IpAddr::V4(address)) => Self::Known {
                narrow: address.to_string(),
                wide: None,
            },
            Some(IpAddr::V6(address)) => match address.to_canonical() {
                IpAddr::V4(address) => Self::Known {
                    narrow: address.to_string(),
                    wide: None,
                },
                IpAddr::V6(address) => {
                    let wide = Some(format!("{}/48", masked(address, 3)));
                    Self::Known {
                        narrow: format!("{}/64", masked(address, 4)),
                        wide,
                    }
                }
            },
        }
    }
}

/// The address with all but its first so many groups zero.
fn masked(address: Ipv6Addr, groups: usize) -> Ipv6Addr {
    let mut segments = address.segments();
    for segment in segments.iter_mut().skip(groups) {
        *segment = 0;
    }
    segments.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r08_every_spelling_and_every_host_of_a_network_is_one() {
        let cases = [
            ("192.0.2.7", "192.0.2.7", None),
            (" 192.0.2.7 ", "192.0.2.7", None),
            ("::ffff:192.0.2.7", "192.0.2.7", None),
            ("::ffff:c000:207", "192.0.2.7", None),
            (
                "2001:db8:1:2:3:4:5:6",
                "2001:db8:1:2::/64",
                Some("2001:db8:1::/48"),
            ),
            (
                "2001:0DB8:0001:0002:ffff:ffff:ffff:ffff",
                "2001:db8:1:2::/64",
                Some("2001:db8:1::/48"),
            ),
            (
                "2001:db8:1:3::",
                "2001:db8:1:3::/64",
                Some("2001:db8:1::/48"),
            ),
            ("::1", "::/64", Some("::/48")),
        ];
        for (text, narrow, wide) in cases {
            let known = Network::Known {
                narrow: narrow.to_owned(),
                wide: wide.map(str::to_owned),
            };
            assert_eq!(Network::of(Some(text)), known, "{text}");
        }
    }

    #[test]
    fn r07_what_is_no_address_is_unknown() {
        for text in [
            "",
            "unknown",
            "192.0.2.7, 198.51.100.1",
            "192.0.2.7:80",
            "192.0.2",
            "192.0.2.07",
            "[::1]",
            "fe80::1%eth0",
        ] {
            assert_eq!(Network::of(Some(text)), Network::Unknown, "{text:?}");
        }
        assert_eq!(Network::of(None), Network::Unknown);
    }
}
