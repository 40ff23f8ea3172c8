//! Gathering: drives a browser, takes time, has no opinion. Async; knows the ground and evidence, never judge.
