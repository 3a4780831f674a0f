//! Android over adb.
