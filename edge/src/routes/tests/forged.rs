//! What is asked of a session by somebody who does not know its anti-forgery value?

use login::forgery;

use super::*;

#[tokio::test]
async fn r04_r46_what_is_asked_of_a_session_must_name_its_value_and_changes_nothing_otherwise() {
    let cookies = cookies();
    let value = |session: [u8; 16]| {
        forgery::value_of(
            &SessionId::from_random(session),
            &site().settings.sealing_keys,
        )
    };
    let wrong = ["", "AAAA", &value([3; 16])];
    let token = cookies.split(['=', ';']).nth(1).unwrap();
    for (method, path, more) in [
        ("POST", path::RENEW, ""),
        ("POST", path::LOGOUT, ""),
        ("POST", path::END_SESSIONS, r#","all":true"#),
        ("POST", path::NUMBER, r#","phone":"+385912345678""#),
        (
            "POST",
            path::VERIFY_NUMBER,
            r#","code":"123456","attempt_id":"AAAAAAAAAAAAAAAAAAAAAA""#,
        ),
        ("DELETE", path::ACCOUNT, ""),
    ] {
        for presented in wrong.into_iter().chain([token]) {
            let headers = [
                ("origin", OWN),
                ("content-type", "application/json"),
                ("cookie", &cookies),
            ];
            let body = format!(r#"{{"anti_forgery":"{presented}"{more}}}"#);
            // Storage is down here: whatever got as far as storage would be told so.
            let answered = ask(method, path, &headers, &body).await;
            assert_eq!(
                answered.code(),
                Some(ProblemCode::CrossSite),
                "{path} {presented}"
            );
            assert!(answered.body.contains(&value([2; 16])), "{path}");
            assert_eq!(answered.headers.get(header::SET_COOKIE), None, "{path}");
        }
    }
}
