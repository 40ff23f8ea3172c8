//! Recording, against a real browser and a loopback site: a test for each way in which a cookie can be set.

mod support;

#[path = "record/responses.rs"]
mod responses;
