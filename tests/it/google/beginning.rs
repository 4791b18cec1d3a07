//! From `POST /link` to a linked calendar, and every way in which that does not happen.

use pasarela::clock::Clock;
use pasarela::link::Obstacle;
use pasarela::linking::consent::{Back, Ending, Next};
use pasarela::secret::SecretString;
use serde_json::json;
use simulators::google::{Options, Quirks, Trouble, USER};
use testing::in_process::PHONE;
use testing::stage::ical;

use super::studio::{APP_CREATED, Click, Studio, is_kept_in_clear};
use crate::contract::expect;

const OTHER_PHONE: &str = "+593991234568";

#[test]
fn a_person_who_consents_gets_a_calendar_with_everything_in_it() {
    let studio = Studio::start();
    studio.tells("before", "Antes");
    let own = studio.google().events(USER);
    studio.link();
    let link = studio.settled();
    assert_eq!(
        (&link["provider"], &link["account"], &link["calendar"]),
        (&json!("google"), &json!(USER), &json!("Puentes"))
    );
    assert_eq!(link["calendar_url"], studio.calendar().as_str());
    assert_eq!(studio.post(&ical("after", "Después")).status, 201);
    assert_eq!(studio.titles(), ["Antes", "Después"]);
    assert_eq!(studio.google().events(USER), own, "the person's own events are as they were");
    assert_eq!(studio.google().refused_scopes(), Vec::<String>::new());
    assert!(studio.google().mails().is_empty());
    let granted: Vec<String> = studio.google().tokens().grants.into_iter().flat_map(|(_, _, scopes)| scopes).collect();
    let calendar: Vec<&String> = granted.iter().filter(|scope| scope.contains("calendar")).collect();
    assert_eq!(calendar, [APP_CREATED]);
}

#[test]
fn the_calendar_has_the_zone_of_the_persons_events() {
    let studio = Studio::start();
    for n in 0..3 {
        let text = ical(&format!("e{n}"), "Clase")
            .replace("DTSTART:20261203T143000Z", "DTSTART;TZID=Europe/Madrid:20261203T143000")
            .replace("DTEND:20261203T150000Z", "DTEND;TZID=Europe/Madrid:20261203T150000");
        studio.post(&text);
    }
    studio.link();
    let calendar = studio.google().person(USER, "GET", &["calendars", &studio.calendar()], None).unwrap();
    assert_eq!(calendar["timeZone"], "Europe/Madrid");
    assert_eq!(calendar["description"], "Citas de Puentes. Se actualiza sola: lo que se cambie aquí se pierde.");
}

#[test]
fn the_answer_keeps_to_the_contract() {
    let studio = Studio::start();
    expect(&studio.gateway, "create_link", &studio.ask_as(PHONE), 202, "");
    studio.link();
    expect(&studio.gateway, "create_link", &studio.ask_as(PHONE), 409, "already_linked");
    expect(&studio.gateway, "get_link", &studio.gateway.ask("GET", "/link", None), 200, "");
}

#[test]
fn saying_no_is_a_normal_end_and_can_be_tried_again() {
    let studio = Studio::start();
    assert_eq!(studio.consent_as(PHONE, Click::Cancel), Ending::Not(Obstacle::Cancelled));
    assert_eq!(studio.gateway.ask("GET", "/link", None).json["linked"], false);
    studio.link();
}

#[test]
fn an_unticked_permission_is_seen_before_anything_is_made() {
    let studio = Studio::start();
    assert_eq!(studio.consent_as(PHONE, Click::Untick(APP_CREATED)), Ending::Not(Obstacle::MissingScope));
    assert_eq!(studio.google().calls(), Vec::<String>::new(), "what was granted is read before anything is tried");
    assert_eq!(studio.gateway.ask("GET", "/link", None).json["linked"], false);
    assert!(studio.made_for(USER).is_empty());
    studio.link();
}

#[test]
fn nothing_is_linked_before_the_phone_is_confirmed_and_a_page_can_be_loaded_again() {
    let studio = Studio::start();
    let back = studio.click(&studio.address(PHONE), Click::Allow(USER));
    let first = studio.returned(&back);
    assert_eq!((&first.next, first.holder.key.as_str()), (&Next::Confirm, PHONE));
    assert_eq!(studio.gateway.ask("GET", "/link", None).json["linked"], false);
    let again = studio.returned(&back);
    assert_eq!(again.next, Next::Confirm);
    // The page that was loaded first holds a ticket that is worth nothing any more.
    assert!(studio.gateway.engine().app.linking.confirm_consent(&first.ticket).unwrap().is_none());
    assert_eq!(studio.confirmed(&again), Ending::Linked);
    assert_eq!(studio.returned(&back).next, Next::Over(Ending::Linked), "loaded once more, it says how it ended");
    assert_eq!(studio.made_for(USER).len(), 1);
}

#[test]
fn a_state_carries_one_code_and_nobody_elses() {
    let studio = Studio::start();
    let address = studio.address(PHONE);
    let (mine, other) = (studio.click(&address, Click::Allow(USER)), studio.click(&address, Click::Allow(USER)));
    assert_eq!(studio.returned(&mine).next, Next::Confirm);
    assert_eq!(
        studio.returned(&other).next,
        Next::Over(Ending::Not(Obstacle::Cancelled)),
        "a second code ends the flow"
    );
    assert_eq!(studio.returned(&mine).next, Next::Over(Ending::Not(Obstacle::Cancelled)));
    let guessed = Back { state: SecretString::from("x".repeat(43)), ..mine };
    assert!(studio.gateway.engine().app.linking.came_back(&guessed, None).unwrap().is_none());
}

#[test]
fn an_address_is_good_for_an_hour() {
    let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
    let studio = Studio::with(Options::default(), "", clock);
    let back = studio.click(&studio.address(PHONE), Click::Allow(USER));
    studio.gateway.clock.advance(std::time::Duration::from_secs(3600));
    assert!(studio.gateway.engine().app.linking.came_back(&back, None).unwrap().is_none());
}

#[test]
fn one_flow_of_two_wins_and_a_linked_phone_is_told_so() {
    let studio = Studio::start();
    let (first, second) = (studio.address(PHONE), studio.address(PHONE));
    let (first, second) = (studio.click(&first, Click::Allow(USER)), studio.click(&second, Click::Allow(USER)));
    let (first, second) = (studio.returned(&first), studio.returned(&second));
    assert_eq!(studio.confirmed(&first), Ending::Linked);
    assert_eq!(studio.confirmed(&second), Ending::Not(Obstacle::AlreadyLinked));
    assert_eq!(studio.made_for(USER).len(), 1);
    assert_eq!(studio.ask_as(PHONE).code(), "already_linked");
}

#[test]
fn what_google_says_at_the_door_is_told_to_whom_it_concerns() {
    for (error, ending) in [
        ("access_denied", Ending::Not(Obstacle::Cancelled)),
        ("admin_policy_enforced", Ending::Not(Obstacle::AdminBlocked)),
        ("temporarily_unavailable", Ending::Not(Obstacle::ProviderDown)),
        ("invalid_scope", Ending::Not(Obstacle::Operator)),
    ] {
        let quirks = Quirks { consent_error: Some(error.to_owned()), ..Quirks::default() };
        let studio = Studio::with(Options { quirks, ..Options::default() }, "", Clock::system());
        let address = studio.address(PHONE);
        let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let back = Back { state: SecretString::from(state), code: None, error: Some(error.to_owned()) };
        assert_eq!(studio.returned(&back).next, Next::Over(ending), "{error}");
    }
}

#[test]
fn a_wrong_client_secret_is_the_operators_affair() {
    let mut studio = Studio::with(Options::default(), "", Clock::system());
    let lines = studio.google().settings().replace("simulated-secret", "another-secret");
    let lines: String = lines.lines().map(|line| format!("google.{line}\n")).collect();
    let wrong = testing::in_process::TestGateway::with(&lines);
    studio.stage.gateway = wrong;
    assert_eq!(studio.consent_as(PHONE, Click::Allow(USER)), Ending::Not(Obstacle::Operator));
}

fn down(pattern: &str) -> Trouble {
    Trouble { pattern: pattern.to_owned(), code: 503, reason: "backendError".to_owned(), ..Trouble::default() }
}

#[test]
fn a_calendar_that_can_not_be_written_leaves_nothing_behind() {
    let studio = Studio::start();
    studio.google().set_trouble(vec![down("^POST .*/events")]).unwrap();
    assert_eq!(studio.consent_as(PHONE, Click::Allow(USER)), Ending::Not(Obstacle::ProviderDown));
    assert_eq!(studio.gateway.ask("GET", "/link", None).json["linked"], false);
    assert!(studio.made_for(USER).is_empty(), "the calendar that was made goes again");
    studio.google().set_trouble(Vec::new()).unwrap();
    studio.link();
}

#[test]
fn what_google_failed_at_goes_on_with_the_same_consent_and_the_same_calendar() {
    let studio = Studio::start();
    let standing = studio.returned(&studio.click(&studio.address(PHONE), Click::Allow(USER)));
    // Neither can the calendar be written nor removed again.
    studio.google().set_trouble(vec![down("/events")]).unwrap();
    assert_eq!(studio.confirmed(&standing), Ending::Not(Obstacle::ProviderDown));
    let made = studio.made_for(USER);
    assert_eq!(made.len(), 1);
    studio.google().set_trouble(Vec::new()).unwrap();
    assert_eq!(studio.confirmed(&standing), Ending::Linked);
    assert_eq!(studio.made_for(USER), made, "no second calendar");
}

#[test]
fn without_a_client_google_is_not_offered_and_never_asked() {
    let gateway = testing::in_process::TestGateway::start();
    let answer = gateway.ask("POST", "/link", Some(json!({"provider": "google"})));
    assert_eq!((answer.status, answer.code()), (422, "provider_not_available"));
    assert_eq!(answer.json["providers"], json!(["apple", "caldav"]));
}

#[test]
fn tokens_and_codes_are_kept_sealed() {
    let studio = Studio::start();
    let back = studio.click(&studio.address(OTHER_PHONE), Click::Allow(USER));
    studio.returned(&back);
    assert!(!is_kept_in_clear(&studio, back.code.as_ref().unwrap()));
    assert!(!is_kept_in_clear(&studio, &back.state));
    studio.link();
    let stored = std::fs::read(studio.gateway.folder.path().join("pasarela.db")).unwrap();
    for mark in [b"ya29.".as_slice(), b"1//0"] {
        assert!(!stored.windows(mark.len()).any(|window| window == mark));
    }
}

#[test]
fn where_the_operator_allows_it_an_existing_calendar_can_be_chosen() {
    let options = Options { own_events: true, ..Options::default() };
    let studio = Studio::with(options, "google.existing_calendars = true", Clock::system());
    let own = studio.google().events(USER);
    let standing = studio.returned(&studio.click(&studio.address(PHONE), Click::Allow(USER)));
    let engine = studio.gateway.engine();
    let standing = engine.app.linking.confirm_consent(&standing.ticket).unwrap().unwrap();
    let Next::Choose(choices) = &standing.next else { panic!("{:?}", standing.next) };
    assert_eq!(choices[0].id, USER, "the main calendar comes first");
    let unknown =
        engine.app.linking.choose_for_consent(&standing.ticket, Some("somebody@else.example")).unwrap().unwrap();
    assert_eq!(unknown.next, Next::Over(Ending::Not(Obstacle::NoWritableCalendar)));

    let standing = studio.returned(&studio.click(&studio.address(PHONE), Click::Allow(USER)));
    let standing = engine.app.linking.confirm_consent(&standing.ticket).unwrap().unwrap();
    let linked = engine.app.linking.choose_for_consent(&standing.ticket, Some(USER)).unwrap().unwrap();
    assert_eq!(linked.next, Next::Over(Ending::Linked));
    studio.post(&ical("one", "Nuestra"));
    studio.settled();
    assert!(studio.made_for(USER).is_empty());
    assert_eq!(studio.google().events(USER).iter().filter(|event| event["summary"] == "Nuestra").count(), 1);
    assert_eq!(studio.gateway.ask("DELETE", "/link", None).status, 200);
    let left: Vec<_> =
        studio.google().events(USER).into_iter().filter(|event| event["status"] != "cancelled").collect();
    assert_eq!(left, own, "only ours went");
    assert_eq!(studio.google().refused_scopes(), Vec::<String>::new());
}
