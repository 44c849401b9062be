//! Rows of a sheet: their columns are in the order they were given.

use octocom_ext::ErrorKind;

use octocom_tests::script::{Script, status};

#[tokio::test]
async fn columns_are_sent_in_the_order_of_the_row() {
    let answer = r#"{"success": true, "message": "Row added successfully"}"#;
    let script = Script::new([status(200).body(answer)]).await;
    let row = [("Zeta", "1"), ("alpha", "2"), ("Mid", "3")];
    script
        .client()
        .0
        .sheets()
        .append_row("sheet", row)
        .await
        .unwrap();
    assert_eq!(
        script.seen()[0].body,
        r#"{"data":{"Zeta":"1","alpha":"2","Mid":"3"},"spreadsheetId":"sheet"}"#
    );
}

#[tokio::test]
async fn a_column_that_would_be_lost_is_refused() {
    let script = Script::new([]).await;
    let row = vec![("a".to_owned(), "1"), ("a".to_owned(), "2")];
    let error = script
        .client()
        .0
        .sheets()
        .append_row("sheet", row)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::InvalidRequest, 0)
    );
    let said = "row: pair 2 has the name of an earlier one, each may be given once";
    assert!(error.to_string().contains(said), "{error}");
}
