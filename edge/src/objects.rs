//! Where do records live?
//!
//! Each number and each budget has a Durable Object, named by a keyed hash, each user has one, named by the user's id, and the
//! site has two: one for its switches, one for its metrics. An object keeps one record as one row of JSON in its SQLite database.
//!
//! # Why a step is atomic
//!
//! [`apply`] reads the row, applies the step and writes the row without awaiting anything in between, and an object runs on one
//! thread. So no other request to the object can come between the reading and the writing. Nothing that awaits, above all no
//! `fetch`, may ever be put there: the platform's input gates hold other requests back during storage operations only. The
//! output gate holds the reply back until the row is on disk.
//!
//! Not here: what a step does (`login::attempt`, `login::account`, `login::budget`).

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use login::account::UserRecord;
use login::attempt::DestinationRecord;
use login::budget::{Budget, BudgetRecord};
use login::index::{self, DestinationName};
use login::ledger::{Ledger, LedgerDown};
use login::metrics::Metrics;
use login::policy::CLEAN_UP_AFTER;
use login::step::{Cleaned, Incompatible, Keeper, Step, Stored};
use login::switches::Switches;
use login::{Policy, Timestamp, UserId};
use serde::Deserialize;
use worker::js_sys::Promise;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsCast as _};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Delay, DurableObject, Env, Request, Response, State, durable_object, web_sys};

use crate::alerts;
use crate::event::Fault;
use crate::settings::Settings;
use crate::trace::Trace;

/// The record of one number or address.
#[durable_object(alarm)]
pub struct PhoneObject {
    state: State,
    env: Env,
}

/// The record of one user.
#[durable_object(alarm)]
pub struct UserObject {
    state: State,
    env: Env,
}

/// The record of one budget: of a network, a prefix, a country, or the site.
#[durable_object(alarm)]
pub struct BudgetObject {
    state: State,
    env: Env,
}

/// A record of the whole site: what the operator has switched off, or what has happened so far, in numbers. These are two objects of
/// one kind, because a kind costs the worker as much again.
#[durable_object(alarm)]
pub struct SiteObject {
    state: State,
    env: Env,
}

impl DurableObject for PhoneObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let keeper = Keeper::of::<DestinationRecord>();
        serve(keeper, &self.state, &self.env, request).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        clean_up(Keeper::of::<DestinationRecord>(), &self.state, &self.env).await
    }
}

impl DurableObject for UserObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        serve(Keeper::of::<UserRecord>(), &self.state, &self.env, request).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        clean_up(Keeper::of::<UserRecord>(), &self.state, &self.env).await
    }
}

impl DurableObject for BudgetObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let keeper = Keeper::of::<BudgetRecord>();
        serve(keeper, &self.state, &self.env, request).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        clean_up(Keeper::of::<BudgetRecord>(), &self.state, &self.env).await
    }
}

impl DurableObject for SiteObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let keeper = if Metrics::takes(&step_of(&request)) {
            Keeper::of::<Metrics>()
        } else {
            Keeper::of::<Switches>()
        };
        serve(keeper, &self.state, &self.env, request).await
    }

    /// The switches have nothing to forget, so no alarm is ever theirs.
    async fn alarm(&self) -> worker::Result<Response> {
        clean_up(Keeper::of::<Metrics>(), &self.state, &self.env).await
    }
}

/// How long one step may take. Whoever asked has an answer in time even if an object never gives one (R80).
const STEP_DEADLINE: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct Row {
    json: String,
}

/// Answers one step: its name is the end of the path, its JSON the body.
async fn serve(
    keeper: Keeper,
    state: &State,
    env: &Env,
    mut request: Request,
) -> worker::Result<Response> {
    let name = &step_of(&request);
    let step = request.text().await?;
    let Some(settings) = crate::settings(env) else {
        return Response::error("misconfigured", 503);
    };
    let (reply, wake_later) = match apply(keeper, state, &settings.policy, name, &step)? {
        Ok(stored) => {
            alerts::raise(state, &settings, &stored.alerts);
            (stored.reply, stored.wake_later)
        }
        Err(incompatible) => return Response::error(incompatible.to_string(), 400),
    };
    if wake_later {
        state.storage().set_alarm(CLEAN_UP_AFTER).await?;
    }
    Response::ok(reply)
}

/// The name of the step that an object is asked for.
fn step_of(request: &Request) -> String {
    // Not `request.path()`: parsing the URL as a URL would link 57 KB of Unicode tables.
    let url = request.inner().url();
    let name = url.rsplit('/').next().unwrap_or_default();
    name.to_owned()
}

/// Reads the record, applies the step, writes the record if it changed. See above why this must not await.
fn apply(
    keeper: Keeper,
    state: &State,
    policy: &Policy,
    name: &str,
    step: &str,
) -> worker::Result<Result<Stored, Incompatible>> {
    let applied = (keeper.apply)(load(state)?.as_deref(), name, step, crate::now(), policy);
    if let Ok(stored) = &applied {
        if stored.scrub {
            wipe(state)?;
        }
        if let Some(json) = &stored.changed {
            save(state, json)?;
        }
    }
    Ok(applied)
}

/// Deletes the database with all that lingers in it: SQLite leaves the bytes of an overwritten row in its pages and its log. The call
/// itself deletes. What its promise waits for, the disk, the reply waits for as well; and what is written right after the call is
/// committed with it.
fn wipe(state: &State) -> worker::Result<()> {
    state
        .storage()
        .delete_all()
        .now_or_never()
        .transpose()
        .map(drop)?;
    create(state)
}

/// Forgets what is over, and deletes the whole database once nothing is left. May come late or twice: judging never waits for it.
async fn clean_up(keeper: Keeper, state: &State, env: &Env) -> worker::Result<Response> {
    let Some(settings) = crate::settings(env) else {
        return Response::error("misconfigured", 503);
    };
    let Some(stored) = load(state)? else {
        return Response::empty();
    };
    let cleaned = (keeper.clean)(&stored, crate::now(), &settings.policy);
    match cleaned.map_err(|incompatible| incompatible.to_string())? {
        Cleaned::Blank => state.storage().delete_all().await?,
        Cleaned::Kept {
            changed,
            wake_later,
        } => {
            if let Some(json) = changed {
                save(state, &json)?;
            }
            if wake_later {
                state.storage().set_alarm(CLEAN_UP_AFTER).await?;
            }
        }
    }
    Response::empty()
}

fn create(state: &State) -> worker::Result<()> {
    let table = "CREATE TABLE IF NOT EXISTS record (only INTEGER PRIMARY KEY CHECK (only = 1), json TEXT NOT NULL) STRICT";
    state.storage().sql().exec(table, None).map(drop)
}

/// Whoever looks at a record that never was, and anybody may name one, leaves no table behind.
fn load(state: &State) -> worker::Result<Option<String>> {
    let ask = |query| state.storage().sql().exec(query, None);
    // To make sure of the table each time would be half of what reading costs.
    let rows = match ask("SELECT json FROM record") {
        Ok(rows) => rows,
        Err(error) => {
            let tables = "SELECT name AS json FROM sqlite_master WHERE name = 'record'";
            let tables: Vec<Row> = ask(tables)?.to_array()?;
            return if tables.is_empty() {
                Ok(None)
            } else {
                Err(error)
            };
        }
    };
    let rows: Vec<Row> = rows.to_array()?;
    Ok(rows.into_iter().next().map(|row| row.json))
}

const INSERT: &str = "INSERT INTO record (only, json) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET json = excluded.json";

fn save(state: &State, json: &str) -> worker::Result<()> {
    let insert = || state.storage().sql().exec(INSERT, vec![json.into()]);
    // Only the first time there is no table.
    if insert().is_err() {
        create(state)?;
        insert()?;
    }
    Ok(())
}

/// The worker's end: finds the object and carries the step there.
#[derive(Debug)]
pub(crate) struct Objects {
    env: Env,
    settings: Arc<Settings>,
    trace: Rc<Trace>,
    /// Until when whoever asked waits.
    until: Timestamp,
}

impl Objects {
    pub(crate) fn new(
        env: Env,
        settings: Arc<Settings>,
        trace: Rc<Trace>,
        until: Timestamp,
    ) -> Self {
        Self {
            env,
            settings,
            trace,
            until,
        }
    }

    /// Applies a step to the metrics of the site.
    pub(crate) async fn metrics<S: Step<Record = Metrics>>(
        &self,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.apply("SITE", "metrics", &step).await
    }

    /// Typed on the outside only: the rest would be compiled once per step.
    async fn apply<S: Step>(
        &self,
        binding: &str,
        name: &str,
        step: &S,
    ) -> Result<S::Reply, LedgerDown> {
        let step = serde_json::to_string(step).map_err(|_| LedgerDown)?;
        let reply = self.ask(binding, name, S::NAME, step).await?;
        serde_json::from_slice(reply.as_bytes()).map_err(|_| LedgerDown)
    }

    /// The object's error is logged here and goes no further; to the rules, storage did not answer.
    async fn ask(
        &self,
        binding: &str,
        name: &str,
        step_name: &str,
        step: String,
    ) -> Result<String, LedgerDown> {
        let reply = std::pin::pin!(async {
            let stub = self.env.durable_object(binding)?.get_by_name(name)?;
            carry(&stub.into_rpc(), step_name, step).await
        });
        let deadline = STEP_DEADLINE.min(crate::now().until(self.until));
        let reply = match select(reply, Delay::from(deadline)).await {
            Either::Left((reply, _)) => reply,
            Either::Right(((), _)) => Err("no answer in time".into()),
        };
        reply.map_err(|error| {
            let what = format!("{binding}, step {step_name}: {error}");
            worker::console_error!("{}", Fault::of(&what, &self.trace).line());
            LedgerDown
        })
    }
}

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// A stub, as JavaScript has it: asked without a `Request` being made first, which costs half as much as the asking.
    type Asked;
    #[wasm_bindgen(method)]
    fn fetch(this: &Asked, url: &str, init: &web_sys::RequestInit) -> Promise;
}

async fn carry(stub: &Asked, name: &str, step: String) -> worker::Result<String> {
    // Not `worker::RequestInit`: it would link everything that Cloudflare can do to images and caches.
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&step.into());
    let url = format!("http://object/{name}");
    let response = JsFuture::from(stub.fetch(&url, &init)).await?;
    let response: web_sys::Response = response.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    let text = text.as_string().unwrap_or_default();
    match response.status() {
        200 => Ok(text),
        status => Err(format!("the object answered {status}: {text}").into()),
    }
}

impl Ledger for Objects {
    async fn destination<S: Step<Record = DestinationRecord>>(
        &self,
        name: &DestinationName,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.apply("PHONES", name.as_str(), &step).await
    }

    async fn budget<S: Step<Record = BudgetRecord>>(
        &self,
        budget: &Budget,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        let name = index::name_of_budget(budget, self.settings.index_keys.current());
        self.apply("BUDGETS", &name, &step).await
    }

    async fn user<S: Step<Record = UserRecord>>(
        &self,
        user: &UserId,
        step: S,
    ) -> Result<S::Reply, LedgerDown> {
        self.apply("USERS", user.as_str(), &step).await
    }

    async fn switches<S: Step<Record = Switches>>(&self, step: S) -> Result<S::Reply, LedgerDown> {
        self.apply("SITE", "switches", &step).await
    }
}
