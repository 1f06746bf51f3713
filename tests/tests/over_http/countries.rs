//! Where may numbers be from, as the built worker tells pages?
//!
//! Not here: how numbers are formatted (`widget`).

use protocol::messages::path;

use crate::line;

#[test]
fn every_country_that_is_served_is_listed_and_described() {
    let browser = line().browser();
    let served = browser.get(path::CONFIG).json()["countries"].clone();
    let mut listed: Vec<_> = browser.get(path::COUNTRIES).json()["countries"]
        .as_array()
        .unwrap()
        .clone();
    listed.sort_by_key(|entry| entry[0].to_string());
    assert_eq!(listed.len(), served.as_array().unwrap().len());
    for (entry, iso) in listed.iter().zip(served.as_array().unwrap()) {
        assert_eq!(&entry[0], iso);
        // Every answer is held against the contract, this one too.
        let answer = browser.get(&[path::COUNTRY, iso.as_str().unwrap()].concat());
        let country = answer.json();
        assert_eq!((&country[0], &country[1]), (iso, &entry[1]));
        let cached = answer.header("cache-control");
        assert_eq!(cached, Some("public, max-age=86400"), "{iso}");
    }
}

#[test]
fn no_other_country_is() {
    for iso in ["SE1", "XX", "CU", "hr", "list.txt", ""] {
        let answer = line().browser().get(&[path::COUNTRY, iso].concat());
        assert_eq!(answer.outcome(), "404 not_found", "{iso}");
    }
}
