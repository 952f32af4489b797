//! The cryptography of everything that speaks TLS to other servers.

/// Makes ring the process's cryptography: reqwest comes without one of its own, and ring is what the
/// database's TLS has brought anyway. Once is enough, and more does no harm.
pub fn use_ring() {
    // Refused when there is one already: ours, from before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
