//! The embedded demo: a small shop on several loopback origins, with planted truth.
