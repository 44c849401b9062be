//! The operation table: one row for each operation of the derived document.
//!
//! Read by the build script, which writes it as Rust, and by `xtask`, which writes it as text.

use serde_json::Value;

use crate::forms;

/// Seconds that one attempt may take where the document says nothing else.
const ATTEMPT_TIMEOUT_SECONDS: u64 = 30;
/// Limit group of operations that have none of their own.
const DEFAULT_LIMIT_GROUP: &str = "default";
/// HTTP methods that a path item may hold (OpenAPI 3.0).
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The effects that a call may have, from the weakest to the strongest.
pub(crate) const EFFECTS: [&str; 5] = ["reads", "adds", "overwrites", "deletes", "sends"];

/// One operation, as the document and the overlay's `x-octocom-*` extensions describe it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// Upper-case HTTP method.
    pub(crate) method: String,
    /// Path template, `{name}` for each parameter.
    pub(crate) path: String,
    pub(crate) summary: String,
    /// `safe`, `idempotent` or `unsafe`.
    pub(crate) idempotency: String,
    /// One of [`EFFECTS`].
    pub(crate) effect: String,
    /// Group and verb at a command line, `conversations add-tag` say.
    pub(crate) command: String,
    pub(crate) sends_key: bool,
    pub(crate) attempt_timeout_seconds: u64,
    pub(crate) pagination: Option<Pagination>,
    pub(crate) limit_group: String,
    /// Path parameter whose value splits the limit group.
    pub(crate) limit_group_per: Option<String>,
    /// Text that tells a quota from a rate limit in the `error` of a 429.
    pub(crate) quota: Option<String>,
    /// `true` if the document does not describe the body of the success.
    pub(crate) untyped: bool,
    pub(crate) success_status: u16,
    /// Type of the success; `None` when it is any JSON.
    pub(crate) success: Option<String>,
    /// Name of the type of the request body.
    pub(crate) request: Option<String>,
    pub(crate) error_statuses: Vec<u16>,
}

/// Page sizes of a paginated operation, in items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pagination {
    pub(crate) page_size: u32,
    /// `true` if the items are sorted by creation date, so that a list can go on from a date.
    pub(crate) keyset: bool,
    /// Largest page that a caller may ask for, `None` when the size is fixed.
    pub(crate) max_page_size: Option<u32>,
}

impl Operation {
    /// Reads every operation of a derived document, in the document's order.
    ///
    /// # Errors
    ///
    /// The first operation whose extensions are missing or of the wrong form.
    pub(crate) fn all(document: &Value) -> Result<Vec<Self>, String> {
        let secured = requires_key(document).unwrap_or(false);
        let mut operations = Vec::new();
        let paths = document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if METHODS.contains(&method.as_str()) {
                    let mut row = Self::read(path, method, operation, secured)
                        .map_err(|message| format!("{method} {path}: {message}"))?;
                    // What a deletion answers is of no use, and so not promised.
                    row.success = row.success.filter(|_| method != "delete");
                    row.success = row.success.map(|name| forms::shown(document, &name));
                    operations.push(row);
                }
            }
        }
        let mut commands: Vec<_> = operations.iter().map(|row| row.command.as_str()).collect();
        commands.sort_unstable();
        match commands.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("two operations have the command `{}`", pair[0])),
            None => Ok(operations),
        }
    }

    fn read(path: &str, method: &str, operation: &Value, secured: bool) -> Result<Self, String> {
        let id = text(operation, "operationId")?.ok_or("no `operationId`")?;
        let idempotency =
            text(operation, "x-octocom-idempotency")?.ok_or("no `x-octocom-idempotency`")?;
        if !matches!(idempotency.as_str(), "safe" | "idempotent" | "unsafe") {
            return Err(format!(
                "`x-octocom-idempotency` is `{idempotency}`, not safe, idempotent or unsafe"
            ));
        }
        let effect = text(operation, "x-octocom-effect")?.ok_or("no `x-octocom-effect`")?;
        if !EFFECTS.contains(&effect.as_str()) {
            return Err(format!(
                "`x-octocom-effect` is `{effect}`, not one of {}",
                EFFECTS.join(", ")
            ));
        }
        if (effect == "reads") != (idempotency == "safe") {
            return Err(format!(
                "`x-octocom-effect` is `{effect}` and `x-octocom-idempotency` is \
                 `{idempotency}`: what only reads is safe, and nothing else is"
            ));
        }
        let command = text(operation, "x-octocom-command")?.ok_or("no `x-octocom-command`")?;
        if !is_command(&command) {
            return Err(format!(
                "`x-octocom-command` is `{command}`, not a group and a verb of `a-z`, `0-9` and `-`"
            ));
        }
        let group = operation.get("x-octocom-limit-group");
        let group_text = |key| group.map_or(Ok(None), |group| text(group, key));
        let limit_group_per = group_text("per")?;
        if let Some(parameter) = &limit_group_per
            && !path.contains(&format!("{{{parameter}}}"))
        {
            return Err(format!(
                "`x-octocom-limit-group` names `{parameter}`, no path parameter"
            ));
        }
        let (success_status, success) = success(operation)?;
        Ok(Self {
            id,
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            summary: text(operation, "summary")?.unwrap_or_default(),
            idempotency,
            effect,
            command,
            sends_key: requires_key(operation).unwrap_or(secured),
            attempt_timeout_seconds: number(operation, "x-octocom-attempt-timeout-seconds")?
                .unwrap_or(ATTEMPT_TIMEOUT_SECONDS),
            pagination: operation
                .get("x-octocom-pagination")
                .map(Pagination::read)
                .transpose()?,
            limit_group: group_text("name")?.unwrap_or_else(|| DEFAULT_LIMIT_GROUP.to_owned()),
            limit_group_per,
            quota: text(operation, "x-octocom-quota")?,
            untyped: operation.get("x-octocom-untyped") == Some(&Value::Bool(true)),
            success_status,
            success,
            request: operation.get("requestBody").and_then(type_name),
            error_statuses: statuses(operation)
                .filter(|status| *status >= 400)
                .collect(),
        })
    }
}

impl Pagination {
    fn read(value: &Value) -> Result<Self, String> {
        let size = |key| {
            let size = number(value, key)?.map(u32::try_from);
            size.transpose()
                .map_err(|_| format!("`{key}` of `x-octocom-pagination` is too large"))
        };
        Ok(Self {
            page_size: size("pageSize")?.ok_or("`x-octocom-pagination` has no `pageSize`")?,
            max_page_size: size("maxPageSize")?,
            keyset: value.get("keyset") == Some(&Value::Bool(true)),
        })
    }
}

/// Returns `true` if a text is two words that a shell takes as they are.
fn is_command(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    text.split_once(' ')
        .is_some_and(|(group, verb)| is_word(group) && is_word(verb))
}

/// Returns `true` if the `security` of a document or an operation requires a key; `None` without
/// a `security`.
fn requires_key(of: &Value) -> Option<bool> {
    of.get("security")
        .and_then(Value::as_array)
        .map(|schemes| !schemes.is_empty())
}

fn statuses(operation: &Value) -> impl Iterator<Item = u16> {
    let responses = operation.get("responses").and_then(Value::as_object);
    responses
        .into_iter()
        .flatten()
        .filter_map(|(status, _)| status.parse().ok())
}

fn success(operation: &Value) -> Result<(u16, Option<String>), String> {
    let mut successes = statuses(operation).filter(|status| (200..300).contains(status));
    let (Some(status), None) = (successes.next(), successes.next()) else {
        return Err("an operation needs exactly one success status".to_owned());
    };
    let response = operation
        .get("responses")
        .and_then(|all| all.get(status.to_string()));
    Ok((status, response.and_then(type_name)))
}

/// Name of the schema that a body refers to.
fn type_name(body: &Value) -> Option<String> {
    let reference = body
        .pointer("/content/application~1json/schema/$ref")?
        .as_str()?;
    reference.rsplit('/').next().map(str::to_owned)
}

fn text(of: &Value, key: &str) -> Result<Option<String>, String> {
    match of.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(format!("`{key}` is `{other}`, not text")),
    }
}

fn number(of: &Value, key: &str) -> Result<Option<u64>, String> {
    match of.get(key) {
        None => Ok(None),
        Some(value) => match value.as_u64() {
            Some(number) if number > 0 => Ok(Some(number)),
            _ => Err(format!(
                "`{key}` is `{value}`, not a whole number above zero"
            )),
        },
    }
}
