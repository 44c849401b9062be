//! Open enums: every named enum of the document, with a place for values it does not know.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

/// A named enum of the document.
pub(crate) struct OpenEnum {
    pub(crate) name: String,
    description: String,
    /// Text on the wire and name of the variant.
    variants: Vec<(String, String)>,
}

impl OpenEnum {
    /// Reads every enum of `components/schemas`.
    pub(crate) fn all(document: &Value) -> Result<Vec<Self>, String> {
        let schemas = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        schemas
            .into_iter()
            .flatten()
            .filter_map(|(name, schema)| Some((name, schema, schema.get("enum")?.as_array()?)))
            .map(|(name, schema, values)| Self::read(name, schema, values))
            .collect()
    }

    fn read(name: &str, schema: &Value, values: &[Value]) -> Result<Self, String> {
        let mut variants: Vec<(String, String)> = Vec::new();
        for value in values {
            let text = value
                .as_str()
                .ok_or_else(|| format!("{name}: `{value}` is not text"))?;
            let variant = variant_name(text);
            if let Some((other, _)) = variants.iter().find(|(_, existing)| *existing == variant) {
                return Err(format!(
                    "{name}: `{other}` and `{text}` are both `{variant}` in Rust"
                ));
            }
            variants.push((text.to_owned(), variant));
        }
        let description = schema
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or(name);
        Ok(Self {
            name: name.to_owned(),
            description: description.to_owned(),
            variants,
        })
    }
}

/// `phone-call` is `PhoneCall`, `facebookComment` is `FacebookComment`.
fn variant_name(text: &str) -> String {
    let mut name = String::new();
    let mut starts_word = true;
    for letter in text.chars() {
        if !letter.is_ascii_alphanumeric() {
            starts_word = true;
        } else if starts_word {
            name.push(letter.to_ascii_uppercase());
            starts_word = false;
        } else {
            name.push(letter);
        }
    }
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        // The name of the variant for everything else is taken.
        Some(_) if name == "Unknown" => "KnownUnknown".to_owned(),
        Some(_) => name,
    }
}

/// All enums as Rust.
pub(crate) fn rust(enums: &[OpenEnum]) -> String {
    let items: TokenStream = enums.iter().map(item).collect();
    items.to_string()
}

fn item(open: &OpenEnum) -> TokenStream {
    let OpenEnum { description, .. } = open;
    let name = format_ident!("{}", open.name);
    let expected = format!("the text of a {}", open.name);
    let type_name = &open.name;
    let texts: Vec<_> = open.variants.iter().map(|(text, _)| text).collect();
    let docs: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
    let variants: Vec<_> = open
        .variants
        .iter()
        .map(|(_, variant)| format_ident!("{variant}"))
        .collect();
    quote! {
        #[doc = #description]
        ///
        /// Values that the document does not list arrive as `Unknown` and are written back
        /// unchanged. Two values are equal when their texts are.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #variants,)*
            /// A value that the document does not list, as the server sent it.
            Unknown(String),
        }

        impl #name {
            /// Every value that the document lists, in its order.
            pub const KNOWN: &'static [Self] = &[#(Self::#variants),*];

            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #texts,)*
                    Self::Unknown(text) => text,
                }
            }

            /// The value that the document lists under a text.
            fn known(text: &str) -> Option<Self> {
                match text {
                    #(#texts => Some(Self::#variants),)*
                    _ => None,
                }
            }
        }

        impl From<&str> for #name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
            }
        }

        impl From<String> for #name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Unknown(text))
            }
        }

        impl std::str::FromStr for #name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl PartialEq for #name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for #name {}

        impl std::hash::Hash for #name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = #name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(#expected)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<#name, E> {
                        let value = #name::from(text);
                        if let #name::Unknown(text) = &value {
                            crate::unknown::note(#type_name, text);
                        }
                        Ok(value)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    }
}
