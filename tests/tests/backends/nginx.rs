//! Does nginx let through who is signed in, and nobody else?
//!
//! With the locations of `examples/nginx`, in front of a worker and of a backend that looks at nothing.

use std::fmt::Write as _;
use std::net::TcpListener;

use tests::site::Site;

use super::*;

#[test]
fn r47_nginx_lets_through_who_is_signed_in_and_the_worker_behind_it_signs_people_in() {
    let backend = Site::showing("the backend's own page");
    let port = free_port();
    let issuer = format!("http://localhost:{port}");
    let line = Line::with(&[("ISSUER", &issuer), ("CLIENT_ADDRESS_HEADER", "x-real-ip")]);
    let nginx = Nginx::start(port, line.origin(), &backend.foreign_origin());
    let at = |path: &str| format!("{issuer}{path}");

    // Before: to where they sign in, by way of where a token would be renewed.
    let sent = get(&at("/shop/kites?size=2"), "");
    assert_eq!(
        (sent.status, sent.place),
        (303, at("/login/renew?return=/shop/kites")),
        "{}",
        nginx.said()
    );
    let renew = get(&at("/login/renew?return=/shop/kites"), "");
    let front = format!("/login?return={}", encoded(&at("/shop/kites")));
    assert_eq!((renew.status, renew.place), (303, front.clone()));
    let page = get(&at(&front), "");
    assert_eq!((page.status, page.body.contains("Sign in")), (200, true));

    // Through nginx, as browsers do it.
    let phone = numbers::fresh();
    let browser = line.browser().through(&issuer);
    let session = browser.sign_in(&phone);
    let token = browser.jar().get(SESSION).unwrap().to_owned();
    let let_in = get(&at("/shop/kites?size=2"), &token);
    assert_eq!(
        (let_in.status, &*let_in.body),
        (200, "the backend's own page")
    );
    let said: Value = serde_json::from_str(&get(&at("/v1/session"), &token).body).unwrap();
    assert_eq!(said["subject"], session["subject"]);
    for file in [
        "/sms-login.js",
        "/login.css",
        "/.well-known/jwks.json",
        "/v1/config",
    ] {
        let answer = get(&at(file), "");
        assert_eq!(
            (answer.status, answer.place),
            (200, String::new()),
            "{file}"
        );
    }

    // Nobody gets at what only nginx asks, and a session that was ended is over.
    assert_eq!(get(&at("/_who"), &token).status, 404);
    browser.logout();
    assert_eq!(get(&at("/shop/kites"), &token).status, 303);
}

/// A running nginx.
struct Nginx(Guarded);

impl Nginx {
    fn start(port: u16, worker: &str, backend: &str) -> Self {
        let folder = fresh_folder();
        fs::create_dir_all(&folder).expect("a folder can be made");
        let host = |origin: &str| {
            format!(
                "127.0.0.1:{}",
                origin.rsplit(':').next().unwrap_or_default()
            )
        };
        let mut configuration = format!(
            "daemon off; pid nginx.pid; error_log stderr; events {{}}
            http {{
                access_log off;
                upstream sms-login {{ server {}; keepalive 16; }}
                upstream backend {{ server {}; keepalive 16; }}
                map $request_uri $request_path {{ \"~^(?<path>[^?]*)\" $path; }}
                server {{ listen 127.0.0.1:{port}; include {}; }}
            ",
            host(worker),
            host(backend),
            example("nginx/locations.conf"),
        );
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(configuration, "{kind}_temp_path {kind};").expect("it is text");
        }
        configuration.push('}');
        fs::write(folder.join("nginx.conf"), configuration).expect("it is ours");
        let at = folder.to_str().expect("it is text").to_owned();
        let words = ["-p", &at, "-c", "nginx.conf", "-e", "stderr"].map(str::to_owned);
        let (running, _) = Guarded::start(OsStr::new("/usr/sbin/nginx"), words, folder);
        let nginx = Self(running);
        while TcpListener::bind(("127.0.0.1", port)).is_ok() {
            assert!(!nginx.said().contains("[emerg]"), "{}", nginx.said());
            std::thread::yield_now();
        }
        nginx
    }

    fn said(&self) -> String {
        self.0.errors()
    }
}

fn free_port() -> u16 {
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    taken.local_addr().expect("it is bound").port()
}

fn encoded(text: &str) -> String {
    let escape = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}
