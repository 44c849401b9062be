//! Fields of records as values of columns.

use rusqlite::types::Value;
use serde_json::value::RawValue;

use super::tables::Column;
use crate::columns::Form;
use crate::record::{Members, compact, string};

/// Values of a record's documented fields, and how many have another JSON type than documented.
pub(super) fn values<'a>(
    columns: impl Iterator<Item = &'a Column>,
    members: &Members<'_>,
) -> (Vec<Value>, u64) {
    let mut odd = 0;
    let values = columns.map(|column| {
        let Some(json) = members.get(&column.field) else {
            return Value::Null;
        };
        match value(column.form, json) {
            Value::Null if json.get() != "null" => {
                odd += 1;
                Value::Null
            }
            value => value,
        }
    });
    let values = values.collect();
    (values, odd)
}

/// Returns the value of a field; NULL where it has another JSON type than documented.
fn value(form: Form, json: &RawValue) -> Value {
    let text = json.get();
    match form {
        _ if text == "null" => Value::Null,
        Form::Text => string(json).map_or(Value::Null, Value::Text),
        Form::Boolean => match text {
            "true" => Value::Integer(1),
            "false" => Value::Integer(0),
            _ => Value::Null,
        },
        Form::Integer => text.parse().map_or(Value::Null, Value::Integer),
        Form::Number => match text.parse::<f64>() {
            Ok(number) if form.is_of(text) && number.is_finite() => Value::Real(number),
            _ => Value::Null,
        },
        Form::Json => Value::Text(compact(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::members;

    #[test]
    fn a_field_of_another_type_is_null_and_counted() {
        let column = |field: &str, form| Column {
            name: field.to_owned(),
            field: field.to_owned(),
            form,
        };
        let columns = [
            column("text", Form::Text),
            column("flag", Form::Boolean),
            column("count", Form::Integer),
            column("number", Form::Number),
            column("any", Form::Json),
        ];
        let read = |json: &str| {
            let members = members(json).unwrap();
            values(columns.iter(), &members)
        };
        let right = r#"{"text":"a","flag":true,"count":7,"number":1.5,"any":[1, 2]}"#;
        let expected = vec![
            Value::Text("a".to_owned()),
            Value::Integer(1),
            Value::Integer(7),
            Value::Real(1.5),
            Value::Text("[1,2]".to_owned()),
        ];
        assert_eq!(read(right), (expected, 0));
        let odd = r#"{"text":7,"flag":"true","count":1.5,"number":"1","any":{}}"#;
        let (values, count) = read(odd);
        assert_eq!((&values[..4], count), (&[const { Value::Null }; 4][..], 4));
        let (values, count) = read(r#"{"text":null,"number":1e999}"#);
        assert_eq!((values, count), (vec![Value::Null; 5], 1));
    }
}
