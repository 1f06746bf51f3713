//! Does the element do in a real browser what the flow decided?
//!
//! The network is scripted, everything else is the browser's own. Not here: which screen comes next (tested natively in
//! `flow`), and the worker itself (the end-to-end tests).

mod contract;
mod countries;
mod emails;
mod manners;
mod network;
mod passkeys;
mod proving;
mod sending;
mod sessions;
mod stage;
mod telephone;
mod verifying;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
