//! Bot rules of a business, with their history.

use octocom_api::operations::{CREATE_BOT_RULE, UPDATE_BOT_RULE};
use octocom_api::types::{self, Channel};
use serde::Serialize;
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
    /// Bot rules of a business: instructions that guide the bot.
    BotRules of Business as bot_rules: BotRuleQuery { business_slug },
    LIST_BOT_RULES => list_bot_rules -> BotRule,
    "let mut rules = client.business(\"acme-corp\").bot_rules().list().stream();
while let Some(rule) = rules.try_next().await? {
    println!(\"{}: {}\", rule.title, rule.rule);
}"
);

versioned!(
    BotRules, "bot_rules", "bot rule", "botRuleId";
    history: LIST_BOT_RULE_VERSIONS => list_bot_rule_versions;
    restore: RESTORE_BOT_RULE => restore_bot_rule;
    deleted: LIST_DELETED_BOT_RULES => list_deleted_bot_rules;
);

impl BotRules {
    /// Creates a bot rule.
    ///
    /// Calls `create_bot_rule`, which may act twice and is not repeated after an unclear failure.
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
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such business,
    /// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) when the API refuses the rule.
    pub async fn create(&self, draft: BotRuleDraft) -> Result<types::BotRule, Error> {
        let body = draft
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&CREATE_BOT_RULE, detail))?;
        let call = async |api: octocom_api::Client| api.create_bot_rule(&body).await;
        Ok(self.owner.client().value(call).await?.data)
    }

    /// Changes a bot rule; what is not named stays.
    ///
    /// Calls `update_bot_rule`, which writes a version. It may act twice and is not repeated after
    /// an unclear failure.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// when there is nothing to change or a text is empty.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the business has no such rule.
    pub async fn update(&self, id: Uuid, changes: BotRuleChanges) -> Result<types::BotRule, Error> {
        let body = changes
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&UPDATE_BOT_RULE, detail))?;
        let client = self.owner.client();
        let envelope: types::BotRuleEnvelope = client
            .send_body(&UPDATE_BOT_RULE, &[&id.to_string()], &body)
            .await?;
        Ok(envelope.data)
    }

    /// Deletes a bot rule. [`undelete`](Self::undelete) brings it back.
    ///
    /// Calls `delete_bot_rule`, which is repeated after an unclear failure. When a repetition finds
    /// the rule gone, an earlier attempt has deleted it: that is success, and the reply has the
    /// status 404.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// client.business("acme-corp").bot_rules().delete(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the first attempt finds none.
    pub async fn delete(&self, id: Uuid) -> Result<Reply<Value>, Error> {
        let slug = self.owner.slug();
        let call = async |api: octocom_api::Client| api.delete_bot_rule(&id, slug).await;
        self.owner.client().delete(call).await
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
#[derive(Clone)]
#[must_use = "a draft is created by `BotRules::create`"]
pub struct BotRuleDraft {
    title: String,
    rule: String,
    channels: Option<Vec<Channel>>,
}

/// Changes to a bot rule: what is not named stays.
///
/// ```
/// use octocom_ext::BotRuleChanges;
/// use octocom_ext::types::Channel;
///
/// let title_alone = BotRuleChanges::new().title("Tone of voice");
/// let some_channels = BotRuleChanges::new().channels([Channel::Email]);
/// let all_channels = BotRuleChanges::new().all_channels();
/// ```
#[derive(Clone, Default)]
#[must_use = "changes are made by `BotRules::update`"]
pub struct BotRuleChanges {
    title: Option<String>,
    rule: Option<String>,
    channels: Change<Vec<Channel>>,
}

/// What happens to a field that can be `null`.
#[derive(Clone, Default, PartialEq, Eq)]
enum Change<T> {
    /// It stays, and is not sent.
    #[default]
    Keep,
    Set(T),
    /// `null` is sent.
    Clear,
}

opaque!(BotRuleDraft, BotRuleChanges);

impl BotRuleDraft {
    /// A rule with its title and the instruction for the bot, each of at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::BotRuleDraft;
    /// let draft = BotRuleDraft::new("Tone", "Be brief.");
    /// ```
    pub fn new(title: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            rule: rule.into(),
            channels: None,
        }
    }

    /// Limits the rule to some channels, at least one. Default: all channels.
    ///
    /// ```
    /// # use octocom_ext::BotRuleDraft;
    /// # use octocom_ext::types::Channel;
    /// let draft = BotRuleDraft::new("Tone", "Be brief.").channels([Channel::Sms]);
    /// ```
    pub fn channels(mut self, channels: impl IntoIterator<Item = Channel>) -> Self {
        self.channels = Some(channels.into_iter().collect());
        self
    }

    fn checked(self, business: &Business) -> Checked<types::NewBotRule> {
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
    /// No changes yet.
    ///
    /// ```
    /// # use octocom_ext::BotRuleChanges;
    /// let changes = BotRuleChanges::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title: at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::BotRuleChanges;
    /// let changes = BotRuleChanges::new().title("Returns");
    /// ```
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the instruction for the bot: at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::BotRuleChanges;
    /// let changes = BotRuleChanges::new().rule("Be brief.");
    /// ```
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// Limits the rule to some channels. The document does not say what an empty list means.
    ///
    /// ```
    /// # use octocom_ext::BotRuleChanges;
    /// # use octocom_ext::types::Channel;
    /// let changes = BotRuleChanges::new().channels([Channel::Sms]);
    /// ```
    pub fn channels(mut self, channels: impl IntoIterator<Item = Channel>) -> Self {
        self.channels = Change::Set(channels.into_iter().collect());
        self
    }

    /// Applies the rule to all channels: sends `null`.
    ///
    /// ```
    /// # use octocom_ext::BotRuleChanges;
    /// let changes = BotRuleChanges::new().all_channels();
    /// ```
    pub fn all_channels(mut self) -> Self {
        self.channels = Change::Clear;
        self
    }

    fn checked(self, business: &Business) -> Checked<Body> {
        let Self {
            title,
            rule,
            channels,
        } = self;
        if (&title, &rule, &channels) == (&None, &None, &Change::Keep) {
            return Err(crate::input::NOTHING_TO_CHANGE.to_owned());
        }
        let clears_channels = channels == Change::Clear;
        let update = types::BotRuleUpdate {
            business_slug: business.slug().to_owned(),
            title: optional("title", title.as_deref())?,
            rule: optional("rule", rule.as_deref())?,
            channels: match channels {
                Change::Set(channels) => Some(channels),
                Change::Keep | Change::Clear => None,
            },
        };
        Ok(Body {
            update,
            channels: clears_channels.then_some(()),
        })
    }
}

/// The generated type cannot say `null`.
#[derive(Serialize)]
struct Body {
    #[serde(flatten)]
    update: types::BotRuleUpdate,
    /// `null` where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<()>,
}
