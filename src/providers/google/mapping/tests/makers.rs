//! What makers really send.

use super::*;

macro_rules! fixture {
    ($name:ident) => {
        (stringify!($name), include_str!(concat!("../../../../../tests/fixtures/ics/", stringify!($name), ".ics")))
    };
}

#[test]
fn what_makers_send_becomes_so() {
    for (name, text) in [
        fixture!(apple_calendar),
        fixture!(bom_and_dates),
        fixture!(google_export),
        fixture!(odoo),
        fixture!(outlook_all_day),
        fixture!(outlook_label_zone),
        fixture!(outlook_weekly_series),
        fixture!(plain_script),
        fixture!(thunderbird),
    ] {
        let event = parse(text, &Limits::default()).unwrap().event;
        let Mapped { body, sequence: _, exceptions, degradations } = mapped(&event);
        let exceptions = exceptions.into_iter().map(|one| {
            let Exception { suffix, original_start, sequence: _, body } = one;
            json!({ "suffix": suffix, "original_start": original_start, "body": body })
        });
        let all = json!({
            "body": body, "exceptions": exceptions.collect::<Vec<_>>(), "degradations": degradations,
        });
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&all).unwrap());
    }
}
