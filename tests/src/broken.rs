//! Whose server fails in every way that a wire allows?
//!
//! For whoever is asked besides the provider, whose own faults are the simulator's. Not here: what the worker makes of it.

use std::fmt::Debug;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// A way to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It never says anything.
    Silent,
    /// It closes the connection.
    HungUp,
    /// It says its piece a byte at a time, for longer than anybody waits.
    InDrops,
    /// It says far too much.
    Huge,
    /// Half of what it should say comes, and then nothing.
    StopsHalfway,
    /// It has this status.
    Status(u16),
    /// It sends whoever asks to that address.
    Redirect(String),
    /// It is a page.
    Page,
    /// It has no body.
    Empty,
    /// It is JSON, and no answer.
    List,
    /// It speaks another protocol.
    NoHttp,
}

impl Failing {
    /// All of them.
    pub fn all(sink: &str) -> Vec<Self> {
        [200, 204, 400, 401, 403, 404, 429, 500, 502, 503]
            .map(Self::Status)
            .into_iter()
            .chain([
                Self::Silent,
                Self::HungUp,
                Self::InDrops,
                Self::Huge,
                Self::StopsHalfway,
                Self::Redirect(format!("{sink}/elsewhere")),
                Self::Page,
                Self::Empty,
                Self::List,
                Self::NoHttp,
            ])
            .collect()
    }

    /// What the tables call it.
    pub fn name(&self) -> String {
        match self {
            Self::Silent => "silent".to_owned(),
            Self::HungUp => "hung up".to_owned(),
            Self::InDrops => "in drops".to_owned(),
            Self::Huge => "64 MB".to_owned(),
            Self::StopsHalfway => "stops halfway".to_owned(),
            Self::Status(code) => code.to_string(),
            Self::Redirect(_) => "redirect".to_owned(),
            Self::Page => "a page".to_owned(),
            Self::Empty => "empty".to_owned(),
            Self::List => "a list".to_owned(),
            Self::NoHttp => "no HTTP".to_owned(),
        }
    }

    /// Whether somebody who only looks at the status is content.
    pub fn looks_well(&self) -> bool {
        matches!(
            self,
            Self::Status(200 | 204) | Self::Page | Self::Empty | Self::List
        )
    }
}

/// Starts one that fails as `how` says of what is asked. It ends with this process. The port.
///
/// # Panics
///
/// When there is no port left.
pub fn serve(how: impl Fn(&str) -> Failing + Send + Sync + Clone + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            let how = how.clone();
            // Whoever hangs up while they are told has heard enough.
            thread::spawn(move || answer(caller, how).unwrap_or_default());
        }
    });
    port
}

fn answer(mut caller: TcpStream, how: impl Fn(&str) -> Failing) -> std::io::Result<()> {
    let body = asked(&caller)?;
    let head = |status: u16, kind: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        )
    };
    let json = "application/json";
    let whole = |status, kind, body: &str| head(status, kind, body.len()) + body;
    let text = match how(&body) {
        Failing::Silent => {
            hold(&caller);
            return Ok(());
        }
        Failing::HungUp => return Ok(()),
        Failing::InDrops => {
            caller.write_all(head(200, json, 400).as_bytes())?;
            for _ in 0..400 {
                caller.write_all(b" ")?;
                thread::sleep(Duration::from_millis(100));
            }
            return Ok(());
        }
        Failing::Huge => {
            let blanks = [b' '; 1 << 16];
            caller.write_all(head(200, json, 1 << 26).as_bytes())?;
            for _ in 0..1 << 10 {
                caller.write_all(&blanks)?;
            }
            return Ok(());
        }
        Failing::StopsHalfway => {
            caller.write_all((head(200, json, 400) + "{\"success\":").as_bytes())?;
            hold(&caller);
            return Ok(());
        }
        Failing::Status(204) => "HTTP/1.1 204 X\r\nconnection: close\r\n\r\n".to_owned(),
        Failing::Status(code) => whole(code, json, "{}"),
        Failing::Redirect(place) => format!(
            "HTTP/1.1 307 X\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ),
        Failing::Page => whole(200, "text/html", "<!doctype html><title>Hello</title>"),
        Failing::Empty => whole(200, json, ""),
        Failing::List => whole(200, json, "[true]"),
        Failing::NoHttp => "220 mail.example ESMTP\r\n".to_owned(),
    };
    caller.write_all(text.as_bytes())
}

/// Says nothing until the other side has hung up.
fn hold(mut caller: &TcpStream) {
    let mut rest = [0; 64];
    while matches!(caller.read(&mut rest), Ok(read) if read > 0) {}
}

/// The body of a request.
fn asked(caller: &TcpStream) -> std::io::Result<String> {
    let mut reader = BufReader::new(caller);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}
