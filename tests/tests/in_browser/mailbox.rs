//! What does somebody see who would rather have the code by e-mail, on the demo's own page?
//!
//! Not here: the element's side of it alone (`widget/tests`), and what the worker answers (`over_http/emails`).

use serde_json::json;
use tests::numbers;

use crate::access::assert_nothing_found;
use crate::line;
use crate::window::in_window;

#[test]
fn somebody_reads_the_code_in_the_mailbox_that_the_page_draws() {
    in_window(|page| async move {
        let address = numbers::fresh_email();
        page.goes_to(line().origin()).await;
        page.sees("#inbox", "Your e-mail, simulated").await;
        page.clicks("Use e-mail instead").await;
        page.fills_in("#email", &address).await;
        // All tests' e-mails arrive there.
        let mail = format!(
            "[...document.querySelectorAll('#mails li')].find((item) => item.querySelector('.to').textContent === {})",
            json!(format!("to {address}"))
        );
        page.until(&mail).await;
        let part = async |name: &str| {
            let part = format!("{mail}.querySelector('{name}').textContent");
            page.value(&part).await.as_str().unwrap().to_owned()
        };
        assert_eq!(part(".from").await, "Kite shop");
        assert_eq!(part("button").await, "Copy code");
        assert_nothing_found(&page, "mailbox").await;
        let subject = part(".subject").await;
        let code = subject.trim_end_matches(" is your code");
        assert_eq!(code, line().telephone().code(&address));
        assert!(part(".text").await.contains(code));
        // It is no text, and the telephone is silent about it.
        let texts = format!(
            "document.getElementById('messages').textContent.includes({})",
            json!(address)
        );
        assert_eq!(page.value(&texts).await, false);

        page.types_the_code(code).await;
        page.sees("h2", "You are signed in to Bura").await;
    });
}
