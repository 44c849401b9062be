//! Serving one client over a pair of streams.

use std::io;

use rmcp::ServiceExt;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::server::Server;

impl Server {
    /// Serves one client over standard input and output, until the input ends.
    ///
    /// # Errors
    ///
    /// The client does not speak the protocol, or a stream fails.
    pub async fn serve_stdio(&self) -> io::Result<()> {
        self.serve(tokio::io::stdin(), tokio::io::stdout()).await
    }

    /// Serves one client over any pair of streams, until the input ends.
    ///
    /// # Errors
    ///
    /// As for [`serve_stdio`](Self::serve_stdio).
    pub async fn serve(
        &self,
        input: impl AsyncRead + Send + Unpin + 'static,
        output: impl AsyncWrite + Send + Unpin + 'static,
    ) -> io::Result<()> {
        use rmcp::service::ServerInitializeError as Failed;
        let running = match ServiceExt::serve(self.clone(), (input, output)).await {
            Ok(running) => running,
            // The client went away before it said anything.
            Err(Failed::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(io::Error::other(error)),
        };
        running.waiting().await.map(drop).map_err(io::Error::other)
    }
}
