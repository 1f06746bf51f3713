//! What is a person told when it does not work, and how do they go on?
//!
//! Not here: every refusal there is (`over_http`), and every sentence (`widget/src/texts.rs`).

use serde_json::json;
use tests::numbers;

use crate::line;
use crate::window::in_window;

#[test]
fn somebody_who_tries_too_many_codes_waits_and_gets_a_new_one() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        let code = line().telephone().code(&phone);
        for complaint in [
            "That is not the code. You have 4 tries left.",
            "That is not the code. You have 3 tries left.",
            "That is not the code. You have 2 tries left.",
            "That is not the code. You have one try left.",
        ] {
            page.types_the_code(&numbers::wrong(&code)).await;
            page.sees("[role=alert]", complaint).await;
        }
        page.types_the_code(&numbers::wrong(&code)).await;
        page.until("text('[type=submit]').startsWith('Text me a new code in 0:')")
            .await;
        page.until("!find('#code')").await;
        // The button counts down, and is then pressed where the focus has been all along.
        page.sees("[type=submit]", "Text me a new code").await;
        page.enters().await;
        page.until("find('#code')").await;
        let codes = line().telephone().texts(&phone);
        assert_eq!(codes.len(), 2);
        page.types_the_code(&codes[1].code).await;
        page.sees("h2", "You are signed in to Bura").await;
        assert_eq!(line().telephone().asked("verify", &phone), 6);
    });
}

#[test]
fn somebody_with_a_number_that_gets_no_codes_is_told_what_to_do() {
    in_window(|page| async move {
        page.goes_to(line().origin()).await;
        let cases = [
            (
                "01 4567 890",
                "We cannot text this number. Use a mobile number of a country we serve.",
            ),
            (
                "+41 79 123 45 67",
                "We cannot text this number. Use a mobile number of a country we serve.",
            ),
            ("+385 91 12", "There is no such number. Check its digits."),
            ("091", "This number is too short."),
            (
                "my number",
                "A phone number has only digits, and a + in front if you like.",
            ),
        ];
        for (number, complaint) in cases {
            page.asks_for_a_code(number).await;
            page.sees("[role=alert]", complaint).await;
            assert_eq!(page.value("focused().id").await, "number", "{number}");
        }
        // The complaint goes when there is nothing to complain about.
        let phone = numbers::fresh();
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.sees("[role=alert]", "").await;
    });
}

#[test]
fn somebody_whose_text_cannot_be_sent_keeps_their_number_in_the_field() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        let down = json!({ "answer": { "status": { "code": 503 } } });
        line().telephone().breaks("send", &phone, &down);
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&phone).await;
        page.until("text('[role=alert]') !== '' && !find('[data-busy]')")
            .await;
        let number = page.value("find('#number').value.replaceAll(' ', '')");
        assert_eq!(number.await, phone);

        line().telephone().is_mended(&phone);
        page.sees("[type=submit]", "Text me a code").await;
        page.enters().await;
        page.sees("bdi", &phone).await;
    });
}
