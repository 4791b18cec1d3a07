//! Who changed keys, client systems and links: entries that nobody changes, and nobody takes away before their time.
//!
//! The table itself refuses both (triggers); entries below a cut may go, and [`forget_before`] alone moves it. An entry
//! refers to no other row, because it outlives what it tells of.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::Tenant;
use crate::trail::{Entry, Noted};

/// What [`Noted`] is read from.
macro_rules! row {
    () => {
        "SELECT id, at, client_system_id, holder_id, actor_kind, actor_id, via, action, object, outcome, request_id,
                detail
         FROM audit"
    };
}

statements! {
    NOTE(Int, Int, Int, Text, Text, Text, Text, Text, Text, Text, Text) =
        "INSERT INTO audit (at, client_system_id, holder_id, actor_kind, actor_id, via, action, object, outcome,
                            request_id, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    AFTER(Int, Int) = concat!(row!(), " WHERE id > ?1 ORDER BY id LIMIT ?2");
    NEWEST(Int) = concat!(row!(), " ORDER BY id DESC LIMIT ?1");
    NEWEST_OF(Int, Int, Int) = concat!(row!(), " WHERE client_system_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
    KEPT_FROM(Int) = "SELECT id FROM audit WHERE at >= ?1 ORDER BY id LIMIT 1";
    CUT(Int) = "UPDATE audit_cut SET below = ?1 WHERE id = 1 AND below < ?1";
    ALL_BELOW() = "SELECT coalesce(max(id), 0) + 1 AS id FROM audit";
    FORGET(Int) =
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < (SELECT below FROM audit_cut) ORDER BY id LIMIT ?1)";
}

/// Notes what was done, or refused, in the transaction that does it.
pub fn note(tx: &WriteTx<'_>, at: Timestamp, entry: &Entry) -> Result<(), StoreError> {
    let Entry { client, holder, by, action, object, outcome, request_id, detail } = entry;
    let detail = detail.to_string();
    let values = values![
        at,
        *client,
        *holder,
        by.kind.as_str(),
        by.id.as_deref(),
        by.via.as_str(),
        action.as_str(),
        object.as_deref(),
        outcome.as_str(),
        request_id.as_deref(),
        &detail,
    ];
    tx.execute(&NOTE, values)?;
    Ok(())
}

/// The entries behind `after`, the oldest first.
pub fn after(tx: &ReadTx<'_>, after: i64, most: u32) -> Result<Vec<Noted>, StoreError> {
    tx.all(&AFTER, values![after, most], read)
}

/// The newest entries of all, the oldest of them first.
pub fn newest(tx: &ReadTx<'_>, most: u32) -> Result<Vec<Noted>, StoreError> {
    let mut found = tx.all(&NEWEST, values![most], read)?;
    found.reverse();
    Ok(found)
}

/// The entries of a client system before `before`, the newest first.
pub fn newest_of(tx: &ReadTx<'_>, tenant: Tenant, before: i64, most: u32) -> Result<Vec<Noted>, StoreError> {
    tx.all(&NEWEST_OF, values![tenant, before, most], read)
}

/// Forgets up to `most` entries from before `kept_from`: those that are older than each that is kept. Answers how many.
pub fn forget_before(tx: &WriteTx<'_>, kept_from: Timestamp, most: usize) -> Result<usize, StoreError> {
    let first = tx.one(&KEPT_FROM, values![kept_from], |row| row.get::<i64>("id"))?;
    let below = match first {
        Some(first) => Some(first),
        None => tx.one(&ALL_BELOW, values![], |row| row.get("id"))?,
    };
    tx.execute(&CUT, values![below])?;
    tx.execute(&FORGET, values![most])
}

fn read(row: &Row<'_>) -> Result<Noted, StoreError> {
    Ok(Noted {
        id: row.get("id")?,
        at: row.get("at")?,
        client: row.get("client_system_id")?,
        holder: row.get("holder_id")?,
        actor_kind: row.get("actor_kind")?,
        actor_id: row.get("actor_id")?,
        via: row.get("via")?,
        action: row.get("action")?,
        object: row.get("object")?,
        outcome: row.get("outcome")?,
        request_id: row.get("request_id")?,
        detail: serde_json::from_str(&row.get::<String>("detail")?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::ClientSystemId;
    use crate::store::Store;
    use crate::store::engine::Connection;
    use crate::trail::{Action, Actor};

    fn noted(store: &Store, seconds: &[i64]) {
        for second in seconds {
            let at = Timestamp::from_second(*second).unwrap();
            let entry = Entry::done(Action::ClientAdded, &Actor::operator(Some("ana".to_owned())));
            let entry = entry.of(Tenant::proven(ClientSystemId(2))).to("cs_1").with(json!({"slug": "erp"}));
            store.write(move |tx| note(tx, at, &entry)).unwrap();
        }
    }

    #[test]
    fn an_entry_comes_back_as_it_was_to_those_whom_it_concerns() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_rehearsing(&folder.path().join("p.db")).unwrap();
        noted(&store, &[10, 20, 30]);
        let newest = store.read(|tx| newest(tx, 2)).unwrap();
        let [ref a, ref b] = newest[..] else { panic!("{newest:?}") };
        assert_eq!((a.at.as_second(), b.at.as_second()), (20, 30));
        assert_eq!(
            (a.action.as_str(), a.actor_kind.as_str(), a.via.as_str()),
            ("client.added", "operator", "command_line")
        );
        assert_eq!(
            (a.actor_id.as_deref(), a.object.as_deref(), &a.detail),
            (Some("ana"), Some("cs_1"), &json!({"slug": "erp"}))
        );
        assert_eq!(store.read(|tx| after(tx, a.id, 10)).unwrap(), std::slice::from_ref(b));
        let of = |client| store.read(|tx| newest_of(tx, Tenant::proven(ClientSystemId(client)), b.id, 10)).unwrap();
        assert_eq!((of(2).len(), of(1).len()), (2, 0));
    }

    #[test]
    fn the_table_itself_refuses_to_change_or_to_lose_an_entry_before_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.db");
        let store = Store::open(&path).unwrap();
        noted(&store, &[10, 20, 30]);
        drop(store);
        let sqlite = Connection::writing(&path).unwrap().into_sqlite();
        for wish in [
            "UPDATE audit SET outcome = 'refused'",
            "DELETE FROM audit",
            "DELETE FROM audit WHERE id = 1",
            "INSERT OR REPLACE INTO audit (id, at, actor_kind, via, action, outcome, detail)
                VALUES (1, 1, 'server', 'within', 'x', 'done', '{}')",
            "UPDATE audit_cut SET below = -1",
            "DELETE FROM audit_cut",
            "INSERT OR REPLACE INTO audit_cut (id, below) VALUES (1, 99)",
        ] {
            let error = sqlite.execute(wish, []).map(drop).unwrap_err().to_string();
            assert!(error.contains("audit"), "{wish}: {error}");
        }
        drop(sqlite);
        let store = Store::open(&path).unwrap();
        assert_eq!(store.read(|tx| newest(tx, 10)).unwrap().len(), 3);
        let at = |second| Timestamp::from_second(second).unwrap();
        let forget = |second, most| store.write(move |tx| forget_before(tx, at(second), most)).unwrap();
        assert_eq!((forget(30, 1), forget(30, 10), forget(30, 10)), (1, 1, 0));
        assert_eq!(forget(10, 10), 0, "the cut does not go back");
        let left: Vec<i64> =
            store.read(|tx| newest(tx, 10)).unwrap().iter().map(|noted| noted.at.as_second()).collect();
        assert_eq!(left, [30]);
        assert_eq!(forget(100, 10), 1);
    }
}
