//! JSON Pointers (RFC 6901).

/// Appends one reference token, escaped.
pub(crate) fn child(parent: &str, token: &str) -> String {
    format!("{parent}/{}", token.replace('~', "~0").replace('/', "~1"))
}
