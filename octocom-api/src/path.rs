//! Path parameters: encoding them, finding them again, and refusing those that change the path.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::operation::Operation;

/// Characters that cannot stand in a path segment (RFC 3986, section 3.3), and `\`, which the URL
/// parser takes
/// for a `/`.
const NOT_IN_SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Percent-encodes one path segment.
pub(crate) fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_SEGMENT).to_string()
}

impl Operation {
    /// The values of the path parameters in a URL's path, by name, still percent-encoded.
    ///
    /// `base` is the path of the base URL. `None` when the path does not match the operation's
    /// template segment by segment, or has an empty segment where a parameter should be: URL
    /// parsing removes the segments `.` and `..`, percent-encoded or not, and what is left may be
    /// the path of another operation.
    #[must_use]
    pub fn path_parameters<'a>(
        &'static self,
        base: &str,
        path: &'a str,
    ) -> Option<Vec<(&'static str, &'a str)>> {
        let path = path.strip_prefix(base.trim_end_matches('/'))?;
        let mut parameters = Vec::new();
        let mut actual = path.split('/');
        for expected in self.path.split('/') {
            let actual = actual.next()?;
            match expected
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(name) if !actual.is_empty() => parameters.push((name, actual)),
                Some(_) => return None,
                None if expected == actual => {}
                None => return None,
            }
        }
        actual.next().is_none().then_some(parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::operations;

    fn parsed(base: &str, id: &str, key: &str) -> Option<Vec<(&'static str, String)>> {
        let (id, key) = (encode_segment(id), encode_segment(key));
        let url = format!("http://host{base}/rest/v1/conversations/{id}/metadata/{key}");
        let url = reqwest::Url::parse(&url).unwrap();
        let operation = &operations::DELETE_CONVERSATION_METADATA;
        let found = operation.path_parameters(base, url.path())?;
        Some(
            found
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
        )
    }

    #[test]
    fn parameters_come_back_under_their_names() {
        for base in ["", "/stem", "/two/stems"] {
            assert_eq!(
                parsed(base, "a b", "x/y\\z%?#"),
                Some(vec![
                    ("id", "a%20b".to_owned()),
                    ("key", "x%2Fy%5Cz%25%3F%23".to_owned())
                ])
            );
        }
    }

    #[test]
    fn segments_that_change_the_path_are_refused() {
        for (id, key) in [
            ("a", "."),
            ("a", ".."),
            ("a", ""),
            ("", "k"),
            ("..", "k"),
            (".", "k"),
            ("..", ".."),
        ] {
            assert_eq!(parsed("", id, key), None, "{id:?} {key:?}");
        }
        // These only look like it.
        for key in ["...", ".a", "%2e%2e", "..\\..", "../.."] {
            assert!(parsed("", "a", key).is_some(), "{key:?}");
        }
    }

    #[test]
    fn the_path_of_another_operation_is_refused() {
        let operation = &operations::GET_CONVERSATION;
        assert_eq!(operation.path_parameters("", "/rest/v1/customers/a"), None);
        assert_eq!(
            operation.path_parameters("", "/rest/v1/conversations/a/metadata"),
            None
        );
        assert_eq!(
            operation.path_parameters("/stem", "/rest/v1/conversations/a"),
            None
        );
        assert_eq!(
            operation.path_parameters("", "/rest/v1/conversations/a"),
            Some(vec![("id", "a")])
        );
    }
}
