//! Input that the document forbids is refused with field, limit and what was given; nothing is sent.

use std::future::Future;

use octocom_ext::{
    ArticleChanges, ArticleDraft, BotRuleChanges, BotRuleDraft, ChatDraft, Client, CustomerChanges,
    EmailDraft, Error, ErrorKind, Operation, Purchase, VariantDraft, WorkflowChanges,
    WorkflowDraft, operations as op,
};
use serde_json::json;
use uuid::Uuid;

use octocom_tests::script::Script;

const ID: Uuid = Uuid::nil();

/// Calls something that must be refused, with a server that must not be asked.
async fn refused<F, Fut, T>(operation: &'static Operation, detail: &str, call: F)
where
    F: FnOnce(Client) -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let script = Script::new([]).await;
    let (client, recorder) = script.client();
    let Err(error) = call(client).await else {
        panic!("{}: {detail}: not refused", operation.id);
    };
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(error.operation(), Some(operation), "{error}");
    assert_eq!(
        error.to_string(),
        format!("{} failed: {detail}, nothing was sent", operation.id)
    );
    assert!(
        !error.is_retryable() && !error.may_have_been_processed(),
        "{error:?}"
    );
    assert_eq!((script.calls(), recorder.waits()), (0, vec![]), "{error}");
}

fn variant() -> VariantDraft {
    VariantDraft::new("Default", "Help.")
}

fn long(characters: usize) -> String {
    "é".repeat(characters)
}

#[tokio::test]
async fn texts_have_the_lengths_of_the_document() {
    let empty = "0 characters, at least 1 needed";
    refused(
        &op::ADD_CONVERSATION_TAG,
        "tag: 101 characters, at most 100 are allowed",
        async |client| client.conversations().add_tag(ID, long(101)).await,
    )
    .await;
    refused(
        &op::ADD_CONVERSATION_TAG,
        &format!("tag: {empty}"),
        async |client| client.conversations().add_tag(ID, "").await,
    )
    .await;
    refused(
        &op::ADD_CONVERSATION_TAG,
        &format!("conversation id: {empty}"),
        async |client| client.conversations().add_tag("", "vip").await,
    )
    .await;
    refused(
        &op::CREATE_CONVERSATION_EVENT,
        "event: 1001 characters, at most 1000 are allowed",
        async |client| client.conversations().create_event(ID, long(1001)).await,
    )
    .await;
    refused(
        &op::SET_CONVERSATION_METADATA,
        "key: 201 characters, at most 200 are allowed",
        async |client| {
            client
                .conversations()
                .metadata(ID)
                .set(long(201), "v")
                .await
        },
    )
    .await;
    refused(
        &op::SET_CONVERSATION_METADATA,
        "value: 50001 characters, at most 50000 are allowed",
        async |client| {
            client
                .conversations()
                .metadata(ID)
                .set("k", long(50_001))
                .await
        },
    )
    .await;
    refused(
        &op::GET_CONVERSATION_METADATA,
        &format!("key: {empty}"),
        async |client| client.conversations().metadata(ID).get("").await,
    )
    .await;
    refused(
        &op::DELETE_CONVERSATION_METADATA,
        &format!("key: {empty}"),
        async |client| client.conversations().metadata(ID).delete("").await,
    )
    .await;
    refused(
        &op::SET_CUSTOMER_METADATA,
        &format!("value: {empty}"),
        async |client| client.customers().set_metadata(ID, "k", "").await,
    )
    .await;
    refused(
        &op::APPEND_SHEET_ROW,
        &format!("spreadsheet_id: {empty}"),
        async |client| client.sheets().append_row("", [("a", "b")]).await,
    )
    .await;
    refused(
        &op::SEND_BOT_MESSAGE,
        "message: 5001 characters, at most 5000 are allowed",
        async |client| client.bot().chat(ID).send(long(5001)).await,
    )
    .await;
    refused(
        &op::START_BOT_CONVERSATION,
        &format!("message: {empty}"),
        async |client| client.bot().start("acme-corp", "").await,
    )
    .await;
    refused(
        &op::START_BOT_CONVERSATION,
        &format!("business_slug: {empty}"),
        async |client| client.bot().start("", "Hi").await,
    )
    .await;
}

#[tokio::test]
async fn a_path_parameter_that_changes_the_path_is_refused() {
    for key in [".", ".."] {
        let script = Script::new([]).await;
        let (client, _) = script.client();
        let metadata = client.conversations().metadata(ID);
        for error in [
            metadata.get(key).await.unwrap_err(),
            metadata.delete(key).await.unwrap_err(),
            client.bot().chat(key).send("Hi").await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
            assert!(error.to_string().ends_with("nothing was sent"), "{error}");
        }
        assert_eq!(script.calls(), 0);
    }
}

#[tokio::test]
async fn drafts_are_checked_field_by_field() {
    let empty = "0 characters, at least 1 needed";
    for (field, draft) in [
        ("title", WorkflowDraft::new("", "w", variant())),
        ("when_to_follow", WorkflowDraft::new("t", "", variant())),
        (
            "variants[1].title",
            WorkflowDraft::new("t", "w", variant()).variant(VariantDraft::new("", "b")),
        ),
        (
            "variants[0].bot_instructions",
            WorkflowDraft::new("t", "w", VariantDraft::new("t", "")),
        ),
    ] {
        refused(
            &op::CREATE_WORKFLOW,
            &format!("{field}: {empty}"),
            async |client| client.business("a").workflows().create(draft).await,
        )
        .await;
    }
    let two = WorkflowDraft::new("t", "w", variant())
        .variant(variant())
        .embedded(true);
    refused(
        &op::CREATE_WORKFLOW,
        "variants: 2 given, an embedded workflow has exactly 1",
        async |client| client.business("a").workflows().create(two).await,
    )
    .await;
    for (field, draft) in [
        ("title", ArticleDraft::new("", "c")),
        ("content", ArticleDraft::new("t", "")),
    ] {
        refused(
            &op::CREATE_ARTICLE,
            &format!("{field}: {empty}"),
            async |client| client.business("a").articles().create(draft).await,
        )
        .await;
    }
    for (field, draft) in [
        ("title", BotRuleDraft::new("", "r")),
        ("rule", BotRuleDraft::new("t", "")),
    ] {
        refused(
            &op::CREATE_BOT_RULE,
            &format!("{field}: {empty}"),
            async |client| client.business("a").bot_rules().create(draft).await,
        )
        .await;
    }
    refused(
        &op::CREATE_BOT_RULE,
        "channels: 0 given, at least 1 needed; all channels is the default",
        async |client| {
            let draft =
                BotRuleDraft::new("t", "r").channels(<[octocom_ext::types::Channel; 0]>::default());
            client.business("a").bot_rules().create(draft).await
        },
    )
    .await;
}

#[tokio::test]
async fn emails_are_checked_field_by_field() {
    let to = "mia@example.com";
    for (detail, draft) in [
        (
            "to: 3 characters that are not an email address",
            EmailDraft::new("mia", "s", "t"),
        ),
        (
            "subject: 0 characters, at least 1 needed",
            EmailDraft::new(to, "", "t"),
        ),
        (
            "subject: 999 characters, at most 998 are allowed",
            EmailDraft::new(to, long(999), "t"),
        ),
        (
            "text: 0 characters, at least 1 needed",
            EmailDraft::new(to, "s", ""),
        ),
        (
            "tags[1]: 101 characters, at most 100 are allowed",
            EmailDraft::new(to, "s", "t").tag("a").tag(long(101)),
        ),
    ] {
        refused(&op::SEND_OUTBOUND_EMAIL, detail, async |client| {
            client.conversations().send_email("acme-corp", draft).await
        })
        .await;
    }
}

#[tokio::test]
async fn a_conversation_has_200_metadata_pairs_at_most() {
    let with = |count: usize| {
        (0..count).fold(ChatDraft::new("Hi"), |draft, n| {
            draft.metadata(n.to_string(), "v")
        })
    };
    for (detail, draft) in [
        ("metadata: 201 pairs, at most 200 are allowed", with(201)),
        (
            "metadata key: 201 characters, at most 200 are allowed",
            ChatDraft::new("Hi").metadata(long(201), "v"),
        ),
        (
            "metadata value: 50001 characters, at most 50000 are allowed",
            ChatDraft::new("Hi").metadata("k", long(50_001)),
        ),
        (
            "metadata: pair 2 has the name of an earlier one, each may be given once",
            ChatDraft::new("Hi").metadata("k", "1").metadata("k", "2"),
        ),
        (
            "customer_email: 3 characters that are not an email address",
            ChatDraft::new("Hi").customer_email("mia"),
        ),
    ] {
        refused(&op::START_BOT_CONVERSATION, detail, async |client| {
            client.bot().start("acme-corp", draft).await
        })
        .await;
    }
}

#[tokio::test]
async fn a_purchase_has_items_and_a_total_above_zero() {
    for (total, shown) in [
        (0.0, "0"),
        (-1.5, "-1.5"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        let detail = format!("total_price: {shown}, a finite number above 0 is needed");
        refused(&op::RECORD_PURCHASE, &detail, async |client| {
            let purchase = Purchase::new(&json!([]), total, "EUR");
            client.browser_session(ID).record_purchase(purchase).await
        })
        .await;
    }
    for (items, kind) in [
        (json!(null), "null"),
        (json!(7), "a number"),
        (json!("x"), "a text"),
        (json!(true), "a boolean"),
    ] {
        let detail = format!("line_items: {kind}, a list or an object is needed");
        refused(&op::RECORD_PURCHASE, &detail, async |client| {
            let purchase = Purchase::new(&items, 1.0, "EUR");
            client.browser_session(ID).record_purchase(purchase).await
        })
        .await;
    }
    let odd = std::collections::HashMap::from([((1, 2), 3)]);
    refused(
        &op::RECORD_PURCHASE,
        "line_items: a value that cannot be written as JSON",
        async |client| {
            client
                .browser_session(ID)
                .record_purchase(Purchase::new(&odd, 1.0, "EUR"))
                .await
        },
    )
    .await;
    let empty = "0 characters, at least 1 needed";
    let purchase = || Purchase::new(&json!({}), 1.0, "EUR");
    for (field, purchase) in [
        ("currency_code", Purchase::new(&json!({}), 1.0, "")),
        ("provider", purchase().provider("")),
        ("order_id", purchase().order_id("")),
    ] {
        refused(
            &op::RECORD_PURCHASE,
            &format!("{field}: {empty}"),
            async |client| client.browser_session(ID).record_purchase(purchase).await,
        )
        .await;
    }
}

#[tokio::test]
async fn an_update_with_nothing_to_change_is_refused() {
    let nothing = "changes: 0 fields given, at least 1 needed";
    refused(&op::UPDATE_WORKFLOW, nothing, async |client| {
        client
            .business("a")
            .workflows()
            .update(ID, WorkflowChanges::new())
            .await
    })
    .await;
    refused(&op::UPDATE_ARTICLE, nothing, async |client| {
        client
            .business("a")
            .articles()
            .update(ID, ArticleChanges::new())
            .await
    })
    .await;
    refused(&op::UPDATE_BOT_RULE, nothing, async |client| {
        client
            .business("a")
            .bot_rules()
            .update(ID, BotRuleChanges::new())
            .await
    })
    .await;
    refused(&op::UPDATE_CUSTOMER, nothing, async |client| {
        client.customers().update(ID, CustomerChanges::new()).await
    })
    .await;
}

#[tokio::test]
async fn a_version_that_is_no_uuid_is_refused() {
    refused(
        &op::RESTORE_ARTICLE,
        "version id: 2 characters that are not a UUID",
        async |client| client.business("a").articles().restore(ID, "17").await,
    )
    .await;
    refused(
        &op::RESTORE_WORKFLOW,
        "version id: 2 characters that are not a UUID",
        async |client| {
            let version = octocom_ext::Id::from("17");
            client.business("a").workflows().restore(ID, &version).await
        },
    )
    .await;
}

#[tokio::test]
async fn what_customers_wrote_is_in_no_debug() {
    let secret = "sesame";
    for shown in [
        format!("{:?}", ArticleDraft::new(secret, secret)),
        format!("{:?}", ArticleChanges::new().title(secret)),
        format!("{:?}", BotRuleDraft::new(secret, secret)),
        format!("{:?}", BotRuleChanges::new().rule(secret)),
        format!(
            "{:?}",
            WorkflowDraft::new(secret, secret, VariantDraft::new(secret, secret))
        ),
        format!("{:?}", VariantDraft::new(secret, secret)),
        format!("{:?}", WorkflowChanges::new().title(secret)),
        format!(
            "{:?}",
            CustomerChanges::new().name(secret).metadata(secret, secret)
        ),
        format!("{:?}", EmailDraft::new(secret, secret, secret)),
        format!("{:?}", ChatDraft::new(secret).customer_name(secret)),
        format!(
            "{:?}",
            Purchase::new(&json!([secret]), 1.0, secret).order_id(secret)
        ),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
