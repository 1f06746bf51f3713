//! What does the simulator know, and what happens to a call from its arrival to its answer?
//!
//! All state is in one struct, so that a call is one lock and a test sees whole calls only. What each operation does is in
//! `setup.rs`, `sending.rs` and `verifying.rs`.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::application::Application;
use crate::auth::authorize;
use crate::calls::Calls;
use crate::clock::{Clock, Millis};
use crate::errors::ApiError;
use crate::faults::{Fault, When};
use crate::grammar::{DAY, Limit};
use crate::operation::{Operation, Target};
use crate::options::Options;
use crate::outbox::Outbox;
use crate::pin::Pin;
use crate::reply::Reply;
use crate::request::Request;
use crate::scenario::Scenario;
use crate::script::Script;
use crate::switches::{Switches, Unknown};
use crate::template::Template;
use crate::window::Window;

/// Everything the simulator knows.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) applications: Vec<Application>,
    pub(crate) templates: Vec<Template>,
    pub(crate) pins: HashMap<String, Pin>,
    pub(crate) windows: Windows,
    pub(crate) outbox: Outbox,
    pub(crate) script: Script,
    pub(crate) calls: Calls,
}

/// The calls that count against limits. A limit belongs to an application, so the windows do too.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    pub(crate) sends_by_application: HashMap<String, Window>,
    pub(crate) sends_by_number: HashMap<(String, String), Window>,
    pub(crate) verifies_by_number: HashMap<(String, String), Window>,
    throttles: BTreeMap<Operation, Window>,
}

/// An answer, and what is to go wrong on its way.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) reply: Reply,
    pub(crate) fault: Fault,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            clock: Clock::new(options.frozen_at),
            options,
            applications: Vec::new(),
            templates: Vec::new(),
            pins: HashMap::new(),
            windows: Windows::default(),
            outbox: Outbox::new(),
            script: Script::default(),
            calls: Calls::default(),
        }
    }

    pub(crate) fn switches(&self) -> &Switches {
        &self.options.switches
    }

    /// Answers a call:
    ///
    /// 1. The method and path name an operation, which is counted.
    /// 2. A fault that comes before the effect is played; nothing else happens.
    /// 3. The operation is authorized, throttled and done.
    /// 4. A fault that comes after the effect spoils the answer.
    pub(crate) fn answer(&mut self, request: &Request) -> Outcome {
        // (1)
        let legacy = self.switches().legacy_pin_paths;
        let Some(target) = Target::find(&request.method, &request.path, legacy) else {
            return Outcome {
                reply: ApiError::NotFound.into_reply(self.switches()),
                fault: Fault::default(),
            };
        };
        let operation = target.operation;
        let to = self.destination(&target, request);
        self.calls.count(operation, to.as_deref());

        let scenario = to.as_deref().and_then(|to| self.scenario(operation, to));
        let fault = self.script.take(operation, to.as_deref());
        let fault = fault.or(match &scenario {
            Some(Scenario::Faulty(fault)) => Some(fault.clone()),
            Some(Scenario::Unreachable | Scenario::LookupNotConfigured) | None => None,
        });
        let fault = fault.unwrap_or_default();

        let normal = if fault.when() == When::Before {
            // (2)
            Reply::ok(serde_json::json!({}))
        } else {
            // (3)
            self.perform(&target, request, scenario.as_ref())
                .unwrap_or_else(|error| error.into_reply(self.switches()))
        };
        // (4)
        Outcome {
            reply: fault.applied(normal, self.switches()),
            fault,
        }
    }

    fn perform(
        &mut self,
        target: &Target,
        request: &Request,
        scenario: Option<&Scenario>,
    ) -> Result<Reply, ApiError> {
        let now = self.clock.now();
        let credentials = request.authorization.as_deref();
        authorize(credentials, &self.options.api_keys, target.operation)?;
        self.throttle(target.operation, now)?;
        use Operation::*;
        match target.operation {
            ListApplications => Ok(Reply::ok(&self.applications)),
            CreateApplication => self.create_application(request),
            GetApplication => self.application(&target.application_id).map(Reply::ok),
            UpdateApplication => self.update_application(target, request),
            ListTemplates => self.list_templates(target),
            CreateTemplate => self.create_template(target, request),
            GetTemplate => self.get_template(target),
            UpdateTemplate => self.update_template(target, request),
            CreateEmailTemplate => self.create_email_template(target, request),
            UpdateEmailTemplate => self.update_email_template(target, request),
            Send | SendVoice | SendEmail => self.send(target.operation, request, scenario, now),
            Resend | ResendVoice | ResendEmail => self.resend(target, request, scenario, now),
            Verify => self.verify(target, request, now),
            VerificationStatus => self.verification_status(target, request),
        }
    }

    /// The number or address that a call is about: the one it sends to, asks about, or that its PIN was sent to.
    fn destination(&self, target: &Target, request: &Request) -> Option<String> {
        if let Some(pin) = self.pins.get(&target.pin_id) {
            return Some(pin.to.clone());
        }
        if let Some(msisdn) = request.query("msisdn") {
            return Some(msisdn.to_owned());
        }
        let body = request.body().ok().flatten()?;
        body.get("to")?.as_str().map(str::to_owned)
    }

    fn scenario(&self, operation: Operation, to: &str) -> Option<Scenario> {
        let is_played = self.switches().scenario_numbers && operation.sends();
        Scenario::of(to).filter(|_| is_played)
    }

    fn throttle(&mut self, operation: Operation, now: Millis) -> Result<(), ApiError> {
        let throttle = operation
            .throttle()
            .filter(|_| self.switches().manage_throttles);
        if let Some(throttle) = throttle {
            let limit = Limit::parse(throttle, DAY).expect("the documented throttles are limits");
            let window = self.windows.throttles.entry(operation).or_default();
            window
                .room(&limit, now)
                .map_err(ApiError::TooManyRequests)?;
            window.count(now);
        }
        Ok(())
    }

    pub(crate) fn application(&self, id: &str) -> Result<&Application, ApiError> {
        let mut all = self.applications.iter();
        all.find(|it| it.application_id == id)
            .ok_or(ApiError::NotFound)
    }

    pub(crate) fn template(
        &self,
        application_id: &str,
        message_id: &str,
    ) -> Result<&Template, ApiError> {
        let mut all = self.templates.iter();
        all.find(|it| it.application_id == application_id && it.message_id == message_id)
            .ok_or(ApiError::NotFound)
    }
}

/// The refusal that a switch chose for something that does not exist.
pub(crate) fn unknown(switch: Unknown) -> ApiError {
    match switch {
        Unknown::NotFound => ApiError::NotFound,
        Unknown::BadRequest => ApiError::bad_request(),
    }
}

/// A new id as Infobip makes them: 32 upper-case hexadecimal digits, from the system's random source.
pub(crate) fn new_id() -> String {
    format!("{:X}", Uuid::new_v4().simple())
}
