//! The bad habits of real servers, as data.

use serde::{Deserialize, Serialize};

/// Switches, all off by default. Each names the servers where it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// MKCALENDAR and MKCOL are refused with 403 (Posteo, Google, Yahoo).
    pub no_mkcalendar: bool,
    /// A new calendar gets a number for a name, whatever was asked; only a listing tells (Yahoo; OX and Zimbra alike).
    pub numeric_calendar_names: bool,
    /// The display name given at creation is forgotten; PROPPATCH sets it (SOGo).
    pub no_display_name_at_creation: bool,
    /// So many requests to a new calendar are answered 404 before it is there (Infomaniak).
    pub late_calendar: u32,
    /// DELETE of a calendar is refused with 403 (Synology, robur).
    pub no_calendar_delete: bool,
    /// Calendars, by name, that may only be read.
    pub read_only: Vec<String>,
    /// Status of a PUT into a calendar that is not there: 403 Cyrus, 404 sabre and SOGo, 405 DAViCal, 409 the others and the RFC.
    pub calendar_gone: u16,

    /// PUT answers without ETag (iCloud at times).
    pub no_etag_on_put: bool,
    /// PUT answers a weak ETag, GET a strong one (GMX).
    pub weak_etag_on_put: bool,
    /// The same bytes again get another ETag (SOGo).
    pub new_etag_on_same_bytes: bool,
    /// The body is rewritten: properties added, lines folded elsewhere (Radicale, Xandikos, Cyrus, SOGo).
    pub rewrites_body: bool,
    /// X- properties are dropped (mail.ru).
    pub drops_x_properties: bool,
    /// Anything that is iCalendar is taken, as most servers do.
    pub takes_anything: bool,
    /// A text that holds this is refused with that status, as one that is no calendar: 403 Cyrus, 400 Radicale, 415, 422.
    pub refuses: Option<(u16, String)>,
    /// A duplicate UID is refused with this status: 403, 409 or 412.
    pub uid_conflict: u16,
    /// One UID may be in two calendars of a user (Radicale, Baikal and most; not Cyrus, iCloud).
    pub uid_per_calendar: bool,

    /// `If-None-Match: *` is ignored: PUT overwrites (SOGo, Zimbra).
    pub ignores_if_none_match: bool,
    /// `If-Match` on DELETE is ignored (SOGo).
    pub ignores_if_match_on_delete: bool,
    /// `If-Match: *` works backwards: 412 on what exists, creates what does not (iCloud, Yahoo, Bedework).
    pub inverts_if_match_star: bool,

    /// 401 comes without a challenge (Yahoo).
    pub no_www_authenticate: bool,
    /// The calendar home is given at this origin, `http://host:port` (iCloud's partition hosts).
    pub other_host_home: Option<String>,
    /// Hrefs are absolute URLs.
    pub absolute_hrefs: bool,
    /// Hrefs are percent-encoded more than necessary.
    pub encoded_hrefs: bool,

    /// No sync-collection: 403 and no sync-token (sabre 1.8).
    pub no_sync: bool,
    /// Every sync token is refused (Xandikos after a restart).
    pub forgets_sync_tokens: bool,
    /// A sync answer holds so many members and says 507 when there are more.
    pub sync_page: Option<usize>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            no_mkcalendar: false,
            numeric_calendar_names: false,
            no_display_name_at_creation: false,
            late_calendar: 0,
            no_calendar_delete: false,
            read_only: Vec::new(),
            calendar_gone: 409,
            no_etag_on_put: false,
            weak_etag_on_put: false,
            new_etag_on_same_bytes: false,
            rewrites_body: false,
            drops_x_properties: false,
            takes_anything: false,
            refuses: None,
            uid_conflict: 403,
            uid_per_calendar: false,
            ignores_if_none_match: false,
            ignores_if_match_on_delete: false,
            inverts_if_match_star: false,
            no_www_authenticate: false,
            other_host_home: None,
            absolute_hrefs: false,
            encoded_hrefs: false,
            no_sync: false,
            forgets_sync_tokens: false,
            sync_page: None,
        }
    }
}

impl Quirks {
    /// Why these cannot be used, if so.
    pub(in crate::caldav) fn fault(&self) -> Option<String> {
        if ![403, 404, 405, 409].contains(&self.calendar_gone) {
            return Some(format!("calendar_gone: {} is none of 403, 404, 405, 409", self.calendar_gone));
        }
        if ![403, 409, 412].contains(&self.uid_conflict) {
            return Some(format!("uid_conflict: {} is none of 403, 409, 412", self.uid_conflict));
        }
        (self.sync_page == Some(0)).then(|| "sync_page: must be at least 1".to_owned())
    }
}
