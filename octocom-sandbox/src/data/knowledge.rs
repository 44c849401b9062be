//! Workflows, articles and bot rules of the seeded world, with their histories.

use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use super::article::ARTICLES as TEXTS;
use super::market::{BUSINESSES, LANGUAGES};
use super::{Data, START, TOPICS};
use crate::ids::Kind;
use crate::model::{Article, BotRule, Workflow, WorkflowVariant};
use crate::rng::{Rng, Stream};
use crate::store::{Author, Catalog, Change};
use crate::timestamp::Timestamp;

/// Things of a kind that the first business has: more than a page of each.
const WORKFLOWS: u64 = 70;
const ARTICLES: u64 = 130;
const BOT_RULES: u64 = 70;
/// The other businesses have this part of that.
const SMALLER: u64 = 5;
/// Categories of articles.
const CATEGORIES: u64 = 8;
/// Things at the head of each catalog that are never deleted: one for each topic.
const KEPT: u64 = TOPICS.len() as u64;
/// Sentence that edits of articles add and remove.
const AMENDMENT: &str = " Please write to us if anything is unclear.";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const RULES: [(&str, &str); 6] = [
    (
        "No Competitor Mentions",
        "Never mention competitor products or services.",
    ),
    (
        "Formal Address",
        "Address customers formally unless they write informally themselves.",
    ),
    (
        "No Legal Advice",
        "Do not give legal advice; hand the conversation off instead.",
    ),
    ("Short Answers", "Answer in at most four sentences."),
    (
        "Order Numbers",
        "Ask for the order number before looking anything up.",
    ),
    (
        "No Promises",
        "Never promise a delivery date that the shop system does not give.",
    ),
];
const CHANNELS: [&str; 4] = ["web", "email", "whatsapp", "messenger"];

impl Data {
    /// The workflows, and the number of their variants.
    pub(crate) fn workflows(&self) -> (Catalog<Workflow>, u64) {
        let mut variants = 0;
        let make = |draw: &mut Rng, number: u64| {
            let drawn = draw.pick(&TOPICS);
            // Conversations name the first ones, which have no number in their titles.
            let (topic, title) = match TOPICS.get(place_of(number)) {
                Some(topic) => (topic, topic.title.to_owned()),
                None => (drawn, format!("{} {}", drawn.title, number + 1)),
            };
            let mut variant = |position: u64, title: &str| {
                variants += 1;
                WorkflowVariant {
                    id: self.ids(Kind::Variant).id(variants - 1),
                    title: title.to_owned(),
                    position,
                    bot_instructions: format!("Call {} and tell the result.", topic.action),
                    action_names: vec![topic.action.to_owned()],
                    required_conditions: Vec::new(),
                }
            };
            let mut made = vec![variant(0, "Default")];
            if draw.chance(0.3) {
                made.push(variant(1, "Returning customer"));
            }
            Workflow {
                slug: slug(&title),
                when_to_follow: format!("Customer asks about: {}", topic.title.to_lowercase()),
                title,
                is_live: draw.chance(0.8) || number < KEPT,
                priority: (10 * (number + 1)).into(),
                available_channels: channels(draw).unwrap_or_default(),
                is_embedded: false,
                variants: made,
            }
        };
        let edit = |draw: &mut Rng, workflow: &mut Workflow| {
            let named = TOPICS.iter().any(|topic| topic.title == workflow.title);
            match draw.chance(0.5) && !named {
                true => workflow.is_live = !workflow.is_live,
                false => workflow
                    .when_to_follow
                    .push_str(" (or something close to it)"),
            }
        };
        let catalog = self.catalog(Kind::Workflow, WORKFLOWS, make, edit);
        (catalog, variants)
    }

    /// The articles.
    pub(crate) fn articles(&self) -> Catalog<Article> {
        let categories: Vec<Uuid> = (0..CATEGORIES)
            .map(|number| self.ids(Kind::Category).id(number))
            .collect();
        let make = |draw: &mut Rng, number: u64| {
            let topic = place_of(number) % TEXTS.len();
            // The first ones are in English, which customers of every business write.
            let language = match number < KEPT {
                true => 0,
                false => usize::try_from(draw.below(LANGUAGES.len() as u64)).unwrap_or(0),
            };
            let (title, content) = TEXTS[topic][language];
            Article {
                title: match number < KEPT {
                    true => title.to_owned(),
                    false => format!("{title} ({})", number + 1),
                },
                content: content.to_owned(),
                is_public: draw.chance(0.7),
                is_active: draw.chance(0.9) || number < KEPT,
                language: (!draw.chance(0.1)).then_some(LANGUAGES[language].code.into()),
                category_id: draw.chance(0.6).then(|| *draw.pick(&categories)),
            }
        };
        let edit = |draw: &mut Rng, article: &mut Article| match draw.chance(0.5) {
            true => article.content = amended(&article.content),
            false => article.is_public = !article.is_public,
        };
        self.catalog(Kind::Article, ARTICLES, make, edit)
    }

    /// The bot rules.
    pub(crate) fn bot_rules(&self) -> Catalog<BotRule> {
        let make = |draw: &mut Rng, number: u64| {
            let (title, rule) = draw.pick(&RULES);
            BotRule {
                title: format!("{title} {}", number + 1),
                rule: (*rule).to_owned(),
                channels: channels(draw),
            }
        };
        let edit = |draw: &mut Rng, rule: &mut BotRule| match draw.chance(0.5) {
            true => rule.rule.push_str(" No exceptions."),
            false => rule.channels = channels(draw),
        };
        self.catalog(Kind::BotRule, BOT_RULES, make, edit)
    }

    fn catalog<T: Clone + Serialize>(
        &self,
        kind: Kind,
        count: u64,
        mut make: impl FnMut(&mut Rng, u64) -> T,
        edit: impl Fn(&mut Rng, &mut T),
    ) -> Catalog<T> {
        let stream = kind as u64;
        let first_version = stream << 40;
        let mut catalog = Catalog::new(self.ids(kind), self.ids(Kind::Version), first_version);
        for (place, business) in (0_u64..).zip(&BUSINESSES) {
            let count = if place == 0 { count } else { count / SMALLER };
            for number in 0..count {
                let index = (stream << 40) | (place << 32) | number;
                let mut draw = self.draw(Stream::Catalog, index);
                let draw = &mut draw;
                // Dates stay within the first year and a half, before the clock's floor.
                let mut at = START.after(DAY * days(draw, 400));
                let content = make(draw, number);
                let id = catalog.create(business.slug.into(), content, self.author(draw), at);
                // The first ones have a difference to show.
                for _ in 0..draw.below(4).max(u64::from(number < KEPT)) {
                    at = later(at, draw);
                    let author = self.author(draw);
                    catalog.write(id, Change::Updated, author, at, |content| {
                        edit(draw, content)
                    });
                }
                if draw.chance(0.08) && number >= KEPT {
                    at = later(at, draw);
                    catalog.write(id, Change::Deleted, self.author(draw), at, |_| ());
                }
            }
        }
        catalog
    }

    fn author(&self, draw: &mut Rng) -> Author {
        match self.users.is_empty() {
            true => Author::ApiKey,
            false => {
                let user = draw.pick(&self.users);
                Author::User {
                    id: user.id,
                    name: user.full_name.clone(),
                }
            }
        }
    }
}

/// A number as a place in a list.
fn place_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A text with the amendment where it had none, and without it where it had.
fn amended(text: &str) -> String {
    match text.strip_suffix(AMENDMENT) {
        Some(plain) => plain.to_owned(),
        None => format!("{text}{AMENDMENT}"),
    }
}

fn later(at: Timestamp, draw: &mut Rng) -> Timestamp {
    at.after(DAY * days(draw, 30))
        .after(Duration::from_millis(1 + draw.below(80_000_000)))
}

fn days(draw: &mut Rng, bound: u64) -> u32 {
    u32::try_from(draw.below(bound)).unwrap_or(0)
}

fn channels(draw: &mut Rng) -> Option<Vec<String>> {
    draw.chance(0.5).then(|| {
        let count = 1 + usize::try_from(draw.below(3)).unwrap_or(0);
        CHANNELS
            .iter()
            .take(count)
            .map(|&channel| channel.to_owned())
            .collect()
    })
}

/// A title as part of a URL: lower-case words with hyphens between them.
pub(crate) fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_business_has_more_than_a_page_of_everything() {
        let data = Data::new(7, 0);
        assert!(data.workflows().0.live("acme-corp").count() > 50);
        assert!(data.articles().live("acme-corp").count() > 100);
        assert!(data.bot_rules().live("acme-corp").count() > 50);
    }

    #[test]
    fn something_is_deleted_in_every_catalog() {
        let data = Data::new(7, 0);
        assert!(data.workflows().0.deleted("acme-corp").count() > 0);
        assert!(data.articles().deleted("acme-corp").count() > 0);
        assert!(data.bot_rules().deleted("acme-corp").count() > 0);
    }

    #[test]
    fn a_slug_has_words_and_hyphens_only() {
        assert_eq!(slug("Order Status: Inquiry (2)"), "order-status-inquiry-2");
        assert_eq!(slug("!"), "");
    }
}
