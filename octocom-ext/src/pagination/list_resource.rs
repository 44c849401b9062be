//! Lists without filters: one macro writes the handle of each and its list.

/// A handle of a client or of a business whose list takes no filter.
///
/// A macro, because the handles differ only in their names and the operation they call.
macro_rules! list_resource {
    (
        $(#[$doc:meta])*
        $handle:ident of $owner:ident as $method:ident: $filters:expr,
        $row:ident => $call:ident($($slug:ident)?) -> $item:ident,
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
                "-> octocom_ext::Result<()> {\n",
                $example,
                "\n# Ok(())\n# }\n```"
            )]
            pub fn list(&self) -> $crate::pagination::List<octocom_api::types::$item> {
                let paginated = $crate::pagination::Paginated::new(
                    &octocom_api::operations::$row,
                    async |client: $crate::client::Client, filters, request| {
                        $(let $slug = filters.business_slug();)?
                        let _ = &filters;
                        Ok(client.api().$call($($slug,)? request.page()).await?)
                    },
                );
                let filters: fn(&$owner) -> $crate::pagination::Filters = $filters;
                $crate::pagination::List::new(
                    self.owner.client(),
                    paginated,
                    filters(&self.owner),
                )
            }
        }
    };
}

pub(crate) use list_resource;
