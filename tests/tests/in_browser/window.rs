//! How does a window of the browser open, and how does it close?
//!
//! Not here: which browser it is (`engine`), and what is done in the window (`page`).

use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use tests::guard::Guarded;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::engine::ENGINE;
use crate::page::Page;

/// How many windows are open at once. Each is a browser of its own, some hundred threads and as many megabytes: a small machine, or
/// one that counts threads, has no room for as many as there are tests.
static ROOM: Semaphore = Semaphore::const_new(4);

/// How often a window is asked for. On a busy machine a browser may take longer to start than its driver waits.
const TRIES: u8 = 3;
/// How long a driver may take until it listens.
const START: Duration = Duration::from_secs(30);
/// How often it is asked whether it does.
const ASK: Duration = Duration::from_millis(20);

/// What the person has set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taste {
    /// Nothing: light colours.
    Plain,
    /// Dark colours.
    Dark,
    /// No cookies for any site but the one that the page is of.
    NoThirdPartyCookies,
    /// No scripts on any page. What the tests themselves ask of a page is not the page's.
    NoScripts,
}

/// Runs a test in a window of its own, which is closed whatever becomes of the test.
pub(crate) fn in_window<F>(test: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    in_window_of(Taste::Plain, test);
}

/// The same, for somebody who has set this.
pub(crate) fn in_window_of<F>(taste: Taste, test: impl FnOnce(Page) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs no more than this thread");
    runtime.block_on(async {
        let _room = ROOM.acquire().await.expect("it is never closed");
        let (_driver, window) = open(taste).await;
        let outcome = tokio::spawn(test(Page::in_window(window.clone()))).await;
        let closed = window.close().await;
        if let Err(failed) = outcome {
            resume_unwind(failed.into_panic());
        }
        closed.expect("the window closes");
    });
}

/// Each window has a driver of its own: most of them drive no more than one.
async fn open(taste: Taste) -> (Guarded, Client) {
    let mut tried = 1;
    loop {
        let (driver, port) = ENGINE.driver(taste);
        listens(&driver, port).await;
        let opened = ClientBuilder::new(HttpConnector::new())
            .capabilities(ENGINE.capabilities(taste, driver.folder()))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        match opened {
            Ok(window) => return (driver, window),
            Err(reason) if tried == TRIES => panic!("{ENGINE:?} opens no window: {reason}"),
            Err(_) => tried += 1,
        }
    }
}

async fn listens(driver: &Guarded, port: u16) {
    let since = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        let errors = driver.errors();
        assert!(
            since.elapsed() < START,
            "the driver does not start: {errors}"
        );
        sleep(ASK).await;
    }
}
