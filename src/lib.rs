//! Pasarela, a self-hosted calendar gateway. This page is **the map**: the words, the order of rooms, and the walks
//! through them.
//!
//! A *client system* (Puentes) tells about the *events* of a *holder*; Pasarela keeps them, one-way, in the one
//! calendar that the holder has *linked*. Per event and link there is a [*placement*](placement): what is **wanted**
//! in the calendar and what is **known** to be there. Whatever happens is an edit of one half; the reconciler makes
//! them equal.
//!
//! # Layers
//!
//! Imports point down only: a room imports rooms that stand before it in the order of `tests/it/house/rooms.rs`, and
//! inside a room no files import each other in a circle. The house test reads every path and fails otherwise.
//!
//! | layer | rooms | rule |
//! | --- | --- | --- |
//! | doors | `cli`, [`serve`], [`operator`], [`web`] and [`api`] (sisters), [`http`] under both | translate; hold the [`app::App`] and ask its rooms; never reach providers or sockets, and the store they can't |
//! | what the gateway does | [`app`] over [`janitor`], [`linking`], [`intake`], [`sync`], [`feeds`], [`changes`], [`ranges`], [`agenda`], [`delivery`], [`accounts`], [`checkup`], [`access`], [`tenants`], [`gateway`] | decide; blocking, no HTTP, no poem |
//! | the outside | [`outbound`], [`providers`], [`clients`] | speak to others; never see store, vault or doors |
//! | settings and memory | [`config`], [`store`], [`vault`] | all SQL, all keys |
//! | words | [`address`], [`ids`], [`scope`], [`secret`], [`clock`], [`guarded`], [`nudge`], [`permit`], [`tasks`], [`quoted`], [`page_token`], [`form`], [`placement`], [`calendar`], [`ical`], [`instances`], [`json`], [`reading`], [`revise`], [`link`], [`profile`], [`trail`], [`happened`] | no I/O; `clock` alone reads the time, `tasks` alone crosses from async to blocking |
//!
//! The rooms that decide, from the top: [`app`] is what doors hold; it owns the others, each with what it remembers while
//! the gateway runs, and the errands that go on behind an answer. [`linking`] makes links and asks for their end;
//! [`intake`] takes in what client systems say; [`sync`] makes calendars as they are wanted; [`agenda`] tells what is held, [`ranges`] what of it
//! happens when, [`changes`] what changed of it, [`feeds`] all of it to whoever subscribes;
//! [`delivery`] is one object and its provider, and knows no store; [`accounts`] opens the calendar of a link, and sees at
//! the start that the keys are the right ones;
//! [`tenants`] adds client systems and says what becomes of them, [`janitor`] takes away what had its time;
//! [`checkup`] looks at everything and changes nothing; [`gateway`] below is what they all work with: settings, memory,
//! keys, the ways out, time and bells. It knows no room above it.
//!
//! What stands in for the outside in the demo and in the tests is a crate of its own, [`simulators`], which can't import
//! anything from here.
//!
//! # An event arrives
//!
//! 1. The door `api::events` checks the key before anything else, and calls [`intake::Intake::accept`] through
//!    the pool for changes ([`app::Pools`], over [`tasks`], the one bridge from async to blocking).
//! 2. [`reading::ical`] reads the text into a [`calendar::Event`], or says which line is wrong.
//! 3. One [`store::Store::write`] holds the event ([`store::events`]) and wants it ([`store::placements::want`]); it
//!    answers when the commit is on disk. Only now may a 2xx be sent.
//! 4. [`nudge::WorkBell::ring`] wakes [`sync::driver`]; a ring that is lost costs one tick.
//! 5. [`sync::reconcile`] loads what is due, [`delivery::plan::step`] says what to do, the plan's creations are claimed
//!    ("from now on it may exist"), [`delivery::execute`] carries it out through a [`providers::RemoteCalendar`], and the
//!    outcomes are recorded in one short transaction per batch.
//! 6. [`nudge::SettledBell::ring`] wakes the answer that waits: 201 when it is in the calendar, 202 when not yet.
//!
//! A provider that has batches (Google) is handed as many calls at once as go into one request
//! ([`providers::RemoteCalendar::carry_out`]); each attempt is a course of calls of its own all the same.
//!
//! A crash between two steps leaves either nothing, or a wish that the next tick finds, or a doubt
//! ([`placement::Known::Unsure`]) that starts with a look. There is no recovery code; [`sync`] and [`linking`] say for each
//! step what is true when it was the last.
//!
//! # A consent
//!
//! Where people consent at the provider, [`linking::Linking::begin_consent`] answers the address for that. They come back
//! to a page of [`web`], which names the phone; only once that is confirmed, [`linking::Linking::confirm_consent`]
//! exchanges the code and goes on as every link is made (`linking::making`): the account, which calendar, the proof that
//! it can be written, the row. From then on it is like any other: [`providers::Providers`] is where the providers part.
//!
//! # A person's page
//!
//! Who opens the link that the client system made gets a session in that browser ([`linking::browser`]), is asked
//! first where the browser is in as somebody else, and comes home, to a page that opens on where they stand ([`linking::Situation`]). A form does one thing and leads home again. What
//! speaks to a provider is a [`linking::Try`] that goes on behind the answer, as an errand of the [`app`]:
//! home tells how far it is, asks which calendar where only the person knows, or why it did not end well. A consent that
//! begins here is bound to the browser session, so coming back from the provider is all the confirmation there is.
//!
//! # A resync
//!
//! [`sync::Reconciler::resync`] stores a run. The driver's worker asks the client system for everything
//! ([`clients::Clients::source_of`]); unless the whole answer came, and [`sync::brake`] finds no sudden shrink, nothing
//! changes. An event in it that can't be read keeps its last good content and is named ([`happened::Skipped`]). Then one
//! transaction makes the answer what is wanted and everything known doubtful. A survey (one listing of the calendar) settles
//! all doubts and makes placements of strays; the ordinary path removes those and writes what differs. A rebuild only wants
//! every event *anew*: what stands there goes before it is written under a new name.
//!
//! # Off, and on again
//!
//! Whoever switches a link off ([`linking::Linking::switch`]), or a client system with all its links, says so to the
//! [`permit::Permits`] first, and writes it down then. Each request asks the permit that its way out was given
//! (`gateway::permits` makes them), so none begins after the commit; the driver is not told of links that are off. What is wanted
//! goes on being written down, and once the link is on it goes on where it was.
//!
//! # Another calendar
//!
//! Of several links of a holder one carries. Where another is to ([`linking::Linking::carry`]), or the one that does ends, the old one
//! *leaves*: nothing is wanted in its calendar any more. The new one wants everything at once, and waits until the old one has left.
//!
//! # An unlink
//!
//! [`linking::Linking::begin_unlink`] wants every placement absent; the rest is [`sync`]'s. The survey finds also what no
//! placement names; the ordinary path deletes it all; `sync::ending` looks through the calendar once more, gives the permission
//! back where that can be done, forgets the credentials and leaves a receipt.

// words: no I/O
pub mod address;
pub mod calendar;
pub mod clock;
pub mod form;
pub mod guarded;
pub mod happened;
pub mod ical;
pub mod ids;
pub mod instances;
pub mod json;
pub mod link;
pub mod nudge;
pub mod page_token;
pub mod permit;
pub mod placement;
pub mod profile;
pub mod quoted;
pub mod reading;
pub mod revise;
pub mod scope;
pub mod secret;
pub mod tasks;
pub mod trail;
// settings and memory
pub mod config;
pub mod store;
pub mod vault;
// the outside
pub mod clients;
pub mod outbound;
pub mod providers;
// what the gateway does
pub mod access;
pub mod accounts;
pub mod agenda;
pub mod app;
pub mod changes;
pub mod checkup;
pub mod delivery;
pub mod feeds;
pub mod gateway;
pub mod intake;
pub mod janitor;
pub mod linking;
pub mod ranges;
pub mod sync;
pub mod tenants;
// doors
pub mod api;
pub mod cli;
pub mod http;
pub mod operator;
pub mod serve;
pub mod web;
