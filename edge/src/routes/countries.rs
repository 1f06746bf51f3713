//! Where may numbers be from, and how are they written there?
//!
//! The build made a file of each country (`cargo xtask build`); this hands on those of the countries that are served. Not here: which
//! ones those are (`login`).

use http::{HeaderMap, HeaderValue, StatusCode, header};
use login::served::Served;
use protocol::ProblemCode;
use protocol::messages::{Country, path};

use super::Answer;
use crate::reply::text;
use crate::site::{Site, World};

/// Where the country is told that Cloudflare takes the visitor to be in. Whoever makes it up has only themselves to mislead.
const LOCATION: &str = "cf-ipcountry";

/// The country that a number without a calling code is most likely from: where the visitor is, if that is served.
pub(super) fn likely(served: &Served, headers: &HeaderMap) -> Country {
    let location = headers.get(LOCATION).and_then(|iso| iso.to_str().ok());
    location
        .and_then(|iso| served.country(iso))
        .unwrap_or_else(|| served.default_country())
}

/// `GET /v1/countries`: the entries of the list, one a line, of the countries that are served.
pub(super) async fn all<W: World>(site: &Site<W>) -> Answer {
    let list = asset(site, "list.txt").await?;
    let list = std::str::from_utf8(&list).map_err(|_| ProblemCode::Unavailable)?;
    let served = |entry: &&str| {
        let iso = entry.split('"').nth(1).unwrap_or_default();
        site.settings.served.serves(iso)
    };
    let entries: Vec<_> = list.lines().filter(served).collect();
    Ok(public(
        ["{\"countries\":[", &entries.join(","), "]}"]
            .concat()
            .into_bytes(),
    ))
}

/// `GET /v1/countries/HR`
pub(super) async fn one<W: World>(site: &Site<W>, at: &str) -> Answer {
    let iso = at.strip_prefix(path::COUNTRY).unwrap_or_default();
    if !site.settings.served.serves(iso) {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(public(asset(site, &[iso, ".json"].concat()).await?))
}

/// One that is missing was not uploaded.
async fn asset<W: World>(site: &Site<W>, name: &str) -> Result<Vec<u8>, ProblemCode> {
    let bytes = site.world.asset(&["/countries/", name].concat()).await;
    bytes.ok_or(ProblemCode::Unavailable)
}

/// The same for everybody, until the next version of the worker: a day old does no harm.
fn public(json: Vec<u8>) -> crate::reply::Response {
    let mut response = text(StatusCode::OK, "application/json", json);
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    response
}
