//! The blocking client, in tests that are not asynchronous.

use octocom_ext::{ErrorKind, blocking};
use octocom_sandbox::Sandbox;

use octocom_tests::sandboxed;

/// A runtime for the server alone.
fn server() -> (tokio::runtime::Runtime, Sandbox) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let sandbox = runtime
        .block_on(Sandbox::builder().conversations(120).start())
        .unwrap();
    (runtime, sandbox)
}

fn asynchronous(sandbox: &Sandbox) -> octocom_ext::Client {
    sandboxed::builder(sandbox).build().unwrap()
}

#[test]
fn calls_run_to_their_end_and_streams_are_iterators() {
    let (_runtime, sandbox) = server();
    let client = blocking::Client::from_client(asynchronous(&sandbox)).unwrap();
    let businesses = client.run(async |client| client.businesses().all().await);
    assert_eq!(businesses.unwrap().len(), 4);
    let users = client.block_on(client.users().list());
    assert!(!users.unwrap().is_empty());
    let pages = client.iter(client.conversations().list().pages());
    assert_eq!(
        pages.map(|page| page.unwrap().items.len()).sum::<usize>(),
        120
    );
    let list = client.conversations().list();
    let first = client.block_on(list.clone().first()).unwrap().unwrap();
    let odd = list.clone().metadata("odd", "1").first();
    assert_eq!(client.block_on(odd).unwrap(), None);
    let mut conversations = list.iter();
    assert_eq!(conversations.next().unwrap().unwrap(), first);
    assert_eq!(conversations.stream().checkpoint().delivered(), 1);
    let rest: Vec<_> = conversations.by_ref().collect::<Result<_, _>>().unwrap();
    assert_eq!(rest.len(), 119);
    assert!(rest.iter().all(|conversation| conversation.id != first.id));
    assert!(conversations.next().is_none());
}

#[test]
fn errors_of_the_callers_own_pass_through() {
    let (_runtime, sandbox) = server();
    let client = blocking::Client::from_client(asynchronous(&sandbox)).unwrap();
    #[derive(Debug)]
    struct Own(String);
    impl From<octocom_ext::Error> for Own {
        fn from(error: octocom_ext::Error) -> Self {
            Self(error.kind().to_string())
        }
    }
    let error = client.run(async |client| {
        client.conversations().get(uuid::Uuid::nil()).await?;
        Ok::<_, Own>(())
    });
    assert_eq!(error.unwrap_err().0, "not_found");
}

#[test]
fn within_a_runtime_everything_is_an_error_and_nothing_panics() {
    let (runtime, sandbox) = server();
    let client = blocking::Client::from_client(asynchronous(&sandbox)).unwrap();
    let mut users = client.users().list().iter();
    runtime.block_on(async {
        let refused = |error: octocom_ext::Error, what: &str| {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().contains(&format!("`{what}`")), "{error}");
        };
        refused(
            blocking::Client::from_client(asynchronous(&sandbox)).unwrap_err(),
            "from_client",
        );
        refused(
            client
                .run(async |client| client.businesses().all().await)
                .unwrap_err(),
            "run",
        );
        refused(
            client.block_on(client.businesses().all()).unwrap_err(),
            "block_on",
        );
        refused(users.next().unwrap().unwrap_err(), "next");
        assert!(
            users.next().is_none(),
            "a loop that ignores errors would never end"
        );
        // Dropping a runtime within another is what tokio panics at.
        drop((client, users));
    });
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_call_within_a_call_is_an_error() {
    let (_runtime, sandbox) = server();
    let client = blocking::Client::from_client(asynchronous(&sandbox)).unwrap();
    let again = client.clone();
    let inner =
        client.run(async move |_| again.run(async |client| client.businesses().all().await));
    assert_eq!(inner.unwrap_err().kind(), ErrorKind::Config);
}
