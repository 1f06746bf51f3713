//! What does a login cost the worker beside what it costs others?
//!
//! Ours, the least that could be called a login, and what one would take instead, each asking the same simulated provider, in turn in each
//! round. Not here: the others themselves, and what each leaves out (`xtask/peers/servers`); what a request costs (`cost`).

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use super::cost::{self, Cost, KINDS, Rounds};
use super::person::{Api, Site};
use super::telephone::Telephone;
use super::worker::AT_ONCE;
use super::{Common, fresh, round_of};
use crate::children::Running;
use crate::instance::Instance;
use crate::place::{command, native, root};
use crate::setup::{self, Tool};
use crate::step::Progress;
use crate::{keys, wire};

/// Where they are.
const FOLDER: &str = "xtask/peers/servers";
/// How long one may take to start.
const START: Duration = Duration::from_secs(30);

/// What a login costs one of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Peer {
    pub(crate) name: String,
    /// By how many at once, by kind of request.
    pub(crate) costs: [[Cost; KINDS.len()]; AT_ONCE.len()],
}

impl Peer {
    /// The processor time of a login with one look at the session, so many at once: see [`AT_ONCE`].
    pub(crate) fn login(&self, at_once: usize) -> f64 {
        let costs = self.costs.get(at_once).into_iter().flatten();
        costs.map(|cost| cost.cpu).sum()
    }
}

/// Measures all of them, ours first.
pub(super) fn measure(progress: &Progress, common: &Common) -> Result<Vec<Peer>> {
    setup::ensure(progress, &[Tool::Peers])?;
    let instance = fresh(common)?;
    let dir = common.dir().join("peers");
    fs::create_dir_all(&dir)?;
    progress.step("build the peers", "read the reason above.", |step| {
        let mut build = command("node", &["xtask/peers/servers/build.mjs"]);
        build.arg(&dir);
        step.run(build)
    })?;
    let servers = [
        Server::Minimal,
        Server::OnNode { cached: false },
        Server::OnNode { cached: true },
        Server::OnWorkerd,
    ];
    let mut started = Vec::new();
    for server in servers {
        started.push(server.start(&instance, &dir)?);
    }

    let telephone = Telephone::listen(&instance.simulator_origin)?;
    let mut sites = vec![(
        "ours",
        instance.worker.pid(),
        Site::new(&instance.origin, Api::Own, telephone.clone()),
    )];
    for (server, (running, origin)) in servers.into_iter().zip(&started) {
        let site = Site::new(origin, server.api(), telephone.clone());
        sites.push((server.name(), running.pid(), site));
    }

    let runtime = Runtime::new()?;
    let mut found: Vec<[[Rounds; KINDS.len()]; AT_ONCE.len()]> =
        vec![Default::default(); sites.len()];
    let mut next = 0;
    for round in 0..=common.rounds {
        for ((name, pid, site), found) in sites.iter().zip(&mut found) {
            progress.say(&format!("{}: {name}", round_of(round, common.rounds)));
            let mut uncounted = Default::default();
            for (at_once, found) in AT_ONCE.into_iter().zip(found) {
                let people = next..next + common.logins;
                next = people.end;
                let rounds = if round == 0 { &mut uncounted } else { found };
                runtime.block_on(cost::round(site, *pid, people, at_once, rounds))?;
            }
        }
    }
    let peers = sites.iter().zip(found);
    Ok(peers
        .map(|((name, ..), found)| Peer {
            name: (*name).to_owned(),
            costs: found.map(|kinds| kinds.map(|rounds| rounds.medians())),
        })
        .collect())
}

/// One of the others.
#[derive(Clone, Copy)]
enum Server {
    Minimal,
    OnNode {
        /// Whether a look at a session may be answered by the cookie alone for a while.
        cached: bool,
    },
    OnWorkerd,
}

impl Server {
    fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal worker",
            Self::OnNode { cached: false } => "Better Auth on Node",
            Self::OnNode { cached: true } => "Better Auth on Node, with its cookie cache",
            Self::OnWorkerd => "Better Auth on workerd",
        }
    }

    fn api(self) -> Api {
        match self {
            Self::Minimal => Api::Own,
            Self::OnNode { .. } | Self::OnWorkerd => Api::BetterAuth,
        }
    }

    /// Starts it with the provider and the keys of ours. Says where it answers.
    fn start(self, ours: &Instance, dir: &Path) -> Result<(Running, String)> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let origin = format!("http://localhost:{port}");
        let told = |name: &str| ours.settings.get(name).cloned().unwrap_or_default();
        let mut settings: BTreeMap<&str, String> = [
            "SIGNING_KEYS",
            "SEALING_KEYS",
            "INFOBIP_BASE_URL",
            "INFOBIP_API_KEY",
            "INFOBIP_APPLICATION_ID",
            "INFOBIP_MESSAGE_ID",
        ]
        .map(|name| (name, told(name)))
        .into();
        settings.insert("ISSUER", origin.clone());
        settings.insert("BETTER_AUTH_SECRET", keys::random()?);
        let log = dir.join(format!("{port}.log"));
        let mut running = match self {
            Self::Minimal => on_workerd("minimal", port, settings, dir, &log),
            Self::OnWorkerd => {
                settings.insert("COOKIE_CACHE", "off".to_owned());
                on_workerd("better-auth", port, settings, dir, &log)
            }
            Self::OnNode { cached } => {
                settings.insert("COOKIE_CACHE", if cached { "on" } else { "off" }.to_owned());
                settings.insert("NODE_ENV", "production".to_owned());
                settings.insert("PORT", port.to_string());
                let database = dir.join(format!("{port}.sqlite"));
                settings.insert("DATABASE", database.display().to_string());
                let machine = if cfg!(target_arch = "aarch64") {
                    "arm64"
                } else {
                    "x64"
                };
                let node = format!("{FOLDER}/node_modules/node-linux-{machine}/bin/node");
                let mut node = Command::new(root(&node));
                node.current_dir(root(FOLDER))
                    .arg("better-auth/server.mjs")
                    .env_clear()
                    .envs(settings);
                Running::start("a peer", &node, &log)
            }
        }?;
        let path = match self.api() {
            Api::Own => "/healthz",
            Api::BetterAuth => "/api/auth/ok",
        };
        wait_until_well(&mut running, &format!("{origin}{path}"))?;
        Ok((running, origin))
    }
}

fn on_workerd(
    name: &str,
    port: u16,
    settings: BTreeMap<&str, String>,
    dir: &Path,
    log: &Path,
) -> Result<Running> {
    let objects = dir.join(format!("{port}.objects"));
    fs::create_dir_all(&objects)?;
    let mut workerd = Command::new(native("workerd"));
    workerd
        .current_dir(dir.join(name))
        .args(["serve", "workerd.capnp"])
        .arg(format!("--socket-addr=http=127.0.0.1:{port}"))
        .arg(format!("--directory-path=objects={}", objects.display()))
        .env_clear()
        .envs(settings);
    Running::start("a peer", &workerd, log)
}

fn wait_until_well(peer: &mut Running, url: &str) -> Result<()> {
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        if let Some(status) = peer.ended()? {
            bail!(peer.epitaph(&format!("ended before it was ready ({status})")));
        }
        if wire::agent()
            .get(url)
            .call()
            .is_ok_and(|it| it.status() == 200)
        {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!(peer.epitaph(&format!("does not answer after {START:?}")))
}
