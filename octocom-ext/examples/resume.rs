//! Lesson 5: stop a list anywhere and resume it in another process.
//!
//! `OCTOCOM_API_KEY=… cargo run -p octocom-ext --example resume -- place.json`
//!
//! Each run lists up to 100 conversations and goes on where the one before stopped.

use std::error::Error;

use octocom_ext::{Checkpoint, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "place.json".to_owned());
    let client = Client::from_env()?;

    let mut list = client.conversations().list().max_items(100);
    if let Ok(text) = std::fs::read_to_string(&path) {
        // A checkpoint of another server, list or filter is refused.
        list = list.resume(text.parse::<Checkpoint>()?);
    }

    let mut conversations = list.stream();
    let mut count = 0;
    let ended = loop {
        match conversations.try_next().await {
            Ok(Some(conversation)) => {
                println!("{}", conversation.raw());
                count += 1;
            }
            Ok(None) => break Ok(()),
            // One bad record does not end the list.
            Err(error) if error.is_item() => eprintln!("left out: {error}"),
            Err(error) => break Err(error),
        }
    };

    // The place is known at any moment, also after an error.
    std::fs::write(&path, conversations.checkpoint().to_string())?;
    eprintln!("{count} conversations; the next run goes on from {path}");
    Ok(ended?)
}
