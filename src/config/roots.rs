//! `caldav.extra_roots`: certificate authorities that are trusted for one host each.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::settings::Settings;
use super::{ExtraRoots, shapes};

const KEY: &str = "caldav.extra_roots";

/// Every host with what its files hold. None when one is wrong, and then the settings know why.
pub(super) fn extra_roots(settings: &mut Settings) -> Option<Vec<ExtraRoots>> {
    let expected =
        "a table of hosts, each with the path of a PEM file, as in { \"nextcloud.internal\" = \"our-ca.pem\" }";
    let named = settings.files_by_name(KEY, expected)?;
    let (mut all, mut fine) = (Vec::with_capacity(named.len()), true);
    for (host, files) in named {
        match roots_of(&host, files.iter().map(AsRef::as_ref)) {
            Ok(roots) => all.push(roots),
            Err(why) => {
                fine = false;
                settings.wrong(KEY, why);
            }
        }
    }
    fine.then_some(all)
}

fn roots_of<'a>(host: &str, files: impl Iterator<Item = &'a Path>) -> Result<ExtraRoots, String> {
    let host = shapes::host(host).ok_or_else(|| {
        format!(
            "\"{:.80}\" is no host; give its name or address alone, as in \"nextcloud.internal\"",
            host.escape_debug()
        )
    })?;
    let mut certificates = Vec::new();
    for file in files {
        certificates.extend(read(file).map_err(|why| format!("{} {why}", file.display()))?);
    }
    if certificates.is_empty() {
        return Err(format!("{host} has no file; give the path of its authority's certificate"));
    }
    Ok(ExtraRoots { host, certificates })
}

/// The certificates of a PEM file. The error goes on after its path.
fn read(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("can't be read: {error}"))?;
    if found.is_empty() {
        return Err("holds no certificate; it must be a PEM file (-----BEGIN CERTIFICATE-----)".to_owned());
    }
    let mut store = RootCertStore::empty();
    for certificate in &found {
        store.add(certificate.clone()).map_err(|error| format!("holds a certificate that can't be used: {error}"))?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::Config;

    /// A folder with a configuration, an authority's certificate, a key, and a text.
    fn with(lines: &str, environment: &[(&str, &str)]) -> Result<Vec<(String, usize)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let made = |name: &str| rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let (ca, other) = (made("ca"), made("other"));
        fs::write(folder.path().join("ca.pem"), ca.cert.pem()).unwrap();
        fs::write(folder.path().join("two.pem"), format!("both\n{}{}", ca.cert.pem(), other.cert.pem())).unwrap();
        fs::write(folder.path().join("key.pem"), ca.signing_key.serialize_pem()).unwrap();
        fs::write(folder.path().join("text.pem"), "no certificate").unwrap();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        fs::write(folder.path().join("broken.pem"), broken).unwrap();
        let path = folder.path().join("pasarela.toml");
        fs::write(&path, format!("puentes.secret = \"s3creto\"\n{lines}")).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::load(Some(&path), environment.collect::<Vec<_>>()).map_err(|faults| faults.to_string())?;
        Ok(config.extra_roots.into_iter().map(|roots| (roots.host, roots.certificates.len())).collect())
    }

    #[test]
    fn each_host_has_what_its_files_hold() {
        let one = |host: &str, count| vec![(host.to_owned(), count)];
        assert_eq!(with("", &[]).unwrap(), []);
        assert_eq!(
            with("[caldav.extra_roots]\n\"Nextcloud.Internal\" = \"ca.pem\"", &[]).unwrap(),
            one("nextcloud.internal", 1)
        );
        assert_eq!(with("caldav.extra_roots = { \"10.0.0.7\" = \"two.pem\" }", &[]).unwrap(), one("10.0.0.7", 2));
        assert_eq!(with("caldav.extra_roots = { dav = [\"ca.pem\", \"two.pem\"] }", &[]).unwrap(), one("dav", 3));
        let variables = [("PASARELA_CALDAV__EXTRA_ROOTS", "dav.lan=ca.pem, [::1]=two.pem")];
        assert_eq!(with("", &variables).unwrap(), [("dav.lan".to_owned(), 1), ("[::1]".to_owned(), 2)]);
    }

    #[test]
    fn what_is_no_authority_of_a_host_is_told() {
        for (lines, why) in [
            ("caldav.extra_roots = [\"ca.pem\"]", "must be a table of hosts"),
            ("caldav.extra_roots = \"ca.pem\"", "must be a table of hosts"),
            ("caldav.extra_roots = { dav = 1 }", "must be a table of hosts"),
            ("caldav.extra_roots = { \"dav:443\" = \"ca.pem\" }", "is no host; give its name or address alone"),
            ("caldav.extra_roots = { \"https://dav/\" = \"ca.pem\" }", "is no host"),
            ("caldav.extra_roots = { dav = [] }", "dav has no file"),
            ("caldav.extra_roots = { dav = \"missing.pem\" }", "missing.pem can't be read"),
            ("caldav.extra_roots = { dav = \"text.pem\" }", "text.pem holds no certificate"),
            ("caldav.extra_roots = { dav = \"key.pem\" }", "key.pem holds no certificate"),
            ("caldav.extra_roots = { dav = \"broken.pem\" }", "broken.pem holds a certificate that can't be used"),
        ] {
            let fault = with(lines, &[]).unwrap_err();
            assert!(fault.contains("caldav.extra_roots") && fault.contains(why), "{lines}: {fault}");
        }
    }
}
