//! What can be asked of the list of conversations.

use std::num::NonZeroU64;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use octocom_api::types::{
    ConversationStatus, ConversationSummary, MetadataFilterKey, MetadataValue,
};
use octocom_api::{BoxFuture, Operation, operations};
use serde::{Deserialize, Serialize};

use super::plan::Window;
use crate::client::Client;
use crate::dates::{Dated, Period};
use crate::error::Error;
use crate::input::text;
use crate::pagination::{Keyset, KeysetScan, Mode, PageRequest, Query, Scan, ScanState, private};

/// How much earlier than its window a listing asks the server to start.
///
/// A server that rounds its timestamps prints some records at the window's start that are really
/// earlier. A second is a unit of the coarsest timestamp of RFC 3339.
const ROUNDING: TimeDelta = TimeDelta::seconds(1);

/// The filters of the list of conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConversationQuery {
    #[serde(flatten)]
    period: Period,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<ConversationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handed_off: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) window: Option<Window>,
}

impl ConversationQuery {
    /// The earliest start date to ask for.
    fn start(&self) -> Option<DateTime<Utc>> {
        let window = self.window.and_then(|window| window.start);
        let window = window.map(|start| start.checked_sub_signed(ROUNDING).unwrap_or(start));
        self.period.since.max(window)
    }

    /// The latest end date to ask for, itself included.
    fn end(&self) -> Option<DateTime<Utc>> {
        let window = self.window.and_then(|window| window.end);
        [self.period.until, window].into_iter().flatten().min()
    }

    /// The pair as the generated client takes it.
    fn metadata(&self) -> Result<Option<(MetadataFilterKey, MetadataValue)>, String> {
        let Some((key, value)) = &self.metadata else {
            return Ok(None);
        };
        let key = text("metadata key", key)?;
        let value = text("metadata value", value)?;
        Ok(Some((key, value)))
    }
}

impl private::Sealed for ConversationQuery {}

impl Query for ConversationQuery {
    type Item = ConversationSummary;

    const OPERATION: &'static Operation = &operations::LIST_CONVERSATIONS;

    fn check(&self) -> Result<(), String> {
        self.period.check()?;
        if let Some(window) = &self.window {
            window.check()?;
        }
        self.metadata().map(|_| ())
    }

    fn wants(&self, created: Option<DateTime<Utc>>) -> bool {
        match (self.window, created) {
            (Some(window), Some(created)) => window.contains(created),
            _ => true,
        }
    }

    fn fetch(
        &self,
        client: Client,
        request: PageRequest,
    ) -> BoxFuture<'static, Result<Bytes, Error>> {
        let query = self.clone();
        let start = request.since().or_else(|| query.start());
        let page: Option<NonZeroU64> = request.page();
        Box::pin(async move {
            let metadata = query.metadata().map_err(Error::invalid_request)?;
            let (key, value) = metadata.unzip();
            let call = client.call_undecoded(async |api: octocom_api::Client| {
                api.list_conversations(
                    query.end().as_ref(),
                    query.handed_off,
                    key.as_ref(),
                    value.as_ref(),
                    page,
                    start.as_ref(),
                    query.status.as_ref(),
                )
                .await
            });
            Ok(call.await?.into_value())
        })
    }
}

impl Mode<ConversationQuery> for Keyset {
    fn scan(query: &ConversationQuery, _: u64) -> ScanState {
        let window = query.window.unwrap_or_default();
        ScanState(Scan::Keyset(KeysetScan::new(
            query.start(),
            window.start,
            window.end,
        )))
    }
}

impl Dated for ConversationQuery {
    fn period(&mut self) -> &mut Period {
        &mut self.period
    }
}
