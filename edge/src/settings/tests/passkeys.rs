//! Which domains can passkeys be for?

use super::*;

#[test]
fn passkeys_are_the_domains_of_which_the_worker_is_part_and_pages_elsewhere_have_none() {
    let party = |domain| with(&[("PASSKEYS", domain)]).unwrap().passkeys;
    assert_eq!(party(""), None);
    let site = party("example.com").unwrap();
    assert_eq!(site.id, "example.com");
    assert_eq!(
        site.origins,
        [
            "https://login.example.com",
            "https://shop.example.com",
            "https://www.example.com:8443"
        ]
    );
    let own = party("login.example.com").unwrap();
    assert_eq!(own.origins, ["https://login.example.com"]);
    let here = with(&[
        ("PASSKEYS", "localhost"),
        ("ISSUER", "http://localhost:8787"),
    ])
    .unwrap();
    assert_eq!(here.passkeys.unwrap().origins, ["http://localhost:8787"]);
    let address = with(&[
        ("PASSKEYS", "127.0.0.1"),
        ("ISSUER", "http://127.0.0.1:8787"),
    ])
    .unwrap_err();
    assert_eq!(address[0].name, "PASSKEYS");
}

#[test]
fn a_domain_that_passkeys_cannot_be_for_is_refused_and_named() {
    for domain in [
        "com",
        "example.org",
        "ogin.example.com",
        "www.login.example.com",
        "https://example.com",
        "example.com:443",
        "Example.com",
        ".example.com",
        "example.com.",
        "*.example.com",
        "localhost",
    ] {
        let faults = with(&[("PASSKEYS", domain)]).unwrap_err();
        let named: Vec<_> = faults.iter().map(|fault| fault.name).collect();
        assert_eq!(named, ["PASSKEYS"], "{domain}");
    }
}
