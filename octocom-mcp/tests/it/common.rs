//! A sandbox, a server before it, and clients of both revisions of the protocol.

use std::io::Write;
use std::sync::{Arc, Mutex};

use octocom_mcp::{Server, ServerBuilder};
use octocom_sandbox::{Builder, FaultPlan, RequestFilter, Sandbox};
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams,
    ElicitResult, ElicitationAction, ErrorData, Implementation, ProtocolVersion,
};
use rmcp::service::{RequestContext, RoleClient, RunningService, ServiceError};
use rmcp::{ClientHandler, ClientLifecycleMode, ClientServiceExt};
use serde_json::{Value, json};

/// Both revisions of the protocol: with sessions, and without.
pub(crate) const ERAS: [Era; 2] = [Era::Initialize, Era::Discover];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Initialize,
    Discover,
}

impl Era {
    fn lifecycle(self) -> ClientLifecycleMode {
        match self {
            Self::Initialize => ClientLifecycleMode::Initialize,
            Self::Discover => ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            },
        }
    }
}

/// A sandbox, and what the server wrote into its audit.
pub(crate) struct Setup {
    pub(crate) sandbox: Sandbox,
    audit: Lines,
}

/// A writer that can be read.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Setup {
    /// With this many conversations.
    pub(crate) async fn new(conversations: u64) -> Self {
        Self::with(|builder| builder.conversations(conversations)).await
    }

    pub(crate) async fn with(set_up: impl FnOnce(Builder) -> Builder) -> Self {
        let sandbox = set_up(Sandbox::builder()).start().await.unwrap();
        Self {
            sandbox,
            audit: Lines::default(),
        }
    }

    /// A builder of a server for the sandbox, with an audit.
    pub(crate) fn builder(&self) -> ServerBuilder {
        let client = self.sandbox.client_builder().build().unwrap();
        Server::builder(client).audit(self.audit.clone())
    }

    /// A client of a server that reads alone.
    pub(crate) async fn reader(&self) -> Agent {
        Agent::new(&self.builder().build().unwrap()).await
    }

    /// The audit so far, line by line.
    pub(crate) fn audit(&self) -> Vec<Value> {
        let text = self.audit.0.lock().unwrap().clone();
        let text = String::from_utf8(text).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Number of requests of an operation that the sandbox received.
    pub(crate) fn requests(&self, operation: &str) -> usize {
        let filter = RequestFilter::all().operation(operation);
        self.sandbox.control().requests(&filter).len()
    }

    /// Number of requests that were not reads.
    pub(crate) fn writes(&self) -> usize {
        let all = self.sandbox.control().requests(&RequestFilter::all());
        let is_write = |method: &str| method != "GET";
        all.iter()
            .filter(|it| is_write(it.record.method.as_str()))
            .count()
    }

    pub(crate) fn plan(&self, plan: FaultPlan) {
        self.sandbox.control().add_plan(plan).unwrap();
    }
}

/// Answers of a person, and what was asked.
#[derive(Clone)]
pub(crate) struct Person {
    /// `None` for a client that cannot ask.
    answer: Option<(ElicitationAction, Option<Value>)>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

impl Person {
    pub(crate) fn who_says(action: ElicitationAction, content: Option<Value>) -> Self {
        Self {
            answer: Some((action, content)),
            asked: Arc::default(),
        }
    }

    pub(crate) fn who_agrees() -> Self {
        Self::who_says(ElicitationAction::Accept, Some(json!({"confirm": true})))
    }

    pub(crate) fn nobody() -> Self {
        Self {
            answer: None,
            asked: Arc::default(),
        }
    }

    pub(crate) fn questions(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl ClientHandler for Person {
    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, .. } = request else {
            return Err(ErrorData::invalid_params("not a form", None));
        };
        self.asked.lock().unwrap().push(message);
        let (action, content) = self.answer.clone().unwrap();
        let mut result = ElicitResult::new(action);
        result.content = content;
        Ok(result)
    }

    fn get_info(&self) -> ClientConfig {
        let capabilities = match self.answer {
            Some(_) => ClientCapabilities::builder().enable_elicitation().build(),
            None => ClientCapabilities::default(),
        };
        ClientConfig::new(capabilities, Implementation::new("test", "1"))
    }
}

/// A client of a server.
pub(crate) struct Agent {
    pub(crate) client: RunningService<RoleClient, Person>,
}

impl Agent {
    pub(crate) async fn new(server: &Server) -> Self {
        Self::with(server, Era::Discover, Person::nobody()).await
    }

    pub(crate) async fn with(server: &Server, era: Era, person: Person) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let server = server.clone();
        tokio::spawn(async move {
            let (input, output) = tokio::io::split(theirs);
            server.serve(input, output).await
        });
        let client = person.serve_with_lifecycle(ours, era.lifecycle());
        Self {
            client: client.await.unwrap(),
        }
    }

    pub(crate) async fn tools(&self) -> Vec<Value> {
        let tools = self.client.list_all_tools().await.unwrap();
        tools.iter().map(|tool| json!(tool)).collect()
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        let tools = self.tools().await;
        let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
        tools.iter().map(name).collect()
    }

    pub(crate) async fn try_call(
        &self,
        tool: &str,
        arguments: Value,
    ) -> Result<CallToolResult, ServiceError> {
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object");
        };
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        self.client.call_tool(request).await
    }

    /// Calls a tool that has a result.
    #[track_caller]
    pub(crate) fn call(&self, tool: &str, arguments: Value) -> impl Future<Output = Value> {
        let tool = tool.to_owned();
        async move {
            let result = self.try_call(&tool, arguments).await.unwrap();
            let content = structured(&result);
            assert_ne!(result.is_error, Some(true), "{tool}: {content}");
            content
        }
    }

    /// Calls a tool that has none, and returns the error.
    pub(crate) async fn fail(&self, tool: &str, arguments: Value) -> Value {
        let result = self.try_call(tool, arguments).await.unwrap();
        let content = structured(&result);
        assert_eq!(result.is_error, Some(true), "{tool}: {content}");
        content["error"].clone()
    }

    /// Calls a list until it is complete.
    pub(crate) async fn all(&self, tool: &str, arguments: Value) -> Vec<Value> {
        let mut records = Vec::new();
        let mut arguments = arguments;
        loop {
            let page = self.call(tool, arguments.clone()).await;
            records.extend(page["untrusted_data"].as_array().unwrap().iter().cloned());
            match page.get("cursor") {
                Some(cursor) => arguments["cursor"] = cursor.clone(),
                None => {
                    assert_eq!(page["complete"], true);
                    return records;
                }
            }
        }
    }
}

/// The structured content, which the text is a copy of.
pub(crate) fn structured(result: &CallToolResult) -> Value {
    let content = result.structured_content.clone().unwrap();
    let [text] = result.content.as_slice() else {
        panic!("{:?}", result.content);
    };
    let text = text.as_text().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text.text).unwrap(), content);
    content
}

/// Bytes of a result as it is sent.
pub(crate) fn bytes(result: &CallToolResult) -> usize {
    serde_json::to_string(result).unwrap().len()
}
