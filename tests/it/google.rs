//! Google Calendar: consent, tokens, calendars and events, against the simulated Google over real HTTP.

mod beginning;
mod broken_off;
mod checkup;
mod ending;
mod events;
mod histories;
mod pairs;
mod secrets;
mod studio;
mod tokens;
mod trouble;
