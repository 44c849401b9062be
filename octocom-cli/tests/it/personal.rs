//! Personal data: what is dropped, hashed or redacted is in no byte that is written.

mod account;
mod server;

use serde_json::{Value, json};

use self::account::Account;
use self::server::{IDS, SECRET};
use crate::program::Program;

const HASH_KEY: &str = "a key that is long enough for HMAC-SHA-256";
/// Every text of the account but the free ones, which are redacted.
const DROPPED: &str = "conversations:customer.name,conversations:customer.phone,\
    conversations:sentiment,conversations:messages.agentName,conversations:workflows,\
    conversations:dataCollectionResults.key,conversations:language,customers:phone,customers:name,\
    workflows:slug,deleted-workflows:slug,bot-rules:channels,deleted-bot-rules:channels,\
    custom-data:key,teams:name";
const HASHED: &str = "conversations:publicId,conversations:customer.email,conversations:tags,\
    conversations:topics,conversations:messages.sender,conversations:variants,\
    conversations:botFunctionCalls.toolName,conversations:metadata.key,customers:email,users:email,\
    users:fullName,businesses:name,articles:language,deleted-articles:language,\
    workflows:availableChannels,deleted-workflows:availableChannels";

#[tokio::test]
async fn a_secret_in_every_text_is_in_no_byte_that_is_written() {
    let mut account = Account::new().await;
    let flags = ["--drop", DROPPED, "--hash", HASHED, "--redact-text"];
    account.write(&flags).await;
    assert_eq!(account.places_of(SECRET), Vec::<&str>::new());
    assert_eq!(account.places_of(HASH_KEY), Vec::<&str>::new());
    // What is kept is there.
    for name in [
        "details.ndjson",
        "conversations.csv",
        "copy.db",
        "users.ndjson",
        "article-versions.csv",
    ] {
        assert!(account.places_of(IDS[0]).contains(&name), "{name}");
    }
    assert!(account.places_of("[redacted]").contains(&"copy.db"));
    let customers = account.program.read("customers.ndjson");
    let customer: Value = serde_json::from_str(customers.lines().next().unwrap()).unwrap();
    assert_eq!(customer["email"].as_str().unwrap().len(), 64);
    let names: Vec<_> = customer
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "id",
            "email",
            "businessSlug",
            "createdAt",
            "conversationIds"
        ]
    );
    let header = account.program.read("users.csv");
    assert_eq!(
        header.lines().next(),
        Some("id,email,fullName,isAgent,isManager,teamId,unknownFields")
    );
    let header = account.program.read("teams.csv");
    assert_eq!(
        header.lines().next(),
        Some("id,createdAt,updatedAt,unknownFields")
    );
}

#[tokio::test]
async fn a_secret_in_every_text_is_in_no_byte_that_is_sent_to_a_pipeline() {
    let mut account = Account::new().await;
    let settings = json!({
        "drop": DROPPED.split(',').collect::<Vec<_>>(), "hash": HASHED, "redact_text": true,
    });
    let flags = ["--hash"];
    account.pipe(&flags, settings).await;
    let tap = "stdout of --config config.json";
    let source = "stdout of read --config config.json --catalog catalog.json";
    assert_eq!(account.places_of(SECRET), Vec::<&str>::new());
    assert_eq!(account.places_of(HASH_KEY), Vec::<&str>::new());
    for place in [tap, source] {
        assert!(account.places_of("[redacted]").contains(&place), "{place}");
        assert!(account.places_of(IDS[0]).contains(&place), "{place}");
    }
    // Another setting does not go on from the state, and nothing is written.
    account.program.write(
        "config.json",
        &json!({ "api_key": "key", "base_url": account.url }).to_string(),
    );
    let ended = account
        .run_program(
            env!("CARGO_BIN_EXE_tap-octocom"),
            "--config config.json --state state.json",
            &[],
        )
        .await;
    ended.assert_error(2, &["other settings for personal data: drop "]);
    assert_eq!(ended.out, "");
    // Without settings it is there.
    let mut account = Account::new().await;
    account.pipe(&[], json!({})).await;
    let places = account.places_of(SECRET);
    for place in [tap, source, "stderr of --config config.json", "state.json"] {
        assert!(places.contains(&place), "{place}: {places:?}");
    }
}

#[tokio::test]
async fn without_settings_the_secret_is_everywhere() {
    let mut account = Account::new().await;
    account.write(&[]).await;
    let places = account.places_of(SECRET);
    for stream in octocom_collect::Stream::all() {
        // Refused as a whole.
        if ["deleted-bot-rules", "bot-rule-versions"].contains(&stream.name().as_str()) {
            continue;
        }
        for name in [format!("{stream}.ndjson"), format!("{stream}.csv")] {
            assert!(places.contains(&name.as_str()), "{name}: {places:?}");
        }
    }
    for name in [
        "details.ndjson",
        "details.ndjson.state.json",
        "stdout of export users --out -",
        "bot-rule-versions.ndjson.part",
        "copy.db",
        "copy.db-wal",
        "cut.ndjson.part",
        "stderr of sync --histories --db copy.db",
        "stderr of export conversations --details --concurrency 1 --out cut.ndjson",
    ] {
        assert!(places.contains(&name), "{name}: {places:?}");
    }
}

#[tokio::test]
async fn an_output_is_continued_with_the_settings_that_it_was_begun_with() {
    let program = Program::start().await;
    let export = "export customers --out all.ndjson";
    let sync = "sync --only customers --db copy.db";
    for words in [export, sync] {
        program
            .type_in(&format!("{words} --drop email"))
            .await
            .assert_done();
        let again = if words == export { " --resume" } else { "" };
        for (flags, named) in [
            ("", "drop email; not none"),
            (" --drop email,phone", "drop email; not drop email, phone"),
            (
                " --drop email --redact-text",
                "drop email; not drop email; redact text",
            ),
        ] {
            let ended = program.type_in(&format!("{words}{again}{flags}")).await;
            ended.assert_error(
                1,
                &["was begun with other settings for personal data", named],
            );
        }
        program
            .type_in(&format!("{words}{again} --drop email,email"))
            .await
            .assert_done();
    }
    assert!(!program.read("all.ndjson").contains("\"email\""));
    // Another key is another setting.
    program.write("one.key", "0123456789abcdef0123456789abcdef\n");
    program.write("two.key", "0123456789abcdef0123456789abcdeF\n");
    let hash = "export users --out users.ndjson --hash email --hash-key-file";
    program
        .type_in(&format!("{hash} one.key"))
        .await
        .assert_done();
    program
        .type_in(&format!("{hash} one.key --append"))
        .await
        .assert_done();
    let ended = program.type_in(&format!("{hash} two.key --append")).await;
    ended.assert_error(
        1,
        &["other settings for personal data: hash email; hash key "],
    );
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let program = Program::start().await;
    program.write("short.key", "too short");
    program.write("key", HASH_KEY);
    for (words, named) in [
        (
            "users --drop mail",
            "`--drop`: no list has the column `mail`: users has id, email, fullName, isAgent, isManager, teamId",
        ),
        (
            "users --drop id",
            "`--drop`: not possible for `id` of users: it is a key",
        ),
        (
            "conversations --hash id --hash-key-file key",
            "`--hash`: not possible for `id` of conversations: the API is asked by it",
        ),
        (
            "users --hash email",
            "hashing needs a key: set --hash-key-file or OCTOCOM_HASH_KEY",
        ),
        ("users --hash email --hash-key-file none", "cannot be read"),
        (
            "users --hash email --hash-key-file short.key",
            "the file short.key: the hash key has 9 bytes, and at least 32 are needed",
        ),
        ("users --hash-key-file key", "--hash"),
        (
            "users --keep-undocumented",
            "keeping what is undocumented needs something that is dropped, hashed or redacted",
        ),
        (
            "users --drop email --format csv --columns id,email",
            "`--columns`: `email` is dropped",
        ),
        (
            "users --format csv --columns id,mail",
            "`--columns`: the stream users has no `mail`, only id, email",
        ),
    ] {
        let ended = program.type_in(&format!("export --out x {words}")).await;
        ended.assert_error(2, &[named]);
        assert!(!ended.err.contains("too short"), "{ended:?}");
        assert!(!program.path("x").exists());
    }
    let both = [("OCTOCOM_HASH_KEY", HASH_KEY)];
    let ended = program
        .run_with(
            &both,
            "export users --out x --hash email --hash-key-file key",
        )
        .await;
    ended.assert_error(2, &["there are two sources of a hash key"]);
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn a_hash_is_the_same_in_every_stream_and_can_be_joined() {
    let program = Program::start().await;
    let variables = [("OCTOCOM_HASH_KEY", HASH_KEY)];
    let sync = "sync --db copy.db --hash customers:id,customer.id,customers:email,customer.email --drop customers:name";
    program.run_with(&variables, sync).await.assert_done();
    // Again: nothing is new.
    let again = program.run_with(&variables, sync).await;
    assert!(again.assert_done().err.contains("nothing new"), "{again:?}");
    let database = rusqlite::Connection::open(program.path("copy.db")).unwrap();
    let count = |query: &str| -> i64 { database.query_row(query, [], |row| row.get(0)).unwrap() };
    let joined = count(
        "SELECT count(*) FROM conversations JOIN customers ON customers.id = customer_id WHERE customers.email IS json_extract(customer, '$.email')",
    );
    assert_eq!(joined, 120);
    assert_eq!(
        count("SELECT count(*) FROM customers WHERE length(id) <> 64 OR name IS NOT NULL"),
        0
    );
    assert_eq!(
        count("SELECT count(*) FROM customers WHERE raw LIKE '%@%'"),
        0
    );
}
