//! Rules: an id that never changes, verdicts, and the meaning for a user.
//!
//! The same change to a schema means opposite things in the two directions: a request that allows
//! more is harmless, a response that allows more can surprise. So a rule for schemas is written
//! once with both verdicts, and the place it is found at picks the verdict and the id.

use super::generator::Effect;
use super::level::Level;

/// A verdict under its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// Kebab-case; never renamed, because acknowledgements are made by it.
    pub(super) id: &'static str,
    pub(super) level: Level,
    pub(super) effect: Effect,
    /// One sentence for a user of the client.
    pub(super) meaning: &'static str,
}

impl Rule {
    /// The rule with another effect on the generated code, where that depends on the values.
    pub(super) const fn with_effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    /// The rule with another verdict on the wire, where that depends on what is around the value.
    pub(super) const fn with_level(self, level: Level) -> Self {
        Self { level, ..self }
    }
}

/// The side that writes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    /// The client writes, the server reads.
    Request,
    /// The server writes, the client reads.
    Response,
}

/// The kind of place that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// A path, query, header or cookie parameter, or a value inside of one.
    Parameter,
    /// A whole request body.
    RequestBody,
    /// A value inside of a request body: a property, an item, a branch.
    RequestProperty,
    /// A response header, or a value inside of one.
    Header,
    /// A whole response body.
    ResponseBody,
    /// A value inside of a response body.
    ResponseProperty,
    /// A value of a request that only the server writes (`readOnly`).
    RequestReadOnly,
    /// A value of a response that only the client writes (`writeOnly`).
    ResponseWriteOnly,
}

impl Place {
    pub(super) const fn direction(self) -> Direction {
        match self {
            Self::Parameter | Self::RequestBody | Self::RequestProperty | Self::RequestReadOnly => {
                Direction::Request
            }
            Self::Header
            | Self::ResponseBody
            | Self::ResponseProperty
            | Self::ResponseWriteOnly => Direction::Response,
        }
    }

    /// The place of a value inside of a value here.
    pub(super) const fn inside(self) -> Self {
        match self {
            Self::RequestBody => Self::RequestProperty,
            Self::ResponseBody => Self::ResponseProperty,
            other => other,
        }
    }

    /// The place of a value that is not there in this direction.
    pub(super) const fn ignored(self) -> Self {
        match self.direction() {
            Direction::Request => Self::RequestReadOnly,
            Direction::Response => Self::ResponseWriteOnly,
        }
    }

    /// The place of the same value, were it sent.
    pub(super) const fn sent(self) -> Self {
        match self {
            Self::RequestReadOnly => Self::RequestProperty,
            Self::ResponseWriteOnly => Self::ResponseProperty,
            other => other,
        }
    }

    /// Returns `true` if the value here is not sent in this direction.
    pub(super) const fn is_ignored(self) -> bool {
        matches!(self, Self::RequestReadOnly | Self::ResponseWriteOnly)
    }

    /// The verdict of `rule` here: what is not sent cannot break anybody.
    pub(super) const fn judge(self, rule: Rule) -> Rule {
        if self.is_ignored() {
            Rule {
                meaning: "The value is not sent in this direction; generated types may change.",
                ..rule.with_level(Level::Cosmetic)
            }
        } else {
            rule
        }
    }

    /// The place of the body written in `direction`.
    pub(super) const fn body(direction: Direction) -> Self {
        match direction {
            Direction::Request => Self::RequestBody,
            Direction::Response => Self::ResponseBody,
        }
    }
}

/// Declares rules with one verdict and one id each.
macro_rules! rules {
    ($($name:ident $id:literal $level:ident rust $rust:ident $meaning:literal;)*) => {
        $(pub(super) const $name: Rule = Rule {
            id: $id,
            level: Level::$level,
            effect: Effect::$rust,
            meaning: $meaning,
        };)*
        /// Every rule of this table.
        pub(super) const ALL: &[Rule] = &[$($name),*];
    };
}

/// Declares rules with a verdict for each direction, and an id for each of the prefixes.
macro_rules! variant_rules {
    ($type:ident by $by:ident
     $($name:ident $text:literal rust $rust:ident
        request $request:ident $request_meaning:literal
        response $response:ident $response_meaning:literal;)*) => {
        /// A change that means different things in requests and in responses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $type { $($name),* }

        impl $type {
            /// Every rule of this table.
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];

            /// The rule as it reads at `place`.
            pub(super) fn at(self, place: $by) -> Rule {
                let (id, effect, request, response) = match self {
                    $(Self::$name => (
                        variant_rules!(@id $by place $text),
                        Effect::$rust,
                        (Level::$request, $request_meaning),
                        (Level::$response, $response_meaning),
                    ),)*
                };
                let (level, meaning) = match variant_rules!(@direction $by place) {
                    Direction::Request => request,
                    Direction::Response => response,
                };
                variant_rules!(@judge $by place Rule { id, level, effect, meaning })
            }
        }
    };
    (@id Place $place:ident $text:literal) => {
        match $place {
            Place::Parameter => concat!("request-parameter-", $text),
            Place::RequestBody => concat!("request-body-", $text),
            Place::RequestProperty => concat!("request-property-", $text),
            Place::Header => concat!("response-header-", $text),
            Place::ResponseBody => concat!("response-body-", $text),
            Place::ResponseProperty => concat!("response-property-", $text),
            Place::RequestReadOnly => concat!("request-read-only-", $text),
            Place::ResponseWriteOnly => concat!("response-write-only-", $text),
        }
    };
    (@id Direction $direction:ident $text:literal) => {
        match $direction {
            Direction::Request => concat!("request-", $text),
            Direction::Response => concat!("response-", $text),
        }
    };
    (@direction Place $place:ident) => { $place.direction() };
    (@direction Direction $direction:ident) => { $direction };
    (@judge Place $place:ident $rule:expr) => { $place.judge($rule) };
    (@judge Direction $direction:ident $rule:expr) => { $rule };
}

pub(super) use {rules, variant_rules};
