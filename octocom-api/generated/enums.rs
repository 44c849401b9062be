// Generated from openapi.json; not edited by hand.

///Channel that a conversation or message came through.
///
/// Values that the document does not list arrive as `Unknown` and are written back
/// unchanged. Two values are equal when their texts are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Channel {
    ///`web`
    Web,
    ///`email`
    Email,
    ///`whatsapp`
    Whatsapp,
    ///`messenger`
    Messenger,
    ///`instagram`
    Instagram,
    ///`telegram`
    Telegram,
    ///`sms`
    Sms,
    ///`phone-call`
    PhoneCall,
    ///`google-business-messages`
    GoogleBusinessMessages,
    ///`google-reviews`
    GoogleReviews,
    ///`trustpilot-reviews`
    TrustpilotReviews,
    ///`facebookComment`
    FacebookComment,
    ///`facebookMention`
    FacebookMention,
    ///`instagramMention`
    InstagramMention,
    ///`instagramComment`
    InstagramComment,
    ///`amazon`
    Amazon,
    ///`ebay`
    Ebay,
    ///`aircall`
    Aircall,
    ///`brymec`
    Brymec,
    ///`echo`
    Echo,
    ///`test-review`
    TestReview,
    ///`zoom-transcript`
    ZoomTranscript,
    ///`api`
    Api,
    /// A value that the document does not list, as the server sent it.
    Unknown(String),
}
impl Channel {
    /// Every value that the document lists, in its order.
    pub const KNOWN: &'static [Self] = &[
        Self::Web,
        Self::Email,
        Self::Whatsapp,
        Self::Messenger,
        Self::Instagram,
        Self::Telegram,
        Self::Sms,
        Self::PhoneCall,
        Self::GoogleBusinessMessages,
        Self::GoogleReviews,
        Self::TrustpilotReviews,
        Self::FacebookComment,
        Self::FacebookMention,
        Self::InstagramMention,
        Self::InstagramComment,
        Self::Amazon,
        Self::Ebay,
        Self::Aircall,
        Self::Brymec,
        Self::Echo,
        Self::TestReview,
        Self::ZoomTranscript,
        Self::Api,
    ];
    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::Whatsapp => "whatsapp",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::Telegram => "telegram",
            Self::Sms => "sms",
            Self::PhoneCall => "phone-call",
            Self::GoogleBusinessMessages => "google-business-messages",
            Self::GoogleReviews => "google-reviews",
            Self::TrustpilotReviews => "trustpilot-reviews",
            Self::FacebookComment => "facebookComment",
            Self::FacebookMention => "facebookMention",
            Self::InstagramMention => "instagramMention",
            Self::InstagramComment => "instagramComment",
            Self::Amazon => "amazon",
            Self::Ebay => "ebay",
            Self::Aircall => "aircall",
            Self::Brymec => "brymec",
            Self::Echo => "echo",
            Self::TestReview => "test-review",
            Self::ZoomTranscript => "zoom-transcript",
            Self::Api => "api",
            Self::Unknown(text) => text,
        }
    }
    /// The value that the document lists under a text.
    fn known(text: &str) -> Option<Self> {
        match text {
            "web" => Some(Self::Web),
            "email" => Some(Self::Email),
            "whatsapp" => Some(Self::Whatsapp),
            "messenger" => Some(Self::Messenger),
            "instagram" => Some(Self::Instagram),
            "telegram" => Some(Self::Telegram),
            "sms" => Some(Self::Sms),
            "phone-call" => Some(Self::PhoneCall),
            "google-business-messages" => Some(Self::GoogleBusinessMessages),
            "google-reviews" => Some(Self::GoogleReviews),
            "trustpilot-reviews" => Some(Self::TrustpilotReviews),
            "facebookComment" => Some(Self::FacebookComment),
            "facebookMention" => Some(Self::FacebookMention),
            "instagramMention" => Some(Self::InstagramMention),
            "instagramComment" => Some(Self::InstagramComment),
            "amazon" => Some(Self::Amazon),
            "ebay" => Some(Self::Ebay),
            "aircall" => Some(Self::Aircall),
            "brymec" => Some(Self::Brymec),
            "echo" => Some(Self::Echo),
            "test-review" => Some(Self::TestReview),
            "zoom-transcript" => Some(Self::ZoomTranscript),
            "api" => Some(Self::Api),
            _ => None,
        }
    }
}
impl From<&str> for Channel {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}
impl From<String> for Channel {
    fn from(text: String) -> Self {
        Self::known(&text).unwrap_or(Self::Unknown(text))
    }
}
impl std::str::FromStr for Channel {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}
impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
impl PartialEq for Channel {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for Channel {}
impl std::hash::Hash for Channel {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
impl serde::Serialize for Channel {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> serde::Deserialize<'de> for Channel {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Channel;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the text of a Channel")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Channel, E> {
                let value = Channel::from(text);
                if let Channel::Unknown(text) = &value {
                    crate::unknown::note("Channel", text);
                }
                Ok(value)
            }
        }
        deserializer.deserialize_str(Text)
    }
}
///State of a conversation, for filtering a list.
///
/// Values that the document does not list arrive as `Unknown` and are written back
/// unchanged. Two values are equal when their texts are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConversationStatus {
    ///`open`
    Open,
    ///`closed`
    Closed,
    ///`snoozed`
    Snoozed,
    /// A value that the document does not list, as the server sent it.
    Unknown(String),
}
impl ConversationStatus {
    /// Every value that the document lists, in its order.
    pub const KNOWN: &'static [Self] = &[Self::Open, Self::Closed, Self::Snoozed];
    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Snoozed => "snoozed",
            Self::Unknown(text) => text,
        }
    }
    /// The value that the document lists under a text.
    fn known(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "closed" => Some(Self::Closed),
            "snoozed" => Some(Self::Snoozed),
            _ => None,
        }
    }
}
impl From<&str> for ConversationStatus {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}
impl From<String> for ConversationStatus {
    fn from(text: String) -> Self {
        Self::known(&text).unwrap_or(Self::Unknown(text))
    }
}
impl std::str::FromStr for ConversationStatus {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}
impl std::fmt::Display for ConversationStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
impl PartialEq for ConversationStatus {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for ConversationStatus {}
impl std::hash::Hash for ConversationStatus {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
impl serde::Serialize for ConversationStatus {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> serde::Deserialize<'de> for ConversationStatus {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = ConversationStatus;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the text of a ConversationStatus")
            }
            fn visit_str<E: serde::de::Error>(
                self,
                text: &str,
            ) -> Result<ConversationStatus, E> {
                let value = ConversationStatus::from(text);
                if let ConversationStatus::Unknown(text) = &value {
                    crate::unknown::note("ConversationStatus", text);
                }
                Ok(value)
            }
        }
        deserializer.deserialize_str(Text)
    }
}
///Type of a conversation: with a customer or with a third party.
///
/// Values that the document does not list arrive as `Unknown` and are written back
/// unchanged. Two values are equal when their texts are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConversationType {
    ///`customer`
    Customer,
    ///`external`
    External,
    /// A value that the document does not list, as the server sent it.
    Unknown(String),
}
impl ConversationType {
    /// Every value that the document lists, in its order.
    pub const KNOWN: &'static [Self] = &[Self::Customer, Self::External];
    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Customer => "customer",
            Self::External => "external",
            Self::Unknown(text) => text,
        }
    }
    /// The value that the document lists under a text.
    fn known(text: &str) -> Option<Self> {
        match text {
            "customer" => Some(Self::Customer),
            "external" => Some(Self::External),
            _ => None,
        }
    }
}
impl From<&str> for ConversationType {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}
impl From<String> for ConversationType {
    fn from(text: String) -> Self {
        Self::known(&text).unwrap_or(Self::Unknown(text))
    }
}
impl std::str::FromStr for ConversationType {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}
impl std::fmt::Display for ConversationType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
impl PartialEq for ConversationType {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for ConversationType {}
impl std::hash::Hash for ConversationType {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
impl serde::Serialize for ConversationType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> serde::Deserialize<'de> for ConversationType {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = ConversationType;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the text of a ConversationType")
            }
            fn visit_str<E: serde::de::Error>(
                self,
                text: &str,
            ) -> Result<ConversationType, E> {
                let value = ConversationType::from(text);
                if let ConversationType::Unknown(text) = &value {
                    crate::unknown::note("ConversationType", text);
                }
                Ok(value)
            }
        }
        deserializer.deserialize_str(Text)
    }
}
