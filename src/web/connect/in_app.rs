//! Browsers that live inside another app. Google does not ask for a consent in them (`disallowed_useragent`), because
//! the app could read along; and what is typed there is gone with the app.

use url::Url;

/// A browser inside an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InApp {
    /// The app as people know it; empty where it does not say.
    pub(super) name: &'static str,
    system: System,
}

/// What the phone runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Android,
    Ios,
    Other,
}

/// What gives an app away in the name of its browser, as seen in the field. The order decides: Instagram and WhatsApp
/// are Facebook's, too.
const APPS: [(&str, &str); 12] = [
    ("Instagram", "Instagram"),
    ("WhatsApp/", "WhatsApp"),
    ("FBAN/Messenger", "Messenger"),
    ("FB_IAB/Orca", "Messenger"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("FB_IAB/", "Facebook"),
    ("BytedanceWebview", "TikTok"),
    ("musical_ly", "TikTok"),
    ("Snapchat", "Snapchat"),
    ("LinkedInApp", "LinkedIn"),
    ("Line/", "LINE"),
];
/// Android's own mark of a browser that is part of an app.
const WEBVIEW: &str = "; wv)";

/// The app whose browser calls itself so; none for a browser of its own.
pub(super) fn of(user_agent: &str) -> Option<InApp> {
    let known = APPS.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name);
    let name = known.or_else(|| user_agent.contains(WEBVIEW).then_some(""))?;
    let system = match () {
        () if user_agent.contains("Android") => System::Android,
        () if user_agent.contains("iPhone") || user_agent.contains("iPad") => System::Ios,
        () => System::Other,
    };
    Some(InApp { name, system })
}

impl InApp {
    /// An address that opens `link` in the phone's own browser, where the phone knows such a thing: an intent for
    /// Android's default browser, Safari's own scheme since iOS 17.
    pub(super) fn way_out(self, link: &Url) -> Option<String> {
        let (scheme, rest) = link.as_str().split_once("://")?;
        match self.system {
            System::Android => Some(format!(
                "intent://{rest}#Intent;action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;\
                 scheme={scheme};end"
            )),
            System::Ios => Some(format!("x-safari-{scheme}://{rest}")),
            System::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like \
                           Gecko) Version/4.0 Chrome/129.0.0.0 Mobile Safari/537.36";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                          Gecko) Mobile/15E148";

    #[test]
    fn browsers_inside_apps_are_known_and_real_ones_are_let_be() {
        let table = [
            (format!("{ANDROID} Instagram 350.0.0.0 Android"), Some(("Instagram", System::Android))),
            (format!("{ANDROID} [FB_IAB/FB4A;FBAV/480.0.0;]"), Some(("Facebook", System::Android))),
            (format!("{ANDROID} [FB_IAB/Orca-Android;FBAV/480.0.0;]"), Some(("Messenger", System::Android))),
            (format!("{ANDROID} WhatsApp/2.24.20.80"), Some(("WhatsApp", System::Android))),
            (ANDROID.to_owned(), Some(("", System::Android))),
            (format!("{IPHONE} Instagram 350.0.0.0 (iPhone14,5)"), Some(("Instagram", System::Ios))),
            (format!("{IPHONE} [FBAN/FBIOS;FBAV/480.0.0]"), Some(("Facebook", System::Ios))),
            ("Mozilla/5.0 WhatsApp/2.24 Windows".to_owned(), Some(("WhatsApp", System::Other))),
            (ANDROID.replace("; wv", "").replace("Version/4.0 ", ""), None),
            (format!("{IPHONE} Version/17.5 Safari/604.1"), None),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0".to_owned(), None),
            (String::new(), None),
        ];
        for (agent, expected) in table {
            assert_eq!(of(&agent).map(|app| (app.name, app.system)), expected, "{agent}");
        }
    }

    #[test]
    fn each_phone_has_its_own_way_out() {
        let link = Url::parse("https://cal.example.org/connect?hop=abc").unwrap();
        let way = |system| InApp { name: "", system }.way_out(&link);
        let intent = "intent://cal.example.org/connect?hop=abc#Intent;action=android.intent.action.VIEW;\
                      category=android.intent.category.BROWSABLE;scheme=https;end";
        assert_eq!(way(System::Android).as_deref(), Some(intent));
        assert_eq!(way(System::Ios).as_deref(), Some("x-safari-https://cal.example.org/connect?hop=abc"));
        assert_eq!(way(System::Other), None);
    }
}
