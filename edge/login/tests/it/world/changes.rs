//! People who change their numbers.

use std::time::Duration;

use login::journey::{Asker, Owner, Press, SignedIn};
use login::{BrowserId, ChallengeId, Refusal, UserId};
use protocol::{AttemptId, Code, Destination};

use super::World;

/// A world in which no wait between texts is in the way.
pub(crate) fn world() -> World {
    let mut world = World::new();
    world.policy.cool_down = [Duration::ZERO; 4];
    world
}

pub(crate) async fn sign_in(world: &World, number: &Destination) -> SignedIn {
    let challenge = world.send(number).await.unwrap();
    let code = world.code(number);
    world.verify(number, &challenge, &code).await.unwrap()
}

pub(crate) fn owner(who: &SignedIn) -> Owner {
    Owner {
        user: who.user.clone(),
        session: who.session.clone(),
    }
}

pub(crate) async fn begin(
    world: &World,
    who: &SignedIn,
    to: &Destination,
) -> Result<ChallengeId, Refusal> {
    let challenge = world.fresh_challenge();
    let asker = Asker {
        change: Some(owner(who)),
        step_up: false,
        ..world.asker(who.browser.as_ref())
    };
    let login = world.login();
    login
        .send(to, to.channel(), &asker, challenge.clone(), None, None)
        .await?;
    Ok(challenge)
}

pub(crate) async fn finish(
    world: &World,
    who: &SignedIn,
    to: &Destination,
    challenge: &ChallengeId,
    code: &Code,
) -> Result<BrowserId, Refusal> {
    let (attempt, fresh) = (world.fresh_attempt(), world.fresh_ids());
    let press = press(to, challenge, code, &attempt);
    world
        .login()
        .finish_change(&owner(who), &press, &fresh, false)
        .await
}

pub(crate) fn press<'a>(
    number: &'a Destination,
    challenge: &ChallengeId,
    code: &'a Code,
    attempt: &AttemptId,
) -> Press<'a> {
    Press {
        to: number,
        challenge: challenge.clone(),
        code,
        attempt: attempt.clone(),
    }
}

/// A whole change.
pub(crate) async fn change(
    world: &World,
    who: &SignedIn,
    to: &Destination,
) -> Result<BrowserId, Refusal> {
    let challenge = begin(world, who, to).await?;
    finish(world, who, to, &challenge, &world.code(to)).await
}

pub(crate) async fn lives(world: &World, who: &SignedIn) -> bool {
    let checked = world.login().check(&who.user, who.session.clone()).await;
    checked.is_ok()
}

pub(crate) fn notices(world: &World) -> Vec<String> {
    world.alerts.take()
}

pub(crate) fn notice(user: &UserId, ends: &str, at: u64, undone: bool) -> String {
    format!(
        r#"{{"event":"number_changed","subject":"{user}","ends":"{ends}","at":{at},"undone":{undone}}}"#
    )
}
