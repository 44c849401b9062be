//! Outputs that are not what they should be, and other accounts.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use octocom_collect::{Collector, ErrorKind, Existing, Export, Output, Status, Stream};
use octocom_sandbox::{FaultPlan, Sandbox};

use crate::common::{Setup, by_id};

#[tokio::test]
async fn an_output_that_is_not_what_its_state_says_is_refused() {
    let setup = Setup::new(30).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let path = setup.path("all.ndjson");
    let whole = setup.read("all.ndjson");
    let edited = whole.replacen("\"subject\":\"", "\"subject\":\"X", 1);
    let edited = &edited[..whole.len()];
    for (content, reason) in [
        (&whole[..whole.len() - 1], "bytes, and its state says"),
        (&format!("{whole}\n"), "bytes, and its state says"),
        (edited, "has other content than its state says"),
    ] {
        std::fs::write(&path, content).unwrap();
        for existing in [Existing::Resume, Existing::Append] {
            let error = setup.details("all.ndjson", existing).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::State);
            assert!(error.to_string().contains(reason), "{error}");
            assert_eq!(setup.read("all.ndjson"), content);
        }
    }
    std::fs::remove_file(&path).unwrap();
    let error = setup
        .details("all.ndjson", Existing::Resume)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("is missing, but its state is there"),
        "{error}"
    );
    std::fs::write(&path, &whole).unwrap();
    setup.details("all.ndjson", Existing::Append).await.unwrap();
}

#[tokio::test]
async fn a_broken_state_file_is_refused_by_name_and_nothing_is_lost() {
    let setup = Setup::new(30).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let path = setup.path("all.ndjson.state.json");
    let (whole, output) = (
        setup.read("all.ndjson.state.json"),
        setup.read("all.ndjson"),
    );
    for (content, reason) in [
        (whole[..whole.len() / 2].to_owned(), "cannot be read at `.`"),
        (String::new(), "cannot be read at `.`"),
        ("{}".to_owned(), "is not one of an export"),
        (
            whole.replacen("\"version\": 1", "\"version\": 2", 1),
            "has version 2",
        ),
        (
            whole.replacen("\"bytes\": ", "\"bytes\": -", 1),
            "cannot be read at `written.bytes`",
        ),
        (
            whole.replacen("\"replaces\"", "\"unknown\"", 1),
            "cannot be read at `",
        ),
    ] {
        std::fs::write(&path, &content).unwrap();
        let error = setup
            .details("all.ndjson", Existing::Append)
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.exit_status()), (ErrorKind::State, 1));
        let error = error.to_string();
        assert!(
            error.contains(reason) && error.contains("all.ndjson.state.json"),
            "{error}"
        );
        assert_eq!(
            (
                setup.read("all.ndjson.state.json"),
                setup.read("all.ndjson")
            ),
            (content, output.clone())
        );
    }
    // Said to start anew, a run does.
    let report = setup
        .details("all.ndjson", Existing::Overwrite)
        .await
        .unwrap();
    assert_eq!(report.written(), 30);
}

#[tokio::test]
async fn nothing_is_replaced_before_there_is_something_to_replace_it_with() {
    let setup = Setup::new(30).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let before = setup.read("all.ndjson");
    let wrong = setup
        .sandbox
        .client_builder()
        .with_api_key("wrong")
        .build()
        .unwrap();
    let gone = setup
        .sandbox
        .client_builder()
        .with_base_url("http://127.0.0.1:9")
        .build()
        .unwrap();
    for (client, status) in [(wrong, 4), (gone, 1)] {
        let export = setup
            .conversations("all.ndjson")
            .details(true)
            .existing(Existing::Overwrite);
        let error = Collector::new(client).export(export).await.unwrap_err();
        assert_eq!(error.exit_status(), status, "{error}");
        assert_eq!(setup.read("all.ndjson"), before);
        assert_eq!(setup.files(), ["all.ndjson", "all.ndjson.state.json"]);
    }
    let other = setup.conversations("other.ndjson");
    std::fs::write(setup.path("other.ndjson"), "mine").unwrap();
    let error = setup
        .collector()
        .export(other.existing(Existing::Resume))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("has no state beside it"),
        "{error}"
    );
    assert_eq!(setup.read("other.ndjson"), "mine");
}

#[tokio::test]
async fn a_second_writer_is_refused() {
    let setup = Setup::new(30).await;
    let refused = Arc::new(Mutex::new(None));
    let (seen, second) = (Arc::clone(&refused), setup.collector());
    let path = setup.path("all.ndjson");
    let collector = setup.collector().on_event(move |_| {
        let export =
            Export::new(Stream::CONVERSATIONS, Output::file(&path)).existing(Existing::Overwrite);
        let second = second.clone();
        // It is refused before it asks anything, so it is over at once.
        let mut run = Box::pin(async move { second.export(export).await });
        let waker = std::task::Waker::noop();
        let polled = run
            .as_mut()
            .poll(&mut std::task::Context::from_waker(waker));
        if let std::task::Poll::Ready(Err(error)) = polled {
            *seen.lock().unwrap() = Some(error.kind());
        }
    });
    collector
        .export(setup.conversations("all.ndjson"))
        .await
        .unwrap();
    assert_eq!(*refused.lock().unwrap(), Some(ErrorKind::Locked));
    assert_eq!(by_id(&setup.read("all.ndjson")).len(), 30);
}

#[tokio::test]
async fn another_account_and_another_server_are_refused() {
    let setup = Setup::new(30).await;
    setup
        .collector()
        .export(setup.conversations("all.ndjson"))
        .await
        .unwrap();
    let before = setup.read("all.ndjson");
    let key = setup.control().add_organization("other", 5).unwrap();
    let other = setup
        .sandbox
        .client_builder()
        .with_api_key(key.clone())
        .build()
        .unwrap();
    let again = || setup.conversations("all.ndjson").existing(Existing::Append);
    for same in [false, true] {
        let collector = Collector::new(other.clone())
            .api_key(&key)
            .same_account(same);
        let error = collector.export(again()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Account);
        let error = error.to_string();
        assert!(
            error.contains("belongs to the account with the businesses"),
            "{error}"
        );
    }
    let named = setup
        .sandbox
        .client_builder()
        .with_server_name("elsewhere")
        .build()
        .unwrap();
    let collector = Collector::new(named).api_key(setup.sandbox.key());
    let error = collector.export(again()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Account);
    assert!(error.to_string().contains("not from elsewhere"), "{error}");
    assert_eq!(setup.read("all.ndjson"), before);
    // A server that has moved is said to be the same.
    let report = collector.same_account(true).export(again()).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 0));
    assert_eq!(setup.read("all.ndjson"), before);
}

#[tokio::test]
async fn an_embedded_server_is_told_by_its_name_and_not_by_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.ndjson");
    let mut written = 0;
    for (limit, expected) in [(25, 25), (25, 25), (25, 10)] {
        let sandbox = Sandbox::builder().conversations(60).start().await.unwrap();
        let client = sandbox
            .client_builder()
            .with_server_name("sandbox seed=1")
            .build()
            .unwrap();
        let export = Export::new(Stream::CONVERSATIONS, Output::file(&path));
        let export = export.details(true).existing(Existing::Resume);
        let report = Collector::new(client)
            .max_items(limit)
            .export(export)
            .await
            .unwrap();
        assert_eq!(report.written(), expected);
        written += usize::try_from(expected).unwrap();
        assert_eq!(
            sandbox
                .control()
                .requests(&octocom_sandbox::RequestFilter::all().operation("get_conversation"))
                .len(),
            usize::try_from(expected).unwrap()
        );
    }
    assert_eq!(
        by_id(&std::fs::read_to_string(&path).unwrap()).len(),
        written
    );
}

#[tokio::test]
async fn an_unfinished_export_is_overwritten_only_when_asked() {
    let setup = Setup::new(60).await;
    let plan = FaultPlan::on("get_conversation").works(20);
    setup
        .control()
        .add_plan(plan.always("status=401".parse().unwrap()))
        .unwrap();
    setup
        .details("all.ndjson", Existing::Refuse)
        .await
        .unwrap_err();
    let error = setup
        .details("all.ndjson", Existing::Refuse)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists);
    assert!(
        error.to_string().contains("has an unfinished export"),
        "{error}"
    );
    setup.control().clear_plans();
    // A file of the name that has appeared meanwhile stays.
    std::fs::write(setup.path("all.ndjson"), "mine").unwrap();
    let error = setup
        .details("all.ndjson", Existing::Resume)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists);
    assert_eq!(setup.read("all.ndjson"), "mine");
    std::fs::remove_file(setup.path("all.ndjson")).unwrap();
    setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!(by_id(&setup.read("all.ndjson")).len(), 60);
    let report = setup
        .details("all.ndjson", Existing::Overwrite)
        .await
        .unwrap();
    assert_eq!(report.written(), 60);
    std::fs::write(setup.path("other.ndjson.part"), "mine").unwrap();
    let error = setup
        .details("other.ndjson", Existing::Overwrite)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("no export has made it"),
        "{error}"
    );
    assert_eq!(setup.read("other.ndjson.part"), "mine");
}

#[tokio::test]
async fn without_businesses_the_key_tells_accounts_apart() {
    let setup = Setup::new(30).await;
    let plan = FaultPlan::on("list_businesses");
    setup
        .control()
        .add_plan(plan.always("status=403".parse().unwrap()))
        .unwrap();
    setup
        .collector()
        .export(setup.conversations("all.ndjson"))
        .await
        .unwrap();
    let state = setup.read("all.ndjson.state.json");
    assert!(!state.contains(setup.sandbox.key()), "{state}");
    let again = || setup.conversations("all.ndjson").existing(Existing::Append);
    setup.collector().export(again()).await.unwrap();
    setup.control().add_key("second").unwrap();
    let client = setup
        .sandbox
        .client_builder()
        .with_api_key("second")
        .build()
        .unwrap();
    let second = Collector::new(client).api_key("second");
    let error = second.export(again()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Account);
    assert!(error.to_string().contains("--same-account"), "{error}");
    second.same_account(true).export(again()).await.unwrap();
}

/// A pipe that breaks after so many bytes.
struct Limited {
    left: usize,
    kind: io::ErrorKind,
    text: Arc<Mutex<Vec<u8>>>,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.left);
        if taken == 0 && !bytes.is_empty() {
            return Err(self.kind.into());
        }
        self.left -= taken;
        self.text.lock().unwrap().extend(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_pipe_is_written_and_its_end_is_an_error_of_its_own() {
    let setup = Setup::new(60).await;
    let text = Arc::new(Mutex::new(Vec::new()));
    let pipe = |left, kind| {
        let text = Arc::clone(&text);
        Output::Writer(Box::new(Limited { left, kind, text }))
    };
    let export = |output| Export::new(Stream::CONVERSATIONS, output);
    let full = export(pipe(5000, io::ErrorKind::StorageFull));
    let error = setup.collector().export(full).await.unwrap_err();
    assert_eq!((error.kind(), error.exit_status()), (ErrorKind::Output, 1));
    let closed = export(pipe(5000, io::ErrorKind::BrokenPipe));
    let error = setup.collector().export(closed).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.exit_status()),
        (ErrorKind::ClosedPipe, 0)
    );
    text.lock().unwrap().clear();
    let resumed = export(pipe(5000, io::ErrorKind::BrokenPipe)).existing(Existing::Resume);
    let error = setup.collector().export(resumed).await.unwrap_err();
    assert_eq!(error.exit_status(), 2, "{error}");
    let whole = export(pipe(usize::MAX, io::ErrorKind::BrokenPipe));
    setup.collector().export(whole).await.unwrap();
    let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
    assert_eq!(by_id(&text).len(), 60);
    assert_eq!(setup.files(), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_pipe_is_written_like_standard_output() {
    let setup = Setup::new(60).await;
    let path = setup.path("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let reading = path.clone();
    let reader = std::thread::spawn(move || std::fs::read_to_string(reading).unwrap());
    let export = Export::new(Stream::CONVERSATIONS, Output::file(&path));
    setup.collector().export(export).await.unwrap();
    assert_eq!(by_id(&reader.join().unwrap()).len(), 60);
    assert_eq!(setup.files(), ["pipe"]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_device_is_an_error() {
    let setup = Setup::new(10).await;
    let export = Export::new(Stream::CONVERSATIONS, Output::file("/dev/full"));
    let error = setup.collector().export(export).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output);
    assert!(
        error.to_string().starts_with("cannot write the output: "),
        "{error}"
    );
}
