//! Code generators and the options that matter to users of their code.

use serde::Serialize;

use super::level::RustImpact;

/// The way in which generated functions take arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Arguments {
    /// By position, such as `client.list(&id, None)`: an additional parameter breaks every call,
    /// and parameter names do not matter.
    #[default]
    Positional,
    /// By name, with setters for optional arguments.
    Builder,
}

/// The effect of additions to generated types on users of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Growth {
    /// Additions break users: struct literals, exhaustive matches, or decoding.
    #[default]
    Closed,
    /// Additions do not break users, because of `#[non_exhaustive]`, a variant for unknown values,
    /// or a README that excludes literals and exhaustive patterns.
    Open,
}

/// The source of the names of generated functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// By the document's `operationId`.
    #[default]
    OperationId,
    /// By a list of the project, independent of the document.
    Map,
}

/// A code generator.
///
/// The default is the strictest: progenitor 0.15 with positional arguments.
///
/// ```
/// use openapi_compare::{Generator, Growth, RustImpact};
///
/// let document = |extra: &str| serde_json::from_str::<serde_json::Value>(&format!(
///     r#"{{"openapi": "3.0.3", "info": {{"title": "t", "version": "1"}}, "paths": {{"/a": {{"get":
///         {{"responses": {{"200": {{"description": "", "content": {{"application/json": {{"schema":
///         {{"type": "object", "properties": {{"a": {{"type": "string"}}{extra}}}}}}}}}}}}}}}}}}}}}"#
/// ));
/// let (old, new) = (document("")?, document(r#", "b": {"type": "string"}"#)?);
/// let closed = openapi_compare::compare(&old, &new)?;
/// assert_eq!(closed.worst_rust(), RustImpact::Breaking);
/// let open = Generator::default().with_fields(Growth::Open);
/// let open = openapi_compare::compare_with(&old, &new, &open)?;
/// assert_eq!(open.worst_rust(), RustImpact::Additive);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Generator {
    /// The way in which functions take arguments.
    pub arguments: Arguments,
    /// Effect of a new field of a struct.
    pub fields: Growth,
    /// Effect of a new value of an enum. With closed enums, a new value from the server also breaks
    /// old clients on the wire.
    pub enums: Growth,
    /// The source of the names of functions.
    pub names: Names,
}

impl Generator {
    /// The default, as a constant.
    pub const STRICTEST: Self = Self {
        arguments: Arguments::Positional,
        fields: Growth::Closed,
        enums: Growth::Closed,
        names: Names::OperationId,
    };

    /// Sets how functions take their arguments.
    #[must_use]
    pub const fn with_arguments(mut self, arguments: Arguments) -> Self {
        self.arguments = arguments;
        self
    }

    /// Sets the effect of a new field of a struct.
    #[must_use]
    pub const fn with_fields(mut self, fields: Growth) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the effect of a new value of an enum.
    #[must_use]
    pub const fn with_enums(mut self, enums: Growth) -> Self {
        self.enums = enums;
        self
    }

    /// Sets how functions are named.
    #[must_use]
    pub const fn with_names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }
}

/// The part of generated Rust code that a change touches; a [`Generator`] makes an impact of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// A new item.
    Additive,
    /// Only the generated difference can tell.
    Review,
    /// An enum gains a variant.
    Variant,
    /// A struct gains a field.
    Field,
    /// The name of an argument changes.
    ArgumentName,
    /// A function gains an argument that may be left out.
    Argument,
    /// The name of a function changes, where it follows `operationId`.
    FunctionName,
    /// An item goes, is renamed, or changes its type.
    Breaking,
}

impl Effect {
    /// The impact on the users of what `generator` makes.
    pub(crate) const fn impact(self, generator: &Generator) -> RustImpact {
        const fn grown(growth: Growth) -> RustImpact {
            match growth {
                Growth::Open => RustImpact::Additive,
                Growth::Closed => RustImpact::Breaking,
            }
        }
        match (self, generator) {
            (Self::None, _) => RustImpact::None,
            (Self::Additive, _) => RustImpact::Additive,
            (Self::Review, _) => RustImpact::Review,
            (Self::Breaking, _) => RustImpact::Breaking,
            (Self::Variant, Generator { enums, .. }) => grown(*enums),
            (Self::Field, Generator { fields, .. }) => grown(*fields),
            (
                Self::Argument,
                Generator {
                    arguments: Arguments::Builder,
                    ..
                },
            ) => RustImpact::Additive,
            (Self::Argument, _) => RustImpact::Breaking,
            (
                Self::ArgumentName,
                Generator {
                    arguments: Arguments::Builder,
                    ..
                },
            ) => RustImpact::Breaking,
            (Self::ArgumentName, _) => RustImpact::None,
            (
                Self::FunctionName,
                Generator {
                    names: Names::OperationId,
                    ..
                },
            ) => RustImpact::Breaking,
            (Self::FunctionName, _) => RustImpact::None,
        }
    }

    /// The name of the effect in the table of rules.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Additive => "additive",
            Self::Review => "review",
            Self::Variant => "breaking, additive with open enums",
            Self::Field => "breaking, additive with open fields",
            Self::ArgumentName => "none, breaking with builders",
            Self::Argument => "breaking, additive with builders",
            Self::FunctionName => "breaking, none with mapped names",
            Self::Breaking => "breaking",
        }
    }
}
