//! What does a form say?
//!
//! `application/x-www-form-urlencoded` (URL standard, section 5.1): also what stands behind the `?` of an address. Not here: whether
//! its page may send it ([`crate::request`]); what its fields mean ([`crate::routes`]).

use percent_encoding::percent_decode;
use protocol::ProblemCode;

use crate::reply::Denial;

/// The fields of a form, each there once or not at all.
#[derive(Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form that has these fields and no others. As with JSON, a field that is misspelt or there twice is an error (R13).
    ///
    /// # Errors
    ///
    /// The refusal.
    pub(crate) fn read(body: &[u8], fields: &[&str]) -> Result<Self, Denial> {
        let invalid = |detail| Denial::detail(ProblemCode::InvalidRequest, detail);
        let mut form = Self::default();
        for pair in pairs(body) {
            let (name, value) = pair.ok_or_else(|| invalid("the form is not UTF-8"))?;
            if !fields.contains(&name.as_str()) {
                return Err(invalid("the form has a field that this page does not take"));
            }
            if form.find(&name).is_some() {
                return Err(invalid("the form has a field twice"));
            }
            form.0.push((name, value));
        }
        Ok(form)
    }

    /// Reads what stands behind the `?` of an address. Others put things there, too, which is nobody's fault; what is there twice or
    /// unreadable is not there.
    pub(crate) fn of_query(query: &str) -> Self {
        let all: Vec<_> = pairs(query.as_bytes()).flatten().collect();
        let once = |(name, _): &&(String, String)| {
            all.iter()
                .filter(|(other, _)| other == name)
                .nth(1)
                .is_none()
        };
        Self(all.iter().filter(once).cloned().collect())
    }

    /// The value of a field; empty if it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The value of a field, if the form has it.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let (_, value) = fields.find(|(field, _)| field == name)?;
        Some(value)
    }
}

/// Names and values; none for a pair that is not UTF-8.
fn pairs(text: &[u8]) -> impl Iterator<Item = Option<(String, String)>> {
    let pairs = text.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = match pair.iter().position(|b| *b == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        Some((decoded(name)?, decoded(value)?))
    })
}

fn decoded(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let decoded = percent_decode(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let cases = [
            (
                "phone=091+234+5678&return=%2Faccount",
                "091 234 5678",
                "/account",
            ),
            ("phone=%2B385&return=", "+385", ""),
            ("phone=%2b385", "+385", ""),
            ("return=a%3Db%26c", "", "a=b&c"),
            ("return=a=b", "", "a=b"),
            ("&&phone=1&", "1", ""),
            ("phone", "", ""),
            ("", "", ""),
            ("phone=%D9%A3%EF%BC%91", "٣１", ""),
            // No escapes, and so they stand for themselves.
            ("phone=100%", "100%", ""),
            ("phone=%4", "%4", ""),
            ("phone=%+1%zz", "% 1%zz", ""),
            ("phone=%2525", "%25", ""),
        ];
        for (body, phone, way_back) in cases {
            let form = Form::read(body.as_bytes(), &["phone", "return"]).unwrap();
            assert_eq!(
                (form.get("phone"), form.get("return")),
                (phone, way_back),
                "{body}"
            );
            let form = Form::of_query(body);
            assert_eq!(
                (form.get("phone"), form.get("return")),
                (phone, way_back),
                "{body}"
            );
        }
    }

    #[test]
    fn r13_a_form_with_a_field_too_many_is_refused_and_an_address_is_not() {
        let cases: [&[u8]; 7] = [
            b"phone=1&phone=2",
            b"phone=1&phone=1",
            b"phone=1&%70hone=2",
            b"phone=1&x=2",
            b"Phone=1",
            b"phone=%FF",
            b"phone=\xff",
        ];
        for body in cases {
            let refusal = Form::read(body, &["phone", "return"]).unwrap_err();
            assert_eq!(refusal.code, ProblemCode::InvalidRequest, "{body:?}");
        }
        let cases = [
            ("return=/a&utm_source=mail", "/a"),
            ("return=/a&return=/b", ""),
            ("return=%FF&x=%FF", ""),
        ];
        for (query, way_back) in cases {
            assert_eq!(Form::of_query(query).get("return"), way_back, "{query}");
        }
    }
}
