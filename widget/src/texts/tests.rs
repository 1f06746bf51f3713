//! Does every language say everything, and is what it leaves open filled in?
//!
//! Not here: whether it is good style. That is for people who speak it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::*;

/// One file of `languages/`: its name, its keys in their order, its texts.
struct Language {
    name: String,
    keys: Vec<String>,
    texts: BTreeMap<String, Value>,
}

fn languages() -> Vec<Language> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("languages");
    let files = fs::read_dir(folder).expect("the languages are there");
    files
        .map(|file| {
            let path = file.expect("the folder can be read").path();
            let json = fs::read_to_string(&path).expect("a language is text");
            let key = |line: &str| Some(line.strip_prefix("  \"")?.split_once('"')?.0.to_owned());
            Language {
                name: path
                    .file_stem()
                    .expect("it has a name")
                    .to_string_lossy()
                    .into(),
                keys: json.lines().filter_map(key).collect(),
                texts: serde_json::from_str(&json).expect("a language is JSON"),
            }
        })
        .collect()
}

impl Language {
    /// The forms of a text: one, or one for each way to count.
    fn forms(&self, key: &str) -> Vec<&str> {
        match &self.texts[key] {
            Value::String(text) => vec![text],
            Value::Object(forms) => forms.values().filter_map(Value::as_str).collect(),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => {
                panic!("{}: {key} is {other}", self.name)
            }
        }
    }

    /// As `element.js` hands them over, in a language that counts as English does.
    fn in_order(&self) -> Texts {
        let mut texts: Vec<String> = self
            .keys
            .iter()
            .filter_map(|key| Some(self.texts[key].as_str()?.to_owned()))
            .collect();
        let forms = &self.texts["triesLeft"];
        texts.extend((1..=COUNTED).map(|tries| {
            let form = if tries == 1 {
                &forms["one"]
            } else {
                &forms["other"]
            };
            fill(form.as_str().unwrap_or_default(), &tries.to_string())
        }));
        Texts(texts.join("\0"))
    }
}

fn english() -> Language {
    let english = languages()
        .into_iter()
        .find(|language| language.name == "en");
    english.expect("there is English")
}

/// The names of the places that a text leaves open, in the order in which they come.
fn places(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

#[test]
fn every_language_says_everything_in_the_order_in_which_texts_are_found() {
    let expected: Vec<String> = NAMES
        .iter()
        .map(|name| {
            let (first, rest) = name.split_at(1);
            [first.to_lowercase().as_str(), rest].concat()
        })
        .collect();
    let languages = languages();
    assert!(languages.len() >= 20, "{} languages", languages.len());
    for language in languages {
        assert_eq!(language.keys, expected, "{}", language.name);
        // Serbian is written in two scripts, and says in which one it is here.
        let script = if language.name == "sr" { "-Latn" } else { "" };
        assert_eq!(language.texts["lang"], [&*language.name, script].concat());
        let right_to_left = ["ar", "fa", "he", "ur"].contains(&&*language.name);
        assert_eq!(
            language.texts["dir"] == "rtl",
            right_to_left,
            "{}",
            language.name
        );
    }
}

#[test]
fn every_translation_leaves_the_same_places_open() {
    let english = english();
    for language in languages() {
        for key in &english.keys {
            let expected = places(english.forms(key).pop().unwrap_or_default());
            for form in language.forms(key) {
                assert!(!form.trim().is_empty(), "{}: {key}", language.name);
                assert!(
                    !form.contains(['<', '\n']),
                    "{}: {key}: {form}",
                    language.name
                );
                // A word may count as well as a digit.
                let in_words = key == "triesLeft" && places(form).is_empty();
                assert!(
                    in_words || places(form) == expected,
                    "{}: {key}: {form}",
                    language.name
                );
            }
        }
    }
}

#[test]
fn every_problem_has_a_sentence_that_ends() {
    let texts = english().in_order();
    for (code, by_email) in ProblemCode::ALL
        .iter()
        .flat_map(|code| [(code, false), (code, true)])
    {
        let sentence = texts.get(problem(*code, by_email));
        assert!(sentence.ends_with('.'), "{code:?}: {sentence}");
        assert!(sentence.len() > 15, "{code:?}: {sentence}");
    }
}

#[test]
fn tries_are_counted_in_words_that_agree() {
    let texts = english().in_order();
    let cases = [
        (Some(9), "That is not the code. You have 9 tries left."),
        (Some(2), "That is not the code. You have 2 tries left."),
        (Some(1), "That is not the code. You have one try left."),
        (Some(10), "That is not the code."),
        (Some(0), "That is not the code."),
        (None, "That is not the code."),
    ];
    for (tries_left, expected) in cases {
        let code = ProblemCode::WrongCode;
        let said = texts.notice(Notice::Refused { code, tries_left }, false);
        assert_eq!(said, expected, "{tries_left:?}");
    }
}

#[test]
fn seconds_are_written_as_a_clock() {
    for (seconds, expected) in [(0, "0:00"), (9, "0:09"), (61, "1:01"), (600, "10:00")] {
        assert_eq!(clock(seconds), expected);
    }
}

#[test]
fn a_sites_name_is_in_the_heading_whatever_it_is() {
    let texts = english().in_order();
    let mut flow = Flow::new(true, true);
    flow.screen = Screen::Phone;
    assert_eq!(texts.title(&flow, None), "Sign in");
    for name in ["Halm", "{site}", "<b>"] {
        let title = texts.title(&flow, Some(name));
        assert_eq!(title, ["Sign in to ", name].concat());
    }
    flow.ticket = Some("+385 … 67".into());
    assert_eq!(texts.title(&flow, Some("Halm")), "Confirm that it is you");
}

#[test]
fn in_a_language_from_right_to_left_what_is_filled_in_keeps_its_own_direction() {
    let arabic = languages()
        .into_iter()
        .find(|language| language.name == "ar");
    let texts = arabic.expect("there is Arabic").in_order();
    let hint = texts.with(Text::NumberHint, "091 234 5678");
    assert!(hint.contains("\u{2068}091 234 5678\u{2069}"), "{hint}");
}

#[test]
fn a_button_that_waits_says_how_long() {
    let texts = english().in_order();
    assert_eq!(texts.button(Text::Resend, 0), "Send it again");
    assert_eq!(texts.button(Text::Resend, 61), "Send it again in 1:01");
}

#[test]
fn a_page_that_leaves_a_place_out_loses_only_that() {
    let sentences = ["Go", "{a} and", "and {a", "a} and", ""];
    let filled = sentences.map(|sentence| fill(sentence, "X"));
    assert_eq!(filled, ["Go", "X and", "and {a", "a} and", ""]);
}
