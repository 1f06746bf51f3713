//! What does a person see and do, with the built element in a real browser?
//!
//! Each test is a window of its own, with cookies of its own, driven by WebDriver; what is seen is waited for, never slept for.
//! Not here: the element by itself (`widget/tests`), and what the worker answers to whom (`over_http`).

mod access;
mod account_page;
mod bundlers;
mod calls;
mod complaints;
mod conditions;
mod countries;
mod covered;
mod devtools;
mod elements;
mod emails;
mod engine;
mod frameworks;
mod heard;
mod hostile;
mod journeys;
mod languages;
mod mailbox;
mod max_age;
mod origins;
mod page;
mod passkeys;
mod pictures;
mod plain;
mod proofs;
mod published;
mod second_factor;
mod states;
mod step_ups;
mod strict;
mod window;

use std::sync::LazyLock;

use tests::line::Line;
use tests::site::Site;

use crate::engine::ENGINE;

/// A page of somebody else, with the element in it. The worker is told by name which origin it has.
static SHOP: LazyLock<Site> = LazyLock::new(|| {
    site(
        "<!doctype html><html lang=en><title>Shop</title><main><h1>Shop</h1></main>
         <script type=module>
           // The page's own address says where the element is, as a site's configuration would.
           const script = document.createElement('script');
           script.type = 'module';
           script.src = decodeURIComponent(location.hash.slice(1)) + '/sms-login.js';
           document.head.append(script);
           document.querySelector('main').append(document.createElement('sms-login'));
         </script>",
    )
});

static LINE: LazyLock<Line> = LazyLock::new(|| {
    let embedding = ["a", "b"].map(|name| SHOP.origin_at(name)).join(",");
    line_with(&[
        ("ALLOWED_ORIGINS", &SHOP.sibling_origin()),
        ("EMBEDDING_ORIGINS", &embedding),
    ])
});

/// A server that shows this page, as the engine of this run wants to be shown it.
fn site(page: &str) -> Site {
    let site = Site::showing(page);
    if ENGINE.trusts_this_machine() {
        site
    } else {
        site.behind_tls()
    }
}

/// A worker with these settings, as the engine of this run wants it.
fn line_with(settings: &[(&str, &str)]) -> Line {
    if ENGINE.trusts_this_machine() {
        Line::with(settings)
    } else {
        Line::behind_tls(settings)
    }
}

/// The worker that the tests share.
fn line() -> &'static Line {
    &LINE
}
