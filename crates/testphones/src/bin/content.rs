//! The stand-ins for a phone's commands, on the PATH of a real adbd: `content`, `getprop` and `settings` by the name
//! that it is called by. The database and the storage come from the environment (see `sidekeep_testphones::adbd`).

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    sidekeep_testphones::adbd::stand_in()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    std::process::ExitCode::FAILURE
}
