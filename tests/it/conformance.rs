//! One suite for all providers, run against every simulator and every real server, directly and over a faulty way.

mod broken_off;
mod caldav;
mod dav;
mod google;
mod habits;
mod neighbours;
mod room;
mod suite;
