//! `[server]`: plain HTTP never leaves the machine.

use std::net::SocketAddr;

use ipnet::IpNet;
use url::Url;

use super::settings::Settings;
use super::{Server, Transport, shapes};

const LISTEN: &str = "server.listen";
const PUBLIC_URL: &str = "server.public_url";
const TLS: &str = "server.tls";
const METRICS: &str = "server.metrics_listen";
const PROXIES: &str = "server.trusted_proxies";
const MANY: &str = "a whole number from 16 to 65536";
const A_SHARE: &str = "a whole number from 1 to 65536";
const AN_ADDRESS: &str = "an IP address and a port, as in \"127.0.0.1:8080\"";

pub(super) fn server(settings: &mut Settings) -> Option<Server> {
    let listen = settings.parsed(LISTEN, AN_ADDRESS, |text| text.parse::<SocketAddr>().ok());
    let public_url = public_url(settings);
    let transport = transport(settings);
    let metrics_listen = metrics_listen(settings);
    let linked_url = settings.parsed(
        "server.linked_url",
        "an http(s) URL without user, password and #, as in \"https://puentes.example.org/done\"",
        shapes::web_address,
    );
    let an_origin = "a site that speaks https, as in \"https://puentes.example.org\" (no path, no *)";
    let frame_ancestors = settings.list("server.frame_ancestors", an_origin, shapes::origin);
    let connections = settings.number("server.connections", MANY, |number| (16..=65_536).contains(number));
    let per_address =
        settings.number("server.connections_per_address", A_SHARE, |number| (1..=65_536).contains(number));
    if let (Some(listen), Some(transport)) = (listen, &transport) {
        keep_plain_http_at_home(settings, listen, transport);
    }
    if let (Some(url), Some(transport)) = (&public_url, &transport) {
        match_scheme(settings, url, transport);
    }
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        transport: transport?,
        frame_ancestors: frame_ancestors?,
        linked_url,
        metrics_listen,
        connections: connections?,
        connections_per_address: per_address?,
    })
}

fn public_url(settings: &mut Settings) -> Option<Url> {
    let expected = "a URL of scheme and host alone, as in \"https://calendar.example.org\"";
    settings.parsed_unseen(PUBLIC_URL, expected, |text| {
        shapes::web_address(text).filter(|url| url.path() == "/" && url.query().is_none())
    })
}

fn transport(settings: &mut Settings) -> Option<Transport> {
    let certificate = settings.path("server.tls.certificate");
    let private_key = settings.path("server.tls.private_key");
    let expected = "an address or a network of yours, and not of half the world, as in \"10.0.0.0/8\"";
    let proxies: Option<Vec<IpNet>> = settings.list(PROXIES, expected, shapes::network);
    match (certificate, private_key, proxies) {
        (None, None, Some(networks)) if !networks.is_empty() => Some(Transport::TrustedProxies(networks)),
        (None, None, None) if settings.says(TLS) || settings.says(PROXIES) => None,
        (None, None, _) => Some(Transport::Loopback),
        (Some(certificate), Some(private_key), None) => {
            settings.keeps_secret(&private_key);
            Some(Transport::Tls { certificate, private_key })
        }
        (Some(_), Some(_), Some(_)) => {
            settings.wrong(PROXIES, "is given, and server.tls as well; either Pasarela or the proxy speaks TLS");
            None
        }
        (certificate, _, _) => {
            let missing = if certificate.is_none() { "certificate" } else { "private_key" };
            settings.wrong(TLS, format!("has no {missing}; it takes both, certificate and private_key"));
            None
        }
    }
}

fn metrics_listen(settings: &mut Settings) -> Option<SocketAddr> {
    let address = settings.parsed(METRICS, AN_ADDRESS, |text| text.parse::<SocketAddr>().ok())?;
    if !address.ip().is_loopback() {
        settings.wrong(METRICS, "must be on loopback, as in \"127.0.0.1:9100\": it speaks plain HTTP");
    }
    Some(address)
}

fn keep_plain_http_at_home(settings: &mut Settings, listen: SocketAddr, transport: &Transport) {
    if *transport == Transport::Loopback && !listen.ip().is_loopback() {
        settings.wrong(
            LISTEN,
            format!(
                "would offer plain HTTP to the network; give server.tls = {{ certificate, private_key }}, or \
                 server.trusted_proxies with the address of the proxy that speaks TLS, or listen on 127.0.0.1:{}",
                listen.port()
            ),
        );
    }
}

fn match_scheme(settings: &mut Settings, url: &Url, transport: &Transport) {
    let https = url.scheme() == "https";
    match transport {
        Transport::Loopback if https => settings.wrong(
            PUBLIC_URL,
            "is https, but nothing speaks TLS: give server.tls, or server.trusted_proxies with the address of the proxy \
             in front (\"127.0.0.1\" if it runs on this machine)",
        ),
        Transport::Loopback if !shapes::is_loopback(url) => {
            settings.wrong(PUBLIC_URL, "must be https: links that are sent to people carry a key");
        }
        Transport::Tls { .. } | Transport::TrustedProxies(_) if !https => {
            settings.wrong(PUBLIC_URL, "must be https, as server.tls or server.trusted_proxies is given");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn frames(list: &str) -> Result<Vec<String>, String> {
        let text = format!("puentes.secret = \"s3creto\"\nserver.frame_ancestors = {list}");
        Config::from_toml(&text).map(|config| config.server.frame_ancestors).map_err(|faults| faults.to_string())
    }

    #[test]
    fn sites_that_may_frame_our_pages_are_kept_as_origins() {
        assert_eq!(frames("[]").unwrap(), Vec::<String>::new());
        let given = r#"["https://Puentes.example.org/", "https://app.example.org:8443", "http://localhost:3000"]"#;
        let origins = ["https://puentes.example.org", "https://app.example.org:8443", "http://localhost:3000"];
        assert_eq!(frames(given).unwrap(), origins);
        assert_eq!(frames("[\"https://citas.ñandú.example\"]").unwrap(), ["https://citas.xn--and-6ma2c.example"]);
    }

    #[test]
    fn what_is_no_origin_of_an_https_site_may_not_frame_our_pages() {
        for wrong in [
            "*",
            "https:",
            "puentes.example.org",
            "http://puentes.example.org",
            "https://*.example.org",
            "https://puentes.example.org/app",
            "https://puentes.example.org?x=y",
            "https://a.example;script-src",
            "https://a.example,https://b.example",
            "'self'",
        ] {
            let fault = frames(&format!("[{wrong:?}]")).unwrap_err();
            assert!(fault.contains("server.frame_ancestors"), "{wrong}: {fault}");
        }
        assert!(frames("true").is_err());
    }
}
