//! How is a browser called in the list of a person's sessions?
//!
//! By its make and its system, told from `User-Agent` by a few plain words: enough to know one's laptop from one's telephone,
//! and not enough to tell two people apart. The header itself is kept nowhere.

use http::HeaderMap;
use http::header::USER_AGENT;

/// The order counts: each names itself, and then those it resembles.
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// "Firefox on Android"; "Unknown browser" of what says nothing that is known.
pub(crate) fn label(headers: &HeaderMap) -> String {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let named = |table: &[(&str, &'static str)]| {
        let mut found = table.iter().filter(|(word, _)| agent.contains(word));
        found.next().map(|(_, name)| *name)
    };
    let browser = named(&BROWSERS).unwrap_or("Unknown browser");
    match named(&SYSTEMS) {
        Some(system) => format!("{browser} on {system}"),
        None => browser.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_browser_is_called_by_its_make_and_its_system() {
        let cases = [
            (
                "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
                "Firefox on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            ("curl/8.14.1", "curl"),
            ("<script>Firefox/</script>", "Firefox"),
            ("\u{7f}", "Unknown browser"),
            ("", "Unknown browser"),
        ];
        for (agent, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(agent) {
                headers.insert(USER_AGENT, value);
            }
            assert_eq!(label(&headers), expected, "{agent}");
        }
    }

    #[test]
    fn no_label_is_longer_than_forty_characters() {
        let longest = |table: &[(&str, &str)]| table.iter().map(|(_, name)| name.len()).max();
        let browser = longest(&BROWSERS).max(Some("Unknown browser".len()));
        let lengths = (browser.unwrap(), longest(&SYSTEMS).unwrap());
        assert!(lengths.0 + " on ".len() + lengths.1 <= 40);
    }
}
