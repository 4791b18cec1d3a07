//! Whose certificates are trusted: those of the public authorities and, for hosts that the operator names, of their own
//! (`caldav.extra_roots`). And in words, why one is not.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use ureq::config::Config;
use ureq::tls::{Certificate, RootCerts};
use ureq::unversioned::transport::{ConnectionDetails, Connector, RustlsConnector, Transport};
use url::Host;

use super::{Rules, settings};

/// The authorities of each host that has its own.
#[derive(Debug)]
pub(super) struct Trust(HashMap<Host, Own>);

/// The authorities of one host.
#[derive(Debug)]
pub(super) struct Own {
    tls: RustlsConnector,
    settings: Config,
}

impl Trust {
    /// As the operator wrote it down. A host that can't exist has no authorities; the configuration has refused it before.
    pub(super) fn new(rules: &Rules) -> Self {
        let mut named: HashMap<Host, Vec<Certificate<'static>>> = HashMap::new();
        for (host, certificates) in &rules.extra_roots {
            if let Ok(host) = Host::parse(host) {
                let roots = certificates.iter().map(|root| Certificate::from_der(root).to_owned());
                named.entry(host).or_default().extend(roots);
            }
        }
        let own = |roots| Own {
            tls: RustlsConnector::default(),
            settings: settings(rules, RootCerts::Specific(Arc::new(roots))),
        };
        Self(named.into_iter().map(|(host, roots)| (host, own(roots))).collect())
    }

    /// The authorities of its own that `host` has.
    pub(super) fn of(&self, host: &Host) -> Option<&Own> {
        self.0.get(host)
    }
}

impl Own {
    /// TLS over a connection, by these authorities alone.
    pub(super) fn secure<T: Transport>(
        &self,
        details: &ConnectionDetails<'_>,
        tcp: Option<T>,
    ) -> Result<Option<<RustlsConnector as Connector<T>>::Out>, ureq::Error> {
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: &self.settings,
            request_level: false,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::clone(&details.register_shutdown),
        };
        self.tls.connect(&details, tcp)
    }
}

/// Why the handshake failed at the server's certificate; none when it failed otherwise. rustls speaks through an I/O error.
pub(super) fn distrust(error: &ureq::Error) -> Option<Distrust> {
    let from_rustls = match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    match from_rustls? {
        rustls::Error::InvalidCertificate(why) => Some(Distrust::of(why)),
        rustls::Error::NoCertificatesPresented => Some(Distrust::Other("the server shows none".to_owned())),
        _ => None,
    }
}

/// What is not right about a certificate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Distrust {
    /// Nobody who is trusted signed it.
    Unsigned,
    /// It is over, for good or until it is renewed.
    Ended(Option<Timestamp>),
    /// Another host's.
    OtherName,
    /// Anything else, in words.
    Other(String),
}

impl Distrust {
    fn of(why: &CertificateError) -> Self {
        match why {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::Unsigned,
            CertificateError::Expired => Self::Ended(None),
            CertificateError::ExpiredContext { not_after, .. } => Self::Ended(moment(*not_after)),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::OtherName,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::Other("it is not valid yet; one of the two clocks may be wrong".to_owned())
            }
            CertificateError::Revoked => Self::Other("its authority has taken it back".to_owned()),
            // webpki's word for a certificate that was made as an authority's and is shown as a server's.
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                Self::Other("it is an authority's own, and no server's".to_owned())
            }
            other => Self::Other(other.to_string()),
        }
    }

    /// In words, with what to do about it. `own`: the host has authorities of its own.
    pub(super) fn words(&self, own: bool) -> String {
        match self {
            Self::Unsigned if own => {
                "neither a public authority nor one of those in caldav.extra_roots has signed it; \
                                      the gateway's operator has to look which one did"
                    .to_owned()
            }
            Self::Unsigned => "no public authority has signed it. If it is signed by one of your own, the gateway's \
                               operator can name that one for this host in caldav.extra_roots"
                .to_owned(),
            Self::Ended(Some(at)) => format!("it ended at {at}; whoever runs the server has to renew it"),
            Self::Ended(None) => "it has ended; whoever runs the server has to renew it".to_owned(),
            Self::OtherName => {
                "it is for another name; look at the address, or tell whoever runs the server".to_owned()
            }
            Self::Other(why) => why.clone(),
        }
    }
}

fn moment(time: UnixTime) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.as_secs()).ok()?).ok()
}
