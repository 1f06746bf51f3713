//! What must hold of the account at the provider as a site's settings name it?
//!
//! Not here: what the provider answers ([`crate::provider`]).

use infobip::{ApiKey, BaseUrl, Messages};

/// A base URL is `https` unless it is this machine, holds a host and nothing else, and reads as it is written. A key never prints, can
/// stand in a header, and is never another scheme than `App`. The message for a reader is one of those that are named.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(url) = BaseUrl::parse(text) {
        assert_eq!(BaseUrl::parse(url.as_str()).as_ref(), Ok(&url));
        let (scheme, host) = url.as_str().split_once("://").expect("it has a scheme");
        let here = ["localhost", "127.0.0.1"].contains(&host.split(':').next().unwrap_or(""));
        assert!(scheme == "https" || (scheme == "http" && here));
        let in_a_host = |b: u8| b.is_ascii_alphanumeric() || b".-:".contains(&b);
        assert!(!host.is_empty() && host.bytes().all(in_a_host));
    }
    if let Ok(key) = ApiKey::parse(text) {
        let header = key.reveal_authorization();
        let secret = header
            .strip_prefix("App ")
            .expect("no other scheme is a worker's");
        assert!(!secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic()));
        assert_eq!(ApiKey::parse(&header).as_ref(), Ok(&key));
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
    }
    if let Ok(key) = ApiKey::parse_any(text) {
        let header = key.reveal_authorization();
        assert_eq!(ApiKey::parse_any(&header).as_ref(), Ok(&key));
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
    }
    if let Ok(messages) = Messages::parse(text) {
        let ids: Vec<&str> = messages.all().map(|(_, id)| id).collect();
        let languages: Vec<String> = text.split([',', '=']).map(str::to_owned).collect();
        assert!(ids.contains(&messages.for_reader(&languages)));
        assert_eq!(Some(messages.for_reader(&[])), ids.first().copied());
        let named = |(language, id): (Option<&str>, &str)| match language {
            Some(language) => format!("{language}={id}"),
            None => id.to_owned(),
        };
        let written: Vec<String> = messages.all().map(named).collect();
        assert_eq!(Messages::parse(&written.join(",")).as_ref(), Ok(&messages));
    }
}
