//! What goes on when the provider is gone?
//!
//! This ends what others need, so it has a whole line of its own. Not here: a provider that answers badly (`sending`,
//! `checking`); a worker that is gone (`power`).

use tests::line::Line;
use tests::numbers;

use crate::my_turn;

#[test]
fn without_a_provider_nobody_signs_in_and_whoever_was_in_stays_in() {
    let _turn = my_turn();
    let line = Line::start();
    let inside = line.browser();
    inside.sign_in(&numbers::fresh());
    let waiting = line.browser();
    let phone = numbers::fresh();
    waiting.ask_code(&phone);
    let code = line.telephone().code(&phone);

    line.loses_its_provider();
    let asked = line.browser().ask_code(&numbers::fresh());
    assert_eq!(asked.outcome(), "503 provider_unavailable");
    let verified = waiting.verify(&code);
    assert_eq!(verified.outcome(), "503 provider_unavailable");
    assert_eq!(waiting.session().outcome(), "401 not_signed_in");
    assert_eq!(inside.session().status, 200);
    assert_eq!(inside.renew().status, 200);
    assert_eq!(inside.logout().status, 204);
}
