//! The settings of an HTTP client that calls rely on.

use crate::base_url::BaseUrl;

/// Sets what calls to a server rely on, whatever the builder had before: no redirects, retries,
/// decompression and logging of connections; for plain `http` no certificates, and on this machine
/// no proxy.
///
/// [`Client::direct`](crate::Client::direct) calls this; call it when you build an HTTP client for
/// [`Client::with_transport`](crate::Client::with_transport). If the only TLS feature with rustls is
/// `rustls-ring`, it also makes ring the process's default provider, unless there is one: reqwest
/// panics without.
pub fn guarded_http(
    mut http: reqwest::ClientBuilder,
    base_url: &BaseUrl,
) -> reqwest::ClientBuilder {
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    if base_url.url().scheme() == "http" {
        // TLS is not needed, nor the platform's certificates, which may be missing.
        http = http.tls_certs_only([]);
    }
    if base_url.is_local() {
        // A proxy, of the system or the caller's, would be given the key in the clear.
        http = http.no_proxy();
    }
    choose_provider();
    http
        // A redirect would carry the key to another host and make a GET of a POST.
        .redirect(reqwest::redirect::Policy::none())
        // The transport is the one place that decides what is sent twice.
        .retry(reqwest::retry::never())
        // It is the one that decompresses, too, if any: within a limit on the body. Whatever
        // features reqwest has been given by other crates would do so first.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        // It logs what is sent, the key included.
        .connection_verbose(false)
}

/// Makes ring the process's default provider for rustls, if it has none and the only TLS feature
/// with rustls is `rustls-ring`. Does nothing otherwise.
fn choose_provider() {
    #[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails if another thread has chosen one meanwhile, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
