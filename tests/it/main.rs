//! One integration binary: a file per requirement. What it is made with is the crate `testing`.
//!
//! `cfg(test)` always holds here; it tells clippy that the modules are tests throughout.

#[cfg(test)]
mod agenda;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod crowds;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod expansion;
#[cfg(test)]
mod google;
#[cfg(test)]
mod house;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod named;
#[cfg(test)]
mod neighbours;
#[cfg(test)]
mod occurrences;
#[cfg(test)]
mod ornaments;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod puentes;
#[cfg(test)]
mod ranges;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod resync;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod service;
#[cfg(test)]
mod simulators;
#[cfg(test)]
mod slips;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod version_3;
#[cfg(test)]
mod web;
#[cfg(test)]
mod words;
