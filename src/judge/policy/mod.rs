//! What a policy discloses: tables, lists, prose, lifetimes, claims → a reading with quotes.
//!
//! Not here: fetching the policy (gather), and comparing it with what was observed (rules).

pub(crate) mod prose;
