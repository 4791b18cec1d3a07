//! Links: the calendars of a holder, which of them carries, and when to work on it next.

pub(super) mod carrying;
pub(super) mod looks;
pub(super) mod seals;
pub(super) mod sharing;
pub(super) mod switches;
pub(super) mod timing;

use jiff::Timestamp;

use super::engine::Row;
use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx, changes, damaged};
use crate::happened::{Change, Shrink};
use crate::ids::{HolderId, LinkId};
use crate::link::{AccountName, LinkRole, LinkState, ProviderKind, Site, Slot};
use crate::secret::Sealed;

pub use carrying::{carrier, carrier_id, carries, goes_ahead, has_left, heir, leaves, looks_for_nothing};
pub use looks::{is_to_be_looked_at, leave_to_its_person, look_again};
pub use seals::{Shut, cannot_be_opened, is_sealed_for, not_told, of_recipient, shut, unopened};
pub use sharing::{account_is_shared, calendar_goes, calendar_was_made, comes_along, companions, warn_companions};
pub use switches::{switch, switch_of_client};
pub use timing::{DueLink, due, park, pause, progressed, rest, set_back, try_again, wait, wake};

/// A link to be stored.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Whose.
    pub holder: HolderId,
    /// Its place among the links of its holder.
    pub slot: Slot,
    /// Where.
    pub provider: ProviderKind,
    /// The server of the calendar.
    pub site: Site,
    /// The unique name of the account.
    pub account: AccountName,
    /// The account as its person knows it.
    pub username: String,
    /// Sealed.
    pub credentials: Sealed,
    /// The calendar's address.
    pub calendar_url: String,
    /// The calendar's name.
    pub calendar_name: String,
    /// We made it.
    pub calendar_is_ours: bool,
    /// Its time zone, where the provider needs one for floating times.
    pub calendar_zone: Option<String>,
}

/// A stored link.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Which.
    pub id: LinkId,
    /// Whose.
    pub holder: HolderId,
    /// Its place among the links of its holder.
    pub slot: Slot,
    /// What it does for its holder's events.
    pub role: LinkRole,
    /// It carries, once what carried before is clean.
    pub waits: bool,
    /// The client system's switch: off means that not one request is sent.
    pub enabled: bool,
    /// Its client system is suspended, which means the same.
    pub suspended: bool,
    /// Where.
    pub provider: ProviderKind,
    /// The unique name of the account.
    pub account: AccountName,
    /// The account as its person knows it.
    pub username: String,
    /// Sealed.
    pub credentials: Vec<u8>,
    /// The recipient that they are sealed for, where that is known.
    pub sealed_for: Option<String>,
    /// The calendar's address.
    pub calendar_url: String,
    /// The calendar's name.
    pub calendar_name: String,
    /// We made it.
    pub calendar_is_ours: bool,
    /// When we made it, where that is known.
    pub calendar_made_at: Option<Timestamp>,
    /// Its time zone, where the provider needs one for floating times.
    pub calendar_zone: Option<String>,
    /// How it is doing.
    pub state: LinkState,
    /// Trouble of the link as a whole, while it lasts.
    pub reason: Option<String>,
    /// What the brake holds, until somebody confirms that it may go.
    pub held: Option<Shrink>,
    /// Since when.
    pub linked_at: Timestamp,
    /// The last time that all was as wanted.
    pub last_sync_at: Option<Timestamp>,
    /// Look at the whole calendar before the next writes.
    pub survey: bool,
    /// Rounds that failed since the last good one.
    pub attempts: u32,
    /// When its end was asked for.
    pub unlink_requested_at: Option<Timestamp>,
    /// Objects removed by its end so far.
    pub unlink_deleted: u64,
}

impl LinkRow {
    /// Whether requests may be sent for it.
    pub fn is_on(&self) -> bool {
        self.enabled && !self.suspended
    }
}

/// What [`LinkRow`] is read from.
macro_rules! row {
    () => {
        "SELECT id, holder_id, slot, role, waits, enabled, suspended, provider, account, username, credentials, sealed_for, calendar_url, calendar_name,
                calendar_is_ours, calendar_made_at, calendar_zone, state, reason, held, linked_at, last_sync_at, survey, attempts,
                unlink_requested_at, unlink_deleted
         FROM links"
    };
}

use row;

statements! {
    INSERT(Int, Text, Text, Text, Text, Bytes, Text, Text, Int, Int, Text, Text, Text, Text, Int) =
        "INSERT INTO links (holder_id, provider, site, account, username, credentials, calendar_url, calendar_name,
                            calendar_is_ours, calendar_zone, calendar_made_at, state, linked_at, survey, wake_at, sealed_for,
                            slot, role, waits, suspended)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?11, CASE WHEN ?9 = 1 THEN ?10 END, 'active', ?10,
                 CASE WHEN ?14 = 'carries' THEN 1 ELSE 0 END, CASE WHEN ?14 = 'carries' THEN ?10 END, ?12, ?13, ?14, ?15,
                 CASE WHEN EXISTS (SELECT 1 FROM holders h JOIN client_systems c ON c.id = h.client_system_id
                                   WHERE h.id = ?1 AND c.state = 'suspended') THEN 1 ELSE 0 END)
         ON CONFLICT DO NOTHING
         RETURNING id";
    ALL_OF(Int) = concat!(row!(), " WHERE holder_id = ?1 ORDER BY CASE WHEN role = 'carries' THEN 0 ELSE 1 END, id");
    IN_SLOT(Int, Text) = concat!(row!(), " WHERE holder_id = ?1 AND slot = ?2");
    GET(Int) = concat!(row!(), " WHERE id = ?1");
    ASK_FOR_SURVEY(Int) = "UPDATE links SET survey = 1 WHERE id = ?1";
    SURVEYED(Int, Text) = "UPDATE links SET survey = 0, attempts = 0, held = ?2 WHERE id = ?1";
    HOLDS(Int) = "SELECT CASE WHEN held IS NULL THEN 0 ELSE 1 END AS holds FROM links WHERE id = ?1";
    KEEP_CREDENTIALS(Int, Bytes, Text) = "UPDATE links SET credentials = ?2, sealed_for = ?3 WHERE id = ?1";
    CALENDAR_MADE_AGAIN(Int, Text, Int, Int) =
        "UPDATE links SET calendar_url = ?2, calendar_is_ours = ?3, calendar_made_at = ?4, survey = 1, wake_at = ?4
         WHERE id = ?1";
    MOVES(Int, Text, Text, Text, Text, Bytes, Text, Text, Int, Text, Int, Text) =
        "UPDATE links SET provider = ?2, site = ?3, account = ?4, username = ?5, credentials = ?6, calendar_url = ?7,
                calendar_name = ?8, calendar_is_ours = ?9, calendar_zone = ?10,
                calendar_made_at = CASE WHEN ?9 = 1 THEN ?11 END, linked_at = ?11, last_sync_at = NULL, reason = NULL,
                sealed_for = ?12
         WHERE id = ?1 AND state IN ('needs_reauthorization', 'calendar_lost')";
    AUTHORISE_AGAIN(Int, Bytes, Text) =
        "UPDATE links SET credentials = ?2, sealed_for = ?3, reason = NULL WHERE id = ?1";
    BEGIN_UNLINK(Int, Int) =
        "UPDATE links SET state = 'unlinking', role = 'leaves', waits = 0, enabled = 1, survey = 1, attempts = 0, not_before = 0,
                held = NULL, wake_at = ?2, unlink_requested_at = ?2 WHERE id = ?1 AND state <> 'unlinking'";
    COUNT_REMOVED(Int, Int) =
        "UPDATE links SET unlink_deleted = unlink_deleted + ?2 WHERE id = ?1 AND state = 'unlinking'";
    ERASE(Int) = "DELETE FROM links WHERE id = ?1";
}

/// Stores a link. The first of its holder carries: it is awake, with a survey to begin with; every other rests. `None`: the
/// holder has one in that slot, or in that calendar, already.
pub fn insert(tx: &WriteTx<'_>, link: &NewLink, now: Timestamp) -> Result<Option<LinkId>, StoreError> {
    let (role, waits) = carrying::of_new(tx, link.holder)?;
    let values = values![
        link.holder,
        link.provider,
        &link.site,
        &link.account,
        &link.username,
        &link.credentials.bytes,
        &link.calendar_url,
        &link.calendar_name,
        link.calendar_is_ours,
        now,
        link.calendar_zone.as_deref(),
        &link.credentials.recipient,
        link.slot,
        role,
        waits,
    ];
    let made = tx.returned(&INSERT, values, |row| row.get("id"))?;
    if let Some(link) = made {
        changes::of_link(tx, link, Change::LinkConnected, now)?;
    }
    Ok(made)
}

/// All links of the holder: that which carries first, then the oldest.
pub fn all_of(tx: &ReadTx<'_>, holder: HolderId) -> Result<Vec<LinkRow>, StoreError> {
    tx.all(&ALL_OF, values![holder], read)
}

/// The holder's link in that slot.
pub fn in_slot(tx: &ReadTx<'_>, holder: HolderId, slot: Slot) -> Result<Option<LinkRow>, StoreError> {
    tx.one(&IN_SLOT, values![holder, slot], read)
}

/// A link by its id.
pub fn get(tx: &ReadTx<'_>, link: LinkId) -> Result<Option<LinkRow>, StoreError> {
    tx.one(&GET, values![link], read)
}

/// Asks for a look at the whole calendar before the next writes.
pub fn ask_for_survey(tx: &WriteTx<'_>, link: LinkId) -> Result<(), StoreError> {
    tx.execute(&ASK_FOR_SURVEY, values![link])?;
    Ok(())
}

/// The whole calendar was looked at, which is progress; `held` is what the brake then held.
pub fn surveyed(tx: &WriteTx<'_>, link: LinkId, held: Option<Shrink>, now: Timestamp) -> Result<(), StoreError> {
    let held_before = tx.one(&HOLDS, values![link], |row| row.get("holds"))?.unwrap_or(false);
    match (held_before, held.is_some()) {
        (false, true) => changes::of_link(tx, link, Change::LinkHeld, now)?,
        (true, false) => changes::of_link(tx, link, Change::LinkReleased, now)?,
        (false, false) | (true, true) => {}
    }
    let held = held.map(|shrink| serde_json::to_string(&shrink)).transpose();
    let held =
        held.map_err(|error| StoreError::broken(format!("what the brake holds can't be written down: {error}")))?;
    tx.execute(&SURVEYED, values![link, held.as_deref()])?;
    Ok(())
}

/// Keeps renewed credentials.
pub fn keep_credentials(tx: &WriteTx<'_>, link: LinkId, credentials: &Sealed) -> Result<(), StoreError> {
    tx.execute(&KEEP_CREDENTIALS, values![link, &credentials.bytes, &credentials.recipient])?;
    Ok(())
}

/// Another calendar takes the place of one of ours that was deleted: a new one of ours, or one that was found. That nothing is known of it any more is for
/// [`nothing_there`](super::placements::known::nothing_there) to say.
pub fn calendar_made_again(
    tx: &WriteTx<'_>,
    link: LinkId,
    (calendar_url, is_ours): (&str, bool),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&CALENDAR_MADE_AGAIN, values![link, calendar_url, is_ours, now])?;
    changes::of_link(tx, link, Change::LinkMoved, now)
}

/// A link that waits for its person goes on in another calendar, as if it were new; `false`: it does not wait any more. The
/// calendar that it leaves is another link's from now on, where one is in it. That nothing is known of the new one is for
/// [`nothing_there`](super::placements::known::nothing_there) to say.
pub fn moves(tx: &WriteTx<'_>, old: &LinkRow, new: &NewLink, now: Timestamp) -> Result<bool, StoreError> {
    calendar_goes(tx, old.id)?;
    let values = values![
        old.id,
        new.provider,
        &new.site,
        &new.account,
        &new.username,
        &new.credentials.bytes,
        &new.calendar_url,
        &new.calendar_name,
        new.calendar_is_ours,
        new.calendar_zone.as_deref(),
        now,
        &new.credentials.recipient,
    ];
    if tx.execute(&MOVES, values)? == 0 {
        return Ok(false);
    }
    tx.erases_secrets();
    ask_for_survey(tx, old.id)?;
    timing::goes_on(tx, old.id, now)?;
    changes::of_link(tx, old.id, Change::LinkConnected, now)?;
    Ok(true)
}

/// New credentials for the same calendar of the same account: the link goes on.
pub fn authorise_again(tx: &WriteTx<'_>, link: LinkId, credentials: &Sealed, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(&AUTHORISE_AGAIN, values![link, &credentials.bytes, &credentials.recipient])?;
    tx.erases_secrets();
    ask_for_survey(tx, link)?;
    try_again(tx, link, now)
}

/// Begins the end: the link carries no more, and the whole calendar is to be looked at. Who asks for the end of a link wants
/// what we wrote to go, which takes requests, so one that was switched off is on again for that. That nothing is wanted in it any more is for
/// [`want_nothing`](super::placements::want_nothing) to say.
pub fn begin_unlink(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    if tx.execute(&BEGIN_UNLINK, values![link, now])? > 0 {
        changes::of_link(tx, link, Change::LinkEnding, now)?;
    }
    Ok(())
}

/// Counts objects that the end of a link removed; nothing while it lives.
pub fn count_removed(tx: &WriteTx<'_>, link: LinkId, removed: u64) -> Result<(), StoreError> {
    tx.execute(&COUNT_REMOVED, values![link, removed])?;
    Ok(())
}

/// Forgets the link, its placements and its credentials.
pub fn erase(tx: &WriteTx<'_>, link: LinkId, now: Timestamp) -> Result<(), StoreError> {
    changes::of_link(tx, link, Change::LinkDisconnected, now)?;
    tx.execute(&ERASE, values![link])?;
    tx.erases_secrets();
    Ok(())
}

fn shrink(held: &str) -> Result<Shrink, StoreError> {
    serde_json::from_str(held).map_err(|_| damaged("held"))
}

fn read(row: &Row<'_>) -> Result<LinkRow, StoreError> {
    Ok(LinkRow {
        id: row.get("id")?,
        holder: row.get("holder_id")?,
        slot: row.get("slot")?,
        role: row.get("role")?,
        waits: row.get("waits")?,
        enabled: row.get("enabled")?,
        suspended: row.get("suspended")?,
        provider: row.get("provider")?,
        account: row.get("account")?,
        username: row.get("username")?,
        credentials: row.get("credentials")?,
        sealed_for: row.get("sealed_for")?,
        calendar_url: row.get("calendar_url")?,
        calendar_name: row.get("calendar_name")?,
        calendar_is_ours: row.get("calendar_is_ours")?,
        calendar_made_at: row.get("calendar_made_at")?,
        calendar_zone: row.get("calendar_zone")?,
        state: row.get("state")?,
        reason: row.get("reason")?,
        held: row.get::<Option<String>>("held")?.map(|held| shrink(&held)).transpose()?,
        linked_at: row.get("linked_at")?,
        last_sync_at: row.get("last_sync_at")?,
        survey: row.get("survey")?,
        attempts: row.get("attempts")?,
        unlink_requested_at: row.get("unlink_requested_at")?,
        unlink_deleted: row.get("unlink_deleted")?,
    })
}
