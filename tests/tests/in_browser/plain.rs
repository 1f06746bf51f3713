//! Does somebody get in whose browser runs no script, or no WebAssembly?
//!
//! Not here: the pages without a browser (`over_http`); how they read (`access`).

use std::sync::LazyLock;

use serde_json::json;
use tests::line::Line;
use tests::numbers;
use tests::site::Site;

use crate::window::{Taste, in_window, in_window_of};
use crate::{line, line_with, site};

#[test]
fn r69_somebody_without_scripts_signs_in_from_a_page_with_the_element_and_out_again() {
    in_window_of(Taste::NoScripts, |page| async move {
        let phone = numbers::fresh();
        page.goes_to(line().origin()).await;
        assert_eq!(page.value("element.shadowRoot").await, json!(null));
        // As people of that country write it.
        page.fills_in("#phone", &phone.replacen("+385", "0", 1))
            .await;
        page.sees("h1", "Enter your code").await;
        page.until("focused()?.id === 'code'").await;
        page.reloads().await;
        page.sees("h1", "Enter your code").await;
        assert_eq!(line().telephone().texts(&phone).len(), 1);

        let code = line().telephone().code(&phone);
        page.fills_in("#code", &numbers::wrong(&code)).await;
        let complaint = "That is not the code. You have 4 tries left.";
        page.sees("[role=alert]", complaint).await;
        page.fills_in("#code", &code).await;
        page.sees("h1", "You are signed in").await;
        assert_eq!(page.value("document.cookie").await, "", "R43");
        assert_eq!(line().telephone().asked("verify", &phone), 2);

        page.tabs_to("button").await;
        page.enters().await;
        page.sees("[role=status]", "You are signed out.").await;
        page.reloads().await;
        page.sees("h1", "Sign in").await;
    });
}

#[test]
fn r69_somebody_without_scripts_signs_in_by_e_mail() {
    in_window_of(Taste::NoScripts, |page| async move {
        let address = numbers::fresh_email();
        page.goes_to(&format!("{}/login", line().origin())).await;
        page.until("focused()?.id === 'phone'").await;
        page.tabs_to("#email").await;
        page.types(&address).await;
        page.enters().await;
        page.sees("h1", "Enter your code").await;
        page.fills_in("#code", &line().telephone().code(&address))
            .await;
        page.sees("h1", "You are signed in").await;
    });
}

/// A shop on another origin of the worker's site, whose policy forgets that the element is WebAssembly.
static SHOP: LazyLock<Site> = LazyLock::new(|| {
    site(
        "<!doctype html><html lang=en><title>Shop</title>
         <meta http-equiv=content-security-policy content=\"script-src 'unsafe-inline' http://localhost:* https://localhost:*\">
         <main><h1>Shop</h1><sms-login>
           <form method=post>
             <label for=phone>Mobile number</label>
             <input id=phone name=phone type=tel autocomplete=tel required>
             <input type=hidden name=return>
             <button>Text me a code</button>
           </form>
         </sms-login></main>
         <script>
           // The page's own address says where the worker is, as a site's configuration would.
           const worker = decodeURIComponent(location.hash.slice(1));
           document.forms[0].action = worker + '/login';
           document.forms[0].elements.return.value = location.origin + '/welcome' + location.hash;
           const script = document.createElement('script');
           script.type = 'module';
           script.src = worker + '/sms-login.js';
           document.head.append(script);
         </script>",
    )
});

static LINE: LazyLock<Line> =
    LazyLock::new(|| line_with(&[("ALLOWED_ORIGINS", &SHOP.sibling_origin())]));

#[test]
fn r69_where_webassembly_is_blocked_the_element_says_so_and_the_form_in_it_signs_in() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/#{}", SHOP.sibling_origin(), LINE.origin()))
            .await;
        page.sees(
            "[role=alert]",
            "Sign-in could not be loaded. Reload the page, or try another browser.",
        )
        .await;
        page.fills_in("#phone", &phone).await;
        page.sees("h1", "Enter your code").await;
        page.fills_in("#code", &LINE.telephone().code(&phone)).await;
        // Back to the shop, where the session is the element's, too.
        page.until("location.pathname === '/welcome' && find('#phone')")
            .await;
        assert_eq!(
            page.value("location.origin").await,
            SHOP.sibling_origin().as_str()
        );
        let session = format!(
            "fetch({}, {{ credentials: 'include' }}).then((reply) => reply.status)",
            json!(format!("{}/v1/session", LINE.origin()))
        );
        assert_eq!(page.awaits(&session).await, 200);
    });
}

#[test]
fn r04_the_form_of_another_page_sends_no_text_and_signs_nobody_out() {
    in_window(|page| async move {
        let (victim, target) = (numbers::fresh(), numbers::fresh());
        let worker = line().origin();
        page.goes_to(&format!("{worker}/login")).await;
        page.fills_in("#phone", &victim).await;
        page.sees("h1", "Enter your code").await;
        page.fills_in("#code", &line().telephone().code(&victim))
            .await;
        page.sees("h1", "You are signed in").await;

        let evil = site(&format!(
            "<!doctype html><title>Kittens</title>
             <form method=post action={worker}/login><input name=phone value={target}><button id=text>More</button></form>
             <form method=post action={worker}/login/sign-out><button id=out>Kittens</button></form>
             <form method=post action={worker}/login/renew><button id=renew>Please</button></form>"
        ));
        let origins = [evil.sibling_origin(), evil.foreign_origin()];
        for (origin, button) in origins
            .iter()
            .flat_map(|origin| ["#text", "#out", "#renew"].map(|button| (origin, button)))
        {
            page.goes_to(origin).await;
            page.tabs_to(button).await;
            page.enters().await;
            page.until("text('[role=alert]').startsWith('Nothing was done')")
                .await;
            assert_eq!(page.value("find('#phone').value").await, "", "{button}");
            page.goes_to(&format!("{worker}/login")).await;
            page.sees("h1", "You are signed in").await;
        }
        assert_eq!(line().telephone().asked("send", &target), 0);
    });
}
