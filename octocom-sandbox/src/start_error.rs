//! Why a sandbox did not start.

use std::fmt;
use std::net::SocketAddr;

use crate::control_error::ControlError;

/// The reason why a sandbox did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A setting is out of range.
    Setting {
        /// Name of the builder's method.
        name: &'static str,
        /// Value that was given.
        value: String,
        /// Allowed values.
        limit: &'static str,
    },
    /// The address cannot be used.
    Bind {
        /// Address.
        address: SocketAddr,
        /// Cause.
        source: std::io::Error,
    },
    /// A plan, a seed file or a snapshot is refused.
    Setup(ControlError),
    /// The client of the sandbox cannot be built.
    #[cfg(feature = "client")]
    Client(Box<octocom_ext::Error>),
    /// The OpenAPI document inside `octocom-api` cannot be read.
    Document(crate::contract::Violation),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { name, value, limit } => {
                write!(f, "`{name}` is {value}, allowed is {limit}")
            }
            Self::Bind { address, .. } => write!(f, "cannot listen on {address}"),
            Self::Setup(refused) => refused.fmt(f),
            #[cfg(feature = "client")]
            Self::Client(_) => f.write_str("cannot build the client"),
            Self::Document(_) => f.write_str("cannot read the OpenAPI document"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Setting { .. } | Self::Setup(_) => None,
            Self::Bind { source, .. } => Some(source),
            #[cfg(feature = "client")]
            Self::Client(source) => Some(source),
            Self::Document(source) => Some(source),
        }
    }
}

impl From<ControlError> for StartError {
    fn from(refused: ControlError) -> Self {
        Self::Setup(refused)
    }
}
