//! What can the pages of others do?
//!
//! Not here: every header that they could send (`over_http`).

use serde_json::json;
use tests::numbers;

use crate::engine::ENGINE;
use crate::window::{Taste, in_window, in_window_of};
use crate::{SHOP, line, site};

#[test]
fn somebody_signs_in_on_a_page_of_another_origin_that_is_allowed() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        let address = format!("{}/#{}", SHOP.sibling_origin(), line().origin());
        page.goes_to(&address).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", "You are signed in").await;
        page.reloads().await;
        page.sees("h2", "You are signed in").await;
        page.clicks("Sign out").await;
        page.sees("h2", "Sign in").await;
    });
}

#[test]
fn an_element_on_a_page_of_another_site_asks_nobody_for_their_number() {
    in_window(|page| async move {
        // The same page by its address: another site, which is not on the list.
        let address = format!("{}/#{}", SHOP.foreign_origin(), line().origin());
        page.goes_to(&address).await;
        page.until("text('[role=alert]') !== '' && !find('[data-busy]')")
            .await;
        assert_eq!(page.value("Boolean(find('#number'))").await, false);
        assert_eq!(page.value("text('[type=submit]')").await, "Try again");
    });
}

#[test]
#[cfg_attr(
    feature = "webkit",
    ignore = "WebKitGTK keeps no cookie of another site, partitioned or not"
)]
fn r44_pages_of_other_sites_that_are_listed_have_logins_of_their_own_without_third_party_cookies() {
    in_window_of(Taste::NoThirdPartyCookies, |page| async move {
        let phone = numbers::fresh();
        let [first, second] =
            ["a", "b"].map(|name| format!("{}/#{}", SHOP.origin_at(name), line().origin()));
        page.goes_to(&first).await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.sees("h2", "You are signed in").await;
        page.reloads().await;
        page.sees("h2", "You are signed in").await;
        // Neither another site nor the worker's own pages know of it.
        for elsewhere in [&second, line().origin()] {
            page.goes_to(elsewhere).await;
            page.until("find('#number')").await;
        }
        page.goes_to(&first).await;
        page.sees("h2", "You are signed in").await;
        page.clicks("Sign out").await;
        page.sees("h2", "Sign in").await;
    });
}

#[test]
fn r04_a_page_of_another_site_sends_no_text_and_signs_nobody_out() {
    in_window(|page| async move {
        let (victim, target) = (numbers::fresh(), numbers::fresh());
        page.goes_to(line().origin()).await;
        page.asks_for_a_code(&victim).await;
        page.sees("bdi", &victim).await;
        page.types_the_code(&line().telephone().code(&victim)).await;
        page.sees("h2", "You are signed in to Bura").await;

        let evil = site("<!doctype html><title>Kittens</title><p>Look, kittens!");
        page.goes_to(&evil.foreign_origin()).await;
        let attack = format!(
            "attack({}, {}, {})",
            json!(line().origin()),
            json!(json!({ "phone": target }).to_string()),
            ENGINE.downloads_what_it_does_not_know()
        );
        page.runs(ATTACK).await;
        let outcomes = page.awaits(&attack).await;
        // Every request was made, and none could be read.
        let form = if ENGINE.downloads_what_it_does_not_know() {
            "downloaded"
        } else {
            "loaded"
        };
        assert_eq!(
            outcomes,
            json!({
                "form": form, "plain": "opaque", "typed": "refused", "credentials": "refused",
                "beacon": true, "image": "refused", "logout": "opaque", "forget": "refused",
            })
        );
        assert_eq!(line().telephone().asked("send", &target), 0);
        page.goes_to(line().origin()).await;
        page.sees("h2", "You are signed in to Bura").await;
    });
}

#[test]
fn r04_r72_a_page_of_another_site_cannot_put_ours_into_a_frame_and_a_button_of_theirs_over_ours() {
    in_window(|page| async move {
        for path in [
            "/",
            "/account",
            "/login",
            "/v1/config",
            "/.well-known/jwks.json",
        ] {
            if path.ends_with(".json") && ENGINE.downloads_what_it_does_not_know() {
                continue;
            }
            let framed = format!("{}{path}", line().origin());
            let evil = site(&format!(
                "<!doctype html><title>Kittens</title><iframe src={framed}></iframe>"
            ));
            for origin in [evil.sibling_origin(), evil.foreign_origin()] {
                page.goes_to(&origin).await;
                page.enters_the_frame().await;
                // What stands there instead is of no origin; while it is empty, it is of the page's.
                page.until("window.origin === 'null'").await;
            }
        }
    });
}

/// Everything that a page can send to another site without asking its visitor.
const ATTACK: &str = r#"
    window.attack = async (worker, body, downloads) => {
        const send = (path, options) => fetch(worker + path, { method: "POST", body, ...options })
            .then((reply) => reply.type, () => "refused");
        const loads = (node, set) => new Promise((resolve) => {
            node.onload = () => resolve("loaded");
            node.onerror = () => resolve("refused");
            set();
        });
        const frame = document.createElement("iframe");
        frame.name = "frame";
        document.body.append(frame);
        const form = document.body.appendChild(document.createElement("form"));
        Object.assign(form, { action: worker + "/v1/challenges", method: "post", target: "frame", enctype: "text/plain" });
        const field = form.appendChild(document.createElement("input"));
        [field.name, field.value] = [body.slice(0, -1) + ',"x":"', '"}'];
        const image = new Image();
        const json = { headers: { "content-type": "application/json" } };
        return {
            form: downloads ? form.submit() ?? "downloaded" : await loads(frame, () => form.submit()),
            plain: await send("/v1/challenges", { mode: "no-cors", credentials: "include" }),
            typed: await send("/v1/challenges", json),
            credentials: await send("/v1/challenges", { ...json, credentials: "include" }),
            beacon: navigator.sendBeacon(worker + "/v1/challenges", body),
            image: await loads(image, () => (image.src = worker + "/v1/challenges")),
            logout: await send("/v1/session/logout", { mode: "no-cors", credentials: "include", body: "{}" }),
            forget: await send("/v1/challenges", { method: "DELETE", body: undefined, credentials: "include" }),
        };
    };
"#;
