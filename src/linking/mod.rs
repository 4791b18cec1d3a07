//! A holder's one association with one calendar: made after a live check, ended with a receipt.
//!
//! Rule: a link is stored only after a real event was written, read back and deleted in its calendar; and it is
//! forgotten only after the calendar was looked through for what we left, or when that is impossible, which the
//! receipt then says.

mod app_password;

pub mod browser;
mod connect;
pub mod consent;
mod establish;
mod obstacle;
mod proof;
mod show;
mod situation;
mod token;
pub mod tries;
mod turn;
pub mod unlink;

pub use app_password::app_password;
pub use connect::{LinkError, LinkRequest, link};
pub use turn::Turns;

pub use show::{LinkView, last_receipt, view};
pub use situation::{CalendarChoice, Choosing, Situation, Stopped, situation};
pub use unlink::{UnlinkProgress, begin_unlink, unlink_progress};

pub use crate::providers::caldav::{Preset, Unreachable, presets};
