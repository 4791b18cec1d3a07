//! An appointment whose newest version can't be read, as its person sees it.

use serde_json::json;
use simulators::puentes::EventView;
use testing::in_process::PHONE;
use testing::stage::{Stage, ical, nth};

use super::visitor::Visitor;
use super::{Scene, browser};

#[test]
fn a_person_sees_which_of_their_appointments_could_not_be_read_and_why() {
    let scene = Scene { stage: Stage::start("sync.answer_within = \"60s\""), browser: browser() };
    scene.tells((0..3).map(nth));
    assert_eq!(scene.link_personal().status, 201);
    assert_eq!(scene.resync(json!({})).json["state"], "succeeded");
    let visitor = Visitor::came_in(&scene);
    let sentence = "1 cita llegó de una forma que no se puede leer.";
    assert!(!visitor.home().says(sentence) && !visitor.get("/connect/history").says(sentence));

    let view = |(event_id, title): (String, String)| {
        let text = ical(&event_id, &title);
        let broken = text.replace("DTSTART:20261203T143000Z", "DTSTART:20261303T143000Z");
        EventView { event_data: if event_id == "e001" { broken } else { text }, event_id }
    };
    scene.puentes().replace(PHONE, (0..3).map(nth).map(view).collect());
    assert_eq!(scene.resync(json!({})).json["skipped_total"], 1);
    let home = visitor.home();
    assert!(home.says("Resincronización exitosa") && home.says(sentence), "{home:?}");
    assert!(home.says("<a href=\"/connect/event?event=e001\"><bdi>e001</bdi></a>"), "{home:?}");
    assert!(!home.says("event=e000\"><bdi>"), "{home:?}");
    let history = visitor.get("/connect/history");
    assert!(history.says("3 citas. 1 cita llegó de una forma que no se puede leer."), "{history:?}");
    assert_eq!(history.html.matches("Versión anterior").count(), 1, "{history:?}");
    let event = visitor.get("/connect/event?event=e001");
    for words in ["Cita 001", "Versión anterior", "Los datos de la cita tienen un error:", "DTSTART", "búscala en"] {
        assert!(event.says(words), "{words}: {event:?}");
    }
    // What the calendar holds is not to blame.
    assert!(!event.says("Tu calendario respondió"), "{event:?}");

    scene.tells((0..3).map(nth));
    assert_eq!(scene.resync(json!({})).json["skipped_total"], 0);
    assert!(!visitor.home().says(sentence));
    assert!(!visitor.get("/connect/event?event=e001").says("Versión anterior"));
}
