use super::*;
use crate::gateway::Gateway;
use crate::tenants::fixture::{Fixture, operator};

fn wanted(slug: &str) -> NewTenant {
    NewTenant { slug: Slug::new(slug).unwrap(), name: None, naming: Naming::Id, changes: Changes::new() }
}

fn changes(value: Value) -> Changes {
    value.as_object().unwrap().clone()
}

/// What the audit trail says: action and detail.
fn trail(gateway: &Gateway) -> Vec<(String, Value)> {
    let noted = gateway.store.read(|tx| audit::newest(tx, 100)).unwrap();
    noted.into_iter().map(|noted| (noted.action, noted.detail)).collect()
}

#[test]
fn who_is_added_is_known_at_once_and_after_a_restart() {
    let fixture = Fixture::new();
    let tenants = fixture.open();
    let erp = tenants.add(&wanted("erp"), &operator()).unwrap();
    assert_eq!((erp.chosen.display_name.as_str(), erp.state), ("erp", ClientState::Active));
    assert_eq!(tenants.named("erp"), Ok(erp.clone()));
    assert_eq!(tenants.named(erp.public_id.as_str()), Ok(erp.clone()));
    assert_eq!(tenants.named("nobody"), Err(NotDone::NotThere));
    assert_eq!(tenants.add(&wanted("erp"), &operator()), Err(NotDone::Exists(erp.slug.clone())));
    assert_eq!(
        tenants.add(&wanted("puentes"), &operator()).map(drop),
        Err(NotDone::Exists(Slug::new("puentes").unwrap()))
    );
    let names =
        |tenants: &Tenants| tenants.all().into_iter().map(|profile| profile.slug.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&tenants), ["erp", "puentes"]);
    let actions: Vec<String> = trail(&tenants.gateway).into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, ["client.added"], "what was refused left nothing");
    drop(tenants);
    let again = fixture.open();
    assert_eq!(again.named("erp"), Ok(erp));
    assert_eq!(names(&again), ["erp", "puentes"]);
}

#[test]
fn a_name_that_people_could_not_read_and_a_wrong_setting_add_nobody() {
    let fixture = Fixture::new();
    let tenants = fixture.open();
    for bad in [
        NewTenant { name: Some("two\nlines".to_owned()), ..wanted("erp") },
        NewTenant { changes: changes(json!({"locale": "fr"})), ..wanted("erp") },
        NewTenant { changes: changes(json!({"colour": "red"})), ..wanted("erp") },
    ] {
        assert!(matches!(tenants.add(&bad, &operator()), Err(NotDone::Setting(_))), "{bad:?}");
    }
    assert_eq!(tenants.all().len(), 1);
    assert_eq!(trail(&tenants.gateway), []);
}

#[test]
fn what_is_chosen_holds_at_once_and_the_trail_says_what_was() {
    let fixture = Fixture::new();
    let tenants = fixture.open();
    let erp = tenants.add(&wanted("erp"), &operator()).unwrap().for_operator();
    let chosen = tenants.choose(erp, &changes(json!({"locale": "pt", "json_names": "camel"})), &operator()).unwrap();
    assert_eq!((chosen.chosen.locale.as_str(), chosen.chosen.json_names.as_str()), ("pt", "camel"));
    assert_eq!(tenants.profile(erp), Ok(chosen.clone()));
    assert_eq!(tenants.choose(erp, &changes(json!({"locale": "pt"})), &operator()), Ok(chosen.clone()), "as it is");
    assert!(tenants.choose(erp, &changes(json!({"locale": "en", "direction": "up"})), &operator()).is_err());
    assert_eq!(tenants.profile(erp), Ok(chosen), "nothing of it");
    let detail = json!({"changed": {
        "locale": {"was": "es", "is": "pt"}, "json_names": {"was": "snake", "is": "camel"},
    }});
    assert_eq!(trail(&tenants.gateway)[1..], [("client.changed".to_owned(), detail)]);
    assert_eq!(tenants.named("puentes").unwrap().chosen.locale.as_str(), "es");
}

#[test]
fn what_the_file_says_of_puentes_is_changed_in_the_file_alone() {
    let fixture = Fixture::new();
    let tenants = fixture.open();
    let puentes = tenants.named("puentes").unwrap();
    assert_eq!(puentes.chosen.default_region.as_deref(), Some("EC"), "the file's");
    for name in OF_THE_FILE {
        let refused = tenants.choose(puentes.for_operator(), &changes(json!({ name: null })), &operator());
        assert_eq!(refused, Err(NotDone::OfTheFile { name }));
    }
    let off = tenants.choose(puentes.for_operator(), &changes(json!({"takes_md5": false})), &operator()).unwrap();
    assert!(!off.chosen.takes_md5);
    drop(tenants);
    assert!(!fixture.open().named("puentes").unwrap().chosen.takes_md5);
}

#[test]
fn who_is_suspended_goes_on_when_it_may_and_each_is_noted_once() {
    let fixture = Fixture::new();
    let tenants = fixture.open();
    let erp = tenants.add(&wanted("erp"), &operator()).unwrap().for_operator();
    for _ in 0..2 {
        assert_eq!(tenants.suspend(erp, &operator()).unwrap().state, ClientState::Suspended);
    }
    assert!(!tenants.profile(erp).unwrap().state.may_call());
    assert_eq!(tenants.resume(erp, &operator()).unwrap().state, ClientState::Active);
    let actions: Vec<String> = trail(&tenants.gateway).into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, ["client.added", "client.suspended", "client.resumed"]);
}
