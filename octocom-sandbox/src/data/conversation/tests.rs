//! Tests of the seeded conversations.

use super::*;
use crate::data::market::CHANNELS;
use crate::model::Sender;

#[test]
fn a_conversation_is_the_same_every_time_and_another_with_another_seed() {
    let text = |seed| serde_json::to_string(&Data::new(seed, 100).conversation(42)).unwrap();
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
}

#[test]
fn what_lists_filter_by_agrees_with_the_conversation() {
    let data = Data::new(7, 500);
    for number in 0..500 {
        let conversation = data.conversation(number);
        assert_eq!(conversation.list_state(), data.list_state(number));
        assert_eq!(conversation.business_slug, data.business_of(number));
        let pairs = conversation.metadata.len();
        assert_eq!(pairs, data.metadata(number).len());
    }
}

#[test]
fn things_happen_in_order_within_a_conversation() {
    let data = Data::new(7, 500);
    for number in 0..500 {
        let c = data.conversation(number);
        assert!(
            c.messages
                .iter()
                .map(|message| message.created_at)
                .is_sorted()
        );
        let last = c.messages.last().unwrap().created_at;
        assert!(c.closed_at.is_none_or(|closed| closed > last));
        assert_eq!(c.notes.is_empty(), c.handed_off_at.is_none());
    }
}

#[test]
fn what_conversations_name_is_in_the_lists() {
    let data = Data::new(7, 500);
    let (workflows, _) = data.workflows();
    for number in 0..500 {
        let c = data.conversation(number);
        let live: Vec<_> = workflows.live(&c.business_slug).collect();
        for title in &c.workflows {
            let named = live.iter().find(|entry| entry.content.title == *title);
            let named = named.unwrap_or_else(|| panic!("{title} of {}", c.business_slug));
            assert!(named.content.is_live, "{title}");
            let variants = named.content.variants.iter();
            let variants = variants.map(|variant| format!("{title} / {}", variant.title));
            assert!(
                c.variants
                    .iter()
                    .all(|it| variants.clone().any(|known| known == *it))
            );
        }
        let known = |id| data.users.iter().any(|user| user.id == id);
        assert!(c.notes.iter().all(|note| known(note.user_id)));
    }
}

#[test]
fn outbound_conversations_every_channel_archived_authors_and_long_threads_occur() {
    let data = Data::new(7, 500);
    let all: Vec<_> = (0..500).map(|number| data.conversation(number)).collect();
    let outbound = all.iter().filter(|c| c.is_outbound);
    assert!(outbound.clone().count() >= 5);
    assert!(
        outbound
            .clone()
            .all(|c| c.messages[0].sender == Sender::Agent)
    );
    let messages = || all.iter().flat_map(|c| &c.messages);
    for channel in CHANNELS {
        assert!(messages().any(|it| it.channel == channel), "{channel}");
    }
    assert!(all.iter().any(|c| c.messages.len() > 10));
    let archived = |id| data.users.iter().any(|it| it.id == id && it.archived);
    assert!(
        all.iter()
            .flat_map(|c| &c.notes)
            .any(|note| archived(note.user_id))
    );
    let keys = all.iter().flat_map(|c| &c.data_collection_results);
    let keys: std::collections::BTreeSet<_> = keys.map(|it| it.key.as_ref()).collect();
    let expected = ["issue_type", "product_category", "resolved_by", "urgency"];
    assert_eq!(Vec::from_iter(keys), expected);
}

#[test]
fn a_public_id_holds_its_number() {
    let data = Data::new(7, 100);
    assert_eq!(public_number(&data.conversation(41).public_id), Some(41));
    assert_eq!(public_number("CONV-2024-000000"), None);
    assert_eq!(public_number("CONV-2024-x"), None);
}
