//! The final state, read through a client without faults and from the sandbox itself.

use octocom_ext::Client;
use octocom_sandbox::Sandbox;
use serde_json::Value;
use uuid::Uuid;

use crate::ledger::{Found, Thing};
use crate::worker::SHEET;
use crate::{BUSINESS, Failure};

/// Prefix of the names that the workers write.
const MARK: &str = "soak ";

/// Reads everything back that the workers can have written.
pub(crate) async fn take(
    sandbox: &Sandbox,
    client: &Client,
    conversations: &[Uuid],
) -> Result<Found, Failure> {
    let mut found = Found::default();
    for email in sandbox.outbox() {
        found.count(Thing::Email, email.subject);
    }
    for purchase in sandbox.purchases() {
        found.count(Thing::Purchase, purchase.order_id.unwrap_or_default());
    }
    for row in sandbox.sheet_rows(SHEET) {
        found.count(
            Thing::SheetRow,
            row.into_iter().map(|(_, value)| value).collect::<String>(),
        );
    }
    for &id in conversations {
        conversation(client, id, &mut found).await?;
    }
    let mut all = client.conversations().list().stream();
    while all.try_next().await?.is_some() {
        found.conversations += 1;
    }
    articles(client, &mut found).await?;
    Ok(found)
}

async fn conversation(client: &Client, id: Uuid, found: &mut Found) -> Result<(), Failure> {
    let conversation = client.conversations().get(id).await?;
    for event in conversation
        .events
        .iter()
        .filter(|event| event.event.starts_with(MARK))
    {
        found.count(Thing::Event, format!("{id} {}", event.event));
    }
    for tag in conversation.tags.iter().filter(|tag| tag.starts_with(MARK)) {
        found.count(Thing::Tag, format!("{id} {tag}"));
    }
    let metadata = client.api().list_conversation_metadata(&id).await?;
    for entry in metadata
        .data
        .iter()
        .filter(|entry| entry.key.starts_with(MARK))
    {
        found
            .values
            .insert(format!("{id} {}", entry.key), Some(entry.value.clone()));
    }
    Ok(())
}

async fn articles(client: &Client, found: &mut Found) -> Result<(), Failure> {
    let mut articles = Vec::new();
    let mut live = client.business(BUSINESS).articles().list().stream();
    while let Some(article) = live.try_next().await? {
        articles.push((article.id, article.title.clone(), "live"));
    }
    let deleted = client
        .api()
        .list_deleted_articles(BUSINESS)
        .await?
        .parse()?;
    for article in deleted["data"].as_array().into_iter().flatten() {
        let id = article["id"]
            .as_str()
            .ok_or("an article without an id")?
            .parse()?;
        articles.push((id, text(&article["title"]), "deleted"));
    }
    for (id, title, is) in articles
        .into_iter()
        .filter(|(_, title, _)| title.starts_with(MARK))
    {
        found.values.insert(format!("{id} title"), Some(title));
        found.values.insert(format!("{id} is"), Some(is.to_owned()));
        let versions = client
            .api()
            .list_article_versions(&id, BUSINESS)
            .await?
            .parse()?;
        for version in versions["data"].as_array().into_iter().flatten() {
            let title = text(&version["snapshot"]["title"]);
            match version["changeType"].as_str() {
                Some("created") => found.count(Thing::Article, title),
                Some("updated") => found.count(Thing::ArticleChange, format!("{id} {title}")),
                _ => {}
            }
        }
    }
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
