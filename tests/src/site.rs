//! Whose servers are there besides the worker?
//!
//! Other people's pages, and places where nothing should arrive. Not here: the worker ([`crate::line`]).

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use axum::Router;
use axum::http::{Uri, header};
use axum::response::{Html, IntoResponse as _};

use crate::browser::PATIENCE;
use crate::tls::Front;

/// A server that shows one page, wherever it has no other, counts its visitors and keeps what they bring. It ends with this process.
#[derive(Debug)]
pub struct Site {
    scheme: &'static str,
    port: u16,
    visits: Arc<AtomicU32>,
    files: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    post: Mutex<mpsc::Receiver<String>>,
}

impl Site {
    /// Shows this page.
    ///
    /// # Panics
    ///
    /// When there is no port left.
    pub fn showing(page: &str) -> Self {
        let visits = Arc::new(AtomicU32::new(0));
        let (count, page) = (visits.clone(), page.to_owned());
        let (letter_box, post) = mpsc::channel();
        let files = Arc::new(Mutex::new(HashMap::<String, Vec<u8>>::new()));
        let held = files.clone();
        let visit = async move |uri: Uri, body: String| {
            let path = uri.path();
            let file = held
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(path)
                .cloned();
            if let Some(bytes) = file {
                let headers = [
                    (header::CONTENT_TYPE, content_type(path)),
                    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
                ];
                return (headers, bytes).into_response();
            }
            count.fetch_add(1, Ordering::SeqCst);
            // Whoever no longer reads their post misses nothing.
            letter_box.send(body).ok();
            Html(page).into_response()
        };
        Self {
            scheme: "http",
            port: serve(Router::new().fallback(visit)),
            visits,
            files,
            post: Mutex::new(post),
        }
    }

    /// The same server, found by TLS from now on.
    #[must_use]
    pub fn behind_tls(self) -> Self {
        let front = Front::bind();
        let port = front.port();
        front.serve(vec![("/", self.port)]);
        Self {
            scheme: "https",
            port,
            ..self
        }
    }

    /// From now on, holds this file at this path, for everybody to read. Its name says what it is; without an ending, it is a page.
    pub fn holds(&self, path: &str, file: impl Into<Vec<u8>>) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(path.to_owned(), file.into());
    }

    /// Its origin on `localhost`: another origin of the worker's site.
    pub fn sibling_origin(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }

    /// Its origin by address: another site.
    pub fn foreign_origin(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    /// Its origin by a name below `localhost`, which is a site of its own and no name for the resolver (RFC 6761, section 6.3).
    pub fn origin_at(&self, name: &str) -> String {
        format!("{}://{name}.localhost:{}", self.scheme, self.port)
    }

    /// What the next request brought along: waits for it.
    ///
    /// # Panics
    ///
    /// When none comes.
    pub fn next_body(&self) -> String {
        let post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        post.recv_timeout(PATIENCE).expect("a request arrives")
    }

    /// How many requests have arrived.
    pub fn visits(&self) -> u32 {
        self.visits.load(Ordering::SeqCst)
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css",
        _ => "text/html; charset=utf-8",
    }
}

/// Serves this at a port of its own, for as long as this process lives.
pub(crate) fn serve(router: Router) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener
        .local_addr()
        .expect("what is bound has an address")
        .port();
    listener
        .set_nonblocking(true)
        .expect("a listener can be told not to block");
    thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime needs no more than this thread")
            .block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
    });
    port
}
