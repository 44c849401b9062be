//! Deletions are repeated: not to be found after an unclear failure means that it is done.

use std::future::Future;

use octocom_ext::{Client, Error, ErrorKind, Response};
use uuid::Uuid;

use octocom_tests::script::{Answer, Script, assert_repeated, status};
use octocom_tests::server::{Act, Server};

type Deleted = Result<Response<()>, Error>;

async fn workflow(client: Client) -> Deleted {
    client.business("a").workflows().delete(Uuid::nil()).await
}

async fn article(client: Client) -> Deleted {
    client.business("a").articles().delete(Uuid::nil()).await
}

async fn bot_rule(client: Client) -> Deleted {
    client.business("a").bot_rules().delete(Uuid::nil()).await
}

async fn metadata(client: Client) -> Deleted {
    client
        .conversations()
        .metadata(Uuid::nil())
        .delete("k")
        .await
}

fn gone() -> Answer {
    status(404).body(r#"{"error":"not there"}"#)
}

async fn run<F: Future<Output = Deleted>>(delete: fn(Client) -> F) {
    // Gone at the first try: there was nothing to delete.
    let script = Script::new([gone()]).await;
    let error = delete(script.client().0).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), script.calls()),
        (ErrorKind::NotFound, 1, 1)
    );
    assert!(!error.may_have_been_processed(), "{error:?}");

    // Gone after a failure that leaves open what happened: an earlier attempt has done it.
    for unclear in [500, 502, 503, 504, 408] {
        let script = Script::new([status(unclear), gone()]).await;
        let reply = delete(script.client().0).await.unwrap();
        assert_eq!(
            (reply.status().as_u16(), reply.attempts()),
            (404, 2),
            "{unclear}"
        );
        assert_eq!(reply.raw(), r#"{"error":"not there"}"#);
        assert_eq!(script.calls(), 2);
        assert_repeated(&script.seen());
    }

    // Gone after a refusal: nothing was deleted before, so there is nothing.
    let script = Script::new([status(429).header("retry-after", "1"), gone()]).await;
    let (client, recorder) = script.client();
    let error = delete(client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 2));
    assert_eq!((script.calls(), recorder.waits()), (2, vec![1000]));

    // Another failure after an unclear one stays unclear.
    let script = Script::new([status(500), status(403)]).await;
    let error = delete(script.client().0).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Forbidden, 2));
    assert!(error.may_have_been_processed(), "{error:?}");
}

#[tokio::test]
async fn every_deletion_tells_its_own_404_from_that_of_nothing() {
    run(workflow).await;
    run(article).await;
    run(bot_rule).await;
    run(metadata).await;
}

#[tokio::test]
async fn a_connection_that_broke_is_an_unclear_failure() {
    let server = Server::script([Act::reset(), Act::answer(404, "<html>gone</html>")]).await;
    let recorder = octocom_tests::sleeper::Recorder::new();
    let builder = octocom_tests::script::builder(&server.url(), &recorder);
    let reply = article(builder.build().unwrap()).await.unwrap();
    assert_eq!(
        (reply.status().as_u16(), reply.raw().as_ref()),
        (404, "<html>gone</html>")
    );
    assert_eq!(server.calls(), 2);
}
