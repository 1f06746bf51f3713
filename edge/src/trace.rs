//! By what is a request found again: in the log, by whoever asked, and at the provider?
//!
//! By an id that is drawn here, and never one that a request brought. And by the trace that it belongs to, if whoever called the worker
//! writes one (W3C Trace Context, `traceparent`): the provider is asked and the log is written under the same trace. Only what is
//! exactly such a header is believed, and of it only sixteen bytes and one bit, so nothing else can get anywhere by it.
//!
//! Not here: what the log says ([`mod@crate::event`]).

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

/// The header that tells whoever asked the request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What one request is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    request: String,
    parent: Option<Parent>,
}

/// The trace that a request belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parent {
    trace: String,
    sampled: bool,
}

impl Trace {
    /// Of a request with these headers, called by these random bytes.
    pub(crate) fn of(headers: &HeaderMap, random: [u8; 16]) -> Self {
        let mut brought = headers.get_all("traceparent").into_iter();
        let parent = brought.next().filter(|_| brought.next().is_none());
        Self {
            request: hex(&random),
            parent: parent.and_then(|value| Parent::read(value.as_bytes())),
        }
    }

    /// The request's id: 32 hexadecimal digits.
    pub(crate) fn request(&self) -> &str {
        &self.request
    }

    /// The trace's id, if the request belongs to one.
    pub(crate) fn trace(&self) -> Option<&str> {
        self.parent.as_ref().map(|parent| parent.trace.as_str())
    }

    /// What those are told who are asked on behalf of this request: the trace, and that this request is what asks.
    pub(crate) fn onward(&self) -> Option<String> {
        let parent = self.parent.as_ref()?;
        let span = self.request.get(..16)?;
        let flags = if parent.sampled { "01" } else { "00" };
        Some(["00", &parent.trace, span, flags].join("-"))
    }

    /// Tells whoever asked.
    pub(crate) fn stamp(&self, headers: &mut HeaderMap) {
        let id =
            HeaderValue::try_from(&self.request).expect("hexadecimal digits are visible ASCII");
        headers.insert(REQUEST_ID, id);
    }
}

impl Parent {
    /// Reads `00-<trace>-<parent>-<flags>`. A version that is not known yet may have more after another hyphen, and is read as far as
    /// this one goes (W3C Trace Context, section 4.3).
    fn read(value: &[u8]) -> Option<Self> {
        let (known, more) = value.split_at_checked(55)?;
        let [v0, v1, b'-', rest @ ..] = known else {
            return None;
        };
        let (trace, rest) = rest.split_at_checked(32)?;
        let [b'-', rest @ ..] = rest else {
            return None;
        };
        let (span, rest) = rest.split_at_checked(16)?;
        let [b'-', f0, f1] = rest else {
            return None;
        };
        let version = [*v0, *v1];
        let is_id = |id: &[u8]| is_hex(id) && id.iter().any(|b| *b != b'0');
        let fits = match (&version, more) {
            (b"ff", _) => false,
            (_, []) => true,
            (b"00", _) => false,
            (_, [next, ..]) => *next == b'-',
        };
        let whole = fits && is_hex(&version) && is_id(trace) && is_id(span) && is_hex(&[*f0, *f1]);
        whole.then(|| Self {
            trace: String::from_utf8_lossy(trace).into_owned(),
            // The last bit of the last digit.
            sampled: matches!(f1, b'1' | b'3' | b'5' | b'7' | b'9' | b'b' | b'd' | b'f'),
        })
    }
}

fn is_hex(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    let digits = bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]);
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const ID: [u8; 16] = [0xab, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

    fn of(values: &[&[u8]]) -> Trace {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("traceparent", HeaderValue::from_bytes(value).unwrap());
        }
        Trace::of(&headers, ID)
    }

    #[test]
    fn a_trace_is_passed_on_with_this_request_as_the_one_that_asks() {
        let cases = [
            ("00", "01", "01"),
            ("00", "00", "00"),
            // Flags that nobody knows yet are not passed on.
            ("00", "ff", "01"),
            ("00", "fe", "00"),
            ("cc", "03", "01"),
        ];
        for (version, flags, onward) in cases {
            let parent = format!("{version}-{TRACE}-00f067aa0ba902b7-{flags}");
            let trace = of(&[parent.as_bytes()]);
            assert_eq!(trace.trace(), Some(TRACE), "{parent}");
            let expected = format!("00-{TRACE}-ab00010203040506-{onward}");
            assert_eq!(trace.onward(), Some(expected), "{parent}");
            assert_eq!(trace.request(), "ab000102030405060708090a0b0c0d0e");
        }
        let later = format!("01-{TRACE}-00f067aa0ba902b7-01-what-comes-later");
        assert_eq!(of(&[later.as_bytes()]).trace(), Some(TRACE));
    }

    #[test]
    fn r89_a_trace_that_is_not_written_to_the_letter_is_dropped() {
        let right = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let zeros = "0".repeat(32);
        let mut hostile: Vec<Vec<u8>> = [
            String::new(),
            format!("{right}-"),
            format!("{right}-more"),
            format!("{right},{right}"),
            format!(" {right}"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("01-{TRACE}-00f067aa0ba902b7-01more"),
            format!("0-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{zeros}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-0"),
            format!("00-{TRACE}-00f067aa0ba902b7-0g"),
            format!("00-{TRACE}-00F067AA0BA902B7-01"),
            format!("0A-{TRACE}-00f067aa0ba902b7-01"),
            right.to_uppercase(),
            right.replace('-', "_"),
            right.replace("4bf9", "4b\"9"),
            format!("00-{}-00f067aa0ba902b7-01", "x".repeat(32)),
            "x".repeat(8000),
        ]
        .into_iter()
        .map(String::into_bytes)
        .collect();
        let mut raw = right.clone().into_bytes();
        raw[10] = 0xff;
        hostile.push(raw);
        for value in hostile {
            let trace = of(&[&value]);
            let shown = String::from_utf8_lossy(&value);
            assert_eq!((trace.trace(), trace.onward()), (None, None), "{shown}");
        }
        let two = of(&[right.as_bytes(), right.as_bytes()]);
        assert_eq!(two.trace(), None, "which of them?");
    }
}
