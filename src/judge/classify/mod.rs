//! What a cookie is for: knowledge, names, values, writers, identifiers → purpose with reasons.
//!
//! Not here: reading policies, and anything that needs a browser.
