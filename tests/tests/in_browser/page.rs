//! How does a person use a page with the element in it, and what do they see?
//!
//! With the keyboard, and with their eyes: what is hidden is not seen. Not here: what they ought to see.

use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::time::sleep;

/// The longest that anything may take to be seen: waiting for another text takes half a minute.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often a page is looked at. Whoever asks without a pause keeps the browser from its work, and the machine from all others.
const LOOK: Duration = Duration::from_millis(50);

/// What is to last from one script to the next is a property of `window`: Firefox gives each a `globalThis` of its own.
///
/// What every script may call: the nodes that a person sees, in the page and in the element, whichever match first.
const EYES: &str = "
    const element = document.querySelector('sms-login');
    const find = (css) => [...element?.shadowRoot?.querySelectorAll(css) ?? [], ...document.querySelectorAll(css)]
        .find((node) => node.checkVisibility());
    const text = (css) => find(css)?.textContent.trim() ?? '';
    const focused = () => {
        let node = document.activeElement;
        while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
        return node;
    };
";

/// A window, and whoever sits in front of it.
#[derive(Clone, Debug)]
pub(crate) struct Page(pub(super) Client);

impl Page {
    pub(crate) fn in_window(window: Client) -> Self {
        Self(window)
    }

    /// Types an address.
    pub(crate) async fn goes_to(&self, url: &str) {
        self.0.goto(url).await.expect("the page loads");
    }

    /// Presses the button to reload.
    pub(crate) async fn reloads(&self) {
        self.0.refresh().await.expect("the page loads again");
    }

    /// The result of an expression, which may use [`EYES`].
    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.runs(&format!("return {expression};")).await
    }

    /// The result of a script, which may use [`EYES`].
    pub(crate) async fn runs(&self, script: &str) -> Value {
        let script = format!("{EYES}{script}");
        self.0
            .execute(&script, vec![])
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The result of a script that promises one.
    pub(crate) async fn awaits(&self, promise: &str) -> Value {
        let script = format!(
            "{EYES}const done = arguments[arguments.length - 1];
             Promise.resolve({promise}).then(done, (error) => done(`failed: ${{error}}`));"
        );
        self.0
            .execute_async(&script, vec![])
            .await
            .unwrap_or_else(|error| panic!("{promise}: {error}"))
    }

    /// Looks into the first frame of the page from now on.
    pub(crate) async fn enters_the_frame(&self) {
        self.0
            .clone()
            .enter_frame(0)
            .await
            .expect("there is a frame");
    }

    /// Waits until an expression holds.
    pub(crate) async fn until(&self, expression: &str) {
        let since = Instant::now();
        // While the page is being replaced there is nothing to look at.
        let script = format!("{EYES}return Boolean({expression});");
        while self.0.execute(&script, vec![]).await.ok() != Some(json!(true)) {
            if since.elapsed() > PATIENCE {
                let seen = self.value(
                    "document.body.innerText + ' / ' + (element?.shadowRoot?.textContent ?? '')",
                );
                panic!("never: {expression}; but: {}", seen.await);
            }
            sleep(LOOK).await;
        }
    }

    /// Waits until this text is seen there.
    pub(crate) async fn sees(&self, css: &str, expected: &str) {
        self.until(&format!("text({}) === {}", json!(css), json!(expected)))
            .await;
    }

    /// Presses the tab key until this has the focus. On the way are all messages of the demo, and the buttons of some browsers.
    pub(crate) async fn tabs_to(&self, css: &str) {
        let there = format!("focused() !== null && focused() === find({})", json!(css));
        for _ in 0..60 {
            if self.value(&there).await == json!(true) {
                return;
            }
            self.presses(&[Key::Tab.into()]).await;
        }
        panic!("the tab key does not lead to {css}");
    }

    /// Presses the tab key with shift until this has the focus.
    pub(crate) async fn tabs_back_to(&self, css: &str) {
        let there = format!("focused() !== null && focused() === find({})", json!(css));
        for _ in 0..20 {
            if self.value(&there).await == json!(true) {
                return;
            }
            self.presses_with(Key::Shift, &[Key::Tab.into()]).await;
        }
        panic!("the tab key does not lead back to {css}");
    }

    /// Types, wherever the focus is.
    pub(crate) async fn types(&self, text: &str) {
        self.presses(&text.chars().collect::<Vec<_>>()).await;
    }

    /// Presses Enter, wherever the focus is.
    pub(crate) async fn enters(&self) {
        self.presses(&[Key::Enter.into()]).await;
    }

    /// Presses a key that types nothing, wherever the focus is.
    pub(crate) async fn hits(&self, key: Key) {
        self.presses(&[key.into()]).await;
    }

    /// Presses these, one after the other, while another key is down.
    pub(crate) async fn presses_with(&self, held: Key, keys: &[char]) {
        let held = held.into();
        let mut strokes =
            KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: held });
        for &value in keys {
            strokes = strokes
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.0
            .perform_actions(strokes.then(KeyAction::Up { value: held }))
            .await
            .expect("the keyboard works");
    }

    /// Empties the field that has the focus.
    pub(crate) async fn clears(&self) {
        self.runs("focused().select();").await;
        self.presses(&[Key::Backspace.into()]).await;
    }

    /// Types a number into the element and asks for a code.
    pub(crate) async fn asks_for_a_code(&self, phone: &str) {
        self.until("find('#number')").await;
        self.tabs_to("#number").await;
        self.clears().await;
        self.types(phone).await;
        self.enters().await;
    }

    /// Types into a field of a plain page, instead of what is there, and sends its form.
    pub(crate) async fn fills_in(&self, field: &str, text: &str) {
        self.until(&format!("find({})", json!(field))).await;
        self.tabs_to(field).await;
        self.clears().await;
        self.types(text).await;
        self.enters().await;
    }

    /// Waits for the field of the code, which takes the focus by itself, and types.
    pub(crate) async fn types_the_code(&self, code: &str) {
        self.until("focused()?.id === 'code' && !focused().readOnly && focused().value === ''")
            .await;
        self.types(code).await;
    }

    /// Clicks on the button that says this.
    pub(crate) async fn clicks(&self, label: &str) {
        let label = json!(label);
        self.until(&format!(
            "[...element.shadowRoot.querySelectorAll('button')].some((button) => button.checkVisibility()
                && button.textContent === {label} && !button.ariaDisabled)"
        ))
        .await;
        self.runs(&format!(
            "[...element.shadowRoot.querySelectorAll('button')].find((button) => button.textContent === {label}).click();"
        ))
        .await;
    }

    async fn presses(&self, keys: &[char]) {
        let mut strokes = KeyActions::new("keyboard".to_owned());
        for &value in keys {
            strokes = strokes
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.0
            .perform_actions(strokes)
            .await
            .expect("the keyboard works");
    }
}
