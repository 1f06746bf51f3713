//! Does a login work through nginx and Caddy with TLS, and is only their word believed about addresses?
//!
//! With the files that are packed; only the addresses, the certificate's place and Caddy's authority are other ones. Not here: which header is
//! believed (`edge/src/request.rs`).

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tests::guard::{Guarded, fresh_folder};
use tests::numbers;

use crate::client::Client;
use crate::worker::{Machine, packed_text, runs};

const HOST: &str = "login.example.com";
const PATIENCE: Duration = Duration::from_secs(30);

/// A proxy that runs, with the certificate of whoever vouches for it.
struct Front {
    port: u16,
    machine: Machine,
    authority: PathBuf,
    running: Guarded,
}

#[test]
fn r01_r07_people_sign_in_behind_nginx_with_tls_and_cannot_say_where_they_are() {
    let front = Front::start(|port, machine, folder| {
        certificate(folder);
        let at = |file: &str| folder.join(file).display().to_string();
        let site = replaced(
            &packed_text("nginx.conf"),
            &[
                ("127.0.0.1:8787", &machine.address().to_string()),
                (
                    "listen 443 ssl http2",
                    &format!("listen 127.0.0.1:{port} ssl http2"),
                ),
                ("    listen [::]:443 ssl http2;\n", ""),
                (
                    "/etc/ssl/login.example.com/fullchain.pem",
                    &at("authority.pem"),
                ),
                ("/etc/ssl/login.example.com/privkey.pem", &at("key.pem")),
            ],
        );
        fs::write(folder.join("site.conf"), site).unwrap();
        let mut whole = "daemon off; pid nginx.pid; error_log stderr; events {} http { access_log off; include site.conf;".to_owned();
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            whole += &format!("{kind}_temp_path {kind};");
        }
        fs::write(folder.join("nginx.conf"), whole + "}").unwrap();
        let words = [
            "/usr/sbin/nginx",
            "-p",
            &at(""),
            "-c",
            "nginx.conf",
            "-e",
            "stderr",
        ];
        (
            words.map(str::to_owned).to_vec(),
            folder.join("authority.pem"),
        )
    });
    front.signs_people_in_and_believes_no_address_of_theirs();
}

#[test]
fn r01_r07_people_sign_in_behind_caddy_with_tls_and_cannot_say_where_they_are() {
    let front = Front::start(|port, machine, folder| {
        let site = replaced(
            &packed_text("Caddyfile"),
            &[
                ("127.0.0.1:8787", &machine.address().to_string()),
                // An authority of its own, since nobody outside vouches for that name here.
                (
                    "\tauto_https disable_redirects\n",
                    "\tauto_https disable_redirects\n\tskip_install_trust\n\tadmin off\n\tdefault_bind 127.0.0.1\n",
                ),
                (
                    "\nlogin.example.com {\n",
                    &format!("\nlogin.example.com:{port} {{\n\ttls internal\n"),
                ),
            ],
        );
        let file = folder.join("Caddyfile");
        fs::write(&file, site).unwrap();
        let home = |name: &str| format!("{name}={}", folder.display());
        let words = [
            "env".to_owned(),
            home("XDG_DATA_HOME"),
            home("XDG_CONFIG_HOME"),
            "caddy".to_owned(),
            "run".to_owned(),
            "--adapter=caddyfile".to_owned(),
            format!("--config={}", file.display()),
        ];
        let authority = folder.join("caddy/pki/authorities/local/root.crt");
        (words.to_vec(), authority)
    });
    front.signs_people_in_and_believes_no_address_of_theirs();
}

impl Front {
    /// The proxy is told how to start by what `plan` makes of a port, the worker and a folder: its command line, and where the certificate
    /// of whoever vouches for it will be.
    fn start(plan: impl FnOnce(u16, &Machine, &Path) -> (Vec<String>, PathBuf)) -> Self {
        let port = free_port();
        // Two texts for each network, so that it shows which one somebody was counted for.
        let issuer = format!("https://{HOST}:{port}");
        let machine = Machine::start(&issuer, &[("SENDS_PER_NETWORK", "2/2")]);
        let folder = fresh_folder();
        fs::create_dir_all(&folder).unwrap();
        let (words, authority) = plan(port, &machine, &folder);
        let (running, _) = Guarded::start(words[0].as_ref(), &words[1..], folder);
        let front = Self {
            port,
            machine,
            authority,
            running,
        };
        let since = Instant::now();
        while !front.authority.exists() || front.client().get("/healthz").status != 200 {
            assert!(since.elapsed() < PATIENCE, "{}", front.running.errors());
        }
        front
    }

    fn client(&self) -> Client {
        let door = format!("https://{HOST}:{}", self.port);
        let here = format!("{HOST}:{}:127.0.0.1", self.port);
        let authority = self.authority.to_str().unwrap();
        Client::new(&door, &self.machine.issuer).with(&["--resolve", &here, "--cacert", authority])
    }

    fn signs_people_in_and_believes_no_address_of_theirs(&self) {
        let person = self.client();
        let subject = person.sign_in(&numbers::fresh(), &self.machine.provider);
        assert_eq!(person.session().json()["subject"].as_str(), Some(&*subject));
        for file in ["/login", "/sms-login.js", "/.well-known/jwks.json"] {
            assert_eq!(self.client().get(file).outcome(), "200", "{file}");
        }

        // All of them are in the network that they come from, whatever they say, and it has had one text already.
        let forged = |address: &str| {
            let header = |name: &str| format!("{name}: {address}");
            let client = self.client().with(&[
                "-H",
                &header("x-real-ip"),
                "-H",
                &header("x-forwarded-for"),
                "-H",
                &header("cf-connecting-ip"),
                "-H",
                "x-forwarded-proto: http",
            ]);
            client.ask_code(&numbers::fresh()).outcome()
        };
        assert_eq!(forged("203.0.113.1"), "202");
        assert_eq!(forged("203.0.113.2"), "429 too_many_from_network");
        assert_eq!(forged(""), "429 too_many_from_network");

        // Nothing answers without TLS but with an error.
        let door = format!("http://{HOST}:{}", self.port);
        let here = format!("{HOST}:{}:127.0.0.1", self.port);
        let plain = Client::new(&door, &self.machine.issuer).with(&["--resolve", &here]);
        assert_eq!(plain.get("/login").status, 400);
    }
}

/// The text with each of these in it replaced.
fn replaced(text: &str, pairs: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (from, to) in pairs {
        assert!(text.contains(from), "{from}: {text}");
        text = text.replace(from, to);
    }
    text
}

/// A certificate that vouches for itself.
fn certificate(folder: &Path) {
    let name = format!("subjectAltName=DNS:{HOST}");
    let mut openssl = Command::new("openssl");
    openssl
        .current_dir(folder)
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args([
            "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", &name,
        ])
        .args(["-keyout", "key.pem", "-out", "authority.pem"]);
    runs(&mut openssl);
}

fn free_port() -> u16 {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    taken.local_addr().unwrap().port()
}
