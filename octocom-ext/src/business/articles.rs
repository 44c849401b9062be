//! Articles of a business and their version history.

use octocom_api::operations::{CREATE_ARTICLE, DELETE_ARTICLE, UPDATE_ARTICLE};
use octocom_api::{Response, types};
use serde::Serialize;
use serde_json::Value;

use super::BusinessHandle;
use crate::error::{Error, deleted};
use crate::history::versioned_resource;
use crate::ids::Id;
use crate::input::{Checked, optional, redact_debug, text};
use crate::pagination::list_resource;

list_resource!(
    /// Articles of a business, which the bot uses for its answers.
    Articles of BusinessHandle as articles: BusinessHandle::filters,
    LIST_ARTICLES => list_articles(slug) -> Article,
    "let mut articles = client.business(\"acme-corp\").articles().list().stream();
while let Some(article) = articles.try_next().await? {
    println!(\"{}\", article.title);
}"
);

versioned_resource!(
    Articles, "articles", "article", "articleId";
    history: LIST_ARTICLE_VERSIONS => list_article_versions;
    restore: RESTORE_ARTICLE => restore_article;
    deleted: LIST_DELETED_ARTICLES => list_deleted_articles;
);

impl Articles {
    /// Creates an article.
    ///
    /// Calls `create_article`. It is not retried after a failure with an unknown outcome, because
    /// it could take effect twice.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::ArticleDraft;
    ///
    /// let draft = ArticleDraft::new("Returns", "You can return within 30 days.").public(true);
    /// let article = client.business("acme-corp").articles().create(draft).await?;
    /// println!("{}", article.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an empty title or content. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the
    /// business does not exist.
    pub async fn create(&self, draft: ArticleDraft) -> Result<Response<types::Article>, Error> {
        let body = draft
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&CREATE_ARTICLE, detail))?;
        let api = self.owner.client().api();
        Ok(api.create_article(&body).await?.parse()?)
    }

    /// Changes an article. Fields that are not set keep their values.
    ///
    /// Calls `update_article`, which adds a version. It is not retried after a failure with an
    /// unknown outcome, because it could take effect twice. The response is not documented, so it
    /// is returned as JSON.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::ArticleChanges;
    ///
    /// let changes = ArticleChanges::new().content("You can return within 60 days.");
    /// client.business("acme-corp").articles().update(id, changes).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// there is nothing to change or a text is empty.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the business has no such article.
    pub async fn update(
        &self,
        id: impl Into<Id>,
        changes: ArticleChanges,
    ) -> Result<Response<Value>, Error> {
        let checked =
            || -> Checked<_> { Ok((id.into().checked("id")?, changes.checked(&self.owner)?)) };
        let (id, body) =
            checked().map_err(|detail| Error::invalid_input(&UPDATE_ARTICLE, detail))?;
        let api = self.owner.client().api();
        Ok(api.update_article(&id, &body).await?.parse()?)
    }

    /// Deletes an article. [`undelete`](Self::undelete) restores it.
    ///
    /// Calls `delete_article`, which is retried. If a retry finds the article gone, an earlier
    /// attempt has deleted it: the call succeeds, with the status 404. The response is not
    /// documented, so it is returned as JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the first attempt finds none.
    pub async fn delete(&self, id: impl Into<Id>) -> Result<Response<()>, Error> {
        let id = id.into().checked("id");
        let id = id.map_err(|detail| Error::invalid_input(&DELETE_ARTICLE, detail))?;
        let api = self.owner.client().api();
        deleted(api.delete_article(&id, self.owner.slug()).await)
    }
}

/// An article to create.
///
/// ```
/// use octocom_ext::ArticleDraft;
///
/// let draft = ArticleDraft::new("Returns", "You can return within 30 days.")
///     .public(false)
///     .active(true)
///     .category("550e8400-e29b-41d4-a716-446655440000");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[must_use = "a draft is created by `Articles::create`"]
pub struct ArticleDraft(ArticleChanges);

/// Changes to an article. Fields that are not set keep their values.
///
/// ```
/// use octocom_ext::ArticleChanges;
///
/// let changes = ArticleChanges::new().title("Returns and refunds").public(true).active(false);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "changes are made by `Articles::update`"]
pub struct ArticleChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_public: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_id: Option<Id>,
}

redact_debug!(ArticleDraft, ArticleChanges);

impl ArticleDraft {
    /// Returns an article with its title and text, each of at least 1 character.
    pub fn new(title: impl Into<String>, content: impl Into<String>) -> Self {
        Self(ArticleChanges::new().title(title).content(content))
    }

    /// Sets if everyone can see the article, or only the bot and agents. Default: chosen by the
    /// API.
    pub fn public(self, public: bool) -> Self {
        Self(self.0.public(public))
    }

    /// Sets if the bot uses the article. Default: chosen by the API.
    pub fn active(self, active: bool) -> Self {
        Self(self.0.active(active))
    }

    /// Puts the article into a category. Default: none.
    pub fn category(self, id: impl Into<Id>) -> Self {
        Self(self.0.category(id))
    }

    fn checked(self, business: &BusinessHandle) -> Checked<types::NewArticle> {
        let Self(fields) = self;
        Ok(types::NewArticle {
            business_slug: business.slug().to_owned(),
            title: text("title", &fields.title.unwrap_or_default())?,
            content: text("content", &fields.content.unwrap_or_default())?,
            is_public: fields.is_public,
            is_active: fields.is_active,
            category_id: category(fields.category_id)?,
        })
    }
}

impl ArticleChanges {
    /// Returns an empty set of changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title: at least 1 character.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the text: at least 1 character.
    pub fn content(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Changes if everyone can see the article, or only the bot and agents.
    pub fn public(mut self, public: bool) -> Self {
        self.is_public = Some(public);
        self
    }

    /// Changes if the bot uses the article.
    pub fn active(mut self, active: bool) -> Self {
        self.is_active = Some(active);
        self
    }

    /// Moves the article to a category. The API cannot remove it from its category.
    pub fn category(mut self, id: impl Into<Id>) -> Self {
        self.category_id = Some(id.into());
        self
    }

    fn checked(self, business: &BusinessHandle) -> Checked<types::ArticleUpdate> {
        if self == Self::default() {
            return Err(crate::input::NOTHING_TO_CHANGE.to_owned());
        }
        Ok(types::ArticleUpdate {
            business_slug: business.slug().to_owned(),
            title: optional("title", self.title.as_deref())?,
            content: optional("content", self.content.as_deref())?,
            is_public: self.is_public,
            is_active: self.is_active,
            category_id: category(self.category_id)?,
        })
    }
}

fn category(id: Option<Id>) -> Checked<Option<uuid::Uuid>> {
    id.map(|id| id.checked("category")).transpose()
}
