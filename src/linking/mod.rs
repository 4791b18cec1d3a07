//! A holder's one association with one calendar: made after a live check, ended with a receipt.

use jiff::Timestamp;

use crate::gateway::Gateway;
use crate::ids::{HolderKey, LinkId};
pub use crate::providers::ProviderKind;
use crate::secret::SecretString;
use crate::store::StoreError;

/// What a link needs to be made. For Apple the address is the preset's.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The provider.
    pub provider: ProviderKind,
    /// URL or e-mail address (CalDAV).
    pub address: String,
    /// The user name.
    pub username: String,
    /// The password.
    pub password: SecretString,
    /// The calendar to use, by URL, path or name; our own is made when none is named.
    pub calendar: Option<String>,
}

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Working.
    Active,
    /// The provider refuses the credentials; events wait until the person authorises again.
    NeedsReauthorization,
    /// The calendar is gone or read-only; events wait until another is chosen.
    CalendarLost,
    /// It is being cleaned up.
    Unlinking,
}

/// A link as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// Which.
    pub id: LinkId,
    /// How it is doing.
    pub state: LinkState,
    /// Where.
    pub provider: ProviderKind,
    /// Whose account, e.g. `ana@example.org`.
    pub account: String,
    /// The calendar's name.
    pub calendar: String,
    /// The calendar's address.
    pub calendar_url: String,
    /// Since when.
    pub linked_at: Timestamp,
    /// The last time that all was as wanted.
    pub last_sync_at: Option<Timestamp>,
    /// Events not yet in the calendar.
    pub pending: u64,
    /// Events that the provider refuses.
    pub failed: u64,
    /// The last trouble of the link as a whole, while it lasts.
    pub reason: Option<String>,
    /// The newest resync, if any.
    pub last_resync: Option<crate::sync::resync::ResyncView>,
}

/// What an unlink did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlinkReceipt {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Objects removed from the calendar.
    pub deleted: u64,
    /// Objects of ours that could not be removed.
    pub left: u64,
    /// Why some were left.
    pub reason: Option<String>,
}

/// How far an unlink is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlinkProgress {
    /// The calendar is clean, the secrets are erased.
    Done(UnlinkReceipt),
    /// It goes on, also after a restart.
    Going,
}

/// Why a link was not made. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// 409: the holder has a link, or the last one is still being cleaned up.
    #[error("{0}")]
    AlreadyLinked(String),
    /// 422 `login_failed`
    #[error("{0}")]
    LoginFailed(String),
    /// 422 `calendar_unreachable`
    #[error("{0}")]
    Unreachable(String),
    /// 422 `calendar_not_found`; the calendars that there are, by name.
    #[error("{detail}")]
    CalendarNotFound {
        /// What is wrong.
        detail: String,
        /// The writable calendars of the account.
        available: Vec<String>,
    },
    /// 422 `address_not_allowed`
    #[error("{0}")]
    AddressNotAllowed(String),
    /// 404 `not_linked` (unlink)
    #[error("no calendar is linked")]
    NotLinked,
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// `POST /link`: checks everything live (login, then write, read back and delete of a probe), stores the link, wants
/// all held events in it and starts a first resync.
///
/// # Errors
/// See [`LinkError`].
pub fn link(_gateway: &Gateway, _holder: &HolderKey, _request: &LinkRequest) -> Result<LinkView, LinkError> {
    todo!()
}

/// `GET /link`.
///
/// # Errors
/// When the store fails.
pub fn view(_gateway: &Gateway, _holder: &HolderKey) -> Result<Option<LinkView>, StoreError> {
    todo!()
}

/// The receipt of the holder's last unlink, if there was one.
///
/// # Errors
/// When the store fails.
pub fn last_receipt(_gateway: &Gateway, _holder: &HolderKey) -> Result<Option<UnlinkReceipt>, StoreError> {
    todo!()
}

/// `DELETE /link`: begins to clean up (or goes on with it).
///
/// # Errors
/// [`LinkError::NotLinked`], or when the store fails.
pub fn begin_unlink(_gateway: &Gateway, _holder: &HolderKey) -> Result<LinkId, LinkError> {
    todo!()
}

/// How far the unlink of `link` is.
///
/// # Errors
/// When the store fails.
pub fn unlink_progress(_gateway: &Gateway, _link: LinkId) -> Result<UnlinkProgress, StoreError> {
    todo!()
}
