//! The files of the client: one entry for the build script and for `xtask`.

use serde_json::Value;

use crate::{client, enums, operations, operations_rust};

/// Name and text of each file, in plain output: formatting is up to who wants it read.
pub(crate) fn rust(mut document: Value) -> Result<[(&'static str, String); 3], String> {
    // `xtask` keeps the keys of a document in their own order, a build script has them sorted. Both
    // have to write the same.
    document.sort_all_objects();
    let enums = enums::OpenEnum::all(&document)?;
    let operations = operations::Operation::all(&document)?;
    Ok([
        ("client.rs", client::rust(document.clone(), &enums)?),
        ("enums.rs", enums::rust(&enums)),
        (
            "operations.rs",
            operations_rust::rust(&document, &operations)?,
        ),
    ])
}
