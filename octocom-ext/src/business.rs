//! Workflows, articles, bot rules and custom data of one business.

mod articles;
mod bot_rules;
mod custom_data;
mod workflows;

use std::sync::Arc;

pub use articles::{ArticleChanges, ArticleDraft, Articles};
pub use bot_rules::{BotRuleChanges, BotRuleDraft, BotRules};
pub use custom_data::CustomDataHandle;
pub use workflows::{VariantDraft, WorkflowChanges, WorkflowDraft, Workflows};

use crate::client::Client;
use crate::pagination::Filters;

/// One business of the organization.
#[derive(Debug, Clone)]
pub struct BusinessHandle {
    client: Client,
    slug: Arc<str>,
}

impl Client {
    /// Returns the handle of a business, by its slug.
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
    pub fn business(&self, slug: impl AsRef<str>) -> BusinessHandle {
        BusinessHandle {
            client: self.clone(),
            slug: slug.as_ref().into(),
        }
    }
}

impl BusinessHandle {
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the filters of a list that belongs to this business.
    pub(crate) fn filters(&self) -> Filters {
        Filters::of_business(Arc::clone(&self.slug))
    }

    /// Returns the slug.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }
}
