//! Workflows, articles, bot rules and custom data of one business.

mod articles;
mod bot_rules;
mod workflows;

use std::sync::Arc;

use octocom_api::operations::LIST_CUSTOM_DATA;
use octocom_api::types::CustomData;

pub use articles::{ArticleChanges, ArticleDraft, Articles};
pub use bot_rules::{BotRuleChanges, BotRuleDraft, BotRules};
pub use workflows::{VariantDraft, WorkflowChanges, WorkflowDraft, Workflows};

use crate::client::Client;
use crate::pagination::{Filters, List, Paginated, dated_list};

/// One business of the organization.
#[derive(Debug, Clone)]
pub struct BusinessHandle {
    client: Client,
    slug: Arc<str>,
}

impl Client {
    /// Returns a handle for the business with this slug.
    ///
    /// Nothing is sent. If the business does not exist, the calls of the handle fail with
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

    /// Returns the slug of the business.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }
}

/// Values that the AI classified in the conversations of a business.
#[derive(Debug, Clone)]
pub struct CustomDataHandle {
    business: BusinessHandle,
}

impl BusinessHandle {
    /// Returns a handle for the values that the AI classified in the conversations of this
    /// business.
    #[must_use]
    pub fn custom_data(&self) -> CustomDataHandle {
        CustomDataHandle {
            business: self.clone(),
        }
    }
}

impl CustomDataHandle {
    /// Lists the values, 50 a page unless [`page_size`](List::page_size) sets another number.
    ///
    /// Calls `list_custom_data`.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> octocom_ext::Result<()> {
    /// let mut types =
    ///     client.business("acme-corp").custom_data().list().key("issue_type").page_size(200).stream();
    /// while let Some(entry) = types.try_next().await? {
    ///     println!("{} {}", entry.conversation_id, entry.value);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<CustomData> {
        let paginated = Paginated::new(
            &LIST_CUSTOM_DATA,
            async |client: Client, filters, request| {
                let page = client.api().list_custom_data(
                    filters.business_slug(),
                    filters.until.as_ref(),
                    filters.key.as_deref(),
                    request.page_size,
                    request.page(),
                    filters.since.as_ref(),
                );
                Ok(page.await?)
            },
        );
        List::new(self.business.client(), paginated, self.business.filters())
    }
}

impl List<CustomData> {
    /// Filters by classification, such as `issue_type`.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.filters.key = Some(key.into());
        self
    }

    /// Sets the number of items in a page: 1 to 200. Default: 50. Other sizes are refused before
    /// anything is sent.
    #[doc(alias = "limit")]
    pub fn page_size(mut self, items: u32) -> Self {
        self.options.page_size = Some(items);
        self
    }
}

dated_list!(CustomData,);
