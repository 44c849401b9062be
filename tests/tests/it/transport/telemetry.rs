//! The spans as OpenTelemetry gets them, the trace context that leaves, and the hook it leaves by.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue};
use octocom_ext::{AttemptEvent, ErrorKind, Observer, OutgoingAttempt, operations as op};
use opentelemetry::propagation::{Injector, TextMapPropagator};
use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;

use super::traces::want_everything;
use octocom_tests::script::{ID, KEY, Script, builder, call, status, users};
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::Recorder;

/// Sends the trace context with each attempt, as the guide does.
#[derive(Debug, Default)]
struct Propagate(TraceContextPropagator);

impl Observer for Propagate {
    fn before_attempt(&self, attempt: &mut OutgoingAttempt<'_>) {
        let context = tracing::Span::current().context();
        self.0.inject_context(&context, &mut Headers(attempt));
    }
}

struct Headers<'a, 'b>(&'a mut OutgoingAttempt<'b>);

impl Injector for Headers<'_, '_> {
    fn set(&mut self, name: &str, value: String) {
        let value = HeaderValue::from_str(&value).unwrap();
        // An empty `tracestate` is set as well.
        self.0.set_header(name, value).unwrap();
    }
}

/// Exports what is traced on this thread from now on.
fn export() -> (
    InMemorySpanExporter,
    SdkTracerProvider,
    tracing::subscriber::DefaultGuard,
) {
    want_everything();
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("octocom"));
    let subscriber = tracing_subscriber::registry().with(layer);
    (
        exporter,
        provider,
        tracing::subscriber::set_default(subscriber),
    )
}

fn attribute(span: &SpanData, name: &str) -> Option<Value> {
    let mut attributes = span.attributes.iter();
    let found = attributes.find(|KeyValue { key, .. }| key.as_str() == name);
    found.map(|attribute| attribute.value.clone())
}

#[tokio::test]
async fn a_call_that_is_retried_twice_is_four_spans_and_its_attempts_carry_their_ids() {
    let script = Script::new([status(503), status(429), users()]).await;
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder).with_observer(Arc::new(Propagate::default()));
    let client = client.build().unwrap();
    let (exporter, _provider, guard) = export();
    client.api().list_users(None).await.unwrap();
    drop(guard);
    let spans = exporter.get_finished_spans().unwrap();
    // In the order of their ends.
    let [first, second, third, whole] = spans.as_slice() else {
        panic!("{spans:?}");
    };
    assert_eq!(
        (whole.name.as_ref(), &whole.span_kind),
        ("octocom.call", &SpanKind::Internal)
    );
    assert_eq!(whole.status, Status::Unset);
    assert_eq!(
        attribute(whole, "octocom.operation"),
        Some("list_users".into())
    );
    assert_eq!(attribute(whole, "octocom.attempts"), Some(3.into()));
    let error = Status::error("");
    for (index, (attempt, code, kind, expected)) in [
        (first, 503, Some("server"), &error),
        (second, 429, Some("rate_limited"), &error),
        (third, 200, None, &Status::Unset),
    ]
    .into_iter()
    .enumerate()
    {
        let index = i64::try_from(index).unwrap();
        assert_eq!(attempt.name, "GET /rest/v1/users");
        assert_eq!(attempt.span_kind, SpanKind::Client);
        assert_eq!(attempt.parent_span_id, whole.span_context.span_id());
        assert_eq!(
            attempt.span_context.trace_id(),
            whole.span_context.trace_id()
        );
        assert_eq!(&attempt.status, expected, "{code}");
        let port = script
            .url()
            .rsplit(':')
            .next()
            .unwrap()
            .parse::<i64>()
            .unwrap();
        let url = format!("{}/rest/v1/users", script.url());
        for (name, value) in [
            ("http.request.method", Some("GET".into())),
            ("url.full", Some(url.into())),
            ("url.template", Some("/rest/v1/users".into())),
            ("server.address", Some("127.0.0.1".into())),
            ("server.port", Some(port.into())),
            ("http.response.status_code", Some(code.into())),
            ("error.type", kind.map(Value::from)),
            (
                "http.request.resend_count",
                (index > 0).then(|| index.into()),
            ),
        ] {
            assert_eq!(attribute(attempt, name), value, "{name} of {code}");
        }
    }
    let sent: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.header("traceparent").unwrap().to_owned())
        .collect();
    let expected: Vec<_> = [first, second, third]
        .iter()
        .map(|attempt| {
            let context = &attempt.span_context;
            format!("00-{}-{}-01", context.trace_id(), context.span_id())
        })
        .collect();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn every_kind_of_failure_is_a_status_of_error() {
    let connection = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let script = Script::new([status(404), status(500), status(200).body("<html>")]).await;
    let recorder = Recorder::new();
    let (exporter, _provider, guard) = export();
    let client = builder(&script.url(), &recorder)
        .build()
        .unwrap()
        .with_max_attempts(1);
    for _ in 0..3 {
        call(&client, &op::GET_CONVERSATION).await.unwrap_err();
    }
    let nobody = builder(&connection, &recorder)
        .build()
        .unwrap()
        .with_max_attempts(1);
    call(&nobody, &op::LIST_USERS).await.unwrap_err();
    drop(guard);
    let spans = exporter.get_finished_spans().unwrap();
    let seen: Vec<_> = spans
        .iter()
        .map(|span| {
            assert_eq!(span.status, Status::error(""), "{span:?}");
            let kind = attribute(span, "error.type").unwrap().to_string();
            let code = attribute(span, "http.response.status_code");
            (
                span.span_kind.clone(),
                kind,
                code.map(|code| code.to_string()),
            )
        })
        .collect();
    let mut expected = Vec::new();
    for (kind, code) in [
        ("not_found", Some("404")),
        ("server", Some("500")),
        ("decode", Some("200")),
        ("connect", None),
    ] {
        let code = code.map(str::to_owned);
        expected.push((SpanKind::Client, kind.to_owned(), code));
        expected.push((SpanKind::Internal, kind.to_owned(), None));
    }
    assert_eq!(seen, expected);
    assert!(!format!("{spans:?}").contains(ID));
}

#[tokio::test]
async fn an_attempt_whose_caller_goes_away_is_cancelled() {
    let arrived = Arc::new(tokio::sync::Notify::new());
    let arrives = Arc::clone(&arrived);
    let server = Server::start(move |_| {
        arrives.notify_one();
        Act::WriteAndStall(Vec::new())
    })
    .await;
    let recorder = Recorder::new();
    let client = builder(&server.url(), &recorder).build().unwrap();
    let (exporter, _provider, guard) = export();
    let calling = client.api().list_users(None);
    tokio::select! {
        biased;
        () = arrived.notified() => {}
        _ = calling => panic!("the call ended"),
    }
    drop(guard);
    let spans = exporter.get_finished_spans().unwrap();
    assert_eq!(spans[0].name, "GET /rest/v1/users");
    assert_eq!(attribute(&spans[0], "error.type"), Some("cancelled".into()));
    assert_eq!(spans[0].status, Status::error(""));
}

/// Adds headers, and notes what it sees.
#[derive(Debug, Default)]
struct Hook {
    before: Mutex<Vec<(u32, HeaderMap)>>,
    after: Mutex<Vec<AttemptEvent>>,
    refused: Mutex<Vec<String>>,
}

impl Observer for Hook {
    fn before_attempt(&self, attempt: &mut OutgoingAttempt<'_>) {
        let value = HeaderValue::from(attempt.number());
        attempt.set_header("X-Attempt", value.clone()).unwrap();
        for name in [
            "X-API-Key",
            "host",
            "Content-Length",
            "accept-encoding",
            "no name",
        ] {
            let refused = attempt.set_header(name, value.clone()).unwrap_err();
            self.refused.lock().unwrap().push(refused);
        }
        assert!(!format!("{attempt:?}").contains("s3cret"));
        let seen = (attempt.number(), attempt.headers().clone());
        self.before.lock().unwrap().push(seen);
    }

    fn attempt(&self, event: &AttemptEvent) {
        self.after.lock().unwrap().push(event.clone());
    }
}

#[tokio::test]
async fn the_hook_adds_headers_to_each_attempt_and_sees_its_end() {
    let script = Script::new([status(503).body("busy"), users()]).await;
    let hook = Arc::new(Hook::default());
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder)
        .with_observer(hook.clone())
        .build()
        .unwrap();
    let secret = HeaderValue::from_static("s3cret");
    let client = client.with_header(http::HeaderName::from_static("x-own"), secret);
    let answer = client.api().list_users(None).await.unwrap();
    let seen = script.seen();
    let header = |name: &str| -> Vec<_> {
        seen.iter()
            .map(|seen| seen.header(name).map(str::to_owned))
            .collect()
    };
    let both = |value: &str| vec![Some(value.to_owned()); 2];
    assert_eq!(
        header("x-attempt"),
        [Some("1".to_owned()), Some("2".to_owned())]
    );
    assert_eq!(header("x-own"), both("s3cret"));
    assert_eq!(header("x-api-key"), both(KEY));
    assert_eq!(header("accept-encoding"), both("gzip"));

    let before = hook.before.lock().unwrap();
    let numbers: Vec<_> = before.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2]);
    for (_, headers) in before.iter() {
        assert_eq!(headers["x-own"], "s3cret");
        assert!(!headers.contains_key("x-api-key"));
    }
    let refused = hook.refused.lock().unwrap();
    assert_eq!(refused[0], "`x-api-key` is set by the client itself");
    assert_eq!(refused[4], "`no name` is not the name of a header");
    assert_eq!(refused.len(), 10);
    let after = hook.after.lock().unwrap();
    let ends: Vec<_> = after
        .iter()
        .map(|event| (event.attempt, event.status.map(|s| s.as_u16()), event.error))
        .collect();
    assert_eq!(
        ends,
        [
            (1, Some(503), Some(ErrorKind::Server)),
            (2, Some(200), None)
        ]
    );
    let sizes: Vec<_> = after.iter().map(|event| event.body_bytes).collect();
    assert_eq!(sizes, ["busy".len(), answer.json().len()]);
}

#[tokio::test]
async fn the_hook_sees_only_what_is_sent() {
    let script = Script::new([status(429).header("retry-after", "9000")]).await;
    let hook = Arc::new(Hook::default());
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder)
        .with_observer(hook.clone())
        .build()
        .unwrap();
    for _ in 0..2 {
        client.api().list_users(None).await.unwrap_err();
    }
    // The second call failed before it was sent: the server has asked for a pause.
    assert_eq!((script.calls(), hook.before.lock().unwrap().len()), (1, 1));
    assert_eq!(hook.after.lock().unwrap().len(), 1);
}
