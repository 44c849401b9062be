//! One of those who write.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use octocom_ext::Client;
use octocom_ext::types::{
    ArticleUpdate, NewArticle, NewEvent, NewMetadata, NewPurchase, NewSheetRow, OutboundEmail,
    TagAssignment,
};
use serde_json::json;
use uuid::Uuid;

use crate::ledger::{Ledger, Thing, Told};
use crate::{BUSINESS, Failure};

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

    pub(crate) async fn work_until(mut self, end: Instant) -> Result<(), Failure> {
        while Instant::now() < end {
            match self.random.u8(0..9) {
                0 => self.send_email().await?,
                1 => self.record_purchase().await?,
                2 => self.append_row().await?,
                3 => self.create_event().await?,
                4 => self.add_tag().await?,
                5 => self.set_metadata().await?,
                6 => self.delete_metadata().await?,
                7 if self.articles.len() < MAX_ARTICLES => self.create_article().await?,
                7 => self.delete_article().await?,
                _ => self.update_article().await?,
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// A name that nothing else has.
    fn name(&mut self) -> String {
        self.written += 1;
        format!("soak {} {}", self.number, self.written)
    }

    fn conversation(&mut self) -> Result<Uuid, Failure> {
        let chosen = self.random.choice(&self.conversations);
        Ok(*chosen.ok_or("no conversation")?)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send_email(&mut self) -> Result<(), Failure> {
        let name = self.name();
        let email = OutboundEmail {
            business_slug: BUSINESS.parse()?,
            customer_name: None,
            subject: name.parse()?,
            tags: Vec::new(),
            text: "Text".parse()?,
            to: "mia@example.com".to_owned(),
        };
        let result = self
            .client
            .call(async |api| api.send_outbound_email(&email).await)
            .await;
        self.ledger().thing(Thing::Email, &name, &result);
        Ok(())
    }

    async fn record_purchase(&mut self) -> Result<(), Failure> {
        let name = self.name();
        let purchase = NewPurchase {
            currency_code: "EUR".parse()?,
            line_items: json!([{"sku": "A-1"}]),
            order_id: Some(name.parse()?),
            provider: None,
            total_price: 12.5,
        };
        let session = self.session;
        let result = self
            .client
            .call(async |api| api.record_purchase(&session, &purchase).await)
            .await;
        self.ledger().thing(Thing::Purchase, &name, &result);
        Ok(())
    }

    async fn append_row(&mut self) -> Result<(), Failure> {
        let name = self.name();
        let row = NewSheetRow {
            data: HashMap::from([("id".to_owned(), name.clone())]),
            spreadsheet_id: SHEET.parse()?,
        };
        let result = self
            .client
            .call(async |api| api.append_sheet_row(&row).await)
            .await;
        self.ledger().thing(Thing::SheetRow, &name, &result);
        Ok(())
    }

    async fn create_event(&mut self) -> Result<(), Failure> {
        let (name, conversation) = (self.name(), self.conversation()?);
        let event = NewEvent {
            conversation_id: conversation.to_string().parse()?,
            event: name.parse()?,
        };
        let result = self
            .client
            .call(async |api| api.create_conversation_event(&event).await)
            .await;
        self.ledger()
            .thing(Thing::Event, &format!("{conversation} {name}"), &result);
        Ok(())
    }

    async fn add_tag(&mut self) -> Result<(), Failure> {
        let (name, conversation) = (self.name(), self.conversation()?);
        let tag = TagAssignment {
            conversation_id: conversation.to_string().parse()?,
            tag: name.parse()?,
        };
        let result = self
            .client
            .call(async |api| api.add_conversation_tag(&tag).await)
            .await;
        self.ledger()
            .thing(Thing::Tag, &format!("{conversation} {name}"), &result);
        Ok(())
    }

    async fn set_metadata(&mut self) -> Result<(), Failure> {
        let (value, conversation) = (self.name(), self.conversation()?);
        let key = format!("soak {}", self.random.u32(0..KEYS));
        let pair = NewMetadata {
            key: key.parse()?,
            value: value.parse()?,
        };
        let result = self
            .client
            .call(async |api| api.set_conversation_metadata(&conversation, &pair).await)
            .await;
        let mut ledger = self.ledger();
        ledger.expect(&result);
        ledger.value(
            &format!("{conversation} {key}"),
            Some(value),
            Told::by(&result),
        );
        Ok(())
    }

    async fn delete_metadata(&mut self) -> Result<(), Failure> {
        let conversation = self.conversation()?;
        let key = format!("soak {}", self.random.u32(0..KEYS));
        let segment = key.parse()?;
        let result = self
            .client
            .call(async |api| {
                api.delete_conversation_metadata(&conversation, &segment)
                    .await
            })
            .await;
        let told = self.deleted(&result);
        self.ledger()
            .value(&format!("{conversation} {key}"), None, told);
        Ok(())
    }

    async fn create_article(&mut self) -> Result<(), Failure> {
        let name = self.name();
        let article = NewArticle {
            business_slug: BUSINESS.to_owned(),
            category_id: None,
            content: "Content".parse()?,
            is_active: None,
            is_public: None,
            title: name.parse()?,
        };
        let result = self
            .client
            .call(async |api| api.create_article(&article).await)
            .await;
        let mut ledger = self.ledger();
        ledger.thing(Thing::Article, &name, &result);
        if let Ok(created) = &result {
            let id = created.data.id;
            ledger.value(&format!("{id} title"), Some(name), Told::Done);
            ledger.value(&format!("{id} is"), Some("live".to_owned()), Told::Done);
        }
        drop(ledger);
        self.articles
            .extend(result.ok().map(|created| created.data.id));
        Ok(())
    }

    async fn update_article(&mut self) -> Result<(), Failure> {
        let Some(&id) = self.random.choice(&self.articles) else {
            return Ok(());
        };
        let name = self.name();
        let update = ArticleUpdate {
            business_slug: BUSINESS.to_owned(),
            category_id: None,
            content: None,
            is_active: None,
            is_public: None,
            title: Some(name.parse()?),
        };
        let result = self
            .client
            .call(async |api| api.update_article(&id, &update).await)
            .await;
        let mut ledger = self.ledger();
        ledger.thing(Thing::ArticleChange, &format!("{id} {name}"), &result);
        ledger.value(&format!("{id} title"), Some(name), Told::by(&result));
        Ok(())
    }

    async fn delete_article(&mut self) -> Result<(), Failure> {
        let id = self
            .articles
            .swap_remove(self.random.usize(..self.articles.len()));
        let result = self
            .client
            .call(async |api| api.delete_article(&id, BUSINESS).await)
            .await;
        let told = self.deleted(&result);
        self.ledger()
            .value(&format!("{id} is"), Some("deleted".to_owned()), told);
        Ok(())
    }

    /// What was told about a deletion: that nothing is there any more says that it is done.
    fn deleted<T>(&self, result: &Result<T, octocom_ext::Error>) -> Told {
        match result {
            Err(error) if error.is_not_found() => Told::Done,
            result => {
                self.ledger().expect(result);
                Told::by(result)
            }
        }
    }
}
