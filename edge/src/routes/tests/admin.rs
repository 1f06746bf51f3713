//! Does the administration exist for anybody but the operator?
//!
//! Storage is down here, so that whoever is let in is told so, and nothing else can be meant. What the acts do is told in `login` and
//! in the end-to-end tests.

use protocol::admin::path;

use super::*;

const KEYS: &str =
    "a2:Qm7xkWZ0cS1nRrYtP9uVbLhJd3KfGe5wXoAiT8s6NzE,a1:LkJhGfDsApOiUyTrEwQzXcVbNm0987654321MnBvCxY";
const RIGHT: &str = "Bearer Qm7xkWZ0cS1nRrYtP9uVbLhJd3KfGe5wXoAiT8s6NzE";
const SHORT: &str = "Bearer Qm7xkWZ0cS1nRrYtP9uVbLhJd3KfGe5wXoAiT8s6Nz";
const BEFORE: &str = "Bearer LkJhGfDsApOiUyTrEwQzXcVbNm0987654321MnBvCxY";

const ACTS: [&str; 11] = [
    path::LOOK_UP,
    path::USER,
    path::REVOKE,
    path::REVOKE_ALL,
    path::BLOCK,
    path::UNBLOCK,
    path::ERASE,
    path::STOP_SENDS,
    path::RESUME_SENDS,
    path::END_ALL_SESSIONS,
    path::BUDGETS,
];

async fn order(keys: &'static str, path: &str, headers: Pairs<'_>) -> Answered {
    let site = Site {
        settings: Arc::new(with(&[("ADMIN_KEYS", keys)]).unwrap()),
        ..site()
    };
    let mut request = Request::builder()
        .method("POST")
        .uri(format!("{OWN}{path}"))
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match path {
        path::LOOK_UP | path::BLOCK | path::UNBLOCK | path::ERASE => r#"{"phone":"+385912345678"}"#,
        path::USER | path::REVOKE_ALL => r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA"}"#,
        path::REVOKE => r#"{"user":"usr_AAAAAAAAAAAAAAAAAAAAAA","session":"ses_1"}"#,
        _ => "{}",
    };
    answered(&site, request.body(Full::from(body)).unwrap()).await
}

#[tokio::test]
async fn r35_to_everybody_but_the_operator_the_administration_is_a_path_that_never_was() {
    let right = ("authorization", RIGHT);
    let cases: [(&str, Pairs); 11] = [
        ("", &[right]),
        (KEYS, &[]),
        (KEYS, &[("authorization", "Bearer ")]),
        (KEYS, &[("authorization", "Bearer wrong")]),
        (KEYS, &[("authorization", SHORT)]),
        (KEYS, &[("authorization", "Basic dXNlcjpwYXNz")]),
        (KEYS, &[right, right]),
        (KEYS, &[right, ("origin", OWN)]),
        (KEYS, &[right, ("origin", "null")]),
        (KEYS, &[right, ("sec-fetch-site", "same-origin")]),
        // The tries of its network cannot be counted.
        (KEYS, &[right, ("cf-connecting-ip", "192.0.2.7")]),
    ];
    let json = [("content-type", "application/json")];
    let never = ask("POST", "/v1/admin/never", &json, "{}").await;
    assert_eq!(never.code(), Some(ProblemCode::NotFound));
    for (keys, headers) in cases {
        for path in ACTS.into_iter().chain([path::METRICS, "/v1/admin/"]) {
            let answered = order(keys, path, headers).await;
            assert_eq!(answered.status, never.status, "{path} {headers:?}");
            assert_eq!(answered.headers, never.headers, "{path} {headers:?}");
            assert_eq!(answered.body, never.body, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn the_operator_is_let_in_with_any_key_of_the_ring() {
    for key in [RIGHT, BEFORE] {
        for path in ACTS {
            let answered = order(KEYS, path, &[("authorization", key)]).await;
            assert_eq!(answered.code(), Some(ProblemCode::Unavailable), "{path}");
        }
    }
}
