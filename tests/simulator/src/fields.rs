//! Are the fields of a request present, and of the right type?
//!
//! Reads a JSON object field by field and gathers what is wrong, so that one answer names every violation. Unknown fields
//! are ignored and `null` is absent, as the live API has it. Not here: which fields a request has.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::errors::{ApiError, Violations};

const BLANK: &str = "must not be blank";

/// A JSON object being read. A body that was left out reads like one without fields.
pub(crate) struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    prefix: String,
    violations: Violations,
}

impl<'a> Fields<'a> {
    /// Reads a request body; anything but an object is a bad request.
    pub(crate) fn of(body: Option<&'a Value>) -> Result<Self, ApiError> {
        let object = match body {
            None => None,
            Some(body) => Some(body.as_object().ok_or_else(ApiError::bad_request)?),
        };
        Ok(Self {
            object,
            prefix: String::new(),
            violations: Violations::new(),
        })
    }

    /// The bad request that names every violation, if there was any.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.violations.is_empty() {
            Ok(())
        } else {
            Err(ApiError::BadRequest(self.violations))
        }
    }

    pub(crate) fn violate(&mut self, name: &str, violation: impl Into<String>) {
        let path = format!("{}{name}", self.prefix);
        self.violations
            .entry(path)
            .or_default()
            .push(violation.into());
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, "must be a string", |value| {
            value.as_str().map(str::to_owned)
        })
    }

    /// A text that must be there and not blank; empty once it is known to be a violation.
    pub(crate) fn required_text(&mut self, name: &str) -> String {
        let is_absent = self.value(name).is_none();
        let text = self.text(name);
        let is_blank = text.as_ref().is_some_and(|text| text.trim().is_empty());
        if is_absent || is_blank {
            self.violate(name, BLANK);
        }
        text.unwrap_or_default()
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        self.read(name, "must be a boolean", Value::as_bool)
    }

    /// An integer within the bounds.
    pub(crate) fn integer(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let integer = self.read(name, "must be an integer", Value::as_i64)?;
        if (least..=most).contains(&integer) {
            return Some(integer);
        }
        self.violate(name, format!("must be between {least} and {most}"));
        None
    }

    /// A number within the bounds.
    pub(crate) fn number(&mut self, name: &str, least: f64, most: f64) -> Option<f64> {
        let number = self.read(name, "must be a number", Value::as_f64)?;
        if (least..=most).contains(&number) {
            return Some(number);
        }
        self.violate(name, format!("must be between {least} and {most}"));
        None
    }

    /// A text that `parse` takes; what it does not take violates with `otherwise`.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &str,
        otherwise: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.violate(name, otherwise);
        }
        parsed
    }

    /// A field that must be there, whatever its type.
    pub(crate) fn require(&mut self, name: &str) {
        if self.value(name).is_none() {
            self.violate(name, BLANK);
        }
    }

    /// An object within the object, read by `read`.
    pub(crate) fn nested<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        let value = self.value(name)?;
        let Some(object) = value.as_object() else {
            self.violate(name, "must be an object");
            return None;
        };
        let mut inner = Fields {
            object: Some(object),
            prefix: format!("{}{name}.", self.prefix),
            violations: std::mem::take(&mut self.violations),
        };
        let read = read(&mut inner);
        self.violations = inner.violations;
        Some(read)
    }

    /// A map from text to text in which `pin` is not allowed as a key, since that one is Infobip's to fill.
    pub(crate) fn placeholders(&mut self, name: &str) -> BTreeMap<String, String> {
        self.nested(name, |inner| {
            let keys: Vec<String> = inner
                .object
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect();
            let mut placeholders = BTreeMap::new();
            for key in keys {
                if key == "pin" {
                    inner.violate(&key, "must not be used as a placeholder");
                }
                if let Some(value) = inner.text(&key) {
                    placeholders.insert(key, value);
                }
            }
            placeholders
        })
        .unwrap_or_default()
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name).filter(|value| !value.is_null())
    }

    fn read<T>(
        &mut self,
        name: &str,
        otherwise: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let read = read(value);
        if read.is_none() {
            self.violate(name, otherwise);
        }
        read
    }
}

/// What an update that keeps what it leaves out leads to. `null` leaves out, too.
pub(crate) fn overlaid(mut base: Value, update: Option<&Value>) -> Value {
    if let (Some(base), Some(update)) = (base.as_object_mut(), update.and_then(Value::as_object)) {
        for (name, value) in update.iter().filter(|(_, value)| !value.is_null()) {
            let old = base.remove(name).unwrap_or_default();
            let new = if old.is_object() && value.is_object() {
                overlaid(old, Some(value))
            } else {
                value.clone()
            };
            base.insert(name.clone(), new);
        }
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_answer_names_every_violation() {
        let body = json!({"name": " ", "count": "3", "inner": {"flag": 1}, "map": {"pin": "1"}});
        let mut fields = Fields::of(Some(&body)).unwrap();
        fields.required_text("name");
        fields.required_text("absent");
        fields.integer("count", 1, 5);
        fields.nested("inner", |inner| inner.boolean("flag"));
        fields.placeholders("map");
        let paths: Vec<String> = fields.violations.keys().cloned().collect();
        assert_eq!(paths, ["absent", "count", "inner.flag", "map.pin", "name"]);
        assert!(fields.finish().is_err());
    }

    #[test]
    fn a_null_field_is_an_absent_one() {
        let body = json!({"from": null});
        let mut fields = Fields::of(Some(&body)).unwrap();
        assert_eq!(fields.text("from"), None);
        assert_eq!(fields.finish(), Ok(()));
    }

    #[test]
    fn an_update_keeps_what_it_leaves_out() {
        let base = json!({"name": "old", "from": "a", "inner": {"x": 1, "y": 2}});
        let update = json!({"name": "new", "from": null, "inner": {"y": 3}, "added": true});
        assert_eq!(
            overlaid(base, Some(&update)),
            json!({"name": "new", "from": "a", "inner": {"x": 1, "y": 3}, "added": true})
        );
    }
}
