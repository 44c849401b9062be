//! Bot rules of a business and their version history.

use octocom_api::operations::{CREATE_BOT_RULE, DELETE_BOT_RULE, UPDATE_BOT_RULE};
use octocom_api::types::{self, Channel};
use octocom_api::{Nullable, Response};
use serde::Serialize;

use super::BusinessHandle;
use crate::error::{Error, deleted};
use crate::history::versioned_resource;
use crate::ids::Id;
use crate::input::{Checked, optional, redact_debug, text};
use crate::pagination::list_resource;

list_resource!(
    /// Bot rules of a business: instructions that guide the bot.
    BotRules of BusinessHandle as bot_rules: BusinessHandle::filters,
    LIST_BOT_RULES => list_bot_rules(slug) -> BotRule,
    "let mut rules = client.business(\"acme-corp\").bot_rules().list().stream();
while let Some(rule) = rules.try_next().await? {
    println!(\"{}: {}\", rule.title, rule.rule);
}"
);

versioned_resource!(
    BotRules, "bot_rules", "bot rule", "botRuleId";
    history: LIST_BOT_RULE_VERSIONS => list_bot_rule_versions;
    restore: RESTORE_BOT_RULE => restore_bot_rule;
    deleted: LIST_DELETED_BOT_RULES => list_deleted_bot_rules;
);

impl BotRules {
    /// Creates a bot rule.
    ///
    /// Calls `create_bot_rule`. It is not retried after a failure with an unknown outcome, because
    /// it could take effect twice.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::BotRuleDraft;
    /// use octocom_ext::types::Channel;
    ///
    /// let draft = BotRuleDraft::new("Tone", "Be brief.").channels([Channel::Sms]);
    /// let rule = client.business("acme-corp").bot_rules().create(draft).await?;
    /// println!("{}", rule.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an empty title, rule or list of channels.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the business does not exist,
    /// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) if the API refuses the rule.
    pub async fn create(&self, draft: BotRuleDraft) -> Result<Response<types::BotRule>, Error> {
        let body = draft
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&CREATE_BOT_RULE, detail))?;
        let api = self.owner.client().api();
        Ok(api.create_bot_rule(&body).await?.parse()?)
    }

    /// Changes a bot rule. Fields that are not set keep their values.
    ///
    /// Calls `update_bot_rule`, which adds a version. It is not retried after a failure with an
    /// unknown outcome, because it could take effect twice.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::BotRuleChanges;
    ///
    /// let changes = BotRuleChanges::new().rule("Be brief and friendly.").all_channels();
    /// client.business("acme-corp").bot_rules().update(id, changes).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// there is nothing to change or a text is empty.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the business has no such rule.
    pub async fn update(
        &self,
        id: impl Into<Id>,
        changes: BotRuleChanges,
    ) -> Result<Response<types::BotRule>, Error> {
        let checked =
            || -> Checked<_> { Ok((id.into().checked("id")?, changes.checked(&self.owner)?)) };
        let (id, body) =
            checked().map_err(|detail| Error::invalid_input(&UPDATE_BOT_RULE, detail))?;
        let api = self.owner.client().api();
        Ok(api.update_bot_rule(&id, &body).await?.parse()?)
    }

    /// Deletes a bot rule. [`undelete`](Self::undelete) restores it.
    ///
    /// Calls `delete_bot_rule`, which is retried. If a retry finds the rule gone, an earlier
    /// attempt has deleted it: the call succeeds, with the status 404.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the first attempt finds none.
    pub async fn delete(&self, id: impl Into<Id>) -> Result<Response<()>, Error> {
        let id = id.into().checked("id");
        let id = id.map_err(|detail| Error::invalid_input(&DELETE_BOT_RULE, detail))?;
        let api = self.owner.client().api();
        deleted(api.delete_bot_rule(&id, self.owner.slug()).await)
    }
}

/// A bot rule to create.
///
/// ```
/// use octocom_ext::BotRuleDraft;
/// use octocom_ext::types::Channel;
///
/// let draft = BotRuleDraft::new("Tone", "Be brief.").channels([Channel::Sms, Channel::Whatsapp]);
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[must_use = "a draft is created by `BotRules::create`"]
pub struct BotRuleDraft {
    title: String,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<Vec<Channel>>,
}

/// Changes to a bot rule. Fields that are not set keep their values.
///
/// ```
/// use octocom_ext::BotRuleChanges;
/// use octocom_ext::types::Channel;
///
/// let title_alone = BotRuleChanges::new().title("Tone of voice");
/// let some_channels = BotRuleChanges::new().channels([Channel::Email]);
/// let all_channels = BotRuleChanges::new().all_channels();
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[must_use = "changes are made by `BotRules::update`"]
pub struct BotRuleChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<Nullable<Vec<Channel>>>,
}

redact_debug!(BotRuleDraft, BotRuleChanges);

impl BotRuleDraft {
    /// Returns a rule with its title and the instruction for the bot, each of at least 1 character.
    pub fn new(title: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            rule: rule.into(),
            channels: None,
        }
    }

    /// Limits the rule to some channels, at least one. Default: all channels.
    pub fn channels(mut self, channels: impl IntoIterator<Item = impl Into<Channel>>) -> Self {
        self.channels = Some(channels.into_iter().map(Into::into).collect());
        self
    }

    fn checked(self, business: &BusinessHandle) -> Checked<types::NewBotRule> {
        // The generated client leaves an empty list out, and then the rule is for all channels.
        if self.channels.as_ref().is_some_and(Vec::is_empty) {
            return Err("channels: 0 given, at least 1 needed; all channels is the default".into());
        }
        Ok(types::NewBotRule {
            business_slug: business.slug().to_owned(),
            title: text("title", &self.title)?,
            rule: text("rule", &self.rule)?,
            channels: self.channels.unwrap_or_default(),
        })
    }
}

impl BotRuleChanges {
    /// Returns an empty set of changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title: at least 1 character.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the instruction for the bot: at least 1 character.
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// Limits the rule to some channels. The meaning of an empty list is not documented.
    pub fn channels(mut self, channels: impl IntoIterator<Item = impl Into<Channel>>) -> Self {
        self.channels = Some(Nullable::Value(
            channels.into_iter().map(Into::into).collect(),
        ));
        self
    }

    /// Applies the rule to all channels: sends `null`.
    pub fn all_channels(mut self) -> Self {
        self.channels = Some(Nullable::Null);
        self
    }

    fn checked(self, business: &BusinessHandle) -> Checked<types::BotRuleUpdate> {
        let Self {
            title,
            rule,
            channels,
        } = self;
        if (&title, &rule, &channels) == (&None, &None, &None) {
            return Err(crate::input::NOTHING_TO_CHANGE.to_owned());
        }
        Ok(types::BotRuleUpdate {
            business_slug: business.slug().to_owned(),
            title: optional("title", title.as_deref())?,
            rule: optional("rule", rule.as_deref())?,
            channels,
        })
    }
}
