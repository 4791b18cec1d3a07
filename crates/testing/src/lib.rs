//! What the product's tests and benches are made with.
//!
//! Rule: a harness starts what it names, on ports and in folders of its own, and ends it when it is dropped; it fails loudly, with
//! what it waited for. What a test finds out is the test's own matter.
//!
//! | harness | starts | costs, on two busy cores | take it when |
//! | --- | --- | --- | --- |
//! | [`bench_top::BenchTop`] | the gateway without doors or network, on a clock of one's own | 10 ms | one history is played after another, against a calendar in memory |
//! | [`in_process::TestGateway`] | the product in this process, asked over HTTP | 50 ms | a door is tested, or nobody else has to play |
//! | [`stage::Setup`] → [`stage::Stage`] | the same, and the simulators that are named: a calendar server, Google, Puentes | 60 ms | something has to arrive in a calendar |
//! | [`gateway::Gateway`] | the real binary as a process, in memory or on disk | 300 ms | it is killed, its log is read, its environment matters, or it is measured |
//! | [`fuzz`] | nothing: plays made-up bytes to a reader of them | 300 cases, some 100 ms | something reads what others sent |
//! | [`resident`] | nothing: asks the system what a process holds | 1 ms; a debug build's gateway stands at 30 MB | what somebody sends must not occupy more than its share |
//! | [`servers::CaldavServer`] | nothing: names what `tests/run` has started | 0; Radicale takes 30 ms and more for each request | a real server has to agree |
//! | [`servers::SimulatedCaldav`] | `pasarela simulate caldav` as a process | 50 ms | the server's time or memory must not be ours |
//! | [`faults::FaultProxy`] | a proxy that loses, refuses and delays, or has a habit of the field, in front of any server | 1 ms | a real server has to fail or be odd, or requests are counted |
//! | [`memory::MemoryServer`] | a calendar in memory, in this process, with faults at its calls | nothing | the engine is tested, not the wire |
//! | [`told::Told`] | an events endpoint of thirty lines | 1 ms | it must say what no simulator of Puentes would |
//!
//! [`engine::Engine`] is the product without doors, for tests that look inside. [`settings`] makes the configuration of all of them, [`port::Port`] keeps a port free for a server that must know it beforehand,
//! [`cases`] says how many of the random cases are played, [`person`] consents as a browser does, [`wire`] is HTTP by hand, and [`lab`] is what benches measure with.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a harness fails loudly, and a bench prints its figures"
)]

pub mod bench_top;
pub mod cases;
pub mod engine;
pub mod faults;
pub mod fuzz;
pub mod gateway;
pub mod in_process;
pub mod lab;
mod machine;
pub mod memory;
mod patience;
pub mod person;
pub mod port;
pub mod resident;
pub mod servers;
pub mod settings;
pub mod stage;
pub mod told;
pub mod wire;

pub use machine::{binary, folder};
pub use patience::{deadline, eventually, is_past};
