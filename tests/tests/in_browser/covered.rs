//! What is a press worth of a button that the page around a frame covers, or makes invisible?
//!
//! Not here: who may frame our own pages, which is nobody (`origins`).

use serde_json::{Value, json};
use tests::numbers;

use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

/// Where the middle of the element's button is on the screen, from the page around.
async fn middle_of_the_button(page: &Page) -> [f64; 2] {
    let inside = page
        .in_the_frame(
            "(({ left, top, width, height }) => [left + width / 2, top + height / 2])(document.querySelector('sms-login')
                .shadowRoot.querySelector('[type=submit]').getBoundingClientRect())",
        )
        .await;
    let frame = page
        .value("(({ left, top }) => [left, top])(find('iframe').getBoundingClientRect())")
        .await;
    let length = |place: &Value, side: usize| place[side].as_f64().expect("it is a length");
    [0, 1].map(|side| length(&inside, side) + length(&frame, side))
}

/// Presses with the mouse, whatever is there.
async fn presses_at(page: &Page, [x, y]: [f64; 2]) {
    for kind in ["mousePressed", "mouseReleased"] {
        let press = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
        page.devtools("Input.dispatchMouseEvent", press).await;
    }
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium tells a page that it is covered"
)]
fn r72_in_a_frame_a_button_that_is_covered_or_invisible_does_nothing() {
    let worker = line().origin();
    SHOP.holds(
        "/pressed",
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
            <script type="module" src="{worker}/sms-login.js"></script><main><sms-login></sms-login></main>
            <script>
                globalThis.presses = 0;
                addEventListener("click", () => (presses += 1), true);
                let seen, since;
                const watches = ([{{ isVisible }}]) => [seen, since] = [isVisible, performance.now()];
                globalThis.watch = () => new IntersectionObserver(watches, {{ trackVisibility: true, delay: 100 }})
                    .observe(document.querySelector("sms-login").shadowRoot.querySelector("form"));
            </script>"#
        ),
    );
    let shop = SHOP.sibling_origin();
    SHOP.holds(
        "/kittens",
        format!(
            "<!doctype html><title>Kittens</title>
             <style>
                iframe {{ block-size: 400px; border: 0; inline-size: 400px; }}
                #over {{ background: white; inset: 0; pointer-events: none; position: fixed; }}
             </style>
             <iframe src={shop}/pressed></iframe><div id=over hidden>Kittens</div>"
        ),
    );
    in_window(|page| async move {
        let asked = "document.querySelector('sms-login').matches(':state(busy), :state(code)')";
        for trick in [
            "document.querySelector('#over').hidden = false;",
            "document.querySelector('iframe').style.opacity = 0.01;",
        ] {
            let phone = numbers::fresh();
            page.goes_to(&format!("{}/kittens", SHOP.foreign_origin()))
                .await;
            page.until_in_the_frame(
                "document.querySelector('sms-login')?.matches(':state(phone)')",
            )
            .await;
            let filled_in = format!(
                "document.querySelector('sms-login').shadowRoot.querySelector('#number').value = {}",
                json!(phone)
            );
            page.in_the_frame(&filled_in).await;
            page.in_the_frame("watch()").await;
            page.the_form_is(true).await;
            let there = middle_of_the_button(&page).await;

            page.runs(trick).await;
            page.the_form_is(false).await;
            presses_at(&page, there).await;
            page.until_in_the_frame("presses === 1").await;
            assert_eq!(
                page.in_the_frame(asked).await,
                Value::Bool(false),
                "{trick}"
            );

            page.runs("document.querySelector('#over').hidden = true; document.querySelector('iframe').style.opacity = 1;")
                .await;
            page.the_form_is(true).await;
            presses_at(&page, there).await;
            page.until_in_the_frame(asked).await;
            assert_eq!(page.in_the_frame("presses").await, 2, "{trick}");
        }
    });
}

impl Page {
    /// The result of an expression in the first frame of the page.
    async fn in_the_frame(&self, expression: &str) -> Value {
        let page = self.0.clone();
        page.clone().enter_frame(0).await.expect("there is a frame");
        let script = format!("return {expression};");
        let result = page.execute(&script, vec![]).await;
        page.enter_parent_frame().await.expect("it has a parent");
        result.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until an expression holds in the first frame of the page.
    async fn until_in_the_frame(&self, expression: &str) {
        let expression = format!("Boolean({expression})");
        for _ in 0..2000 {
            if self.in_the_frame(&expression).await == Value::Bool(true) {
                return;
            }
        }
        panic!("never in the frame: {expression}");
    }

    /// Waits until the browser has told whoever watches the form whether it is seen, and for longer than it tells one before the other.
    async fn the_form_is(&self, seen: bool) {
        self.until_in_the_frame(&format!(
            "seen === {seen} && performance.now() - since > 300"
        ))
        .await;
    }
}
