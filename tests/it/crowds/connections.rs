//! Connections that ask for nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use testing::eventually;
use testing::gateway::Gateway;
use testing::resident;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{ALL, many_descriptors, stranger};

const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes: what the gateway may hold with all its connections.
const MOST: u64 = 150_000_000;

/// A gateway that speaks TLS, and who trusts it.
struct Scene {
    gateway: Gateway,
    address: SocketAddr,
    connector: TlsConnector,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn start() -> Self {
        many_descriptors();
        let folder = testing::folder();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
        std::fs::write(&chain, made.cert.pem()).unwrap();
        testing::gateway::write_private(&key, &made.signing_key.serialize_pem());
        let mut gateway = Gateway::configured(&[], "");
        let address: SocketAddr = gateway.address().parse().unwrap();
        gateway.environment = vec![
            ("PASARELA_SERVER__PUBLIC_URL", format!("https://localhost:{}", address.port())),
            ("PASARELA_SERVER__TLS__CERTIFICATE", chain.display().to_string()),
            ("PASARELA_SERVER__TLS__PRIVATE_KEY", key.display().to_string()),
        ];
        gateway.spawn();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let scene = Self { gateway, address, connector: trusting(made.cert.der()), runtime, _folder: folder };
        eventually("HTTPS", PATIENCE, || scene.runtime.block_on(scene.ask()));
        scene
    }

    async fn shake(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.connector.connect("localhost".try_into().unwrap(), stream).await
    }

    /// Asks as somebody who behaves; none when there is no answer.
    async fn ask(&self) -> Option<()> {
        let mut stream = self.shake(TcpStream::connect(self.address).await.ok()?).await.ok()?;
        asks(&mut stream).await
    }

    async fn must_answer(&self, meanwhile: &str) {
        assert!(tokio::time::timeout(PATIENCE, self.ask()).await.is_ok_and(|answer| answer.is_some()), "{meanwhile}");
    }
}

async fn asks(stream: &mut TlsStream<TcpStream>) -> Option<()> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.ok()?;
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).await.ok()?;
    (&answer == b"HTTP/1.1 200 OK").then_some(())
}

fn trusting(certificate: &CertificateDer<'static>) -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[test]
fn silence_shuts_no_door_and_delays_no_stop() {
    let mut scene = Scene::start();
    let silent = scene.runtime.block_on(async {
        let (mut silent, mut shaken) = (Vec::new(), Vec::new());
        for nth in 0..ALL + 512 {
            let mut stream = stranger(nth, scene.address).await;
            match nth % 8 {
                // Half a handshake, a whole one and half a head, and mostly nothing at all.
                0 => stream.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap(),
                1 => {
                    let mut stream = scene.shake(stream).await.unwrap();
                    stream.write_all(b"GET /healthz HTTP/1.1\r\nHo").await.unwrap();
                    shaken.push(stream);
                    continue;
                }
                _ => {}
            }
            silent.push(stream);
            if nth % 256 == 0 || nth > ALL && nth % 32 == 0 {
                scene.must_answer("among silent ones").await;
            }
        }
        scene.must_answer("when all are silent").await;
        (silent, shaken)
    });
    scene.gateway.terminate();
    assert_eq!(scene.gateway.ended(), Some(0), "{}", scene.gateway.log());
    assert!(!scene.gateway.whole_log().contains("did not end in time"), "{}", scene.gateway.log());
    drop(silent);
}

#[test]
fn all_connections_together_cost_little_and_keep_nobody_out() {
    let scene = Scene::start();
    let kept = scene.runtime.block_on(async {
        let mut kept = Vec::new();
        for nth in 0..ALL {
            let mut stream = scene.shake(stranger(nth, scene.address).await).await.unwrap();
            asks(&mut stream).await.unwrap();
            kept.push(stream);
        }
        // Beyond half of them, a connection ends with its answer.
        scene.must_answer("when all have asked").await;
        kept
    });
    let held = resident::now(scene.gateway.child.as_ref().unwrap());
    println!("{ALL} connections: {:.1} MB", resident::megabytes(held));
    assert!(held < MOST, "{:.1} MB", resident::megabytes(held));
    drop(kept);
}
