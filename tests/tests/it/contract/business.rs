//! Operations of one business.

use octocom_ext::types::Channel;
use octocom_ext::{
    ArticleChanges, ArticleDraft, BotRuleChanges, BotRuleDraft, VariantDraft, WorkflowChanges,
    WorkflowDraft, operations as op,
};
use serde_json::{Value, json};

use super::cases::{AT, Case, ID, OTHER, deleted, items, open, page};

/// A history of one version.
fn versions() -> Value {
    json!({"data": [{"id": OTHER, "createdAt": AT, "changeType": "created", "snapshot": {"a": 1}}]})
}

fn restore_body() -> Value {
    json!({"businessSlug": "acme-corp", "versionId": OTHER})
}

/// The answer of a history or a list of what was deleted, kept as it came.
fn raw(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = workflows();
    cases.extend(articles());
    cases.extend(bot_rules());
    cases.push(Case::new(
        &op::LIST_CUSTOM_DATA,
        "/custom-data?businessSlug=acme-corp&endDate=2024-01-15T10%3A30%3A00Z&key=issue_type\
         &limit=200&page=1&startDate=2024-01-15T10%3A30%3A00Z",
        page(
            json!({"id": OTHER, "conversationId": ID, "key": "issue_type", "value": "late",
            "createdAt": AT}),
        ),
        async |client| {
            let at: chrono::DateTime<chrono::Utc> = AT.parse().unwrap();
            let list = client.business("acme-corp").custom_data().list();
            items(
                list.key("issue_type")
                    .since(at)
                    .until(at)
                    .page_size(200)
                    .stream(),
            )
            .await
        },
    ));
    cases
}

fn workflows() -> Vec<Case> {
    let workflow = json!({
        "id": ID, "title": "Returns", "slug": "returns", "isLive": true, "whenToFollow": "A return",
        "priority": 1.0, "availableChannels": ["web"], "createdAt": AT,
    });
    let mut created = workflow.clone();
    created["isEmbedded"] = json!(true);
    created["variants"] = json!([{"id": OTHER, "title": "Default", "position": 0.0,
        "botInstructions": "Help.", "actionNames": ["look_up"], "requiredConditions": ["is_vip"]}]);
    vec![
        Case::new(
            &op::LIST_WORKFLOWS,
            "/workflows?businessSlug=acme-corp&page=1",
            page(workflow),
            async |client| items(client.business("acme-corp").workflows().list().stream()).await,
        ),
        Case::new(
            &op::CREATE_WORKFLOW,
            "/workflows",
            json!({"data": created}),
            async |client| {
                let variant = VariantDraft::new("Default", "Help.").action("look_up");
                let variant = variant.required_condition("is_vip");
                let draft = WorkflowDraft::new("Returns", "A return", variant)
                    .live(true)
                    .embedded(true);
                let workflows = client.business("acme-corp").workflows();
                workflows.create(draft.available_channels(["web"])).await
            },
        )
        .body(json!({
            "businessSlug": "acme-corp", "title": "Returns", "whenToFollow": "A return",
            "isLive": true, "isEmbedded": true, "availableChannels": ["web"],
            "variants": [{"title": "Default", "botInstructions": "Help.",
                "actionNames": ["look_up"], "requiredConditions": ["is_vip"]}],
        })),
        Case::new(
            &op::UPDATE_WORKFLOW,
            format!("/workflows/{ID}"),
            json!({"updated": true}),
            async |client| {
                let changes = WorkflowChanges::new().title("").live(false).priority(-2);
                let changes = changes.when_to_follow("A refund");
                client
                    .business("acme-corp")
                    .workflows()
                    .update(ID, changes)
                    .await
                    .map(open)
            },
        )
        .body(
            json!({"businessSlug": "acme-corp", "title": "", "whenToFollow": "A refund",
            "isLive": false, "priority": -2}),
        )
        .open(),
        Case::new(
            &op::DELETE_WORKFLOW,
            format!("/workflows/{ID}"),
            json!({"success": true, "message": "Workflow deleted successfully"}),
            async |client| {
                client
                    .business("acme-corp")
                    .workflows()
                    .delete(ID)
                    .await
                    .map(deleted)
            },
        )
        .open(),
        Case::new(
            &op::LIST_WORKFLOW_VERSIONS,
            format!("/workflows/{ID}/versions?businessSlug=acme-corp"),
            versions(),
            async |client| {
                let workflows = client.business("acme-corp").workflows();
                Ok(raw(workflows.history(ID).await?.raw()))
            },
        )
        .decoded_whole(),
        Case::new(
            &op::RESTORE_WORKFLOW,
            format!("/workflows/{ID}/restore"),
            json!({"data": {"id": ID}}),
            async |client| {
                let workflows = client.business("acme-corp").workflows();
                workflows.restore(ID, OTHER).await.map(open)
            },
        )
        .body(restore_body())
        .open(),
        Case::new(
            &op::LIST_DELETED_WORKFLOWS,
            "/workflows/deleted?businessSlug=acme-corp",
            json!({"data": [{"id": ID, "title": "Returns"}]}),
            async |client| {
                let workflows = client.business("acme-corp").workflows();
                Ok(raw(workflows.deleted().await?.raw()))
            },
        )
        .decoded_whole(),
    ]
}

fn articles() -> Vec<Case> {
    let article = json!({"id": ID, "title": "Returns", "isPublic": true, "isActive": false,
        "language": "en", "categoryId": OTHER, "createdAt": AT});
    vec![
        Case::new(
            &op::LIST_ARTICLES,
            "/articles?businessSlug=acme-corp&page=1",
            page(article.clone()),
            async |client| items(client.business("acme-corp").articles().list().stream()).await,
        ),
        Case::new(
            &op::CREATE_ARTICLE,
            "/articles",
            json!({"data": article}),
            async |client| {
                let draft = ArticleDraft::new("Returns", "Within 30 days.")
                    .public(true)
                    .active(false);
                client
                    .business("acme-corp")
                    .articles()
                    .create(draft.category(OTHER))
                    .await
            },
        )
        .body(
            json!({"businessSlug": "acme-corp", "title": "Returns", "content": "Within 30 days.",
            "isPublic": true, "isActive": false, "categoryId": OTHER}),
        ),
        Case::new(
            &op::UPDATE_ARTICLE,
            format!("/articles/{ID}"),
            json!({}),
            async |client| {
                let changes = ArticleChanges::new()
                    .content("Within 60 days.")
                    .public(false)
                    .active(true);
                client
                    .business("acme-corp")
                    .articles()
                    .update(ID, changes)
                    .await
                    .map(open)
            },
        )
        .body(
            json!({"businessSlug": "acme-corp", "content": "Within 60 days.",
            "isPublic": false, "isActive": true}),
        )
        .open(),
        Case::new(
            &op::DELETE_ARTICLE,
            format!("/articles/{ID}?businessSlug=acme-corp"),
            json!({"ok": 1}),
            async |client| {
                client
                    .business("acme-corp")
                    .articles()
                    .delete(ID)
                    .await
                    .map(deleted)
            },
        )
        .open(),
        Case::new(
            &op::LIST_ARTICLE_VERSIONS,
            format!("/articles/{ID}/versions?businessSlug=acme-corp"),
            versions(),
            async |client| {
                let articles = client.business("acme-corp").articles();
                Ok(raw(articles.history(ID).await?.raw()))
            },
        )
        .decoded_whole(),
        Case::new(
            &op::RESTORE_ARTICLE,
            format!("/articles/{ID}/restore"),
            json!({}),
            async |client| {
                let articles = client.business("acme-corp").articles();
                articles
                    .restore(ID, OTHER.to_string().as_str())
                    .await
                    .map(open)
            },
        )
        .body(restore_body())
        .open(),
        Case::new(
            &op::LIST_DELETED_ARTICLES,
            "/articles/deleted?businessSlug=acme-corp",
            json!({"data": []}),
            async |client| {
                let articles = client.business("acme-corp").articles();
                Ok(raw(articles.deleted().await?.raw()))
            },
        )
        .decoded_whole(),
    ]
}

fn bot_rules() -> Vec<Case> {
    let rule = json!({"id": ID, "title": "Tone", "rule": "Be brief.", "channels": ["sms"]});
    let mut everywhere = rule.clone();
    everywhere["channels"] = json!(null);
    vec![
        Case::new(
            &op::LIST_BOT_RULES,
            "/bot-rules?businessSlug=acme-corp&page=1",
            page(rule.clone()),
            async |client| items(client.business("acme-corp").bot_rules().list().stream()).await,
        ),
        Case::new(
            &op::CREATE_BOT_RULE,
            "/bot-rules",
            json!({"data": rule}),
            async |client| {
                let draft = BotRuleDraft::new("Tone", "Be brief.").channels([Channel::Sms]);
                client.business("acme-corp").bot_rules().create(draft).await
            },
        )
        .body(
            json!({"businessSlug": "acme-corp", "title": "Tone", "rule": "Be brief.",
            "channels": ["sms"]}),
        ),
        Case::new(
            &op::UPDATE_BOT_RULE,
            format!("/bot-rules/{ID}"),
            json!({"data": everywhere}),
            async |client| {
                let changes = BotRuleChanges::new().rule("Be brief.").all_channels();
                client
                    .business("acme-corp")
                    .bot_rules()
                    .update(ID, changes)
                    .await
            },
        )
        .body(json!({"businessSlug": "acme-corp", "rule": "Be brief.", "channels": null})),
        Case::new(
            &op::DELETE_BOT_RULE,
            format!("/bot-rules/{ID}?businessSlug=acme-corp"),
            json!({"success": true, "message": "Bot rule deleted successfully"}),
            async |client| {
                client
                    .business("acme-corp")
                    .bot_rules()
                    .delete(ID)
                    .await
                    .map(deleted)
            },
        )
        .open(),
        Case::new(
            &op::LIST_BOT_RULE_VERSIONS,
            format!("/bot-rules/{ID}/versions?businessSlug=acme-corp"),
            versions(),
            async |client| {
                let rules = client.business("acme-corp").bot_rules();
                Ok(raw(rules.history(ID).await?.raw()))
            },
        )
        .decoded_whole(),
        Case::new(
            &op::RESTORE_BOT_RULE,
            format!("/bot-rules/{ID}/restore"),
            json!({"data": {"id": ID}}),
            async |client| {
                let rules = client.business("acme-corp").bot_rules();
                rules.restore(ID, OTHER).await.map(open)
            },
        )
        .body(restore_body())
        .open(),
        Case::new(
            &op::LIST_DELETED_BOT_RULES,
            "/bot-rules/deleted?businessSlug=acme-corp",
            json!({"items": [{"id": ID}]}),
            async |client| {
                let rules = client.business("acme-corp").bot_rules();
                Ok(raw(rules.deleted().await?.raw()))
            },
        )
        .decoded_whole(),
    ]
}
