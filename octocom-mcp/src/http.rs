//! Streamable HTTP: on a loopback address, or elsewhere with a token.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;

use crate::server::{Server, SettingError};

/// Path of the endpoint.
const PATH: &str = "/mcp";
/// Most bytes of a request. Arguments of tools are small.
const MAX_REQUEST_BYTES: usize = 1 << 20;
/// Fewest characters of a token.
const MIN_TOKEN: usize = 16;

/// Settings of an HTTP endpoint.
#[derive(Debug, Clone)]
#[must_use]
pub struct Http {
    address: SocketAddr,
    token: Option<SecretString>,
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Http {
    /// Returns settings for an address. Port 0 takes a free one. Addresses other than loopback need
    /// a [token](Self::token).
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            token: None,
            hosts: Vec::new(),
            origins: Vec::new(),
        }
    }

    /// Sets the token that each request must carry, as `Authorization: Bearer TOKEN`. From 16
    /// visible ASCII characters on. Default: none, which only loopback addresses allow.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Allows a name in the header `Host`, with or without a port: that of a proxy say. Default: the
    /// address itself, and for a loopback address also `localhost`.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Allows web pages of an origin, such as `https://inspector.example`. Default: none but the
    /// address itself, if it is a loopback address. Programs send no `Origin`.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    fn check(&self) -> Result<(), SettingError> {
        if let Some(token) = &self.token {
            let token = token.expose_secret();
            if token.len() < MIN_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(SettingError::new(
                    "token",
                    format!(
                        "must have at least {MIN_TOKEN} visible ASCII characters without spaces"
                    ),
                ));
            }
        } else if !self.address.ip().is_loopback() {
            return Err(SettingError::new(
                "token",
                format!("is missing, and {} is not a loopback address", self.address),
            ));
        }
        for origin in &self.origins {
            let has_scheme = origin.starts_with("http://") || origin.starts_with("https://");
            if !has_scheme {
                return Err(SettingError::new(
                    "allow_origin",
                    "must begin with http:// or https://",
                ));
            }
        }
        for host in &self.hosts {
            if host.is_empty() || host.contains(['/', '@', ' ']) {
                return Err(SettingError::new(
                    "allow_host",
                    "must be a host name, or HOST:PORT",
                ));
            }
        }
        Ok(())
    }

    /// Names in `Host` that lead here.
    fn all_hosts(&self, address: SocketAddr) -> Vec<String> {
        let port = address.port();
        let mut hosts = self.hosts.clone();
        // Nobody calls the unspecified address by that name.
        if !address.ip().is_unspecified() {
            hosts.push(address.to_string());
        }
        if address.ip().is_loopback() {
            hosts.push(format!("localhost:{port}"));
        }
        hosts
    }

    /// Origins of web pages that may call. One without a port means that of its scheme.
    fn all_origins(&self, address: SocketAddr) -> Vec<String> {
        // No page comes from here, so its own origin lets no foreign page in.
        let own = match address.ip().is_loopback() {
            true => vec![
                format!("http://{address}"),
                format!("http://localhost:{}", address.port()),
            ],
            false => Vec::new(),
        };
        let allowed = self.origins.iter().map(|origin| {
            let authority = origin.split_once("://").map_or("", |(_, rest)| rest);
            let has_port = authority
                .rsplit_once(':')
                .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
            match (has_port, origin.starts_with("https://")) {
                (true, _) => origin.clone(),
                (false, true) => format!("{origin}:443"),
                (false, false) => format!("{origin}:80"),
            }
        });
        own.into_iter().chain(allowed).collect()
    }
}

/// An HTTP endpoint that listens, to be [run](Self::run).
#[derive(Debug)]
pub struct HttpServer {
    listener: TcpListener,
    address: SocketAddr,
    http: Http,
    server: Server,
}

impl Server {
    /// Listens on an address.
    ///
    /// # Errors
    ///
    /// [`SettingError`]: a setting that cannot be used, an address other than loopback without a
    /// token, or one that cannot be listened on.
    pub async fn listen(&self, http: Http) -> Result<HttpServer, SettingError> {
        http.check()?;
        let unusable = |error: std::io::Error| {
            SettingError::new("http", format!("{} cannot be used: {error}", http.address))
        };
        let listener = TcpListener::bind(http.address).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        Ok(HttpServer {
            listener,
            address,
            http,
            server: self.clone(),
        })
    }
}

impl HttpServer {
    /// Returns the address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of the endpoint, for clients of this machine.
    #[must_use]
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
                IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
            });
        }
        format!("http://{address}{PATH}")
    }

    /// Serves clients until `stopped` completes. Calls that are under way are then cancelled.
    ///
    /// # Errors
    ///
    /// The listener fails.
    pub async fn run(
        self,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let config = StreamableHttpServerConfig::default()
            .with_allowed_hosts(self.http.all_hosts(self.address))
            .with_allowed_origins(self.http.all_origins(self.address))
            // Without it an empty list would let every web page in.
            .enforce_origin_validation()
            .with_max_request_body_bytes(MAX_REQUEST_BYTES);
        let stop = config.cancellation_token.clone();
        let server = self.server;
        let sessions = Arc::new(LocalSessionManager::default());
        let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
        let mut router = Router::new().route_service(PATH, service);
        if let Some(token) = &self.http.token {
            let expected: [u8; 32] = Sha256::digest(token.expose_secret()).into();
            router = router.layer(from_fn_with_state(expected, check_token));
        }
        axum::serve(self.listener, router)
            .with_graceful_shutdown(async move {
                stopped.await;
                stop.cancel();
            })
            .await
    }
}

/// Lets a request with the token pass. Digests are compared, in a time that does not depend on them.
async fn check_token(State(expected): State<[u8; 32]>, request: Request, next: Next) -> Response {
    let given = bearer(request.headers()).map(|token| <[u8; 32]>::from(Sha256::digest(token)));
    let is_it = given.is_some_and(|given| bool::from(given.ct_eq(&expected)));
    match is_it {
        true => next.run(request).await,
        false => (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, "Bearer")],
            "a token is missing or wrong",
        )
            .into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, token) = value.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(address: &str) -> Http {
        Http::new(address.parse().unwrap())
    }

    #[test]
    fn other_addresses_need_a_token() {
        assert_eq!(http("127.0.0.1:0").check(), Ok(()));
        assert_eq!(http("[::1]:0").check(), Ok(()));
        for address in ["0.0.0.0:1", "192.168.0.1:1", "[::]:1"] {
            assert_eq!(http(address).check().unwrap_err().setting(), "token");
            assert_eq!(http(address).token("0123456789abcdef").check(), Ok(()));
            assert!(http(address).token("0123456789abcde").check().is_err());
            assert!(http(address).token("0123456789 abcdef").check().is_err());
        }
    }

    #[test]
    fn hosts_are_those_of_the_address_and_those_that_are_named() {
        let hosts = |it: Http| it.all_hosts(it.address);
        assert_eq!(
            hosts(http("127.0.0.1:80")),
            ["127.0.0.1:80", "localhost:80"]
        );
        let proxied = http("0.0.0.0:80").allow_host("mcp.example");
        assert_eq!(hosts(proxied), ["mcp.example"]);
        for host in ["", "https://a", "a b"] {
            assert!(http("127.0.0.1:0").allow_host(host).check().is_err());
        }
    }

    #[test]
    fn an_origin_has_a_scheme_and_a_port() {
        let http = http("0.0.0.0:0")
            .token("0123456789abcdef")
            .allow_origin("https://a.example")
            .allow_origin("http://localhost:6274");
        assert_eq!(http.check(), Ok(()));
        let origins = http.all_origins(http.address);
        assert_eq!(origins, ["https://a.example:443", "http://localhost:6274"]);
        let own = self::http("127.0.0.1:80");
        let origins = own.all_origins(own.address);
        assert_eq!(origins, ["http://127.0.0.1:80", "http://localhost:80"]);
        assert!(http.allow_origin("a.example").check().is_err());
    }
}
