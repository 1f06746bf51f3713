//! What does somebody hear who does not see the element?
//!
//! The accessibility tree as Chromium hands it to a screen reader, screen by screen, in a language of each direction, kept in
//! `tests/transcripts`. Whoever changes what is heard sees it there: `SMS_LOGIN_TRANSCRIPTS=write cargo test --features tests/end-to-end
//! --test in_browser heard` writes them anew. Not here: what a certain screen reader makes of it.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::{Value, json};
use tests::numbers;

use crate::line;
use crate::page::Page;
use crate::window::in_window;

/// Holds other nodes together and is not heard itself.
const SILENT: [&str; 6] = [
    "generic",
    "none",
    "InlineTextBox",
    "LabelText",
    "paragraph",
    "LineBreak",
];
/// What is heard of a node besides its name, where it is so.
const PROPERTIES: [&str; 6] = [
    "focused", "invalid", "required", "disabled", "readonly", "live",
];

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools show what is heard"
)]
fn r74_what_is_heard_of_a_login_in_english() {
    compares("en");
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools show what is heard"
)]
fn r74_what_is_heard_of_a_login_in_arabic() {
    compares("ar");
}

fn compares(language: &'static str) {
    in_window(move |page| async move {
        let heard = a_login(&page, language).await;
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("transcripts")
            .join(language)
            .with_extension("txt");
        if env::var("SMS_LOGIN_TRANSCRIPTS").is_ok_and(|wish| wish == "write") {
            fs::write(&file, &heard).expect("the folder is there");
        }
        let kept = fs::read_to_string(&file).expect("there is a transcript");
        assert_eq!(heard, kept, "{}", file.display());
    });
}

/// A login with a mistake at every step, and what is heard at each.
async fn a_login(page: &Page, language: &str) -> String {
    let phone = numbers::fresh();
    let mut heard = String::new();
    page.goes_to(line().origin()).await;
    page.until("find('#number')").await;
    page.runs(&format!("element.lang = {}", json!(language)))
        .await;
    page.until(&format!(
        "find('h2').closest('form').lang === {}",
        json!(language)
    ))
    .await;
    page.tabs_to("#number").await;
    page.devtools("Accessibility.enable", json!({})).await;
    for (screen, number, then) in [
        ("asks for the number", "", "find('#number')"),
        (
            "was given half a number",
            "091",
            "text('[role=alert]') !== ''",
        ),
        (
            "asks for the code",
            phone.as_str(),
            "focused()?.id === 'code'",
        ),
    ] {
        if !number.is_empty() {
            page.asks_for_a_code(number).await;
        }
        page.until(then).await;
        writes(&mut heard, screen, page).await;
    }
    let code = line().telephone().code(&phone);
    page.types_the_code(&numbers::wrong(&code)).await;
    page.until("text('[role=alert]') !== ''").await;
    writes(&mut heard, "was given a wrong code", page).await;
    page.types_the_code(&code).await;
    page.until("element.state === 'signed-in'").await;
    writes(&mut heard, "let them in", page).await;
    heard
}

async fn writes(heard: &mut String, screen: &str, page: &Page) {
    let form = json!({ "expression": "document.querySelector('sms-login').shadowRoot.querySelector('form')" });
    let form = page.devtools("Runtime.evaluate", form).await;
    let form = json!({ "objectId": form["result"]["objectId"] });
    let tree = page.devtools("Accessibility.queryAXTree", form).await;
    writeln!(heard, "The element {screen}").expect("a String takes all");
    for node in tree["nodes"].as_array().expect("a tree has nodes") {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if node["ignored"] == true || SILENT.contains(&role) {
            continue;
        }
        let mut line = format!("  {role}");
        for (before, what) in [
            (" ", "name"),
            (", described as ", "description"),
            (", holding ", "value"),
        ] {
            let said = node[what]["value"].as_str().unwrap_or_default();
            if !said.is_empty() {
                write!(line, "{before}\"{}\"", settled(said)).expect("a String takes all");
            }
        }
        for property in node["properties"].as_array().into_iter().flatten() {
            let (name, value) = (&property["name"], &property["value"]["value"]);
            let name = name.as_str().unwrap_or_default();
            let no = [json!(false), json!("false"), json!("off"), Value::Null];
            if PROPERTIES.contains(&name) && !no.contains(value) {
                let words = value.as_str().filter(|words| *words != "true");
                write!(
                    line,
                    ", {name}{}",
                    words.map(|words| format!(" {words}")).unwrap_or_default()
                )
                .expect("a String takes all");
            }
        }
        // The text of a button is its name, which was just said.
        let said = line.trim_start_matches("  StaticText");
        let again = said != line && heard.lines().last().is_some_and(|last| last.contains(said));
        if !again {
            writeln!(heard, "{line}").expect("a String takes all");
        }
    }
}

/// Without what differs from one login to the next: the number, which the field writes in groups, and how much time is left.
fn settled(said: &str) -> String {
    let mut settled = String::new();
    let mut rest = said;
    let mut letters = said.chars();
    while let Some(c) = letters.next() {
        let number = rest.strip_prefix("+385");
        let clock = rest.split_once(':').filter(|(minutes, seconds)| {
            let are_digits =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            are_digits(minutes) && seconds.get(..2).is_some_and(are_digits)
        });
        if let Some(number) = number {
            settled += "+385…";
            rest = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        } else if let Some((_, seconds)) = clock {
            settled += "0:00";
            rest = seconds.trim_start_matches(|c: char| c.is_ascii_digit());
        } else {
            settled.push(c);
            rest = letters.as_str();
            continue;
        }
        letters = rest.chars();
    }
    settled
}
