//! What does somebody see whose bank wants a code as the second step?
//!
//! Not here: what the bank refuses (`backends/second_factor`).

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};

use tests::guard::{Guarded, fresh_folder};
use tests::line::{Line, fresh_port};
use tests::numbers;

use crate::access::assert_nothing_found;
use crate::window::in_window;

#[test]
#[cfg_attr(
    feature = "webkit",
    ignore = "it keeps no `Secure` cookie of a page without TLS"
)]
fn somebody_signs_in_with_a_password_and_a_code_and_is_asked_again_before_they_pay_out() {
    let port = fresh_port();
    let origin = format!("http://localhost:{port}");
    let line = Line::with(&[("ALLOWED_ORIGINS", &origin)]);
    let phone = numbers::fresh();
    let _bank = bank(&line, port, &phone);
    in_window(|page| async move {
        page.goes_to(&origin).await;
        page.sees("h1", "Sign in").await;
        page.fills_in("[name=name]", "ana").await;
        page.fills_in("[name=password]", "a kite in the wind").await;
        page.sees("main > h1", "One more step").await;
        page.sees("h2", "Confirm that it is you").await;
        assert_nothing_found(&page, "second factor").await;
        // Whoever is halfway in is not in.
        page.goes_to(&origin).await;
        page.sees("main > h1", "One more step").await;

        page.clicks("Text me a code").await;
        page.sees("h2", "Enter your code").await;
        page.types_the_code(&line.telephone().code(&phone)).await;
        // The form goes off by itself.
        page.sees("main > h1", "Hello, ana").await;
        page.reloads().await;
        page.sees("strong", "1000 €").await;

        page.fills_in("[name=amount]", "300").await;
        page.sees("main > h1", "Pay out 300 €").await;
        page.sees("h2", "Confirm that it is you").await;
        page.goes_to(&origin).await;
        page.sees("strong", "1000 €").await;
    });
}

/// The example, with one customer.
fn bank(line: &Line, port: u16, phone: &str) -> Guarded {
    let server = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/node/second-factor/server.mjs"
    );
    let words = [
        format!("ISSUER={}", line.issuer()),
        format!("STEP_UP_KEY={}", line.secret("STEP_UP_KEYS")),
        format!("PHONE={phone}"),
        format!("PORT={port}"),
        "node".to_owned(),
        server.to_owned(),
    ];
    let (running, stdout) = Guarded::start(OsStr::new("env"), words, fresh_folder());
    let ready = BufReader::new(stdout).lines().map_while(Result::ok).next();
    assert!(ready.is_some(), "{}", running.errors());
    running
}
