//! How does a command reach a server?
//!
//! One on this machine directly, any other with the platform's `curl`: no TLS of our own to keep up to date. The key travels to
//! `curl` through a pipe, since a command line can be read by every process of the machine. Nothing is followed and nothing repeated.
//! Not here: what is asked.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::place::on_path;

/// How long an answer may take.
const DEADLINE: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// One request, with JSON or nothing in it.
pub(crate) struct Ask<'a> {
    /// `GET`, `POST` or `PUT`.
    pub(crate) method: &'a str,
    /// The absolute URL.
    pub(crate) url: &'a str,
    /// The value of the `Authorization` header.
    pub(crate) authorization: &'a str,
    /// The body; empty for none.
    pub(crate) body: &'a str,
}

/// A client with a deadline, which takes every status for an answer and follows nothing.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(DEADLINE))
        .build()
        .into()
}

/// The status and the body of the answer.
pub(crate) fn carry(ask: &Ask<'_>) -> Result<(u16, Vec<u8>)> {
    if ask.url.starts_with("http://") {
        directly(ask)
    } else {
        through_curl(ask)
    }
    .with_context(|| format!("asking {}", ask.url))
}

/// What a public address answers.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; of several, all of them with commas between.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let all = self.headers.iter().filter(|(known, _)| known == name);
        let values = Vec::from_iter(all.map(|(_, value)| value.as_str()));
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Reads a status line, headers, an empty line and a body. Interim answers before it are skipped (RFC 9110, section 15.2).
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let (head, body) = (bytes.get(..end)?, bytes.get(end + 4..)?);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        if (100..200).contains(&status) {
            return Self::read(body);
        }
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self {
            status,
            headers,
            body: body.to_vec(),
        })
    }
}

/// Looks at a public address, as a page of some origin if one is named. Nothing secret goes along.
pub(crate) fn look(url: &str, origin: Option<&str>) -> Result<Answer> {
    let origin = origin.unwrap_or_default();
    let look = || {
        if url.starts_with("http://") {
            let mut request = agent().get(url);
            if !origin.is_empty() {
                request = request.header("origin", origin);
            }
            let mut answer = request.call()?;
            let text = |value: &ureq::http::HeaderValue| {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            let headers = answer.headers().iter();
            return Ok(Answer {
                status: answer.status().as_u16(),
                headers: headers
                    .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                    .collect(),
                body: answer.body_mut().read_to_vec()?,
            });
        }
        let curl = on_path("curl").context("`curl` is not installed, and https needs it")?;
        let mut curl = Command::new(curl);
        curl.args(["--disable", "--silent", "--show-error", "--include"])
            .args(["--suppress-connect-headers", "--proto", "=https"])
            .args(["--max-time", &DEADLINE.as_secs().to_string()])
            .args(["--max-filesize", &LARGEST.to_string()]);
        if !origin.is_empty() {
            curl.args(["--header", &format!("origin: {origin}")]);
        }
        let output = curl.args(["--url", url]).output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Answer::read(&output.stdout).context("the answer is none of HTTP")
    };
    look().with_context(|| format!("asking {url}"))
}

fn directly(ask: &Ask<'_>) -> Result<(u16, Vec<u8>)> {
    let request = ureq::http::Request::builder()
        .method(ask.method)
        .uri(ask.url)
        .header("authorization", ask.authorization)
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .body(ask.body.to_owned())?;
    let mut answer = agent().run(request)?;
    let body = answer.body_mut().read_to_vec()?;
    Ok((answer.status().as_u16(), body))
}

fn through_curl(ask: &Ask<'_>) -> Result<(u16, Vec<u8>)> {
    let curl = on_path("curl").context("`curl` is not installed, and https needs it")?;
    // Not what a person's own ~/.curlrc says: it could name a proxy or follow redirects.
    let mut child = Command::new(curl)
        .args(["--disable", "--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("curl takes no configuration")?;
    stdin.write_all(configuration(ask).as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    // The status is the last line.
    let end = output.stdout.iter().rposition(|byte| *byte == b'\n');
    let (body, status) = output
        .stdout
        .split_at_checked(end.unwrap_or_default())
        .context("curl named no status")?;
    let status = String::from_utf8_lossy(status).trim().parse()?;
    Ok((status, body.to_vec()))
}

/// What `curl` reads with `--config` (curl(1)).
fn configuration(ask: &Ask<'_>) -> String {
    let mut lines = vec![
        "silent".to_owned(),
        "show-error".to_owned(),
        "proto = \"=https,http\"".to_owned(),
        format!("max-time = {}", DEADLINE.as_secs()),
        format!("max-filesize = {LARGEST}"),
        "write-out = \"\\n%{http_code}\"".to_owned(),
        format!("request = {}", quoted(ask.method)),
        format!("url = {}", quoted(ask.url)),
    ];
    for header in [
        format!("authorization: {}", ask.authorization),
        "content-type: application/json".to_owned(),
        "accept: application/json".to_owned(),
    ] {
        lines.push(format!("header = {}", quoted(&header)));
    }
    if !ask.body.is_empty() {
        lines.push(format!("data-raw = {}", quoted(ask.body)));
    }
    lines.join("\n")
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn both_ways_carry_the_same_request() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/2fa", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let serve = |_: u8| {
                let (stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(&stream);
                let mut head = Vec::new();
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    let line = line.trim().to_owned();
                    if line.is_empty() {
                        break;
                    }
                    head.push(line);
                }
                let mut body = vec![0; BODY.len()];
                reader.read_exact(&mut body).unwrap();
                (&stream)
                    .write_all(
                        b"HTTP/1.1 422 No\r\ncontent-length: 5\r\nconnection: close\r\n\r\n{\n \n}",
                    )
                    .unwrap();
                let wanted = |line: &String| {
                    let line = line.to_ascii_lowercase();
                    ["authorization", "content-type", "accept:", "put "]
                        .iter()
                        .any(|name| line.starts_with(name))
                };
                let mut head: Vec<_> = head.into_iter().filter(wanted).collect();
                head.iter_mut().for_each(|line| line.make_ascii_lowercase());
                head.sort_unstable();
                (head, String::from_utf8(body).unwrap())
            };
            [serve(0), serve(1)]
        });
        const BODY: &str = r#"{"text":"a \"quoted\" \\ line\nand @another"}"#;
        let ask = Ask {
            method: "PUT",
            url: &url,
            authorization: "App key",
            body: BODY,
        };
        for carried in [directly(&ask), through_curl(&ask)] {
            assert_eq!(carried.unwrap(), (422, b"{\n \n}".to_vec()));
        }
        let [direct, curl] = server.join().unwrap();
        assert_eq!(direct, curl);
        assert_eq!(curl.0.len(), 4, "{:?}", curl.0);
        assert_eq!(curl.1, BODY);
    }
}
