//! Which languages does the person at the other end read?
//!
//! Not here: which ones there is a message in (`infobip`).

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// More are not looked at: nobody reads more, and each costs a search.
const MOST: usize = 8;

/// What the browser, or the element in the language of its page, says in `Accept-Language` (RFC 9110, section 12.5.4), the best
/// first. Nothing where that is said in another way: no text is lost over its language.
pub(crate) fn languages(headers: &HeaderMap) -> Vec<String> {
    let said = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|said| said.to_str().ok());
    let mut ranges: Vec<(u16, &str)> = Vec::new();
    for (weight, range) in said
        .unwrap_or_default()
        .split(',')
        .take(MOST)
        .filter_map(weighed)
    {
        // Before the first that is less wanted. A library's sort is kilobytes of code for a handful of words.
        let place = ranges.iter().position(|(other, _)| *other < weight);
        ranges.insert(place.unwrap_or(ranges.len()), (weight, range));
    }
    ranges
        .into_iter()
        .map(|(_, range)| range.to_owned())
        .collect()
}

/// A range and its weight in thousandths; none if it is not wanted, or is `*`.
fn weighed(range: &str) -> Option<(u16, &str)> {
    let (range, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let range = range.trim();
    let is_tag = !range.is_empty()
        && range
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let weight = thousandths(weight.trim().strip_prefix("q=")?)?;
    (is_tag && weight > 0).then_some((weight, range))
}

/// A weight has at most three digits after its point. Not read as a float: that takes kilobytes of code.
fn thousandths(weight: &str) -> Option<u16> {
    match weight.split_once('.').unwrap_or((weight, "")) {
        ("0", digits) if digits.len() <= 3 => [digits, "000"].concat().get(..3)?.parse().ok(),
        ("1", _) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn languages_come_by_their_weight() {
        let cases: [(&str, &[&str]); 10] = [
            ("de", &["de"]),
            ("de-AT,de;q=0.9,en;q=0.8", &["de-AT", "de", "en"]),
            ("en;q=0.8, de , fr;q=0.9", &["de", "fr", "en"]),
            ("en;q=0.5,de;q=0.5", &["en", "de"]),
            ("en;q=0,de", &["de"]),
            ("*", &[]),
            ("", &[]),
            ("de;q=x,fr;level=1,en", &["en"]),
            ("<b>,de;q=NaN,fr;q=2,it;q=1.000", &["it"]),
            (
                "a,b,c,d,e,f,g,h,i",
                &["a", "b", "c", "d", "e", "f", "g", "h"],
            ),
        ];
        for (said, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(said).unwrap());
            assert_eq!(languages(&headers), expected, "{said}");
        }
        assert_eq!(languages(&HeaderMap::new()), Vec::<String>::new());
    }
}
