//! Lists all conversations of a server and says how it ended: a part of `scripts/judges`.
//!
//! `ties BASE_URL COUNT`: exit status 1 if the list ended without an error and without all of them,
//! or delivered one twice.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use octocom_ext::{AttemptEvent, Client, Observer};

/// Counts the requests.
#[derive(Debug, Default)]
struct Requests(AtomicUsize);

impl Observer for Requests {
    fn attempt(&self, _: &AttemptEvent) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base_url), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: ties BASE_URL COUNT".into());
    };
    let count: usize = count.parse()?;
    let requests = Arc::new(Requests::default());
    let client = Client::builder()
        .with_base_url(base_url)
        .with_api_key("key".to_owned())
        .with_observer(Arc::clone(&requests))
        .build()?;
    let mut stream = client.conversations().list().stream();
    let mut delivered = BTreeSet::new();
    let mut twice = 0;
    let end = loop {
        match stream.try_next().await {
            Ok(Some(item)) => twice += usize::from(!delivered.insert(item.id)),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let asked = requests.0.load(Ordering::Relaxed);
    let listed = delivered.len();
    let ended = match &end {
        Some(error) => format!("{:?}", error.kind()),
        None if listed == count => "complete".to_owned(),
        None => "LOST IN SILENCE".to_owned(),
    };
    println!("{listed} of {count}, {twice} twice, {asked} requests: {ended}");
    let is_wrong = twice > 0 || end.is_none() && listed != count;
    Ok(if is_wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
