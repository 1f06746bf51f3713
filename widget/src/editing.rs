//! What did the person do to the field of the number?
//!
//! Separators are written by the element, so whoever deletes one means the digit beyond it; and what is pasted may be more than a
//! number. Not here: how the number looks then (`as_you_type`).

use crate::{
    as_you_type::Field,
    phone_input::{counts, without_words},
};

/// How a text came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// By keys.
    Keys,
    /// By the key that deletes what is before the caret.
    Backspace,
    /// By the key that deletes what is after it.
    Delete,
    /// All at once: pasted, dropped, filled in.
    Whole,
}

impl Edit {
    /// By the browser's name for it (W3C Input Events, section 3.1.2). None: what was there before is there again, and is to stay.
    pub fn of(input_type: &str) -> Option<Self> {
        Some(match input_type {
            "historyUndo" | "historyRedo" => return None,
            "insertText" | "insertCompositionText" => Self::Keys,
            _ => match input_type.strip_prefix("delete") {
                Some("ContentBackward") => Self::Backspace,
                Some("ContentForward") => Self::Delete,
                Some(_) => Self::Keys,
                // Browsers have no name for what they fill in.
                None => Self::Whole,
            },
        })
    }

    /// The field as it was meant. `before` is what stood there.
    pub fn meant(self, before: &str, mut field: Field) -> Field {
        let Field { text, caret } = &mut field;
        match self {
            Self::Keys => {}
            Self::Whole => {
                let number = without_words(text);
                if number.len() < text.len() {
                    *text = number.to_owned();
                    *caret = text.len();
                }
            }
            Self::Backspace | Self::Delete => {
                let digits = text.char_indices().filter(|(_, c)| counts(*c));
                let digit = match self == Self::Backspace {
                    true => digits.map(|(at, _)| at).take_while(|at| at < caret).last(),
                    false => digits.map(|(at, _)| at).find(|at| at >= caret),
                };
                let as_before = numbers(text).eq(numbers(before)) && text.len() < before.len();
                if let Some(at) = digit.filter(|_| as_before) {
                    let (left, right) = (text.get(..at), text.get(at + 1..));
                    *text = [left, right].map(Option::unwrap_or_default).concat();
                    *caret = at;
                }
            }
        }
        field
    }
}

fn numbers(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| counts(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field with its caret at `|`.
    fn meant(edit: Edit, before: &str, after: &str) -> String {
        let caret = after.find('|').unwrap();
        let text = after.replace('|', "");
        let Field { mut text, caret } = edit.meant(before, Field { text, caret });
        text.insert(caret, '|');
        text
    }

    #[test]
    fn whoever_deletes_a_separator_means_the_digit_beyond_it() {
        let cases = [
            (Edit::Backspace, "091 123", "091|123", "09|123"),
            (Edit::Delete, "091 123", "091|123", "091|23"),
            (Edit::Backspace, "(201) 555", "(201|555", "(20|555"),
            (Edit::Backspace, "(201) 555", "(201 |555", "(20| 555"),
            (Edit::Delete, "(201) 555", "|201) 555", "|01) 555"),
            // A digit was deleted: nothing is beyond that.
            (Edit::Backspace, "091 123", "091 |23", "091 |23"),
            (Edit::Delete, "091 123", "09| 123", "09| 123"),
            // There is no digit there.
            (Edit::Backspace, "(201", "|201", "|201"),
            (Edit::Keys, "091 123", "091|123", "091|123"),
        ];
        for (edit, before, after, expected) in cases {
            assert_eq!(
                meant(edit, before, after),
                expected,
                "{edit:?} {before} {after}"
            );
        }
    }

    #[test]
    fn of_what_is_pasted_the_number_is_kept() {
        let pasted = "call me: 091 123 4567 (mobile)|";
        let expected = " 091 123 4567 (|";
        assert_eq!(meant(Edit::Whole, "", pasted), expected);
        for text in ["+385 91 123 4567|", "ana@example.com|", "|"] {
            assert_eq!(meant(Edit::Whole, "", text), text);
        }
        // Whoever types words is told of them when they send.
        assert_eq!(meant(Edit::Keys, "", pasted), pasted);
    }

    #[test]
    fn the_browsers_names_are_known() {
        let cases = [
            ("insertText", Some(Edit::Keys)),
            ("insertCompositionText", Some(Edit::Keys)),
            ("deleteContentBackward", Some(Edit::Backspace)),
            ("deleteContentForward", Some(Edit::Delete)),
            ("deleteWordBackward", Some(Edit::Keys)),
            ("deleteByCut", Some(Edit::Keys)),
            ("insertFromPaste", Some(Edit::Whole)),
            ("insertFromDrop", Some(Edit::Whole)),
            ("insertReplacementText", Some(Edit::Whole)),
            ("", Some(Edit::Whole)),
            ("historyUndo", None),
            ("historyRedo", None),
        ];
        for (name, edit) in cases {
            assert_eq!(Edit::of(name), edit, "{name}");
        }
    }
}
