//! What does a call say, before anybody acts on it?

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{Method, header, request::Parts};
use serde_json::Value;

use crate::errors::ApiError;

/// A call to the simulated API.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    /// The trace that it belongs to, for whoever reads along.
    pub(crate) traceparent: Option<String>,
    query: HashMap<String, String>,
    body: Result<Option<Value>, ApiError>,
}

impl Request {
    pub(crate) fn read(parts: &Parts, body: &Bytes) -> Self {
        let query = Query::try_from_uri(&parts.uri).map_or_else(|_| HashMap::new(), |it| it.0);
        let body = if body.is_empty() {
            Ok(None)
        } else {
            serde_json::from_slice(body)
                .map(Some)
                .map_err(|_| ApiError::bad_request())
        };
        let text = |name: &str| {
            let value = parts.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            authorization: text(header::AUTHORIZATION.as_str()),
            traceparent: text("traceparent"),
            query,
            body,
        }
    }

    /// The JSON body, if there is one; whether it is an object is for `Fields` to say.
    pub(crate) fn body(&self) -> Result<Option<&Value>, ApiError> {
        self.body.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A boolean in any case. Clients also write `undefined` for one they do not mean to send.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.query(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "undefined") => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(ApiError::violation(name, "must be a boolean")),
        }
    }
}
