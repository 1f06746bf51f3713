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
/// (yet): that is left alone.
pub fn format(field: &Field, country: &Numbering) -> Option<Field> {
    let (plus, digits) = phone_input::digits_of(&field.text).ok()?;
    let text = write(plus, &digits, country);
    let mut units = 0;
    let before = field.text.chars().take_while(|c| {
        units += c.len_utf16();
        units <= field.caret
    });
    let before = before.filter(|c| phone_input::counts(*c)).count();
    // Of separators, those before the caret are the ones that somebody has typed past.
    let mut counted = 0;
    let caret = text.chars().take_while(|c| {
        let within = counted < before;
        counted += usize::from(phone_input::counts(*c));
        within
    });
    let caret = caret.count();
    Some(Field { text, caret })
}

/// The number in groups.
fn write(plus: bool, digits: &str, country: &Numbering) -> String {
    let raw = || [if plus { "+" } else { "" }, digits].concat();
    let (exit, rest) = match phone_input::after_exit_code(plus, digits, country) {
        Some(parts) => parts,
        None => return national(digits, country).unwrap_or_else(raw),
    };
    let exit = if plus {
        "+".to_owned()
    } else {
        [exit, " "].concat()
    };
    match rest.strip_prefix(country.calling_code.as_str()) {
        Some("") | None => [&exit, rest].concat(),
        Some(number) => {
            let code = [&exit, country.calling_code.as_str(), " "].concat();
            if number.len() < FEWEST {
                return code + number;
            }
            match group(number, country, |it| it.international) {
                Some((grouped, _)) => code + &grouped,
                None => raw(),
            }
        }
    }
}

fn national(digits: &str, country: &Numbering) -> Option<String> {
    let first = digits.get(..FEWEST)?;
    let length = |digits| pattern::longest(&country.national_prefix, digits).unwrap_or(0);
    let (short, long) = (length(first), length(digits));
    after_prefix(digits, short, "", country).or_else(|| {
        // Longer than it seemed at first.
        (long > short).then(|| after_prefix(digits, long, " ", country))?
    })
}

fn after_prefix(digits: &str, prefix: usize, gap: &str, country: &Numbering) -> Option<String> {
    let (prefix, number) = digits.split_at_checked(prefix)?;
    // In North America the 1 always stands apart.
    let gap = if prefix == "1" { " " } else { gap };
    if number.len() < FEWEST {
        return Some([prefix, gap, number].concat());
    }
    let (grouped, format) = group(number, country, |it| match prefix {
        "" => it.without_trunk_prefix,
        _ => it.with_trunk_prefix,
    })?;
    let apart = format.trunk_prefix_apart && !prefix.is_empty() && gap.is_empty();
    Some([prefix, gap, if apart { " " } else { "" }, &grouped].concat())
}

/// The digits in the groups of the first format that they fill, or that they begin to fill.
fn group<'a>(
    number: &str,
    country: &'a Numbering,
    used: impl Fn(&NumberFormat) -> bool,
) -> Option<(String, &'a NumberFormat)> {
    let fits = |it: &&NumberFormat| {
        let patterns = &it.leading_digits;
        let at = (number.len() - FEWEST).min(patterns.len().saturating_sub(1));
        let leads = patterns
            .get(at)
            .is_none_or(|it| pattern::ends(it, number) != 0);
        used(it) && leads && number.len() <= places(it).1
    };
    let fitting = || country.formats.iter().filter(fits);
    let full = fitting().find(|it| number.len() >= places(it).0);
    let format = full.or_else(|| fitting().next())?;
    Some((fill(number, format, full.is_some()), format))
}

/// The fewest and the most digits that it holds.
fn places(format: &NumberFormat) -> (usize, usize) {
    let least = format.shape.matches('#').count();
    (least, least + format.shape.matches('0').count())
}

fn fill(number: &str, format: &NumberFormat, full: bool) -> String {
    let mut spare = match full {
        true => number.len() - places(format).0,
        false => usize::MAX,
    };
    let mut digits = number.chars().peekable();
    let mut filled = String::new();
    for place in format.shape.chars() {
        match place {
            '0' if spare == 0 => {}
            '#' | '0' => {
                if place == '0' {
                    spare -= 1;
                }
                filled.extend(digits.next());
            }
            separator if full || digits.peek().is_some() => filled.push(separator),
            _ => break,
        }
    }
    filled
}

#[cfg(test)]
mod tests;
