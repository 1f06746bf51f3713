//! Does a person get in, stay in and get out?
//!
//! Not here: what goes wrong on the way (`complaints`).

use serde_json::json;
use tests::numbers;

use crate::line;
use crate::window::in_window;

const SIGNED_IN: &str = "You are signed in to Bura";

#[test]
fn somebody_signs_in_with_the_keyboard_alone_stays_in_and_signs_out() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.sees("sms-login h2, h2", "Sign in to Bura").await;
        // As people of that country write it.
        let national = phone.replacen("+385", "0", 1);
        page.asks_for_a_code(&national).await;
        page.sees("bdi", &phone).await;

        // The code is read from the telephone that the page draws.
        let notification = format!(
            "[...document.querySelectorAll('#messages li')].find((item) => item.querySelector('.to').textContent === {})",
            json!(format!("to {phone}"))
        );
        page.until(&notification).await;
        let text = page
            .value(&format!(
                "{notification}.querySelector('.text').textContent"
            ))
            .await;
        let (_, code) = text.as_str().unwrap().rsplit_once('#').unwrap();
        assert_eq!(code, line().telephone().code(&phone));
        page.types_the_code(code).await;
        page.sees("h2", SIGNED_IN).await;
        assert_eq!(page.value("document.cookie").await, "", "R43");

        page.reloads().await;
        page.sees("h2", SIGNED_IN).await;

        page.tabs_to(".onward").await;
        page.enters().await;
        page.sees("#greeting", "A new locker, just for you").await;
        let session = page
            .awaits("fetch('/v1/session').then((reply) => reply.json())")
            .await;
        page.sees("#subject", session["subject"].as_str().unwrap())
            .await;

        page.tabs_to("#sign-out").await;
        page.enters().await;
        page.sees("h2", "Sign in to Bura").await;
        // Nobody is let in to the account by its address either.
        page.goes_to(&format!("{}/account.html", line().origin()))
            .await;
        page.sees("h2", "Sign in to Bura").await;
        assert_eq!(line().telephone().texts(&phone).len(), 1);
    });
}

#[test]
fn somebody_signs_out_where_they_signed_in() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", SIGNED_IN).await;
        page.clicks("Sign out").await;
        page.sees("h2", "Sign in to Bura").await;
        page.reloads().await;
        page.sees("h2", "Sign in to Bura").await;
    });
}

#[test]
fn somebody_takes_another_number_and_the_first_code_is_worth_nothing() {
    in_window(|page| async move {
        let (mistyped, phone) = (numbers::fresh(), numbers::fresh());
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&mistyped).await;
        page.sees("bdi", &mistyped).await;
        page.clicks("Use another number").await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&mistyped))
            .await;
        page.sees(
            "[role=alert]",
            "That is not the code. You have 4 tries left.",
        )
        .await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", SIGNED_IN).await;
        assert_eq!(line().telephone().asked("verify", &mistyped), 0);
    });
}

#[test]
fn r75_an_impatient_person_is_sent_one_text() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.tabs_to("#number").await;
        page.types(&format!("{phone}\u{e007}\u{e007}\u{e007}"))
            .await;
        page.sees("bdi", &phone).await;
        assert_eq!(line().telephone().asked("send", &phone), 1);
        page.runs("find('[type=submit]').click(); find('[type=submit]').click();")
            .await;
        assert_eq!(line().telephone().asked("verify", &phone), 0);
    });
}

#[test]
fn r67_the_page_keeps_nothing_of_a_person_who_is_in() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/themed.html", line().origin()))
            .await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        let code = line().telephone().code(&phone);
        page.types_the_code(&code).await;
        page.sees("h2", "You are signed in to Kino Nord").await;
        let kept = page
            .value(
                "JSON.stringify([document.documentElement.outerHTML, element.shadowRoot.innerHTML,
                    [...element.shadowRoot.querySelectorAll('input')].map((input) => input.value),
                    { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.title])",
            )
            .await;
        let kept = kept.as_str().unwrap();
        assert!(kept.contains("signed in"), "it looks where things are");
        for secret in [&code, phone.trim_start_matches("+385")] {
            assert!(!kept.contains(secret), "{secret} in {kept}");
        }
        // And nobody else was told.
        let asked = page
            .value("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)")
            .await;
        let asked = asked.as_array().unwrap();
        assert!(!asked.is_empty());
        assert!(
            asked.iter().all(|origin| origin == line().origin()),
            "{asked:?}"
        );
    });
}
