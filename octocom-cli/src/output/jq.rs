//! Filters of jq, by the crate jaq.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};

use crate::failure::{Failure, Result};
use crate::text::one_line;

/// A compiled filter.
pub(crate) struct Filter(jaq_core::Filter<data::JustLut<Val>>);

impl Filter {
    pub(crate) fn compile(code: &str) -> Result<Self> {
        let definitions = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs());
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs());
        let (arena, loader) = (Arena::default(), Loader::new(definitions));
        let file = File { code, path: () };
        let refuse = |reason: String| {
            Failure::usage(format!(
                "`--jq` is not a filter of jq: {}",
                one_line(&reason)
            ))
        };
        let modules = loader.load(&arena, file);
        let modules = modules.map_err(|errors| refuse(format!("{:?}", first(errors))))?;
        let compiler = Compiler::default().with_funs(functions);
        let filter = compiler.compile(modules);
        let filter = filter.map_err(|errors| {
            let names = errors.into_iter().flat_map(|(_, errors)| errors);
            let names: Vec<_> = names
                .map(|(name, what)| format!("unknown {} `{name}`", what.as_str()))
                .collect();
            refuse(names.join(", "))
        })?;
        Ok(Self(filter))
    }

    /// The outputs for one input, each as a line: texts without quotes, everything else as JSON.
    pub(crate) fn run(&self, json: &str) -> Result<Vec<String>> {
        let input = read::parse_single(json.as_bytes())
            .map_err(|error| Failure::failed(format!("the answer is not JSON: {error}")))?;
        let context = Ctx::<data::JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        let outputs = self.0.id.run((context, input)).map(unwrap_valr);
        let text = |output: std::result::Result<Val, jaq_core::Error<Val>>| match output {
            Ok(Val::TStr(text) | Val::BStr(text)) => {
                Ok(String::from_utf8_lossy(&text).into_owned())
            }
            Ok(value) => Ok(value.to_string()),
            Err(error) => Err(Failure::failed(format!(
                "`--jq`: {}",
                one_line(&error.to_string())
            ))),
        };
        outputs.map(text).collect()
    }
}

/// The first of several mistakes.
fn first<T>(errors: Vec<T>) -> Option<T> {
    errors.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_any_number_of_outputs() {
        let filter = Filter::compile(".tags[] | ascii_upcase").unwrap();
        let outputs = filter.run(r#"{"tags":["a","b"]}"#).unwrap();
        assert_eq!(outputs, ["A", "B"]);
        let filter = Filter::compile("{id, n: .n}").unwrap();
        let outputs = filter
            .run(r#"{"id":"x","n":12345678901234567890123,"m":1}"#)
            .unwrap();
        assert_eq!(outputs, [r#"{"id":"x","n":12345678901234567890123}"#]);
        assert!(
            Filter::compile("empty")
                .unwrap()
                .run("1")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_mistake_is_refused_before_anything_is_sent() {
        for code in [".[", "nothing_like_it", "$x"] {
            let failure = Filter::compile(code).err().unwrap();
            assert_eq!(failure.status, crate::status::Status::Usage, "{code}");
        }
        let filter = Filter::compile(".a.b").unwrap();
        assert!(filter.run("[1]").is_err());
    }
}
