//! Who takes TLS off in front of a server on this machine, as a reverse proxy does on others?
//!
//! For browsers that keep no `Secure` cookie of a page that came without. The certificate is signed by nobody: they are told to take
//! it. Not here: what the servers answer ([`crate::line`], [`crate::site`]).

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, LazyLock};
use std::thread;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::serve::Listener;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::server::TlsStream;

/// A port that is taken and does not answer yet.
#[derive(Debug)]
pub struct Front {
    listener: TcpListener,
    port: u16,
}

impl Front {
    /// Takes one.
    ///
    /// # Panics
    ///
    /// When there is none left.
    pub fn bind() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let address = listener.local_addr().expect("what is bound has an address");
        Self {
            listener,
            port: address.port(),
        }
    }

    /// Which one.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on, hands every request on to the server whose prefix its path begins with, the first of them, by its port. For as
    /// long as this process lives.
    pub fn serve(self, servers: Vec<(&'static str, u16)>) {
        thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime needs no more than this thread")
                .block_on(serve(self.listener, servers))
        });
    }
}

async fn serve(listener: TcpListener, servers: Vec<(&'static str, u16)>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let address = listener.local_addr()?;
    let (sender, connections) = mpsc::channel(1);
    tokio::spawn(shake_hands(listener, sender));
    let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
    let hand_on = async move |request: Request| -> Response {
        let forwarded = forwarded(request, &servers);
        match client.request(forwarded).await {
            Ok(answer) => answer.map(Body::new),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    };
    let front = Connections {
        address,
        connections,
    };
    axum::serve(front, Router::new().fallback(hand_on)).await
}

/// What the server behind is asked: it hears that the browser came by TLS.
fn forwarded(mut request: Request, servers: &[(&'static str, u16)]) -> Request {
    let place = request
        .uri()
        .path_and_query()
        .map_or("/", |place| place.as_str());
    let server = servers.iter().find(|(prefix, _)| place.starts_with(prefix));
    let (_, port) = server.expect("the last prefix is that of every path");
    let uri = format!("http://127.0.0.1:{port}{place}");
    *request.uri_mut() = uri.parse::<Uri>().expect("a path that came goes on");
    let headers = request.headers_mut();
    headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
    request
}

/// Connections that TLS was taken off.
struct Connections {
    address: SocketAddr,
    connections: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl Listener for Connections {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let connection = self.connections.recv().await;
        connection.expect("hands are shaken for as long as this process lives")
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// One beside the other: browsers open connections long before they say something.
async fn shake_hands(
    listener: tokio::net::TcpListener,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    while let Ok((stream, from)) = listener.accept().await {
        let sender = sender.clone();
        tokio::spawn(async move {
            if let Ok(stream) = ACCEPTOR.accept(stream).await {
                // Nobody listens any more when this process ends.
                sender.send((stream, from)).await.ok();
            }
        });
    }
}

static ACCEPTOR: LazyLock<TlsAcceptor> = LazyLock::new(|| {
    let names = ["localhost", "*.localhost", "127.0.0.1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).expect("the names are well-formed");
    let key = made.signing_key.serialize_der();
    let key = key.try_into().expect("it is a key of a kind that is known");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has all of them")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("the certificate is that of the key");
    TlsAcceptor::from(Arc::new(config))
});
