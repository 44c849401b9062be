//! What belongs to one business: workflows, articles, bot rules and custom data.

mod articles;
mod bot_rules;
mod custom_data;
mod workflows;

use std::sync::Arc;

pub use articles::{ArticleChanges, ArticleDraft, ArticleQuery, Articles};
pub use bot_rules::{BotRuleChanges, BotRuleDraft, BotRuleQuery, BotRules};
pub use custom_data::{CustomData, CustomDataQuery};
pub use workflows::{VariantDraft, WorkflowChanges, WorkflowDraft, WorkflowQuery, Workflows};

use crate::client::Client;

/// One business of the organization.
#[derive(Debug, Clone)]
pub struct Business {
    client: Client,
    slug: Arc<str>,
}

impl Client {
    /// A business, by its slug.
    ///
    /// Nothing is sent: a slug that does not exist makes the calls fail with
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound).
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let acme = client.business("acme-corp");
    /// let (workflows, articles) = (acme.workflows(), acme.articles());
    /// # }
    /// ```
    #[must_use]
    pub fn business(&self, slug: impl AsRef<str>) -> Business {
        Business {
            client: self.clone(),
            slug: slug.as_ref().into(),
        }
    }
}

impl Business {
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn business_slug(&self) -> Arc<str> {
        Arc::clone(&self.slug)
    }

    /// The slug.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// assert_eq!(client.business("acme-corp").slug(), "acme-corp");
    /// # }
    /// ```
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }
}
