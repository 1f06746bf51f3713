//! What does the worker answer to, as its contract says?
//!
//! Not here: the contract (`protocol::openapi`); whether the worker keeps it (`tests/src/contract.rs`).

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::cell;
use super::links::slug;

/// The reference: first the routes, then what they take and give.
pub(super) fn reference() -> Result<String> {
    let document: Value = serde_json::from_str(&protocol::openapi::document())?;
    let paths = document["paths"].as_object().context("it has paths")?;
    let mut text = String::new();
    for (title, of_operators) in [
        ("For pages and backends", false),
        ("For the operator", true),
    ] {
        write!(text, "\n## {title}\n")?;
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().context("a path has methods")? {
                if operation["tags"].is_array() == of_operators {
                    text += &route(&method.to_uppercase(), path, operation)?;
                }
            }
        }
    }
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.context("it has schemas")?;
    text += "\n## What is sent\n";
    for (name, schema) in schemas {
        write!(text, "\n### {name}\n\n{}\n", said(schema))?;
        text += &fields(schema)?;
    }
    Ok(text)
}

fn route(method: &str, path: &str, operation: &Value) -> Result<String> {
    let summary = word(operation, "summary");
    let mut text = format!("\n### `{method} {path}`\n\n{summary}.");
    let body = operation["requestBody"]["content"].as_object();
    if let Some(schema) = body.and_then(schema) {
        write!(text, " Takes {}.", kind(schema))?;
    }
    text += "\n\n| status | with |\n|---|---|\n";
    let responses = operation["responses"].as_object().context("it answers")?;
    for (status, response) in responses {
        let content = response["content"].as_object();
        let is_problem = content.is_some_and(|it| it.contains_key("application/problem+json"));
        let words = word(response, "description");
        let gives = match content.and_then(schema) {
            _ if is_problem => problems(words),
            Some(schema) => kind(schema),
            None => words.trim_end_matches('.').to_lowercase(),
        };
        writeln!(text, "| {status} | {gives} |")?;
    }
    Ok(text)
}

/// Each code leads to what can be done about it.
fn problems(codes: &str) -> String {
    let codes = codes.split(", ").map(|code| {
        let name = code.trim_matches('`');
        format!("[{code}](troubleshooting.md#{})", slug(name))
    });
    codes.collect::<Vec<_>>().join(", ")
}

fn schema(content: &Map<String, Value>) -> Option<&Value> {
    content.values().next()?.get("schema")
}

fn fields(schema: &Value) -> Result<String> {
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(match schema["oneOf"].as_array() {
            Some(kinds) => choice(kinds)?,
            None => format!("\n{}\n", kind(schema)),
        });
    };
    let needed = schema["required"].as_array();
    let mut text = "\n| field | is | holds |\n|---|---|---|\n".to_owned();
    for (name, field) in properties {
        let is_needed = needed.is_some_and(|needed| needed.iter().any(|it| it == name));
        let star = if is_needed { "" } else { ", or left out" };
        writeln!(
            text,
            "| `{name}` | {}{star} | {} |",
            kind(field),
            cell(said(field))
        )?;
    }
    Ok(text)
}

/// A schema of which there are several forms.
fn choice(kinds: &[Value]) -> Result<String> {
    let mut text = String::new();
    for kind in kinds {
        write!(text, "\n*Either* {}\n{}", said(kind), fields(kind)?)?;
    }
    Ok(text)
}

/// What a value is, in few words.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", slug(name));
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(kinds) = schema[several].as_array() {
            let kinds: Vec<_> = kinds.iter().map(kind).collect();
            return kinds.join(" or ");
        }
    }
    let one = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        name => name.to_owned(),
    };
    let mut text = match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).map(one).collect();
            names.join(" or ")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "anything".to_owned(),
    };
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values
            .iter()
            .map(|value| format!("`{}`", cell(&value.to_string())))
            .collect();
        text = values.join(", ");
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        text += &format!(", `{}`", cell(pattern));
    }
    text
}

fn said(schema: &Value) -> &str {
    word(schema, "description")
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}
