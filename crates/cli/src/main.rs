//! The `sidekeep` command.
fn main() {}
