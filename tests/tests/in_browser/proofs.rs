//! What does a person notice of a worker that wants to see a proof?
//!
//! Not here: when it wants one (`abuse`), and what is a good one (`edge/login/tests`).

use std::sync::LazyLock;

use serde_json::json;
use tests::line::Line;
use tests::numbers;
use tests::siteverify::{SITE_KEY, Siteverify};

use crate::window::in_window;
use crate::{SHOP, line, line_with};

/// Plays Turnstile's server.
static TURNSTILE: LazyLock<Siteverify> = LazyLock::new(Siteverify::start);

/// A worker that wants a proof for every text.
static STRICT: LazyLock<Line> = LazyLock::new(|| {
    let mut settings = vec![("BOT_CHECK", "always".to_owned())];
    settings.extend(TURNSTILE.settings());
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    line_with(&settings)
});

/// A page with something else to do in it. The worker's part is played there: it wants a number to be found that is not there, so that
/// there is time to look.
fn endless() -> String {
    let script = r#"
        const worker = fetch;
        window.fetch = (request, options) => {
            if (!new Request(request).url.endsWith("/v1/challenges")) return worker(request, options);
            const pow = {
                algorithm: "SHA-256", challenge: "0".repeat(64), salt: "salt?", max_number: 4_000_000_000, signature: "",
            };
            const problem = { type: "", title: "", status: 428, code: "proof_required", proof: { pow } };
            return Promise.resolve(Response.json(problem, { status: 428 }));
        };
    "#;
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Endless</title><script>{script}</script>
        <script type="module" src="{}/sms-login.js"></script>
        <main><sms-login></sms-login><input id="other" aria-label="Other"></main>"#,
        line().origin()
    )
}

/// The promise of ten pictures, one after the other.
const TEN_PICTURES: &str = "new Promise((resolve) => {
    let drawn = 0;
    const draw = () => (drawn += 1) < 10 ? requestAnimationFrame(draw) : resolve(drawn);
    draw();
})";

#[test]
fn r21_the_page_goes_on_while_the_element_works() {
    in_window(|page| async move {
        SHOP.holds("/endless", endless());
        page.goes_to(&format!("{}/endless", SHOP.sibling_origin()))
            .await;
        page.until("find('#number')").await;
        page.asks_for_a_code(&numbers::fresh()).await;
        page.sees(
            "[role=status]",
            "One moment, making sure that you are not a robot…",
        )
        .await;
        assert_eq!(page.value("text('[type=submit]')").await, "Sending…");
        page.runs("find('#other').focus();").await;
        page.types("The quick brown fox jumps over the lazy dog.")
            .await;
        assert_eq!(
            page.value("find('#other').value").await,
            "The quick brown fox jumps over the lazy dog."
        );
        assert_eq!(page.awaits(TEN_PICTURES).await, json!(10));
        // All the while it was at work, and it stops as soon as it is about another number.
        assert_eq!(page.value("text('[type=submit]')").await, "Sending…");
        page.runs("find('#number').focus();").await;
        page.types("0").await;
        page.sees("[type=submit]", "Text me a code").await;
        page.sees("[role=status]", "").await;
    });
}

#[test]
fn r21_somebody_signs_in_whose_browser_does_the_work() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(STRICT.origin()).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&STRICT.telephone().code(&phone)).await;
        page.sees("h2", "You are signed in to Bura").await;
        assert_eq!(STRICT.telephone().asked("send", &phone), 1);
    });
}

#[test]
fn r21_somebody_signs_in_whose_page_asks_turnstile() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(STRICT.origin()).await;
        page.until("find('#number')").await;
        page.runs(
            "element.addEventListener('sms-login:proof', (event) => {
                event.preventDefault();
                window.offer = event.detail;
            });",
        )
        .await;
        page.asks_for_a_code(&phone).await;
        page.until("window.offer").await;
        let offer = page.value("window.offer").await;
        assert_eq!(offer, json!({ "siteKey": SITE_KEY, "action": "sms-login" }));
        assert_eq!(page.value("text('[type=submit]')").await, "Sending…");
        let host = page.value("location.hostname").await;
        let token = TURNSTILE.token(host.as_str().unwrap(), "sms-login", 0);
        page.runs(&format!("element.prove({});", json!(token)))
            .await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&STRICT.telephone().code(&phone)).await;
        page.sees("h2", "You are signed in to Bura").await;
        assert!(TURNSTILE.asked() > 0);
    });
}
