//! Lesson 1: list conversations.
//!
//! `OCTOCOM_API_KEY=… cargo run -p octocom-ext --example list`

use octocom_ext::types::ConversationStatus;
use octocom_ext::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_env()?; // OCTOCOM_API_KEY, OCTOCOM_BASE_URL

    // A stream of items: pages are fetched as they are needed.
    let open = client
        .conversations()
        .list()
        .status(ConversationStatus::Open);
    let mut open = open.max_items(10).stream();
    while let Some(conversation) = open.try_next().await? {
        println!("{} {}", conversation.public_id, conversation.subject);
    }

    // A list gives summaries. With details come messages, notes and metadata, 4 fetched at once.
    let recent = client
        .conversations()
        .list()
        .since("2024-01-01")
        .max_items(5);
    let mut detailed = recent.stream().with_details(4);
    while let Some(found) = detailed.try_next().await? {
        println!(
            "{}: {} messages",
            found.summary.public_id,
            found.conversation.messages.len()
        );
    }

    // Other lists work alike; what is not paginated is returned at once.
    for business in client.businesses().all().await?.iter() {
        let mut articles = client.business(&business.slug).articles().list().stream();
        let mut count = 0;
        while articles.try_next().await?.is_some() {
            count += 1;
        }
        println!("{}: {count} articles", business.slug);
    }
    Ok(())
}
