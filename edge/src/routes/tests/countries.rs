//! Where may numbers be from, as a page is told?

use serde_json::{Value, json};

use super::*;

pub(super) const LIST: &str = r#"["US","1"]
["KZ","7","7"]
["DE","49"]
["HR","385"]
"#;
pub(super) const CROATIA: &str = r#"{"iso":"HR"}"#;

/// What the settings of these tests serve.
const SERVED: [&str; 2] = ["DE", "HR"];

#[tokio::test]
async fn a_page_is_told_of_the_countries_that_are_served() {
    let answered = ask("GET", path::COUNTRIES, &[("origin", SIBLING)], "").await;
    let body: Value = serde_json::from_str(&answered.body).unwrap();
    assert_eq!(body, json!({ "countries": [["DE", "49"], ["HR", "385"]] }));
    assert_eq!(answered.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(
        answered.headers[header::CACHE_CONTROL],
        "public, max-age=86400"
    );
    assert_eq!(
        answered.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN],
        SIBLING
    );
}

#[tokio::test]
async fn a_country_is_described_if_it_is_served_and_the_others_are_not_there() {
    let cases = [
        ("/v1/countries/HR", 200),
        // It is served, but the deployment lacks its file.
        ("/v1/countries/DE", 503),
        ("/v1/countries/US", 404),
        ("/v1/countries/XX", 404),
        ("/v1/countries/hr", 404),
        ("/v1/countries/", 404),
        ("/v1/countries/HR/", 404),
        ("/v1/countries/HR.json", 404),
        ("/v1/countries/../HR", 404),
        ("/v1/countries/..%2flist.txt", 404),
    ];
    for (path, status) in cases {
        let answered = ask("GET", path, &[("origin", SIBLING)], "").await;
        assert_eq!(answered.status, status, "{path}");
        if status == 200 {
            assert_eq!(answered.body, CROATIA, "{path}");
            assert_eq!(
                answered.headers[header::CACHE_CONTROL],
                "public, max-age=86400"
            );
        } else {
            assert!(answered.code().is_some(), "{path}: {}", answered.body);
            assert_eq!(answered.headers[header::CACHE_CONTROL], "no-store");
        }
        assert_eq!(
            answered.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN],
            SIBLING,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_visitor_is_taken_to_be_where_the_network_says_if_that_is_served() {
    let cases: [(&[&str], &str); 7] = [
        (&[], "HR"),
        (&["DE"], "DE"),
        (&["HR"], "HR"),
        (&["US"], "HR"),
        // Not known, and Tor.
        (&["XX"], "HR"),
        (&["T1"], "HR"),
        (&["\u{80}"], "HR"),
    ];
    for (told, expected) in cases {
        let headers: Vec<_> = told.iter().map(|iso| ("cf-ipcountry", *iso)).collect();
        let body: Value =
            serde_json::from_str(&ask("GET", path::CONFIG, &headers, "").await.body).unwrap();
        assert_eq!(body["default_country"]["iso"], expected, "{told:?}");
        assert_eq!(body["countries"], json!(SERVED), "{told:?}");
    }
}
