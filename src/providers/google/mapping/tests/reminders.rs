use super::*;

/// The reminders of an event at ten for an hour, by its alarms' triggers.
fn overrides(triggers: &[&str]) -> (Vec<(i64, String)>, Vec<String>) {
    with("DTSTART;TZID=Europe/Madrid:20261105T100000\nDURATION:PT1H", triggers)
}

fn with(start: &str, triggers: &[&str]) -> (Vec<(i64, String)>, Vec<String>) {
    let alarms: String = triggers
        .iter()
        .map(|trigger| {
            let action = if trigger.contains("ACTION") { "" } else { "ACTION:DISPLAY\n" };
            format!("\nBEGIN:VALARM\n{action}TRIGGER{trigger}\nEND:VALARM")
        })
        .collect();
    let mapped = of(&format!("{start}{alarms}"));
    let reminders = &mapped.body["reminders"];
    assert_eq!(reminders["useDefault"], false);
    let all = reminders["overrides"].as_array().unwrap().iter();
    let all = all.map(|one| (one["minutes"].as_i64().unwrap(), one["method"].as_str().unwrap().to_owned()));
    (all.collect(), mapped.degradations)
}

#[test]
fn a_reminder_is_so_many_minutes_before_the_start() {
    let cases: [(&str, &[i64]); 11] = [
        (":-PT15M", &[15]),
        (":PT0S", &[0]),
        (":-P1D", &[1_440]),
        (":-PT90S", &[2]),
        (";RELATED=END:-PT90M", &[30]),
        (";RELATED=END:-PT60M", &[0]),
        (";VALUE=DATE-TIME:20261105T083000Z", &[30]),
        (":PT5M", &[]),
        (";RELATED=END:PT0S", &[]),
        (";VALUE=DATE-TIME:20261105T100000Z", &[]),
        (":-P28D", &[40_320]),
    ];
    for (trigger, minutes) in cases {
        let (found, told) = overrides(&[trigger]);
        let found: Vec<i64> = found.into_iter().map(|(minutes, _)| minutes).collect();
        assert_eq!(found, minutes, "{trigger}");
        assert_eq!(told.is_empty(), !minutes.is_empty(), "{trigger}: {told:?}");
    }
}

#[test]
fn a_mail_is_a_mail_and_all_else_is_on_the_screen() {
    let (found, told) = overrides(&[":-PT5M\nACTION:EMAIL", ":-PT5M\nACTION:AUDIO", ":-PT5M"]);
    assert_eq!(found, [(5, "email".to_owned()), (5, "popup".to_owned())]);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn on_whole_days_minutes_are_counted_back_from_midnight() {
    let whole = "DTSTART;VALUE=DATE:20261105";
    let popup = |minutes| (minutes, "popup".to_owned());
    assert_eq!(with(whole, &[":-PT15H"]), (vec![popup(900)], vec![]));
    assert_eq!(with(whole, &[":PT9H"]), (vec![], vec![said::REMINDER_AFTER.to_owned()]));
    assert_eq!(with(whole, &[";RELATED=END:-P1DT1H"]), (vec![popup(60)], vec![]));
    // Midnight in Guayaquil, the calendar's zone.
    assert_eq!(with(whole, &[";VALUE=DATE-TIME:20261105T040000Z"]), (vec![popup(60)], vec![]));
}

#[test]
fn the_five_closest_are_kept() {
    let triggers: Vec<String> = (1..=7).rev().map(|n| format!(":-PT{n}H")).collect();
    let triggers: Vec<&str> = triggers.iter().map(String::as_str).collect();
    let (found, told) = overrides(&triggers);
    assert_eq!(found.iter().map(|(minutes, _)| minutes / 60).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(told, [said::REMINDERS_CUT]);
}
