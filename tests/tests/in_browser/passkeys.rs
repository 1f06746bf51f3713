//! Does somebody get a passkey, and come back with it?
//!
//! The device is the driver's own (*virtual authenticator*), which asks nobody: a passkey that a page waits for beside its field is chosen as
//! soon as there is one. Not here: what the element makes of each answer (`widget`), and whether a passkey is accepted (`login`).

use serde_json::{Value, json};
use tests::numbers;

use crate::access::assert_nothing_found;
use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

/// A browser that has passkeys, and does not offer them beside a field.
pub(crate) const NOT_AT_THE_FIELD: &str =
    "delete PublicKeyCredential.isConditionalMediationAvailable;";

/// A telephone, say: it keeps passkeys, and its owner has just shown their finger.
pub(crate) fn device() -> Value {
    json!({
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": true,
        "hasUserVerification": true,
        "isUserVerified": true,
    })
}

/// Whether the person sees a button that says this.
fn button(label: &str) -> String {
    format!(
        "[...element.shadowRoot.querySelectorAll('button')].some((it) => it.checkVisibility() && it.textContent === {})",
        json!(label)
    )
}

async fn signs_in_by_code(page: &Page, phone: &str) {
    page.asks_for_a_code(phone).await;
    page.sees("bdi", phone).await;
    page.types_the_code(&line().telephone().code(phone)).await;
    page.until("element.state === 'signed-in'").await;
}

pub(crate) async fn makes_a_passkey(page: &Page) {
    page.clicks("Create a passkey").await;
    page.sees(
        "form > [role=status]",
        "You can sign in with your passkey from now on.",
    )
    .await;
}

#[test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK has no passkeys")]
fn whoever_came_by_a_code_makes_a_passkey_and_comes_back_with_it() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.has_a_device(device()).await;
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.runs(
            "window.heard = [];
             for (const kind of ['signed-in', 'passkey-created', 'problem']) {
                 addEventListener(`sms-login:${kind}`, () => heard.push(kind));
             }",
        )
        .await;
        signs_in_by_code(&page, &phone).await;
        page.until(&button("Not now")).await;
        assert_eq!(page.value("element.session.passkeys").await, 0);
        assert_nothing_found(&page, "offer").await;
        makes_a_passkey(&page).await;
        assert_eq!(page.value(&button("Create a passkey")).await, false);
        assert_eq!(page.value("element.session.passkeys").await, 1);
        assert_nothing_found(&page, "passkey created").await;
        let subject = page.value("element.session.subject").await;

        // Nothing is typed, and nothing pressed, but in Firefox, whose driver chooses none beside a field.
        page.clicks("Sign out").await;
        if cfg!(feature = "firefox") {
            page.clicks("Sign in with a passkey").await;
        }
        page.until("element.session?.auth_level === 'aal2/passkey'")
            .await;
        assert_eq!(page.value("element.session.subject").await, subject);
        assert_eq!(page.value(&button("Create a passkey")).await, false);
        let heard = json!(["signed-in", "passkey-created", "signed-in"]);
        assert_eq!(page.value("heard").await, heard);
        assert_eq!(line().telephone().texts(&phone).len(), 1);
    });
}

/// A page whose clock can be put forward, and which keeps what the browser is asked for.
const LONG_OPEN: &str = "
    const now = performance.now.bind(performance);
    window.later = 0;
    performance.now = () => now() + later;
    const get = navigator.credentials.get.bind(navigator.credentials);
    window.waits = [];
    navigator.credentials.get = (wish) => (waits.push(wish), get(wish));
";

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools run something in a page before it begins"
)]
fn a_page_that_stays_open_asks_anew_and_goes_on_offering_passkeys() {
    in_window(|page| async move {
        page.runs_first(LONG_OPEN).await;
        page.goes_to(line().origin()).await;
        page.until("waits.length === 1").await;
        page.tabs_to("#number").await;
        page.types("91").await;
        let comes_back = "document.dispatchEvent(new Event('visibilitychange'));";
        page.runs(&format!("later = 2 * 60 * 1000; {comes_back}"))
            .await;
        page.until("waits.length === 2").await;
        let seen = page.value(
            "[
                waits[0].signal.aborted,
                waits[1].signal.aborted,
                waits[1].mediation,
                focused().id,
                focused().value,
                text('form > [role=status]'),
            ]",
        );
        let expected = json!([true, false, "conditional", "number", "91", ""]);
        assert_eq!(seen.await, expected);
    });
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools take something from a page before it begins"
)]
fn whoever_asks_for_it_signs_in_with_a_passkey_where_the_field_offers_none() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.has_a_device(device()).await;
        page.runs_first(NOT_AT_THE_FIELD).await;
        page.goes_to(line().origin()).await;
        signs_in_by_code(&page, &phone).await;
        makes_a_passkey(&page).await;
        page.clicks("Sign out").await;
        page.until("find('#number')").await;
        assert_eq!(page.value("find('#number').autocomplete").await, "tel");
        page.clicks("Sign in with a passkey").await;
        page.until("element.session?.auth_level === 'aal2/passkey'")
            .await;
        // Another time as well, on a page of its own.
        page.clicks("Sign out").await;
        page.until("find('#number')").await;
        page.reloads().await;
        page.clicks("Sign in with a passkey").await;
        page.until("element.state === 'signed-in'").await;
    });
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools take something from a page before it begins"
)]
fn whoever_has_no_passkey_is_told_nothing_and_signs_in_by_a_code() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.has_a_device(device()).await;
        page.runs_first(NOT_AT_THE_FIELD).await;
        page.runs_first(
            "const { get } = CredentialsContainer.prototype;
             CredentialsContainer.prototype.get = function (options) {
                 const asked = get.call(this, options);
                 asked.catch(({ name }) => { window.refused = name; });
                 return asked;
             };",
        )
        .await;
        page.goes_to(line().origin()).await;
        page.clicks("Sign in with a passkey").await;
        page.until("window.refused === 'NotAllowedError'").await;
        assert_eq!(page.value("text('[role=alert]')").await, "");
        signs_in_by_code(&page, &phone).await;
        page.clicks("Not now").await;
        page.until(&format!("!{}", button("Create a passkey")))
            .await;
        // Not for as long as the page is there.
        page.clicks("Sign out").await;
        page.until("find('#number')").await;
        let other = numbers::fresh();
        signs_in_by_code(&page, &other).await;
        assert_eq!(page.value(&button("Create a passkey")).await, false);
    });
}

#[test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK has no passkeys")]
fn a_page_that_wants_none_has_none() {
    let worker = line().origin();
    SHOP.holds(
        "/no-passkeys",
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
            <script type="module" src="{worker}/sms-login.js"></script>
            <main><h1>Shop</h1><sms-login no-passkeys></sms-login></main>"#
        ),
    );
    in_window(|page| async move {
        page.has_a_device(device()).await;
        page.goes_to(&format!("{}/no-passkeys", SHOP.sibling_origin()))
            .await;
        signs_in_by_code(&page, &numbers::fresh()).await;
        assert_eq!(page.value(&button("Create a passkey")).await, false);
        page.clicks("Sign out").await;
        page.until("find('#number')").await;
        let link = button("Sign in with a passkey");
        assert_eq!(page.value(&link).await, false);
        page.runs("element.noPasskeys = false;").await;
        page.until(&link).await;
    });
}

#[test]
#[cfg_attr(feature = "webkit", ignore = "WebKitGTK has no passkeys")]
fn a_page_of_another_site_around_it_hears_nothing_of_passkeys() {
    let worker = line().origin();
    let page_within = format!("{}/framed-passkeys", SHOP.sibling_origin());
    SHOP.holds(
        "/framed-passkeys",
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
            <script type="module" src="{worker}/sms-login.js"></script>
            <main><h1>Shop</h1><sms-login></sms-login></main>"#
        ),
    );
    SHOP.holds(
        "/around-passkeys",
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Around</title>
            <iframe src="{page_within}" width="600" height="600"></iframe>"#
        ),
    );
    in_window(|page| async move {
        page.has_a_device(device()).await;
        page.goes_to(&format!("{}/around-passkeys", SHOP.origin_at("a")))
            .await;
        page.enters_the_frame().await;
        page.until("find('#number')").await;
        let link = button("Sign in with a passkey");
        assert_eq!(page.value(&link).await, false);
        assert_eq!(page.value("find('#number').autocomplete").await, "tel");
    });
}

/// A polluted prototype says neither who may sign in nor with what.
#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools take something from a page before it begins"
)]
fn what_the_page_puts_in_its_way_afterwards_changes_nothing() {
    in_window(|page| async move {
        page.has_a_device(device()).await;
        page.runs_first(NOT_AT_THE_FIELD).await;
        page.goes_to(line().origin()).await;
        page.until("find('#number')").await;
        page.runs(
            // A code that the telephone hands over is not asked for here.
            "const no = (options) => { window.caught ??= options?.otp ? undefined : true; throw new Error('not ours'); };
             for (const name of ['create', 'get']) {
                 CredentialsContainer.prototype[name] = navigator.credentials[name] = no;
             }
             PublicKeyCredential.prototype.toJSON = no;
             PublicKeyCredential.parseCreationOptionsFromJSON = PublicKeyCredential.parseRequestOptionsFromJSON = no;
             Object.prototype.allowCredentials = [{ type: 'public-key', id: 'AAAA' }];
             Object.prototype.mediation = 'silent';
             Object.prototype.authenticatorAttachment = 'cross-platform';
             Object.prototype.attestation = 'direct';",
        )
        .await;
        signs_in_by_code(&page, &numbers::fresh()).await;
        makes_a_passkey(&page).await;
        page.clicks("Sign out").await;
        page.clicks("Sign in with a passkey").await;
        page.until("element.session?.auth_level === 'aal2/passkey'")
            .await;
        assert_eq!(page.value("window.caught ?? false").await, false);
    });
}
