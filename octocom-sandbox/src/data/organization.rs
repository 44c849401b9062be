//! Businesses, teams, users and macros of the seeded world.

use super::market::{BUSINESSES, LANGUAGES};
use super::{START, TOPICS, fill};
use crate::ids::{Ids, Kind};
use crate::model::{Business, Macro, Team, User};
use crate::rng::{Rng, Stream};

const TEAMS: [&str; 8] = [
    "First ConnectionHandle",
    "Second ConnectionHandle",
    "Returns",
    "Billing",
    "Social Media",
    "Key Accounts",
    "Night Shift",
    "Knowledge Base",
];
/// Users that the list shows: more than a page.
const USERS: u64 = 73;
/// Users who have left. The list leaves them out; conversations still name them.
const ARCHIVED_USERS: u64 = 7;
/// More than two pages.
const MACROS: u64 = 120;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) fn businesses(seed: u64) -> Vec<Business> {
    let ids = Ids::new(seed, Kind::Business);
    let business = |(number, facts): (u64, &super::BusinessFacts)| Business {
        id: ids.id(number),
        slug: facts.slug.into(),
        name: facts.name.into(),
        sends_email: facts.sends_email,
    };
    (0..).zip(&BUSINESSES).map(business).collect()
}

pub(super) fn teams(seed: u64) -> Vec<Team> {
    let ids = Ids::new(seed, Kind::Team);
    let team = |(number, name): (u64, &&'static str)| {
        let mut draw = Rng::new(seed, Stream::Organization, number);
        let day = |days: u64| i64::try_from(days).unwrap_or(0) * DAY_MS;
        // Teams are older than the conversations that they answer.
        let created = START.0 - day(200 + draw.below(400));
        Team {
            id: ids.id(number),
            name: (*name).into(),
            created_at: crate::timestamp::Timestamp(created),
            updated_at: crate::timestamp::Timestamp(created + day(draw.below(180))),
        }
    };
    (0..).zip(&TEAMS).map(team).collect()
}

pub(super) fn users(seed: u64, teams: &[Team]) -> Vec<User> {
    let ids = Ids::new(seed, Kind::User);
    let user = |number| {
        let mut draw = Rng::new(seed, Stream::Organization, 1_000 + number);
        let language = draw.pick(&LANGUAGES);
        let first = draw.pick(&language.first_names);
        let last = draw.pick(&language.last_names);
        let archived = number >= USERS;
        // The first user always answers customers, so that there is one.
        let is_agent = number == 0 || draw.chance(0.8) || archived;
        User {
            id: ids.id(number),
            email: format!("{}.{}{number}@octocom.example", ascii(first), ascii(last)),
            full_name: format!("{first} {last}"),
            is_agent,
            is_manager: draw.chance(0.15),
            team_id: draw.chance(0.85).then(|| draw.pick(teams).id),
            archived,
        }
    };
    (0..USERS + ARCHIVED_USERS).map(user).collect()
}

pub(super) fn macros(seed: u64) -> Vec<Macro> {
    let ids = Ids::new(seed, Kind::Macro);
    let build = |number| {
        let mut draw = Rng::new(seed, Stream::Organization, 2_000 + number);
        let topic = draw.pick(&TOPICS);
        let language = usize::try_from(draw.below(LANGUAGES.len() as u64)).unwrap_or(0);
        let code = LANGUAGES[language].code;
        let answer = fill(topic.texts[language].answer, "{{name}}", "{{order}}");
        Macro {
            id: ids.id(number),
            title: format!("{} ({code}) {}", topic.title, number + 1),
            content: (!draw.chance(0.05)).then_some(answer),
            business_slug: (!draw.chance(0.25)).then(|| draw.pick(&BUSINESSES).slug.into()),
        }
    };
    (0..MACROS).map(build).collect()
}

/// A name as the local part of an address: lower-case ASCII letters.
pub(super) fn ascii(name: &str) -> String {
    let plain = |letter: char| match letter {
        'ä' | 'å' | 'á' | 'à' | 'â' | 'Å' | 'Á' => "a",
        'é' | 'è' | 'ê' => "e",
        'í' | 'ı' | 'ï' => "i",
        'ö' | 'ó' | 'ô' | 'Ö' => "o",
        'ü' | 'ú' => "u",
        'ñ' => "n",
        'ç' => "c",
        'ş' => "s",
        'ß' => "ss",
        _ => "",
    };
    let mut text = String::new();
    for letter in name.chars() {
        match letter.is_ascii_alphabetic() {
            true => text.push(letter.to_ascii_lowercase()),
            false => text.push_str(plain(letter)),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_an_ascii_form_of_its_own_length_or_more() {
        for language in &LANGUAGES {
            for name in language.first_names.iter().chain(&language.last_names) {
                let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
                assert!(ascii(name).len() >= letters, "{name}");
            }
        }
    }

    #[test]
    fn the_first_user_answers_customers_whatever_the_seed() {
        assert!((0..50).all(|seed| users(seed, &teams(seed))[0].is_agent));
    }
}
