//! Patches, case by case.
