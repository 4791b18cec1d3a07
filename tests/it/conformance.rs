//! One suite for all providers, run against every simulator and every real server, directly and over a faulty way.

mod broken_off;
mod caldav;
mod google;
mod neighbours;
mod room;
mod suite;
