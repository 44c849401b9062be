//! The cryptography of TLS.

/// Makes ring the process's default provider for rustls, if it has none and the only TLS feature
/// with rustls is `rustls-ring`. Does nothing otherwise.
///
/// reqwest panics without a provider. [`Client::direct`](crate::Client::direct) calls this; call it
/// before you build an HTTP client for [`Client::with_transport`](crate::Client::with_transport).
pub fn choose_provider() {
    #[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails if another thread has chosen one meanwhile, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
