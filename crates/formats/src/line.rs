//! Content lines.
