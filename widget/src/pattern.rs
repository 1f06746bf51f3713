//! How far does the beginning of a number fit a pattern?
//!
//! The patterns of [`protocol::numbering`] are digits, `\d`, `[2-57]`, `|`, groups, `?`, `{2}` and `{2,3}`. All ways to fit are
//! followed at once, so that nothing is tried twice. Not here: what the patterns are for (`as_you_type`, `phone_input`).

/// The longest number that is looked at.
const LONGEST: u32 = 30;

/// Where what fits may end: bit `n` is set if the first `n` digits fit.
pub(crate) fn ends(pattern: &str, digits: &str) -> u32 {
    any_of(&mut pattern.as_bytes(), digits.as_bytes(), 1)
}

/// The most digits that fit; none, if not even the first ones do.
pub(crate) fn longest(pattern: &str, digits: &str) -> Option<usize> {
    ends(pattern, digits)
        .checked_ilog2()
        .map(|end| end as usize)
}

/// `from` and what is returned are sets of places in the number, before and after. Stops at the end of the group.
fn any_of(pattern: &mut &[u8], digits: &[u8], from: u32) -> u32 {
    let mut to = one_after_the_other(pattern, digits, from);
    while skip(pattern, b"|") {
        to |= one_after_the_other(pattern, digits, from);
    }
    to
}

fn one_after_the_other(pattern: &mut &[u8], digits: &[u8], from: u32) -> u32 {
    let mut places = from;
    while !matches!(pattern.first(), None | Some(b'|' | b')')) {
        let start = *pattern;
        let once = one(pattern, digits, places);
        let (least, most) = times(pattern);
        let mut to = if least == 0 { places } else { 0 };
        places = once;
        for time in 1..=most {
            if time >= least {
                to |= places;
            }
            places = one(&mut &*start, digits, places);
        }
        places = to;
    }
    places
}

/// A group, or one digit.
fn one(pattern: &mut &[u8], digits: &[u8], from: u32) -> u32 {
    if skip(pattern, b"(") {
        skip(pattern, b"?:");
        let to = any_of(pattern, digits, from);
        skip(pattern, b")");
        return to;
    }
    let wanted = class(pattern);
    let fits = |place: &u32| {
        let digit = digits.get(*place as usize);
        from >> place & 1 == 1 && digit.is_some_and(|digit| wanted >> (digit & 15) & 1 == 1)
    };
    (0..LONGEST).filter(fits).map(|place| 2 << place).sum()
}

/// The digits that do: bit `n` stands for `n`.
fn class(pattern: &mut &[u8]) -> u16 {
    let mut class = 0;
    match next(pattern) {
        b'\\' => {
            next(pattern);
            0x3ff
        }
        b'[' => {
            let mut last = 0;
            loop {
                match next(pattern) {
                    b']' | 0 => return class,
                    b'-' => {
                        for digit in last..=next(pattern) & 15 {
                            class |= 1 << digit;
                        }
                    }
                    digit => {
                        last = digit & 15;
                        class |= 1 << last;
                    }
                }
            }
        }
        digit => 1 << (digit & 15),
    }
}

/// How often what stands before may come, at least and at most.
fn times(pattern: &mut &[u8]) -> (u32, u32) {
    if skip(pattern, b"?") {
        return (0, 1);
    }
    if !skip(pattern, b"{") {
        return (1, 1);
    }
    let least = number(pattern);
    let most = if skip(pattern, b",") {
        number(pattern)
    } else {
        least
    };
    skip(pattern, b"}");
    (least, most.min(LONGEST))
}

fn number(pattern: &mut &[u8]) -> u32 {
    let mut number = 0;
    while let Some(digit @ b'0'..=b'9') = pattern.first() {
        number = number * 10 + u32::from(digit & 15);
        next(pattern);
    }
    number
}

fn skip(pattern: &mut &[u8], what: &[u8]) -> bool {
    let rest = pattern.strip_prefix(what);
    *pattern = rest.unwrap_or(pattern);
    rest.is_some()
}

fn next(pattern: &mut &[u8]) -> u8 {
    let (first, rest) = pattern.split_first().unwrap_or((&0, &[]));
    *pattern = rest;
    *first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_as_far_as_a_regular_expression_would() {
        let cases: [(&str, &str, &[u32]); 16] = [
            ("0", "0912", &[1]),
            ("0", "912", &[]),
            ("", "912", &[0]),
            (r"\d{3}", "9123", &[3]),
            (r"\d{3}", "91", &[]),
            ("9[1-35]", "925", &[2]),
            ("9[1-35]", "945", &[]),
            ("[358]9", "89", &[2]),
            ("0|80?", "801", &[1, 2]),
            ("0|80?", "81", &[1]),
            (r"00(?:4(?:[14]4|56)|[579])", "0045612", &[5]),
            (r"00(?:4(?:[14]4|56)|[579])", "005612", &[3]),
            (r"0?(?:(11|22[02])15)?", "01115234", &[0, 1, 5]),
            (r"(?:0|90)(?:(1[245]|31)(\d{3,4}))?", "0311234", &[1, 6, 7]),
            (r"0[0-3]\d", "0391", &[3]),
            (r"1\d?2{1,2}", "1222", &[2, 3, 4]),
        ];
        for (pattern, digits, expected) in cases {
            let found = ends(pattern, digits);
            let found: Vec<_> = (0..32).filter(|end| found >> end & 1 == 1).collect();
            assert_eq!(found, expected, "{pattern} {digits}");
            assert_eq!(
                longest(pattern, digits),
                expected.last().map(|it| *it as usize)
            );
        }
    }

    #[test]
    fn a_pattern_of_another_kind_does_no_harm() {
        for pattern in [
            "(",
            ")",
            "[",
            "[0-",
            "{",
            "0{",
            "0{9999999}",
            "\\",
            "|",
            "a*",
            "(?:0",
            "0{1,",
        ] {
            ends(
                pattern,
                "0912345678901234567890123456789012345678901234567890",
            );
        }
    }
}
