//! The operation table as Rust: one constant row for each operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::operations::Operation;

/// The table, the document's version and its first server.
pub(crate) fn rust(document: &Value, operations: &[Operation]) -> Result<String, String> {
    let text = |pointer: &str| {
        let text = document.pointer(pointer).and_then(Value::as_str);
        text.ok_or_else(|| format!("the document has no text at `{pointer}`"))
    };
    let version = text("/info/version")?;
    let server = text("/servers/0/url")?.trim_end_matches('/');
    let names: Vec<_> = operations
        .iter()
        .map(|row| format_ident!("{}", row.id.to_ascii_uppercase()))
        .collect();
    let docs: Vec<_> = operations.iter().map(doc).collect();
    let rows: Vec<_> = operations.iter().map(row).collect();
    let table = quote! {
        /// Version of the document that this client was generated from (`info.version`).
        pub const API_VERSION: &str = #version;

        /// The first server that the document names.
        pub const DEFAULT_BASE_URL: &str = #server;

        /// One row for each operation of the document.
        pub mod operations {
            use super::{Authentication, Effect, Idempotency, LimitGroup, Operation, PageSize};
            use http::Method;
            use std::time::Duration;

            #(#[doc = #docs] pub static #names: Operation = #rows;)*

            /// Every operation, sorted by path and method.
            pub static ALL: &[&Operation] = &[#(&#names),*];
        }
    };
    Ok(table.to_string())
}

fn doc(operation: &Operation) -> String {
    format!(
        "{}: `{} {}`.",
        operation.summary, operation.method, operation.path
    )
}

fn row(operation: &Operation) -> TokenStream {
    let Operation {
        id,
        path,
        summary,
        command,
        untyped,
        success_status,
        error_statuses,
        ..
    } = operation;
    let method = format_ident!("{}", operation.method);
    let idempotency = match operation.idempotency.as_str() {
        "safe" => quote!(Idempotency::Safe),
        "idempotent" => quote!(Idempotency::Idempotent),
        _ => quote!(Idempotency::Unsafe),
    };
    let effect = match operation.effect.as_str() {
        "reads" => quote!(Effect::Reads),
        "adds" => quote!(Effect::Adds),
        "overwrites" => quote!(Effect::Overwrites),
        "deletes" => quote!(Effect::Deletes),
        _ => quote!(Effect::Sends),
    };
    let authentication = match operation.sends_key {
        true => quote!(Authentication::ApiKey),
        false => quote!(Authentication::None),
    };
    let seconds = operation.attempt_timeout_seconds;
    let pagination = option(operation.pagination.as_ref().map(|pages| {
        let default = pages.page_size;
        let max = option(pages.max_page_size.map(|size| quote!(#size)));
        quote!(PageSize { default: #default, max: #max })
    }));
    let keyset = operation.pagination.is_some_and(|pages| pages.keyset);
    let group = &operation.limit_group;
    let per = option(
        operation
            .limit_group_per
            .as_ref()
            .map(|parameter| quote!(#parameter)),
    );
    let request = option(operation.request.as_ref().map(|name| quote!(#name)));
    let success = option(operation.success.as_ref().map(|name| quote!(#name)));
    let quota = option(operation.quota.as_ref().map(|text| quote!(#text)));
    quote! {
        Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            summary: #summary,
            idempotency: #idempotency,
            effect: #effect,
            command: #command,
            authentication: #authentication,
            attempt_timeout: Duration::from_secs(#seconds),
            page_size: #pagination,
            keyset: #keyset,
            limit_group: LimitGroup { name: #group, per: #per },
            quota: #quota,
            request: #request,
            success: #success,
            untyped: #untyped,
            success_status: #success_status,
            error_statuses: &[#(#error_statuses),*],
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}
