//! The business that a server is limited to, if it is.

use octocom_api::{Operation, operations};
use octocom_ext::{Client, Uuid};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::input_schema::{body_properties, parameters};

/// Name of the argument and of the field that names a business.
pub(crate) const BUSINESS: &str = "businessSlug";
/// Name of the body's field that names a conversation.
const CONVERSATION: &str = "conversationId";
/// Most workflows of a business that are looked through for one.
const MOST_WORKFLOWS: u64 = 2_000;

/// The business that a server is limited to; `None` for the whole account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    business: Option<String>,
}

/// Returns `true` if the operation names a conversation, in its path or in its body.
pub(crate) fn names_conversation(operation: &Operation) -> bool {
    operation.path.contains("/conversations/{") || has_in_body(operation, CONVERSATION)
}

fn has_in_body(operation: &Operation, name: &str) -> bool {
    body_properties(operation).is_some_and(|properties| properties.contains_key(name))
}

/// Returns `true` if the operation names its business.
fn names_business(operation: &'static Operation) -> bool {
    has_in_body(operation, BUSINESS) || parameters(operation).any(|it| it.name == BUSINESS)
}

/// Returns `true` if the records of a list say which business they belong to.
fn records_have_business(operation: &'static Operation) -> bool {
    let success = operation.facts().success.as_ref();
    success.is_some_and(|schema| {
        !schema["properties"]["data"]["items"]["properties"][BUSINESS].is_null()
    })
}

impl Scope {
    pub(crate) fn new(business: Option<String>) -> Self {
        Self { business }
    }

    pub(crate) fn business(&self) -> Option<&str> {
        self.business.as_deref()
    }

    /// Returns `true` if the operation can be kept to the business.
    pub(crate) fn serves(&self, operation: &'static Operation) -> bool {
        self.business.is_none()
            || names_conversation(operation)
            || names_business(operation)
            || records_have_business(operation)
            || *operation == operations::LIST_BUSINESSES
            || *operation == operations::DELETE_WORKFLOW
    }

    /// Returns `true` if a record of a list belongs to the business. One that says nothing of a
    /// business does not, where the others do.
    pub(crate) fn admits(
        &self,
        operation: &'static Operation,
        record: &Map<String, Value>,
    ) -> bool {
        let Some(business) = &self.business else {
            return true;
        };
        let field = match *operation == operations::LIST_BUSINESSES {
            true => "slug",
            false if records_have_business(operation) => BUSINESS,
            // Asked for by the business, or by a conversation that was looked up.
            false => return true,
        };
        record.get(field).and_then(Value::as_str) == Some(business)
    }

    /// Returns `true` if a conversation belongs to the business.
    pub(crate) fn admits_conversation(&self, conversation: &Value) -> bool {
        let business = self.business();
        business.is_none() || conversation[BUSINESS].as_str() == business
    }

    /// Sets the business of a call that names one, and looks up what it names besides.
    pub(crate) async fn check(
        &self,
        client: &Client,
        operation: &'static Operation,
        arguments: &mut Map<String, Value>,
    ) -> Result<(), Failure> {
        let Some(business) = &self.business else {
            return Ok(());
        };
        if names_business(operation) {
            self.check_business(arguments.get(BUSINESS))?;
            arguments.insert(BUSINESS.to_owned(), business.as_str().into());
        }
        if *operation == operations::DELETE_WORKFLOW {
            return self
                .look_for_workflow(client, business, arguments.get("id"))
                .await;
        }
        // The conversation itself is looked at when it is there.
        if !names_conversation(operation) || *operation == operations::GET_CONVERSATION {
            return self.check_id(operation, arguments);
        }
        let name = match has_in_body(operation, CONVERSATION) {
            true => CONVERSATION,
            false => "id",
        };
        let id = self.uuid(name, arguments.get(name))?;
        self.conversation(client, id).await?;
        // In the one form that was looked up.
        arguments.insert(name.to_owned(), id.to_string().into());
        Ok(())
    }

    /// Refuses another business than the one that is set.
    pub(crate) fn check_business(&self, given: Option<&Value>) -> Result<(), Failure> {
        match (&self.business, given) {
            (Some(business), Some(given)) if given.as_str() != Some(business) => {
                Err(Failure::refused(
                    format!("this server is limited to the business `{business}`"),
                    "leave `businessSlug` out",
                ))
            }
            _ => Ok(()),
        }
    }

    fn check_id(
        &self,
        operation: &Operation,
        arguments: &Map<String, Value>,
    ) -> Result<(), Failure> {
        match names_conversation(operation) {
            true => self.uuid("id", arguments.get("id")).map(drop),
            false => Ok(()),
        }
    }

    /// Reads the id of a conversation. With a business it has to be the UUID: the API cannot look up
    /// a public id.
    pub(crate) fn uuid(&self, name: &str, given: Option<&Value>) -> Result<Uuid, Failure> {
        let text = given.and_then(Value::as_str).unwrap_or_default();
        Uuid::try_parse(text).map_err(|_| {
            Failure::refused(
                format!(
                    "`{name}` must be the UUID of a conversation; a public id cannot be looked up"
                ),
                "take the `id` of the conversation from a list",
            )
        })
    }

    /// Fetches a conversation, and refuses one of another business.
    pub(crate) async fn conversation(&self, client: &Client, id: Uuid) -> Result<Value, Failure> {
        let call = client
            .operation(&operations::GET_CONVERSATION)
            .argument("id", id.to_string());
        let response = call.send().await.map_err(|error| Failure::call(&error))?;
        let response = response
            .parse()
            .map_err(|error| Failure::call(&error.into()))?;
        let conversation = response.into_value();
        let conversation = conversation.get("data").cloned().unwrap_or(conversation);
        match self.admits_conversation(&conversation) {
            true => Ok(conversation),
            false => Err(self.foreign()),
        }
    }

    /// The failure of a call that names a record of another business.
    pub(crate) fn foreign(&self) -> Failure {
        let business = self.business().unwrap_or_default();
        Failure::refused(
            format!(
                "it does not belong to the business `{business}`, to which this server is limited"
            ),
            "take ids from the lists of this server",
        )
    }

    /// A workflow is deleted by its id alone, so it is looked for among those of the business.
    async fn look_for_workflow(
        &self,
        client: &Client,
        business: &str,
        id: Option<&Value>,
    ) -> Result<(), Failure> {
        let list = client
            .operation(&operations::LIST_WORKFLOWS)
            .argument(BUSINESS, business)
            .list()
            .map_err(|error| Failure::call(&error))?;
        let mut workflows = list.max_items(MOST_WORKFLOWS).stream();
        while let Some(workflow) = workflows.next().await {
            match workflow {
                Ok(workflow) if workflow.get("id") == id => return Ok(()),
                Err(error) if !error.is_item() => return Err(Failure::call(&error)),
                _ => {}
            }
        }
        Err(self.foreign())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_kept_to_a_business_is_not_served() {
        let scope = Scope::new(Some("acme-corp".to_owned()));
        let all = operations::ALL.iter();
        let left_out: BTreeSet<_> = all
            .filter(|operation| !scope.serves(operation))
            .map(|operation| operation.id)
            .collect();
        let expected = [
            "append_sheet_row",
            "list_teams",
            "list_users",
            "record_purchase",
            "set_customer_metadata",
            "update_customer",
        ];
        assert_eq!(left_out.into_iter().collect::<Vec<_>>(), expected);
        let all = operations::ALL.iter();
        assert!(
            all.into_iter()
                .all(|operation| Scope::default().serves(operation))
        );
    }

    #[test]
    fn operations_that_name_a_conversation_are_known() {
        let all = operations::ALL.iter();
        let naming: BTreeSet<_> = all
            .filter(|operation| names_conversation(operation))
            .map(|operation| operation.id)
            .collect();
        let expected = [
            "add_conversation_tag",
            "create_conversation_event",
            "delete_conversation_metadata",
            "get_conversation",
            "get_conversation_metadata",
            "list_conversation_metadata",
            "send_bot_message",
            "set_conversation_metadata",
        ];
        assert_eq!(naming.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_record_belongs_to_a_business_by_its_field() {
        let scope = Scope::new(Some("acme-corp".to_owned()));
        let admits =
            |operation, record: Value| scope.admits(operation, record.as_object().unwrap());
        assert!(admits(
            &operations::LIST_MACROS,
            json!({"businessSlug": "acme-corp"})
        ));
        for other in [json!("other"), Value::Null, json!(1)] {
            assert!(!admits(
                &operations::LIST_MACROS,
                json!({"businessSlug": other})
            ));
        }
        assert!(!admits(&operations::LIST_CONVERSATIONS, json!({})));
        assert!(admits(
            &operations::LIST_BUSINESSES,
            json!({"slug": "acme-corp"})
        ));
        assert!(!admits(
            &operations::LIST_BUSINESSES,
            json!({"slug": "acme-corp-2"})
        ));
        assert!(admits(&operations::LIST_ARTICLES, json!({"id": "a"})));
        let everything = Scope::default();
        assert!(everything.admits(&operations::LIST_MACROS, &Map::new()));
    }
}
