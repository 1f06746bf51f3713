//! Is the element a good part of a page: in a form, among others of its kind, and when it is gone?
//!
//! Not here: pages that do not mean well (`hostile`), and what the element has by name (`published`).

use serde_json::{Value, json};
use tests::numbers;

use crate::devtools::NOTES;
use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

/// Opens a page of another origin with this in it. A script that stands there runs before the element's.
async fn opens(page: &Page, path: &str, body: &str) {
    let origin = line().origin();
    SHOP.holds(
        path,
        format!(
            r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
            <script>{NOTES}</script>
            <script type="module" src="{origin}/sms-login.js"></script><main>{body}</main>"#
        ),
    );
    page.goes_to(&format!("{}{path}", SHOP.sibling_origin()))
        .await;
}

/// Signs in with the first element of the page.
async fn signs_in(page: &Page) {
    let phone = numbers::fresh();
    page.asks_for_a_code(&phone).await;
    page.sees("bdi", &phone).await;
    page.types_the_code(&line().telephone().code(&phone)).await;
    page.until("element.state === 'signed-in'").await;
}

#[test]
fn the_settings_are_asked_for_once_and_before_the_wasm_is_there() {
    const BODY: &str = "<script>
        const real = fetch;
        let release;
        const asked = new Promise((resolve) => { release = resolve; });
        window.asks = 0;
        window.fetch = async (wish, init) => {
            const { pathname } = new URL(wish.url ?? wish);
            if (pathname.endsWith('.wasm')) await asked;
            if (pathname === '/v1/config') { asks += 1; release(); }
            return real(wish, init);
        };
    </script><sms-login></sms-login><sms-login></sms-login>";
    in_window(|page| async move {
        opens(&page, "/early", BODY).await;
        page.until(
            "[...document.querySelectorAll('sms-login')].every((it) => it.state === 'phone')",
        )
        .await;
        assert_eq!(page.value("asks").await, 2, "one for each element");
        // Whoever starts over asks anew.
        page.runs("element.reset();").await;
        page.until("asks === 3 && element.state === 'phone'").await;
    });
}

#[test]
fn in_a_form_it_is_wanted_until_somebody_is_in_and_then_submits_who() {
    in_window(|page| async move {
        let form = r#"<form><sms-login name="Host" field="account" required></sms-login><button id="order">Order</button></form>"#;
        opens(&page, "/form", form).await;
        page.runs(
            "window.form = document.forms[0];
             window.submitted = [];
             window.entries = () => [...new FormData(form)];
             form.addEventListener('submit', (event) => { event.preventDefault(); submitted.push(entries()); });",
        )
        .await;
        page.until("element.matches(':state(phone):invalid')").await;
        assert_eq!(page.value("form.elements[0] === element").await, true);
        // The browser shows what is missing, where the person can do something about it.
        page.runs("find('#order').click();").await;
        page.until("focused()?.id === 'number'").await;
        assert_eq!(page.value("[submitted, entries()]").await, json!([[], []]));

        page.runs("form.addEventListener('sms-login:signed-in', ({ detail }) => { window.told = detail; });")
            .await;
        signs_in(&page).await;
        let subject = page.value("element.session.subject").await;
        assert_eq!(
            page.value("told").await,
            page.value("element.session").await
        );
        // It is the page's own copy, and an object like any other.
        assert_eq!(
            page.value("`${told}` === '[object Object]' && told !== element.session")
                .await,
            true
        );
        assert_eq!(
            page.value("element.matches(':state(signed-in):valid:not(:state(phone), :state(busy), :state(problem))')")
                .await,
            true
        );
        page.runs("find('#order').click();").await;
        assert_eq!(
            page.value("submitted").await,
            json!([[["account", subject]]])
        );
        // Starting over finds the session again.
        page.runs("form.reset();").await;
        page.until("element.state === 'loading' || element.state === 'signed-in'")
            .await;
        page.until("element.matches(':state(signed-in)')").await;
        assert_eq!(page.value("element.session.subject").await, subject);

        page.clicks("Sign out").await;
        page.until("element.matches(':state(phone):invalid')").await;
        assert_eq!(
            page.value("[element.session, entries()]").await,
            json!([null, []])
        );
        page.runs("element.required = false;").await;
        assert_eq!(page.value("form.checkValidity()").await, true);
    });
}

#[test]
fn a_page_that_wants_something_else_first_keeps_the_text_from_being_sent() {
    in_window(|page| async move {
        let phone = numbers::fresh();
        let terms =
            r#"<sms-login></sms-login><input type="checkbox" id="terms" aria-label="Terms">"#;
        opens(&page, "/terms", terms).await;
        page.runs(
            "window.prevented = 0;
             document.addEventListener('sms-login:submit', (event) => {
                 if (document.querySelector('#terms').checked) return;
                 event.preventDefault();
                 window.prevented += 1;
             });",
        )
        .await;
        page.asks_for_a_code(&phone).await;
        page.until("prevented === 1").await;
        assert_eq!(
            page.value("element.matches(':state(phone):not(:state(busy))')")
                .await,
            true
        );
        let number = page.value("find('#number').value.replaceAll(' ', '')");
        assert_eq!(number.await, phone);
        assert_eq!(line().telephone().asked("send", &phone), 0);
        page.runs("find('#terms').click();").await;
        page.clicks("Text me a code").await;
        page.sees("bdi", &phone).await;
        // What is no number asks nobody.
        page.clicks("Use another number").await;
        page.runs("find('#terms').click();").await;
        page.asks_for_a_code("12").await;
        page.until("element.matches(':state(problem)')").await;
        assert_eq!(page.value("prevented").await, 1);
    });
}

#[test]
fn properties_are_attributes_also_those_that_were_set_before_the_script_was_there() {
    const BODY: &str = "<sms-login></sms-login><script>
        Object.assign(document.querySelector('sms-login'), { name: 'Early', noSignOut: true });
    </script>";
    in_window(|page| async move {
        opens(&page, "/properties", BODY).await;
        page.sees("h2", "Sign in to Early").await;
        let table = "(() => {
            const attributes = () => element.getAttributeNames().sort().map((name) => `${name}=${element.getAttribute(name)}`);
            const seen = [attributes()];
            Object.assign(element, { name: 'Late', theme: 'dark', field: 'id', maxAge: 600, noSignOut: false, required: true });
            seen.push(attributes());
            Object.assign(element, { name: null, theme: undefined, field: '', maxAge: null, required: false });
            seen.push(attributes(), [element.name, element.theme, element.field, element.maxAge, element.noSignOut, element.required]);
            return seen;
        })()";
        assert_eq!(
            page.value(table).await,
            json!([
                ["name=Early", "no-sign-out="],
                [
                    "field=id",
                    "max-age=600",
                    "name=Late",
                    "required=",
                    "theme=dark"
                ],
                ["field="],
                ["", "", "", "", false, false],
            ])
        );
        page.sees("h2", "Sign in").await;
    });
}

#[test]
fn several_elements_of_a_page_do_not_disturb_each_other() {
    in_window(|page| async move {
        opens(
            &page,
            "/several",
            r#"<sms-login id="a" name="A"></sms-login><sms-login id="b" name="B"></sms-login><sms-login id="c" name="C"></sms-login>"#,
        )
        .await;
        page.runs(
            "window.heard = [];
             for (const kind of ['signed-in', 'signed-out', 'code-sent']) {
                 document.addEventListener(`sms-login:${kind}`, ({ target }) => heard.push(`${target.id} ${kind}`));
             }
             window.states = () => ['a', 'b', 'c'].map((id) => document.getElementById(id)?.state ?? 'gone');",
        )
        .await;
        page.until("states().every((state) => state === 'phone')")
            .await;
        let phone = numbers::fresh();
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        assert_eq!(
            page.value("states()").await,
            json!(["code", "phone", "phone"])
        );
        page.runs("document.getElementById('b').remove();").await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.until("states()[0] === 'signed-in'").await;
        assert_eq!(
            page.value("states()").await,
            json!(["signed-in", "gone", "phone"])
        );
        page.runs("document.getElementById('c').reset();").await;
        page.until("states()[2] === 'signed-in'").await;
        page.clicks("Sign out").await;
        page.until("states()[0] === 'phone'").await;
        assert_eq!(
            page.value("heard").await,
            json!(["a code-sent", "a signed-in", "c signed-in", "a signed-out"])
        );
    });
}

#[test]
fn an_element_that_is_moved_stays_what_it_is_and_one_that_is_gone_is_nothing() {
    in_window(|page| async move {
        let body = r#"<sms-login></sms-login><form id="there"></form>"#;
        opens(&page, "/moved", body).await;
        signs_in(&page).await;
        let seen = "[element.state, element.session?.subject, element.matches(':state(signed-in):not(:state(loading))')]";
        let before = page.value(seen).await;
        page.runs("document.querySelector('#there').append(element);")
            .await;
        assert_eq!(page.value(seen).await, before);
        page.sees("h2", "You are signed in").await;
        page.runs("window.gone = element; gone.remove();").await;
        let gone = "[gone.state, gone.session, gone.matches(':state(loading)')]";
        assert_eq!(page.value(gone).await, json!(["loading", null, true]));
        page.runs("document.querySelector('main').append(gone);")
            .await;
        page.until("element.state === 'signed-in'").await;
        assert_eq!(page.value(seen).await, before);
    });
}

#[test]
fn what_is_learnt_of_a_country_after_its_element_is_gone_disturbs_nobody() {
    const BODY: &str = "<script>
        const real = fetch;
        const let_go = new Promise((resolve) => { window.release = resolve; });
        window.fetch = async (...given) => {
            const answer = await real(...given);
            if (!`${given[0]}`.includes('/v1/countries/')) return answer;
            const numbering = await answer.json();
            window.waits = true;
            await let_go;
            return { ok: true, json: async () => numbering };
        };
    </script><sms-login></sms-login>";
    in_window(|page| async move {
        for again in [false, true] {
            opens(&page, "/late", BODY).await;
            page.until("find('#number') && window.waits").await;
            page.runs("window.gone = element; gone.remove();").await;
            // Whatever follows has followed when the next task begins.
            page.awaits("new Promise((done) => setTimeout(done))").await;
            if again {
                page.runs("document.querySelector('main').append(gone);")
                    .await;
                page.until("find('#number')").await;
            }
            page.runs("release();").await;
            page.awaits("new Promise((done) => setTimeout(done))").await;
            assert_eq!(page.complaints().await, Vec::<String>::new(), "{again}");
        }
    });
}

/// Keeps count of what the page's own functions cannot show: the Wasm's memory and the timers that run.
const COUNTS: &str = "
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...given) => {
        const made = await instantiate(...given);
        window.memory = made.instance.exports.memory;
        return made;
    };
    window.timers = new Set();
    const [set, clear] = [setTimeout, clearTimeout];
    window.setTimeout = (work, ...rest) => {
        const timer = set(() => { timers.delete(timer); work(); }, ...rest);
        timers.add(timer);
        return timer;
    };
    window.clearTimeout = (timer) => { timers.delete(timer); clear(timer); };
    window.come = (count) => {
        const elements = Array.from({ length: count }, () => document.createElement('sms-login'));
        document.querySelector('main').append(...elements);
    };
    window.all = (state) => [...document.querySelectorAll('sms-login')].every((element) => element.state === state);
    window.leave = () => document.querySelector('main').replaceChildren();
";

/// What the browser holds for the page, once it has thrown away what nobody holds: nodes, listeners, timers, bytes of the Wasm.
async fn held(page: &Page) -> [u64; 4] {
    page.devtools("HeapProfiler.collectGarbage", json!({}))
        .await;
    let metrics = page.devtools("Performance.getMetrics", json!({})).await;
    let metric = |name: &str| -> u64 {
        let all = metrics["metrics"].as_array().expect("metrics are a list");
        let metric = all.iter().find(|metric| metric["name"] == name);
        let value = metric.and_then(|metric| metric["value"].as_f64());
        value.expect("the browser counts them") as u64
    };
    let own = page.value("[timers.size, memory.buffer.byteLength]").await;
    let own = |place: usize| own[place].as_u64().expect("it is a count");
    [metric("Nodes"), metric("JSEventListeners"), own(0), own(1)]
}

#[test]
#[cfg_attr(
    any(feature = "firefox", feature = "webkit"),
    ignore = "only Chromium's developer tools count nodes and listeners"
)]
fn elements_that_are_gone_leave_no_node_listener_timer_or_memory_behind() {
    in_window(|page| async move {
        opens(&page, "/heap", &format!("<script>{COUNTS}</script>")).await;
        page.devtools("Performance.enable", json!({})).await;
        page.until("customElements.get('sms-login')").await;
        // Everything that is made once is made, and the most that is ever there at once was there.
        for _ in 0..2 {
            page.runs("come(20);").await;
            page.until("all('phone')").await;
            page.runs("leave();").await;
        }
        let before = held(&page).await;
        for _ in 0..5 {
            page.runs("come(20);").await;
            page.until("all('phone')").await;
            page.runs("leave();").await;
            // These go while their first request is on its way.
            page.runs("come(20); leave();").await;
        }
        // These go while they count down.
        for _ in 0..3 {
            page.runs("come(1);").await;
            let phone = numbers::fresh();
            page.asks_for_a_code(&phone).await;
            page.sees("bdi", &phone).await;
            page.until("timers.size > 0").await;
            page.runs("leave();").await;
        }
        page.until(&format!("timers.size === {}", before[2])).await;
        let after = held(&page).await;
        // The browser itself keeps the one that was last typed into, fifty nodes, so that typing could be undone.
        for (what, (before, after)) in ["nodes", "listeners", "timers", "bytes"]
            .into_iter()
            .zip(before.into_iter().zip(after))
        {
            assert!(after <= before + 100, "{what}: {before}, then {after}");
        }
        assert_eq!(page.complaints().await, Vec::<String>::new());
        assert_eq!(
            page.value("document.querySelector('sms-login')").await,
            Value::Null
        );
    });
}
