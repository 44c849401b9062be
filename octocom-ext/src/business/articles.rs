//! Articles of a business, with their history.

use octocom_api::operations::{CREATE_ARTICLE, UPDATE_ARTICLE};
use octocom_api::types;
use serde_json::Value;
use uuid::Uuid;

use super::Business;
use crate::error::Error;
use crate::history::versioned;
use crate::input::{Checked, optional, text};
use crate::opaque::opaque;
use crate::pagination::unfiltered_list;
use crate::reply::Reply;

unfiltered_list!(
    /// Articles of a business: what the bot answers from.
    Articles of Business as articles: ArticleQuery { business_slug },
    LIST_ARTICLES => list_articles -> Article,
    "let mut articles = client.business(\"acme-corp\").articles().list().stream();
while let Some(article) = articles.try_next().await? {
    println!(\"{}\", article.title);
}"
);

versioned!(
    Articles, "articles", "article", "articleId";
    history: LIST_ARTICLE_VERSIONS => list_article_versions;
    restore: RESTORE_ARTICLE => restore_article;
    deleted: LIST_DELETED_ARTICLES => list_deleted_articles;
);

impl Articles {
    /// Creates an article.
    ///
    /// Calls `create_article`, which may act twice and is not repeated after an unclear failure.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::ArticleDraft;
    ///
    /// let draft = ArticleDraft::new("Returns", "You can return within 30 days.").public();
    /// let article = client.business("acme-corp").articles().create(draft).await?;
    /// println!("{}", article.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an empty title or content. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when
    /// there is no such business.
    pub async fn create(&self, draft: ArticleDraft) -> Result<types::Article, Error> {
        let body = draft
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&CREATE_ARTICLE, detail))?;
        let call = async |api: octocom_api::Client| api.create_article(&body).await;
        Ok(self.owner.client().value(call).await?.data)
    }

    /// Changes an article; what is not named stays.
    ///
    /// Calls `update_article`, which writes a version. It may act twice and is not repeated after
    /// an unclear failure. The document leaves the answer open, so it comes as JSON.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// when there is nothing to change or a text is empty.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the business has no such article.
    pub async fn update(&self, id: Uuid, changes: ArticleChanges) -> Result<Reply<Value>, Error> {
        let body = changes
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&UPDATE_ARTICLE, detail))?;
        let call = async |api: octocom_api::Client| api.update_article(&id, &body).await;
        self.owner.client().read(call).await
    }

    /// Deletes an article. [`undelete`](Self::undelete) brings it back.
    ///
    /// Calls `delete_article`, which is repeated after an unclear failure. When a repetition finds
    /// the article gone, an earlier attempt has deleted it: that is success, and the reply has the
    /// status 404. The document leaves the answer open, so it comes as JSON.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// client.business("acme-corp").articles().delete(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the first attempt finds none.
    pub async fn delete(&self, id: Uuid) -> Result<Reply<Value>, Error> {
        let slug = self.owner.slug();
        let call = async |api: octocom_api::Client| api.delete_article(&id, slug).await;
        self.owner.client().delete(call).await
    }
}

/// An article to create.
///
/// ```
/// use octocom_ext::ArticleDraft;
///
/// let category = uuid::Uuid::nil();
/// let draft = ArticleDraft::new("Returns", "You can return within 30 days.")
///     .private()
///     .active()
///     .category(category);
/// ```
#[derive(Clone)]
#[must_use = "a draft is created by `Articles::create`"]
pub struct ArticleDraft(ArticleChanges);

/// Changes to an article: what is not named stays.
///
/// ```
/// use octocom_ext::ArticleChanges;
///
/// let changes = ArticleChanges::new().title("Returns and refunds").public().inactive();
/// ```
#[derive(Clone, Default)]
#[must_use = "changes are made by `Articles::update`"]
pub struct ArticleChanges {
    title: Option<String>,
    content: Option<String>,
    is_public: Option<bool>,
    is_active: Option<bool>,
    category_id: Option<Uuid>,
}

opaque!(ArticleDraft, ArticleChanges);

impl ArticleDraft {
    /// An article with its title and text, each of at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::ArticleDraft;
    /// let draft = ArticleDraft::new("Returns", "Within 30 days.");
    /// ```
    pub fn new(title: impl Into<String>, content: impl Into<String>) -> Self {
        Self(ArticleChanges::new().title(title).content(content))
    }

    /// Lets everybody see it. Default: the API decides.
    ///
    /// ```
    /// # use octocom_ext::ArticleDraft;
    /// let draft = ArticleDraft::new("Returns", "Within 30 days.").public();
    /// ```
    pub fn public(self) -> Self {
        Self(self.0.public())
    }

    /// Lets only the bot and agents see it. Default: the API decides.
    ///
    /// ```
    /// # use octocom_ext::ArticleDraft;
    /// let draft = ArticleDraft::new("Returns", "Within 30 days.").private();
    /// ```
    pub fn private(self) -> Self {
        Self(self.0.private())
    }

    /// Lets the bot use it. Default: the API decides.
    ///
    /// ```
    /// # use octocom_ext::ArticleDraft;
    /// let draft = ArticleDraft::new("Returns", "Within 30 days.").active();
    /// ```
    pub fn active(self) -> Self {
        Self(self.0.active())
    }

    /// Keeps the bot from using it. Default: the API decides.
    ///
    /// ```
    /// # use octocom_ext::ArticleDraft;
    /// let draft = ArticleDraft::new("Returns", "Within 30 days.").inactive();
    /// ```
    pub fn inactive(self) -> Self {
        Self(self.0.inactive())
    }

    /// Puts it into a category. Default: none.
    ///
    /// ```
    /// # use octocom_ext::ArticleDraft;
    /// let draft = ArticleDraft::new("Returns", "Within 30 days.").category(uuid::Uuid::nil());
    /// ```
    pub fn category(self, id: Uuid) -> Self {
        Self(self.0.category(id))
    }

    fn checked(self, business: &Business) -> Checked<types::NewArticle> {
        let Self(fields) = self;
        Ok(types::NewArticle {
            business_slug: business.slug().to_owned(),
            title: text("title", &fields.title.unwrap_or_default())?,
            content: text("content", &fields.content.unwrap_or_default())?,
            is_public: fields.is_public,
            is_active: fields.is_active,
            category_id: fields.category_id,
        })
    }
}

impl ArticleChanges {
    /// No changes yet.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title: at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().title("Returns");
    /// ```
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the text: at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().content("Within 30 days.");
    /// ```
    pub fn content(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Lets everybody see it.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().public();
    /// ```
    pub fn public(mut self) -> Self {
        self.is_public = Some(true);
        self
    }

    /// Lets only the bot and agents see it.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().private();
    /// ```
    pub fn private(mut self) -> Self {
        self.is_public = Some(false);
        self
    }

    /// Lets the bot use it.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().active();
    /// ```
    pub fn active(mut self) -> Self {
        self.is_active = Some(true);
        self
    }

    /// Keeps the bot from using it.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().inactive();
    /// ```
    pub fn inactive(mut self) -> Self {
        self.is_active = Some(false);
        self
    }

    /// Moves it to a category. The API has no way to take it out of one.
    ///
    /// ```
    /// # use octocom_ext::ArticleChanges;
    /// let changes = ArticleChanges::new().category(uuid::Uuid::nil());
    /// ```
    pub fn category(mut self, id: Uuid) -> Self {
        self.category_id = Some(id);
        self
    }

    fn checked(self, business: &Business) -> Checked<types::ArticleUpdate> {
        let body = types::ArticleUpdate {
            business_slug: business.slug().to_owned(),
            title: optional("title", self.title.as_deref())?,
            content: optional("content", self.content.as_deref())?,
            is_public: self.is_public,
            is_active: self.is_active,
            category_id: self.category_id,
        };
        let types::ArticleUpdate {
            title: None,
            content: None,
            is_public: None,
            is_active: None,
            category_id: None,
            business_slug: _,
        } = &body
        else {
            return Ok(body);
        };
        Err(crate::input::NOTHING_TO_CHANGE.to_owned())
    }
}
