//! What is answered when storage does not answer?

use login::forgery;

use super::*;

#[tokio::test]
async fn r83_when_storage_is_down_everything_is_refused_and_nobody_is_asked() {
    let cookies = cookies();
    let verify = verify_body();
    let value = forgery::value_of(
        &SessionId::from_random([2; 16]),
        &site().settings.sealing_keys,
    );
    let for_session = format!(r#"{{"anti_forgery":"{value}"}}"#);
    let end_sessions = format!(r#"{{"anti_forgery":"{value}","all":true}}"#);
    let number = format!(r#"{{"anti_forgery":"{value}","phone":"+385912345678"}}"#);
    let verify_number = format!(
        r#"{{"anti_forgery":"{value}","code":"123456","attempt_id":"AAAAAAAAAAAAAAAAAAAAAA"}}"#
    );
    let cases = [
        ("POST", path::CHALLENGES, r#"{"phone":"+385912345678"}"#),
        ("DELETE", path::CHALLENGES, ""),
        ("POST", path::RESEND, "{}"),
        ("POST", path::VERIFY, verify.as_str()),
        ("GET", path::SESSION, ""),
        ("POST", path::RENEW, for_session.as_str()),
        ("POST", path::LOGOUT, for_session.as_str()),
        ("GET", path::SESSIONS, ""),
        ("POST", path::END_SESSIONS, end_sessions.as_str()),
        ("POST", path::NUMBER, number.as_str()),
        ("POST", path::VERIFY_NUMBER, verify_number.as_str()),
        ("GET", path::ACCOUNT, ""),
        ("DELETE", path::ACCOUNT, for_session.as_str()),
    ];
    for (method, path, body) in cases {
        let headers = [
            ("origin", OWN),
            ("cf-connecting-ip", "192.0.2.7"),
            ("content-type", "application/json"),
            ("cookie", &cookies),
        ];
        let answered = ask(method, path, &headers, body).await;
        assert_eq!(
            answered.code(),
            Some(ProblemCode::Unavailable),
            "{method} {path}: {}",
            answered.body
        );
        assert_eq!(
            answered.headers[header::RETRY_AFTER],
            "5",
            "{method} {path}"
        );
        let set: Vec<_> = answered
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .collect();
        let expected: &[&str] = if path == path::LOGOUT {
            // R60: at somebody else's computer the cookie must go, whatever storage says.
            &["__Host-sms-login=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"]
        } else {
            &[]
        };
        assert_eq!(set, expected, "{method} {path}");
    }
}
