//! Constructors of the client.

use std::sync::Arc;
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::direct::Direct;
use crate::generated::Client;
use crate::hooks::Inner;
use crate::http_client::guarded_http;
use crate::key::ApiKey;
use crate::support;
use crate::transport::Transport;

/// Longest time that [`Client::direct`] waits for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Client {
    /// Returns a client that sends every request once. The key is sent with the operations that
    /// need it.
    ///
    /// The timeout for connecting is 10 seconds, that of an attempt the operation's
    /// [`attempt_timeout`](crate::Operation::attempt_timeout). Redirects are not followed.
    ///
    /// # Errors
    ///
    /// [`reqwest::Error`] if the TLS library or the platform's certificates cannot be loaded.
    pub fn direct(base_url: &BaseUrl, key: Option<ApiKey>) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT);
        let http = guarded_http(http, base_url).build()?;
        Ok(Self::with_transport(
            base_url,
            http,
            Arc::new(Direct::new(key)),
        ))
    }

    /// Returns a client that sends its requests through this transport.
    ///
    /// The HTTP client should neither follow redirects, which would send the key to another host,
    /// nor retry, which could repeat an unsafe operation: see [`guarded_http`].
    #[must_use]
    pub fn with_transport(
        base_url: &BaseUrl,
        http: reqwest::Client,
        transport: Arc<dyn Transport>,
    ) -> Self {
        let inner = Inner {
            transport,
            base_path: base_url.path().into(),
            origin: base_url.url().origin().ascii_serialization().into(),
        };
        Self::new_with_client(base_url.as_str(), support::reqwest::Client(http), inner)
    }
}
