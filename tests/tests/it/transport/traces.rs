//! The events given to `tracing` and to the metrics hook.

use std::io;
use std::sync::{Arc, Mutex};

use octocom_ext::{AttemptEvent, CallEvent, ErrorKind, Exhausted, Observer, operations as op};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use octocom_tests::script::{ID, KEY, Script, builder, call, status, users};
use octocom_tests::sleeper::Recorder;

#[derive(Debug, Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Buffer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Installs a subscriber for the whole process that wants everything and shows nothing.
///
/// tracing remembers for each call site whether anybody wants it, and asks the subscriber of the
/// thread that comes by first: without this, a test that traces nothing could answer for all.
pub(super) fn want_everything() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry()).unwrap();
    });
}

/// Everything that is traced on this thread from now on, at the most verbose level.
fn trace() -> (Buffer, tracing::subscriber::DefaultGuard) {
    want_everything();
    let buffer = Buffer::default();
    let subscriber = tracing_subscriber::fmt()
        // The digits of a time could be those that a test looks for.
        .without_time()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(buffer.clone())
        .finish();
    (buffer, tracing::subscriber::set_default(subscriber))
}

fn lines<'a>(text: &'a str, part: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.contains(part)).collect()
}

/// The lines that say that a span of this target is closed.
fn closed<'a>(text: &'a str, target: &str) -> Vec<&'a str> {
    lines(text, &format!(" {target}: close"))
}

#[tokio::test]
async fn a_call_has_a_span_and_each_attempt_one_with_an_event_under_opentelemetrys_names() {
    let limited = status(429)
        .header("retry-after", "2")
        .header("x-request-id", "r-1");
    let script = Script::new([limited, users()]).await;
    let (client, _) = script.client();
    let (buffer, guard) = trace();
    client.api().list_users(None).await.unwrap();
    drop(guard);
    let text = buffer.text();
    let calls = closed(&text, "octocom_ext::call");
    assert_eq!(calls.len(), 1, "{text}");
    for field in ["octocom.operation=\"list_users\"", "octocom.attempts=2"] {
        assert!(calls[0].contains(field), "{field}: {}", calls[0]);
    }
    assert!(!calls[0].contains("error.type"), "{}", calls[0]);
    let attempts = closed(&text, "octocom_ext::attempt");
    assert_eq!(attempts.len(), 2, "{text}");
    for attempt in &attempts {
        let address = format!("url.full=\"{}/rest/v1/users\"", script.url());
        for field in [
            "otel.name=GET /rest/v1/users",
            "otel.kind=\"client\"",
            "http.request.method=\"GET\"",
            &address,
            "url.template=\"/rest/v1/users\"",
            "server.address=\"127.0.0.1\"",
            "server.port=",
        ] {
            assert!(attempt.contains(field), "{field}: {attempt}");
        }
    }
    assert!(
        attempts[0].contains("otel.status_code=\"ERROR\""),
        "{}",
        attempts[0]
    );
    assert!(!attempts[0].contains("resend_count"), "{}", attempts[0]);
    assert!(!attempts[1].contains("otel.status_code"), "{}", attempts[1]);
    let events = lines(&text, "octocom.duration_ms");
    assert_eq!(events.len(), 2, "{text}");
    for field in [
        "WARN",
        "http.response.status_code=429",
        "error.type=\"rate_limited\"",
        "octocom.delay_ms=2000",
        "\"retry-after\": \"2\"",
        "\"x-request-id\": \"r-1\"",
    ] {
        assert!(events[0].contains(field), "{field}: {}", events[0]);
    }
    for field in [
        "DEBUG",
        "http.request.resend_count=1",
        "http.response.status_code=200",
    ] {
        assert!(events[1].contains(field), "{field}: {}", events[1]);
    }
}

/// The names of the fields in a line.
fn fields(line: &str) -> Vec<&str> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || "._".contains(c));
    let names = line
        .split('=')
        .filter_map(|part| part.rsplit(is_end).next());
    names.filter(|name| name.contains('.')).collect()
}

#[tokio::test]
async fn no_field_stands_twice_in_a_line() {
    for level in [tracing::Level::TRACE, tracing::Level::WARN] {
        want_everything();
        let buffer = Buffer::default();
        let subscriber = tracing_subscriber::fmt()
            .without_time()
            .with_max_level(level)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(buffer.clone())
            .finish();
        let script = Script::new([status(503), status(400)]).await;
        let (client, _) = script.client();
        let guard = tracing::subscriber::set_default(subscriber);
        call(&client, &op::GET_CONVERSATION).await.unwrap_err();
        drop(guard);
        let text = buffer.text();
        let events = lines(&text, "octocom.duration_ms");
        assert_eq!(events.len(), 2, "{text}");
        for line in text.lines() {
            let mut names = fields(line);
            names.sort_unstable();
            let number = names.len();
            names.dedup();
            assert_eq!(names.len(), number, "{line}");
        }
        // A subscriber that does not want the spans is told all the same.
        for field in [
            "http.request.method",
            "url.template",
            "http.response.status_code",
        ] {
            assert!(fields(events[1]).contains(&field), "{field}: {}", events[1]);
        }
        assert_eq!(fields("a a.b=1 c{d.e=\"x\" a.b=2}"), ["a.b", "d.e", "a.b"]);
    }
}

#[tokio::test]
async fn a_failed_call_has_its_error_type_and_a_404_is_not_a_warning() {
    let script = Script::new([status(404), status(400)]).await;
    let (client, _) = script.client();
    let (buffer, guard) = trace();
    call(&client, &op::GET_CONVERSATION).await.unwrap_err();
    call(&client, &op::GET_CONVERSATION).await.unwrap_err();
    drop(guard);
    let text = buffer.text();
    let calls = closed(&text, "octocom_ext::call");
    assert!(calls[0].contains("error.type=\"not_found\""), "{text}");
    assert!(calls[0].contains("otel.status_code=\"ERROR\""), "{text}");
    let attempts = closed(&text, "octocom_ext::attempt");
    assert!(
        attempts[0].contains("http.response.status_code=404"),
        "{text}"
    );
    assert!(attempts[0].contains("otel.status_code=\"ERROR\""), "{text}");
    let events = lines(&text, "octocom.duration_ms");
    assert!(
        events[0].contains("DEBUG") && events[0].contains("not found"),
        "{text}"
    );
    assert!(events[1].contains("WARN"), "{text}");
}

#[tokio::test]
async fn no_trace_shows_key_query_path_parameter_body_or_unlisted_header() {
    let private = "my card is 4929";
    let other = Script::new([]).await;
    let answers = [
        status(503).body(private).header("set-cookie", "s3ssion"),
        status(302).header("location", &format!("{}/?t=s3ssion", other.url())),
        status(400).body(private),
        status(200).body(format!("{{\"data\":\"{private}\"}}")),
    ];
    let script = Script::new(answers).await;
    let verbose = reqwest::Client::builder().connection_verbose(true);
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder)
        .with_http(verbose)
        .build()
        .unwrap();
    let (buffer, guard) = trace();
    for operation in [&op::DELETE_CONVERSATION_METADATA, &op::SEND_BOT_MESSAGE] {
        call(&client, operation).await.unwrap_err();
    }
    let api = client.api();
    let request = api
        .request(&op::LIST_USERS, &[])
        .query(&[("q", "qu3ry")])
        .build();
    let search = api.send(&op::LIST_USERS, request.unwrap()).await.unwrap();
    assert_eq!(search.parse().unwrap()["data"], private);
    drop(guard);
    let text = buffer.text();
    assert_eq!((script.calls(), other.calls()), (4, 0));
    assert_eq!(lines(&text, "octocom.duration_ms").len(), 4, "{text}");
    assert!(
        text.contains("/conversations/REDACTED/metadata/REDACTED\""),
        "{text}"
    );
    assert!(text.contains("/users?q=REDACTED\""), "{text}");
    for secret in [
        KEY,
        "qu3ry",
        ID,
        "hello",
        "4929",
        "s3ssion",
        "set-cookie",
        "x-api-key",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn the_callers_span_is_left_alone_when_ours_is_not_enabled() {
    let script = Script::new([status(404)]).await;
    let (client, _) = script.client();
    let buffer = Buffer::default();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(buffer.clone())
        .finish();
    want_everything();
    let guard = tracing::subscriber::set_default(subscriber);
    let span = tracing::info_span!("callers", http.response.status_code = 200);
    let calling = call(&client, &op::LIST_USERS);
    tracing::Instrument::instrument(calling, span)
        .await
        .unwrap_err();
    drop(guard);
    let text = buffer.text();
    let closed = lines(&text, "close");
    assert_eq!(closed.len(), 1, "{text}");
    assert!(
        closed[0].contains("status_code=200") && !closed[0].contains("status_code=404"),
        "{text}"
    );
}

#[derive(Debug, Default)]
struct Counter {
    attempts: Mutex<Vec<AttemptEvent>>,
    calls: Mutex<Vec<CallEvent>>,
}

impl Observer for Counter {
    fn attempt(&self, event: &AttemptEvent) {
        self.attempts.lock().unwrap().push(event.clone());
    }

    fn call(&self, event: &CallEvent) {
        self.calls.lock().unwrap().push(event.clone());
    }
}

#[tokio::test]
async fn the_hook_is_told_of_every_attempt_and_call() {
    let limited = status(429).header("retry-after", "2");
    let script = Script::new([limited, users(), status(503)]).await;
    let counter = Arc::new(Counter::default());
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder)
        .with_observer(counter.clone())
        .build()
        .unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&client.with_max_attempts(1), &op::LIST_TEAMS)
        .await
        .unwrap_err();
    let attempts = counter.attempts.lock().unwrap();
    let seen: Vec<_> = attempts
        .iter()
        .map(|event| {
            (
                event.operation.id,
                event.attempt,
                event.error,
                event.delay.map(|d| d.as_secs()),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("list_users", 1, Some(ErrorKind::RateLimited), Some(2)),
            ("list_users", 2, None, None),
            ("list_teams", 1, Some(ErrorKind::Server), None),
        ]
    );
    let calls = counter.calls.lock().unwrap();
    let seen: Vec<_> = calls
        .iter()
        .map(|event| {
            (
                event.operation.id,
                event.attempts,
                event.error,
                event.exhausted,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("list_users", 2, None, None),
            (
                "list_teams",
                1,
                Some(ErrorKind::Server),
                Some(Exhausted::Attempts)
            ),
        ]
    );
    assert_eq!(calls[0].elapsed.as_secs(), 2);
}
