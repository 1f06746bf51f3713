//! How does a number look while it is typed?
//!
//! Grouped as people of its country write it, as far as it is there: what libphonenumber's `AsYouTypeFormatter` does, from the rules of
//! the one country that is chosen. Only digits are counted, so that the caret stays between the same two. Not here: which number it is
//! (`phone_input`).

use protocol::{NumberFormat, Numbering};

use crate::{pattern, phone_input};

/// Fewer digits could be the beginning of anything.
const FEWEST: usize = 3;

/// A field's text and the place of its caret, in UTF-16 code units as browsers count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The text.
    pub text: String,
    /// The place of the caret.
    pub caret: usize,
}

/// The field with its number in groups and the caret between the same digits as before; none, if what stands there is no number
/// (yet), or it is not known how numbers are written there: that is left alone.
pub fn format(field: &Field, country: &Numbering) -> Option<Field> {
    if country.formats.is_empty() {
        return None;
    }
    let (plus, digits) = phone_input::digits_of(&field.text).ok()?;
    let text = write(plus, &digits, country);
    let (mut units, mut before) = (0, 0);
    for c in field.text.chars() {
        units += c.len_utf16();
        if units > field.caret {
            break;
        }
        before += usize::from(phone_input::counts(c));
    }
    // Of separators, those before the caret are the ones that somebody has typed past.
    let mut caret = 0;
    for byte in text.bytes() {
        if before == 0 {
            break;
        }
        caret += 1;
        before -= usize::from(byte == b'+' || byte.is_ascii_digit());
    }
    Some(Field { text, caret })
}

/// The number in groups.
fn write(plus: bool, digits: &str, country: &Numbering) -> String {
    let mut text = String::new();
    if plus {
        text.push('+');
    }
    let start = text.len();
    let grouped = match phone_input::after_exit_code(plus, digits, country) {
        Some((exit, rest)) => international(&mut text, exit, rest, country),
        None => national(&mut text, digits, country),
    };
    if grouped.is_none() {
        // As it is.
        text.truncate(start);
        text.push_str(digits);
    }
    text
}

fn international(text: &mut String, exit: &str, rest: &str, country: &Numbering) -> Option<()> {
    if !exit.is_empty() {
        text.push_str(exit);
        text.push(' ');
    }
    let number = rest.strip_prefix(country.calling_code.as_str());
    let Some(number) = number.filter(|number| !number.is_empty()) else {
        text.push_str(rest);
        return Some(());
    };
    text.push_str(&country.calling_code);
    text.push(' ');
    if number.len() < FEWEST {
        text.push_str(number);
        return Some(());
    }
    group(text, number, find(number, country, |it| it.international)?);
    Some(())
}

fn national(text: &mut String, digits: &str, country: &Numbering) -> Option<()> {
    let first = digits.get(..FEWEST)?;
    let length = |digits| pattern::longest(&country.national_prefix, digits).unwrap_or(0);
    let (short, long) = (length(first), length(digits));
    for prefix in [short, long] {
        // Longer than it seemed at first, it stands apart.
        let done = after_prefix(text, digits, prefix, prefix > short, country);
        if done.is_some() {
            return done;
        }
    }
    None
}

fn after_prefix(
    text: &mut String,
    digits: &str,
    prefix: usize,
    apart: bool,
    country: &Numbering,
) -> Option<()> {
    let (prefix, number) = digits.split_at_checked(prefix)?;
    let short = number.len() < FEWEST;
    let used = |it: &NumberFormat| match prefix {
        "" => it.without_trunk_prefix,
        _ => it.with_trunk_prefix,
    };
    let found = find(number, country, used);
    if found.is_none() && !short {
        return None;
    }
    text.push_str(prefix);
    let apart = apart
        // In North America the 1 always stands apart.
        || prefix == "1"
        || !prefix.is_empty() && found.as_ref().is_some_and(|it| it.0.trunk_prefix_apart);
    if apart {
        text.push(' ');
    }
    match found {
        Some(found) => group(text, number, found),
        None => text.push_str(number),
    }
    Some(())
}

/// The first format that the digits fill, or begin to fill, and whether they do.
fn find<'a>(
    number: &str,
    country: &'a Numbering,
    used: impl Fn(&NumberFormat) -> bool,
) -> Option<(&'a NumberFormat, bool)> {
    let last = number.len().checked_sub(FEWEST)?;
    let mut found = None;
    for format in &country.formats {
        let patterns = &format.leading_digits;
        let pattern = patterns.get(last).or(patterns.last());
        let leads = pattern.is_none_or(|it| pattern::ends(it, number) != 0);
        let (least, most) = places(format);
        if used(format) && leads && number.len() <= most {
            if number.len() >= least {
                return Some((format, true));
            }
            found = found.or(Some((format, false)));
        }
    }
    found
}

/// The fewest and the most digits that it holds.
fn places(format: &NumberFormat) -> (usize, usize) {
    let count = |place| format.shape.bytes().filter(|it| *it == place).count();
    let least = count(b'#');
    (least, least + count(b'0'))
}

/// The digits in the groups of the format.
fn group(text: &mut String, number: &str, (format, full): (&NumberFormat, bool)) {
    let mut spare = match full {
        true => number.len() - places(format).0,
        false => number.len(),
    };
    let mut digits = number.chars();
    for place in format.shape.chars() {
        let digit = match place {
            '0' if spare == 0 => continue,
            '#' | '0' => {
                spare -= usize::from(place == '0');
                digits.next()
            }
            separator if full || !digits.as_str().is_empty() => Some(separator),
            _ => return,
        };
        text.extend(digit);
    }
}

#[cfg(test)]
mod tests;
