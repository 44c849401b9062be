//! Workflows, articles and bot rules, as one.

use clap::ValueEnum;
use octocom_ext::{
    Articles, BotRules, BusinessHandle, DeletedItems, Error, History, Uuid, Version, Workflows,
};

/// The kinds of records that have a history.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Workflows,
    Articles,
    BotRules,
}

/// The things of one kind that a business has.
pub(crate) enum Things {
    Workflows(Workflows),
    Articles(Articles),
    BotRules(BotRules),
}

/// The same expression for whichever kind it is.
macro_rules! each {
    ($things:expr, $handle:ident => $do:expr) => {
        match $things {
            Things::Workflows($handle) => $do,
            Things::Articles($handle) => $do,
            Things::BotRules($handle) => $do,
        }
    };
}

impl Things {
    pub(crate) fn of(business: &BusinessHandle, kind: Kind) -> Self {
        match kind {
            Kind::Workflows => Self::Workflows(business.workflows()),
            Kind::Articles => Self::Articles(business.articles()),
            Kind::BotRules => Self::BotRules(business.bot_rules()),
        }
    }

    pub(crate) async fn history(&self, id: Uuid) -> Result<History, Error> {
        each!(self, things => things.history(id).await)
    }

    pub(crate) async fn deleted(&self) -> Result<DeletedItems, Error> {
        each!(self, things => things.deleted().await)
    }

    pub(crate) async fn restore(&self, id: Uuid, version: &Version) -> Result<(), Error> {
        each!(self, things => things.restore(id, version).await.map(|_| ()))
    }

    pub(crate) async fn undelete(&self, id: Uuid) -> Result<(), Error> {
        each!(self, things => things.undelete(id).await.map(|_| ()))
    }
}
