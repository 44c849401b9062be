//! Outbound email.

use octocom_api::operations::SEND_OUTBOUND_EMAIL;
use octocom_api::{Response, types};

use super::Conversations;
use crate::error::Error;
use crate::input::{Checked, email, redact_debug, text};

impl Conversations {
    /// Sends an email from a business, and creates a conversation for it. The conversation is
    /// handed off from the start: the bot does not answer in it.
    ///
    /// Calls `send_outbound_email`, which is never sent twice: after a failure with an unknown
    /// outcome, the error says that it [may have been
    /// processed](octocom_api::Error::may_have_been_processed).
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::EmailDraft;
    ///
    /// let email = EmailDraft::new("mia@example.com", "Your order", "It is on its way.").tag("shipping");
    /// let queued = client.conversations().send_email("acme-corp", email).await?;
    /// println!("{}", queued.public_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// a field is outside of its limits. [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) if the
    /// business has no email integration, [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if
    /// the business does not exist.
    pub async fn send_email(
        &self,
        business_slug: impl AsRef<str>,
        email: EmailDraft,
    ) -> Result<Response<types::EmailQueued>, Error> {
        let body = email
            .checked(business_slug.as_ref())
            .map_err(|detail| Error::invalid_input(&SEND_OUTBOUND_EMAIL, detail))?;
        Ok(self.client.once().api().send_outbound_email(&body).await?)
    }
}

/// An email to send.
///
/// ```
/// use octocom_ext::EmailDraft;
///
/// let email = EmailDraft::new("mia@example.com", "Your order", "It is on its way.")
///     .customer_name("Mia")
///     .tag("shipping");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "an email is sent by `Conversations::send_email`"]
pub struct EmailDraft {
    to: String,
    subject: String,
    text: String,
    customer_name: Option<String>,
    tags: Vec<String>,
}

redact_debug!(EmailDraft);

impl EmailDraft {
    /// Returns an email to an address, with a subject of 1 to 998 characters and a plain text of at
    /// least 1 character.
    pub fn new(to: impl Into<String>, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            subject: subject.into(),
            text: text.into(),
            customer_name: None,
            tags: Vec::new(),
        }
    }

    /// Sets the recipient's name. Default: none.
    pub fn customer_name(mut self, name: impl Into<String>) -> Self {
        self.customer_name = Some(name.into());
        self
    }

    /// Adds a tag of 1 to 100 characters to the conversation. Default: none.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    fn checked(self, business_slug: &str) -> Checked<types::OutboundEmail> {
        let tags = self.tags.iter().enumerate();
        Ok(types::OutboundEmail {
            business_slug: text("business_slug", business_slug)?,
            to: email("to", &self.to)?,
            subject: text("subject", &self.subject)?,
            text: text("text", &self.text)?,
            customer_name: self.customer_name,
            tags: tags
                .map(|(index, tag)| text(&format!("tags[{index}]"), tag))
                .collect::<Checked<_>>()?,
        })
    }
}
