//! A conversation with the bot before it is started.

use octocom_api::types;

use crate::input::{Checked, email, metadata, text};
use crate::redact::redact_debug;

/// A conversation to start: its first message, and what is known of the customer.
///
/// ```
/// use octocom_ext::ChatDraft;
///
/// let draft = ChatDraft::new("Where is my order?")
///     .customer_name("Mia")
///     .customer_email("mia@example.com")
///     .metadata("order", "#1042");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a conversation is started by `Bot::start`"]
pub struct ChatDraft {
    message: String,
    pub(super) is_synchronous: bool,
    customer_email: Option<String>,
    customer_name: Option<String>,
    customer_phone: Option<String>,
    metadata: Vec<(String, String)>,
}

redact_debug!(ChatDraft);

impl ChatDraft {
    /// A conversation that begins with a message of 1 to 5,000 characters.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_synchronous: false,
            customer_email: None,
            customer_name: None,
            customer_phone: None,
            metadata: Vec::new(),
        }
    }

    /// Links the customer with this email address. Default: no address.
    pub fn customer_email(mut self, email: impl Into<String>) -> Self {
        self.customer_email = Some(email.into());
        self
    }

    /// Names the customer. Default: no name.
    pub fn customer_name(mut self, name: impl Into<String>) -> Self {
        self.customer_name = Some(name.into());
        self
    }

    /// Gives the customer's phone number. Default: none.
    pub fn customer_phone(mut self, phone: impl Into<String>) -> Self {
        self.customer_phone = Some(phone.into());
        self
    }

    /// Adds a metadata pair to the conversation: a key of 1 to 200 characters and a value of at most
    /// 50,000, up to 200 pairs. Default: none.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    /// Lets the API wait for the bot and answer with what it says, up to 30 seconds; also for the
    /// messages after the first. Default: asynchronous, and [`Chat::reply`](crate::Chat::reply)
    /// asks from time to time.
    pub fn synchronous(mut self, synchronous: bool) -> Self {
        self.is_synchronous = synchronous;
        self
    }

    pub(super) fn checked(self, business_slug: &str) -> Checked<types::NewBotConversation> {
        let Self {
            message,
            is_synchronous,
            customer_email,
            customer_name,
            customer_phone,
            metadata: pairs,
        } = self;
        let is_unknown =
            (&customer_email, &customer_name, &customer_phone) == (&None, &None, &None);
        let customer = types::BotCustomer {
            email: customer_email
                .map(|address| email("customer_email", &address))
                .transpose()?,
            name: customer_name,
            phone: customer_phone,
        };
        Ok(types::NewBotConversation {
            business_slug: text("business_slug", business_slug)?,
            message: text("message", &message)?,
            async_: !is_synchronous,
            customer: (!is_unknown).then_some(customer),
            metadata: metadata(&pairs)?,
        })
    }
}

impl From<&str> for ChatDraft {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ChatDraft {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&String> for ChatDraft {
    fn from(message: &String) -> Self {
        Self::new(message)
    }
}
