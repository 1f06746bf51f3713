//! Does the element stay what it is among hostile markup, polluted prototypes and frames?
//!
//! Not here: policies (`strict`), and other people's requests (`origins`).

use serde_json::json;
use tests::numbers;

use crate::engine::{ENGINE, Engine};
use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

/// A page with this in front of the element.
fn page_with(before: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>{before}
        <script type="module" src="{}/sms-login.js"></script>
        <main><sms-login></sms-login></main>"#,
        line().origin()
    )
}

/// Opens the page at that path of another origin, and signs in.
async fn signs_in(page: &Page, path: &str) -> String {
    let phone = numbers::fresh();
    page.goes_to(&format!("{}{path}", SHOP.sibling_origin()))
        .await;
    page.asks_for_a_code(&phone).await;
    page.sees("bdi", &phone).await;
    page.types_the_code(&line().telephone().code(&phone)).await;
    page.sees("h2", "You are signed in").await;
    phone
}

#[test]
fn r73_markup_that_takes_the_names_of_the_browsers_own_functions_changes_nothing() {
    // What is read of `document` and of the window by name, and where another script's address might be looked for.
    let names = [
        "createElement",
        "hidden",
        "addEventListener",
        "removeEventListener",
        "currentScript",
        "defaultView",
        "baseURI",
        "implementation",
        "adoptedStyleSheets",
        "cookie",
        "head",
        "visibilityState",
        "document",
        "fetch",
        "location",
        "navigator",
        "OTPCredential",
        "self",
        "global",
        "Request",
        "credentials",
    ];
    let markup: String = names
        .iter()
        .map(|name| {
            format!(
                r#"<form name="{name}" id="{name}" hidden><input name="src" value="https://evil.example"></form>
                   <img name="{name}" src="data:," alt="" hidden>"#
            )
        })
        .collect();
    SHOP.holds("/clobbered", page_with(&markup));
    in_window(|page| async move {
        signs_in(&page, "/clobbered").await;
        // It was markup of that sort.
        assert_eq!(page.value("typeof document.hidden").await, "object");
        assert_eq!(page.value("typeof document.createElement").await, "object");
        page.clicks("Sign out").await;
        page.sees("h2", "Sign in").await;
    });
}

#[test]
fn r73_a_classic_script_takes_no_markup_for_itself() {
    let page = format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
        <img name="currentScript" src="https://evil.example/sms-login.js" alt="" hidden>
        <script src="{}/sms-login.classic.js"></script>
        <main><sms-login></sms-login></main>"#,
        line().origin()
    );
    SHOP.holds("/current-script", page);
    in_window(|page| async move {
        signs_in(&page, "/current-script").await;
    });
}

/// Every option that a function of the browser would take from an object that inherits it, set to what would do harm or stop it.
const POLLUTION: &str = r#"
    const polluted = {
        body: "evil", method: "DELETE", mode: "no-cors", credentials: "omit", cache: "force-cache", redirect: "follow",
        referrer: "https://evil.example/", referrerPolicy: "unsafe-url", integrity: "sha384-evil", keepalive: true,
        signal: "evil", window: "evil", duplex: "evil", priority: "evil", headers: { "x-evil": "1" }, capture: true, once: true,
        passive: true, delegatesFocus: true, slotAssignment: "manual", serializable: true, clonable: true, bubbles: false,
        composed: false, cancelable: false, detail: "evil", valueMissing: true, customError: true, toJSON: () => "evil",
        disabled: true, media: "print", baseURL: "https://evil.example/", preventScroll: true, endpoint: "https://evil.example",
        get: undefined, set: undefined, enumerable: true, phone: "+385910000000", proof: { pow: {} }, code: "evil",
        anti_forgery: "evil",
    };
    const names = Object.keys(polluted);
    const pollute = () => {
        for (const name of names) {
            Object.defineProperty(Object.prototype, name, {
                __proto__: null, value: polluted[name], writable: true, configurable: true, enumerable: true,
            });
        }
    };
    const clean = () => {
        for (const name of names) delete Object.prototype[name];
    };
    // Whoever looks at the page from outside needs objects as they should be, so they are only while the element works.
    window.whilePolluted = async (state, act) => {
        pollute();
        act?.();
        for (let turn = 0; turn < 1000 && document.querySelector("sms-login")?.state !== state; turn++) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
        clean();
    };
    whilePolluted("phone");
"#;

#[test]
fn r73_polluted_prototypes_change_nothing_of_what_is_asked_or_of_whom() {
    let listens = "
        window.asked = [];
        const real = fetch;
        window.fetch = (request, options) => {
            const asks = request instanceof Request ? request : new Request(request, options);
            const { url, method, credentials, cache, redirect, referrer } = asks;
            asked.push([url, method, credentials, cache, redirect, referrer]);
            return real(request, options);
        };";
    SHOP.holds(
        "/polluted",
        page_with(&format!("<script>{listens}{POLLUTION}</script>")),
    );
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/polluted", SHOP.sibling_origin()))
            .await;
        page.until("find('#number')").await;
        let act = async |state: &str, id: &str, text: &str| {
            page.awaits(&format!(
                "whilePolluted({}, () => {{
                    find({}).value = {};
                    find('[type=submit]').click();
                }})",
                json!(state),
                json!(id),
                json!(text)
            ))
            .await;
            let seen = page.value("[text('[role=alert]'), window.asked]").await;
            assert_eq!(page.value("element.state").await, state, "{seen}");
        };
        act("code", "#number", &phone).await;
        act("signed-in", "#code", &line().telephone().code(&phone)).await;
        let asked = page
            .value("window.asked.map((it) => it.join(' ')).filter((it) => it.includes('/v1/'))")
            .await;
        let worker = line().origin();
        let own = |line: &str| format!("{worker}{line} no-store error about:client");
        let mut expected = vec![
            own("/v1/config GET include"),
            // The same to everybody, so it goes without cookies.
            format!("{worker}/v1/countries/HR GET omit default error about:client"),
            own("/v1/passkeys/login/options POST include"),
            own("/v1/challenges POST include"),
            own("/v1/challenges/verify POST include"),
        ];
        if ENGINE == Engine::Webkit {
            // It has no passkeys.
            expected.remove(2);
        }
        assert_eq!(asked, json!(expected));
    });
}

#[test]
fn r73_what_a_page_puts_in_the_place_of_fetch_later_is_not_asked() {
    SHOP.holds("/patched", page_with(""));
    // All but those without which WebKit's driver runs no script.
    let timers = if ENGINE == Engine::Webkit {
        ""
    } else {
        "setTimeout: call, clearTimeout: call,"
    };
    in_window(move |page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/patched", SHOP.sibling_origin()))
            .await;
        page.until("find('#number')").await;
        let patch = "window.asked = 0;
             const evil = class { constructor() { window.asked += 1; throw new Error('evil'); } };
             const call = () => { window.asked += 1; throw new Error('evil'); };
             Object.assign(window, {
                 fetch: call, TIMERS queueMicrotask: call,
                 Request: evil, Headers: evil, URL: evil, URLSearchParams: evil, AbortController: evil, CustomEvent: evil, FormData: evil,
             });
             EventTarget.prototype.addEventListener = call;";
        page.runs(&patch.replace("TIMERS", timers)).await;
        // The page's own functions are gone, so it is the element that is waited for.
        page.asks_for_a_code(&phone).await;
        page.until("element.state === 'code'").await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.until("element.state === 'signed-in'").await;
        assert_eq!(page.value("window.asked").await, 0);
    });
}

#[test]
fn r71_messages_of_other_windows_change_nothing_and_events_tell_no_secret() {
    let listens = "<script>
        window.heard = [];
        for (const kind of ['signed-in', 'signed-out', 'code-sent', 'submit', 'problem', 'proof']) {
            addEventListener(`sms-login:${kind}`, ({ type, detail }) => heard.push([type, detail]));
        }
        window.sent = 0;
        const post = postMessage;
        Window.prototype.postMessage = window.postMessage = (...message) => { sent += 1; return post(...message); };
        window.fuzz = () => {
            const words = ['signed-in', 'signed-out', 'sms-login:signed-out', 'code', 'prove', 'reset', 'signOut', 'otp'];
            for (let i = 0; i < 1000; i++) {
                const word = words[i % words.length];
                const code = String(i).padStart(6, '0');
                post([word, { type: word, code, subject: 'usr_evil' }, { event: word, data: { code } }, null, code][i % 5], '*');
            }
            return new Promise((resolve) => setTimeout(resolve));
        };
    </script>";
    SHOP.holds("/messages", page_with(listens));
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/messages", SHOP.sibling_origin()))
            .await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        page.awaits("fuzz()").await;
        assert_eq!(page.value("element.state").await, "code");
        assert_eq!(page.value("find('#code').value").await, "");
        let code = line().telephone().code(&phone);
        page.types_the_code(&numbers::wrong(&code)).await;
        page.until("element.matches(':state(problem)')").await;
        page.types_the_code(&code).await;
        page.sees("h2", "You are signed in").await;
        page.awaits("fuzz()").await;
        assert_eq!(page.value("element.state").await, "signed-in");
        page.clicks("Sign out").await;
        page.sees("h2", "Sign in").await;

        let heard = page.value("window.heard").await;
        let kinds: Vec<_> = heard.as_array().unwrap().iter().map(|it| &it[0]).collect();
        assert_eq!(
            kinds,
            [
                "sms-login:submit",
                "sms-login:code-sent",
                "sms-login:problem",
                "sms-login:signed-in",
                "sms-login:signed-out"
            ]
        );
        let said = heard.to_string();
        // Neither the digits of the number, nor either code.
        for secret in [
            &phone.replacen("+385", "", 1),
            &code,
            &numbers::wrong(&code),
        ] {
            assert!(!said.contains(secret), "{said}");
        }
        assert_eq!(page.value("window.sent").await, 0);
    });
}

#[test]
fn r67_nothing_is_stored_nobody_else_is_asked_and_nothing_is_left_in_the_page() {
    let listens = "<script>
        window.urls = [];
        new PerformanceObserver((list) => urls.push(...list.getEntries().map(({ name }) => name)))
            .observe({ type: 'resource', buffered: true });
    </script>";
    SHOP.holds("/traces", page_with(listens));
    in_window(|page| async move {
        let phone = signs_in(&page, "/traces").await;
        let elsewhere = format!(
            "window.urls.filter((url) => !url.startsWith({}) && !url.endsWith('/favicon.ico'))",
            json!(format!("{}/", line().origin()))
        );
        assert_eq!(page.value(&elsewhere).await, json!([]));
        let stored = page
            .awaits(
                "Promise.all([indexedDB.databases(), caches.keys()]).then(([databases, names]) =>
                    [databases.length, names.length, localStorage.length, sessionStorage.length, document.cookie])",
            )
            .await;
        assert_eq!(stored, json!([0, 0, 0, 0, ""]));
        let everything = "[...element.shadowRoot.querySelectorAll('*')]
            .map((it) => `${it.value ?? ''} ${it.outerHTML} ${it.textContent}`).join() + document.documentElement.outerHTML";
        let everything = page.value(everything).await.to_string();
        assert!(
            !everything.contains(&phone.replacen("+385", "", 1)),
            "{everything}"
        );
    });
}

/// A browser on a desk has no codes from texts, so a telephone's part is played.
const TELEPHONE: &str = "<script>
    window.OTPCredential = class {};
    window.wanted = [];
    const get = (options) => { wanted.push(Object.keys(options)); return new Promise(() => {}); };
    Object.defineProperty(navigator, 'credentials', { value: { get } });
</script>";

#[test]
fn r72_in_a_frame_the_telephone_is_asked_only_after_the_person_asked_for_a_text() {
    SHOP.holds("/framed", page_with(TELEPHONE));
    let around = format!(
        "<!doctype html><title>Around</title><iframe src={}/framed allow=otp-credentials></iframe>",
        SHOP.sibling_origin()
    );
    SHOP.holds("/around", around);
    in_window(|page| async move {
        page.goes_to(&format!("{}/around", SHOP.foreign_origin()))
            .await;
        page.enters_the_frame().await;
        page.until("find('#number')").await;
        page.runs("element.reset();").await;
        page.until("find('#number')").await;
        assert_eq!(page.value("window.wanted").await, json!([]));
        let phone = numbers::fresh();
        page.runs(&format!("find('#number').value = {};", json!(phone)))
            .await;
        page.clicks("Text me a code").await;
        page.sees("bdi", &phone).await;
        let wanted = page.value("window.wanted").await;
        assert_eq!(wanted, json!([["otp", "signal"]]));
    });
}
