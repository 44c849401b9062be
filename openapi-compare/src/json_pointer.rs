//! JSON Pointers (RFC 6901).

/// Appends one reference token, escaped.
#[must_use]
pub fn child(parent: &str, token: &str) -> String {
    let mut text = parent.to_owned();
    push_token(&mut text, token);
    text
}

/// Appends one reference token to a pointer in place.
pub fn push_token(text: &mut String, token: &str) {
    text.push('/');
    for character in token.chars() {
        match character {
            '~' => text.push_str("~0"),
            '/' => text.push_str("~1"),
            other => text.push(other),
        }
    }
}

/// One reference token without its escapes.
#[must_use]
pub fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
