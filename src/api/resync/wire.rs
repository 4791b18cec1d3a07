//! Resyncs as they travel.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;

use super::super::body::proof;
use super::super::skipped::SkippedReport;
use super::super::time::Time;
use crate::link::{ResyncCounts, ResyncMode};
use crate::sync::resync::{ResyncView, RunState};

/// How to reach the end state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Enum)]
#[oai(rename = "ResyncMode", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
enum ModeWord {
    /// Write only what differs.
    #[default]
    Repair,
    /// Delete every event of ours, then create.
    Rebuild,
}

/// How to resync.
#[derive(Default, Deserialize, Object)]
#[oai(example)]
pub(super) struct NewResync {
    /// The phone number, as the key was made over it. Not needed when the header `X-Phone-Number` carries it.
    #[serde(default, deserialize_with = "proof")]
    phone_number: Option<String>,
    /// The lower-case hex MD5 of the phone number as sent followed by the shared secret. Not needed when the header
    /// `X-Secure-Key` carries it, which is recommended.
    #[serde(default, deserialize_with = "proof")]
    secure_key: Option<String>,
    /// `repair` (the default) ends with the same calendar as deleting everything and creating it again, but writes only what
    /// differs, so the calendar is never empty. `rebuild` does it to the letter: every event that came from here is deleted, then
    /// all are created.
    mode: Option<ModeWord>,
    /// Lets a resync through that removes most events, or most of what stands in the calendar. Without it such a resync removes
    /// nothing and answers `confirmation_needed`.
    confirm: Option<bool>,
}

impl NewResync {
    pub(super) fn mode(&self) -> ResyncMode {
        match self.mode.unwrap_or_default() {
            ModeWord::Repair => ResyncMode::Repair,
            ModeWord::Rebuild => ResyncMode::Rebuild,
        }
    }

    pub(super) fn confirm(&self) -> bool {
        self.confirm.unwrap_or_default()
    }
}

impl Example for NewResync {
    fn example() -> Self {
        Self {
            phone_number: Some("+593991234567".to_owned()),
            secure_key: Some("0f4e3b1c9a7d52e86b0c1d2e3f405162".to_owned()),
            mode: Some(ModeWord::Repair),
            confirm: None,
        }
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "ResyncState", rename_all = "snake_case")]
enum StateWord {
    /// It goes on.
    InProgress,
    /// The calendar is equal to what Puentes said, but for the events in `skipped`.
    Succeeded,
    /// It ended otherwise.
    Failed,
}

/// What a resync did in the calendar.
#[derive(Clone, Copy, Debug, Object)]
#[oai(rename = "ResyncCounts")]
struct CountsReport {
    /// Events created.
    created: u64,
    /// Events overwritten.
    changed: u64,
    /// Events removed.
    deleted: u64,
    /// Events that could not be brought to their wanted state.
    left: u64,
}

impl From<ResyncCounts> for CountsReport {
    fn from(counts: ResyncCounts) -> Self {
        let ResyncCounts { created, changed, deleted, left } = counts;
        Self { created, changed, deleted, left }
    }
}

/// Why a resync failed.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ResyncError")]
struct ErrorReport {
    /// For programs: `puentes_unavailable`, `confirmation_needed`, `login_failed`, and others.
    code: String,
    /// For people.
    detail: String,
}

/// One resync.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Resync", example, skip_serializing_if_is_none)]
pub(in super::super) struct ResyncReport {
    /// Its id.
    resync_id: String,
    /// How it goes about it.
    mode: ModeWord,
    /// `in_progress`, `succeeded`: the calendar is equal to what Puentes said but for the events in `skipped`, or `failed`: `error`
    /// says why.
    state: StateWord,
    /// How many events there will be in the calendar; missing until Puentes has answered.
    total: Option<u64>,
    /// How many of them are sure to be there now.
    done: u64,
    /// What was done in the calendar so far.
    counts: CountsReport,
    /// Events of Puentes's answer that can't be read. Each keeps the last content that could be, and stops no other; `GET /events` shows
    /// it as `failed`. Where one has no `event_id`, nobody knows which it is, and the resync removed nothing.
    skipped: Vec<SkippedReport>,
    /// How many there are in all; `skipped` lists the first thousand.
    skipped_total: u64,
    /// Why it failed.
    error: Option<ErrorReport>,
    /// When it was asked for.
    requested_at: Time,
    /// When it ended.
    finished_at: Option<Time>,
}

impl From<ResyncView> for ResyncReport {
    fn from(view: ResyncView) -> Self {
        Self {
            resync_id: view.id.as_str().to_owned(),
            mode: match view.mode {
                ResyncMode::Repair => ModeWord::Repair,
                ResyncMode::Rebuild => ModeWord::Rebuild,
            },
            state: match view.state {
                RunState::InProgress => StateWord::InProgress,
                RunState::Succeeded => StateWord::Succeeded,
                RunState::Failed => StateWord::Failed,
            },
            total: view.total,
            done: view.done,
            counts: view.counts.into(),
            skipped: view.skipped.listed.iter().map(SkippedReport::from).collect(),
            skipped_total: view.skipped.count,
            error: view
                .error
                .map(|failure| ErrorReport { code: failure.code().to_owned(), detail: failure.to_string() }),
            requested_at: Time(view.requested_at),
            finished_at: view.finished_at.map(Time),
        }
    }
}

impl Example for ResyncReport {
    fn example() -> Self {
        Self {
            resync_id: "5f0c9f4be3e24c0f8a7b2c9d1e6f7a80".to_owned(),
            mode: ModeWord::Repair,
            state: StateWord::Succeeded,
            total: Some(31),
            done: 31,
            counts: CountsReport { created: 2, changed: 1, deleted: 1, left: 0 },
            skipped: vec![SkippedReport::example()],
            skipped_total: 1,
            error: None,
            requested_at: Time::example(0),
            finished_at: Some(Time::example(3)),
        }
    }
}
