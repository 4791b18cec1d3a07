//! Our own TLS: a certificate from files, read again when asked to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::ServeError;

/// The certificate in use; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: watch::Sender<Arc<ServerConfig>>,
}

impl Certificate {
    /// Reads PEM files: the chain, leaf first, and the key.
    pub(super) fn read(chain: &Path, key: &Path) -> Result<Self, ServeError> {
        let config = load(chain, key)?;
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), current: watch::Sender::new(Arc::new(config)) })
    }

    /// Reads the files again, for all handshakes from now on.
    pub(super) fn reload(&self) -> Result<(), ServeError> {
        self.current.send_replace(Arc::new(load(&self.chain, &self.key)?));
        Ok(())
    }

    /// What the next handshake uses.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.borrow()))
    }
}

fn load(chain: &Path, key: &Path) -> Result<ServerConfig, ServeError> {
    let told = |path: &Path, why: &dyn std::fmt::Display| ServeError::Certificate(format!("{}: {why}", path.display()));
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(chain).and_then(Iterator::collect).map_err(|error| told(chain, &error))?;
    if certificates.is_empty() {
        return Err(told(chain, &"there is no certificate in it"));
    }
    let private_key = PrivateKeyDer::from_pem_file(key).map_err(|error| told(key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, private_key))
        .map_err(|error| told(chain, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Files {
        _folder: tempfile::TempDir,
        chain: PathBuf,
        key: PathBuf,
    }

    fn files() -> Files {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
        std::fs::write(&chain, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        Files { _folder: folder, chain, key }
    }

    #[test]
    fn a_certificate_is_read_and_read_again() {
        let files = files();
        let certificate = Certificate::read(&files.chain, &files.key).unwrap();
        let before = Arc::clone(&certificate.current.borrow());
        certificate.clone().reload().unwrap();
        assert!(!Arc::ptr_eq(&before, &certificate.current.borrow()), "a clone reloads for all");
    }

    #[test]
    fn a_broken_file_is_named_and_changes_nothing() {
        let files = files();
        let certificate = Certificate::read(&files.chain, &files.key).unwrap();
        let before = Arc::clone(&certificate.current.borrow());
        for (path, content) in [(&files.chain, "no pem"), (&files.key, "no pem")] {
            let whole = std::fs::read(path).unwrap();
            std::fs::write(path, content).unwrap();
            let error = certificate.reload().unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
            std::fs::write(path, whole).unwrap();
        }
        assert!(Arc::ptr_eq(&before, &certificate.current.borrow()));
        let missing = Certificate::read(Path::new("/nowhere/chain.pem"), &files.key).unwrap_err().to_string();
        assert!(missing.contains("/nowhere/chain.pem"), "{missing}");
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        assert!(Certificate::read(&files().chain, &files().key).is_err());
    }
}
