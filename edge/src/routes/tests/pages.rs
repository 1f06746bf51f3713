//! Does somebody get in, stay in and get out on the plain pages?
//!
//! Not here: by an address (`addresses`); who else does (`hostile`); how a session goes on (`renewing`), or does not do (`max_age`); what a real browser makes of them (the end-to-end tests).

mod addresses;
mod hostile;
mod max_age;
mod renewing;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::walk::{Browser, RIGHT, Up};
use super::*;
use crate::page::path::{CODE, FORGET, FRONT, RENEW, RESEND, SIGN_OUT};

const FORM: &str = "application/x-www-form-urlencoded";
const SHOP: &str = "https://shop.example.com/basket?item=1&x='2'";

/// The fields of a form as browsers send them.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

impl Browser {
    async fn look(&self, path: &str) -> Answered {
        self.send("GET", path, FORM, String::new()).await
    }

    /// Follows a link, for what browsers call such a goal (Fetch Metadata, section 2.1).
    async fn goes(&self, path: &str, goal: &str) -> Answered {
        let goal = ("sec-fetch-dest", goal);
        self.send_with("GET", path, goal, String::new()).await
    }

    async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        self.send("POST", path, FORM, form(fields)).await
    }

    /// Types a code into the page that was shown.
    async fn type_code(&self, page: &Answered, code: &str) -> Answered {
        let attempt = page
            .field("attempt_id")
            .expect("it is the page of the code");
        let way_back = page.field("return").unwrap_or_default();
        let fields = [
            ("code", code),
            ("attempt_id", &attempt),
            ("return", &way_back),
        ];
        self.submit(CODE, &fields).await
    }

    async fn asks_for_a_code(&self, phone: &str) -> Answered {
        let sent = self.submit(FRONT, &[("phone", phone)]).await;
        assert_eq!(sent.place(), Some(CODE), "{}", sent.body);
        self.look(CODE).await
    }
}

impl Answered {
    /// Where it leads.
    fn place(&self) -> Option<&str> {
        let place = self.headers.get(header::LOCATION)?.to_str().unwrap();
        (self.status == 303).then_some(place)
    }

    /// The value of a field of the page's first form.
    fn field(&self, name: &str) -> Option<String> {
        self.attribute(&format!("name=\"{name}\""), "value=\"")
    }

    /// What is refused, and the sentence for it.
    fn complaint(&self) -> Option<(u16, String, String)> {
        let code = self.attribute("id=\"problem\"", "data-code=\"")?;
        let (_, rest) = self.body.split_once("id=\"problem\"")?;
        let (_, rest) = rest.split_once('>')?;
        let (sentence, _) = rest.split_once('<')?;
        Some((self.status, code, sentence.to_owned()))
    }

    fn attribute(&self, after: &str, begins: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(after)?;
        let (tag, _) = rest.split_once('>')?;
        let (_, value) = tag.split_once(begins)?;
        let (value, _) = value.split_once('"')?;
        Some(value.replace("&#39;", "'").replace("&amp;", "&"))
    }

    fn heading(&self) -> &str {
        let (_, rest) = self.body.split_once("<h1>").unwrap_or_default();
        rest.split_once("</h1>").unwrap_or_default().0
    }
}

#[tokio::test]
async fn somebody_signs_in_without_any_script_and_out_again() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let front = browser
        .look(&format!("{FRONT}?{}", form(&[("return", SHOP)])))
        .await;
    assert_eq!((front.status, front.heading()), (200, "Sign in"));
    assert_eq!(front.field("return").as_deref(), Some(SHOP));
    assert!(
        front.body.contains("For example 092 123 4567."),
        "{}",
        front.body
    );

    // As people of that country write it.
    let number = [("phone", "091 234-5678"), ("return", SHOP)];
    let sent = browser.submit(FRONT, &number).await;
    let expected = format!("{CODE}?{}", form(&[("return", SHOP)]));
    assert_eq!(sent.place(), Some(expected.as_str()));
    assert!(sent.body.is_empty());

    // However often the page is loaded.
    for _ in 0..2 {
        let page = browser.look(&expected).await;
        assert_eq!((page.status, page.heading()), (200, "Enter your code"));
        assert!(
            page.body
                .contains("We texted 6 digits to <bdi>+385…78</bdi>."),
            "{}",
            page.body
        );
        assert!(
            page.body.contains("The code works for 5 minutes."),
            "{}",
            page.body
        );
    }
    assert_eq!(*world.sent.borrow(), 1);
    let page = browser.look(&expected).await;
    let signed_in = browser.type_code(&page, " 123-456 ").await;
    assert_eq!(signed_in.place(), Some(SHOP), "{}", signed_in.body);
    assert!(
        !browser
            .cookies
            .borrow()
            .contains_key("__Host-sms-login-challenge")
    );

    let session = browser.ask("GET", path::SESSION, &Value::Null).await;
    let session: Value = serde_json::from_str(&session.body).unwrap();
    let subject = session["subject"].as_str().unwrap();
    let front = browser
        .look(&format!("{FRONT}?{}", form(&[("return", SHOP)])))
        .await;
    assert_eq!((front.status, front.heading()), (200, "You are signed in"));
    assert!(front.body.contains(subject), "{}", front.body);
    assert!(
        front
            .body
            .contains("href=\"https://shop.example.com/basket?item=1&amp;x=&#39;2&#39;\""),
        "{}",
        front.body
    );

    let anti_forgery = front.field("anti_forgery").unwrap();
    let out = browser
        .submit(SIGN_OUT, &[("anti_forgery", &anti_forgery)])
        .await;
    assert_eq!(out.place(), Some("/login?notice=signed-out"));
    assert!(!browser.cookies.borrow().contains_key("__Host-sms-login"));
    let front = browser.look("/login?notice=signed-out").await;
    assert!(
        front
            .body
            .contains("<p role=\"status\">You are signed out.</p>"),
        "{}",
        front.body
    );
    assert_eq!(front.heading(), "Sign in");

    let lines = [
        json!({ "event": "send", "outcome": "done", "country": "HR" }),
        json!({ "event": "check", "outcome": "done", "country": "HR", "subject": subject }),
        json!({ "event": "login", "outcome": "done", "country": "HR", "subject": subject }),
        json!({ "event": "logout", "outcome": "done", "subject": subject }),
    ];
    let log = world.log.borrow();
    let told = log.iter().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("at");
        line
    });
    assert_eq!(told.collect::<Vec<_>>(), lines, "R89");
}

#[tokio::test]
async fn r69_a_refusal_is_a_sentence_beside_the_field_and_loses_nothing() {
    let world = Up::with(&[("COUNTRIES", "HR"), ("DEFAULT_COUNTRY", "HR")]);
    let browser = Browser::new(&world);
    browser.asks_for_a_code("+385 91 234 5678").await;
    let cases = [
        ("", 422, "invalid_phone", "Type your mobile number."),
        ("  ", 422, "invalid_phone", "Type your mobile number."),
        (
            "091 12",
            422,
            "invalid_phone",
            "There is no such number. Check its digits.",
        ),
        (
            "my number",
            422,
            "invalid_phone",
            "There is no such number. Check its digits.",
        ),
        (
            "+1 201 555 0123",
            422,
            "phone_not_served",
            "We cannot text this number. Use a mobile number of a country we serve.",
        ),
        (
            "091 234 5678",
            429,
            "send_too_soon",
            "A code was sent a moment ago. Try again in 30 seconds.",
        ),
    ];
    for (typed, status, code, sentence) in cases {
        let page = browser
            .submit(FRONT, &[("phone", typed), ("return", "/account")])
            .await;
        let complaint = (status, code.to_owned(), sentence.to_owned());
        assert_eq!(page.complaint(), Some(complaint), "{typed}: {}", page.body);
        assert!(page.body.contains("<title>Error: Sign in"), "{typed}");
        assert_eq!(page.field("phone").as_deref(), Some(typed));
        assert_eq!(
            page.field("return").as_deref(),
            Some("https://login.example.com/account")
        );
        let described = page.body.contains("aria-describedby=\"problem hint\"");
        let invalid = page.body.contains("aria-invalid=\"true\"");
        assert_eq!((described, invalid), (true, status == 422), "{typed}");
        let wait = page
            .headers
            .get(header::RETRY_AFTER)
            .map(HeaderValue::as_bytes);
        assert_eq!(wait, (status == 429).then_some(&b"30"[..]), "{typed}");
    }
    assert_eq!(*world.sent.borrow(), 1);

    // The code that is on its way can be typed all the same.
    let page = browser.look(CODE).await;
    for (typed, sentence) in [
        ("", "Type all the digits of the code."),
        ("12345", "Type all the digits of the code."),
        ("12345678", "Type all the digits of the code."),
        ("12345a", "Type all the digits of the code."),
        ("654321", "That is not the code. You have 4 tries left."),
    ] {
        let page = browser.type_code(&page, typed).await;
        assert_eq!(page.complaint().unwrap().2, sentence, "{typed}");
        assert_eq!(page.heading(), "Enter your code");
    }
    for left in ["3 tries", "2 tries", "one try"] {
        let page = browser.look(CODE).await;
        let page = browser.type_code(&page, "654321").await;
        let sentence = format!("That is not the code. You have {left} left.");
        assert_eq!(page.complaint().unwrap().2, sentence);
    }
    let page = browser.look(CODE).await;
    let page = browser.type_code(&page, "654321").await;
    let complaint = (
        410,
        "challenge_exhausted".to_owned(),
        "That was the last try. Ask for a new code.".to_owned(),
    );
    assert_eq!(page.complaint(), Some(complaint));
    assert_eq!(page.heading(), "Sign in");
    assert_eq!(
        browser.look(CODE).await.place(),
        Some(FRONT),
        "there is none to type"
    );
}

#[tokio::test]
async fn r82_a_button_that_is_pressed_twice_is_one_try_and_another_code_is_another() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let page = browser.asks_for_a_code("+385912345679").await;
    for _ in 0..3 {
        let wrong = browser.type_code(&page, "654321").await;
        assert_eq!(
            wrong.complaint().unwrap().2,
            "That is not the code. You have 4 tries left."
        );
    }
    // Back to the page as it was, and the right one.
    let first = browser.cookies.borrow().clone();
    let right = browser.type_code(&page, RIGHT).await;
    assert_eq!(right.place(), Some(FRONT), "{}", right.body);
    let session = browser.session_id();
    // The second press was under way before the first was answered,
    browser.cookies.borrow_mut().extend(first);
    assert_eq!(browser.type_code(&page, RIGHT).await.place(), Some(FRONT));
    assert_eq!(browser.session_id(), session);
    // or came after it.
    assert_eq!(browser.type_code(&page, RIGHT).await.place(), Some(FRONT));
    assert_eq!(browser.session_id(), session);
    let last = world.log.borrow().last().cloned().unwrap();
    assert!(
        last.contains(r#""outcome":"refused","reason":"no_challenge""#),
        "{last}"
    );
}

#[tokio::test]
async fn a_text_is_sent_again_and_a_number_is_forgotten() {
    let world = Up::default();
    let browser = Browser::new(&world);
    let way_back = [("return", "/account")];
    browser.asks_for_a_code("+385912345670").await;
    let soon = browser.submit(RESEND, &way_back).await;
    assert_eq!(soon.complaint().unwrap().1, "send_too_soon");
    assert_eq!(soon.heading(), "Enter your code");
    *world.now.borrow_mut() += 31;
    let again = browser.submit(RESEND, &way_back).await;
    let place = again.place().unwrap().to_owned();
    assert_eq!(
        place,
        "/login/code?return=https%3A%2F%2Flogin%2Eexample%2Ecom%2Faccount&notice=sent-again"
    );
    let page = browser.look(&place).await;
    assert!(
        page.body
            .contains("<p role=\"status\">The code is on its way once more.</p>")
    );

    let stale = browser.look(CODE).await;
    let forgotten = browser.submit(FORGET, &way_back).await;
    assert_eq!(
        forgotten.place(),
        Some("/login?return=https%3A%2F%2Flogin%2Eexample%2Ecom%2Faccount")
    );
    let late = browser.type_code(&stale, RIGHT).await;
    assert_eq!(late.complaint().unwrap().1, "no_challenge");
}
