//! Conversations in full, fetched for the summaries of a list.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use octocom_api::Response;
use octocom_api::types::{Conversation, ConversationSummary};
use serde::Serialize;
use uuid::Uuid;

use crate::checkpoint::Checkpoint;
use crate::client::Client;
use crate::error::Error;
use crate::ids::Id;
use crate::pagination::{Fetch, Item, ItemStream, List, Mode, next};

/// Fetches one conversation.
pub(super) async fn fetch(client: &Client, id: Uuid) -> Result<Response<Conversation>, Error> {
    Ok(client.api().get_conversation(&id).await?.parse()?)
}

/// A conversation in full and its summary from the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConversationWithSummary {
    /// Summary from the list, without messages.
    pub summary: Item<ConversationSummary>,
    /// The conversation in full.
    pub conversation: Response<Conversation>,
}

/// The conversation in full.
impl Deref for ConversationWithSummary {
    type Target = Response<Conversation>;

    fn deref(&self) -> &Self::Target {
        &self.conversation
    }
}

impl From<&ConversationWithSummary> for Id {
    fn from(conversation: &ConversationWithSummary) -> Self {
        Self::from(&conversation.summary)
    }
}

impl ItemStream<ConversationSummary> {
    /// Fetches the conversations in full, up to `in_flight` at once (at least one), in the order of
    /// the list.
    ///
    /// Calls `get_conversation` for each. If a conversation was deleted meanwhile or cannot be
    /// decoded, the stream returns an error for it ([`Error::is_item`](crate::Error::is_item)) with
    /// its id ([`Error::conversation_id`](crate::Error::conversation_id)), and continues.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let mut all = client.conversations().list().stream().with_details(4);
    /// while let Some(detailed) = all.try_next().await? {
    ///     println!("{}: {}", detailed.subject, detailed.messages.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_details(self, in_flight: usize) -> DetailStream {
        DetailStream {
            checkpoint: self.checkpoint(),
            summaries: Some(self),
            waiting: VecDeque::new(),
            in_flight: in_flight.max(1),
        }
    }
}

impl<M: Mode> List<ConversationSummary, M> {
    /// Returns a [stream](List::stream) of the conversations [in full](ItemStream::with_details).
    #[must_use]
    pub fn with_details(self, in_flight: usize) -> DetailStream {
        self.stream().with_details(in_flight)
    }
}

/// A stream of conversations in full.
///
/// # Recovery
///
/// After an error of one conversation ([`Error::is_item`](crate::Error::is_item)) the stream
/// continues. Any other error ends it and has the checkpoint to resume from.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// its requests.
pub struct DetailStream {
    /// `None` once the list has ended.
    summaries: Option<ItemStream<ConversationSummary>>,
    waiting: VecDeque<PendingConversation>,
    in_flight: usize,
    /// After the last conversation that was handed out.
    checkpoint: Checkpoint,
}

/// A conversation on its way.
struct PendingConversation {
    /// The summary, or what is handed out instead of the conversation.
    summary: Result<Item<ConversationSummary>, Error>,
    fetch: Option<Fetch<Response<Conversation>>>,
    /// The checkpoint after it.
    checkpoint: Checkpoint,
}

impl DetailStream {
    /// Returns the checkpoint after the last conversation that was delivered.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint.clone()
    }

    /// Returns the next conversation; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [Recovery](Self#recovery).
    ///
    /// ```no_run
    /// # async fn example(mut stream: octocom_ext::DetailStream) -> Result<(), octocom_ext::Error>
    /// {
    /// while let Some(detailed) = stream.try_next().await? {
    ///     println!("{}", detailed.conversation.messages.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<ConversationWithSummary>, Error> {
        next(self).await.transpose()
    }

    /// Returns the next conversation or error; `None` at the end. See [Recovery](Self#recovery).
    pub async fn next(&mut self) -> Option<Result<ConversationWithSummary, Error>> {
        next(self).await
    }

    /// Takes summaries until enough conversations are in flight.
    fn fill(&mut self, cx: &mut Context<'_>) {
        while self.waiting.len() < self.in_flight {
            let Some(summaries) = &mut self.summaries else {
                return;
            };
            let summary = match Pin::new(&mut *summaries).poll_next(cx) {
                Poll::Pending => return,
                Poll::Ready(None) => {
                    self.summaries = None;
                    return;
                }
                Poll::Ready(Some(summary)) => summary,
            };
            let checkpoint = summaries.checkpoint();
            let fetch = summary.as_ref().ok().map(|summary| {
                let (client, id) = (summaries.client_in_time(), summary.id);
                Fetch::spawn(async move { fetch(&client?, id).await })
            });
            self.waiting.push_back(PendingConversation {
                summary,
                fetch,
                checkpoint,
            });
        }
    }

    fn end(&mut self) {
        self.summaries = None;
        self.waiting.clear();
    }
}

impl Stream for DetailStream {
    type Item = Result<ConversationWithSummary, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.fill(cx);
        let Some(first) = this.waiting.front_mut() else {
            // The list has ended, or will wake the task.
            return if this.summaries.is_none() {
                Poll::Ready(None)
            } else {
                Poll::Pending
            };
        };
        let answer = match &mut first.fetch {
            Some(fetch) => Some(std::task::ready!(Pin::new(fetch).poll(cx))),
            None => None,
        };
        let Some(PendingConversation {
            summary,
            checkpoint,
            ..
        }) = this.waiting.pop_front()
        else {
            return Poll::Pending;
        };
        let result = match (summary, answer) {
            (Err(error), _) if error.is_item() => Err(error),
            // An error of the list has the place to go on from, unless nothing was sent.
            (Err(error), _) => {
                this.end();
                return Poll::Ready(Some(Err(error)));
            }
            (Ok(summary), Some(Ok(conversation))) => Ok(ConversationWithSummary {
                summary,
                conversation,
            }),
            (Ok(summary), Some(Err(error))) => {
                let error = error.of_conversation(Some(summary.id), None);
                // Deleted since it was listed: nothing to go back for.
                if !error.is_not_found() && !error.is_decode() {
                    this.end();
                    return Poll::Ready(Some(Err(error.with_checkpoint(this.checkpoint.clone()))));
                }
                Err(error.for_item())
            }
            (Ok(_), None) => return Poll::Pending,
        };
        this.checkpoint = checkpoint;
        Poll::Ready(Some(result))
    }
}

impl fmt::Debug for DetailStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetailStream")
            .field("summaries", &self.summaries)
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}
