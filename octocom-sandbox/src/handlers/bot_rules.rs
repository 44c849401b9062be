//! Writing bot rules.

use serde::{Deserialize, Deserializer};

use super::{business, knowledge};
use crate::model::BotRule;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewBotRule {
    business_slug: String,
    title: String,
    rule: String,
    channels: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BotRuleUpdate {
    business_slug: String,
    title: Option<String>,
    rule: Option<String>,
    /// Absent leaves the channels as they are, null means all of them.
    #[serde(default, deserialize_with = "present")]
    channels: Option<Option<Vec<String>>>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Vec<String>>>, D::Error> {
    Option::deserialize(from).map(Some)
}

pub(super) fn create(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let NewBotRule {
        business_slug,
        title,
        rule,
        channels,
    } = request.read()?;
    let business = business(state, &business_slug)?;
    let entry = knowledge::create(
        state,
        business,
        BotRule {
            title,
            rule,
            channels,
        },
    )?;
    Ok(Reply::data(knowledge::shown(entry)))
}

pub(super) fn update(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let update: BotRuleUpdate = request.read()?;
    let entry = knowledge::edit(
        request,
        state,
        &update.business_slug,
        |rule: &mut BotRule| {
            if let Some(title) = update.title {
                rule.title = title;
            }
            if let Some(text) = update.rule {
                rule.rule = text;
            }
            if let Some(channels) = update.channels {
                rule.channels = channels;
            }
        },
    )?;
    Ok(Reply::data(knowledge::shown(entry)))
}
