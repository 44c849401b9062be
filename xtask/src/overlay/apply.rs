//! One action, carried out.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::Action;
use super::places::{Expanded, Token, pointer};

impl Action {
    /// Carries the action out at every place that its target leads to.
    ///
    /// # Errors
    ///
    /// Fails when it leads nowhere, or to what cannot be updated.
    pub(super) fn apply(&self, document: &mut Value) -> Result<(), String> {
        let places = self.places(document, &mut Expanded::default())?;
        if places.is_empty() {
            return Err("the action matches nothing".to_owned());
        }
        // Last first, so that removing an item of an array leaves the places before it valid.
        for place in places.iter().rev() {
            match &self.update {
                Some(update) => update_at(document, place, update)?,
                None => remove_at(document, place)?,
            }
        }
        Ok(())
    }

    /// The places that the action is about.
    pub(super) fn places(
        &self,
        document: &Value,
        expanded: &mut Expanded,
    ) -> Result<Vec<Vec<Token>>, String> {
        let path = JsonPath::parse(&self.target).map_err(|error| error.to_string())?;
        // A reference is updated where it leads, and removed where it stands.
        Ok(expanded.places(&path, document, self.update.is_some()))
    }
}

fn update_at(document: &mut Value, place: &[Token], update: &Value) -> Result<(), String> {
    let pointer = pointer(place);
    match document.pointer_mut(&pointer) {
        Some(target @ (Value::Object(_) | Value::Array(_))) => {
            if target.is_object() != update.is_object() && target.is_object() {
                return Err(format!(
                    "only an object can update the object at `{pointer}`"
                ));
            }
            merge(target, update);
            Ok(())
        }
        Some(_) => Err(format!("`{pointer}` is neither an object nor an array")),
        None => Err(format!(
            "`{pointer}` is gone: an action may not remove what it updates"
        )),
    }
}

fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (key, value) in update {
                match target.get_mut(key) {
                    Some(member) => merge(member, value),
                    None => {
                        target.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(target), Value::Array(update)) => {
            for item in update {
                append(target, item);
            }
        }
        (Value::Array(target), update) => append(target, update),
        (target, update) => *target = update.clone(),
    }
}

/// Appends what is not there yet: lists of an OpenAPI document are sets.
fn append(target: &mut Vec<Value>, item: &Value) {
    if !target.contains(item) {
        target.push(item.clone());
    }
}

fn remove_at(document: &mut Value, place: &[Token]) -> Result<(), String> {
    let Some((last, parent)) = place.split_last() else {
        return Err("the whole document cannot be removed".to_owned());
    };
    match (document.pointer_mut(&pointer(parent)), last) {
        (Some(Value::Object(object)), Token::Name(name)) => {
            // `shift_remove` keeps the order of the other keys.
            object.shift_remove(name);
            Ok(())
        }
        (Some(Value::Array(array)), Token::Index(index)) if *index < array.len() => {
            array.remove(*index);
            Ok(())
        }
        // A parent that matched as well is removed after its children, so nothing is missing here.
        _ => Err(format!("`{}` is gone", pointer(place))),
    }
}
