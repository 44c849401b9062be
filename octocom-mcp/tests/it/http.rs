//! Streamable HTTP: who is let in.

use octocom_mcp::{Http, Server};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::common::Setup;

const TOKEN: &str = "0123456789abcdef0123";

async fn listening(server: &Server, http: Http) -> String {
    let server = server.listen(http).await.unwrap();
    let url = server.url();
    tokio::spawn(server.run(std::future::pending()));
    url
}

fn loopback() -> Http {
    Http::new("127.0.0.1:0".parse().unwrap())
}

fn initialize(url: &str) -> RequestBuilder {
    post(
        url,
        &json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}}}),
    )
}

fn post(url: &str, message: &Value) -> RequestBuilder {
    let accept = "application/json, text/event-stream";
    Client::new()
        .post(url)
        .header("accept", accept)
        .json(message)
}

/// The JSON of the answer, which may be one event.
async fn message(request: RequestBuilder) -> Value {
    let text = request.send().await.unwrap().text().await.unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.trim_start_matches("data:").trim());
    let json = lines.rfind(|line| line.starts_with('{'));
    serde_json::from_str(json.unwrap_or_else(|| panic!("{text}"))).unwrap()
}

#[tokio::test]
async fn both_revisions_are_served() {
    let setup = Setup::new(3).await;
    let url = listening(&setup.builder().build().unwrap(), loopback()).await;
    let answer = initialize(&url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let session = answer.headers()["mcp-session-id"].clone();
    drop(answer);
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let in_session = |request: RequestBuilder| {
        request
            .header("mcp-session-id", session.clone())
            .header("mcp-protocol-version", "2025-11-25")
    };
    let answer = in_session(post(&url, &note)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let call = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call",
        "params": {"name": "list_teams", "arguments": {}}});
    let answer = message(in_session(post(&url, &call))).await;
    let data = &answer["result"]["structuredContent"]["untrusted_data"];
    assert!(data.is_array(), "{answer}");
    // Without a session.
    let mut call = call;
    call["params"]["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}});
    let request = post(&url, &call)
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "list_teams");
    let answer = message(request).await;
    assert_eq!(
        &answer["result"]["structuredContent"]["untrusted_data"], data,
        "{answer}"
    );
}

#[tokio::test]
async fn unknown_hosts_and_origins_are_refused() {
    let setup = Setup::new(0).await;
    let server = setup.builder().build().unwrap();
    let http = loopback()
        .allow_host("mcp.example")
        .allow_origin("https://app.example");
    let url = listening(&server, http).await;
    let port = url
        .trim_start_matches("http://127.0.0.1:")
        .trim_end_matches("/mcp");
    let status = async |name: &'static str, value: String| {
        initialize(&url)
            .header(name, value)
            .send()
            .await
            .unwrap()
            .status()
    };
    for host in ["mcp.example".to_owned(), format!("localhost:{port}")] {
        assert_eq!(status("host", host).await, StatusCode::OK);
    }
    for host in [
        "evil.example",
        "localhost:1",
        "127.0.0.2",
        "mcp.example.evil.example",
    ] {
        assert_eq!(
            status("host", host.to_owned()).await,
            StatusCode::FORBIDDEN,
            "{host}"
        );
    }
    assert_eq!(
        status("origin", "https://app.example".to_owned()).await,
        StatusCode::OK
    );
    for origin in [
        "https://evil.example",
        "http://app.example",
        "null",
        "https://app.example:8443",
        "http://localhost",
    ] {
        assert_eq!(
            status("origin", origin.to_owned()).await,
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
    // Without any that is allowed only the server's own, from which no page comes.
    let url = listening(&server, loopback()).await;
    let own = url.trim_end_matches("/mcp").to_owned();
    for (origin, status) in [
        (own.as_str(), StatusCode::OK),
        ("http://localhost:1", StatusCode::FORBIDDEN),
        ("https://app.example", StatusCode::FORBIDDEN),
    ] {
        let answer = initialize(&url).header("origin", origin).send().await;
        assert_eq!(answer.unwrap().status(), status, "{origin}");
    }
}

#[tokio::test]
async fn a_token_is_needed_where_one_is_set() {
    let setup = Setup::new(0).await;
    let server = setup.builder().build().unwrap();
    let url = listening(&server, loopback().token(TOKEN)).await;
    let status = async |header: Option<&str>| {
        let mut request = initialize(&url);
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        request.send().await.unwrap().status()
    };
    assert_eq!(
        status(Some(&format!("Bearer {TOKEN}"))).await,
        StatusCode::OK
    );
    let longer = format!("Bearer {TOKEN}0");
    let shorter = format!("Bearer {}", &TOKEN[1..]);
    let basic = format!("Basic {TOKEN}");
    for header in [
        None,
        Some("Bearer "),
        Some(TOKEN),
        Some(&longer),
        Some(&shorter),
        Some(&basic),
    ] {
        assert_eq!(status(header).await, StatusCode::UNAUTHORIZED, "{header:?}");
    }
    let answer = Client::new().get(&url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn other_addresses_need_a_token() {
    let setup = Setup::new(0).await;
    let server = setup.builder().build().unwrap();
    let anywhere = || Http::new("0.0.0.0:0".parse().unwrap());
    let error = server.listen(anywhere()).await.unwrap_err();
    assert_eq!(error.setting(), "token");
    assert!(
        error.problem().contains("not a loopback address"),
        "{error}"
    );
    assert!(server.listen(anywhere().token("short")).await.is_err());
}

#[tokio::test]
async fn large_requests_and_other_paths_are_refused() {
    let setup = Setup::new(0).await;
    let url = listening(&setup.builder().build().unwrap(), loopback()).await;
    let mut message = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    message["params"] = json!({"text": "x".repeat(1 << 20)});
    let answer = post(&url, &message).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let elsewhere = url.replace("/mcp", "/");
    let answer = initialize(&elsewhere).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_server_ends_when_it_is_told_to() {
    let setup = Setup::new(0).await;
    let server = setup
        .builder()
        .build()
        .unwrap()
        .listen(loopback())
        .await
        .unwrap();
    let url = server.url();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    assert_eq!(
        initialize(&url).send().await.unwrap().status(),
        StatusCode::OK
    );
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert!(initialize(&url).send().await.is_err());
}
