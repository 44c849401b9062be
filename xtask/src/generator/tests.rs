//! The generated files, which do not depend on the order of keys.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::root::{DERIVED, GENERATED, Root};

/// The results of [`here`]: the tests of the commands ask again and again for the same few documents.
pub(super) fn remembered(derived: &Value) -> Result<Texts, String> {
    type Known = HashMap<String, Result<Texts, String>>;
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let text = derived.to_string();
    let known = KNOWN.lock().unwrap().get(&text).cloned();
    known.unwrap_or_else(|| {
        let texts = here(derived);
        KNOWN.lock().unwrap().insert(text, texts.clone());
        texts
    })
}

fn derived() -> Result<Value> {
    let text = std::fs::read(Root::discover().join(DERIVED))?;
    Ok(serde_json::from_slice(&text)?)
}

/// The same document with the keys of every object in the opposite order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(key, value)| (key.clone(), reversed(value)));
            members.collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_file_has_its_place_in_the_workspace() -> Result<()> {
    let files = files::rust(derived()?).map_err(anyhow::Error::msg)?;
    let paths = files.map(|(name, _)| format!("octocom-api/generated/{name}"));
    assert_eq!(paths.each_ref().map(String::as_str), GENERATED);
    Ok(())
}

#[test]
fn the_order_of_keys_does_not_count_and_that_of_values_does() -> Result<()> {
    let document = derived()?;
    let backwards = reversed(&document);
    assert_ne!(document.to_string(), backwards.to_string());
    let texts = here(&document);
    assert!(texts.is_ok(), "{texts:?}");
    assert_eq!(here(&backwards), texts);

    let mut other = document;
    if let Some(values) = other.pointer_mut("/components/schemas/Channel/enum")
        && let Some(values) = values.as_array_mut()
    {
        values.reverse();
    }
    assert_ne!(here(&other), texts);
    Ok(())
}

#[test]
fn the_answer_of_the_process_is_the_files_or_the_reason() -> Result<()> {
    let document = derived()?;
    let mut out = Vec::new();
    let status = answer(&mut document.to_string().as_bytes(), &mut out)?;
    assert_eq!(status, 0);
    let texts: Texts = serde_json::from_slice(&out)?;
    assert_eq!(Ok(texts), here(&document));

    let mut out = Vec::new();
    let empty = json!({"openapi": "3.0.3", "info": {"title": "", "version": ""}, "paths": {}});
    let status = answer(&mut empty.to_string().as_bytes(), &mut out)?;
    assert_eq!(status, 3);
    let reason = "the document has no `components/schemas`";
    assert_eq!(String::from_utf8(out)?, reason);
    Ok(())
}

#[test]
fn files_are_formatted_and_what_is_no_rust_is_a_reason() {
    assert_eq!(
        formatted("fn a ( ) { }"),
        Ok("// Generated from openapi.json; not edited by hand.\n\nfn a() {}\n".to_owned())
    );
    let error = formatted("fn a ( {").err().unwrap_or_default();
    assert!(
        error.starts_with("the generator wrote invalid Rust: "),
        "{error}"
    );
}
