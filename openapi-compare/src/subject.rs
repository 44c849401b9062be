//! The name of what changed, for people: `data[].priority in the response 200`.

use serde_json::Value;

use crate::json_pointer::unescaped;

/// Reads a trail (see `Pointer::trail`) as the name of a field and of what holds it.
///
/// `value` is what stands there; an entry of `required` is the field itself. `None` where the trail
/// names neither: for changes to an operation or a document as a whole.
pub(super) fn of(trail: &str, value: &Value) -> Option<String> {
    let mut tokens: Vec<String> = trail.split('/').skip(1).map(unescaped).collect();
    if let Some(last) = tokens.last_mut()
        && last == "required"
        && let Value::String(name) = value
    {
        *last = "properties".to_owned();
        tokens.push(name.clone());
    }
    let mut rest: &[String] = &tokens;
    // Outside of an operation, a trail starts at the document.
    if let [components, schemas, name, inner @ ..] = rest
        && components == "components"
        && schemas == "schemas"
    {
        let field = field(inner);
        return Some(match field.is_empty() {
            true => format!("`{name}`"),
            false => format!("`{field}` of `{name}`"),
        });
    }
    if let [method, inner @ ..] = rest
        && crate::METHODS.contains(&method.as_str())
    {
        rest = inner;
    }
    let (holder, rest) = match rest {
        [kind, label, inner @ ..] if kind == "parameters" => {
            let (location, name) = label.split_once(':')?;
            (format!("the {location} parameter `{name}`"), inner)
        }
        [kind, inner @ ..] if kind == "requestBody" => ("the request body".to_owned(), inner),
        [kind, status, headers, name, inner @ ..]
            if kind == "responses" && headers == "headers" =>
        {
            (
                format!("the header `{name}` of the response {status}"),
                inner,
            )
        }
        [kind, status, inner @ ..] if kind == "responses" => {
            (format!("the response {status}"), inner)
        }
        _ => return None,
    };
    let rest = match rest {
        [content, media_type, inner @ ..] if content == "content" => {
            let _ = media_type;
            inner
        }
        inner => inner,
    };
    let rest = match rest {
        [schema, inner @ ..] if schema == "schema" => inner,
        inner => inner,
    };
    let field = field(rest);
    Some(match field.is_empty() {
        true => holder,
        false => format!("`{field}` in {holder}"),
    })
}

/// The name of a field within a schema, as in `data[].tags[]`. Keywords at the end are left out.
fn field(tokens: &[String]) -> String {
    let mut name = String::new();
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        match token.as_str() {
            "properties" => {
                let Some(property) = tokens.next() else { break };
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(property);
            }
            "items" => name.push_str("[]"),
            "additionalProperties" => name.push_str("{}"),
            "allOf" => {
                tokens.next();
            }
            "oneOf" | "anyOf" => {
                if let Some(index) = tokens.next() {
                    name.push_str(&format!("<{index}>"));
                }
            }
            _ => break,
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn fields_are_named_with_what_holds_them() {
        let body = "/get/responses/200/content/application~1json/schema";
        for (trail, expected) in [
            (
                format!("{body}/properties/data/items/properties/subject/type"),
                Some("`data[].subject` in the response 200"),
            ),
            (format!("{body}/required"), Some("`id` in the response 200")),
            (
                "/post/requestBody/content/application~1json/schema/oneOf/1/properties/a"
                    .to_owned(),
                Some("`<1>.a` in the request body"),
            ),
            (
                "/get/parameters/query:page/schema/minimum".to_owned(),
                Some("the query parameter `page`"),
            ),
            (
                "/get/responses/200/headers/X-Total/schema".to_owned(),
                Some("the header `X-Total` of the response 200"),
            ),
            (
                "/components/schemas/Pet/properties/tags/items".to_owned(),
                Some("`tags[]` of `Pet`"),
            ),
            ("/components/schemas/Pet".to_owned(), Some("`Pet`")),
            ("/get/operationId".to_owned(), None),
            ("/info/version".to_owned(), None),
        ] {
            assert_eq!(of(&trail, &"id".into()).as_deref(), expected, "{trail}");
        }
    }
}
