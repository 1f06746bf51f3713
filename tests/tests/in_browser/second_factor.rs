//! What does somebody see whose bank wants a code as the second step?
//!
//! The bank is started beside the demo, as a person would start it. Not here: what it refuses (`backends/second_factor`).

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};

use tests::guard::{Guarded, fresh_folder};
use tests::line::{fresh_port, xtask};
use tests::telephone::Telephone;

use crate::access::assert_nothing_found;
use crate::window::in_window;

/// The number that the bank knows of its one customer. It has a simulator of its own.
const PHONE: &str = "+385911234567";

#[test]
#[cfg_attr(
    feature = "webkit",
    ignore = "it keeps no `Secure` cookie of a page without TLS"
)]
fn somebody_signs_in_with_a_password_and_a_code_and_is_asked_again_before_they_pay_out() {
    let (_demo, origin, telephone) = demo_with_a_bank();
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
        page.types_the_code(&telephone.code(PHONE)).await;
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

/// Both, where the bank is, and its customer's telephone.
fn demo_with_a_bank() -> (Guarded, String, Telephone) {
    let folder = fresh_folder();
    let xtask = xtask();
    let mut arguments: Vec<OsString> = xtask.get_args().map(Into::into).collect();
    let demo = ["demo", "--no-build", "--simulator-port=0"].map(OsString::from);
    arguments.extend(demo);
    arguments.extend([
        format!("--port={}", fresh_port()).into(),
        format!("--second-factor={}", fresh_port()).into(),
        "--persist".into(),
        folder.join("demo").into(),
    ]);
    let (demo, stdout) = Guarded::start(xtask.get_program(), arguments, folder);
    let mut telephone = None;
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        match line.split_once(' ') {
            Some(("simulator", origin)) => telephone = Some(Telephone::new(origin.to_owned())),
            Some(("second-factor", origin)) => {
                let telephone = telephone.expect("the simulator is announced first");
                return (demo, origin.to_owned(), telephone);
            }
            _ => {}
        }
    }
    panic!("the demo did not start:\n{}", demo.errors())
}
