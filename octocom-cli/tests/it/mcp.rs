//! `octocom mcp` as clients start it: a process, lines of JSON in and out.

use crate::program::Program;

#[cfg(not(feature = "mcp"))]
#[tokio::test]
async fn without_the_feature_the_command_says_how_to_install_it() {
    let program = Program::new();
    let ended = program.run(&["--sandbox", "mcp"]).await;
    ended.assert_error(2, &["cargo install octocom-cli --features mcp"]);
    assert_eq!(ended.out, "");
}

#[cfg(feature = "mcp")]
mod served {
    use serde_json::{Value, json};

    use super::Program;

    fn request(id: u64, method: &str, params: &Value) -> Value {
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    /// A whole session, as the input of the process.
    fn session(requests: &[Value]) -> String {
        let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}});
        let mut lines = vec![
            request(0, "initialize", &hello),
            json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        ];
        lines.extend(requests.iter().cloned());
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// The answers by the ids of their requests, since calls run at once.
    fn answers(out: &str) -> Vec<Value> {
        let mut answers: Vec<Value> = out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
            .collect();
        answers.sort_by_key(|answer| answer["id"].as_u64());
        answers
    }

    #[tokio::test]
    async fn a_session_over_standard_input_and_output() {
        let program = Program::new();
        let input = session(&[
            request(1, "tools/list", &json!({})),
            request(
                2,
                "tools/call",
                &json!({"name": "list_businesses", "arguments": {}}),
            ),
            request(
                3,
                "tools/call",
                &json!({"name": "send_outbound_email", "arguments": {}}),
            ),
        ]);
        let ended = program.run_given(&input, "--sandbox mcp").await;
        assert_eq!(ended.status, 0, "{ended:?}");
        let answers = answers(&ended.out);
        let [hello, tools, businesses, email] = &answers[..] else {
            panic!("{ended:?}");
        };
        assert_eq!(hello["result"]["serverInfo"]["name"], "octocom");
        assert_eq!(tools["result"]["tools"].as_array().map(Vec::len), Some(23));
        let businesses = businesses["result"]["structuredContent"]["untrusted_data"].to_string();
        assert!(businesses.contains("acme-corp"), "{businesses}");
        assert_eq!(email["error"]["message"], "unknown tool");
        // The audit stands beside the answers, not among them.
        let audit: Vec<Value> = ended
            .err
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(audit.len(), 2, "{ended:?}");
    }

    #[tokio::test]
    async fn flags_decide_what_exists_and_the_audit_goes_to_its_file() {
        let program = Program::new();
        let words = "--sandbox mcp --allow tags,articles --business acme-corp --audit audit.ndjson";
        let input = session(&[
            request(1, "tools/list", &json!({})),
            request(
                2,
                "tools/call",
                &json!({"name": "list_articles", "arguments": {}}),
            ),
        ]);
        let ended = program.run_given(&input, words).await;
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{ended:?}");
        let tools = answers(&ended.out)[1]["result"]["tools"].to_string();
        for (name, is_there) in [
            ("add_conversation_tag", true),
            ("create_article", true),
            ("create_workflow", false),
            ("send_outbound_email", false),
            ("list_users", false),
        ] {
            assert_eq!(tools.contains(&format!("\"{name}\"")), is_there, "{name}");
        }
        let audit = program.read("audit.ndjson");
        assert_eq!(audit.lines().count(), 1, "{audit}");
        assert!(audit.contains("\"tool\":\"list_articles\""), "{audit}");
    }

    #[tokio::test]
    async fn flags_that_cannot_be_used_are_named() {
        let program = Program::new();
        for (flags, words) in [
            (
                &["--allow", "emails"][..],
                &["`--allow`", "`emails` is not one of articles"][..],
            ),
            (&["--allow", "all"], &["`--max-tools`", "--max-tools 41"]),
            (
                &["--business", "acme-corp", "--allow", "customers"],
                &["`--allow`", "`customers`"],
            ),
            (
                &["--http", "0.0.0.0:0"],
                &["`--http` is 0.0.0.0:0", "--bind"],
            ),
            (
                &["--bind", "0.0.0.0:0"],
                &["needs a token", "OCTOCOM_MCP_TOKEN", "--token-file"],
            ),
            (
                &["--bind", "127.0.0.1:0", "--token-file", "none"],
                &["`--token-file`"],
            ),
            (
                &["--allow-origin", "https://a.example"],
                &["`--allow-origin` needs --http"],
            ),
            (
                &["--result-bytes", "1"],
                &["`--result-bytes`", "4000 to 1000000"],
            ),
            (
                &["--tool-timeout", "601s"],
                &["`--tool-timeout`", "1 to 600"],
            ),
        ] {
            let flags = [&["--sandbox", "mcp"], flags].concat();
            program.run(&flags).await.assert_error(2, words);
        }
        program.write("token", "short");
        let flags = [
            "--sandbox",
            "mcp",
            "--bind",
            "0.0.0.0:0",
            "--token-file",
            "token",
        ];
        program
            .run(&flags)
            .await
            .assert_error(2, &["`--token`", "16"]);
        let ended = program.run(&["mcp"]).await;
        ended.assert_error(4, &["the API key is missing"]);
    }
}
