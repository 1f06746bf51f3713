//! What are the bodies made of that the contract names?
//!
//! Not here: which route takes or gives which ([`super`]).

use serde_json::{Value, json};
use utoipa::PartialSchema as _;

use super::by_hand;
use crate::messages::{
    Account, AccountEvent, Challenge, Channel, Config, Country, EmailRequest, EndSessions, Health,
    NumberRequest, OpenSession, OpenSessions, ResendRequest, Session, SessionRequest,
    VerifyChangeRequest, VerifyRequest, WrittenSend,
};
use crate::passkey;
use crate::proof::{PowChallenge, TurnstileOffer};
use crate::step_up::{StepUp, StepUpProof, StepUpRequest, StepUpSend, StepUpVerify};
use crate::{AttemptId, Code, EmailAddress, PhoneNumber, Problem, Proof, ProofOffer};

/// All of them, by the names that routes and each other call them by.
pub(super) fn all() -> Value {
    let mut all = general();
    if let (Value::Object(all), Value::Object(of_passkeys)) = (&mut all, of_passkeys()) {
        all.extend(of_passkeys);
    }
    all
}

fn general() -> Value {
    json!({
        "Account": Account::schema(),
        "AccountEvent": AccountEvent::schema(),
        "AdminBudgets": crate::admin::Budgets::schema(),
        "AdminNumber": crate::admin::Number::schema(),
        "AdminOrder": crate::admin::Order::schema(),
        "AdminSwitches": crate::admin::Switches::schema(),
        "AttemptId": AttemptId::schema(),
        "Budget": crate::admin::Budget::schema(),
        "Challenge": Challenge::schema(),
        "Channel": Channel::schema(),
        "Code": Code::schema(),
        "Config": Config::schema(),
        "Countries": by_hand::countries(),
        "Country": Country::schema(),
        "SessionRequest": SessionRequest::schema(),
        "EndSessions": EndSessions::schema(),
        "EmailAddress": EmailAddress::schema(),
        "EmailRequest": EmailRequest::schema(),
        "Health": Health::schema(),
        "KeySet": by_hand::key_set(),
        "Money": crate::admin::Money::schema(),
        "NumberRequest": NumberRequest::schema(),
        "Numbering": by_hand::numbering(),
        "OpenSession": OpenSession::schema(),
        "OpenSessions": OpenSessions::schema(),
        "PhoneNumber": PhoneNumber::schema(),
        "PowChallenge": PowChallenge::schema(),
        "Problem": Problem::schema(),
        "Proof": by_hand::closed(json!(Proof::schema())),
        "ProofOffer": ProofOffer::schema(),
        "ResendRequest": ResendRequest::schema(),
        "SendRequest": WrittenSend::schema(),
        "Session": Session::schema(),
        "StepUp": StepUp::schema(),
        "StepUpProof": StepUpProof::schema(),
        "StepUpRequest": StepUpRequest::schema(),
        "StepUpSend": StepUpSend::schema(),
        "StepUpVerify": StepUpVerify::schema(),
        "TurnstileOffer": TurnstileOffer::schema(),
        "VerifyChangeRequest": VerifyChangeRequest::schema(),
        "VerifyRequest": VerifyRequest::schema(),
    })
}

fn of_passkeys() -> Value {
    json!({
        "NewPasskey": passkey::NewPasskey::schema(),
        "Passkey": passkey::Passkey::schema(),
        "PasskeyAlgorithm": passkey::Algorithm::schema(),
        "PasskeyAssertion": passkey::Assertion::schema(),
        "PasskeyAttestation": passkey::Attestation::schema(),
        "PasskeyAuthentication": passkey::Authentication::schema(),
        "PasskeyBegin": passkey::Begin::schema(),
        "PasskeyCreation": passkey::Creation::schema(),
        "PasskeyCreationOptions": passkey::CreationOptions::schema(),
        "PasskeyDescriptor": passkey::Descriptor::schema(),
        "PasskeyLogin": passkey::PasskeyLogin::schema(),
        "PasskeyRegistration": passkey::Registration::schema(),
        "PasskeyRequest": passkey::Request::schema(),
        "PasskeyRequestOptions": passkey::RequestOptions::schema(),
        "PasskeySelection": passkey::Selection::schema(),
        "PasskeyUser": passkey::User::schema(),
        "Passkeys": passkey::Passkeys::schema(),
        "RelyingParty": passkey::RelyingParty::schema(),
        "RemovePasskey": passkey::RemovePasskey::schema(),
    })
}
