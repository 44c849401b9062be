//! Settings as rules for each field of a stream's records.

use std::collections::HashMap;

use super::Privacy;
use super::shape::{self, Fields, Shape};
use crate::columns::Form;
use crate::error::{Error, Result};
use crate::stream::{Kind, Stream};

/// The treatment of a value.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    /// It stays if it is of this form.
    Keep(Form),
    /// It stays if it is a scalar.
    Key,
    /// It stays if it is a time.
    Time,
    Drop,
    Hash,
    Redact,
    /// Its form is not documented.
    Undocumented,
    Object(Rules),
    List(Box<Rule>),
}

/// The treatment of an object's fields.
pub(super) type Rules = HashMap<String, Rule>;

/// Names of fields with text that people or the bot write.
const FREE_TEXT: &[&str] = &[
    "content",
    "event",
    "rule",
    "sentimentReason",
    "subject",
    "text",
    "title",
    "toolArguments",
    "value",
    "whenToFollow",
];

/// The settings' word for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Drop,
    Hash,
}

impl Action {
    fn option(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Hash => "hash",
        }
    }
}

/// A column of the settings: `messages.text`, or `conversations:messages.text`.
#[derive(Debug)]
struct Named<'a> {
    action: Action,
    /// `None` for every stream that has it.
    stream: Option<Stream>,
    path: &'a str,
}

/// Returns the rules of streams.
///
/// # Errors
///
/// An error that names a column which no stream has, and those that there are, or one that cannot be
/// treated like this, and why.
pub(super) fn compile(privacy: &Privacy, streams: &[Stream]) -> Result<Vec<(Stream, Rules)>> {
    let drop = privacy.drop.iter().map(|name| (Action::Drop, name));
    let hash = privacy.hash.iter().map(|name| (Action::Hash, name));
    let named = drop.chain(hash).map(|(action, name)| read(action, name));
    let named: Vec<_> = named.collect::<Result<_>>()?;
    for name in &named {
        name.check(streams)?;
    }
    let rules = streams.iter().map(|stream| {
        let compiler = Compiler {
            stream: *stream,
            named: &named,
            redacts: privacy.redact_text,
        };
        let fields = shape::of_stream(*stream);
        Ok((*stream, compiler.object(&fields, "", true)?))
    });
    rules.collect()
}

fn read(action: Action, name: &str) -> Result<Named<'_>> {
    let (stream, path) = match name.split_once(':') {
        Some((stream, path)) => {
            let unknown = |error| Error::options(format!("`{}`: {error}", action.option()));
            (Some(stream.trim().parse().map_err(unknown)?), path)
        }
        None => (None, name),
    };
    let path = path.trim();
    Ok(Named {
        action,
        stream,
        path,
    })
}

impl Named<'_> {
    /// Checks that a stream has the column.
    fn check(&self, streams: &[Stream]) -> Result<()> {
        let asked = match &self.stream {
            Some(stream) => std::slice::from_ref(stream),
            None => streams,
        };
        let known = |stream: &Stream| Privacy::columns(*stream);
        if asked
            .iter()
            .any(|stream| known(stream).iter().any(|name| name == self.path))
        {
            return Ok(());
        }
        let lists = asked
            .iter()
            .map(|stream| format!("{stream} has {}", known(stream).join(", ")));
        Err(Error::options(format!(
            "`{}`: no list has the column `{}`: {}",
            self.action.option(),
            self.path,
            lists.collect::<Vec<_>>().join("; ")
        )))
    }
}

struct Compiler<'a> {
    stream: Stream,
    named: &'a [Named<'a>],
    redacts: bool,
}

impl Compiler<'_> {
    fn object(&self, fields: &Fields, within: &str, is_keyed: bool) -> Result<Rules> {
        let rules = fields.iter().map(|(name, shape)| {
            let path = format!("{within}{name}");
            let is_key = is_keyed && is_key(within, name);
            Ok((name.clone(), self.field(shape, name, &path, is_key)?))
        });
        rules.collect()
    }

    fn field(&self, shape: &Shape, name: &str, path: &str, is_key: bool) -> Result<Rule> {
        let action = self.action(path)?;
        if let Some(action) = action {
            self.check(action, shape, path, is_key)?;
        }
        let is_free = self.redacts && !is_key && FREE_TEXT.contains(&name);
        Ok(match (action, shape) {
            (Some(Action::Drop), _) => Rule::Drop,
            (_, Shape::Object(fields)) => {
                Rule::Object(self.object(fields, &format!("{path}."), false)?)
            }
            (_, Shape::List(items)) => {
                let items = match (&**items, action) {
                    (Shape::Object(fields), _) => {
                        Rule::Object(self.object(fields, &format!("{path}."), true)?)
                    }
                    (_, Some(_)) => Rule::Hash,
                    (Shape::Scalar(Form::Text), None) if is_free => Rule::Redact,
                    (Shape::Scalar(form), None) => Rule::Keep(*form),
                    (_, None) if self.redacts => Rule::Redact,
                    (_, None) => Rule::Undocumented,
                };
                Rule::List(Box::new(items))
            }
            (Some(Action::Hash), _) => Rule::Hash,
            (None, Shape::Id) => Rule::Key,
            (None, Shape::Time) => Rule::Time,
            (None, Shape::Scalar(_)) if is_key => Rule::Key,
            (None, Shape::Scalar(Form::Text)) if is_free => Rule::Redact,
            (None, Shape::Scalar(form)) => Rule::Keep(*form),
            (None, Shape::Any) if self.redacts => Rule::Redact,
            (None, Shape::Any) => Rule::Undocumented,
        })
    }

    /// The settings' word for a column.
    fn action(&self, path: &str) -> Result<Option<Action>> {
        let mut found = None;
        for named in self.named {
            let is_it =
                named.path == path && named.stream.is_none_or(|stream| stream == self.stream);
            match found {
                _ if !is_it => {}
                Some(action) if action != named.action => {
                    return Err(Error::options(format!(
                        "`drop`: `{path}` of {} is to be hashed too: choose one",
                        self.stream
                    )));
                }
                _ => found = Some(named.action),
            }
        }
        Ok(found)
    }

    /// Checks that a column can be treated like this.
    fn check(&self, action: Action, shape: &Shape, path: &str, is_key: bool) -> Result<()> {
        let stream = self.stream;
        let is_asked_by = match path {
            "businessSlug" => true,
            "id" | "slug" if stream.kind() == Kind::Whole => true,
            "id" => self.is_asked_for_by_id(),
            "createdAt" => stream.has_details(),
            _ => matches!(shape, Shape::Id),
        };
        let reason = match (action, shape) {
            _ if is_asked_by => "the API is asked by it, and the progress of a run is told in it",
            (Action::Drop, _) if is_key => "it is a key: it can be hashed",
            (Action::Hash, _) if shape.inner().is_some() => {
                "it is made of several fields: name those that are to be hashed"
            }
            (Action::Hash, Shape::Scalar(form)) if *form != Form::Text && !is_key => {
                "it is not a text, so its hashes tell its values: drop it"
            }
            _ => return Ok(()),
        };
        Err(Error::options(format!(
            "`{}`: not possible for `{path}` of {stream}: {reason}",
            action.option()
        )))
    }

    /// Returns `true` if records of the stream are fetched one by one.
    fn is_asked_for_by_id(&self) -> bool {
        let stream = self.stream;
        let has_versions = || {
            let mut histories = Stream::all().filter(|other| other.is_history());
            histories.any(|history| history.items() == stream.items())
        };
        stream.has_details() || has_versions()
    }
}

/// Returns `true` for a field that tells a record from others.
fn is_key(within: &str, name: &str) -> bool {
    match within {
        "metadata." => name == "key",
        _ => name == "id",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented texts that are not free: names and addresses of people, and labels.
    const OTHER_TEXT: &[&str] = &[
        "agentName",
        "businessSlug",
        "channel",
        "email",
        "fullName",
        "initialChannel",
        "key",
        "language",
        "latestChannel",
        "name",
        "phone",
        "publicId",
        "sender",
        "sentiment",
        "slug",
        "toolName",
        "type",
    ];

    fn refusal(privacy: Privacy, streams: &[&str]) -> String {
        let streams: Vec<_> = streams.iter().map(|name| name.parse().unwrap()).collect();
        compile(&privacy, &streams).unwrap_err().to_string()
    }

    #[test]
    fn every_documented_text_is_free_or_known_not_to_be() {
        let is_known = |name: &str| {
            FREE_TEXT.contains(&name)
                || OTHER_TEXT.contains(&name)
                || name == "id"
                || name.ends_with("Id")
                || name.ends_with("At")
        };
        fn check(fields: &Fields, is_known: &dyn Fn(&str) -> bool) {
            for (name, shape) in fields {
                match shape {
                    Shape::Scalar(Form::Text) => assert!(is_known(name), "{name}"),
                    _ => check(shape.inner().unwrap_or(&Vec::new()), is_known),
                }
            }
        }
        for stream in Stream::all() {
            check(&shape::of_stream(stream), &is_known);
        }
    }

    #[test]
    fn an_unknown_column_is_refused_with_those_that_there_are() {
        assert_eq!(
            refusal(Privacy::new().drop_columns(["mail"]), &["teams", "users"]),
            "`drop`: no list has the column `mail`: teams has id, name, createdAt, updatedAt; users has \
             id, email, fullName, isAgent, isManager, teamId"
        );
        let text = refusal(Privacy::new().hash_columns(["users:name"]), &["teams"]);
        assert!(
            text.starts_with("`hash`: no list has the column `name`: users has id, email"),
            "{text}"
        );
        let text = refusal(Privacy::new().drop_columns(["user:name"]), &["teams"]);
        assert!(
            text.starts_with("`drop`: unknown stream `user`: expected one of"),
            "{text}"
        );
        let text = refusal(
            Privacy::new().drop_columns(["messages.body"]),
            &["conversations"],
        );
        assert!(
            text.contains("messages, messages.id, messages.sender, messages.text,"),
            "{text}"
        );
    }

    #[test]
    fn what_a_later_run_needs_has_to_stay() {
        for (columns, stream, reason) in [
            (
                ["id"],
                "customers",
                "`drop`: not possible for `id` of customers: it is a key: it can be hashed",
            ),
            (["messages.id"], "conversations", "it is a key"),
            (["metadata.key"], "conversations", "it is a key"),
            (["id"], "conversations", "the API is asked by it"),
            (["createdAt"], "conversations", "the API is asked by it"),
            (["id"], "articles", "the API is asked by it"),
            (["itemId"], "article-versions", "the API is asked by it"),
            (["slug"], "businesses", "the API is asked by it"),
        ] {
            let text = refusal(Privacy::new().drop_columns(columns), &[stream]);
            assert!(text.contains(reason), "{text}");
        }
        let text = refusal(Privacy::new().hash_columns(["id"]), &["conversations"]);
        assert!(text.contains("the API is asked by it"), "{text}");
        let text = refusal(
            Privacy::new().hash_columns(["customer"]),
            &["conversations"],
        );
        assert!(text.contains("name those that are to be hashed"), "{text}");
        let text = refusal(Privacy::new().hash_columns(["isAgent"]), &["users"]);
        assert!(text.contains("it is not a text"), "{text}");
        let both = Privacy::new()
            .hash_columns(["email"])
            .drop_columns(["users:email"]);
        assert!(refusal(both, &["users"]).contains("choose one"));
    }

    #[test]
    fn keys_can_be_hashed_and_what_is_not_one_dropped() {
        for (privacy, stream) in [
            (Privacy::new().hash_columns(["id"]), "customers"),
            (
                Privacy::new().hash_columns(["messages.id", "metadata.key"]),
                "conversations",
            ),
            (
                Privacy::new().drop_columns(["customer.id", "customer"]),
                "conversations",
            ),
            (Privacy::new().drop_columns(["createdAt"]), "articles"),
            (Privacy::new().drop_columns(["version"]), "article-versions"),
            // The settings of another stream.
            (Privacy::new().drop_columns(["users:email"]), "teams"),
        ] {
            compile(&privacy, &[stream.parse().unwrap()]).unwrap();
        }
    }
}
