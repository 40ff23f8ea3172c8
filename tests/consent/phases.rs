//! Whole phases.
