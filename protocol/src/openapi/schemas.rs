//! What are the bodies made of that the contract names?
//!
//! Not here: which route takes or gives which ([`super`]).

use serde_json::{Value, json};
use utoipa::PartialSchema as _;

use super::by_hand;
use crate::messages::{
    Account, AccountEvent, Challenge, Channel, Config, Country, EmailRequest, EndSessions, Health,
    NumberRequest, OpenSession, OpenSessions, ResendRequest, Session, SessionRequest,
    VerifyNumberRequest, VerifyRequest, WrittenSend,
};
use crate::proof::{PowChallenge, TurnstileOffer};
use crate::step_up::{StepUp, StepUpProof, StepUpRequest, StepUpSend, StepUpVerify};
use crate::{AttemptId, Code, EmailAddress, PhoneNumber, Problem, Proof, ProofOffer};

/// All of them, by the names that routes and each other call them by.
pub(super) fn all() -> Value {
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
        "Proof": Proof::schema(),
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
        "VerifyNumberRequest": VerifyNumberRequest::schema(),
        "VerifyRequest": VerifyRequest::schema(),
    })
}
