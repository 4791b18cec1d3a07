//! Where an account is, and what it is called.

use std::fmt;

use url::Url;

use super::ProviderKind;

/// A server that calendars are kept at, as `host:port`: what is shared out fairly is shared out per site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site(String);

impl Site {
    /// The site of an http or https URL, which always has a host and a port.
    pub fn of(url: &Url) -> Self {
        Self(format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443)))
    }

    /// A site that was written down.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// `host:port`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The unique name of an account at a provider, among all accounts of all providers. Two links with the same one share
/// its budget, its permission and its turns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(String);

impl AccountName {
    /// Of an account that is logged in to at a site with a user name.
    pub fn of_login(provider: ProviderKind, site: &Site, username: &str) -> Self {
        Self(format!("{provider}:{site}/{username}"))
    }

    /// Of an account that its provider has one name for, wherever it is asked.
    pub fn of_subject(provider: ProviderKind, subject: &str) -> Self {
        Self(format!("{provider}:{subject}"))
    }

    /// A name that was written down.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The name as it is written down.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links that are stored already are found again only under exactly these names.
    #[test]
    fn names_are_spelled_as_they_are_stored() {
        let site = |url: &str| Site::of(&Url::parse(url).unwrap());
        assert_eq!(site("https://dav.example.org/ana/").as_str(), "dav.example.org:443");
        assert_eq!(site("http://127.0.0.1:5232/").as_str(), "127.0.0.1:5232");
        assert_eq!(site("https://[::1]/").as_str(), "[::1]:443");
        let ana = AccountName::of_login(ProviderKind::Caldav, &site("https://dav.example.org"), "ana");
        assert_eq!(ana.as_str(), "caldav:dav.example.org:443/ana");
        assert_eq!(AccountName::of_subject(ProviderKind::Google, "123").as_str(), "google:123");
    }
}
