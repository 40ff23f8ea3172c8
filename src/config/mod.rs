//! Configuration: raw TOML with spans, validated into `Config`, every error at once with its line.
