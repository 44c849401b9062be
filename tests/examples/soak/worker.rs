//! One of those who write.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use octocom_ext::{ArticleChanges, ArticleDraft, Client, EmailDraft, Purchase};
use uuid::Uuid;

use crate::BUSINESS;
use crate::ledger::{Ledger, Thing};

/// Between two writes, so that half an hour's worth of them can be read back in a minute.
const PAUSE: Duration = Duration::from_millis(50);
/// Articles that a worker has at a time.
const MAX_ARTICLES: usize = 4;
/// Metadata keys that a worker uses in each conversation.
const KEYS: u32 = 3;

pub(crate) const SHEET: &str = "sandbox-sheet";

/// Writes things with names of its own to conversations and articles of its own.
#[derive(Debug)]
pub(crate) struct Worker {
    number: usize,
    random: fastrand::Rng,
    client: Client,
    conversations: Vec<Uuid>,
    session: Uuid,
    articles: Vec<Uuid>,
    written: u64,
    ledger: Arc<Mutex<Ledger>>,
}

impl Worker {
    pub(crate) fn new(
        number: usize,
        seed: u64,
        client: Client,
        conversations: Vec<Uuid>,
        session: Uuid,
        ledger: Arc<Mutex<Ledger>>,
    ) -> Self {
        Self {
            number,
            random: fastrand::Rng::with_seed(seed.wrapping_mul(1000).wrapping_add(number as u64)),
            client,
            conversations,
            session,
            articles: Vec::new(),
            written: 0,
            ledger,
        }
    }

    pub(crate) async fn work_until(mut self, end: Instant) {
        while Instant::now() < end {
            match self.random.u8(0..9) {
                0 => self.send_email().await,
                1 => self.record_purchase().await,
                2 => self.append_row().await,
                3 => self.create_event().await,
                4 => self.add_tag().await,
                5 => self.set_metadata().await,
                6 => self.delete_metadata().await,
                7 if self.articles.len() < MAX_ARTICLES => self.create_article().await,
                7 => self.delete_article().await,
                _ => self.update_article().await,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A name that nothing else has.
    fn name(&mut self) -> String {
        self.written += 1;
        format!("soak {} {}", self.number, self.written)
    }

    fn conversation(&mut self) -> Uuid {
        self.conversations[self.random.usize(..self.conversations.len())]
    }

    fn key(&mut self) -> String {
        format!("soak {}", self.random.u32(0..KEYS))
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send_email(&mut self) {
        let name = self.name();
        let email = EmailDraft::new("mia@example.com", &name, "Text");
        let result = self
            .client
            .conversations()
            .send_email(BUSINESS, email)
            .await;
        self.ledger().thing(Thing::Email, &name, &result);
    }

    async fn record_purchase(&mut self) {
        let name = self.name();
        let purchase = Purchase::new(&["sku-7"], 12.5, "EUR").order_id(&name);
        let session = self.client.browser_session(self.session);
        let result = session.record_purchase(purchase).await;
        self.ledger().thing(Thing::Purchase, &name, &result);
    }

    async fn append_row(&mut self) {
        let name = self.name();
        let row = [("id", name.as_str())];
        let result = self.client.sheets().append_row(SHEET, row).await;
        self.ledger().thing(Thing::SheetRow, &name, &result);
    }

    async fn create_event(&mut self) {
        let (name, id) = (self.name(), self.conversation());
        let result = self.client.conversations().create_event(id, &name).await;
        self.ledger()
            .thing(Thing::Event, &format!("{id} {name}"), &result);
    }

    async fn add_tag(&mut self) {
        let (name, id) = (self.name(), self.conversation());
        let result = self.client.conversations().add_tag(id, &name).await;
        self.ledger()
            .thing(Thing::Tag, &format!("{id} {name}"), &result);
    }

    async fn set_metadata(&mut self) {
        let (value, id, key) = (self.name(), self.conversation(), self.key());
        let metadata = self.client.conversations().metadata(id);
        let result = metadata.set(&key, &value).await;
        self.ledger()
            .value(&format!("{id} {key}"), Some(value), &result);
    }

    async fn delete_metadata(&mut self) {
        let (id, key) = (self.conversation(), self.key());
        let metadata = self.client.conversations().metadata(id);
        let result = metadata.delete(&key).await;
        let (mut ledger, name) = (self.ledger(), format!("{id} {key}"));
        match &result {
            Err(error) if error.is_not_found() => ledger.absent(&name),
            result => ledger.value(&name, None, result),
        }
    }

    async fn create_article(&mut self) {
        let name = self.name();
        let articles = self.client.business(BUSINESS).articles();
        let result = articles.create(ArticleDraft::new(&name, "Content")).await;
        let mut ledger = self.ledger();
        ledger.thing(Thing::Article, &name, &result);
        if let Ok(article) = &result {
            ledger.value(&format!("{} title", article.id), Some(name), &result);
            let live = Some("live".to_owned());
            ledger.value(&format!("{} is", article.id), live, &result);
        }
        drop(ledger);
        self.articles.extend(result.ok().map(|article| article.id));
    }

    async fn update_article(&mut self) {
        let Some(&id) = self.random.choice(&self.articles) else {
            return;
        };
        let name = self.name();
        let articles = self.client.business(BUSINESS).articles();
        let result = articles
            .update(id, ArticleChanges::new().title(&name))
            .await;
        let mut ledger = self.ledger();
        ledger.thing(Thing::ArticleChange, &format!("{id} {name}"), &result);
        ledger.value(&format!("{id} title"), Some(name), &result);
    }

    async fn delete_article(&mut self) {
        let index = self.random.usize(..self.articles.len());
        let id = self.articles.swap_remove(index);
        let articles = self.client.business(BUSINESS).articles();
        let result = articles.delete(id).await;
        let deleted = Some("deleted".to_owned());
        self.ledger().value(&format!("{id} is"), deleted, &result);
    }
}
