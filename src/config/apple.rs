//! `[apple]`: where passwords for Apple are sent.

use url::Url;

use super::settings::Settings;
use super::shapes;
use crate::link::Site;

const URL: &str = "apple.url";

/// The address of Apple's calendars. `allowed`: the hosts that may be reached by plain HTTP.
pub(super) fn apple_url(settings: &mut Settings, allowed: Option<&[String]>) -> Option<Url> {
    let expected = "an https URL without user, password, query and #, as in \"https://caldav.icloud.com/\"";
    let url = settings.parsed(URL, expected, |text| shapes::web_address(text).filter(|url| url.query().is_none()))?;
    let site = Site::of(&url);
    // A list that can't be read has been told already.
    let listed = allowed.is_none_or(|allowed| allowed.iter().any(|host| host == site.as_str()));
    if url.scheme() == "http" && !(shapes::is_loopback(&url) && listed) {
        settings.wrong(
            URL,
            "must be https: passwords go there (plain HTTP is for a simulator on loopback whose host:port stands in \
             caldav.allowed_hosts)",
        );
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn read(lines: &str) -> Result<String, String> {
        let text = format!("puentes.secret = \"s3creto\"\n{lines}");
        Config::from_toml(&text).map(|config| config.apple_url.into()).map_err(|faults| faults.to_string())
    }

    #[test]
    fn apple_is_at_its_own_address_unless_another_is_given() {
        assert_eq!(read("").unwrap(), "https://caldav.icloud.com/");
        assert_eq!(read("apple.url = \"https://mirror.example.org/dav/\"").unwrap(), "https://mirror.example.org/dav/");
        let simulator = "apple.url = \"http://127.0.0.1:5232/\"\ncaldav.allowed_hosts = [\"127.0.0.1:5232\"]";
        assert_eq!(read(simulator).unwrap(), "http://127.0.0.1:5232/");
        let six = "apple.url = \"http://[::1]:5232\"\ncaldav.allowed_hosts = [\"[::1]:5232\"]";
        assert_eq!(read(six).unwrap(), "http://[::1]:5232/");
    }

    #[test]
    fn passwords_do_not_go_over_plain_http_nor_to_what_is_no_address() {
        for (lines, why) in [
            ("apple.url = \"http://127.0.0.1:5232/\"", "must be https"),
            ("apple.url = \"http://127.0.0.1:5232/\"\ncaldav.allowed_hosts = [\"127.0.0.1:5233\"]", "must be https"),
            ("apple.url = \"http://dav.lan:80/\"\ncaldav.allowed_hosts = [\"dav.lan:80\"]", "must be https"),
            ("apple.url = \"caldav.icloud.com\"", "must be an https URL"),
            ("apple.url = \"https://ana:x@caldav.icloud.com/\"", "must be an https URL"),
            ("apple.url = \"https://caldav.icloud.com/?a=b\"", "must be an https URL"),
        ] {
            let fault = read(lines).unwrap_err();
            assert!(fault.contains("apple.url") && fault.contains(why), "{lines}: {fault}");
        }
    }
}
