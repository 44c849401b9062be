//! Lesson 2: write, and know what happened when it fails.
//!
//! `OCTOCOM_API_KEY=… cargo run -p octocom-ext --example write`

use octocom_ext::{ArticleChanges, ArticleDraft, Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_env()?;
    let businesses = client.businesses().all().await?;
    let Some(business) = businesses.first() else {
        println!("the organization has no business");
        return Ok(());
    };

    // Required inputs are parameters, optional ones are setters. Limits of the API are checked first.
    let articles = client.business(&business.slug).articles();
    let article = articles
        .create(ArticleDraft::new("Returns", "Within 30 days.").public(true))
        .await?;
    println!("created {}", article.id);
    articles
        .update(
            article.id,
            ArticleChanges::new().title("Returns and refunds"),
        )
        .await?;
    articles.delete(article.id).await?;
    println!("deleted {}", article.id);

    // An error says what a caller branches on.
    match client
        .conversations()
        .add_tag("CONV-0000-000000", "vip")
        .await
    {
        Ok(_) => println!("tagged"),
        Err(error) if error.is_not_found() => println!("the conversation does not exist"),
        Err(error) if error.may_have_been_processed() => {
            println!("check before repeating: {error}")
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
