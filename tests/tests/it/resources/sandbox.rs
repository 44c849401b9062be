//! The whole life of each resource, against the sandbox: what one method writes the others show.

use octocom_ext::types::Channel;
use octocom_ext::{
    ArticleChanges, ArticleDraft, BotRuleChanges, BotRuleDraft, Client, CustomerChanges,
    EmailDraft, ErrorKind, Purchase, VariantDraft, WorkflowChanges, WorkflowDraft,
};
use octocom_sandbox::Sandbox;
use serde_json::json;

use octocom_tests::sandboxed;

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .conversations(60)
        .seed(7)
        .start()
        .await
        .unwrap();
    let client = sandboxed::builder(&sandbox).build().unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn an_article_lives_dies_and_comes_back() {
    let (_sandbox, client) = start().await;
    let articles = client.business("acme-corp").articles();
    let article = articles
        .create(ArticleDraft::new("Zebra", "One."))
        .await
        .unwrap();
    articles
        .update(article.id, ArticleChanges::new().content("Two."))
        .await
        .unwrap();
    let history = articles.history(article.id).await.unwrap();
    assert_eq!(history.versions().len(), 2);
    let [newer, older] = history.versions() else {
        panic!("{history:?}");
    };
    let changes: Vec<_> = older
        .diff(newer)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(changes, ["~ /content: \"One.\" -> \"Two.\""]);
    assert!(
        newer.author().is_some() && newer.at() > older.at(),
        "{history:?}"
    );
    articles.restore(article.id, older).await.unwrap();
    articles.delete(article.id).await.unwrap();
    let error = articles.delete(article.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let deleted = articles.deleted().await.unwrap();
    let mine = deleted
        .into_iter()
        .find(|item| item.id() == Some(article.id))
        .unwrap();
    assert_eq!(mine.title(), Some("Zebra"));
    assert!(mine.deleted_at().is_some());
    articles.undelete(article.id).await.unwrap();
    let deleted = articles.deleted().await.unwrap();
    assert!(
        deleted
            .into_iter()
            .all(|item| item.id() != Some(article.id))
    );
    let latest = articles.history(article.id).await.unwrap();
    let latest = latest.latest().unwrap();
    assert_eq!(latest.change(), Some("restored"));
    assert_eq!(latest.snapshot().unwrap()["content"], json!("One."));
}

#[tokio::test]
async fn a_workflow_and_a_bot_rule_do_likewise() {
    let (_sandbox, client) = start().await;
    let acme = client.business("acme-corp");
    let (workflows, rules) = (acme.workflows(), acme.bot_rules());
    let draft = WorkflowDraft::new("Zebra", "Never", VariantDraft::new("A", "Wait."));
    let workflow = workflows.create(draft).await.unwrap();
    assert_eq!((workflow.is_live, workflow.variants.len()), (false, 1));
    workflows
        .update(workflow.id, WorkflowChanges::new().live(true))
        .await
        .unwrap();
    workflows.delete(workflow.id).await.unwrap();
    workflows.undelete(workflow.id).await.unwrap();
    let history = workflows.history(workflow.id).await.unwrap();
    let live = &history.latest().unwrap().snapshot().unwrap()["isLive"];
    assert_eq!(live, &json!(true));

    let draft = BotRuleDraft::new("Zebra", "Be brief.").channels([Channel::Sms]);
    let rule = rules.create(draft).await.unwrap();
    assert_eq!(rule.channels, Some(vec!["sms".to_owned()]));
    let unchanged = rules
        .update(rule.id, BotRuleChanges::new().title("Z"))
        .await
        .unwrap();
    assert_eq!(unchanged.channels, Some(vec!["sms".to_owned()]));
    let everywhere = rules
        .update(rule.id, BotRuleChanges::new().all_channels())
        .await
        .unwrap();
    assert_eq!(
        (everywhere.title.as_str(), everywhere.channels.clone()),
        ("Z", None)
    );
    let history = rules.history(rule.id).await.unwrap();
    rules
        .restore(rule.id, history.versions().last().unwrap())
        .await
        .unwrap();
    rules.delete(rule.id).await.unwrap();
    rules.undelete(rule.id).await.unwrap();
    assert_eq!(rules.history(rule.id).await.unwrap().versions().len(), 6);
}

#[tokio::test]
async fn what_is_added_to_a_conversation_is_shown_by_it() {
    let (sandbox, client) = start().await;
    let conversations = client.conversations();
    let email = EmailDraft::new("mia@example.com", "Order", "It is on its way.").tag("shipping");
    let queued = conversations.send_email("acme-corp", email).await.unwrap();
    assert_eq!(sandbox.outbox().len(), 1);
    let id = queued.conversation_id;
    conversations.add_tag(id, "vip").await.unwrap();
    conversations
        .add_tag(queued.public_id.as_str(), "vip")
        .await
        .unwrap();
    conversations
        .create_event(&queued.public_id, "shipped")
        .await
        .unwrap();
    let metadata = conversations.metadata(id);
    metadata.set("order", "#1042").await.unwrap();
    metadata.set("order", "#1043").await.unwrap();
    assert_eq!(metadata.get("order").await.unwrap(), "#1043");
    assert_eq!(metadata.all().await.unwrap().len(), 1);
    let conversation = conversations.get(id).await.unwrap();
    assert_eq!(conversation.tags, ["shipping", "vip"]);
    assert!(
        conversation
            .events
            .iter()
            .any(|event| event.event == "shipped")
    );
    assert_eq!(conversation.metadata[0].value, "#1043");
    metadata.delete("order").await.unwrap();
    let error = metadata.get("order").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    for number in 0..200 {
        metadata.set(number.to_string(), "").await.unwrap();
    }
    let error = metadata.set("one more", "").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Quota, 1));
}

#[tokio::test]
async fn customers_sheets_and_purchases_are_written() {
    let (sandbox, client) = start().await;
    let mut customers = client.customers().list().stream();
    let customer = customers.try_next().await.unwrap().unwrap();
    let changes = CustomerChanges::new().name("Zoë").metadata("tier", "gold");
    client
        .customers()
        .update(customer.id, changes)
        .await
        .unwrap();
    client
        .customers()
        .set_metadata(customer.id, "tier", "silver")
        .await
        .unwrap();
    let mut customers = client.customers().list().stream();
    let again = customers.try_next().await.unwrap().unwrap();
    assert_eq!(
        (again.id, again.name.as_deref()),
        (customer.id, Some("Zoë"))
    );

    client
        .sheets()
        .append_row("sandbox-sheet", [("b", "1"), ("a", "2")])
        .await
        .unwrap();
    assert_eq!(sandbox.sheet_rows("sandbox-sheet").len(), 1);
    let error = client
        .sheets()
        .append_row("sandbox-read-only-sheet", [("a", "1")])
        .await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Forbidden);

    let session = sandbox.browser_sessions()[0];
    let purchase = Purchase::new(&json!([{"sku": "a"}]), 39.98, "EUR").order_id("#1042");
    client
        .browser_session(session)
        .record_purchase(purchase)
        .await
        .unwrap();
    assert_eq!(sandbox.purchases().len(), 1);

    let businesses = client.businesses().all().await.unwrap();
    assert_eq!(businesses[0].slug, "acme-corp");
}
