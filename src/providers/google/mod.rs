//! Google Calendar (API v3).

#[cfg_attr(not(test), expect(dead_code, reason = "the calls that send what is mapped are still to come"))]
mod mapping;
