//! Who asks and does not wait for the answer?
//!
//! A client that writes its request to a socket and can be gone before the reply, as telephones are that lose their network.
//! Not here: those who wait ([`crate::browser`]).

use std::io::Write as _;
use std::net::TcpStream;

use ureq::http::Request;

use crate::browser::Browser;
use crate::line::Line;

/// Sends a request with a browser's cookies. Whoever drops the socket has hung up.
///
/// # Panics
///
/// When nobody listens.
pub fn sent_off(line: &Line, browser: &Browser<'_>, request: &Request<Vec<u8>>) -> TcpStream {
    let host = line.origin().trim_start_matches("http://");
    let (method, path) = (request.method(), request.uri().path());
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in request.headers() {
        let value = value.to_str().expect("headers of tests are visible text");
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(cookies) = browser.jar().header() {
        head.push_str(&format!("cookie: {cookies}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    let mut socket = TcpStream::connect(host).expect("the worker listens");
    socket
        .write_all(&[head.as_bytes(), request.body()].concat())
        .expect("the worker reads");
    socket
}
