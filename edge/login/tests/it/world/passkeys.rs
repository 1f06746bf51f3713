//! People who have passkeys, and devices that say anything.

use authenticator::{Algorithm, Passkey, Says};
use login::account::What;
use login::account::passkeys::Answered;
use login::journey::SignedIn;
use login::passkey::key::PublicKey;
use login::passkey::{Credential, RelyingParty, Verifier};
use login::{Refusal, SessionId};
use protocol::passkey::{
    Algorithm as Kind, Authentication, CreationOptions, Descriptor, Passkeys, Registration,
    RequestOptions, Selection, User,
};

use super::World;

pub(crate) const PAGE: &str = "https://www.example.com";

pub(crate) fn site() -> RelyingParty {
    RelyingParty {
        id: "example.com".to_owned(),
        origins: vec!["https://login.example.com".to_owned(), PAGE.to_owned()],
    }
}

/// Real cryptography, of another make than the platform's.
pub(crate) struct Ring;

impl Verifier for Ring {
    async fn verifies(&self, key: &PublicKey<'_>, message: &[u8], signature: &[u8]) -> bool {
        match key {
            PublicKey::Es256 { x, y } => authenticator::es256(x, y, message, signature),
            PublicKey::EdDsa(x) => authenticator::ed25519(x, message, signature),
            PublicKey::Rs256(n) => {
                authenticator::rs256(n, &PublicKey::EXPONENT, message, signature)
            }
        }
    }
}

/// What a browser is given to use a passkey.
pub(crate) fn request(world: &World) -> RequestOptions {
    RequestOptions {
        challenge: format!("challenge-{}", u128::from_be_bytes(world.fresh_bytes())),
        rp_id: site().id,
        timeout: 300_000,
        user_verification: "required".to_owned(),
    }
}

/// What a browser is given to make one.
pub(crate) async fn offered(world: &World, who: &SignedIn) -> Result<CreationOptions, Refusal> {
    let excluded = manage(world, who, What::OfferPasskey).await?;
    let excluded: Vec<Descriptor> = serde_json::from_str(&excluded).unwrap();
    let handle = who.user.as_str().strip_prefix("usr_").unwrap();
    Ok(CreationOptions {
        rp: protocol::passkey::RelyingParty {
            id: site().id,
            name: site().id,
        },
        user: User {
            id: handle.to_owned(),
            name: String::new(),
            display_name: String::new(),
        },
        challenge: request(world).challenge,
        pub_key_cred_params: Vec::<Kind>::new(),
        timeout: 300_000,
        exclude_credentials: excluded,
        authenticator_selection: Selection {
            resident_key: String::new(),
            require_resident_key: true,
            user_verification: String::new(),
        },
        attestation: String::new(),
    })
}

/// What a browser says of a new passkey, for that challenge.
pub(crate) fn made(
    told: &Registration,
    challenge: &str,
) -> Result<login::passkey::Passkey, Refusal> {
    login::passkey::made(&read(told), challenge, &site())
}

/// As it comes in.
fn read(told: &impl serde::Serialize) -> Credential {
    let told = serde_json::to_string(told).unwrap();
    serde_json::from_str(&told).unwrap()
}

pub(crate) async fn manage(world: &World, who: &SignedIn, what: What) -> Result<String, Refusal> {
    let by = Some((who.session.clone(), who.living.opened));
    world.login().manage(&who.user, by, what).await
}

/// Adds a passkey that was made like that.
pub(crate) async fn add(
    world: &World,
    who: &SignedIn,
    passkey: &Passkey,
    says: &Says,
) -> Result<String, Refusal> {
    let made = made(&passkey.registers(says), &says.challenge)?;
    let new = Answered {
        passkey: login::passkey::Passkey {
            label: "Firefox on Android".to_owned(),
            ..made
        },
        challenge: says.challenge.clone(),
    };
    manage(world, who, What::AddPasskey(new)).await
}

/// Somebody makes a passkey, and their account has it.
pub(crate) async fn has_passkey(world: &World, who: &SignedIn, algorithm: Algorithm) -> Passkey {
    let options = offered(world, who).await.unwrap();
    let passkey = Passkey::of(algorithm, &options);
    let says = Says::of_creation(&options, PAGE);
    add(world, who, &passkey, &says).await.unwrap();
    passkey
}

/// Whatever this is, it is shown for that challenge.
pub(crate) async fn show(
    world: &World,
    shown: &Authentication,
    challenge: &str,
) -> Result<SignedIn, Refusal> {
    let used = login::passkey::used(&read(shown), challenge, &site())?;
    let opens = (
        SessionId::from_random(world.fresh_bytes()),
        "Firefox on Android".to_owned(),
    );
    let (login, at) = (world.login(), world.now.get());
    login
        .sign_in_with_passkey(used, challenge.to_owned(), &Ring, opens, at)
        .await
}

/// Somebody signs in with a passkey, as they should.
pub(crate) async fn sign_in(world: &World, passkey: &Passkey) -> Result<SignedIn, Refusal> {
    let options = request(world);
    let shown = passkey.asserts(&Says::of_request(&options, PAGE));
    show(world, &shown, &options.challenge).await
}

pub(crate) async fn listed(world: &World, who: &SignedIn) -> Vec<protocol::passkey::Passkey> {
    let shown = manage(world, who, What::ShowPasskeys).await.unwrap();
    let Passkeys { passkeys } = serde_json::from_str(&shown).unwrap();
    passkeys
}
