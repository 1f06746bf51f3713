//! What does each state look like?
//!
//! A picture of it on a telephone and on a desk, where a person asks for them: `cargo xtask states` does, and lays them out side by
//! side. Not here: how a page gets into a state (`states`).

use std::ffi::OsString;
use std::path::PathBuf;
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::page::Page;
use crate::states::State;

/// Width, height, and how many pixels of the screen one of them is.
const SCREENS: [(&str, u32, u32, u32); 2] = [("telephone", 360, 740, 2), ("desk", 1280, 800, 1)];

/// Where the pictures of one walk go, if they are wanted.
#[derive(Clone, Debug)]
pub(crate) struct Album(Option<PathBuf>);

/// The folder of all pictures, if somebody wants them.
fn wanted() -> Option<OsString> {
    env::var_os("SMS_LOGIN_STATES")
}

impl Album {
    pub(crate) fn is_wanted() -> bool {
        wanted().is_some()
    }

    /// Of a page, seen like this.
    pub(crate) fn of(place: &str, how: &str) -> Self {
        Self(wanted().map(|folder| {
            let place = place.trim_matches('/').trim_end_matches(".html");
            let folder = PathBuf::from(folder).join(format!("{place} {how}").trim());
            fs::create_dir_all(&folder).expect("a folder can be made");
            folder
        }))
    }

    /// Takes the pictures of a state. The window is then as wide as it was.
    pub(crate) async fn keeps(&self, page: &Page, state: State) {
        let Some(folder) = &self.0 else {
            return;
        };
        for (screen, width, height, scale) in SCREENS {
            page.is_on_a_screen(width, height, scale).await;
            let all = page.value("document.documentElement.scrollHeight").await;
            let all = all.as_u64().and_then(|all| u32::try_from(all).ok());
            page.is_on_a_screen(width, height.max(all.unwrap_or(0)), scale)
                .await;
            let picture = page.devtools("Page.captureScreenshot", json!({})).await;
            let picture = STANDARD.decode(picture["data"].as_str().unwrap_or_default());
            let name = format!("{:02}-{state:?}.{screen}.png", state as u8);
            fs::write(folder.join(name), picture.expect("it is base64"))
                .expect("the folder is there");
        }
        page.is_on_its_own_screen().await;
    }
}
