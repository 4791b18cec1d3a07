//! Client systems.
//!
//! The one that the configuration file makes has the first row; others are added while we run. The row of one that went
//! stays, so that no other is ever known by its number.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, damaged};
use crate::calendar::Zone;
use crate::ids::{ClientSystemId, PublicClientId, Slug, Tenant};
use crate::profile::{Chosen, ClientState, Naming, Profile};

/// What [`Profile`] is read from.
macro_rules! row {
    () => {
        "SELECT id, public_id, slug, state, naming, display_name, locale, time_zone, default_region, events_url,
                webhook_url, json_names, allowed_origins, takes_md5, guests_as_attendees, direction, limits, branding,
                created_at
         FROM client_systems"
    };
}

statements! {
    ALL() = concat!(row!(), " WHERE state <> 'removed' ORDER BY slug");
    GET(Int) = concat!(row!(), " WHERE id = ?1 AND state <> 'removed'");
    ADD(Text, Text, Text, Text, Int) =
        "INSERT INTO client_systems (slug, public_id, naming, display_name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (slug) DO NOTHING RETURNING id";
    CHOOSE(Int, Text, Text, Text, Text, Text, Text, Text, Text, Int, Int, Text, Text, Text) =
        "UPDATE client_systems SET display_name = ?2, locale = ?3, time_zone = ?4, default_region = ?5, events_url = ?6,
            webhook_url = ?7, json_names = ?8, allowed_origins = ?9, takes_md5 = ?10, guests_as_attendees = ?11,
            direction = ?12, limits = ?13, branding = ?14
         WHERE id = ?1 AND state <> 'removed'";
    HOLDINGS(Int) =
        "SELECT (SELECT count(*) FROM holders WHERE client_system_id = ?1) AS holders,
                (SELECT count(*) FROM links l JOIN holders h ON h.id = l.holder_id WHERE h.client_system_id = ?1) AS links,
                (SELECT count(*) FROM events e JOIN holders h ON h.id = e.holder_id
                 WHERE h.client_system_id = ?1 AND e.deleted = 0) AS events";
    SET_STATE(Int, Text) = "UPDATE client_systems SET state = ?2 WHERE id = ?1 AND state <> 'removed'";
}

/// A client system that is to be.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// How it is called in answers.
    pub public_id: PublicClientId,
    /// How the operator calls it.
    pub slug: Slug,
    /// How its holders are named.
    pub naming: Naming,
    /// What it has chosen.
    pub chosen: Chosen,
}

/// All client systems, by their short names.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<Profile>, StoreError> {
    tx.all(&ALL, values![], read)
}

/// One of them.
pub fn get(tx: &ReadTx<'_>, id: ClientSystemId) -> Result<Option<Profile>, StoreError> {
    tx.one(&GET, values![id], read)
}

/// Adds one; none where another has that short name.
pub fn add(tx: &WriteTx<'_>, new: &NewClient, now: Timestamp) -> Result<Option<Profile>, StoreError> {
    let NewClient { public_id, slug, naming, chosen } = new;
    let name = &chosen.display_name;
    let added = tx.returned(&ADD, values![slug, public_id, *naming, name, now], |row| row.get("id"))?;
    let Some(id) = added else { return Ok(None) };
    choose(tx, Tenant::proven(id), chosen)?;
    get(tx, id)
}

/// Writes down what a client system has chosen. Answers whether it is there.
pub fn choose(tx: &WriteTx<'_>, tenant: Tenant, chosen: &Chosen) -> Result<bool, StoreError> {
    let url = |url: &Option<url::Url>| url.as_ref().map(|url| url.as_str().to_owned());
    let (events_url, webhook_url) = (url(&chosen.events_url), url(&chosen.webhook_url));
    let (origins, limits, branding) = (json(&chosen.allowed_origins)?, json(&chosen.limits)?, json(&chosen.branding)?);
    let values = values![
        tenant,
        &chosen.display_name,
        chosen.locale,
        chosen.time_zone.as_ref().map(Zone::name),
        chosen.default_region.as_deref(),
        events_url.as_deref(),
        webhook_url.as_deref(),
        chosen.json_names,
        &origins,
        chosen.takes_md5,
        chosen.guests_as_attendees,
        chosen.direction,
        &limits,
        &branding,
    ];
    Ok(tx.execute(&CHOOSE, values)? > 0)
}

/// How many holders, links and events are kept for a client system.
pub fn holdings(tx: &ReadTx<'_>, tenant: Tenant) -> Result<(u64, u64, u64), StoreError> {
    let read =
        tx.one(&HOLDINGS, values![tenant], |row| Ok((row.get("holders")?, row.get("links")?, row.get("events")?)));
    Ok(read?.unwrap_or_default())
}

/// Says whether a client system may work. Answers whether it is there.
pub fn set_state(tx: &WriteTx<'_>, tenant: Tenant, state: ClientState) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_STATE, values![tenant, state])? > 0)
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::broken(format!("a setting can't be written down: {error}")))
}

fn read(row: &Row<'_>) -> Result<Profile, StoreError> {
    Ok(Profile {
        id: row.get("id")?,
        public_id: row.get("public_id")?,
        slug: row.get("slug")?,
        state: row.get("state")?,
        naming: row.get("naming")?,
        chosen: Chosen {
            display_name: row.get("display_name")?,
            locale: row.get("locale")?,
            // A zone that this version's tables do not know is none; whoever needs one takes the installation's.
            time_zone: row.get::<Option<String>>("time_zone")?.and_then(|name| Zone::named(&name)),
            default_region: row.get("default_region")?,
            events_url: address(row, "events_url")?,
            webhook_url: address(row, "webhook_url")?,
            json_names: row.get("json_names")?,
            allowed_origins: document(row, "allowed_origins")?,
            takes_md5: row.get("takes_md5")?,
            guests_as_attendees: row.get("guests_as_attendees")?,
            direction: row.get("direction")?,
            limits: document(row, "limits")?,
            branding: document(row, "branding")?,
        },
        created_at: Some(row.get("created_at")?).filter(|at| *at > Timestamp::UNIX_EPOCH),
    })
}

fn address(row: &Row<'_>, column: &str) -> Result<Option<url::Url>, StoreError> {
    row.get::<Option<String>>(column)?.map(|text| text.parse().map_err(|_| damaged(column))).transpose()
}

fn document<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    serde_json::from_str(&row.get::<String>(column)?).map_err(|_| damaged(column))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::Store;

    fn new(slug: &str) -> NewClient {
        let public_id = PublicClientId::new(Timestamp::UNIX_EPOCH);
        NewClient { public_id, slug: Slug::new(slug).unwrap(), naming: Naming::Id, chosen: Chosen::of_new("Norte") }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_rehearsing(&folder.path().join("pasarela.db")).unwrap();
        (folder, store)
    }

    #[test]
    fn the_first_is_the_one_of_the_file_and_others_come_beside_it() {
        let (_folder, store) = store();
        let puentes = store.read(|tx| get(tx, ClientSystemId(1))).unwrap().unwrap();
        assert_eq!(
            (puentes.slug.as_str(), puentes.naming, puentes.state),
            ("puentes", Naming::Phone, ClientState::Active)
        );
        let uuid: uuid::Uuid = puentes.public_id.as_str().strip_prefix("cs_").unwrap().parse().unwrap();
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122));
        let now = Timestamp::from_second(1_000).unwrap();
        let erp = store.write(move |tx| add(tx, &new("erp"), now)).unwrap().unwrap();
        assert_eq!((erp.created_at, &erp.chosen), (Some(now), &Chosen::of_new("Norte")));
        assert_eq!(store.write(move |tx| add(tx, &new("erp"), now)).unwrap(), None, "the name is taken");
        assert_eq!(store.read(all).unwrap(), [erp, puentes]);
    }

    #[test]
    fn what_one_chooses_comes_back_as_it_was_and_is_nobody_else_s() {
        let (_folder, store) = store();
        let now = Timestamp::UNIX_EPOCH;
        let [a, b] = ["aa", "bb"].map(|slug| store.write(move |tx| add(tx, &new(slug), now)).unwrap().unwrap());
        let changes = json!({
            "locale": "pt", "time_zone": "America/Bogota", "default_region": "CO", "events_url": "https://a.example/e",
            "webhook_url": "https://a.example/h", "json_names": "camel", "allowed_origins": ["https://a.example"],
            "takes_md5": false, "guests_as_attendees": true, "direction": "both",
            "limits": {"per_holder": {"per_second": 1, "burst": 2}}, "branding": {"accent": "#0b5cad"},
        });
        let chosen = a.chosen.with(changes.as_object().unwrap()).unwrap();
        let wanted = chosen.clone();
        let tenant = Tenant::proven(a.id);
        assert!(store.write(move |tx| choose(tx, tenant, &wanted)).unwrap());
        assert!(store.write(move |tx| set_state(tx, tenant, ClientState::Suspended)).unwrap());
        let read = |id| store.read(|tx| get(tx, id)).unwrap();
        assert_eq!(read(a.id), Some(Profile { chosen, state: ClientState::Suspended, ..a }));
        assert_eq!(read(b.id), Some(b));
        let nobody = Tenant::proven(ClientSystemId(99));
        assert!(!store.write(move |tx| set_state(tx, nobody, ClientState::Active)).unwrap());
    }
}
