//! How is the simulator run alone?
//!
//! Prints `ready http://127.0.0.1:PORT` and answers until Ctrl-C or SIGTERM.

use std::io::{self, Write};

use clap::Parser;
use simulator::{Options, Simulator};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> io::Result<()> {
    let simulator = Simulator::start(Options::parse()).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut stdout = io::stdout();
    writeln!(stdout, "ready http://{}", simulator.address())?;
    stdout.flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
