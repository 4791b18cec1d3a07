//! The certificate that people's browsers will see: does it hold together, is it for our name, and for how long.

use std::path::Path;

use jiff::{Timestamp, Unit};
use rustls::client::verify_server_name;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;

use super::State;

/// Below this, whoever renews certificates is late: most are renewed 30 days before.
const LATE_DAYS: i64 = 14;

pub(super) fn look(certificate: &Path, private_key: &Path, host: &str, now: Timestamp) -> State {
    match examine(certificate, private_key, host, now) {
        Ok(days) if days < LATE_DAYS => {
            State::Doubtful(format!("{} ends in {days} days; see that it is renewed", certificate.display()))
        }
        Ok(days) => State::Fine(format!("{} is for {host}, for {days} days more", certificate.display())),
        Err(why) => State::Wrong(why),
    }
}

/// The days left, or what is wrong.
fn examine(certificate: &Path, private_key: &Path, host: &str, now: Timestamp) -> Result<i64, String> {
    let shown = certificate.display();
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("{shown} can't be read: {error}"))?;
    let first = chain.first().ok_or_else(|| format!("{shown} holds no certificate; it must be a PEM file"))?.clone();
    let key = PrivateKeyDer::from_pem_file(private_key)
        .map_err(|error| format!("{} holds no private key in PEM: {error}", private_key.display()))?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
        .map_err(|error| format!("{} does not fit {shown}: {error}", private_key.display()))?;
    fits_name(&first, host)
        .map_err(|why| format!("{shown} is not for {host}, the host of server.public_url: {why}"))?;
    days_left(&first, now).map_err(|why| format!("{shown} {why}"))
}

fn fits_name(certificate: &CertificateDer<'_>, host: &str) -> Result<(), String> {
    let name = ServerName::try_from(host.trim_matches(['[', ']'])).map_err(|error| error.to_string())?;
    ParsedCertificate::try_from(certificate)
        .and_then(|parsed| verify_server_name(&parsed, &name))
        .map_err(|error| error.to_string())
}

/// The days that a certificate is still valid for; the error goes on after its name.
pub(super) fn days_left(certificate: &CertificateDer<'_>, now: Timestamp) -> Result<i64, String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).map_err(|_| "can't be parsed".to_owned())?;
    let moment = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX);
    let (from, until) = (moment(parsed.validity().not_before), moment(parsed.validity().not_after));
    if now < from {
        return Err(format!("is valid only from {from} on; is the clock of this machine right?"));
    }
    if now >= until {
        return Err(format!("ended at {until}; renew it"));
    }
    let left = until.since(now).and_then(|span| span.total(Unit::Hour)).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "the validity of a certificate is far below i64 hours")]
    let days = (left / 24.0) as i64;
    Ok(days)
}
