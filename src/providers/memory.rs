//! A calendar in memory, with faults on demand, for the tests of the engine.
