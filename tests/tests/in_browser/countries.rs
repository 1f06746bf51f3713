//! How does a person type a number from anywhere?
//!
//! With the keyboard alone. Not here: what every country's numbers look like (`widget`).

use fantoccini::key::Key;
use serde_json::json;

use crate::line;
use crate::page::Page;
use crate::window::in_window;

/// At the field of the number, once its country is there.
async fn at_number(page: &Page) {
    page.goes_to(line().origin()).await;
    page.until("find('#number')").await;
    is_from(page, "Croatia +385").await;
}

async fn is_from(page: &Page, country: &str) {
    let label = json!(format!("Country: {country}"));
    page.until(&format!("find('[part=country]')?.ariaLabel === {label}"))
        .await;
}

/// What stands in the field, with its caret.
async fn reads(page: &Page, number: &str) {
    let caret = "((at) => focused().value.slice(0, at) + '|' + focused().value.slice(at))(focused().selectionStart)";
    page.until(&format!("{caret} === {}", json!(number))).await;
}

async fn points_at(page: &Page, name: &str) {
    let name = json!(name);
    page.until(&format!(
        "text('[role=option][aria-selected=true] [dir=auto]') === {name}
         && find('#search').getAttribute('aria-activedescendant') === find('[aria-selected=true]').id"
    ))
    .await;
}

#[test]
fn somebody_from_elsewhere_chooses_their_country_and_gets_a_code() {
    in_window(|page| async move {
        at_number(&page).await;
        page.tabs_to("[part=country]").await;
        page.enters().await;
        page.until("focused()?.id === 'search'").await;
        points_at(&page, "Croatia").await;
        let served = page.value("element.shadowRoot.querySelectorAll('[role=option]').length");
        assert_eq!(served.await, json!(13));
        for (key, name) in [
            (Key::Down, "France"),
            (Key::Up, "Croatia"),
            (Key::End, "United States"),
            (Key::Down, "Austria"),
            (Key::Up, "United States"),
            (Key::Home, "Austria"),
        ] {
            page.hits(key).await;
            points_at(&page, name).await;
        }
        for (searched, name) in [
            ("king", "United Kingdom"),
            ("SWE", "Sweden"),
            ("jp", "Japan"),
            ("+46", "Sweden"),
        ] {
            page.clears().await;
            page.types(searched).await;
            points_at(&page, name).await;
        }
        page.enters().await;
        is_from(&page, "Sweden +46").await;
        page.until("focused()?.id === 'number'").await;
        page.until("text('#number-hint').includes('070-123 45 67')")
            .await;
        page.types("0701740617").await;
        reads(&page, "070-174 06 17|").await;
        page.enters().await;
        page.sees("bdi", "+46701740617").await;
    });
}

#[test]
fn whoever_finds_no_country_goes_back_to_where_they_were() {
    in_window(|page| async move {
        at_number(&page).await;
        page.tabs_to("[part=country]").await;
        page.enters().await;
        points_at(&page, "Croatia").await;
        page.types("atlantis").await;
        page.sees("#countries [role=status]", "No such country")
            .await;
        page.enters().await;
        page.hits(Key::Escape).await;
        page.until("!find('#search') && focused()?.id === 'country'")
            .await;
        is_from(&page, "Croatia +385").await;
        // The tab key goes on as if the list had not been there, and the next search is a new one.
        page.enters().await;
        points_at(&page, "Croatia").await;
        page.hits(Key::Tab).await;
        page.until("!find('#search') && focused()?.id === 'number'")
            .await;
    });
}

#[test]
fn a_number_that_begins_with_a_calling_code_says_where_it_is_from() {
    in_window(|page| async move {
        at_number(&page).await;
        page.tabs_to("#number").await;
        for (typed, country, shown) in [
            ("+447400123456", "United Kingdom +44", "+44 7400 123456|"),
            ("+12015550123", "United States +1", "+1 201-555-0123|"),
            ("00385911234567", "Croatia +385", "00 385 91 123 4567|"),
            ("+39", "Italy +39", "+39|"),
            // Nobody is served there.
            ("+47406", "Italy +39", "+47406|"),
        ] {
            page.types(typed).await;
            is_from(&page, country).await;
            reads(&page, shown).await;
            page.clears().await;
        }
        // A number with its code goes along when the country is chosen.
        page.types("+39 312").await;
        page.tabs_back_to("[part=country]").await;
        page.enters().await;
        points_at(&page, "Italy").await;
        page.types("hr").await;
        points_at(&page, "Croatia").await;
        page.enters().await;
        is_from(&page, "Croatia +385").await;
        page.until("find('#number').value.replace(/ /g, '') === '+385312'")
            .await;
    });
}

#[test]
fn digits_are_typed_and_deleted_as_if_nobody_put_spaces_between_them() {
    in_window(|page| async move {
        at_number(&page).await;
        page.tabs_to("#number").await;
        page.types("0911234567").await;
        reads(&page, "091 123 4567|").await;
        for shown in ["091 123 456|", "091 123 45|", "091 123 4|", "091 123|"] {
            page.hits(Key::Backspace).await;
            reads(&page, shown).await;
        }
        page.types("4567").await;
        for _ in 0..4 {
            page.hits(Key::Left).await;
        }
        reads(&page, "091 123 |4567").await;
        // Beyond the space.
        page.hits(Key::Backspace).await;
        reads(&page, "091 12|4 567").await;
        page.types("9").await;
        reads(&page, "091 129| 4567").await;
        page.hits(Key::Delete).await;
        reads(&page, "091 129| 567").await;
        page.hits(Key::Home).await;
        page.hits(Key::Delete).await;
        page.hits(Key::Delete).await;
        page.types("+3859").await;
        reads(&page, "+385 9|1 129 567").await;
    });
}
