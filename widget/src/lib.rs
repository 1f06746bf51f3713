//! What is the `<sms-login>` custom element made of?
//!
//! # In scope
//!
//! - [`flow`]: which screen, and what happens next. Pure.
//! - [`phone_input`], [`code_input`]: what a person meant by what they typed; [`as_you_type`],
//!   [`editing`]: how it looks meanwhile. Pure.
//! - [`age`]: how long ago a login may be. Pure.
//! - [`search`]: the work that is a proof. Pure.
//! - [`texts`]: every sentence. Pure.
//! - `element`, `view`, `api`, `events`, `proof`, `web_otp`, `world`: the browser's side, which exists on `wasm32` only.
//!
//! # Out of scope
//!
//! - Who may do what, and how often: the edge decides, the element shows.
//! - Storage: the element keeps nothing; the session is a cookie that scripts cannot read.
//!
//! Doors: `element` → `view`, `api`, `events`, `proof`, `web_otp`, `world` → `flow`, `search`, `texts`.

#![doc = include_str!("../README.md")]

pub mod age;
pub mod as_you_type;
pub mod code_input;
mod digits;
pub mod editing;
pub mod flow;
mod pattern;
pub mod phone_input;
pub mod search;
pub mod texts;

#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
mod element;
#[cfg(target_arch = "wasm32")]
mod events;
#[cfg(target_arch = "wasm32")]
mod proof;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
mod web_otp;
#[cfg(target_arch = "wasm32")]
mod world;

#[cfg(target_arch = "wasm32")]
pub use element::SmsLogin;

/// Half the size of the standard allocator, and it gives memory back to itself.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../tests/in_browser/main.rs"]
mod in_browser;
