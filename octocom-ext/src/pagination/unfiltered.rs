//! Lists without filters: one macro writes handle, query and listing of each.

/// A handle of a client or of a business, and the query of its list, which takes no filter.
///
/// Macros make types, and these differ in nothing but their names and the operation they call.
macro_rules! unfiltered_list {
    (
        $(#[$doc:meta])*
        $handle:ident of $owner:ident as $method:ident: $query:ident { $($field:ident)? },
        $row:ident => $call:ident -> $item:ident,
        $example:literal
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $handle {
            owner: $owner,
        }

        impl $owner {
            $(#[$doc])*
            ///
            #[doc = concat!("[`list`](", stringify!($handle), "::list) has an example.")]
            #[must_use]
            pub fn $method(&self) -> $handle {
                $handle { owner: self.clone() }
            }
        }

        impl $handle {
            /// Lists them, 50 a page.
            ///
            #[doc = concat!("Calls `", stringify!($call), "`.")]
            ///
            #[doc = concat!(
                "```no_run\n# async fn example(client: octocom_ext::Client) ",
                "-> Result<(), octocom_ext::Error> {\n",
                $example,
                "\n# Ok(())\n# }\n```"
            )]
            pub fn list(
                &self,
            ) -> $crate::pagination::List<$query, $crate::pagination::Offset> {
                let query = $query { $($field: self.owner.$field())? };
                $crate::pagination::List::new(self.owner.client(), query)
            }
        }

        #[doc = concat!("What the list of ", stringify!($method), " is asked for.")]
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $query {
            $($field: std::sync::Arc<str>,)?
        }

        impl $crate::pagination::private::Sealed for $query {}

        impl $crate::pagination::Query for $query {
            type Item = octocom_api::types::$item;

            const OPERATION: &'static octocom_api::Operation = &octocom_api::operations::$row;

            fn fetch(
                &self,
                client: $crate::client::Client,
                request: $crate::pagination::PageRequest,
            ) -> octocom_api::BoxFuture<'static, Result<bytes::Bytes, $crate::error::Error>> {
                $(let $field = std::sync::Arc::clone(&self.$field);)?
                Box::pin(async move {
                    let call = client.call_undecoded(async |api: octocom_api::Client| {
                        api.$call($(&$field,)? request.page()).await
                    });
                    Ok(call.await?.into_value())
                })
            }
        }
    };
}

pub(crate) use unfiltered_list;
