// Generated from openapi.json; not edited by hand.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///Result of an operation, with a message.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Acknowledgement {
        ///Success message
        pub message: ::std::string::String,
        ///Whether the operation succeeded
        pub success: bool,
    }
    ///Article of the knowledge base.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Article {
        ///Category the article belongs to
        #[serde(
            rename = "categoryId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub category_id: ::std::option::Option<::uuid::Uuid>,
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Whether article is active
        #[serde(rename = "isActive")]
        pub is_active: bool,
        ///Whether article is publicly visible
        #[serde(rename = "isPublic")]
        pub is_public: bool,
        ///Article language (ISO 639-1)
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub language: ::std::option::Option<::std::string::String>,
        ///Article title
        pub title: ::std::string::String,
    }
    ///Changes to an article. Missing fields keep their values.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct ArticleUpdate {
        ///Business identifier (required)
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        #[serde(
            rename = "categoryId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub category_id: ::std::option::Option<::uuid::Uuid>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub content: ::std::option::Option<NonEmptyText>,
        #[serde(
            rename = "isActive",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_active: ::std::option::Option<bool>,
        #[serde(
            rename = "isPublic",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_public: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<NonEmptyText>,
    }
    ///Conversation started with the bot.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct BotConversation {
        ///The bot's response (only present in synchronous mode when bot responds)
        #[serde(
            rename = "botResponse",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub bot_response: ::std::option::Option<::std::string::String>,
        ///Unique conversation identifier
        #[serde(rename = "conversationId")]
        pub conversation_id: ::uuid::Uuid,
        ///ID of the customer message that was created
        #[serde(rename = "customerMessageId")]
        pub customer_message_id: ::uuid::Uuid,
        ///Human-readable conversation ID
        #[serde(rename = "publicId")]
        pub public_id: ::std::string::String,
    }
    ///Customer to link to the conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct BotCustomer {
        ///Customer email to associate with the conversation
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        ///Customer name
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        ///Customer phone number
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub phone: ::std::option::Option<::std::string::String>,
    }
    ///Function that the bot called.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct BotFunctionCall {
        ///Result from the function call
        pub content: ::std::string::String,
        ///Call timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///JSON string of arguments passed
        #[serde(rename = "toolArguments")]
        pub tool_arguments: ::std::string::String,
        ///Name of the function/tool called
        #[serde(rename = "toolName")]
        pub tool_name: ::std::string::String,
    }
    ///Input to the bot: 1 to 5,000 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct BotInput(::std::string::String);
    impl ::std::ops::Deref for BotInput {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<BotInput> for ::std::string::String {
        fn from(value: BotInput) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for BotInput {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 5000usize {
                return Err("longer than 5000 characters".into());
            }
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for BotInput {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for BotInput {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for BotInput {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Message to the bot, with its reply in synchronous mode.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct BotReply {
        ///The bot's response (only present in synchronous mode when bot responds)
        #[serde(
            rename = "botResponse",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub bot_response: ::std::option::Option<::std::string::String>,
        ///ID of the customer message that was created
        #[serde(rename = "customerMessageId")]
        pub customer_message_id: ::uuid::Uuid,
    }
    ///Rule that the bot follows.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct BotRule {
        ///Channels this rule applies to (null = all channels)
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub channels: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Rule instruction text
        pub rule: ::std::string::String,
        ///Rule title
        pub title: ::std::string::String,
    }
    ///Changes to a bot rule. Missing fields keep their values.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct BotRuleUpdate {
        ///Business identifier (required)
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///Channels (omit to leave unchanged, null to apply to all)
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub channels: ::std::option::Option<
            crate::nullable::Nullable<::std::vec::Vec<crate::types::Channel>>,
        >,
        ///New rule instruction text
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub rule: ::std::option::Option<NonEmptyText>,
        ///New rule title
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<NonEmptyText>,
    }
    ///Business of the organization.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Business {
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Business display name
        pub name: ::std::string::String,
        ///Business slug (use this for business-scoped API calls)
        pub slug: ::std::string::String,
    }
    ///All businesses of the organization.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct BusinessList {
        ///List of businesses
        pub data: ::std::vec::Vec<Business>,
    }
    ///Slug of a business: at least 1 character.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct BusinessSlug(::std::string::String);
    impl ::std::ops::Deref for BusinessSlug {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<BusinessSlug> for ::std::string::String {
        fn from(value: BusinessSlug) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for BusinessSlug {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for BusinessSlug {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for BusinessSlug {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for BusinessSlug {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Value that the AI extracted from a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct CollectedData {
        ///Collection timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Data field identifier
        pub key: ::std::string::String,
        ///Collected value
        pub value: ::std::string::String,
    }
    ///Conversation in full: with messages, notes, events and metadata.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Conversation {
        ///Functions invoked by the bot
        #[serde(rename = "botFunctionCalls")]
        pub bot_function_calls: ::std::vec::Vec<BotFunctionCall>,
        ///Business identifier
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///When closed
        #[serde(
            rename = "closedAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub closed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Customer associated with this conversation (null if no customer linked)
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub customer: ::std::option::Option<CustomerRef>,
        ///AI-extracted data from conversation
        #[serde(rename = "dataCollectionResults")]
        pub data_collection_results: ::std::vec::Vec<CollectedData>,
        ///Conversation lifecycle events
        pub events: ::std::vec::Vec<Event>,
        ///When handed to human agent
        #[serde(
            rename = "handedOffAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub handed_off_at: ::std::option::Option<
            ::chrono::DateTime<::chrono::offset::Utc>,
        >,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Detected language (ISO 639-1 code)
        pub language: ::std::string::String,
        ///Complete message history
        pub messages: ::std::vec::Vec<Message>,
        ///Key-value metadata pairs
        pub metadata: ::std::vec::Vec<MetadataEntry>,
        ///Internal notes added by agents
        pub notes: ::std::vec::Vec<Note>,
        ///Public-facing ID for external references
        #[serde(rename = "publicId")]
        pub public_id: ::std::string::String,
        ///AI-analyzed sentiment
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sentiment: ::std::option::Option<::std::string::String>,
        ///Explanation for sentiment classification
        #[serde(
            rename = "sentimentReason",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub sentiment_reason: ::std::option::Option<::std::string::String>,
        ///Subject or title
        pub subject: ::std::string::String,
        ///User-applied tags
        pub tags: ::std::vec::Vec<::std::string::String>,
        ///AI-classified topics
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub topics: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        ///Deduplicated workflow variant names (format: 'WorkflowName / VariantName')
        pub variants: ::std::vec::Vec<::std::string::String>,
        ///Deduplicated workflow names used across all bot responses
        pub workflows: ::std::vec::Vec<::std::string::String>,
    }
    ///UUID or public id of a conversation.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct ConversationRef(::std::string::String);
    impl ::std::ops::Deref for ConversationRef {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<ConversationRef> for ::std::string::String {
        fn from(value: ConversationRef) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for ConversationRef {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for ConversationRef {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for ConversationRef {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for ConversationRef {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Summary of a conversation, without messages.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct ConversationSummary {
        ///Business identifier
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///When closed (null if open)
        #[serde(
            rename = "closedAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub closed_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///When handed to human agent (null if bot-only)
        #[serde(
            rename = "handedOffAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub handed_off_at: ::std::option::Option<
            ::chrono::DateTime<::chrono::offset::Utc>,
        >,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Channel where conversation started
        #[serde(
            rename = "initialChannel",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub initial_channel: ::std::option::Option<crate::enums::Channel>,
        ///Whether initiated by the business
        #[serde(rename = "isOutbound")]
        pub is_outbound: bool,
        ///Most recent message timestamp
        #[serde(rename = "lastMessageCreatedAt")]
        pub last_message_created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Channel of most recent message
        #[serde(
            rename = "latestChannel",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub latest_channel: ::std::option::Option<crate::enums::Channel>,
        ///Public-facing ID for external references
        #[serde(rename = "publicId")]
        pub public_id: ::std::string::String,
        ///AI-analyzed sentiment (e.g., 'Strongly Positive', 'Neutral')
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sentiment: ::std::option::Option<::std::string::String>,
        ///Subject or title
        pub subject: ::std::string::String,
        ///User-applied tags
        pub tags: ::std::vec::Vec<::std::string::String>,
        ///AI-classified topics
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub topics: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        ///'customer' for direct, 'external' for third-party
        #[serde(rename = "type")]
        pub type_: crate::enums::ConversationType,
    }
    ///Value that the AI classified in a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct CustomData {
        ///Associated conversation ID
        #[serde(rename = "conversationId")]
        pub conversation_id: ::uuid::Uuid,
        ///When the classification was made
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Classification key (e.g., 'issue_type', 'sentiment')
        pub key: ::std::string::String,
        ///Classified value for this key
        pub value: ::std::string::String,
    }
    ///Customer with the ids of their conversations.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Customer {
        ///Business identifier
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///IDs of conversations associated with this customer
        #[serde(rename = "conversationIds")]
        pub conversation_ids: ::std::vec::Vec<::uuid::Uuid>,
        ///When the customer was first seen
        #[serde(
            rename = "createdAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///Customer email address
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Customer display name
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        ///Customer phone number
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub phone: ::std::option::Option<::std::string::String>,
    }
    ///Metadata value of a customer: 1 to 50,000 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct CustomerMetadataValue(::std::string::String);
    impl ::std::ops::Deref for CustomerMetadataValue {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<CustomerMetadataValue> for ::std::string::String {
        fn from(value: CustomerMetadataValue) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for CustomerMetadataValue {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 50000usize {
                return Err("longer than 50000 characters".into());
            }
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for CustomerMetadataValue {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for CustomerMetadataValue {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for CustomerMetadataValue {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Customer of a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct CustomerRef {
        ///Customer email address
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        ///Customer unique identifier
        pub id: ::uuid::Uuid,
        ///Customer display name
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        ///Customer phone number
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub phone: ::std::option::Option<::std::string::String>,
    }
    ///Changes to a customer. Missing fields keep their values.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct CustomerUpdate {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = ":: indexmap :: IndexMap::is_empty")]
        pub metadata: ::indexmap::IndexMap<::std::string::String, ::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub phone: ::std::option::Option<::std::string::String>,
    }
    ///Result of queueing an email.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct EmailQueued {
        ///ID of the created conversation
        #[serde(rename = "conversationId")]
        pub conversation_id: ::uuid::Uuid,
        ///Public-facing ID of the created conversation
        #[serde(rename = "publicId")]
        pub public_id: ::std::string::String,
        ///Whether the operation succeeded
        pub success: bool,
    }
    ///Email subject: 1 to 998 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct EmailSubject(::std::string::String);
    impl ::std::ops::Deref for EmailSubject {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<EmailSubject> for ::std::string::String {
        fn from(value: EmailSubject) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for EmailSubject {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 998usize {
                return Err("longer than 998 characters".into());
            }
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for EmailSubject {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for EmailSubject {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for EmailSubject {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Body of an error response.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct ErrorBody {
        ///Error message
        pub error: ::std::string::String,
    }
    ///Event of a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Event {
        ///Event timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Event type identifier
        pub event: ::std::string::String,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Event-specific metadata
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub metadata: ::std::option::Option<::serde_json::Value>,
    }
    ///Result of creating an event.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct EventCreated {
        ///ID of the created event
        #[serde(rename = "eventId")]
        pub event_id: ::uuid::Uuid,
        ///Success or error message
        pub message: ::std::string::String,
        ///Whether the operation succeeded
        pub success: bool,
    }
    ///Event text: 1 to 1,000 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct EventText(::std::string::String);
    impl ::std::ops::Deref for EventText {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<EventText> for ::std::string::String {
        fn from(value: EventText) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for EventText {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 1000usize {
                return Err("longer than 1000 characters".into());
            }
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for EventText {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for EventText {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for EventText {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Response template that agents use.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Macro {
        ///Business scope (null = organization-wide)
        #[serde(
            rename = "businessSlug",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub business_slug: ::std::option::Option<::std::string::String>,
        ///Macro response template
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub content: ::std::option::Option<::std::string::String>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Macro title
        pub title: ::std::string::String,
    }
    ///Message of a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Message {
        ///Agent name if sender is 'agent'
        #[serde(
            rename = "agentName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub agent_name: ::std::option::Option<::std::string::String>,
        ///Channel the message was sent through
        pub channel: crate::enums::Channel,
        ///Message timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Sender type: 'customer', 'bot', 'agent', or 'external'
        pub sender: ::std::string::String,
        ///Message content
        pub text: ::std::string::String,
    }
    ///Result of setting or deleting a metadata pair.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct MetadataChange {
        ///The metadata key
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub key: ::std::option::Option<::std::string::String>,
        ///Success or error message
        pub message: ::std::string::String,
        ///Whether the operation succeeded
        pub success: bool,
        ///The metadata value
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub value: ::std::option::Option<::std::string::String>,
    }
    ///Metadata pair with the times of its changes.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct MetadataEntry {
        ///When first created
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Metadata key
        pub key: ::std::string::String,
        ///When last updated
        #[serde(rename = "updatedAt")]
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Metadata value
        pub value: ::std::string::String,
    }
    ///Metadata key to filter by: at most 200 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct MetadataFilterKey(::std::string::String);
    impl ::std::ops::Deref for MetadataFilterKey {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<MetadataFilterKey> for ::std::string::String {
        fn from(value: MetadataFilterKey) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for MetadataFilterKey {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 200usize {
                return Err("longer than 200 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for MetadataFilterKey {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for MetadataFilterKey {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for MetadataFilterKey {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Metadata key: 1 to 200 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct MetadataKey(::std::string::String);
    impl ::std::ops::Deref for MetadataKey {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<MetadataKey> for ::std::string::String {
        fn from(value: MetadataKey) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for MetadataKey {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 200usize {
                return Err("longer than 200 characters".into());
            }
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for MetadataKey {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for MetadataKey {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for MetadataKey {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Metadata key as a path segment: at least 1 character.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct MetadataKeySegment(::std::string::String);
    impl ::std::ops::Deref for MetadataKeySegment {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<MetadataKeySegment> for ::std::string::String {
        fn from(value: MetadataKeySegment) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for MetadataKeySegment {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for MetadataKeySegment {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for MetadataKeySegment {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for MetadataKeySegment {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///All metadata pairs of a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct MetadataList {
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub data: ::std::vec::Vec<MetadataEntry>,
    }
    ///One metadata pair.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct MetadataPair {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub key: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub value: ::std::option::Option<::std::string::String>,
    }
    ///Metadata value: at most 50,000 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct MetadataValue(::std::string::String);
    impl ::std::ops::Deref for MetadataValue {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<MetadataValue> for ::std::string::String {
        fn from(value: MetadataValue) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for MetadataValue {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 50000usize {
                return Err("longer than 50000 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for MetadataValue {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for MetadataValue {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for MetadataValue {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Article to create.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewArticle {
        ///Business identifier (required)
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        #[serde(
            rename = "categoryId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub category_id: ::std::option::Option<::uuid::Uuid>,
        ///Article body content
        pub content: NonEmptyText,
        #[serde(
            rename = "isActive",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_active: ::std::option::Option<bool>,
        #[serde(
            rename = "isPublic",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_public: ::std::option::Option<bool>,
        ///Article title
        pub title: NonEmptyText,
    }
    ///Conversation to start with the bot.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewBotConversation {
        ///When true, returns immediately without waiting for bot response. Poll GET /rest/v1/conversations/:id to retrieve the bot's response.
        #[serde(rename = "async", default)]
        pub async_: bool,
        ///Business identifier (use /rest/v1/businesses to list)
        #[serde(rename = "businessSlug")]
        pub business_slug: BusinessSlug,
        ///Optional customer information to link to the conversation
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub customer: ::std::option::Option<BotCustomer>,
        ///The input to send to the bot (max 5000 characters)
        pub message: BotInput,
        ///Optional key-value metadata pairs to attach to the conversation (max 200 pairs, keys max 200 chars, values max 50,000 chars)
        #[serde(default, skip_serializing_if = ":: indexmap :: IndexMap::is_empty")]
        pub metadata: ::indexmap::IndexMap<::std::string::String, MetadataValue>,
    }
    ///Message to send to the bot.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewBotMessage {
        ///When true, returns immediately without waiting for bot response. Poll GET /rest/v1/conversations/:id to retrieve the bot's response.
        #[serde(rename = "async", default)]
        pub async_: bool,
        ///The input to send to the bot (max 5000 characters)
        pub message: BotInput,
    }
    ///Bot rule to create.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewBotRule {
        ///Business identifier (required)
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///Channels this rule applies to (omit for all channels)
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub channels: ::std::vec::Vec<crate::enums::Channel>,
        ///Rule instruction text for the bot
        pub rule: NonEmptyText,
        ///Rule title
        pub title: NonEmptyText,
    }
    ///Metadata pair to set on a customer.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewCustomerMetadata {
        ///Metadata key
        pub key: MetadataKey,
        ///Metadata value
        pub value: CustomerMetadataValue,
    }
    ///Event to create in a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewEvent {
        ///The conversation UUID or publicId
        #[serde(rename = "conversationId")]
        pub conversation_id: ConversationRef,
        ///The event text to record
        pub event: EventText,
    }
    ///Metadata pair to set on a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewMetadata {
        ///Metadata key (max 200 chars)
        pub key: MetadataKey,
        ///Value to store (max 50,000 chars)
        pub value: MetadataValue,
    }
    ///Purchase to record.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewPurchase {
        ///Currency code (e.g., 'USD', 'EUR')
        #[serde(rename = "currencyCode")]
        pub currency_code: NonEmptyText,
        ///Purchase line items (will be stored as JSON)
        #[serde(rename = "lineItems")]
        pub line_items: ::serde_json::Value,
        ///Optional merchant-defined order identifier for reconciliation (any string, e.g. '#1042' or 'order_abc123').
        #[serde(
            rename = "orderId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub order_id: ::std::option::Option<NonEmptyText>,
        ///Provider identifier (e.g., 'shopify', 'api')
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub provider: ::std::option::Option<PurchaseProvider>,
        ///Total price of the purchase
        #[serde(rename = "totalPrice")]
        pub total_price: f64,
    }
    ///Row to append to a sheet.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewSheetRow {
        ///Key-value pairs where keys are column headers and values are cell data
        pub data: ::indexmap::IndexMap<::std::string::String, ::std::string::String>,
        ///The Google Sheets spreadsheet ID (from the URL between /d/ and /edit)
        #[serde(rename = "spreadsheetId")]
        pub spreadsheet_id: NonEmptyText,
    }
    ///Workflow to create.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewWorkflow {
        ///Limit to specific channels (omit or empty array for all channels)
        #[serde(
            rename = "availableChannels",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        pub available_channels: ::std::vec::Vec<::std::string::String>,
        ///Business identifier (required)
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///Whether this is an embedded workflow (must have exactly 1 variant)
        #[serde(rename = "isEmbedded", default)]
        pub is_embedded: bool,
        ///Whether the workflow is active
        #[serde(rename = "isLive")]
        pub is_live: bool,
        ///Workflow title
        pub title: NonEmptyText,
        ///At least one variant required
        pub variants: ::std::vec::Vec<NewWorkflowVariant>,
        ///Human-readable condition for when this workflow applies (e.g., 'Customer asks about returns')
        #[serde(rename = "whenToFollow")]
        pub when_to_follow: NonEmptyText,
    }
    ///Variant of a workflow to create.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct NewWorkflowVariant {
        ///Available actions for this variant
        #[serde(
            rename = "actionNames",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        pub action_names: ::std::vec::Vec<::std::string::String>,
        ///Instructions for the bot to follow
        #[serde(rename = "botInstructions")]
        pub bot_instructions: NonEmptyText,
        ///Conditions that must be true for this variant
        #[serde(
            rename = "requiredConditions",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        pub required_conditions: ::std::vec::Vec<::std::string::String>,
        ///Variant name
        pub title: NonEmptyText,
    }
    ///Text of at least 1 character.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct NonEmptyText(::std::string::String);
    impl ::std::ops::Deref for NonEmptyText {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<NonEmptyText> for ::std::string::String {
        fn from(value: NonEmptyText) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for NonEmptyText {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for NonEmptyText {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for NonEmptyText {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for NonEmptyText {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Internal note of an agent.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Note {
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Note content
        pub text: ::std::string::String,
        ///ID of user who created the note
        #[serde(rename = "userId")]
        pub user_id: ::uuid::Uuid,
    }
    ///Email to send.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct OutboundEmail {
        ///Slug of the business to send the email from
        #[serde(rename = "businessSlug")]
        pub business_slug: BusinessSlug,
        ///Optional recipient name
        #[serde(
            rename = "customerName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub customer_name: ::std::option::Option<::std::string::String>,
        ///Email subject line
        pub subject: EmailSubject,
        ///Optional tags to attach to the created conversation
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub tags: ::std::vec::Vec<Tag>,
        ///Plain-text body of the email
        pub text: NonEmptyText,
        ///Recipient email address
        pub to: ::std::string::String,
    }
    ///Provider of a purchase: at least 1 character.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct PurchaseProvider(::std::string::String);
    impl ::std::ops::Deref for PurchaseProvider {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<PurchaseProvider> for ::std::string::String {
        fn from(value: PurchaseProvider) -> Self {
            value.0
        }
    }
    impl ::std::default::Default for PurchaseProvider {
        fn default() -> Self {
            PurchaseProvider("api".to_string())
        }
    }
    impl ::std::str::FromStr for PurchaseProvider {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for PurchaseProvider {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for PurchaseProvider {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for PurchaseProvider {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Result of recording a purchase.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PurchaseRecorded {
        ///ID of the created purchase record
        pub id: ::uuid::Uuid,
        ///Success message
        pub message: ::std::string::String,
        ///Whether the operation succeeded
        pub success: bool,
    }
    ///Tag: 1 to 100 characters.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct Tag(::std::string::String);
    impl ::std::ops::Deref for Tag {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<Tag> for ::std::string::String {
        fn from(value: Tag) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for Tag {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            if value.chars().count() > 100usize {
                return Err("longer than 100 characters".into());
            }
            if value.chars().count() < 1usize {
                return Err("shorter than 1 characters".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for Tag {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Tag {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for Tag {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///Result of adding a tag.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct TagAdded {
        ///Success or error message
        pub message: ::std::string::String,
        ///Whether the operation succeeded
        pub success: bool,
        ///ID of the created or existing tag
        #[serde(rename = "tagId")]
        pub tag_id: ::uuid::Uuid,
    }
    ///Tag to add to a conversation.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct TagAssignment {
        ///The conversation UUID or publicId
        #[serde(rename = "conversationId")]
        pub conversation_id: ConversationRef,
        ///The tag text to add to the conversation
        pub tag: Tag,
    }
    ///Team of the organization.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Team {
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Team name
        pub name: ::std::string::String,
        ///Last update timestamp
        #[serde(rename = "updatedAt")]
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///Member of the organization.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct User {
        ///User email
        pub email: ::std::string::String,
        ///User's full name
        #[serde(rename = "fullName")]
        pub full_name: ::std::string::String,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Whether user can handle conversations
        #[serde(rename = "isAgent")]
        pub is_agent: bool,
        ///Whether user has manager privileges
        #[serde(rename = "isManager")]
        pub is_manager: bool,
        ///Team the user belongs to
        #[serde(
            rename = "teamId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub team_id: ::std::option::Option<::uuid::Uuid>,
    }
    ///Version to restore.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct VersionRestore {
        ///Business identifier
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        ///The version ID to restore to
        #[serde(rename = "versionId")]
        pub version_id: ::uuid::Uuid,
    }
    ///Summary of a workflow, without variants.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Workflow {
        ///Channels where this workflow applies
        #[serde(rename = "availableChannels")]
        pub available_channels: ::std::vec::Vec<::std::string::String>,
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Whether workflow is active
        #[serde(rename = "isLive")]
        pub is_live: bool,
        ///Execution priority (lower = higher priority)
        pub priority: f64,
        ///URL-friendly identifier
        pub slug: ::std::string::String,
        ///Workflow name
        pub title: ::std::string::String,
        ///Trigger condition for the workflow
        #[serde(rename = "whenToFollow")]
        pub when_to_follow: ::std::string::String,
    }
    ///Changes to a workflow. Missing fields keep their values.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct WorkflowUpdate {
        ///Business identifier
        #[serde(rename = "businessSlug")]
        pub business_slug: ::std::string::String,
        #[serde(
            rename = "isLive",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_live: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub priority: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "whenToFollow",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub when_to_follow: ::std::option::Option<::std::string::String>,
    }
    ///Variant of a workflow, with instructions for the bot.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct WorkflowVariant {
        ///Available actions for this variant
        #[serde(rename = "actionNames")]
        pub action_names: ::std::vec::Vec<::std::string::String>,
        ///Instructions for the bot to follow
        #[serde(rename = "botInstructions")]
        pub bot_instructions: ::std::string::String,
        ///Unique variant identifier
        pub id: ::uuid::Uuid,
        ///Order position (0-based)
        pub position: f64,
        ///Conditions that must be true for this variant
        #[serde(rename = "requiredConditions")]
        pub required_conditions: ::std::vec::Vec<::std::string::String>,
        ///Variant name
        pub title: ::std::string::String,
    }
    ///Created workflow, with its variants.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct WorkflowWithVariants {
        ///Channels where this workflow applies
        #[serde(rename = "availableChannels")]
        pub available_channels: ::std::vec::Vec<::std::string::String>,
        ///Creation timestamp
        #[serde(rename = "createdAt")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Unique identifier
        pub id: ::uuid::Uuid,
        ///Whether the workflow is embedded (must have exactly 1 variant)
        #[serde(rename = "isEmbedded")]
        pub is_embedded: bool,
        ///Whether workflow is active
        #[serde(rename = "isLive")]
        pub is_live: bool,
        ///Execution priority (lower = higher priority)
        pub priority: f64,
        ///URL-friendly identifier
        pub slug: ::std::string::String,
        ///Workflow name
        pub title: ::std::string::String,
        ///Workflow variants with bot instructions
        pub variants: ::std::vec::Vec<WorkflowVariant>,
        ///Trigger condition for the workflow
        #[serde(rename = "whenToFollow")]
        pub when_to_follow: ::std::string::String,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for Octocom API


The Octocom API provides programmatic access to your customer support data and configuration.

## Overview

This API allows you to retrieve and manage data from your Octocom account. The primary resource is **Conversations**, which contain the full history of customer interactions including messages, AI classifications, and agent notes.

## Authentication

All API requests require authentication using an API key. Include your API key in the `X-API-Key` header with every request:

```text
X-API-Key: your_api_key_here
```

You can generate and manage your API keys from the **API Settings** page in your Octocom dashboard.

## Rate Limiting

API requests are rate limited. If you exceed the limit, you'll receive a `429 Too Many Requests` response.

## Errors

The API uses standard HTTP status codes:
- `200` - Success
- `401` - Invalid or missing API key
- `404` - Resource not found
- `429` - Rate limit exceeded
- `500` - Server error


Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::hooks::Inner,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str, inner: crate::hooks::Inner) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap(), inner)
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::hooks::Inner,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<crate::hooks::Inner> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::hooks::Inner {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::hooks::Inner>,
    {}
};
#[allow(clippy::all)]
impl Client {
    /**List knowledge base articles

Retrieve a paginated list of knowledge base articles for a specific business.

Articles are used by the AI bot to answer customer questions.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/articles`

Arguments:
- `business_slug`: Business identifier (required)
- `page`: Page number
*/
    pub async fn list_articles<'a>(
        &'a self,
        business_slug: &'a str,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::Article>>, Error<()>> {
        let url = format!("{}/rest/v1/articles", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_articles",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create an article

Create a new knowledge base article for a business.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/articles`

*/
    pub async fn create_article<'a>(
        &'a self,
        body: &'a types::NewArticle,
    ) -> Result<ResponseValue<crate::page::Envelope<crate::types::Article>>, Error<()>> {
        let url = format!("{}/rest/v1/articles", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_article",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List soft-deleted articles

List articles soft-deleted but still restorable.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/articles/deleted`

Arguments:
- `business_slug`: Business identifier (required)
*/
    pub async fn list_deleted_articles<'a>(
        &'a self,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!("{}/rest/v1/articles/deleted", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_deleted_articles",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Soft-delete an article

Soft-delete an article. Recoverable via /articles/:id/restore.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `DELETE` request to `/rest/v1/articles/{id}`

Arguments:
- `id`: Article UUID
- `business_slug`: Business identifier (required)
*/
    pub async fn delete_article<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/articles/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_article",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Update an article

Update an article. Omitted fields are unchanged. Creates a new version entry.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `PATCH` request to `/rest/v1/articles/{id}`

Arguments:
- `id`: Article UUID
- `body`
*/
    pub async fn update_article<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::ArticleUpdate,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/articles/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .patch(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_article",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Restore an article to a previous version

Restore an article (including soft-deleted ones) to the state captured in a given version.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/articles/{id}/restore`

Arguments:
- `id`: Article UUID
- `body`
*/
    pub async fn restore_article<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::VersionRestore,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/articles/{}/restore", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "restore_article",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List article version history

Return the change history for an article, newest first.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/articles/{id}/versions`

Arguments:
- `id`: Article UUID
- `business_slug`: Business identifier (required)
*/
    pub async fn list_article_versions<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/articles/{}/versions", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_article_versions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List bot rules

Retrieve a paginated list of custom bot rules for a specific business.

Bot rules define additional instructions and constraints for the AI bot's behavior.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/bot-rules`

Arguments:
- `business_slug`: Business identifier (required)
- `page`: Page number
*/
    pub async fn list_bot_rules<'a>(
        &'a self,
        business_slug: &'a str,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::BotRule>>, Error<()>> {
        let url = format!("{}/rest/v1/bot-rules", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_bot_rules",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create a bot rule

Create a new custom bot rule for a specific business.

Bot rules define additional instructions and constraints for the AI bot's behavior.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/bot-rules`

*/
    pub async fn create_bot_rule<'a>(
        &'a self,
        body: &'a types::NewBotRule,
    ) -> Result<ResponseValue<crate::page::Envelope<crate::types::BotRule>>, Error<()>> {
        let url = format!("{}/rest/v1/bot-rules", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_bot_rule",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List soft-deleted bot rules

List bot rules that have been soft-deleted but can still be restored via /bot-rules/:id/restore.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/bot-rules/deleted`

Arguments:
- `business_slug`: Business identifier (required)
*/
    pub async fn list_deleted_bot_rules<'a>(
        &'a self,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!("{}/rest/v1/bot-rules/deleted", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_deleted_bot_rules",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Delete a bot rule

Delete a bot rule by ID.

**Authentication:** Requires a valid API key in the `X-API-Key` header.
The bot rule must belong to a business within your organization.

Sends a `DELETE` request to `/rest/v1/bot-rules/{id}`

Arguments:
- `id`: Bot rule UUID
- `business_slug`: Business identifier (required)
*/
    pub async fn delete_bot_rule<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/bot-rules/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_bot_rule",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Update a bot rule

Update a bot rule by ID. Omitted fields are left unchanged. Creates a new version entry.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `PATCH` request to `/rest/v1/bot-rules/{id}`

Arguments:
- `id`: Bot rule UUID
- `body`
*/
    pub async fn update_bot_rule<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::BotRuleUpdate,
    ) -> Result<ResponseValue<crate::page::Envelope<crate::types::BotRule>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/bot-rules/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .patch(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_bot_rule",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Restore a bot rule to a previous version

Restore a bot rule (including soft-deleted ones) to the state captured in a given version. Creates a new 'restored' version entry.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/bot-rules/{id}/restore`

Arguments:
- `id`: Bot rule UUID
- `body`
*/
    pub async fn restore_bot_rule<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::VersionRestore,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/bot-rules/{}/restore", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "restore_bot_rule",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List bot rule versions

Return the change history for a bot rule, newest first. Each entry includes who made the change, when, and the rule contents at that point.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/bot-rules/{id}/versions`

Arguments:
- `id`: Bot rule UUID
- `business_slug`: Business identifier (required)
*/
    pub async fn list_bot_rule_versions<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/bot-rules/{}/versions", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_bot_rule_versions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Start a bot conversation

Start a new conversation with the Octocom bot.

**How it works:**
- Send input text (simulating customer input) and receive the bot's response
- The bot processes your input using the business's knowledge base, workflows, and configuration
- You cannot create agent messages or bypass the bot - all responses come from the bot

**Async mode:**
- Set `async: true` to return immediately without waiting for the bot response
- Poll `GET /rest/v1/conversations/:id` to retrieve the conversation with the bot's response
- Useful for avoiding timeouts with complex queries or high latency

**Metadata:**
- Optionally attach key-value metadata pairs at creation time
- Same limits as the metadata endpoint: keys max 200 chars, values max 50,000 chars, max 200 pairs per conversation

**Rate limits:**
- Maximum 100 conversations per hour per organization
- Maximum 50 messages per conversation

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/bot/conversations`

*/
    pub async fn start_bot_conversation<'a>(
        &'a self,
        body: &'a types::NewBotConversation,
    ) -> Result<
        ResponseValue<crate::page::Envelope<crate::types::BotConversation>>,
        Error<()>,
    > {
        let url = format!("{}/rest/v1/bot/conversations", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "start_bot_conversation",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Send a message to the bot

Send a follow-up message in an existing bot conversation and receive the bot's response.

**How it works:**
- Send input text and receive the bot's response
- The bot maintains conversation context from previous messages
- You cannot create agent messages or bypass the bot - all responses come from the bot

**Async mode:**
- Set `async: true` to return immediately without waiting for the bot response
- Poll `GET /rest/v1/conversations/:id` to retrieve the conversation with the bot's response
- Useful for avoiding timeouts with complex queries or high latency

**Rate limits:**
- Maximum 50 messages per conversation

**Authentication:** Requires a valid API key in the `X-API-Key` header.
The conversation must have been created via this API by your organization.

Sends a `POST` request to `/rest/v1/bot/conversations/{id}/messages`

Arguments:
- `id`: Conversation ID (UUID or publicId)
- `body`
*/
    pub async fn send_bot_message<'a>(
        &'a self,
        id: &'a types::ConversationRef,
        body: &'a types::NewBotMessage,
    ) -> Result<
        ResponseValue<crate::page::Envelope<crate::types::BotReply>>,
        Error<()>,
    > {
        let url = format!(
            "{}/rest/v1/bot/conversations/{}/messages", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "send_bot_message",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Record a purchase for a browser session

Record a purchase associated with a browser session.

This endpoint allows you to track purchases made by users during their browser session.
This endpoint is called from websites and does not require authentication, only rate limiting.

**Rate Limits:** Maximum 100 requests per minute per IP address.

Sends a `POST` request to `/rest/v1/browser-sessions/{browserSessionId}/purchases`

Arguments:
- `browser_session_id`: Browser session UUID
- `body`
*/
    pub async fn record_purchase<'a>(
        &'a self,
        browser_session_id: &'a ::uuid::Uuid,
        body: &'a types::NewPurchase,
    ) -> Result<ResponseValue<types::PurchaseRecorded>, Error<()>> {
        let url = format!(
            "{}/rest/v1/browser-sessions/{}/purchases", self.baseurl, encode_path(&
            browser_session_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "record_purchase",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List businesses

Retrieve a list of all businesses in your organization.

Use the returned `slug` values when calling business-scoped endpoints like workflows, articles, and bot rules.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/businesses`

*/
    pub async fn list_businesses<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::BusinessList>, Error<()>> {
        let url = format!("{}/rest/v1/businesses", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_businesses",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List conversations

Retrieve a paginated list of conversations for your organization.

Returns up to 50 conversations per page, sorted by creation date in ascending order.
Use the date range parameters to filter conversations by when they were created.
Use status and handedOff parameters to filter by conversation state.
Use metadataKey and metadataValue together to filter by a specific metadata key-value pair.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/conversations`

Arguments:
- `end_date`: Filter conversations created on or before this date (ISO 8601 format, e.g., 2024-01-15T23:59:59Z)
- `handed_off`: Filter by handed-off state (true = only handed-off conversations, false = only bot-handled conversations)
- `metadata_key`: Filter by metadata key. Must be used together with metadataValue. Returns only conversations that have this exact key-value metadata pair.
- `metadata_value`: Filter by metadata value. Must be used together with metadataKey. Returns only conversations that have this exact key-value metadata pair.
- `page`: Page number for pagination (starts at 1)
- `start_date`: Filter conversations created on or after this date (ISO 8601 format, e.g., 2024-01-15T00:00:00Z)
- `status`: Filter by conversation status (open = not closed and not snoozed, closed = has been closed, snoozed = currently snoozed)
*/
    pub async fn list_conversations<'a>(
        &'a self,
        end_date: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
        handed_off: Option<bool>,
        metadata_key: Option<&'a types::MetadataFilterKey>,
        metadata_value: Option<&'a types::MetadataValue>,
        page: Option<::std::num::NonZeroU64>,
        start_date: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
        status: Option<&'a crate::enums::ConversationStatus>,
    ) -> Result<
        ResponseValue<crate::page::Page<crate::types::ConversationSummary>>,
        Error<()>,
    > {
        let url = format!("{}/rest/v1/conversations", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("endDate", &end_date))
            .query(&progenitor_client::QueryParam::new("handedOff", &handed_off))
            .query(&progenitor_client::QueryParam::new("metadataKey", &metadata_key))
            .query(&progenitor_client::QueryParam::new("metadataValue", &metadata_value))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("startDate", &start_date))
            .query(&progenitor_client::QueryParam::new("status", &status))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_conversations",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create a conversation event

Create a custom event for a conversation.

**How it works:**
- Provide the conversation ID (UUID or publicId) and the event text
- The event is stored as a raw string event in the conversation timeline

**Authentication:** Requires a valid API key in the `X-API-Key` header.
The conversation must belong to a business within your organization.

Sends a `POST` request to `/rest/v1/conversations/events`

*/
    pub async fn create_conversation_event<'a>(
        &'a self,
        body: &'a types::NewEvent,
    ) -> Result<ResponseValue<types::EventCreated>, Error<()>> {
        let url = format!("{}/rest/v1/conversations/events", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_conversation_event",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Send an outbound email and create a handed-off conversation

Send an outbound email from a business in your organization to an arbitrary recipient. Creates a new conversation that is already handed off so the bot will not respond.

**How it works:**
- Provide the `businessSlug` of the business that should send the email — it must have an email integration installed
- Provide the recipient address, subject and plain-text body
- Optionally attach a list of tags to the created conversation
- The conversation is created with `isOutbound: true` and is handed off

**Authentication:** Requires a valid API key in the `X-API-Key` header. The business must belong to your organization.

Sends a `POST` request to `/rest/v1/conversations/outbound-email`

*/
    pub async fn send_outbound_email<'a>(
        &'a self,
        body: &'a types::OutboundEmail,
    ) -> Result<ResponseValue<types::EmailQueued>, Error<()>> {
        let url = format!("{}/rest/v1/conversations/outbound-email", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "send_outbound_email",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Add a tag to a conversation

Add a tag to a conversation. If the tag doesn't exist in your organization, it will be created automatically.

**How it works:**
- Provide the conversation ID (UUID or publicId) and the tag text
- If the tag already exists, it will be linked to the conversation
- If the tag is already on the conversation, the operation succeeds without duplicating

**Authentication:** Requires a valid API key in the `X-API-Key` header.
The conversation must belong to a business within your organization.

Sends a `POST` request to `/rest/v1/conversations/tags`

*/
    pub async fn add_conversation_tag<'a>(
        &'a self,
        body: &'a types::TagAssignment,
    ) -> Result<ResponseValue<types::TagAdded>, Error<()>> {
        let url = format!("{}/rest/v1/conversations/tags", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "add_conversation_tag",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get conversation details

Retrieve complete details for a single conversation, including full message history,
AI analysis, agent notes, and bot activity.

**Authentication:** Requires a valid API key in the `X-API-Key` header.
The conversation must belong to a business within your organization.

Sends a `GET` request to `/rest/v1/conversations/{id}`

Arguments:
- `id`: Conversation UUID
*/
    pub async fn get_conversation<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
    ) -> Result<
        ResponseValue<crate::page::Envelope<crate::types::Conversation>>,
        Error<()>,
    > {
        let url = format!(
            "{}/rest/v1/conversations/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_conversation",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get all metadata key-value pairs for a conversation

Retrieve all metadata key-value pairs for a specific conversation.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/conversations/{id}/metadata`

Arguments:
- `id`: Conversation UUID
*/
    pub async fn list_conversation_metadata<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
    ) -> Result<ResponseValue<types::MetadataList>, Error<()>> {
        let url = format!(
            "{}/rest/v1/conversations/{}/metadata", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_conversation_metadata",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Set a metadata key-value pair for a conversation

Store a metadata key-value pair scoped to a specific conversation.

**Limitations:**
- Key: maximum 200 characters
- Value: maximum 50,000 characters
- Maximum 200 pairs per conversation

If the key already exists, the value is updated.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/conversations/{id}/metadata`

Arguments:
- `id`: Conversation UUID
- `body`
*/
    pub async fn set_conversation_metadata<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::NewMetadata,
    ) -> Result<ResponseValue<types::MetadataChange>, Error<()>> {
        let url = format!(
            "{}/rest/v1/conversations/{}/metadata", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "set_conversation_metadata",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a specific metadata value for a conversation

Retrieve a specific metadata value by key for a conversation.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/conversations/{id}/metadata/{key}`

Arguments:
- `id`: Conversation UUID
- `key`: Metadata key
*/
    pub async fn get_conversation_metadata<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        key: &'a types::MetadataKeySegment,
    ) -> Result<ResponseValue<types::MetadataPair>, Error<()>> {
        let url = format!(
            "{}/rest/v1/conversations/{}/metadata/{}", self.baseurl, encode_path(& id
            .to_string()), encode_path(& key.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_conversation_metadata",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Delete a metadata key from a conversation

Delete a specific metadata key-value pair from a conversation.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `DELETE` request to `/rest/v1/conversations/{id}/metadata/{key}`

Arguments:
- `id`: Conversation UUID
- `key`: Metadata key to delete
*/
    pub async fn delete_conversation_metadata<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        key: &'a types::MetadataKeySegment,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/conversations/{}/metadata/{}", self.baseurl, encode_path(& id
            .to_string()), encode_path(& key.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_conversation_metadata",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List custom data classifications

Retrieve a paginated list of AI-classified data from conversations.

Use this endpoint to get aggregated classification results without fetching full conversations.
Supports filtering by classification key and custom page sizes up to 200.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/custom-data`

Arguments:
- `business_slug`: Business identifier (required)
- `end_date`: Filter by classification date (ISO 8601 format, e.g., 2024-01-15T23:59:59Z)
- `key`: Filter by classification key
- `limit`: Items per page (max 200)
- `page`: Page number
- `start_date`: Filter by classification date (ISO 8601 format, e.g., 2024-01-15T00:00:00Z)
*/
    pub async fn list_custom_data<'a>(
        &'a self,
        business_slug: &'a str,
        end_date: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
        key: Option<&'a str>,
        limit: Option<::std::num::NonZeroU64>,
        page: Option<::std::num::NonZeroU64>,
        start_date: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::CustomData>>, Error<()>> {
        let url = format!("{}/rest/v1/custom-data", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .query(&progenitor_client::QueryParam::new("endDate", &end_date))
            .query(&progenitor_client::QueryParam::new("key", &key))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("startDate", &start_date))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_custom_data",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List customers

Retrieve a paginated list of customers across all businesses in your organization.

Returns up to 50 customers per page, sorted by creation date.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/customers`

Arguments:
- `end_date`: Filter customers created on or before this date (ISO 8601 format, e.g., 2024-01-15T23:59:59Z)
- `page`: Page number for pagination
- `start_date`: Filter customers created on or after this date (ISO 8601 format, e.g., 2024-01-15T00:00:00Z)
*/
    pub async fn list_customers<'a>(
        &'a self,
        end_date: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
        page: Option<::std::num::NonZeroU64>,
        start_date: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::Customer>>, Error<()>> {
        let url = format!("{}/rest/v1/customers", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("endDate", &end_date))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("startDate", &start_date))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_customers",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Update a customer and optionally set metadata

Update a customer's standard fields (name, phone, email) and/or upsert metadata key-value pairs in a single call.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `PATCH` request to `/rest/v1/customers/{id}`

Arguments:
- `id`: Customer UUID
- `body`
*/
    pub async fn update_customer<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::CustomerUpdate,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/customers/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .patch(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_customer",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Set a metadata key-value pair for a customer

Store or update a metadata key-value pair scoped to a specific customer.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/customers/{id}/metadata`

Arguments:
- `id`: Customer UUID
- `body`
*/
    pub async fn set_customer_metadata<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::NewCustomerMetadata,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/customers/{}/metadata", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "set_customer_metadata",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List macros

Retrieve a paginated list of response macros in your organization.

Macros are reusable response templates that agents can use to quickly respond to common inquiries.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/macros`

Arguments:
- `page`: Page number
*/
    pub async fn list_macros<'a>(
        &'a self,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::Macro>>, Error<()>> {
        let url = format!("{}/rest/v1/macros", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("page", &page))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_macros",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Add a row to a Google Sheet

Add a new row to the first sheet of a Google Sheets document.

**Prerequisites:**
1. Share your Google Sheet with the Octocom service account as an editor:
   `octocom-google-sheets@octocom.iam.gserviceaccount.com`
2. Get the spreadsheet ID from your Google Sheets URL (the part between /d/ and /edit)

**How it works:**
- The keys in your `data` object become column headers
- The values become the row data
- If headers don't exist, they will be created

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/sheets/rows`

*/
    pub async fn append_sheet_row<'a>(
        &'a self,
        body: &'a types::NewSheetRow,
    ) -> Result<ResponseValue<types::Acknowledgement>, Error<()>> {
        let url = format!("{}/rest/v1/sheets/rows", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "append_sheet_row",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List organization teams

Retrieve a paginated list of teams in your organization.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/teams`

Arguments:
- `page`: Page number
*/
    pub async fn list_teams<'a>(
        &'a self,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::Team>>, Error<()>> {
        let url = format!("{}/rest/v1/teams", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("page", &page))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_teams",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List organization users

Retrieve a paginated list of users in your organization.

Returns active users only (excludes archived users).

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/users`

Arguments:
- `page`: Page number
*/
    pub async fn list_users<'a>(
        &'a self,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::User>>, Error<()>> {
        let url = format!("{}/rest/v1/users", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("page", &page))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_users",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List workflows

Retrieve a paginated list of bot workflows for a specific business.

Workflows define automated conversation flows and bot behaviors.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/workflows`

Arguments:
- `business_slug`: Business identifier (required)
- `page`: Page number
*/
    pub async fn list_workflows<'a>(
        &'a self,
        business_slug: &'a str,
        page: Option<::std::num::NonZeroU64>,
    ) -> Result<ResponseValue<crate::page::Page<crate::types::Workflow>>, Error<()>> {
        let url = format!("{}/rest/v1/workflows", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .query(&progenitor_client::QueryParam::new("page", &page))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_workflows",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create a workflow

Create a new bot workflow with one or more variants.

Workflows control how the bot responds to different situations. Each workflow needs at least one variant with bot instructions.

**Embedded workflows** must have exactly one variant.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/workflows`

*/
    pub async fn create_workflow<'a>(
        &'a self,
        body: &'a types::NewWorkflow,
    ) -> Result<
        ResponseValue<crate::page::Envelope<crate::types::WorkflowWithVariants>>,
        Error<()>,
    > {
        let url = format!("{}/rest/v1/workflows", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_workflow",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List soft-deleted workflows

List workflows soft-deleted but still restorable.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/workflows/deleted`

Arguments:
- `business_slug`: Business identifier
*/
    pub async fn list_deleted_workflows<'a>(
        &'a self,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!("{}/rest/v1/workflows/deleted", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_deleted_workflows",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Delete a workflow

Delete a workflow by ID. This will also delete all associated variants. A backup is saved before deletion.

**Authentication:** Requires a valid API key in the `X-API-Key` header.
The workflow must belong to a business within your organization.

Sends a `DELETE` request to `/rest/v1/workflows/{id}`

Arguments:
- `id`: Workflow UUID
*/
    pub async fn delete_workflow<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/workflows/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_workflow",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Update workflow top-level fields

Patch top-level workflow fields (title/whenToFollow/isLive/priority). Creates a new version entry. To replace variants, use the dashboard or POST a new workflow.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `PATCH` request to `/rest/v1/workflows/{id}`

Arguments:
- `id`: Workflow UUID
- `body`
*/
    pub async fn update_workflow<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::WorkflowUpdate,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/workflows/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .patch(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_workflow",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Restore a workflow to a previous version

Restore a workflow (and its variants) to the state captured in a given version. Works on soft-deleted workflows too.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `POST` request to `/rest/v1/workflows/{id}/restore`

Arguments:
- `id`: Workflow UUID
- `body`
*/
    pub async fn restore_workflow<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        body: &'a types::VersionRestore,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/workflows/{}/restore", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "restore_workflow",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List workflow version history

Return the change history for a workflow (including variant changes), newest first.

**Authentication:** Requires a valid API key in the `X-API-Key` header.

Sends a `GET` request to `/rest/v1/workflows/{id}/versions`

Arguments:
- `id`: Workflow UUID
- `business_slug`: Business identifier
*/
    pub async fn list_workflow_versions<'a>(
        &'a self,
        id: &'a ::uuid::Uuid,
        business_slug: &'a str,
    ) -> Result<ResponseValue<crate::record::Record<::serde_json::Value>>, Error<()>> {
        let url = format!(
            "{}/rest/v1/workflows/{}/versions", self.baseurl, encode_path(& id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("businessSlug", &business_slug))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_workflow_versions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
