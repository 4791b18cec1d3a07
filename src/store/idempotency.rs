//! Requests that must not be carried out twice, by the `Idempotency-Key` that their client systems gave them.
//!
//! Rule: that a request was carried out stands here from the commit on that carried it out; how it was answered comes later.
//! So a crash between the two makes no second event: who asks again is answered by what is held.

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::{ClientSystemId, PublicEventId};

statements! {
    FIND(Int, Bytes, Int) =
        "SELECT digest, public_id, status, answer FROM idempotency
         WHERE client_system_id = ?1 AND key = ?2 AND expires_at > ?3";
    CARRIED_OUT(Int, Bytes, Bytes, Text, Int) =
        "INSERT INTO idempotency (client_system_id, key, digest, public_id, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (client_system_id, key) DO UPDATE SET digest = excluded.digest, public_id = excluded.public_id,
            expires_at = excluded.expires_at, status = NULL, answer = NULL";
    ANSWERED(Int, Bytes, Bytes, Int, Text) =
        "UPDATE idempotency SET status = ?4, answer = ?5
         WHERE client_system_id = ?1 AND key = ?2 AND digest = ?3 AND status IS NULL";
    FORGET(Int, Int) =
        "DELETE FROM idempotency WHERE (client_system_id, key) IN
            (SELECT client_system_id, key FROM idempotency WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
}

/// A request, as it is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Whose.
    pub client: ClientSystemId,
    /// SHA-256 of its key.
    pub key: [u8; 32],
    /// SHA-256 of all else that it says.
    pub digest: [u8; 32],
}

/// What became of the request of that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// It said something else.
    Other,
    /// It made this event, and was not answered yet.
    CarriedOut(PublicEventId),
    /// It was answered so.
    Answered {
        /// With this status.
        status: u16,
        /// And this body.
        body: String,
    },
}

/// What became of the request of that key; none where there was none, or it is forgotten by `now`.
pub fn find(tx: &ReadTx<'_>, request: &KeyedRequest, now: Timestamp) -> Result<Option<Earlier>, StoreError> {
    tx.one(&FIND, values![request.client, &request.key, now], |row| read(row, request))
}

fn read(row: &Row<'_>, request: &KeyedRequest) -> Result<Earlier, StoreError> {
    if row.get::<[u8; 32]>("digest")? != request.digest {
        return Ok(Earlier::Other);
    }
    Ok(match (row.get::<Option<u32>>("status")?, row.get::<Option<String>>("answer")?) {
        (Some(status), Some(body)) => Earlier::Answered { status: u16::try_from(status).unwrap_or(200), body },
        _ => Earlier::CarriedOut(row.get("public_id")?),
    })
}

/// The request is being carried out, and made this event.
pub fn carried_out(
    tx: &WriteTx<'_>,
    request: &KeyedRequest,
    event: &PublicEventId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&CARRIED_OUT, values![request.client, &request.key, &request.digest, event, expires_at])?;
    Ok(())
}

/// The request is answered so. The first answer is the one that counts.
pub fn answered(tx: &WriteTx<'_>, request: &KeyedRequest, status: u16, body: &str) -> Result<(), StoreError> {
    let status = u32::from(status);
    tx.execute(&ANSWERED, values![request.client, &request.key, &request.digest, status, body])?;
    Ok(())
}

/// Forgets requests whose time is over, at most so many; answers how many went.
pub fn forget(tx: &WriteTx<'_>, now: Timestamp, most: usize) -> Result<usize, StoreError> {
    tx.execute(&FORGET, values![now, most])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, engine};

    #[test]
    fn version_16_remembers_no_request_from_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pasarela.db");
        let mut connection = engine::Connection::writing(&path).unwrap().into_sqlite();
        engine::run_to(&mut connection, 15);
        let holder = "INSERT INTO holders (id, client_system_id, key) VALUES (7, 1, '+593991234567')";
        connection.execute(holder, []).unwrap();
        drop(connection);
        let store = Store::open(&path).unwrap();
        let request = KeyedRequest { client: ClientSystemId(1), key: [1; 32], digest: [2; 32] };
        let (event, later) = (PublicEventId::new(Timestamp::UNIX_EPOCH), Timestamp::from_second(10).unwrap());
        let find = || store.read(|tx| find(tx, &request, Timestamp::UNIX_EPOCH)).unwrap();
        assert_eq!(find(), None);
        store.write(move |tx| carried_out(tx, &request, &event, later)).unwrap();
        assert!(find().is_some());
    }

    #[test]
    fn a_request_is_known_again_by_its_key_for_its_client_system_alone_until_its_time_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_rehearsing(&folder.path().join("pasarela.db")).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let request = KeyedRequest { client: ClientSystemId(1), key: [1; 32], digest: [2; 32] };
        let event = PublicEventId::new(at(1));
        let find = |request: KeyedRequest, now| store.read(|tx| find(tx, &request, at(now))).unwrap();
        assert_eq!(find(request, 1), None);
        let made = event.clone();
        store.write(move |tx| carried_out(tx, &request, &made, at(10))).unwrap();
        assert_eq!(find(request, 9), Some(Earlier::CarriedOut(event.clone())));
        assert_eq!(find(KeyedRequest { digest: [3; 32], ..request }, 9), Some(Earlier::Other));
        assert_eq!(find(KeyedRequest { client: ClientSystemId(2), ..request }, 9), None);
        assert_eq!(find(KeyedRequest { key: [3; 32], ..request }, 9), None);
        for (status, body) in [(201, "first"), (200, "second")] {
            store.write(move |tx| answered(tx, &request, status, body)).unwrap();
        }
        assert_eq!(find(request, 9), Some(Earlier::Answered { status: 201, body: "first".to_owned() }));
        assert_eq!(find(request, 10), None, "its time is over");
        let again = event.clone();
        store.write(move |tx| carried_out(tx, &KeyedRequest { digest: [3; 32], ..request }, &again, at(30))).unwrap();
        assert_eq!(find(request, 20), Some(Earlier::Other));
        assert_eq!(store.write(move |tx| forget(tx, at(29), 9)).unwrap(), 0);
        assert_eq!(store.write(move |tx| forget(tx, at(30), 9)).unwrap(), 1);
    }
}
