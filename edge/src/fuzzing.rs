//! What must hold of what the worker itself reads, whatever it is: settings, headers, forms and addresses?
//!
//! A door for `fuzz/`, which is shut in what ships: it is behind a feature that only `fuzz/edge` switches on. Not here: what the other
//! crates read (`fuzz/src`).

use std::sync::LazyLock;

use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use http::{Method, Uri};
use login::network::Network;
use protocol::messages;

use crate::cookie::Kind;
use crate::form::Form;
use crate::label::label;
use crate::languages::languages;
use crate::request;
use crate::settings::Settings;
use crate::trace::Trace;
use crate::way_back::WayBack;

/// The settings of the site that requests are for.
static SETTINGS: LazyLock<Settings> =
    LazyLock::new(|| Settings::read(get(SITE)).expect("they are whole"));

const SITE: &str = "\
ISSUER=https://login.example.com
ALLOWED_ORIGINS=https://shop.example.com,https://www.example.com:8443
EMBEDDING_ORIGINS=https://shop.example.org
COUNTRIES=HR,DE
DEFAULT_COUNTRY=HR
SIGNING_KEYS=t1:W3wRKs_ghV5zFCnC57hddgsswZq_UHUOI8SZsldoDSY
SEALING_KEYS=s1:WH0WK8zhul9wFS7D5LlSdwgtxpu8UWoPIMWes1RpAic
INDEX_KEYS=i1:3Zc0pY1tQ0e2uR9xWmKfLhVbNjTsGdEaPoIyUqAzXcM
INFOBIP_BASE_URL=abc123.api.infobip.com
INFOBIP_API_KEY=App canary-key
INFOBIP_APPLICATION_ID=0933F3BC087D2A617AC6DCB2EF5B8A61
INFOBIP_MESSAGE_ID=7654321";

fn get(lines: &str) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let mut pairs = lines.lines().filter_map(|line| line.split_once('='));
        let (_, text) = pairs.find(|(other, _)| *other == name)?;
        Some(text.to_owned())
    }
}

/// Lines of a name, an equals sign and a text. Settings are whole or name what is wrong with them, and neither shows a secret; whole
/// ones keep to the longest life of a code and to the fewest digits, serve the country that is the default, answer over TLS unless they are
/// of this machine, and use no secret for two things.
///
/// # Panics
///
/// When that does not hold.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let secrets = [
        "SIGNING_KEYS",
        "SEALING_KEYS",
        "INDEX_KEYS",
        "STEP_UP_KEYS",
        "ADMIN_KEYS",
    ];
    let secrets: Vec<String> = secrets
        .into_iter()
        .filter_map(get(text))
        .flat_map(|ring| {
            ring.split([',', ':'])
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .chain(
            ["INFOBIP_API_KEY", "TURNSTILE_SECRET"]
                .into_iter()
                .filter_map(get(text)),
        )
        .map(|secret| secret.trim().to_owned())
        .filter(|secret| secret.len() > 24 && secret.bytes().all(is_of_a_word))
        // What stands in another setting too is none.
        .filter(|secret| text.matches(secret.as_str()).count() == 1)
        .collect();
    let silent = |said: &str| assert!(secrets.iter().all(|secret| !said.contains(secret)));
    let settings = match Settings::read(get(text)) {
        Ok(settings) => settings,
        Err(faults) => {
            assert!(!faults.is_empty());
            faults.iter().for_each(|fault| silent(&fault.why));
            return;
        }
    };
    silent(&format!("{settings:?}"));
    assert!((6..=8).contains(&settings.policy.code_length));
    assert!((1..=600).contains(&settings.policy.code_life.as_secs()));
    assert!(
        settings
            .served
            .serves(&settings.served.default_country().iso)
    );
    let issuer = &settings.issuer;
    let here = ["localhost", "127.0.0.1"].contains(&issuer.host());
    let here = here || issuer.host().ends_with(".localhost");
    assert!(issuer.as_str().starts_with("https://") || (issuer.is_plain_http() && here));
    assert!(
        settings
            .origins()
            .all(|origin| !settings.embeds(origin.as_str().as_bytes()))
    );
    assert!(
        !settings
            .sealing_keys
            .shares_a_secret_with(&settings.index_keys)
    );
    let admin = settings.admin_keys.as_ref();
    assert!(admin.is_none_or(|admin| !admin.shares_a_secret_with(&settings.sealing_keys)));
}

/// What else is in a message, a fuzzer writes in the secret's place before long.
fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}

/// Lines of a name, a colon and a text. No request that changes anything gets in but from a page of the site, or of a site that may embed
/// it and says so; a cookie is read only if there is one of its name; and of the other headers nothing is kept but what has the form
/// that it should.
///
/// # Panics
///
/// When that does not hold.
pub fn request(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|b| *b == b'\n') {
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            continue;
        };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            headers.append(name, value);
        }
    }
    origin(&headers);
    cookies(&headers);

    let label = label(&headers);
    assert!(label.len() <= 40 && label.bytes().all(|b| b.is_ascii_alphabetic() || b == b' '));
    let languages = languages(&headers);
    assert!(languages.len() <= 8);
    assert!(
        languages
            .iter()
            .all(|tag| tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    );

    let trace = Trace::of(&headers, [7; 16]);
    let is_hex = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    assert_eq!(trace.request(), "07".repeat(16));
    assert!(
        trace
            .trace()
            .is_none_or(|trace| trace.len() == 32 && is_hex(trace))
    );
    assert!(
        trace
            .onward()
            .is_none_or(|onward| onward.len() == 55 && is_hex(&onward.replace('-', "")))
    );

    if let Network::Known { narrow, wide } = request::network(&headers, &SETTINGS) {
        let again = Network::of(narrow.split('/').next());
        assert_eq!(
            again,
            Network::Known { narrow, wide },
            "one network has one spelling"
        );
    }
}

fn origin(headers: &HeaderMap) {
    let uri = Uri::from_static("https://login.example.com/v1/challenges");
    let let_in = request::guard(&Method::POST, &uri, headers, &SETTINGS).is_ok();
    let all = |name: HeaderName| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let site = all(HeaderName::from_static("sec-fetch-site")).next();
    let ours = |origin| SETTINGS.allows_origin(origin);
    let embedded = |origin| site == Some(b"cross-site") && SETTINGS.embeds(origin);
    assert!(!let_in || all(ORIGIN).all(|origin| ours(origin) || embedded(origin)));
    assert!(!let_in || all(ORIGIN).count() == 1 || site == Some(b"same-origin"));
    assert!(request::guard(&Method::GET, &uri, headers, &SETTINGS).is_ok());
}

fn cookies(headers: &HeaderMap) {
    let kinds = [
        (Kind::Session, "__Host-sms-login="),
        (Kind::Challenge, "__Host-sms-login-challenge="),
        (Kind::Number, "__Host-sms-login-number="),
        (Kind::Browser, "__Host-sms-login-browser="),
        (Kind::Operator, "__Host-sms-login-operator="),
    ];
    for (kind, name) in kinds {
        let Some(value) = kind.read(headers) else {
            continue;
        };
        let named = [name, value].concat();
        let texts = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok());
        let pairs: Vec<&str> = texts
            .flat_map(|text| text.split(';'))
            .map(str::trim)
            .collect();
        assert_eq!(
            pairs.iter().filter(|pair| pair.starts_with(name)).count(),
            1
        );
        assert!(pairs.contains(&named.as_str()));
    }
}

/// A form has no field that was not asked for and none twice. A login leads back only to where the site's pages are, whoever reads the
/// address. A body that is read is a JSON object.
///
/// # Panics
///
/// When that does not hold.
pub fn form(data: &[u8]) {
    const FIELDS: [&str; 3] = ["phone", "code", "return"];
    if let Ok(form) = Form::read(data, &FIELDS) {
        let pairs = data.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
        assert!(pairs.count() <= FIELDS.len());
        leads_back(form.get("return"));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        leads_back(text);
        leads_back(Form::of_query(text).get("return"));
    }
    if request::parse::<messages::SendRequest>(data).is_ok() {
        assert_eq!(data.trim_ascii_start().first(), Some(&b'{'));
    }
}

fn leads_back(text: &str) {
    let Some(way) = WayBack::read(text, &SETTINGS) else {
        return;
    };
    assert!(HeaderValue::from_str(way.as_str()).is_ok());
    let (scheme, rest) = way
        .as_str()
        .split_once("://")
        .expect("an origin has a scheme");
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let origin = format!("{scheme}://{host}");
    assert!(SETTINGS.allows_origin(origin.as_bytes()), "{origin}");
}
