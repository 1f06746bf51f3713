//! Does a step-up prove the number, once, and nothing more?

use login::journey::{Asker, Press};
use login::provider::SendFailure;
use login::{ChallengeId, Refusal};
use protocol::messages::Channel;
use protocol::{AttemptId, Code, Destination};

use crate::world::{World, number, wrong};

impl World {
    async fn sends_for(&self, phone: &Destination, ticket: &ChallengeId) -> Result<(), Refusal> {
        let asker = Asker {
            step_up: true,
            ..self.asker(None)
        };
        self.login()
            .send_for_step_up(phone, Channel::Sms, &asker, ticket.clone(), None)
            .await
            .map(drop)
    }

    async fn proves(
        &self,
        phone: &Destination,
        ticket: &ChallengeId,
        code: &Code,
        attempt: AttemptId,
    ) -> Result<login::attempt::Approved, Refusal> {
        let press = Press {
            to: phone,
            challenge: ticket.clone(),
            code,
            attempt,
        };
        self.login()
            .prove_for_step_up(&press, &self.fresh_ids())
            .await
    }
}

#[tokio::test]
async fn a_right_code_proves_the_number_and_makes_no_account() {
    let (world, ana, ticket) = (
        World::new(),
        number(8_000_001),
        ChallengeId::from_random([1; 16]),
    );
    world.sends_for(&ana, &ticket).await.unwrap();
    let code = world.code(&ana);
    let proved = world
        .proves(&ana, &ticket, &code, world.fresh_attempt())
        .await
        .unwrap();
    assert_eq!(proved.at, world.now.get());
    // Whoever signs in with it later is new here.
    world.wait(60);
    let login = world.send(&ana).await.unwrap();
    let who = world.verify(&ana, &login, &world.code(&ana)).await.unwrap();
    assert!(who.new_account);
}

#[tokio::test]
async fn a_ticket_is_good_for_one_proof_and_never_again() {
    let (world, ana, ticket) = (
        World::new(),
        number(8_000_002),
        ChallengeId::from_random([1; 16]),
    );
    world.sends_for(&ana, &ticket).await.unwrap();
    let code = world.code(&ana);
    let press = world.fresh_attempt();
    let first = world.proves(&ana, &ticket, &code, press.clone()).await;
    // The same press once more, because its answer was lost.
    let again = world.proves(&ana, &ticket, &code, press).await;
    assert_eq!(first.unwrap().at, again.unwrap().at);
    assert_eq!(world.checks.get(), 1);
    let other = world
        .proves(&ana, &ticket, &code, world.fresh_attempt())
        .await;
    assert_eq!(other.unwrap_err(), Refusal::NoChallenge);
    world.wait(60);
    let resent = world.sends_for(&ana, &ticket).await;
    assert_eq!(resent, Err(Refusal::NoChallenge));
    assert_eq!(world.sends.get(), 1);
}

#[tokio::test]
async fn the_same_code_is_sent_once_more_and_a_ticket_has_no_second_one() {
    let (world, ana, ticket) = (
        World::new(),
        number(8_000_003),
        ChallengeId::from_random([1; 16]),
    );
    world.sends_for(&ana, &ticket).await.unwrap();
    let early = world.sends_for(&ana, &ticket).await;
    assert!(matches!(early, Err(Refusal::SendTooSoon(_))), "{early:?}");
    world.wait(30);
    world.sends_for(&ana, &ticket).await.unwrap();
    for left in [4, 3, 2, 1] {
        let answer = world
            .proves(&ana, &ticket, &wrong(), world.fresh_attempt())
            .await;
        assert_eq!(answer.unwrap_err(), Refusal::WrongCode(left));
    }
    let answer = world
        .proves(&ana, &ticket, &wrong(), world.fresh_attempt())
        .await;
    assert_eq!(answer.unwrap_err(), Refusal::ChallengeExhausted);
    world.wait(120);
    let answer = world.sends_for(&ana, &ticket).await;
    assert_eq!(answer, Err(Refusal::ChallengeExhausted));
}

#[tokio::test]
async fn a_text_that_did_not_leave_leaves_the_ticket_good() {
    let (world, ana, ticket) = (
        World::new(),
        number(8_000_004),
        ChallengeId::from_random([1; 16]),
    );
    world.send_fails.set(Some(SendFailure::Failed));
    assert!(world.sends_for(&ana, &ticket).await.is_err());
    world.send_fails.set(None);
    assert!(world.sends_for(&ana, &ticket).await.is_ok());
}

#[tokio::test]
async fn a_code_is_worth_nothing_for_what_it_was_not_sent_for() {
    let (world, ana) = (World::new(), number(8_000_005));
    let ticket = world.fresh_challenge();
    world.sends_for(&ana, &ticket).await.unwrap();
    let code = world.code(&ana);
    let login = world.verify(&ana, &ticket, &code).await;
    assert_eq!(login.unwrap_err(), Refusal::NoChallenge);

    let bo = number(8_000_006);
    let challenge = world.send(&bo).await.unwrap();
    let code = world.code(&bo);
    let proved = world
        .proves(&bo, &challenge, &code, world.fresh_attempt())
        .await;
    assert_eq!(proved.unwrap_err(), Refusal::NoChallenge);
    assert_eq!(world.checks.get(), 0);
    assert!(world.verify(&bo, &challenge, &code).await.is_ok());
}

#[tokio::test]
async fn r16_step_ups_and_logins_are_five_texts_an_hour_together() {
    let (world, ana) = (World::new(), number(8_000_007));
    for n in 0..5 {
        let sent = match n % 2 {
            0 => world.sends_for(&ana, &world.fresh_challenge()).await,
            _ => world.send(&ana).await.map(drop),
        };
        assert!(sent.is_ok(), "{n}: {sent:?}");
        world.wait(300);
    }
    let answer = world.sends_for(&ana, &world.fresh_challenge()).await;
    assert!(
        matches!(answer, Err(Refusal::TooManySends(_))),
        "{answer:?}"
    );
}
