//! `octocom schema`.

use serde_json::{Value, json};

use crate::program::Program;

#[tokio::test]
async fn the_columns_of_a_list_are_printed_without_a_server() {
    let program = Program::new();
    let ended = program.type_in("schema conversations --details").await;
    let schema: Value = serde_json::from_str(&ended.assert_done().out).unwrap();
    assert_eq!(
        (&schema["resource"], &schema["details"]),
        (&json!("conversations"), &json!(true))
    );
    let column = |name: &str| {
        let columns = schema["columns"].as_array().unwrap();
        columns
            .iter()
            .find(|column| column["name"] == name)
            .cloned()
    };
    assert_eq!(
        column("createdAt"),
        Some(json!({"name": "createdAt", "type": "timestamp"}))
    );
    assert_eq!(
        column("tags"),
        Some(json!({"name": "tags", "type": "list", "items": {"type": "string"}}))
    );
    let messages = column("messages").unwrap();
    assert_eq!(
        messages["items"]["fields"][0],
        json!({"name": "id", "type": "string"})
    );
    assert_eq!(ended.err, "");
}

#[tokio::test]
async fn what_has_no_columns_is_refused() {
    let program = Program::new();
    let ended = program.type_in("schema users --details").await;
    ended.assert_error(2, &["--details", "users"]);
    let ended = program.type_in("schema nothing").await;
    ended.assert_error(2, &["nothing"]);
}
