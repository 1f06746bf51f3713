//! Whose are the passkeys, if people may have any?
//!
//! Not here: which passkeys are accepted (`login`).

use login::passkey::RelyingParty;

use super::{Origin, Reader};

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// The domain that passkeys are made for, and the pages that may use them. A browser gives them to pages below that domain only, so
    /// the worker's own must be among them. Those of other origins that are allowed may lie elsewhere: there, nobody has a passkey.
    pub(super) fn passkeys(
        &mut self,
        issuer: Option<&Origin>,
        allowed: &[Origin],
    ) -> Option<RelyingParty> {
        let id = self.optional("PASSKEYS", |text| {
            let domain = text.trim();
            if !is_domain(domain) {
                return Err(
                    "it is no domain that passkeys can be made for; write one such as example.com",
                );
            }
            if issuer.is_some_and(|issuer| !is_below(issuer.host(), domain)) {
                return Err(
                    "ISSUER is not below this domain; browsers give its pages no passkeys of it",
                );
            }
            Ok(domain.to_owned())
        })?;
        let origins = issuer.into_iter().chain(allowed);
        let origins = origins.filter(|origin| is_below(origin.host(), &id));
        Some(RelyingParty {
            origins: origins.map(|origin| origin.as_str().to_owned()).collect(),
            id,
        })
    }
}

/// Names in lower case with a dot between them, but no address and nothing that all of a country's sites are below.
fn is_domain(text: &str) -> bool {
    let in_name = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let mut names = text.rsplit('.');
    let last = names.next().unwrap_or_default();
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(in_name);
    let is_number = last.bytes().all(|b| b.is_ascii_digit());
    text == "localhost" || (text.contains('.') && !is_number && text.split('.').all(is_name))
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
