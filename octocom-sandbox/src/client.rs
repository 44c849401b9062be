//! A client of the sandbox, for Rust tests.

mod sleeper;

use octocom_ext::{Client, ClientBuilder};

use crate::builder::Builder;
use crate::sandbox::Sandbox;
use crate::start_error::StartError;

pub use sleeper::SandboxSleeper;

impl Builder {
    /// Starts the sandbox and a client for it that never sleeps; see
    /// [`client_builder`](Sandbox::client_builder).
    ///
    /// ```
    /// use octocom_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (sandbox, client) = Sandbox::builder().start_with_client().await?;
    ///
    /// client.conversations().add_tag("CONV-2024-000001", "vip").await?;
    /// assert_eq!(sandbox.requests(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start), or if the client cannot be built.
    pub async fn start_with_client(self) -> Result<(Sandbox, Client), StartError> {
        let sandbox = self.start().await?;
        let client = sandbox.client_builder().build();
        let client = client.map_err(|error| StartError::Client(Box::new(error)))?;
        Ok((sandbox, client))
    }
}

impl Sandbox {
    /// Returns a builder for a client with the sandbox's URL and key. Instead of sleeping, the
    /// client moves the sandbox's clock forward.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .with_base_url(self.url())
            .with_api_key(self.key().to_owned())
            .with_sleeper(self.sleeper())
    }

    /// Returns a sleeper that moves the sandbox's clock forward instead of sleeping.
    #[must_use]
    pub fn sleeper(&self) -> SandboxSleeper {
        SandboxSleeper::new(self.control())
    }
}
