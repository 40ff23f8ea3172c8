//! Reports: an audit in, text out (terminal, JSON, HTML, SARIF, …). Knows no browser and no runtime.
