//! Who serves every page that is measured, and counts what it sends?
//!
//! One server for all, so that nobody's is better: files as they were compressed before (brotli 11), HTTP/1.1 without TLS. What is no
//! file is the worker's, and is handed on to it; its answers are compressed as well. Not here: what the files are
//! (`xtask/peers/build.mjs`).

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::sizes;
use crate::wire;

/// What a page must come with to be told how much memory it takes.
const ISOLATED: &str =
    "cross-origin-opener-policy: same-origin\r\ncross-origin-embedder-policy: require-corp\r\n";
/// What belongs to one connection and is not handed on.
const OF_A_CONNECTION: [&str; 5] = [
    "connection",
    "transfer-encoding",
    "content-length",
    "accept-encoding",
    "keep-alive",
];

/// Listens, and answers once it knows the worker. It ends with this process.
pub(super) struct Front {
    listener: TcpListener,
    /// Where it answers.
    pub(super) origin: String,
}

/// What has been sent.
#[derive(Clone, Copy)]
pub(super) struct Sent {
    /// Heads and bodies.
    pub(super) bytes: u64,
    pub(super) requests: u64,
    last: Instant,
}

/// The same, as it grows.
#[derive(Clone)]
pub(super) struct Count(Arc<Mutex<Sent>>);

struct Site {
    files: HashMap<String, Vec<u8>>,
    worker: String,
    agent: ureq::Agent,
    count: Count,
}

struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Front {
    pub(super) fn bind() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("taking a port")?;
        let origin = format!("http://localhost:{}", listener.local_addr()?.port());
        Ok(Self { listener, origin })
    }

    /// Serves the compressed files of a folder, and before all else the worker.
    pub(super) fn serve(self, folder: &Path, worker: &str) -> Result<Count> {
        let mut files = HashMap::new();
        read(folder, "", &mut files)?;
        let count = Count::new();
        let site = Arc::new(Site {
            files,
            worker: worker.to_owned(),
            agent: wire::agent(),
            count: count.clone(),
        });
        thread::spawn(move || {
            for stream in self.listener.incoming().flatten() {
                let site = Arc::clone(&site);
                // A browser that hangs up is no fault of the server.
                thread::spawn(move || site.converse(&stream).unwrap_or_default());
            }
        });
        Ok(count)
    }
}

impl Count {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Sent {
            bytes: 0,
            requests: 0,
            last: Instant::now(),
        })))
    }

    fn add(&self, bytes: usize) {
        let mut sent = self.lock();
        sent.bytes += bytes as u64;
        sent.requests += 1;
        sent.last = Instant::now();
    }

    /// Begins at nothing.
    pub(super) fn reset(&self) {
        *self.lock() = Sent {
            bytes: 0,
            requests: 0,
            last: Instant::now(),
        };
    }

    /// Waits until nothing was asked for that long, and returns what was sent.
    pub(super) fn when_quiet_for(&self, pause: Duration) -> Sent {
        loop {
            let sent = *self.lock();
            match pause.checked_sub(sent.last.elapsed()) {
                Some(rest) if !rest.is_zero() => thread::sleep(rest),
                _ => return sent,
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sent> {
        self.0.lock().expect("nobody panics while counting")
    }
}

impl Site {
    /// Answers one request after the other, as long as the browser has any.
    fn converse(&self, stream: &TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some(request) = Request::read(&mut reader)? {
            let answer = self.answer(&request)?;
            (&*stream).write_all(&answer)?;
            self.count.add(answer.len());
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> Result<Vec<u8>> {
        let path = request.path.split('?').next().unwrap_or_default();
        match self.files.get(path) {
            Some(body) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ncontent-encoding: br\r\ncontent-length: {}\r\n{ISOLATED}\r\n",
                    content_type(path),
                    body.len()
                );
                Ok([head.as_bytes(), body].concat())
            }
            None => self.hand_on(request),
        }
    }

    fn hand_on(&self, request: &Request) -> Result<Vec<u8>> {
        let mut onward = ureq::http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.worker, request.path));
        for (name, value) in &request.headers {
            onward = onward.header(name, value);
        }
        let mut answer = self.agent.run(onward.body(request.body.as_slice())?)?;
        let mut head = format!("HTTP/1.1 {}\r\n", answer.status().as_u16());
        for (name, value) in answer.headers() {
            if !OF_A_CONNECTION.contains(&name.as_str()) {
                head += &format!("{name}: {}\r\n", value.to_str()?);
            }
        }
        let mut body = answer.body_mut().read_to_vec()?;
        if !body.is_empty() {
            body = sizes::brotli(&body)?;
            head += "content-encoding: br\r\n";
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        Ok([head.as_bytes(), &body].concat())
    }
}

impl Request {
    fn read(reader: &mut impl BufRead) -> Result<Option<Self>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = words.next().zip(words.next()).context("not HTTP")?;
        let mut headers = Vec::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            let name = name.to_ascii_lowercase();
            if name == "content-length" {
                length = value.parse()?;
            }
            if !OF_A_CONNECTION.contains(&name.as_str()) {
                headers.push((name, value.to_owned()));
            }
        }
        let mut body = Vec::new();
        reader.take(length).read_to_end(&mut body)?;
        Ok(Some(Self {
            method,
            path,
            headers,
            body,
        }))
    }
}

/// Every `NAME.br` below the folder, by the path that asks for `NAME`.
fn read(folder: &Path, at: &str, files: &mut HashMap<String, Vec<u8>>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = format!("{at}/{}", entry.file_name().display());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &path, files)?;
        } else if let Some(path) = path.strip_suffix(".br") {
            files.insert(path.to_owned(), fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "application/json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_without_what_belongs_to_the_connection() {
        let text = "POST /v1/send?a HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nokGET";
        let request = Request::read(&mut text.as_bytes()).unwrap().unwrap();
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/v1/send?a")
        );
        assert_eq!(
            request.headers,
            [("host".to_owned(), "localhost".to_owned())]
        );
        assert_eq!(request.body, b"ok");
        assert!(Request::read(&mut "".as_bytes()).unwrap().is_none());
    }
}
