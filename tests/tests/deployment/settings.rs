//! What becomes of a worker whose settings are not whole?
//!
//! It refuses everything, and its log names the setting and the mend. The demo then does not start, and shows that log. Not
//! here: every way that a setting can be wrong (`edge/src/settings_tests.rs`).

use tests::crowd::at_once;
use tests::line::Line;

/// 32 bytes, and 16.
const KEY: &str = "k1:sbcT0LNGRpqxjoV1K8GnUHTVy7fGxm6PZ5Tk5Yw2Qn4";
const SHORT_KEY: &str = "k1:sbcT0LNGRpqxjoV1K8GnUA";

#[test]
fn a_worker_with_one_wrong_setting_refuses_everything_and_says_which_it_is() {
    let cases: [(&[(&str, &str)], &str); 14] = [
        (&[("ISSUER", "http://login.example.com")], "ISSUER"),
        (&[("ISSUER", "")], "ISSUER"),
        (&[("AUDIENCE", " ")], "AUDIENCE"),
        (&[("ALLOWED_ORIGINS", "*")], "ALLOWED_ORIGINS"),
        (
            &[("ALLOWED_ORIGINS", "https://shop.example.com/cart")],
            "ALLOWED_ORIGINS",
        ),
        (&[("COUNTRIES", "XX")], "COUNTRIES"),
        (&[("DEFAULT_COUNTRY", "CH")], "COUNTRIES"),
        (&[("CODE_LENGTH", "4")], "CODE_LENGTH"),
        (&[("CODE_TTL_S", "601")], "CODE_TTL_S"),
        (&[("SIGNING_KEYS", SHORT_KEY)], "SIGNING_KEYS"),
        (&[("SEALING_KEYS", "no-key")], "SEALING_KEYS"),
        (&[("SIGNING_KEYS", KEY), ("INDEX_KEYS", KEY)], "INDEX_KEYS"),
        (
            &[("INFOBIP_BASE_URL", "http://api.example.com")],
            "INFOBIP_BASE_URL",
        ),
        (&[("INFOBIP_API_KEY", "")], "INFOBIP_API_KEY"),
    ];
    at_once(cases.len(), |n| {
        let (settings, named) = cases[n];
        let words = Line::refusal(settings);
        assert!(words.contains("503"), "{settings:?}: {words}");
        assert!(words.contains("misconfigured"), "{settings:?}: {words}");
        let setting = format!("setting {named}: ");
        assert!(words.contains(&setting), "{settings:?}: {words}");
        for key in [KEY, SHORT_KEY] {
            let secret = key.trim_start_matches("k1:");
            assert!(!words.contains(secret), "R50: {words}");
        }
    });
}
