//! Does the element speak the page's language, and is the text that arrives in it, too?
//!
//! Not here: that every language says everything (`widget/src/texts`).

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::numbers;

use crate::line;
use crate::page::Page;
use crate::window::in_window;

/// What is said in a language.
fn texts(language: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/languages");
    let json = fs::read(folder.join(language).with_extension("json"));
    serde_json::from_slice(&json.expect("there is such a language")).expect("it is JSON")
}

/// Every language there is.
pub(crate) fn languages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/languages");
    let files = fs::read_dir(folder).expect("there are languages");
    let name = |file: std::io::Result<fs::DirEntry>| {
        let path = file.expect("the folder can be read").path();
        let stem = path.file_stem().expect("it has a name");
        stem.to_string_lossy().into_owned()
    };
    files.map(name).collect()
}

/// Whether a language is read from the left, `ltr`, or from the right.
pub(crate) fn direction(language: &str) -> Value {
    texts(language)["dir"].clone()
}

impl Page {
    /// The page, and the element in it, are in this language from now on.
    pub(crate) async fn speaks(&self, language: &str) {
        let said = texts(language);
        let root = json!({ "lang": language, "dir": said["dir"] });
        let (language, spoken) = (json!(language), &said["lang"]);
        self.runs(&format!(
            "Object.assign(document.documentElement, {root}); element.lang = {language};"
        ))
        .await;
        self.until(&format!("find('h2').closest('form').lang === {spoken}"))
            .await;
    }
}

/// The heading, with the site's name in the place that it leaves open: apart from what runs the other way.
fn title(texts: &Value) -> String {
    let value = match texts["dir"].as_str() {
        Some("rtl") => "\u{2068}Bura\u{2069}",
        _ => "Bura",
    };
    let sentence = texts["titleWithSite"].as_str().expect("a text is text");
    let (before, rest) = sentence.split_once('{').expect("it leaves a place open");
    let (_, after) = rest.split_once('}').expect("the place ends");
    [before, value, after].concat()
}

#[test]
fn the_element_speaks_each_of_its_languages_in_the_direction_in_which_it_is_read() {
    in_window(|page| async move {
        page.goes_to(line().origin()).await;
        page.sees("h2", "Sign in to Bura").await;
        for language in languages() {
            let said = texts(&language);
            page.runs(&format!("element.lang = {}", json!(language)))
                .await;
            page.sees("h2", &title(&said)).await;
            page.sees("label", said["numberLabel"].as_str().unwrap())
                .await;
            page.sees("[type=submit]", said["send"].as_str().unwrap())
                .await;
            let direction = page.value("getComputedStyle(find('h2')).direction").await;
            assert_eq!(direction, said["dir"], "{language}");
            let named = page.value("find('h2').closest('[lang]').lang").await;
            assert_eq!(named, said["lang"]);
        }
    });
}

#[test]
fn a_language_without_a_file_is_spoken_as_its_nearest_one() {
    in_window(|page| async move {
        page.goes_to(line().origin()).await;
        page.sees("h2", "Sign in to Bura").await;
        let cases = [
            ("de-AT", "de"),
            ("pt-BR", "pt"),
            ("pt-PT", "pt-PT"),
            ("zh-TW", "zh-Hant"),
            ("zh-HK", "zh-Hant"),
            ("zh-Hans-SG", "zh"),
            ("no", "nb"),
            ("nn-NO", "nb"),
            ("iw", "he"),
            ("sr-Latn-RS", "sr"),
            ("eo", "en"),
            ("not a language", "en"),
        ];
        for (wanted, spoken) in cases {
            page.runs(&format!("element.lang = {}", json!(wanted)))
                .await;
            page.sees("h2", &title(&texts(spoken))).await;
        }
    });
}

#[test]
fn the_text_that_arrives_is_in_the_pages_language() {
    in_window(|page| async move {
        for (language, expected) in [("de-CH", "ist Ihr Code"), ("ja", "is your code")] {
            let phone = numbers::fresh();
            page.goes_to(line().origin()).await;
            page.sees("h2", "Sign in to Bura").await;
            page.runs(&format!("element.lang = {}", json!(language)))
                .await;
            // Not before its file is there.
            let nearest = language.split('-').next().unwrap_or(language);
            page.sees("h2", &title(&texts(nearest))).await;
            page.asks_for_a_code(&phone).await;
            page.sees("bdi", &phone).await;
            let text = &line().telephone().texts(&phone)[0].text;
            assert!(text.contains(expected), "{language}: {text}");
        }
    });
}

#[test]
fn a_page_may_say_it_otherwise_and_its_words_are_only_words() {
    in_window(|page| async move {
        page.goes_to(line().origin()).await;
        page.sees("h2", "Sign in to Bura").await;
        let own = json!({
            "titleWithSite": "Welcome to {site}, <b>dear</b> kite flyer",
            "send": "Off we go",
            "triesLeft": { "one": "Last chance!", "other": "No. {tries} more." },
            "noSuchText": "never seen",
        });
        page.runs(&format!("element.texts = {own}")).await;
        page.sees("h2", "Welcome to Bura, <b>dear</b> kite flyer")
            .await;
        page.sees("[type=submit]", "Off we go").await;
        page.sees("label", "Mobile number").await;

        let phone = numbers::fresh();
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        let wrong = numbers::wrong(&line().telephone().code(&phone));
        page.types_the_code(&wrong).await;
        page.sees("[role=alert]", "No. 4 more.").await;
        // In another language what the page says stands, and the rest is translated.
        page.runs("element.lang = 'de'").await;
        page.sees("[role=alert]", "No. 4 more.").await;
        page.sees("label", "Code").await;
        page.sees("[type=submit]", texts("de")["verify"].as_str().unwrap())
            .await;
    });
}
