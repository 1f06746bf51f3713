//! Is what goes over the wire what it was yesterday, and is everything else refused?

use super::*;

/// Pages in open tabs run the element of yesterday against the worker of today: renaming a field locks them out.
#[test]
fn the_wire_format_is_pinned() {
    let send: SendRequest = serde_json::from_str(r#"{"phone":"+385911234567"}"#).unwrap();
    assert_eq!(
        serde_json::to_string(&send).unwrap(),
        r#"{"phone":"+385911234567","channel":"sms"}"#
    );
    let send = r#"{"email":"ana@example.com","channel":"email"}"#;
    let read: SendRequest = serde_json::from_str(send).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), send);
    let short = serde_json::from_str(r#"{"email":"Ana@Example.com"}"#);
    assert_eq!(read, short.unwrap());
    let resend: ResendRequest = serde_json::from_str("{}").unwrap();
    assert_eq!(serde_json::to_string(&resend).unwrap(), "{}");
    let call = r#"{"channel":"voice"}"#;
    let resend: ResendRequest = serde_json::from_str(call).unwrap();
    assert_eq!(serde_json::to_string(&resend).unwrap(), call);
    let verify = r#"{"code":"012345","attempt_id":"pZ5q1Xw0S8mO3kT7bYd9Ug"}"#;
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<VerifyRequest>(verify).unwrap()).unwrap(),
        verify
    );
    let challenge = r#"{"code_length":6,"expires_in":300,"resend_in":30,"tries_left":5}"#;
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<Challenge>(challenge).unwrap()).unwrap(),
        challenge
    );
    let session = r#"{"subject":"usr_3Jf0Zk6oQ1yVb8nXw2TtRg","new_account":true,"authenticated_at":1,"auth_level":"aal1/sms","first_seen":1,"last_login":1,"renew_by":2,"ends_at":3,"anti_forgery":"AA"}"#;
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<Session>(session).unwrap()).unwrap(),
        session
    );
    let config = r#"{"default_country":{"iso":"HR","calling_code":"385","trunk_prefix":"0","example":"092 123 4567"},"countries":["DE","HR"],"channels":["sms"],"code_length":6,"has_session":false}"#;
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<Config>(config).unwrap()).unwrap(),
        config
    );
}

#[test]
fn r13_a_request_with_an_unknown_or_repeated_field_is_refused() {
    let cases = [
        r#"{"phone":"+385911234567","phone":"+385911234568"}"#,
        r#"{"phone":"+385911234567","chanel":"sms"}"#,
        r#"{"phone":"+385911234567","channel":"pigeon"}"#,
        r#"{"phone":null}"#,
        r#"{"phone":"+385911234567","channel":"email"}"#,
        r#"{"email":"ana@example.com","channel":"sms"}"#,
        r#"{"email":"ana@example.com","phone":"+385911234567"}"#,
        "{}",
        r#"{"phone":["+385911234567"]}"#,
        r#"["+385911234567","sms",3]"#,
    ];
    for json in cases {
        assert!(serde_json::from_str::<SendRequest>(json).is_err(), "{json}");
    }
    assert!(serde_json::from_str::<ResendRequest>(r#"{"phone":"+385911234567"}"#).is_err());
}
