//! What does the message say once the placeholders are filled?

use std::collections::BTreeMap;

use crate::errors::ApiError;
use crate::switches::{Switches, UnfilledPlaceholder};

/// Where the PIN goes.
pub(crate) const PIN_PLACEHOLDER: &str = "{{pin}}";

/// Fills in the PIN and the call's placeholders, in one pass: a value that looks like a placeholder stays as it is.
pub(crate) fn render(
    template: &str,
    pin: &str,
    placeholders: &BTreeMap<String, String>,
    switches: &Switches,
) -> Result<String, ApiError> {
    let mut text = String::new();
    let mut rest = template;
    let mut pin_is_filled = false;
    while let Some((before, name, after)) = next_placeholder(rest) {
        text.push_str(before);
        rest = after;
        let value = if name != "pin" {
            placeholders.get(name).map(String::as_str)
        } else if pin_is_filled && !switches.every_pin_filled {
            None
        } else {
            pin_is_filled = true;
            Some(pin)
        };
        match (value, switches.unfilled_placeholder) {
            (Some(value), _) => text.push_str(value),
            (None, UnfilledPlaceholder::Keep) => text.push_str(&format!("{{{{{name}}}}}")),
            (None, UnfilledPlaceholder::Empty) => {}
            (None, UnfilledPlaceholder::Reject) => {
                let path = format!("placeholders.{name}");
                return Err(ApiError::violation(&path, "property not found or blank"));
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn placeholders_are_filled_once() {
        let switches = Options::default().switches;
        let cases = [
            ("Your pin is {{pin}}", "Your pin is 0042"),
            (
                "Vaš kôd: {{pin}}\n\n@a.example #{{pin}}",
                "Vaš kôd: 0042\n\n@a.example #0042",
            ),
            ("{{name}}: {{pin}}", "{{pin}}: 0042"),
            ("{{other}} {{pin}}", "{{other}} 0042"),
            ("{{pin}} {{", "0042 {{"),
            ("}} {{pin}}", "}} 0042"),
        ];
        let placeholders = BTreeMap::from([("name".to_owned(), "{{pin}}".to_owned())]);
        for (template, expected) in cases {
            let text = render(template, "0042", &placeholders, &switches).unwrap();
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn a_placeholder_without_a_value_obeys_the_switch() {
        let mut switches = Options::default().switches;
        let cases = [
            (UnfilledPlaceholder::Keep, Ok("Hi {{name}} 1".to_owned())),
            (UnfilledPlaceholder::Empty, Ok("Hi  1".to_owned())),
            (
                UnfilledPlaceholder::Reject,
                Err(ApiError::violation(
                    "placeholders.name",
                    "property not found or blank",
                )),
            ),
        ];
        for (switch, expected) in cases {
            switches.unfilled_placeholder = switch;
            let text = render("Hi {{name}} {{pin}}", "1", &BTreeMap::new(), &switches);
            assert_eq!(text, expected, "{switch:?}");
        }
    }

    #[test]
    fn the_second_pin_can_be_left_unfilled() {
        let mut switches = Options::default().switches;
        switches.every_pin_filled = false;
        let text = render("{{pin}} #{{pin}}", "7", &BTreeMap::new(), &switches).unwrap();
        assert_eq!(text, "7 #{{pin}}");
    }
}
