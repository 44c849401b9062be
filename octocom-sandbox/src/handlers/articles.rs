//! Writing articles.

use serde::Deserialize;
use uuid::Uuid;

use super::{business, knowledge};
use crate::model::Article;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewArticle {
    business_slug: String,
    title: String,
    content: String,
    is_public: Option<bool>,
    is_active: Option<bool>,
    category_id: Option<Uuid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ArticleUpdate {
    business_slug: String,
    title: Option<String>,
    content: Option<String>,
    is_public: Option<bool>,
    is_active: Option<bool>,
    category_id: Option<Uuid>,
}

pub(super) fn create(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let body: NewArticle = request.read()?;
    let business = business(state, &body.business_slug)?;
    let article = Article {
        title: body.title,
        content: body.content,
        // The document names no defaults; an article that is written is meant to be read.
        is_public: body.is_public.unwrap_or(true),
        is_active: body.is_active.unwrap_or(true),
        // No request says it, and the sandbox does not guess.
        language: None,
        category_id: body.category_id,
    };
    let entry = knowledge::create(state, business, article)?;
    Ok(Reply::data(knowledge::listed(entry)))
}

pub(super) fn update(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let update: ArticleUpdate = request.read()?;
    let entry = knowledge::edit(
        request,
        state,
        &update.business_slug,
        |article: &mut Article| {
            if let Some(title) = update.title {
                article.title = title;
            }
            if let Some(content) = update.content {
                article.content = content;
            }
            article.is_public = update.is_public.unwrap_or(article.is_public);
            article.is_active = update.is_active.unwrap_or(article.is_active);
            article.category_id = update.category_id.or(article.category_id);
        },
    )?;
    Ok(Reply::data(knowledge::shown(entry)))
}
