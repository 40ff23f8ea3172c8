//! Recording, against a real browser and a loopback site: a test for each way in which a cookie can be set.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::match_same_arms,
    reason = "tests: tables are long, and their arms stand apart"
)]

mod support;

#[path = "record/hostile.rs"]
mod hostile;
#[path = "record/identity.rs"]
mod identity;
#[path = "record/late.rs"]
mod late;
#[path = "record/pictures.rs"]
mod pictures;
#[path = "record/refused.rs"]
mod refused;
#[path = "record/responses.rs"]
mod responses;
#[path = "record/scripts.rs"]
mod scripts;
#[path = "record/secrets.rs"]
mod secrets;
#[path = "record/settings.rs"]
mod settings;
#[path = "record/storage.rs"]
mod storage;
#[path = "record/visitors.rs"]
mod visitors;
#[path = "record/workers.rs"]
mod workers;
