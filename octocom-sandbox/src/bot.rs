//! The bot: how it finds its answers.
//!
//! In this order:
//!
//! 1. In a conversation that is handed off it says nothing.
//! 2. The first scripted reply that applies is given.
//! 3. When the message asks for a human, the conversation is handed off.
//! 4. The best of the business's active articles and of the bot's topics answers. A topic has one
//!    point, and two for each of its words that the message has; an article has two points for each
//!    word of the message in its title and one for each in its text, and answers from two points
//!    on. Between equals a topic comes before an article, and a later one before an earlier one.
//! 5. What nothing answers is taken as a further question about what was talked about last.
//! 6. Otherwise the bot asks for more.
//!
//! Words have at least three letters or a digit, upper and lower case are alike, a final `s` is
//! ignored, and so are words such as `the` and `when`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::bot_script::ScriptedReply;
use crate::data::{TOPICS, Topic};
use crate::model::{BotContext, BotFunctionCall, Sender, Text};
use crate::store::State;
use crate::timestamp::Timestamp;

/// Channel of conversations that are started through the API.
pub(crate) const CHANNEL: &str = "api";
/// Words upon which the bot hands off.
const HAND_OFF_WORDS: [&str; 8] = [
    "human",
    "person",
    "agent",
    "representative",
    "mitarbeiter",
    "conseiller",
    "humano",
    "människa",
];
/// Words that say nothing about what a message is about, without a final `s`.
const STOP_WORDS: [&str; 74] = [
    "about", "all", "also", "and", "any", "are", "been", "but", "can", "could", "did", "doe",
    "for", "from", "get", "give", "ha", "had", "have", "hello", "her", "hey", "hi", "how", "into",
    "it", "just", "know", "like", "long", "make", "me", "more", "much", "my", "need", "not", "now",
    "one", "our", "out", "please", "say", "she", "should", "some", "tell", "than", "thank", "that",
    "the", "their", "them", "then", "there", "they", "thi", "too", "use", "very", "wa", "want",
    "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];
/// Points from which on an article answers.
const ARTICLE_ANSWERS_FROM: usize = 2;

/// The best match for a message.
enum Found {
    Topic(&'static Topic),
    Article(Uuid, String),
}

impl State {
    /// Lets the bot answer a message: the text and when it is there, `None` when the bot leaves
    /// the conversation to humans.
    pub(crate) fn bot_answer(&mut self, number: u64, message: &str) -> Option<(String, Timestamp)> {
        if self.conversations.get(number).handed_off_at.is_some() {
            return None;
        }
        let now = self.clock.tick();
        let lower = message.to_lowercase();
        if let Some(scripted) = self.scripted(&lower) {
            let delay = scripted.after_ms.map(Duration::from_millis);
            let ready = now.after(delay.unwrap_or(self.bot.replies_after));
            if let Some(text) = &scripted.say {
                self.bot_says(number, text.clone(), ready);
            }
            if scripted.hand_off {
                self.hand_off(number, ready);
            }
            return scripted.say.map(|text| (text, ready));
        }
        if asks_for_human(&lower) {
            self.hand_off(number, now);
            return None;
        }
        let ready = now.after(self.bot.replies_after);
        let text = self.own_answer(number, message, ready);
        self.bot_says(number, text.clone(), ready);
        Some((text, ready))
    }

    /// The scripted reply to a message, which is used up by one.
    fn scripted(&mut self, message: &str) -> Option<ScriptedReply> {
        let applies = |reply: &ScriptedReply| reply.applies_to(message);
        let place = self.script.iter().position(applies)?;
        let script = Arc::make_mut(&mut self.script);
        let reply = script.get_mut(place)?;
        reply.times = reply.times.map(|times| times.saturating_sub(1));
        Some(reply.clone())
    }

    fn bot_says(&mut self, number: u64, text: String, ready: Timestamp) {
        self.say(number, Sender::Bot, text, Text::Borrowed(CHANNEL), ready);
    }

    /// Leaves a conversation to humans.
    pub(crate) fn hand_off(&mut self, number: u64, at: Timestamp) {
        self.conversations.change(number).handed_off_at = Some(at);
        self.event(number, "handed_off", at);
    }

    fn own_answer(&mut self, number: u64, message: &str, ready: Timestamp) -> String {
        let conversation = self.conversations.get(number);
        let mut context = conversation.bot_context.clone();
        context.order = order_number(message).or(context.order);
        let metadata = ["order_id", "order"].map(|key| conversation.pair(key));
        let known = metadata.into_iter().flatten().next();
        let order = context.order.clone();
        let order = order.or_else(|| known.map(|pair| pair.value.clone()));
        let found = self.best_match(&conversation.business_slug, &words(message));
        let text = match found {
            Some(Found::Topic(topic)) => {
                self.follow(number, topic, order.as_deref(), ready);
                context.issue = Some(topic.issue.into());
                context.article = None;
                filled(topic.reply, order.as_deref())
            }
            Some(Found::Article(id, text)) => {
                context.article = Some(id);
                context.issue = None;
                text
            }
            None => self.further(&context, order.as_deref()).unwrap_or_else(|| {
                "Thank you for your message. Could you tell me more?".to_owned()
            }),
        };
        self.conversations.change(number).bot_context = context;
        let greeted = conversation.messages.iter();
        let mut greeted = greeted.filter(|message| message.sender == Sender::Bot);
        let customer = conversation.customer_id;
        let customer = customer.and_then(|id| self.customers.number(id));
        let name = customer.and_then(|number| self.customers.get(number).name.clone());
        match (greeted.next(), name) {
            (Some(_), _) => text,
            (None, Some(name)) => format!("Hi {name}! {text}"),
            (None, None) => format!("Hi! {text}"),
        }
    }

    /// The answer to a further question about what was talked about last.
    fn further(&self, context: &BotContext, order: Option<&str>) -> Option<String> {
        if let Some(id) = context.article {
            let article = self.articles.find(id)?;
            return Some(article.content.content.clone());
        }
        let issue = context.issue.as_deref()?;
        let topic = TOPICS.iter().find(|topic| topic.issue == issue)?;
        Some(filled(topic.follow_up, order))
    }

    /// Runs the workflow of a topic.
    fn follow(&mut self, number: u64, topic: &Topic, order: Option<&str>, ready: Timestamp) {
        let arguments = match order {
            Some(order) => json!({ "orderId": order }),
            None => json!({}),
        };
        let conversation = self.conversations.change(number);
        conversation.bot_function_calls.push(BotFunctionCall {
            tool_name: topic.action.into(),
            tool_arguments: arguments.to_string(),
            content: json!({ "found": true }).to_string(),
            created_at: ready,
        });
        let variant = format!("{} / Default", topic.title);
        if !conversation.variants.contains(&variant) {
            conversation.workflows.push(topic.title.to_owned());
            conversation.variants.push(variant);
        }
    }

    fn best_match(&self, business: &str, message: &BTreeSet<String>) -> Option<Found> {
        let topics = TOPICS.iter().map(|topic| {
            let own = topic.words.iter().map(|word| stem(word));
            let matched = own.collect::<BTreeSet<_>>().intersection(message).count();
            (topic, if matched == 0 { 0 } else { 2 * matched + 1 })
        });
        let topic = topics
            .filter(|(_, points)| *points > 0)
            .max_by_key(|(_, points)| *points);
        let articles = self.articles.live(business);
        let articles = articles.filter(|entry| entry.content.is_active);
        let articles = articles.map(|entry| {
            let count = |text: &str| words(text).intersection(message).count();
            let points = 2 * count(&entry.content.title) + count(&entry.content.content);
            (entry, points)
        });
        let article = articles
            .filter(|(entry, points)| {
                *points >= ARTICLE_ANSWERS_FROM && !entry.content.content.trim().is_empty()
            })
            .max_by_key(|(_, points)| *points);
        match (topic, article) {
            (Some((topic, points)), Some((_, other))) if points >= other => {
                Some(Found::Topic(topic))
            }
            (_, Some((entry, _))) => Some(Found::Article(entry.id, entry.content.content.clone())),
            (Some((topic, _)), None) => Some(Found::Topic(topic)),
            (None, None) => None,
        }
    }
}

fn asks_for_human(message: &str) -> bool {
    let mut tokens = message.split(|letter: char| !letter.is_alphanumeric());
    tokens.any(|token| HAND_OFF_WORDS.contains(&token))
}

/// The words that a text is about.
fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let tokens = lower.split(|letter: char| !letter.is_alphanumeric());
    let words = tokens.filter(|token| {
        let has_digit = token.chars().any(|letter| letter.is_ascii_digit());
        token.chars().count() >= 3 || has_digit
    });
    let stems = words.map(stem);
    stems
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .collect()
}

/// A word without a final `s`.
fn stem(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 2 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// An order number such as `ORD-1042` or `#1042`.
fn order_number(message: &str) -> Option<String> {
    let separates = |letter: char| !(letter.is_alphanumeric() || letter == '-' || letter == '#');
    let is_number = |token: &&str| {
        let (digits, named) = match (token.strip_prefix('#'), token.rsplit_once('-')) {
            (Some(digits), _) => (digits, true),
            (None, Some((name, digits))) => {
                (digits, name.chars().any(|letter| letter.is_alphabetic()))
            }
            (None, None) => return false,
        };
        named && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    message.split(separates).find(is_number).map(str::to_owned)
}

/// A sentence about an order, with a capital letter.
fn filled(text: &str, order: Option<&str>) -> String {
    let order = order.map_or_else(|| "your order".to_owned(), |it| format!("order {it}"));
    let text = text.replace("{order}", &order);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_number_is_found_with_its_prefix_and_nothing_else_is() {
        let found = |text| order_number(text);
        assert_eq!(found("Where is ORD-1042?").as_deref(), Some("ORD-1042"));
        assert_eq!(found("Order #77, please").as_deref(), Some("#77"));
        for text in ["", "Where is my order?", "2025-01-02", "a-b", "#", "no. 5"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_compared_without_case_plural_and_small_words() {
        assert!(words("What are your hours, and has it been so?").contains("hour"));
        let expected = ["norway", "return", "take"].map(str::to_owned);
        let found = words("How long will the RETURNS to Norway take?");
        assert_eq!(Vec::from_iter(found), expected);
    }

    #[test]
    fn every_sentence_of_a_topic_is_whole_with_and_without_an_order() {
        for topic in &TOPICS {
            for text in [topic.reply, topic.follow_up] {
                for order in [None, Some("ORD-1")] {
                    let text = filled(text, order);
                    assert!(text.ends_with('.') && !text.contains(['{', '}']), "{text}");
                    assert!(text.starts_with(char::is_uppercase), "{text}");
                    assert!(!text.contains("order your order"), "{text}");
                }
            }
        }
    }

    #[test]
    fn only_a_word_of_its_own_asks_for_a_human() {
        assert!(asks_for_human("can i talk to a human?"));
        assert!(!asks_for_human("is it humane? which reagents?"));
    }
}
