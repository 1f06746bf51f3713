//! How long is a text, and does a browser fill its code in?
//!
//! A text of one part costs once. It has room for 160 letters of GSM 03.38 (3GPP TS 23.038), and for 70 if it holds any other; in
//! several parts each has room for 153 or 67. Not here: what the text says.

/// What stands for the code in a template.
pub const PLACEHOLDER: &str = "{{pin}}";

/// The letters that take one of the 160 places each.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that take two.
const GSM_TWICE: &str = "\u{c}^{}\\[~]|€";

/// A template's text, measured with a code in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Length {
    /// How many places it takes.
    pub places: usize,
    /// How many there are in one part.
    pub room: usize,
    /// How many parts it is sent in.
    pub parts: usize,
    /// The letters for which it has less room.
    pub foreign: Vec<char>,
}

/// The whole text of a template: what the people who sign in read, and the line that browsers read (origin-bound one-time codes,
/// WICG): they fill the code in on pages of that host only.
pub fn bound(words: &str, host: &str) -> String {
    format!("{words}\n\n@{host} #{PLACEHOLDER}")
}

/// Measures a template's text with a code of so many digits in it.
pub fn measure(template: &str, digits: u8) -> Length {
    let text = template.replace(PLACEHOLDER, &"0".repeat(digits.into()));
    let mut foreign: Vec<char> = text
        .chars()
        .filter(|c| !GSM.contains(*c) && !GSM_TWICE.contains(*c))
        .collect();
    foreign.sort_unstable();
    foreign.dedup();
    let (places, room, room_of_part) = if foreign.is_empty() {
        let places = |c| if GSM_TWICE.contains(c) { 2 } else { 1 };
        (text.chars().map(places).sum(), 160, 153)
    } else {
        (text.encode_utf16().count(), 70, 67)
    };
    Length {
        places,
        room,
        parts: if places <= room {
            1
        } else {
            places.div_ceil(room_of_part)
        },
        foreign,
    }
}

/// What is wrong with the words of a text, before the last line is added; nothing, if all is well.
pub fn fault(words: &str) -> Option<&'static str> {
    let placeholders = words.matches("{{").count();
    if words.matches(PLACEHOLDER).count() != 1 || placeholders != 1 {
        return Some(
            "it holds {{pin}} once, where the code goes, and nothing else in double braces",
        );
    }
    if words.lines().any(|line| line.trim_start().starts_with('@')) {
        return Some("no line of it begins with @: the last line, for browsers, is added to it");
    }
    if words.trim() != words {
        return Some("it neither begins nor ends with a space or an empty line");
    }
    // A link in a text with a code is what people are told never to follow.
    if words.contains("://") {
        return Some("it holds no link");
    }
    None
}

/// What is wrong with the words of a call; nothing, if all is well.
pub fn spoken_fault(words: &str) -> Option<&'static str> {
    let placeholders = words.matches("{{").count();
    if placeholders == 0 || words.matches(PLACEHOLDER).count() != placeholders {
        return Some(
            "it holds {{pin}} where the code goes, best twice, and nothing else in double braces",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r42_a_text_is_measured_as_it_is_sent() {
        let cases = [
            ("{{pin}}", 6, 6, 160, 1, ""),
            ("{{pin}}", 8, 8, 160, 1, ""),
            (&"a".repeat(160), 6, 160, 160, 1, ""),
            (&"a".repeat(161), 6, 161, 160, 2, ""),
            (&"a".repeat(306), 6, 306, 160, 2, ""),
            (&"a".repeat(307), 6, 307, 160, 3, ""),
            ("€{{pin}}", 6, 8, 160, 1, ""),
            ("àéñß@\n{{pin}}", 6, 12, 160, 1, ""),
            ("čaj {{pin}}", 6, 10, 70, 1, "č"),
            (&"ž".repeat(70), 6, 70, 70, 1, "ž"),
            (&"ž".repeat(71), 6, 71, 70, 2, "ž"),
            (&"🪁".repeat(36), 6, 72, 70, 2, "🪁"),
        ];
        for (text, digits, places, room, parts, foreign) in cases {
            let foreign = foreign.chars().collect();
            let expected = Length {
                places,
                room,
                parts,
                foreign,
            };
            assert_eq!(measure(text, digits), expected, "{text}");
        }
        assert_eq!(
            GSM.chars().count(),
            127,
            "128 places, of which one leads to the others"
        );
    }

    #[test]
    fn r42_words_that_would_spoil_the_last_line_are_refused() {
        let cases = [
            ("{{pin}} is your code.", true),
            ("Your code is {{pin}}.\nNobody asks for it.", true),
            ("Your code.", false),
            ("{{pin}} or {{pin}}", false),
            ("{{name}}: {{pin}}", false),
            ("{{pin}}\n@evil.example #{{pin}}", false),
            ("{{pin}}\n @evil.example", false),
            ("{{pin}} ", false),
            ("{{pin}}\n", false),
            ("{{pin}} https://evil.example", false),
        ];
        for (words, good) in cases {
            assert_eq!(fault(words).is_none(), good, "{words:?}");
        }
    }

    #[test]
    fn r42_the_last_line_is_read_by_the_letter_of_its_definition() {
        let text =
            bound("{{pin}} is your code.", "login.example.com").replace(PLACEHOLDER, "123456");
        let last = text.lines().last().unwrap();
        let (host, code) = last.strip_prefix('@').unwrap().split_once(" #").unwrap();
        assert_eq!((host, code), ("login.example.com", "123456"));
    }

    #[test]
    fn a_voice_is_given_the_code_once_at_least_and_no_other_placeholder() {
        let cases = [
            ("Your code is {{pin}}.", true),
            ("Your code is {{pin}}. Once more: {{pin}}.", true),
            ("Your code.", false),
            ("", false),
            ("{{name}}", false),
            ("{{name}}: {{pin}}", false),
        ];
        for (words, good) in cases {
            assert_eq!(spoken_fault(words).is_none(), good, "{words:?}");
        }
        let said = spoken_fault("Your code.").unwrap();
        assert!(said.contains("{{pin}}"), "{said}");
    }
}
