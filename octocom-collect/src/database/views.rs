//! Views that answer what people ask.

/// The views. They are made anew whenever a database is opened.
pub(super) const VIEWS: &str = "
    DROP VIEW IF EXISTS closed_by_month_and_sentiment;
    CREATE VIEW closed_by_month_and_sentiment AS
        SELECT strftime('%Y-%m', closed_at) AS month, coalesce(sentiment, 'unknown') AS sentiment,
            count(*) AS conversations
        FROM conversations WHERE closed_at IS NOT NULL AND gone_at IS NULL
        GROUP BY 1, 2 ORDER BY 1, 2;
    DROP VIEW IF EXISTS conversations_by_topic;
    CREATE VIEW conversations_by_topic AS
        SELECT topics.text AS topic, count(*) AS conversations
        FROM topics JOIN conversations ON conversations.id = topics.conversation_id
        WHERE gone_at IS NULL
        GROUP BY 1 ORDER BY 2 DESC, 1;
    DROP VIEW IF EXISTS time_to_hand_off;
    CREATE VIEW time_to_hand_off AS
        SELECT id AS conversation_id, public_id, created_at, handed_off_at,
            CAST(round((julianday(handed_off_at) - julianday(created_at)) * 86400) AS INTEGER)
                AS seconds
        FROM conversations WHERE handed_off_at IS NOT NULL AND gone_at IS NULL
        ORDER BY created_at;
    DROP VIEW IF EXISTS messages_per_conversation;
    CREATE VIEW messages_per_conversation AS
        SELECT conversations.id AS conversation_id, public_id, count(messages.id) AS messages
        FROM conversations LEFT JOIN messages ON messages.conversation_id = conversations.id
        WHERE gone_at IS NULL AND conversations.raw IS NOT NULL
        GROUP BY conversations.id ORDER BY messages DESC, public_id;
";
