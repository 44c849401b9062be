//! The document that may become the checked-in one: fetched, or read from a file.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::address::Address;
use crate::context::{Context, URL_VARIABLE};
use crate::derive::operation_count;
use crate::document::Document;
use crate::fetch::{self, Reply};
use crate::provenance::Provenance;

/// A document and where it came from.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) document: Document,
    /// Names the document in messages.
    pub(crate) source: String,
    pub(crate) origin: Origin,
}

/// The way a document arrived.
#[derive(Debug)]
pub(crate) enum Origin {
    File,
    /// The server says that it is the recorded one.
    NotModified,
    Fetched {
        provenance: Provenance,
        /// `true` if it came from this machine.
        local: bool,
    },
}

impl Candidate {
    /// Reads a file that a maintainer vouches for.
    pub(crate) fn from_file(path: &Path) -> Result<Self> {
        Ok(Self {
            document: Document::read(path)?,
            source: path.display().to_string(),
            origin: Origin::File,
        })
    }

    /// Reads a file in the place of a fetch: it has to be as plausible as a reply.
    pub(crate) fn from_live_file(path: &Path, recorded: &Document) -> Result<Self> {
        let candidate = Self::from_file(path)?;
        candidate.must_be_plausible(&recorded.value)?;
        Ok(candidate)
    }

    /// Fetches from `url`, the setting or the recorded address, in this order.
    ///
    /// The request is conditional when the recorded entity tag is about this very address and this
    /// very document.
    pub(crate) fn fetch(
        context: &Context,
        url: Option<&str>,
        recorded: Option<&Document>,
    ) -> Result<Self> {
        let provenance = Provenance::read(&context.root)?;
        let recorded_url = provenance.as_ref().and_then(|known| known.url.as_deref());
        let url = url
            .or(context.url_variable.as_deref())
            .or(recorded_url)
            .with_context(|| {
                format!(
                    "no URL to fetch the document from, and the document names none: give one by \
                     `--url URL` or in {URL_VARIABLE}, or a file instead (`drift --live FILE`, \
                     `regen --from FILE`)"
                )
            })?;
        let address = Address::parse(url)?;
        let mut etag = None;
        if let (Some(known), Some(recorded)) = (&provenance, recorded)
            && known.url.as_deref() == Some(address.as_str())
            && known.describes(&recorded.value)?
        {
            etag = known.etag.as_deref();
        }
        let candidate = match (fetch::get(&address, etag, &context.limits)?, recorded) {
            (Reply::NotModified, Some(recorded)) => Self {
                document: recorded.clone(),
                source: address.to_string(),
                origin: Origin::NotModified,
            },
            (Reply::NotModified, None) => {
                anyhow::bail!("{address} answered with status 304 to an unconditional request")
            }
            (Reply::Body { bytes, etag }, _) => {
                let document = Document::parse(bytes, &address.to_string())?;
                let provenance = Provenance::from_file(&document)?.fetched(
                    address.as_str(),
                    context.timestamp(),
                    etag,
                );
                Self {
                    document,
                    source: address.to_string(),
                    origin: Origin::Fetched {
                        provenance,
                        local: address.is_local(),
                    },
                }
            }
        };
        if let Some(recorded) = recorded {
            candidate.must_be_plausible(&recorded.value)?;
        }
        Ok(candidate)
    }

    /// A reply with a fraction of the operations is a broken server rather than a new API.
    fn must_be_plausible(&self, recorded: &Value) -> Result<()> {
        let [here, there] = [&self.document.value, recorded].map(operation_count);
        ensure!(
            here * 2 >= there,
            "`{}` has {here} operations, fewer than half of the {there} that are recorded: taken \
             for a broken reply; if it is right, accept it with `regen --from FILE \
             --accept-breaking`",
            self.source
        );
        Ok(())
    }

    /// One line on how the document arrived.
    pub(crate) fn arrival(&self) -> String {
        let bytes = self.document.raw.len();
        match self.origin {
            Origin::File => format!("read {bytes} bytes from {}", self.source),
            Origin::NotModified => format!("not modified: {}", self.source),
            Origin::Fetched { .. } => format!("fetched {bytes} bytes from {}", self.source),
        }
    }
}
