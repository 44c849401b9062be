//! Lesson 3: read a version history, compare two versions, go back.
//!
//! `OCTOCOM_API_KEY=… cargo run -p octocom-ext --example history -- acme-corp [restore]`

use octocom_ext::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let business = arguments.next().unwrap_or_else(|| "acme-corp".to_owned());
    let restores = arguments.next().is_some_and(|word| word == "restore");

    let client = Client::from_env()?;
    let articles = client.business(&business).articles();
    let mut list = articles.list().stream();
    while let Some(article) = list.try_next().await? {
        let history = articles.history(article.id).await?; // newest first
        let [newest, before, ..] = history.versions() else {
            continue;
        };
        println!("{}: {} versions", article.title, history.versions().len());
        if let Some(author) = newest.author() {
            println!("last changed by {author}");
        }
        // The shape of histories is not documented: what cannot be read is `None`, never an error.
        for change in before.diff(newest).unwrap_or_default() {
            println!("  {change}");
        }
        if restores {
            articles.restore(article.id, before).await?;
            println!("went back to the version before");
        }
        return Ok(());
    }
    println!("no article of {business} has two versions");
    Ok(())
}
