//! Which file is it, and with which headers does it go out?
//!
//! On Cloudflare, files are served before the worker is asked, with the headers of `www/_headers`. On one machine the worker serves them, from a disk service that
//! knows neither content types nor headers. Not here: what is in the files (`www`, `widget`).

use http::header::{self, HeaderName, HeaderValue};
use http_body_util::Full;
use worker::{Env, web_sys};

use crate::reply::Response;

/// A file that may be served: its path is one that we would give a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    path: String,
    content_type: &'static str,
}

impl File {
    /// The file at a URL's path: `/` is `/index.html`, and a name without an ending is a page.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let plain = |segment: &str| {
            !segment.starts_with('.')
                && segment
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        let path = match path.strip_prefix('/')? {
            "" => "/index.html".to_owned(),
            rest if !rest
                .split('/')
                .all(|segment| !segment.is_empty() && plain(segment)) =>
            {
                return None;
            }
            _ if path
                .rsplit('/')
                .next()
                .is_some_and(|name| name.contains('.')) =>
            {
                path.to_owned()
            }
            _ => format!("{path}.html"),
        };
        let content_type = match path.rsplit('.').next()? {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "json" => "application/json",
            "wasm" => "application/wasm",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "txt" => "text/plain; charset=utf-8",
            _ => return None,
        };
        Some(Self { path, content_type })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The file's answer. The element is loaded by pages of other origins, so script and module may be read by all; a page may
    /// be framed by none.
    pub(crate) fn response(&self, bytes: Vec<u8>, over_https: bool) -> Response {
        /// What lies in a folder that is named by its content never changes.
        const FOR_GOOD: &str = "public, max-age=31536000, immutable";
        const PAGE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        // The demo's telephone listens to a simulator on another port of this machine.
        const LOCAL_PAGE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data:; connect-src 'self' http://localhost:* http://127.0.0.1:*; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'";
        let headers: [(HeaderName, &'static str); 7] = [
            (header::CONTENT_TYPE, self.content_type),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // With `no-referrer`, a page's forms would come from nobody knows where, and be refused.
            (header::REFERRER_POLICY, "same-origin"),
            (
                header::CONTENT_SECURITY_POLICY,
                if over_https { PAGE } else { LOCAL_PAGE },
            ),
            (
                header::CACHE_CONTROL,
                if self.path.starts_with("/element/") {
                    FOR_GOOD
                } else {
                    "no-cache"
                },
            ),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "cross-origin",
            ),
        ];
        let mut response = Response::new(Full::from(bytes));
        for (name, value) in headers {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// The bytes of a file from the binding `ASSETS`; none if there is no such binding or no such file.
pub(crate) async fn fetch(env: &Env, path: &str) -> Option<Vec<u8>> {
    use http_body_util::BodyExt as _;

    let assets = env.assets("ASSETS").ok()?;
    let request = web_sys::Request::new_with_str(&format!("http://assets{path}")).ok()?;
    let response = assets.fetch_request(request).await.ok()?;
    if response.status() != http::StatusCode::OK {
        return None;
    }
    Some(
        response
            .into_body()
            .collect()
            .await
            .ok()?
            .to_bytes()
            .to_vec(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_that_serve_files_say_the_same() {
        let elsewhere = include_str!("../../www/_headers");
        for path in ["/index.html", "/element/1f/sms-login.js"] {
            let file = File::at(path).unwrap();
            for (name, value) in file.response(vec![], true).headers() {
                // Cloudflare finds out the type by itself, and lets nobody keep what is not named for good.
                let value = value.to_str().unwrap();
                if name == header::CONTENT_TYPE || value == "no-cache" {
                    continue;
                }
                let line = format!("  {name}: {value}");
                assert!(elsewhere.lines().any(|it| it == line), "{path}: {line}");
            }
        }
    }

    #[test]
    fn only_plain_paths_of_known_types_are_files() {
        let cases = [
            ("/", Some("/index.html")),
            ("/account", Some("/account.html")),
            ("/account.html", Some("/account.html")),
            ("/sms-login.wasm", Some("/sms-login.wasm")),
            ("/fonts/a.css", Some("/fonts/a.css")),
            ("", None),
            ("//", None),
            ("/a//b.css", None),
            ("/../edge/wrangler.toml", None),
            ("/..", None),
            ("/.env", None),
            ("/a/.git/config.txt", None),
            ("/%2e%2e/secret.txt", None),
            ("/a\\b.css", None),
            ("/index.php", None),
            ("/keys.env", None),
        ];
        for (path, file) in cases {
            assert_eq!(File::at(path).as_ref().map(File::path), file, "{path}");
        }
    }
}
