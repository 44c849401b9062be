//! The handlers of the operations.

mod annotations;
mod articles;
mod bot;
mod bot_rules;
mod conversations;
mod customers;
mod integrations;
mod knowledge;
mod organization;
mod outbound;
mod workflows;
mod writing;

pub(crate) use knowledge::{Knowledge, listed};

use crate::model::{Article, BotRule, Text, Workflow};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

/// Carries out an operation. It neither waits nor talks to anyone, so that it can run under a lock
/// and on a copy of the state.
pub(crate) type Handler = fn(&Request, &mut State) -> Result<Reply, Refusal>;

/// The handler of an operation, `None` when the sandbox does not know the operation.
pub(crate) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "list_conversations" => conversations::list,
        "get_conversation" => conversations::get,
        "list_custom_data" => conversations::list_custom_data,
        "list_customers" => customers::list,
        "list_users" => organization::list_users,
        "list_teams" => organization::list_teams,
        "list_macros" => organization::list_macros,
        "list_businesses" => organization::list_businesses,
        "list_workflows" => knowledge::list::<Workflow>,
        "create_workflow" => workflows::create,
        "update_workflow" => workflows::update,
        "delete_workflow" => knowledge::delete::<Workflow>,
        "list_workflow_versions" => knowledge::versions::<Workflow>,
        "restore_workflow" => knowledge::restore::<Workflow>,
        "list_deleted_workflows" => knowledge::list_deleted::<Workflow>,
        "list_articles" => knowledge::list::<Article>,
        "create_article" => articles::create,
        "update_article" => articles::update,
        "delete_article" => knowledge::delete::<Article>,
        "list_article_versions" => knowledge::versions::<Article>,
        "restore_article" => knowledge::restore::<Article>,
        "list_deleted_articles" => knowledge::list_deleted::<Article>,
        "list_bot_rules" => knowledge::list::<BotRule>,
        "create_bot_rule" => bot_rules::create,
        "update_bot_rule" => bot_rules::update,
        "delete_bot_rule" => knowledge::delete::<BotRule>,
        "list_bot_rule_versions" => knowledge::versions::<BotRule>,
        "restore_bot_rule" => knowledge::restore::<BotRule>,
        "list_deleted_bot_rules" => knowledge::list_deleted::<BotRule>,
        "append_sheet_row" => integrations::append_sheet_row,
        "add_conversation_tag" => annotations::add_tag,
        "create_conversation_event" => annotations::create_event,
        "send_outbound_email" => outbound::send,
        "set_conversation_metadata" => annotations::set_metadata,
        "list_conversation_metadata" => annotations::list_metadata,
        "get_conversation_metadata" => annotations::get_metadata,
        "delete_conversation_metadata" => annotations::delete_metadata,
        "update_customer" => customers::update,
        "set_customer_metadata" => customers::set_metadata,
        "start_bot_conversation" => bot::start,
        "send_bot_message" => bot::send,
        "record_purchase" => integrations::record_purchase,
        _ => return None,
    })
}

/// The business that a slug names.
fn business(state: &State, slug: &str) -> Result<Text, Refusal> {
    let business = state.business(slug);
    let business = business.ok_or_else(|| Refusal::not_found("Business"))?;
    Ok(business.slug.clone())
}

#[cfg(test)]
mod tests {
    use octocom_api::operations;

    use super::*;

    #[test]
    fn every_operation_of_the_table_has_a_handler_and_no_other_name_does() {
        for operation in operations::ALL {
            assert!(
                handler(operation.id).is_some(),
                "{} has no handler",
                operation.id
            );
        }
        assert!(handler("list_nothing").is_none());
    }
}
