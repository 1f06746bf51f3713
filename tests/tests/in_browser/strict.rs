//! Does the element work on a page with the strictest content policy, and not at all where it is not what was pinned?
//!
//! Not here: pages that are not strict but hostile (`hostile`), and what is shown where WebAssembly is forbidden.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha384};
use tests::numbers;

use crate::devtools::NOTES;
use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

/// The policy of a page that trusts one worker, and no text.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'nonce-bG9naW4' 'wasm-unsafe-eval'; style-src 'none'; connect-src {}; \
         require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'",
        line().origin()
    )
}

/// A page with that policy, which keeps a list of what was held against it.
fn strict_page(script: &str, element: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Strict</title>
        <meta http-equiv="Content-Security-Policy" content="{}">
        <script nonce="bG9naW4">
            {NOTES}
            window.violations = [];
            document.addEventListener("securitypolicyviolation", ({{ violatedDirective, blockedURI, sample }}) => {{
                // Which Firefox asks for by itself.
                if (blockedURI.endsWith("/favicon.ico")) return;
                violations.push(`${{violatedDirective}} ${{blockedURI}} ${{sample}}`);
            }});
        </script>
        {script}
        <main>{element}</main>"#,
        policy()
    )
}

/// The tag that loads the element: as a module, or as a classic script.
fn scripts() -> [String; 2] {
    let origin = line().origin();
    [
        format!(r#"<script nonce="bG9naW4" type="module" src="{origin}/sms-login.js"></script>"#),
        format!(r#"<script nonce="bG9naW4" async src="{origin}/sms-login.classic.js"></script>"#),
    ]
}

/// The same, with something else that runs before.
fn after(first: &str, script: &str) -> String {
    format!(r#"<script nonce="bG9naW4">{first}</script>{script}"#)
}

async fn nothing_is_held_against(page: &Page) {
    assert_eq!(page.value("window.violations").await, json!([]));
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

#[test]
fn r68_r69_somebody_signs_in_and_out_under_the_strictest_policy_with_either_script() {
    for (path, script) in ["/strict-module", "/strict-classic"]
        .into_iter()
        .zip(scripts())
    {
        SHOP.holds(
            path,
            strict_page(&script, "<sms-login name=Strict></sms-login>"),
        );
        in_window(move |page| async move {
            let phone = numbers::fresh();
            page.goes_to(&format!("{}{path}", SHOP.sibling_origin()))
                .await;
            page.asks_for_a_code(&phone).await;
            page.sees("bdi", &phone).await;
            let code = line().telephone().code(&phone);
            page.types_the_code(&code).await;
            page.sees("h2", "You are signed in to Strict").await;
            page.clicks("Sign out").await;
            page.sees("h2", "Sign in to Strict").await;
            nothing_is_held_against(&page).await;
        });
    }
}

/// What runs where text is taken for markup.
const PAYLOADS: [&str; 6] = [
    r#"<img src=x onerror="pwned()">"#,
    r#""><script>pwned()</script>"#,
    r#"javascript:pwned()//https://login.example.com"#,
    r#"data:text/html,<script>pwned()</script>"#,
    r#"</style><svg onload=pwned()>"#,
    "{{constructor.constructor('pwned()')()}}${pwned()}\u{202e}\u{0}",
];

#[test]
fn r68_text_is_text_in_every_attribute_and_slot() {
    let [script, _] = scripts();
    let elements: Vec<String> = PAYLOADS
        .iter()
        .map(|payload| {
            let quoted = payload.replace('&', "&amp;").replace('"', "&quot;");
            let attributes = [
                "name",
                "theme",
                "field",
                "required",
                "no-sign-out",
                "autofocus",
                "part",
                "lang",
                "class",
            ]
            .map(|name| format!(r#"{name}="{quoted}""#))
            .join(" ");
            let text = quoted.replace('<', "&lt;");
            format!(
                r#"<sms-login {attributes}>{text}<p slot="signed-in">{text}</p></sms-login>
                       <sms-login endpoint="{quoted}"></sms-login>"#
            )
        })
        .collect();
    let script = after(
        "window.hits = 0; window.pwned = () => { hits += 1; };",
        &script,
    );
    SHOP.holds("/payloads", strict_page(&script, &elements.concat()));
    in_window(|page| async move {
        page.goes_to(&format!("{}/payloads", SHOP.sibling_origin()))
            .await;
        page.until(
            "[...document.querySelectorAll('sms-login:not([endpoint])')].every((it) => it.matches(':state(phone)'))
            && [...document.querySelectorAll('sms-login[endpoint]')].every((it) => it.matches(':state(problem)'))",
        )
        .await;
        let titles = page
            .value("[...document.querySelectorAll('sms-login')].map((it) => it.shadowRoot.querySelector('h2').textContent)")
            .await;
        for payload in PAYLOADS {
            let payload = payload.replace('\0', "\u{fffd}");
            let title = json!(format!("Sign in to {payload}"));
            assert!(
                titles.as_array().is_some_and(|all| all.contains(&title)),
                "{title} in {titles}"
            );
        }
        let strangers = "[...document.querySelectorAll('sms-login')].flatMap((it) =>
            [...it.shadowRoot.querySelectorAll('img, script, svg, a, iframe, style, link')]).length";
        assert_eq!(page.value(strangers).await, 0);
        assert_eq!(page.value("window.hits").await, 0);
        assert_eq!(page.value("window.violations").await, json!([]));
    });
}

#[test]
fn r68_text_is_text_in_everything_that_the_worker_says() {
    let [script, _] = scripts();
    // The worker's part is played by somebody who puts markup into every word that it may say.
    let played = format!(
        r#"
        window.hits = 0; window.pwned = () => {{ hits += 1; }};
        const evil = {payload};
        const answers = {{
            "/v1/config": [200, {{ default_country: {{ iso: evil, calling_code: evil, trunk_prefix: evil, example: evil }},
                countries: [evil], channels: ["sms"], code_length: 6, has_session: true }}],
            "/v1/session": [200, {{ subject: evil, new_account: false, authenticated_at: 4e9, auth_level: evil,
                first_seen: 1, last_login: 1, renew_by: 4e9, ends_at: 5e9, anti_forgery: evil }}],
            "/v1/session/logout": [503, {{ type: evil, title: evil, status: 503, code: evil, detail: evil }}],
        }};
        const real = fetch;
        window.fetch = (request, options) => {{
            const path = new URL(request.url ?? request).pathname;
            if (!(path in answers)) return real(request, options);
            const [status, body] = answers[path];
            return Promise.resolve(Response.json(body, {{ status }}));
        }};"#,
        payload = json!(PAYLOADS[0])
    );
    SHOP.holds(
        "/answers",
        strict_page(
            &after(&played, &script),
            "<sms-login name=Strict></sms-login>",
        ),
    );
    in_window(|page| async move {
        page.goes_to(&format!("{}/answers", SHOP.sibling_origin()))
            .await;
        page.sees("h2", "You are signed in to Strict").await;
        assert_eq!(page.value("element.session.subject").await, PAYLOADS[0]);
        page.clicks("Sign out").await;
        page.until("element.matches(':state(problem)')").await;
        assert_eq!(
            page.value("element.shadowRoot.querySelectorAll('img').length")
                .await,
            0
        );
        assert_eq!(page.value("window.hits").await, 0);
        assert_eq!(page.value("window.violations").await, json!([]));
    });
}

/// A file of the element, as it was built.
fn built(name: &str) -> Vec<u8> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    fs::read(dist.join(name)).expect("the element is built")
}

/// A page that pins the script by its hash, and says something of its own in the element.
fn pinned_page(folder: &str, hash: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Pinned</title>
        <script type="module" src="{folder}/sms-login.js" integrity="{hash}" crossorigin></script>
        <main><sms-login endpoint="{}">Signing in does not work here today.</sms-login></main>"#,
        line().origin()
    )
}

fn hash(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

#[test]
fn r70_a_tampered_script_or_wasm_does_not_run_and_the_person_is_told() {
    let (script, wasm) = (built("sms-login.js"), built("sms-login.wasm"));
    let (mut other_script, mut other_wasm) = (script.clone(), wasm.clone());
    other_script.extend(b"window.ran = true;");
    // A custom section at the end: it would run as before.
    other_wasm.extend([0, 2, 1, b'x']);
    for (folder, script_there, wasm_there) in [
        ("/whole", script.clone(), wasm.clone()),
        ("/script", other_script, wasm),
        ("/wasm", script.clone(), other_wasm),
    ] {
        SHOP.holds(&format!("{folder}/sms-login.js"), script_there);
        SHOP.holds(&format!("{folder}/sms-login.wasm"), wasm_there);
        let english = "sms-login.en.json";
        SHOP.holds(&format!("{folder}/{english}"), built(english));
        SHOP.holds(&format!("{folder}/"), pinned_page(folder, &hash(&script)));
    }
    in_window(|page| async move {
        let open = async |folder: &str| {
            page.goes_to(&format!("{}{folder}/", SHOP.sibling_origin()))
                .await;
        };
        open("/whole").await;
        page.until("find('#number')").await;

        open("/script").await;
        page.until("document.readyState === 'complete'").await;
        assert_eq!(
            page.value("customElements.get('sms-login')").await,
            Value::Null
        );
        assert_eq!(page.value("window.ran").await, Value::Null);
        page.sees("sms-login", "Signing in does not work here today.")
            .await;

        open("/wasm").await;
        page.sees(
            "[role=alert]",
            "Sign-in could not be loaded. Reload the page, or try another browser.",
        )
        .await;
        assert_eq!(page.value("Boolean(find('#number'))").await, false);
        assert_eq!(page.value("element.matches(':state(problem)')").await, true);
    });
}
