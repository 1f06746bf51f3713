//! Is what the npm package says of the element so?
//!
//! Its manifest, its types and the README are held against the element itself. Not here: which files are in it (`deployment`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tests::numbers;

use crate::page::Page;
use crate::window::in_window;
use crate::{SHOP, line};

type Names = BTreeSet<String>;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json_of(path: &str) -> Value {
    serde_json::from_slice(text(path).as_bytes()).expect("it is JSON")
}

/// What the manifest says of the element.
fn manifest() -> Value {
    json_of("target/npm/custom-elements.json")["modules"][0]["declarations"][0].clone()
}

fn named<'a>(list: impl IntoIterator<Item = &'a Value>) -> Names {
    let name = |it: &Value| it["name"].as_str().expect("it has a name").to_owned();
    list.into_iter().map(name).collect()
}

fn said(what: &str) -> Names {
    named(manifest()[what].as_array().expect("it is a list"))
}

/// The members of that kind.
fn members(kind: &str) -> Names {
    let manifest = manifest();
    let members = manifest["members"].as_array().expect("it is a list");
    named(members.iter().filter(|member| member["kind"] == kind))
}

/// What stands between backticks in the first column of the README's table that begins so; of a method, the name.
fn table(heading: &str) -> Names {
    let readme = text("widget/README.md");
    let (_, rows) = readme
        .split_once(&format!("| {heading} |"))
        .unwrap_or_else(|| panic!("no table begins with {heading}"));
    rows.lines()
        .skip(2)
        .take_while(|row| row.starts_with('|'))
        .flat_map(|row| quoted(row.split('|').nth(1).expect("a row has columns")))
        .map(|name| name.split('(').next().unwrap_or_default().to_owned())
        .collect()
}

/// What stands between backticks.
fn quoted(line: &str) -> Names {
    line.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// What stands between backticks in the README's paragraph that begins so.
fn paragraph(beginning: &str) -> Names {
    let readme = text("widget/README.md");
    let (_, rest) = readme
        .split_once(&format!("\n`{beginning}`: "))
        .unwrap_or_else(|| panic!("no paragraph begins with {beginning}"));
    quoted(rest.split("\n\n").next().unwrap_or_default())
}

async fn names(page: &Page, expression: &str) -> Names {
    let list = page.value(expression).await;
    let list = list.as_array().expect("it is a list");
    let name = |it: &Value| it.as_str().expect("they are names").to_owned();
    list.iter().map(name).collect()
}

#[test]
fn the_manifest_fits_its_schema() {
    let schema = json_of("tests/frameworks/node_modules/custom-elements-manifest/schema.json");
    let manifest = json_of("target/npm/custom-elements.json");
    assert_eq!(manifest["schemaVersion"], "2.1.0");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let faults: Vec<_> = validator
        .iter_errors(&manifest)
        .map(|fault| fault.to_string())
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_types_are_right_about_what_is_so_and_about_what_is_not() {
    let compiled = Command::new("node")
        .args(["node_modules/typescript/bin/tsc", "--project", "."])
        .current_dir(root("tests/frameworks"))
        .output()
        .expect("Node is installed");
    let words = String::from_utf8_lossy(&compiled.stdout);
    assert!(compiled.status.success(), "{words}");
}

#[test]
fn manifest_readme_and_types_name_the_same() {
    assert_eq!(said("attributes"), table("attribute"));
    assert_eq!(members("field"), table("property"));
    assert_eq!(members("method"), table("method"));
    assert_eq!(said("events"), table("event (bubbles, composed)"));
    assert_eq!(said("cssProperties"), table("custom property"));
    assert_eq!(said("cssParts"), paragraph("::part()"));
    assert_eq!(said("cssStates"), paragraph(":state()"));
    let types = text("target/npm/sms-login.d.ts");
    for event in said("events") {
        assert!(
            types.contains(&format!("    \"{event}\": CustomEvent<")),
            "{event}"
        );
    }
    for field in members("field") {
        assert!(types.contains(&format!(" {field}: ")), "{field}");
    }
    for method in members("method") {
        assert!(types.contains(&format!("  {method}(")), "{method}");
    }
}

#[test]
fn the_element_has_what_is_said_and_nothing_else() {
    let listens = "
        window.heard = new Set();
        const { dispatchEvent } = EventTarget.prototype;
        EventTarget.prototype.dispatchEvent = function (event) { heard.add(event.type); return dispatchEvent.call(this, event); };
        window.seen = { parts: new Set(), slots: new Set(), states: new Set() };
        window.look = () => {
            const element = document.querySelector('sms-login');
            for (const node of element?.shadowRoot?.querySelectorAll('*') ?? []) {
                node.part.forEach((part) => seen.parts.add(part));
                if (node.localName === 'slot') seen.slots.add(node.name);
            }
            for (const state of ['loading', 'phone', 'email', 'code', 'signed-in', 'proved', 'busy', 'problem']) {
                if (element?.matches(`:state(${state})`)) seen.states.add(state);
            }
            requestAnimationFrame(look);
        };
        look();";
    let page = format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><script>{listens}</script>
        <script type="module" src="{}/sms-login.js"></script><main><sms-login></sms-login></main>"#,
        line().origin()
    );
    SHOP.holds("/published", page);
    in_window(|page| async move {
        let phone = numbers::fresh();
        page.goes_to(&format!("{}/published", SHOP.sibling_origin()))
            .await;
        page.until("find('[part=country]')").await;
        page.tabs_to("[part=country]").await;
        page.enters().await;
        page.until("seen.parts.has('option')").await;
        page.enters().await;
        page.clicks("Use e-mail instead").await;
        page.until("seen.states.has('email')").await;
        page.clicks("Use your phone instead").await;
        page.asks_for_a_code(&phone).await;
        page.sees("bdi", &phone).await;
        let code = line().telephone().code(&phone);
        page.types_the_code(&numbers::wrong(&code)).await;
        page.until("element.matches(':state(problem)')").await;
        page.until("seen.states.has('problem')").await;
        page.types_the_code(&code).await;
        page.until("seen.states.has('signed-in')").await;
        page.clicks("Sign out").await;
        page.until("heard.has('sms-login:signed-out')").await;
        let phone = numbers::fresh();
        let ticket = json!(line().ticket(&phone));
        page.runs(&format!("element.ticket = {ticket};")).await;
        page.sees("h2", "Confirm that it is you").await;
        page.clicks("Text me a code").await;
        page.sees("h2", "Enter your code").await;
        page.types_the_code(&line().telephone().code(&phone)).await;
        page.until("seen.states.has('proved')").await;

        assert_eq!(names(&page, "[...seen.parts]").await, said("cssParts"));
        assert_eq!(names(&page, "[...seen.slots]").await, said("slots"));
        assert_eq!(names(&page, "[...seen.states]").await, said("cssStates"));
        let mut events = names(
            &page,
            "[...heard].filter((kind) => kind.startsWith('sms-login:'))",
        )
        .await;
        // Which takes a worker that wants proofs: `proofs` hears it.
        events.insert("sms-login:proof".to_owned());
        // Which takes a device that has them: `passkeys` hears it.
        events.insert("sms-login:passkey-created".to_owned());
        assert_eq!(events, said("events"));

        let own = "(kind) => Object.entries(Object.getOwnPropertyDescriptors(customElements.get('sms-login').prototype))
            .filter(([name, { get, value }]) => (kind === 'field' ? get : value) && !/^constructor$|Callback$/.test(name))
            .map(([name]) => name)";
        for kind in ["field", "method"] {
            let has = names(&page, &format!("({own})({})", json!(kind))).await;
            assert_eq!(has, members(kind), "{kind}");
        }
        let observed = names(&page, "customElements.get('sms-login').observedAttributes").await;
        // A style sheet reads one of the others, and the focus goes by the second.
        let unobserved = ["theme", "autofocus"].map(str::to_owned);
        assert_eq!(
            observed.into_iter().chain(unobserved).collect::<Names>(),
            said("attributes")
        );
        let sheet =
            "[...element.shadowRoot.adoptedStyleSheets].flatMap(({ cssRules }) => [...cssRules])
            .flatMap(({ cssText }) => cssText.match(/--sms-login-[a-z-]+/g) ?? [])";
        assert_eq!(names(&page, sheet).await, said("cssProperties"));
    });
}
