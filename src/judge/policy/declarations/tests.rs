//! Every form of list, each with a small document of its own.
