//! Documents from files and from git, in JSON or YAML.

use std::fmt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Largest document that is read, in bytes. The largest public ones have about 12 MB.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The prefix of a file in a git revision: `git:REV:PATH`.
const GIT: &str = "git:";

/// The reason why a document could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be read.
    File(std::io::Error),
    /// `git show` cannot be started, or reports that the file does not exist.
    Git(String),
    /// The document is longer than [`MAX_BYTES`].
    TooLong,
    /// Nothing but white space.
    Empty,
    /// HTML or other markup, such as the error page of a proxy.
    Markup,
    /// The JSON ends too early.
    Truncated(serde_json::Error),
    /// The text is neither JSON nor YAML. Contains the message of the parser that seems more
    /// appropriate.
    Syntax(String),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "the file cannot be read: {error}"),
            Self::Git(message) => write!(f, "git cannot show the file: {message}"),
            Self::TooLong => write!(f, "it is longer than the limit of {MAX_BYTES} bytes"),
            Self::Empty => f.write_str("it is empty"),
            Self::Markup => f.write_str("it is not JSON but HTML or other markup"),
            Self::Truncated(error) => {
                write!(f, "it is truncated: it ends within the JSON ({error})")
            }
            Self::Syntax(message) => write!(f, "it is not JSON and not YAML: {message}"),
        }
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(error) => Some(error),
            Self::Truncated(error) => Some(error),
            _ => None,
        }
    }
}

/// Reads a document from a file or a git revision, see [`bytes`].
///
/// # Errors
///
/// Fails if the file does not exist or is not a document; see [`SourceError`].
pub fn load(name: &Path) -> Result<Value, SourceError> {
    parse(&bytes(name)?)
}

/// Reads a file. With the form `git:REV:PATH`, it is read from a revision of the git repository in
/// the current folder; the path starts at the repository's root, or with `./` at the current
/// folder.
///
/// # Errors
///
/// Fails if the file does not exist or is longer than [`MAX_BYTES`].
pub fn bytes(name: &Path) -> Result<Vec<u8>, SourceError> {
    let object = name.to_str().and_then(|text| text.strip_prefix(GIT));
    if let Some(object) = object.filter(|_| !name.exists()) {
        return show(object);
    }
    let length = std::fs::metadata(name).map_err(SourceError::File)?.len();
    if length > MAX_BYTES {
        return Err(SourceError::TooLong);
    }
    std::fs::read(name).map_err(SourceError::File)
}

/// Reads a file from git's history.
fn show(object: &str) -> Result<Vec<u8>, SourceError> {
    // What follows is an object and never an option.
    let output = Command::new("git")
        .args(["show", "--no-textconv", "--end-of-options", object])
        .output()
        .map_err(|error| SourceError::Git(error.to_string()))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(SourceError::Git(message.trim().to_owned()));
    }
    if u64::try_from(output.stdout.len()).map_or(true, |length| length > MAX_BYTES) {
        return Err(SourceError::TooLong);
    }
    Ok(output.stdout)
}

/// Parses a document in JSON or YAML, with or without a byte order mark.
///
/// # Errors
///
/// Fails if the bytes are neither; see [`SourceError`].
///
/// ```
/// let document = openapi_compare::source::parse(b"openapi: 3.0.3\npaths: {}\n")?;
/// assert_eq!(document, serde_json::json!({"openapi": "3.0.3", "paths": {}}));
/// # Ok::<(), openapi_compare::source::SourceError>(())
/// ```
pub fn parse(bytes: &[u8]) -> Result<Value, SourceError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if u64::try_from(bytes.len()).map_or(true, |length| length > MAX_BYTES) {
        return Err(SourceError::TooLong);
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(SourceError::Empty),
        Some(b'<') => return Err(SourceError::Markup),
        Some(b'{') => {}
        Some(_) => return yaml(bytes),
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) if error.is_eof() => Err(SourceError::Truncated(error)),
        // YAML may begin with a brace, too.
        Err(error) => yaml(bytes).map_err(|_| SourceError::Syntax(error.to_string())),
    }
}

fn yaml(bytes: &[u8]) -> Result<Value, SourceError> {
    let text =
        std::str::from_utf8(bytes).map_err(|error| SourceError::Syntax(error.to_string()))?;
    let value: Value =
        serde_saphyr::from_str(text).map_err(|error| SourceError::Syntax(error.to_string()))?;
    // A text without any syntax is YAML as well.
    match value {
        Value::Object(_) => Ok(value),
        _ => Err(SourceError::Syntax("no mapping".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{SourceError, parse};

    #[test]
    fn json_and_yaml_with_and_without_a_mark() {
        let expected = json!({"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {
            "200": {"description": "x"}
        }}}}, "x": [1, 1.5, true, null]});
        let yaml = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        \
                    '200': {description: x}\nx: [1, 1.5, true, null]\n";
        for text in [expected.to_string(), yaml.to_owned()] {
            assert_eq!(parse(text.as_bytes()).ok(), Some(expected.clone()));
            let marked = format!("\u{feff}{text}");
            assert_eq!(parse(marked.as_bytes()).ok(), Some(expected.clone()));
        }
    }

    #[test]
    fn statuses_that_yaml_reads_as_numbers_are_keys() {
        let yaml = "paths: {/a: {get: {responses: {200: {description: x}}}}}";
        let expected = json!({"paths": {"/a": {"get": {"responses": {
            "200": {"description": "x"}
        }}}}});
        assert_eq!(parse(yaml.as_bytes()).ok(), Some(expected));
    }

    #[test]
    fn everything_else_is_refused_by_what_it_is() {
        assert!(matches!(parse(b" \n"), Err(SourceError::Empty)));
        assert!(matches!(parse(b"<html>"), Err(SourceError::Markup)));
        assert!(matches!(
            parse(br#"{"paths": {"#),
            Err(SourceError::Truncated(_))
        ));
        assert!(matches!(parse(b"nonsense"), Err(SourceError::Syntax(_))));
        assert!(matches!(parse(b"a: [1"), Err(SourceError::Syntax(_))));
        assert!(matches!(parse(b"{\"a\" 1}"), Err(SourceError::Syntax(_))));
    }
}
