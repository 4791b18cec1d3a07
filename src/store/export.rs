//! All that is kept of a client system, page by page, for whoever takes it elsewhere. No secret, no key and no credentials.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError};
use crate::form::Form;
use crate::ids::{EventId, HolderKey, PublicEventId, Tenant};
use crate::link::{LinkState, ProviderKind};

statements! {
    HOLDERS(Int, Int, Int) = "SELECT id, key FROM holders WHERE client_system_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    LINKS(Int, Int, Int) =
        "SELECT l.id, h.key, l.provider, l.username, l.calendar_name, l.state, l.linked_at
         FROM links l JOIN holders h ON h.id = l.holder_id
         WHERE h.client_system_id = ?1 AND l.id > ?2 ORDER BY l.id LIMIT ?3";
    EVENTS(Int, Int, Int) =
        "SELECT e.id, h.key, e.public_id, e.event_id, e.form, e.text, e.created_at, e.updated_at
         FROM events e JOIN holders h ON h.id = e.holder_id
         WHERE h.client_system_id = ?1 AND e.id > ?2 AND e.deleted = 0 ORDER BY e.id LIMIT ?3";
}

/// Holders behind the row `after`: each with its row.
pub fn holders(tx: &ReadTx<'_>, tenant: Tenant, after: i64, most: usize) -> Result<Vec<(i64, Value)>, StoreError> {
    tx.all(&HOLDERS, values![tenant, after, most], |row| {
        let (id, key) = (row.get("id")?, row.get::<HolderKey>("key")?);
        Ok((id, json!({ "holder": { "key": key.as_str() } })))
    })
}

/// Links, in the same way.
pub fn links(tx: &ReadTx<'_>, tenant: Tenant, after: i64, most: usize) -> Result<Vec<(i64, Value)>, StoreError> {
    tx.all(&LINKS, values![tenant, after, most], |row| {
        let (id, key) = (row.get("id")?, row.get::<HolderKey>("key")?);
        let link = json!({
            "holder": key.as_str(),
            "provider": row.get::<ProviderKind>("provider")?.as_str(),
            "account": row.get::<String>("username")?,
            "calendar": row.get::<String>("calendar_name")?,
            "state": row.get::<LinkState>("state")?.as_str(),
            "linked_at": row.get::<Timestamp>("linked_at")?.to_string(),
        });
        Ok((id, json!({ "link": link })))
    })
}

/// Events, in the same way.
pub fn events(tx: &ReadTx<'_>, tenant: Tenant, after: i64, most: usize) -> Result<Vec<(i64, Value)>, StoreError> {
    tx.all(&EVENTS, values![tenant, after, most], |row| {
        let (id, key) = (row.get("id")?, row.get::<HolderKey>("key")?);
        let (public_id, own) = (row.get::<PublicEventId>("public_id")?, row.get::<EventId>("event_id")?);
        let event = json!({
            "holder": key.as_str(),
            "id": public_id.as_str(),
            "client_reference": Some(own.as_str()).filter(|own| *own != public_id.as_str()),
            "form": row.get::<Form>("form")?.as_str(),
            "text": row.get::<String>("text")?,
            "created_at": row.get::<Timestamp>("created_at")?.to_string(),
            "updated_at": row.get::<Timestamp>("updated_at")?.to_string(),
        });
        Ok((id, json!({ "event": event })))
    })
}
