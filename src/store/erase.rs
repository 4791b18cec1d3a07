//! All that is kept of a client system goes: holder by holder, so that no transaction is long.
//!
//! A test reads which tables hold anything of a holder, an event or a client system, and fails when one is left out here.

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{Holder, HolderId, Tenant};
use crate::link::ProviderKind;

statements! {
    LINKS_TO_END(Int, Int) =
        "SELECT h.client_system_id, h.key, l.provider FROM links l JOIN holders h ON h.id = l.holder_id
         WHERE h.client_system_id = ?1 AND l.state <> 'unlinking' ORDER BY l.id LIMIT ?2";
    A_HOLDER(Int) = "SELECT id FROM holders WHERE client_system_id = ?1 ORDER BY id LIMIT 1";
    ATTENDANCES_AT(Int) = "DELETE FROM attendances WHERE event_id IN (SELECT id FROM events WHERE holder_id = ?1)";
    EVENTS(Int) = "DELETE FROM events WHERE holder_id = ?1";
    CHANGES(Int) = "DELETE FROM changes WHERE holder_id = ?1";
    RUNS(Int) = "DELETE FROM resync_runs WHERE holder_id = ?1";
    RECEIPTS(Int) = "DELETE FROM unlink_receipts WHERE holder_id = ?1";
    ACTIVITY(Int) = "DELETE FROM activity WHERE holder_id = ?1";
    AUTHORIZATIONS(Int) = "DELETE FROM authorizations WHERE holder_id = ?1";
    SESSIONS(Int) = "DELETE FROM browser_sessions WHERE holder_id = ?1";
    FEEDS(Int) = "DELETE FROM feeds WHERE holder_id = ?1";
    FORMER_FEEDS(Int) = "DELETE FROM former_feeds WHERE holder_id = ?1";
    HOLDER(Int) = "DELETE FROM holders WHERE id = ?1";
    ATTENDANCES(Int) = "DELETE FROM attendances WHERE client_system_id = ?1";
    ALL_CHANGES(Int) = "DELETE FROM changes WHERE client_system_id = ?1";
    REQUESTS(Int) = "DELETE FROM idempotency WHERE client_system_id = ?1";
    KEYS(Int) = "DELETE FROM api_keys WHERE client_system_id = ?1";
    TOKEN_KEYS(Int) = "DELETE FROM token_keys WHERE client_system_id = ?1";
    SECRETS(Int) = "DELETE FROM client_system_secrets WHERE client_system_id = ?1";
    GONE(Int) =
        "UPDATE client_systems SET state = 'removed', slug = 'removed-' || id, display_name = '', events_url = NULL,
            webhook_url = NULL, allowed_origins = '[]', branding = '{}'
         WHERE id = ?1";
}

/// Links of a client system that were not told to end yet, at most `most`.
pub fn links_to_end(tx: &ReadTx<'_>, tenant: Tenant, most: usize) -> Result<Vec<(Holder, ProviderKind)>, StoreError> {
    tx.all(&LINKS_TO_END, values![tenant, most], |row| {
        let holder = Holder { client: row.get("client_system_id")?, key: row.get("key")? };
        Ok((holder, row.get("provider")?))
    })
}

/// Erases one holder of a client system, who has no link any more. Answers whether there was one.
pub fn a_holder(tx: &WriteTx<'_>, tenant: Tenant) -> Result<bool, StoreError> {
    let Some(holder) = tx.one(&A_HOLDER, values![tenant], |row| row.get::<HolderId>("id"))? else {
        return Ok(false);
    };
    let shown = [&FEEDS, &FORMER_FEEDS];
    let all = [&ATTENDANCES_AT, &EVENTS, &CHANGES, &RUNS, &RECEIPTS, &ACTIVITY, &AUTHORIZATIONS, &SESSIONS, &HOLDER];
    for of_holder in shown.into_iter().chain(all) {
        tx.execute(of_holder, values![holder])?;
    }
    tx.erases_secrets();
    Ok(true)
}

/// Erases what is left of a client system without holders. Its row stays, without a word of it: its number is used by no
/// other, and its short name is free.
pub fn the_rest(tx: &WriteTx<'_>, tenant: Tenant) -> Result<(), StoreError> {
    for of_client in [&ATTENDANCES, &ALL_CHANGES, &REQUESTS, &KEYS, &TOKEN_KEYS, &SECRETS, &GONE] {
        tx.execute(of_client, values![tenant])?;
    }
    tx.erases_secrets();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::Connection;

    /// Tables that hold something of a holder, an event or a client system, and go with it or stay on purpose.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("audit", "outlives what it tells of"),
        ("links", "none is left: they end before"),
        ("placements", "end with their links"),
    ];

    #[test]
    fn every_table_with_anything_of_a_client_system_is_erased() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Connection::open(&folder.path().join("p.db")).unwrap().into_sqlite();
        let columns = "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                       WHERE t.type = 'table' AND c.name IN ('holder_id', 'client_system_id')
                       UNION SELECT t.name || '.' || f.\"from\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
                       WHERE t.type = 'table' AND f.\"table\" IN ('holders', 'events', 'client_systems')";
        let mut found = sqlite.prepare(columns).unwrap();
        let found: Vec<String> = found.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(found.len() > 10, "{found:?}");
        let left_out: Vec<&String> = found
            .iter()
            .filter(|place| {
                let table = place.split('.').next().unwrap();
                let erased = STATEMENTS.iter().any(|said| said.text.starts_with(&format!("DELETE FROM {table} ")));
                !erased && !ELSEWHERE.iter().any(|(name, _)| *name == table)
            })
            .collect();
        assert_eq!(left_out, Vec::<&String>::new(), "erase them in src/store/erase.rs");
    }
}
