//! The gateway and the simulated Google, and a person between them who clicks.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use jiff::SignedDuration;
use pasarela::clock::Clock;
use pasarela::link::ProviderKind;
use pasarela::linking::consent::{self, Arrival, Back, Ending, Next, Standing};
use pasarela::secret::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use simulators::google::{Options, Quirks, USER};
use simulators::puentes::EventView;
use testing::in_process::{Answer, PHONE};
use testing::stage::{Setup, Stage, ical};
use url::Url;
use url::form_urlencoded;

/// The scope that makes calendars of our own.
pub(super) const APP_CREATED: &str = "https://www.googleapis.com/auth/calendar.app.created";

/// The gateway, Google and Puentes.
pub(super) struct Studio {
    pub(super) stage: Stage,
}

impl Deref for Studio {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for Studio {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}

/// What the person does at Google.
#[derive(Clone, Copy, Debug)]
pub(super) enum Click<'a> {
    /// Ticks everything and goes on, as this user.
    Allow(&'a str),
    /// Leaves this box unticked.
    Untick(&'a str),
    Cancel,
}

impl Studio {
    pub(super) fn start() -> Self {
        Self::with(Options { own_events: true, ..Options::default() }, "", Clock::system())
    }

    /// With other settings of the simulator, further lines of TOML, and another clock. Both sides read the same time
    /// only where the clock is the system's.
    pub(super) fn with(options: Options, settings: &str, clock: Clock) -> Self {
        Self { stage: Setup::default().google(options).puentes().settings(settings).clock(clock).start() }
    }

    /// A linked phone whose permission ended after seven days, as it does while the consent screen is in "Testing".
    pub(super) fn after_a_week_of_testing() -> Self {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let quirks = Quirks { testing: true, ..Quirks::default() };
        let studio = Self::with(Options { quirks, ..Options::default() }, "", Clock::standing(now));
        studio.google().set_clock(now);
        studio.link();
        let week = Duration::from_secs(7 * 86_400 + 600);
        studio.gateway.clock.advance(week);
        studio.google().advance(SignedDuration::try_from(week).unwrap());
        studio.post(&ical("a", "A"));
        studio.wait_for("parked", |link| link["state"] == "needs_reauthorization");
        studio
    }

    /// `POST /link` with Google.
    pub(super) fn ask_as(&self, phone: &str) -> Answer {
        self.gateway.ask_as(phone, "POST", "/link", Some(json!({"provider": "google"})))
    }

    /// The address to consent at.
    pub(super) fn address(&self, phone: &str) -> Url {
        let answer = self.ask_as(phone);
        assert_eq!(answer.status, 202, "{answer:?}");
        assert_eq!(answer.json["status"], "authorization_required");
        answer.json["authorization_url"].as_str().unwrap().parse().unwrap()
    }

    /// What the person brings back from Google.
    pub(super) fn click(&self, address: &Url, click: Click<'_>) -> Back {
        let mut fields: Vec<(String, String)> = address.query_pairs().into_owned().collect();
        let scope = fields.iter().find(|(name, _)| name == "scope").unwrap().1.clone();
        let wanted: Vec<&str> = scope.split(' ').filter(|scope| scope.starts_with("https://")).collect();
        let mut add = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
        match click {
            Click::Cancel => add("decision", "cancel"),
            Click::Allow(user) => {
                add("decision", "allow");
                add("user", user);
                wanted.iter().for_each(|scope| add("grant", scope));
            }
            Click::Untick(scope) => {
                add("decision", "allow");
                add("user", USER);
                wanted.iter().filter(|one| **one != scope).for_each(|scope| add("grant", scope));
            }
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let page = format!("{}/o/oauth2/v2/auth", self.google().url);
        let request = ureq::http::Request::post(page).header("content-type", "application/x-www-form-urlencoded");
        let mut answer = agent.run(request.body(body).unwrap()).unwrap();
        let Some(location) = answer.headers().get("location") else {
            panic!("Google sends nobody back: {:?}", answer.body_mut().read_to_string());
        };
        let location: Url = location.to_str().unwrap().parse().unwrap();
        assert!(
            location
                .as_str()
                .starts_with(&consent::redirect_uri(&self.gateway.engine().app.config, ProviderKind::Google)),
            "{location}"
        );
        let value = |name: &str| location.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
        Back {
            state: SecretString::from(value("state").unwrap()),
            code: value("code").map(SecretString::from),
            error: value("error"),
        }
    }

    pub(super) fn returned(&self, back: &Back) -> Standing {
        match self.gateway.engine().app.linking.came_back(back, None).unwrap().expect("the flow is known") {
            Arrival::Guest(standing) => standing,
            other => panic!("it began in no browser session: {other:?}"),
        }
    }

    /// Consents and confirms; how that ended.
    pub(super) fn consent_as(&self, phone: &str, click: Click<'_>) -> Ending {
        let back = self.click(&self.address(phone), click);
        let standing = self.returned(&back);
        if let Next::Over(ending) = standing.next {
            return ending;
        }
        assert_eq!((standing.holder.key.as_str(), &standing.next), (phone, &Next::Confirm));
        self.confirmed(&standing)
    }

    pub(super) fn confirmed(&self, standing: &Standing) -> Ending {
        match self.gateway.engine().app.linking.confirm_consent(&standing.ticket).unwrap().unwrap().next {
            Next::Over(ending) => ending,
            other => panic!("{other:?}"),
        }
    }

    /// Links the phone of the tests with the usual user.
    pub(super) fn link(&self) {
        assert_eq!(self.consent_as(PHONE, Click::Allow(USER)), Ending::Linked);
        // The first resync is over: one that is asked for from here on is another.
        self.settled();
    }

    /// Waits until `GET /link` says so.
    pub(super) fn wait_for(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut shown = Value::Null;
        for _ in 0..400 {
            shown = self.gateway.ask("GET", "/link", None).json;
            if is_so(&shown) {
                return shown;
            }
            #[expect(clippy::disallowed_methods, reason = "waits for a server in this process, with an end")]
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("never so: {what}: {shown}");
    }

    /// Waits until nothing is on its way and no resync is going on.
    pub(super) fn settled(&self) -> Value {
        self.wait_for("settled", |link| {
            link["pending"] == 0 && link["last_resync"]["state"] != "in_progress" && !link["last_sync_at"].is_null()
        })
    }

    /// The calendars that the gateway made for a user.
    pub(super) fn made_for(&self, user: &str) -> Vec<String> {
        self.google().calendars(user).into_iter().filter(|c| c.maker.is_some()).map(|c| c.id).collect()
    }

    /// The one calendar that the gateway made.
    pub(super) fn calendar(&self) -> String {
        let made = self.made_for(USER);
        assert_eq!(made.len(), 1, "{made:?}");
        made[0].clone()
    }

    /// The live events of the calendar.
    pub(super) fn live(&self) -> Vec<Value> {
        let events = self.google().events(&self.calendar());
        events.into_iter().filter(|event| event["status"] != "cancelled").collect()
    }

    /// Their titles, in order.
    pub(super) fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> =
            self.live().iter().map(|event| event["summary"].as_str().unwrap_or_default().to_owned()).collect();
        titles.sort();
        titles
    }

    /// From now on the client system has this event too.
    pub(super) fn tells(&self, event_id: &str, summary: &str) {
        self.tells_text(event_id, &ical(event_id, summary));
    }

    /// From now on the client system has this event too, in its own words.
    pub(super) fn tells_text(&self, event_id: &str, text: &str) {
        let event = EventView { event_id: event_id.to_owned(), event_data: text.to_owned() };
        self.puentes().put(PHONE, event);
    }

    /// Posts an event; the answer's status.
    pub(super) fn post(&self, text: &str) -> Answer {
        self.gateway.ask("POST", "/events", Some(json!({"event_data": text})))
    }

    /// How one event is.
    pub(super) fn sync_of(&self, event_id: &str) -> Value {
        self.gateway.ask("GET", &format!("/events/{event_id}"), None).json["sync"].clone()
    }
}

/// Whether a text appears in a file of the gateway's folder.
pub(super) fn is_kept_in_clear(studio: &Studio, secret: &SecretString) -> bool {
    let files = std::fs::read_dir(studio.gateway.folder.path()).unwrap();
    let needle = secret.expose_secret().as_bytes();
    files.flatten().any(|file| {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}
