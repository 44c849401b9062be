//! The businesses of the sandbox, and the languages and names of their customers.

/// Facts about a business.
#[derive(Debug)]
pub(crate) struct BusinessFacts {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    /// Customers in a hundred that are this business's.
    pub(crate) share: u64,
    /// Languages that its customers write, as positions in [`LANGUAGES`]; repeated for weight.
    pub(crate) languages: &'static [usize],
    pub(crate) channels: &'static [&'static str],
    /// `true` if it has an email integration; without one it cannot send email.
    pub(crate) sends_email: bool,
}

/// The businesses, `acme-corp` first.
pub(crate) const BUSINESSES: [BusinessFacts; 4] = [
    BusinessFacts {
        slug: "acme-corp",
        name: "Acme Corporation",
        share: 45,
        languages: &[0, 0, 0, 3],
        channels: &["web", "web", "email", "whatsapp", "phone-call", "amazon"],
        sends_email: true,
    },
    BusinessFacts {
        slug: "nordlicht-outdoor",
        name: "Nordlicht Outdoor GmbH",
        share: 30,
        languages: &[1, 1, 1, 0, 4],
        channels: &["web", "email", "email", "instagram", "trustpilot-reviews"],
        sends_email: true,
    },
    BusinessFacts {
        slug: "maison-lumiere",
        name: "Maison Lumière",
        share: 17,
        languages: &[2, 2, 2, 0],
        channels: &["web", "email", "messenger", "instagram", "facebookComment"],
        sends_email: true,
    },
    BusinessFacts {
        slug: "kaffe-kungen",
        name: "Kaffekungen AB",
        share: 8,
        languages: &[4, 4, 0],
        channels: &["web", "whatsapp", "telegram", "sms"],
        sends_email: false,
    },
];

/// A language, with names that are common where it is spoken.
#[derive(Debug)]
pub(crate) struct Language {
    /// ISO 639-1 code.
    pub(crate) code: &'static str,
    /// Country calling code.
    pub(crate) calling_code: u32,
    pub(crate) first_names: [&'static str; 12],
    pub(crate) last_names: [&'static str; 12],
}

/// The languages; texts are in this order everywhere.
pub(crate) const LANGUAGES: [Language; 5] = [
    Language {
        code: "en",
        calling_code: 1,
        first_names: [
            "Olivia", "Noah", "Amelia", "Liam", "Grace", "Ethan", "Maya", "Daniel", "Chloe",
            "Samuel", "Priya", "Marcus",
        ],
        last_names: [
            "Smith", "Johnson", "Brown", "Patel", "Davies", "Wilson", "Nguyen", "Clark", "O'Neill",
            "Walker", "Reed", "Morgan",
        ],
    },
    Language {
        code: "de",
        calling_code: 49,
        first_names: [
            "Hannah",
            "Lukas",
            "Mia",
            "Jürgen",
            "Sophie",
            "Felix",
            "Lena",
            "Maximilian",
            "Greta",
            "Björn",
            "Ayşe",
            "Jonas",
        ],
        last_names: [
            "Müller", "Schmidt", "Schäfer", "Fischer", "Weber", "Groß", "Wagner", "Becker",
            "Hoffmann", "Yılmaz", "Köhler", "Krause",
        ],
    },
    Language {
        code: "fr",
        calling_code: 33,
        first_names: [
            "Camille", "Louis", "Chloé", "Gabriel", "Inès", "Hugo", "Léa", "Théo", "Zoé", "Mathis",
            "Amélie", "Karim",
        ],
        last_names: [
            "Martin",
            "Bernard",
            "Lefèvre",
            "Dubois",
            "Moreau",
            "Benali",
            "Garçon",
            "Roux",
            "Fontaine",
            "Chevalier",
            "Mercier",
            "Blanc",
        ],
    },
    Language {
        code: "es",
        calling_code: 34,
        first_names: [
            "Lucía", "Mateo", "Sofía", "Hugo", "Martina", "José", "Valeria", "Pablo", "Carmen",
            "Álvaro", "Elena", "Diego",
        ],
        last_names: [
            "García",
            "Fernández",
            "López",
            "Muñoz",
            "Sánchez",
            "Pérez",
            "Gómez",
            "Ruiz",
            "Díaz",
            "Moreno",
            "Álvarez",
            "Romero",
        ],
    },
    Language {
        code: "sv",
        calling_code: 46,
        first_names: [
            "Alice", "Liam", "Astrid", "Oscar", "Ebba", "Nils", "Freja", "Axel", "Saga", "Åke",
            "Linnéa", "Elias",
        ],
        last_names: [
            "Andersson",
            "Johansson",
            "Karlsson",
            "Nilsson",
            "Lindström",
            "Öberg",
            "Svensson",
            "Bergqvist",
            "Åkesson",
            "Lund",
            "Sjögren",
            "Holm",
        ],
    },
];

/// Every channel of the document, so that each is met in a sandbox of 200 conversations.
pub(crate) const CHANNELS: [&str; 23] = [
    "web",
    "email",
    "whatsapp",
    "messenger",
    "instagram",
    "telegram",
    "sms",
    "phone-call",
    "google-business-messages",
    "google-reviews",
    "trustpilot-reviews",
    "facebookComment",
    "facebookMention",
    "instagramMention",
    "instagramComment",
    "amazon",
    "ebay",
    "aircall",
    "brymec",
    "echo",
    "test-review",
    "zoom-transcript",
    "api",
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_channels_are_those_of_the_document() {
        let document: Value = serde_json::from_str(crate::contract::PUBLISHED).unwrap();
        let place = "/paths/~1rest~1v1~1conversations~1{id}/get/responses/200/content\
                     /application~1json/schema/properties/data/properties/messages/items\
                     /properties/channel/enum";
        assert_eq!(document.pointer(place), Some(&json!(CHANNELS)));
    }
}
