//! The server: its settings, its tools, and the way of a call through it.

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use octocom_api::Effect;
use octocom_ext::Client;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::arguments::View;
use crate::audit::Audit;
use crate::catalog::{Access, Action, Entry, catalog};
use crate::confirmation::Confirmations;
use crate::cursor::Cursors;
use crate::failure::Failure;
use crate::input_schema::Paging;
use crate::scope::Scope;
use crate::writes::{self, Step};
use crate::{instructions, reads};

/// Most tools of a server that is not asked for more: clients cut longer lists.
const MAX_TOOLS: usize = 30;
/// Bytes of a result that is given no other limit.
const RESULT_BYTES: usize = 40_000;
/// Time of a tool that is given no other limit.
const TOOL_TIME: Duration = Duration::from_secs(60);
/// Longest delay that the server asks for and a tool waits itself. Agents are told of longer ones.
const MAX_SERVER_DELAY: Duration = Duration::from_secs(10);

/// An MCP server over the Octocom API.
///
/// It serves any number of clients, over [standard input and output](Self::serve_stdio), over
/// [HTTP](Self::listen), or over [any pair of streams](Self::serve). Clones are the same server:
/// they share cursors and confirmations.
#[derive(Debug, Clone)]
pub struct Server {
    pub(crate) inner: Arc<Inner>,
}

/// The state that all clients of a server share.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) scope: Scope,
    pub(crate) result_bytes: usize,
    pub(crate) cursors: Cursors,
    pub(crate) confirmations: Confirmations,
    tools: Vec<Entry>,
    tool_time: Duration,
    audit: Audit,
    instructions: String,
}

/// A builder of a [`Server`]. By default it serves reads alone.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct ServerBuilder {
    client: Client,
    access: Access,
    business: Option<String>,
    result_bytes: usize,
    tool_time: Duration,
    max_tools: usize,
    audit: Audit,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    setting: &'static str,
    problem: String,
}

impl SettingError {
    pub(crate) fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self { setting, problem }
    }

    /// Returns the name of the setting, as the builder's method has it.
    #[must_use]
    pub fn setting(&self) -> &'static str {
        self.setting
    }

    /// Returns the problem, without the name of the setting.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl std::error::Error for SettingError {}

impl Server {
    /// Returns a builder of a server that calls the API with this client.
    pub fn builder(client: Client) -> ServerBuilder {
        ServerBuilder {
            client,
            access: Access::default(),
            business: None,
            result_bytes: RESULT_BYTES,
            tool_time: TOOL_TIME,
            max_tools: MAX_TOOLS,
            audit: Audit::default(),
        }
    }

    /// Returns the names of the tools, in the order of the list.
    pub fn tools(&self) -> impl Iterator<Item = &str> {
        self.inner
            .tools
            .iter()
            .map(|entry| entry.tool.name.as_ref())
    }
}

impl ServerBuilder {
    /// Allows the writes of some resources, by their names: `articles`, `bot-rules`, `customers`,
    /// `events`, `metadata`, `tags`, `workflows`, or `all`. Default: none. What [sends](Self::allow_sends)
    /// is not among them.
    pub fn allow(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let resources = resources.into_iter().map(Into::into);
        self.access.resources.extend(resources);
        self
    }

    /// Allows what reaches a person or leaves the organization: emails, messages of the bot, rows of
    /// sheets, purchases. Each call is confirmed by a person. Default: not allowed.
    pub fn allow_sends(mut self) -> Self {
        self.access.sends = true;
        self
    }

    /// Limits the server to one business, by its slug. Default: the whole account.
    pub fn business(mut self, slug: impl Into<String>) -> Self {
        self.business = Some(slug.into());
        self
    }

    /// Sets the most bytes of a result, which has its data twice: as JSON and as text. Default:
    /// 40,000. From 4,000 to 1,000,000.
    pub fn result_bytes(mut self, bytes: usize) -> Self {
        self.result_bytes = bytes;
        self
    }

    /// Sets the longest time of a tool, without the time in which a person confirms. Default: 60 s.
    /// From 1 s to 600 s.
    pub fn tool_timeout(mut self, time: Duration) -> Self {
        self.tool_time = time;
        self
    }

    /// Sets the most tools. Default: 30, above which clients leave tools out. From 1 to 128.
    pub fn max_tools(mut self, tools: usize) -> Self {
        self.max_tools = tools;
        self
    }

    /// Writes a line of JSON for each call of a tool: time, tool, effect, ids, outcome. Default: no
    /// lines.
    pub fn audit(mut self, writer: impl Write + Send + 'static) -> Self {
        self.audit = Audit::new(writer);
        self
    }

    /// Builds the server. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`SettingError`], naming a setting that is out of its range, a resource that there is not, or
    /// a number of tools above the limit.
    pub fn build(self) -> Result<Server, SettingError> {
        let within = |setting, value: usize, min, max| match (min..=max).contains(&value) {
            true => Ok(()),
            false => Err(SettingError::new(
                setting,
                format!("is {value}, allowed are {min} to {max}"),
            )),
        };
        within("result_bytes", self.result_bytes, 4_000, 1_000_000)?;
        let seconds = usize::try_from(self.tool_time.as_secs()).unwrap_or(usize::MAX);
        within("tool_timeout", seconds, 1, 600)?;
        within("max_tools", self.max_tools, 1, 128)?;
        if let Some(slug) = &self.business {
            let is_slug =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            if slug.is_empty() || slug.len() > 100 || !slug.bytes().all(is_slug) {
                return Err(SettingError::new(
                    "business",
                    "must be 1 to 100 letters, digits, `-`, `_` or `.`",
                ));
            }
        }
        let scope = Scope::new(self.business);
        let tools = catalog(&self.access, &scope)?;
        if tools.len() > self.max_tools {
            return Err(SettingError::new(
                "max_tools",
                format!(
                    "there would be {} tools, more than {}; clients leave out what is above their \
                     limit, so allow fewer resources, or set max_tools to {}",
                    tools.len(),
                    self.max_tools,
                    tools.len()
                ),
            ));
        }
        let confirmations = Confirmations::new();
        let confirmations =
            confirmations.map_err(|problem| SettingError::new("allow_sends", problem))?;
        let client = self
            .client
            .with_deadline(self.tool_time)
            .with_max_server_delay(MAX_SERVER_DELAY.min(self.tool_time));
        let instructions = instructions::text(&self.access, &scope);
        let inner = Inner {
            client,
            scope,
            result_bytes: self.result_bytes,
            cursors: Cursors::default(),
            confirmations,
            tools,
            tool_time: self.tool_time,
            audit: self.audit,
            instructions,
        };
        Ok(Server {
            inner: Arc::new(inner),
        })
    }
}

impl Inner {
    fn find(&self, name: &str) -> Option<&Entry> {
        self.tools.iter().find(|entry| entry.tool.name == name)
    }

    /// Calls a tool within its time.
    async fn call(
        &self,
        entry: &Entry,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, Failure> {
        let arguments = request.arguments.clone().unwrap_or_default();
        let result = match entry.action {
            Action::Operation(operation) if operation.changes_something() => {
                let checked = writes::check(self, operation, arguments);
                let checked = self.in_time(false, checked).await?;
                // A person takes the time that a person takes.
                match writes::confirm(self, operation, request, context).await? {
                    Step::Ask(response) => return Ok(*response),
                    Step::Send => self.in_time(true, writes::send(self, checked)).await?,
                }
            }
            _ => self.in_time(false, self.read(entry, arguments)).await?,
        };
        Ok(CallToolResult::structured(result).into())
    }

    async fn read(
        &self,
        entry: &Entry,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Failure> {
        let name = entry.tool.name.as_ref();
        match entry.action {
            Action::Operation(operation) => {
                let paging = Paging::of_operation(operation);
                let view = View::take(name, paging, &mut arguments)?;
                reads::run(self, operation, view, arguments).await
            }
            Action::Composed(composed) => {
                let view = View::take(name, composed.paging(), &mut arguments)?;
                composed.run(self, view, arguments).await
            }
        }
    }

    async fn in_time<T>(
        &self,
        writes: bool,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let outcome = timeout(self.tool_time, work).await;
        outcome.unwrap_or_else(|_| Err(Failure::timed_out(self.tool_time, writes)))
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("octocom", env!("CARGO_PKG_VERSION")))
            .with_instructions(self.inner.instructions.as_str())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = self.inner.tools.iter().map(|entry| entry.tool.clone());
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.inner.find(name).map(|entry| entry.tool.clone())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let inner = &self.inner;
        let Some(entry) = inner.find(&request.name) else {
            // The name is any text, so neither the audit nor the answer repeats it.
            let mut audit = inner.audit.begin("unknown", None, &Value::Null);
            audit.set_outcome("unknown_tool");
            return Err(ErrorData::invalid_params("unknown tool", None));
        };
        let arguments = request.arguments.clone().map_or(Value::Null, Value::from);
        let effect: Effect = entry.effect();
        let mut audit = inner
            .audit
            .begin(&entry.tool.name, Some(effect), &arguments);
        let outcome = tokio::select! {
            biased;
            () = context.ct.cancelled() => {
                audit.set_outcome("cancelled_by_client");
                return Err(ErrorData::internal_error("cancelled", None));
            }
            outcome = inner.call(entry, &request, &context) => outcome,
        };
        match outcome {
            Ok(response) => {
                audit.set_outcome(match response {
                    CallToolResponse::Complete(_) => "ok",
                    _ => "asked_user",
                });
                Ok(response)
            }
            Err(failure) => {
                audit.set_outcome(failure.kind);
                Ok(CallToolResult::structured_error(failure.to_json()).into())
            }
        }
    }
}
