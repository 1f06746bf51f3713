//! How is a whole `sms-login` put together on one machine?
//!
//! The worker is the real one, on workerd; only its provider is simulated. Not here: what people and tests start it for
//! (`demo`, `bench`), and how its programs end (`children`).

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use infobip::BaseUrl;

use crate::account;
use crate::build::copy_dir;
use crate::children::Running;
use crate::keys;
use crate::place::{native, root};
use crate::wire;

/// How long the worker may take until it is well.
const START: Duration = Duration::from_secs(30);
/// How often it is asked whether it is.
const ASK: Duration = Duration::from_millis(20);
/// The countries that are sent to.
const COUNTRIES: &str = "HR,DE,AT,GB,US,FR,IT,ES,NL,SE,IN,BR,JP";

/// A worker and its simulated provider, both running. They end with this value.
pub(crate) struct Instance {
    /// Where the site answers.
    pub(crate) origin: String,
    /// Where the simulated provider answers.
    pub(crate) simulator_origin: String,
    /// From the start of the worker's process until it was well.
    pub(crate) start_up: Duration,
    /// All that the worker was told.
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) worker: Running,
    pub(crate) simulator: Running,
}

/// What can be different from one instance to the next.
pub(crate) struct Plan<'a> {
    /// The worker's port; 0 for a free one.
    pub(crate) port: u16,
    /// The simulator's port; 0 for a free one.
    pub(crate) simulator_port: u16,
    /// Where keys, accounts and logs are.
    pub(crate) dir: &'a Path,
    /// The folder whose `workerd.capnp` says which worker it is; without one, the one that is built here.
    pub(crate) worker: Option<&'a Path>,
    /// Further settings of the worker, or other values.
    pub(crate) settings: &'a [(String, String)],
}

impl Instance {
    /// Puts one together:
    ///
    /// 1. Start the simulator.
    /// 2. Create the application and its message in it, as one would at the real provider.
    /// 3. Lay out the site.
    /// 4. Start the worker with everything it must know, and wait until it is well.
    pub(crate) fn start(plan: &Plan<'_>) -> Result<Self> {
        let dir = plan.dir;
        fs::create_dir_all(dir.join("objects"))
            .with_context(|| format!("creating {}", dir.display()))?;
        let dir = &dir.canonicalize()?;
        // Held until the worker is started, so that nobody is given it meanwhile, the simulator least of all.
        let held =
            TcpListener::bind(("127.0.0.1", plan.port)).context("taking the worker's port")?;
        let port = held.local_addr()?.port();
        let mut settings = settings(plan, port, dir)?;

        // (1)
        let managing_key = keys::random()?;
        let sending_key = keys::random()?;
        let accepted = [managing_key.clone(), format!("{sending_key}=2fa:pin:send")];
        let (simulator, simulator_origin) = start_simulator(plan.simulator_port, &accepted, dir)?;

        // (2)
        let base_url = BaseUrl::parse(&simulator_origin)?;
        let made = account::create(&base_url, &managing_key, &settings)?;
        for (name, value) in made.into_iter().chain([("INFOBIP_API_KEY", sending_key)]) {
            // What a person set by hand stays: a provider that refuses the key is a thing to try.
            settings.entry(name.to_owned()).or_insert(value);
        }

        // (3)
        lay_out_site(&dir.join("site"), &simulator_origin)?;

        // (4)
        drop(held);
        let since = Instant::now();
        let mut worker = start_worker(plan.worker, &settings, port, dir)?;
        // With an issuer of its own, it is behind somebody who takes TLS off.
        let behind_tls = settings["ISSUER"].starts_with("https:");
        wait_until_well(&mut worker, port, if behind_tls { "https" } else { "http" })?;
        Ok(Self {
            origin: format!("http://localhost:{port}"),
            simulator_origin,
            start_up: since.elapsed(),
            settings,
            worker,
            simulator,
        })
    }
}

/// Whether the worker that was built takes these settings; otherwise the error names each wrong one.
pub(crate) fn rehearse(settings: &BTreeMap<String, String>, dir: &Path) -> Result<()> {
    for folder in ["objects", "site"] {
        fs::create_dir_all(dir.join(folder))?;
    }
    let dir = &dir.canonicalize()?;
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let mut worker = start_worker(None, settings, port, dir)?;
    // As from whoever takes TLS off in front of it: it refuses what browsers sent without.
    wait_until_well(&mut worker, port, "https")
}

/// Everything the worker must know except for what the provider gives it.
fn settings(plan: &Plan<'_>, port: u16, dir: &Path) -> Result<BTreeMap<String, String>> {
    let mut settings = BTreeMap::from(
        [
            ("ISSUER", format!("http://localhost:{port}")),
            ("ALLOWED_ORIGINS", String::new()),
            ("COUNTRIES", COUNTRIES.to_owned()),
            ("DEFAULT_COUNTRY", "HR".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    settings.extend(keys::kept_in(&dir.join("keys.env"))?);
    settings.extend(plan.settings.iter().cloned());
    if settings["ISSUER"].starts_with("http://localhost:")
        || settings["ISSUER"].starts_with("https://localhost:")
    {
        let passkeys = settings.entry("PASSKEYS".to_owned());
        passkeys.or_insert_with(|| "localhost".to_owned());
    }
    Ok(settings)
}

/// It lies beside this program: cargo builds both into the same folder.
fn start_simulator(port: u16, accepted_keys: &[String], dir: &Path) -> Result<(Running, String)> {
    let program = env::current_exe()?.with_file_name("simulator");
    if !program.is_file() {
        bail!("the simulator is not built: run `cargo xtask demo` once without --no-build");
    }
    let mut simulator = Command::new(program);
    simulator.args(["--port", &port.to_string(), "--quiet"]);
    for key in accepted_keys {
        // With an equals sign: a key may begin with a dash.
        simulator.arg(format!("--api-key={key}"));
    }
    let log = dir.join("simulator.log");
    let (running, place) = Running::start_until_ready("the simulator", &simulator, "ready ", &log)?;
    let port = port_of(&place)?;
    Ok((running, format!("http://localhost:{port}")))
}

/// A copy of what was built, so that instances side by side do not disturb each other, and a note that tells the page where
/// its telephone listens.
fn lay_out_site(site: &Path, simulator_origin: &str) -> Result<()> {
    if site.exists() {
        fs::remove_dir_all(site).with_context(|| format!("emptying {}", site.display()))?;
    }
    copy_dir(&root("dist"), site).context("nothing is built yet: run `cargo xtask build`")?;
    let note = serde_json::json!({ "simulator": simulator_origin });
    fs::write(site.join("demo.json"), note.to_string())?;
    Ok(())
}

fn start_worker(
    which: Option<&Path>,
    settings: &BTreeMap<String, String>,
    port: u16,
    dir: &Path,
) -> Result<Running> {
    let folder = |name: &str| format!("--directory-path={name}={}", dir.join(name).display());
    let site = dir.join("site");
    let mut workerd = Command::new(native("workerd"));
    workerd
        .current_dir(which.unwrap_or(&root("edge")))
        .args(["serve", "workerd.capnp"])
        .arg(format!("--socket-addr=http=127.0.0.1:{port}"))
        .arg(folder("objects"))
        .arg(format!("--directory-path=assets={}", site.display()))
        // Nothing of the person's own environment: a key that lies there is for another worker.
        .env_clear()
        .envs(settings);
    Running::start("the worker", &workerd, &dir.join("worker.log"))
}

fn wait_until_well(worker: &mut Running, port: u16, scheme: &str) -> Result<()> {
    let deadline = Instant::now() + START;
    let agent = wire::agent();
    while Instant::now() < deadline {
        if let Some(status) = worker.ended()? {
            bail!(worker.epitaph(&format!("ended before it was ready ({status})")));
        }
        let health = agent
            .get(format!("http://127.0.0.1:{port}/healthz"))
            .header("x-forwarded-proto", scheme)
            .call();
        // Nobody listens yet: that is all that waiting can mend.
        let Ok(mut answer) = health else {
            thread::sleep(ASK);
            continue;
        };
        if answer.status() == 200 {
            return Ok(());
        }
        let text = answer.body_mut().read_to_string().unwrap_or_default();
        bail!(worker.epitaph(&format!("is not well: {} {text}", answer.status())));
    }
    bail!(worker.epitaph(&format!("does not answer after {START:?}")))
}

fn port_of(origin: &str) -> Result<u16> {
    origin
        .rsplit_once(':')
        .and_then(|(_, port)| port.trim_end_matches('/').parse().ok())
        .with_context(|| format!("{origin} names no port"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_an_origin() {
        let cases = [
            ("http://127.0.0.1:4711", Some(4711)),
            ("http://localhost:4711/", Some(4711)),
            ("http://localhost", None),
        ];
        for (origin, expected) in cases {
            assert_eq!(port_of(origin).ok(), expected, "{origin}");
        }
    }
}
