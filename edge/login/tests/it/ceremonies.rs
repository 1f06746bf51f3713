//! What may a browser or a device say wrongly, and does it ever get anybody in?
//!
//! Web Authentication, level 3, sections 7.1 and 7.2, step by step. Not here: who has a passkey (`passkeys`).

use authenticator::{
    Algorithm, EXTENSIONS, MADE, MAY_SYNC, PRESENT, Passkey, SYNCED, Says, VERIFIED,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use login::Refusal;
use login::journey::SignedIn;
use protocol::passkey::Authentication;

use crate::world::changes::{sign_in as by_text, world};
use crate::world::passkeys::{
    PAGE, add, has_passkey, listed, made, offered, request, show, sign_in,
};
use crate::world::{World, number};

type Change<T> = (&'static str, fn(&mut T));

/// What nobody may say, neither of a new passkey nor of one that is used.
const WRONG: [Change<Says>; 20] = [
    ("another kind", |it| it.kind = "payment.get".to_owned()),
    ("no kind", |it| it.kind = String::new()),
    ("another challenge", |it| {
        it.challenge = "Y2hhbGxlbmdl".to_owned()
    }),
    ("no challenge", |it| it.challenge = String::new()),
    ("a longer challenge", |it| it.challenge.push('A')),
    ("another site", |it| {
        it.origin = "https://example.org".to_owned()
    }),
    ("a page below that is not listed", |it| {
        it.origin = "https://evil.example.com".to_owned()
    }),
    ("a name that ends alike", |it| {
        it.origin = "https://notwww.example.com".to_owned()
    }),
    ("another port", |it| {
        it.origin = "https://www.example.com:8443".to_owned()
    }),
    ("no TLS", |it| {
        it.origin = "http://www.example.com".to_owned()
    }),
    ("a path", |it| {
        it.origin = "https://www.example.com/".to_owned()
    }),
    ("in a page of others", |it| {
        it.more = r#","crossOrigin":true"#.to_owned()
    }),
    ("in a page of others, which is named", |it| {
        it.more = r#","topOrigin":"https://example.org""#.to_owned();
    }),
    ("two origins", |it| {
        it.more = r#","origin":"https://www.example.com""#.to_owned()
    }),
    ("no JSON", |it| it.more = ",".to_owned()),
    ("for another domain", |it| {
        it.party = "example.org".to_owned()
    }),
    ("for a domain below", |it| {
        it.party = "www.example.com".to_owned()
    }),
    ("nobody was there", |it| it.flags &= !PRESENT),
    ("it may have been anybody", |it| it.flags &= !VERIFIED),
    ("on several devices, where it cannot be", |it| {
        it.flags = it.flags & !MAY_SYNC | SYNCED;
    }),
];

#[tokio::test]
async fn r59_a_passkey_is_taken_only_if_everything_is_right_that_is_said_of_it() {
    let world = world();
    let who = by_text(&world, &number(5_920_001)).await;
    let more: [Change<Says>; 5] = [
        ("it was used", |it| it.kind = "webauthn.get".to_owned()),
        ("nothing was made", |it| it.flags &= !MADE),
        ("more than was announced", |it| it.after = vec![0]),
        ("less than was announced", |it| it.flags |= EXTENSIONS),
        ("extensions that are no map", |it| {
            it.flags |= EXTENSIONS;
            it.after = vec![0x80];
        }),
    ];
    for (what, change) in WRONG.iter().chain(&more) {
        let options = offered(&world, &who).await.unwrap();
        let passkey = Passkey::of(Algorithm::Es256, &options);
        let right = Says::of_creation(&options, PAGE);
        let mut says = right.clone();
        change(&mut says);
        // The cookie holds the challenge that was given out.
        let registration = passkey.registers(&says);
        let made = made(&registration, &right.challenge);
        assert_eq!(made, Err(Refusal::PasskeyRefused), "{what}");
        assert!(add(&world, &who, &passkey, &right).await.is_ok(), "{what}");
        let what = login::account::What::RemovePasskey(passkey.name());
        crate::world::passkeys::manage(&world, &who, what)
            .await
            .unwrap();
        world.wait(1);
    }
}

#[tokio::test]
async fn what_a_device_adds_of_its_own_is_no_reason_to_refuse_it() {
    let world = world();
    let who = by_text(&world, &number(5_920_002)).await;
    let options = offered(&world, &who).await.unwrap();
    let passkey = Passkey::of(Algorithm::Es256, &options);
    // {"credProtect": 2}
    let extensions = b"\xa1\x6bcredProtect\x02".to_vec();
    let mut says = Says::of_creation(&options, PAGE);
    says.flags |= EXTENSIONS;
    says.after.clone_from(&extensions);
    add(&world, &who, &passkey, &says).await.unwrap();
    let options = request(&world);
    let mut says = Says::of_request(&options, PAGE);
    says.flags |= EXTENSIONS;
    says.after = extensions;
    let shown = passkey.asserts(&says);
    assert!(show(&world, &shown, &options.challenge).await.is_ok());
}

/// With a signature that is right of what is wrong.
#[tokio::test]
async fn r59_a_passkey_signs_in_only_if_everything_is_right_that_is_said_when_it_is_used() {
    for (place, algorithm) in [
        (3, Algorithm::Es256),
        (4, Algorithm::EdDsa),
        (5, Algorithm::Rs256),
    ] {
        let (world, passkey, _) = with_passkey(5_920_000 + place, algorithm).await;
        let more: [Change<Says>; 4] = [
            ("it was made", |it| it.kind = "webauthn.create".to_owned()),
            ("one was made", |it| it.flags |= MADE),
            ("more than was announced", |it| it.after = vec![0]),
            ("less than was announced", |it| it.flags |= EXTENSIONS),
        ];
        for (what, change) in WRONG.iter().chain(&more) {
            let options = request(&world);
            let mut says = Says::of_request(&options, PAGE);
            change(&mut says);
            let shown = passkey.asserts(&says);
            let refused = show(&world, &shown, &options.challenge).await;
            assert_eq!(
                refused,
                Err(Refusal::PasskeyRefused),
                "{algorithm:?}: {what}"
            );
        }
        assert!(sign_in(&world, &passkey).await.is_ok(), "{algorithm:?}");
    }
}

#[tokio::test]
async fn r59_an_answer_that_was_touched_signs_nobody_in() {
    let changes: [Change<Authentication>; 13] = [
        ("another kind", |it| it.kind = "password".to_owned()),
        ("another id", |it| it.id = "AAAA".to_owned()),
        ("no id", |it| it.id = String::new()),
        ("an id with padding", |it| it.id.push('=')),
        ("another owner", |it| {
            it.response.user_handle = "AAAAAAAAAAAAAAAAAAAAAA".to_owned()
        }),
        ("no owner", |it| it.response.user_handle = String::new()),
        ("an owner of another form", |it| {
            it.response.user_handle.push('A')
        }),
        ("no signature", |it| it.response.signature = String::new()),
        ("half a signature", |it| it.response.signature.truncate(40)),
        ("a longer signature", |it| {
            it.response.signature.push_str("AAAA")
        }),
        ("another signature", |it| {
            flip(&mut it.response.signature, 40)
        }),
        ("other words of the device", |it| {
            flip(&mut it.response.authenticator_data, 36)
        }),
        ("other words of the browser", |it| {
            let spaced = URL_SAFE_NO_PAD
                .decode(&it.response.client_data_json)
                .unwrap();
            it.response.client_data_json = URL_SAFE_NO_PAD.encode([&spaced[..], b" "].concat());
        }),
    ];
    for (place, algorithm) in [
        (6, Algorithm::Es256),
        (7, Algorithm::EdDsa),
        (8, Algorithm::Rs256),
    ] {
        let (world, passkey, _) = with_passkey(5_920_000 + place, algorithm).await;
        for (what, change) in &changes {
            let options = request(&world);
            let mut shown = passkey.asserts(&Says::of_request(&options, PAGE));
            change(&mut shown);
            let refused = show(&world, &shown, &options.challenge).await;
            assert_eq!(
                refused,
                Err(Refusal::PasskeyRefused),
                "{algorithm:?}: {what}"
            );
        }
    }
}

/// Another byte in the middle.
fn flip(text: &mut String, place: usize) {
    let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
    bytes[place] ^= 1;
    *text = URL_SAFE_NO_PAD.encode(bytes);
}

#[tokio::test]
async fn r59_a_challenge_is_good_once() {
    let (world, passkey, _) = with_passkey(5_920_009, Algorithm::Es256).await;
    let options = request(&world);
    let shown = passkey.asserts(&Says::of_request(&options, PAGE));
    assert!(show(&world, &shown, &options.challenge).await.is_ok());
    // The same answer again, and another to the same challenge, for as long as a cookie may hold it.
    for after in [0, 1, 298] {
        world.wait(after);
        let again = passkey.asserts(&Says::of_request(&options, PAGE));
        for shown in [&shown, &again] {
            let refused = show(&world, shown, &options.challenge).await;
            assert_eq!(refused, Err(Refusal::PasskeyRefused), "after {after} s");
        }
    }
}

#[tokio::test]
async fn r59_of_many_answers_to_one_challenge_at_once_one_signs_in() {
    let (world, passkey, _) = with_passkey(5_920_010, Algorithm::Es256).await;
    world.takes_turns.set(true);
    let options = request(&world);
    let shown = passkey.asserts(&Says::of_request(&options, PAGE));
    let tries = (0..50).map(|_| show(&world, &shown, &options.challenge));
    let outcomes = futures_util::future::join_all(tries).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(done, 1);
}

/// Section 7.2, step 22: a device that counts has counted on, or there is a copy of the passkey.
#[tokio::test]
async fn r59_a_count_that_does_not_grow_signs_nobody_in_and_is_written_down() {
    for (before, after, is_in) in [
        (0, 0, true),
        (0, 1, true),
        (5, 6, true),
        (5, u32::MAX, true),
        (5, 5, false),
        (5, 4, false),
        (5, 0, false),
        (u32::MAX, 0, false),
    ] {
        let world = world();
        let who = by_text(&world, &number(5_920_011)).await;
        let options = offered(&world, &who).await.unwrap();
        let passkey = Passkey::of(Algorithm::Es256, &options);
        let mut says = Says::of_creation(&options, PAGE);
        says.counter = before;
        add(&world, &who, &passkey, &says).await.unwrap();
        let options = request(&world);
        let mut says = Says::of_request(&options, PAGE);
        says.counter = after;
        let shown = passkey.asserts(&says);
        let outcome = show(&world, &shown, &options.challenge).await;
        assert_eq!(outcome.is_ok(), is_in, "{before} {after}: {outcome:?}");
        let records = world.user_records();
        assert_eq!(
            records.contains("passkey_refused"),
            !is_in,
            "{before} {after}"
        );
        let used = listed(&world, &who).await[0].last_used.is_some();
        assert_eq!(used, is_in);
    }
}

#[tokio::test]
async fn r59_a_passkey_that_could_not_be_copied_cannot_become_one_that_can() {
    for (flags, is_in) in [
        (MAY_SYNC | SYNCED, true),
        // It is on one device only by now.
        (MAY_SYNC, true),
        (0, false),
    ] {
        let (world, passkey, who) = with_passkey(5_920_012, Algorithm::Es256).await;
        let options = request(&world);
        let mut says = Says::of_request(&options, PAGE);
        says.flags = PRESENT | VERIFIED | flags;
        let shown = passkey.asserts(&says);
        let outcome = show(&world, &shown, &options.challenge).await;
        assert_eq!(outcome.is_ok(), is_in, "{flags}: {outcome:?}");
        let synced = listed(&world, &who).await[0].synced;
        assert_eq!(synced, flags != MAY_SYNC, "{flags}");
    }
}

async fn with_passkey(place: u32, algorithm: Algorithm) -> (World, Passkey, SignedIn) {
    let world = world();
    let who = by_text(&world, &number(place)).await;
    let passkey = has_passkey(&world, &who, algorithm).await;
    (world, passkey, who)
}
